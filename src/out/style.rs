//! The global options that say how to print.

/// How to print.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Style {
    /// `-j`.
    pub json: bool,
    /// `-p`.
    pub pretty: bool,
    /// `-o`.
    pub oneline: bool,
    /// `-c`: coloured text.
    pub color: bool,
    /// Colours for a light background.
    pub light: bool,
    /// How often `-d` was said.
    pub details: u8,
    /// `-N`: numbers in place of names.
    pub numeric: bool,
}
