use rayon::{ThreadPool, ThreadPoolBuilder};

/// Creates a pool of one thread for work that nobody waits for. It leaves the cores to all other threads, as far as the
/// system allows it. Returns `None` if the system has no thread to give.
pub fn background_thread() -> Option<ThreadPool> {
    ThreadPoolBuilder::new().num_threads(1).start_handler(|_| step_back()).build().ok()
}

#[cfg(target_os = "linux")]
fn step_back() {
    // SAFETY: a call that takes plain numbers. On Linux it sets the priority of the calling thread alone; if it fails, the
    // thread keeps the usual one.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 10) };
}

/// Does nothing: the call would set the priority of the whole program.
#[cfg(not(target_os = "linux"))]
fn step_back() {}
