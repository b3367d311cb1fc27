//! Finds out how much memory the machine has.

use std::fs;

/// Assumed memory of a machine whose memory cannot be determined, in bytes.
const UNKNOWN: u64 = 4 << 30;

/// Returns half of the memory that this process may use, in bytes: a fair share for a tool on a server that others use,
/// too.
pub fn default_budget() -> usize {
    usize::try_from(memory() / 2).unwrap_or(usize::MAX)
}

/// Returns the machine's memory, or the container's if that is less, in bytes.
fn memory() -> u64 {
    let machine = physical_memory().unwrap_or(UNKNOWN);
    container_limit().map_or(machine, |limit| limit.min(machine))
}

fn physical_memory() -> Option<u64> {
    // SAFETY: two calls that take and return plain numbers.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages).ok()?.checked_mul(u64::try_from(size).ok()?).filter(|&bytes| bytes > 0)
}

/// Returns the limit of the process' control group, in bytes; `None` outside of one, and on systems without them.
fn container_limit() -> Option<u64> {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|file| fs::read_to_string(file).ok()?.trim().parse().ok())
}

/// Formats a number of bytes: `512 MB`, `2.1 GB`.
pub fn described(bytes: usize) -> String {
    let bytes = bytes as f64;
    match bytes {
        _ if bytes < 1e6 => format!("{:.0} kB", bytes / 1e3),
        _ if bytes < 1e9 => format!("{:.0} MB", bytes / 1e6),
        _ => format!("{:.1} GB", bytes / 1e9),
    }
}
