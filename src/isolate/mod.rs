//! `isolate COMMAND`: a command in new namespaces, with a veth tunnel to the caller's network.
//!
//! `options` become a `plan`: a list of tasks, outside and inside, in their order. Three processes: the caller's
//! (`outside`), which prepares its side, waits, and clears up; the first inside (`inside`), which is process 1 there, prepares its
//! side, ends with the caller's and takes everything inside along; and the command. A fourth one outside, where there is
//! something that the kernel does not take away by itself, does so when the caller's has ended, however that came.

#[cfg(feature = "isolate")]
mod held;
#[cfg(feature = "isolate")]
mod holder;
mod ids;
mod inside;
mod mounts;
#[cfg(feature = "nat")]
pub mod nat;
pub(crate) mod options;
mod outside;
mod pair;
mod plan;
#[cfg(feature = "isolate")]
mod report;
#[cfg(feature = "isolate")]
mod root;
mod run;
mod tunnel;
#[cfg(feature = "isolate")]
mod users;
mod wait;
#[cfg(feature = "isolate")]
pub(crate) mod words;
#[cfg(not(feature = "isolate"))]
#[path = "no_words.rs"]
pub(crate) mod words;

use crate::error::Result;
use crate::ip::command::Io;
use crate::isolate::run::{CANNOT_RUN, FAILED, NOT_FOUND};

/// Runs `isolate WORDS`.
pub fn run(words: &[options::Word], io: &mut Io) -> Result<()> {
    let done = words::parse(words).and_then(|options| outside::run(options, io));
    done.map_err(|e| match e.code() {
        0 | CANNOT_RUN | NOT_FOUND => e,
        // Without a text it is the status of the command.
        _ if e.text().is_empty() => e,
        _ => e.code_is(FAILED),
    })
}
