//! The words in which options are declared, for a table's own file to `use` as a whole.

pub use crate::row::option::Show::*;
pub use crate::row::option::Twice::*;
pub use crate::row::types::*;
