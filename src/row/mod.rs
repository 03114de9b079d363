//! Rows: one for each option. A row says which attribute an option is, how its value is read from a word, how it lies on the
//! wire, how it is printed, and when; the same row drives parsing, text, JSON and help.
//!
//! This is the engine. It knows no kind of link and no command: those bring tables of rows, and functions of their own for
//! what no row can say.

pub mod declare;
pub mod draft;
#[cfg(feature = "help")]
pub mod help;
pub mod option;
pub mod print;
pub mod read;
pub mod sent;
pub mod table;
pub mod types;
