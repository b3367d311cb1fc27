//! Gives freed memory back.

/// Returns freed memory to the system that the allocator keeps for later: reading a column leaves much behind.
pub fn give_back() {
    // SAFETY: it may be called at any time, from any thread; memory in use is not touched.
    unsafe { libmimalloc_sys::mi_collect(true) }
}
