//! Actions of the mouse, which arrive only while mouse support is on.

/// Something that the mouse did, at a cell of the screen counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MouseInput {
    pub kind: MouseAction,
    pub x: u16,
    pub y: u16,
}

/// Action of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button was pressed.
    Press,
    ScrollUp,
    ScrollDown,
}
