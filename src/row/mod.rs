//! The engine of rows. An option of a link is one row of a table: it names the netlink attribute, its type, the words
//! that set it, and whatever is special about it.
//!
//! ```ignore
//! options! {
//!     HSR {
//!         hsr::INTERLINK => DEVICE, exact: "interlink", wrong: "No such interface";
//!         hsr::SEQ_NR => U16, name: "sequence", json: "seq_nr";
//!     }
//! }
//! ```
//!
//! That is all there is to say of an option. The same row reads its value (`ip link add … type hsr interlink eth2`),
//! prints it in text and in JSON (`ip -d link`), and explains it (`ip link help hsr`).
//!
//! - [`option`]: what can be said of an option ([`option::Opt`]), and how it is packed into some twenty bytes at
//!   compile time; [`values`] are its words for numbers;
//! - [`types`]: the types that an option may have;
//! - [`table`]: a table of options, and its functions for those that no type fits;
//! - [`read`]: from words to attributes; [`draft`] is the message they are added to, and [`sent`] those that are sent
//!   last;
//! - [`mod@print`]: from attributes to text and JSON;
//! - [`help`]: the text that explains a table.
//!
//! Nothing here knows a kind of link or a command: `kind` and `ip::link` bring the tables.

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
pub mod values;
