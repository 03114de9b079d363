//! Texts of plugins. They last as long as the program, which is not long: to free each of them would take more code than all else
//! that is done with them.

use core::ffi::CStr;

use crate::args::Prefix;
use crate::error;
use crate::sys::Path;
use crate::text;

/// A text.
pub type Text = &'static [u8];

/// A template whose `%` is replaced; without one the part is ignored.
pub fn fill(template: &str, part: &[u8]) -> Text {
    text::fill_one(template, part).leak()
}

/// A template with two `%`.
pub fn fill_two(template: &str, first: &[u8], second: &[u8]) -> Text {
    text::fill_two(template, first, second).leak()
}

/// The parts, joined.
pub fn join(parts: &[&[u8]]) -> Text {
    parts.concat().leak()
}

/// A copy.
pub fn copy(text: &[u8]) -> Text {
    join(&[text])
}

/// A path.
pub fn path(text: &[u8]) -> &'static CStr {
    Box::leak(Box::new(Path::new(&[text])))
}

/// A name in a folder.
pub fn entry(folder: &[u8], name: &[u8]) -> &'static CStr {
    path(join(&[folder, b"/", name]))
}

/// A number in decimal.
pub fn decimal(number: i64) -> Text {
    text::decimal(number).leak()
}

/// The words of an errno.
pub fn errno_words(errno: rustix::io::Errno) -> Text {
    error::errno_words(errno.raw_os_error()).leak()
}

/// A link-layer address.
pub fn mac(bytes: &[u8]) -> Text {
    let mut text = Vec::new();
    text::add_mac(&mut text, bytes);
    text.leak()
}

/// An address of 4 or 16 bytes.
pub fn address(bytes: &[u8]) -> Text {
    let mut text = Vec::new();
    text::add_address(&mut text, bytes);
    text.leak()
}

/// An address with the length of its prefix.
pub fn network(prefix: &Prefix) -> Text {
    let mut text = Vec::new();
    prefix.add_to(&mut text);
    text.leak()
}
