//! All names that a table of options is written with, for its file to `use` at once.

pub use crate::row::types::Show::*;
pub use crate::row::types::Twice::*;
pub use crate::row::types::*;
