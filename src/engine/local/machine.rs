//! What the machine has, and what it gets back.

use std::fs;

/// Taken for the machine's memory where it cannot be found out.
const UNKNOWN: u64 = 4 << 30;

/// Half of the memory that this process may use, in bytes: a sane share for a tool on a server that others use too.
pub fn default_budget() -> usize {
    usize::try_from(memory() / 2).unwrap_or(usize::MAX)
}

/// Gives back to the system what was freed and is kept for later: reading a column leaves much behind.
pub fn give_back() {
    // SAFETY: it may be called at any time, from any thread; nothing that is in use is touched.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// The machine's memory, or the container's if that is less.
fn memory() -> u64 {
    let machine = physical_memory().unwrap_or(UNKNOWN);
    container_limit().map_or(machine, |limit| limit.min(machine))
}

fn physical_memory() -> Option<u64> {
    // SAFETY: two calls that take and return plain numbers.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages).ok()?.checked_mul(u64::try_from(size).ok()?).filter(|&bytes| bytes > 0)
}

/// The limit of the process' control group; none outside of one, and on systems without.
fn container_limit() -> Option<u64> {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok())
}
