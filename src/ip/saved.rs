//! Messages that were saved one behind the other: what `restore`, `showdump` and `monitor file` read.

use crate::error::{Error, Result};
use crate::nl::wire::{HEADER, Message, Messages, field};
use crate::text::decimal;

/// A message has fewer bytes than this.
const TOO_LONG: usize = 64 * 1024;

/// Hands on the messages from `start` on, to the end.
///
/// # Errors
/// A message is cut short, or too long for one, which is the exit status `failed`; or what `each` returns, with which the
/// reading ends.
pub fn each_saved(
    bytes: &[u8],
    start: usize,
    failed: u8,
    each: &mut dyn FnMut(&Message<'_>) -> Result<()>,
) -> Result<()> {
    let mut rest = &bytes[start..];
    while !rest.is_empty() {
        let len = field(rest, 0).unwrap_or(0) as usize;
        if rest.len() >= HEADER && !(HEADER..TOO_LONG).contains(&len) {
            let at = bytes.len() - rest.len() + HEADER;
            let text = "!!!malformed message: len=% @%";
            let len = decimal((len as i32).into());
            let error = Error::refused_two(text, &len, &decimal(at as i64));
            return Err(error.code_is(failed));
        }
        let Some(message) = Messages(rest).next() else {
            let error = Error::refused("rtnl-from_file: truncated message", b"");
            return Err(error.code_is(failed));
        };
        each(&message)?;
        rest = message.rest;
    }
    Ok(())
}
