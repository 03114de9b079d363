//! What went wrong, the exit status it means, and the words for it.
//!
//! Nothing but `main` acts on an [`Error`]. Texts and codes are iproute2's; errno words are glibc's, whatever libc this
//! is built with.

/// Exit status of usage errors and wrong values.
pub const USAGE: u8 = 255;
/// Exit status of what ipso itself refuses or cannot do.
pub const REFUSED: u8 = 1;
/// Exit status of what the kernel refuses over netlink.
pub const KERNEL: u8 = 2;

use crate::append::Append;
use crate::text::{add_one, decimal, fill, fill_one, fill_two, piece};

/// A result whose error is ready to be shown.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a command ends: its exit status, a text for stderr (which may be empty), and where the text goes.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: u8,
    errno: i32,
    channel: Channel,
    text: Vec<u8>,
    hint: Vec<u8>,
    ends: bool,
}

/// Where the text goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Channel {
    /// To standard error, and with `-j` as a JSON object as well.
    Refusal,
    /// Help, to standard error.
    Help,
    /// Help that iproute2 prints on standard output.
    HelpOnStdout,
    /// The object's usage stands in for the text: see [`Error::asks_for_usage`].
    AsksForUsage,
}

/// What an error calls a word that belongs to a part which the build does not have.
#[derive(Debug, Clone, Copy)]
pub enum Noun {
    /// An object of `ip`, or of `ip monitor`.
    Object,
    /// A command of an object, or of ipso.
    Command,
    /// An option.
    Option,
    /// A kind of link.
    Kind,
    /// An address family.
    Family,
}

impl Noun {
    fn name(self) -> &'static [u8] {
        piece(b"Object|Command|Option|Kind|Family", b'|', self as usize)
    }
}

impl Error {
    /// An error with its text, without the final newline.
    pub fn say(code: u8, text: Vec<u8>) -> Error {
        Error(Box::new(Inner {
            code,
            errno: 0,
            channel: Channel::Refusal,
            text,
            hint: Vec::new(),
            ends: code == USAGE,
        }))
    }

    /// An error whose text is a template and its parts: see [`fill`].
    pub fn new(code: u8, template: &str, parts: &[&[u8]]) -> Error {
        Error::say(code, fill(template, parts))
    }

    /// What ipso itself refuses, with exit status 1. The text has one `%`, or none and the part is ignored.
    pub fn refused(template: &str, part: &[u8]) -> Error {
        Error::say(REFUSED, fill_one(template, part))
    }

    /// [`Error::refused`] for a text with two `%`.
    pub fn refused_two(template: &str, first: &[u8], second: &[u8]) -> Error {
        Error::say(REFUSED, fill_two(template, first, second))
    }

    /// A wrong command line, with exit status 255. The text has one `%`, or none and the part is ignored.
    pub fn usage(template: &str, part: &[u8]) -> Error {
        Error::say(USAGE, fill_one(template, part))
    }

    /// [`Error::usage`] for a text with two `%`.
    pub fn usage_two(template: &str, first: &[u8], second: &[u8]) -> Error {
        Error::say(USAGE, fill_two(template, first, second))
    }

    /// An exit status without any text: that of a program that was run.
    pub fn status(code: u8) -> Error {
        Error::say(0, Vec::new()).code_is(code)
    }

    /// The value `word` is wrong, with exit status 255. In `reason`, `%` is the option's word `key`; many of iproute2's
    /// reasons end in a newline of their own.
    pub fn bad_value(word: &[u8], reason: &[u8], key: &[u8]) -> Error {
        let reason = fill(reason, &[key]);
        Error::usage_two("Error: argument \"%\" is wrong: %", word, &reason)
    }

    /// [`Error::bad_value`] for a reason without the option's word.
    pub fn bad_arg(word: &[u8], reason: &str) -> Error {
        Error::bad_value(word, reason.as_bytes(), b"")
    }

    /// [`Error::bad_value`] with the commonest reason: `Invalid "KEY" value`.
    pub fn invalid(word: &[u8], key: &[u8]) -> Error {
        Error::bad_value(word, b"Invalid \"%\" value\n", key)
    }

    /// The command line ends where a value is expected.
    pub fn incomplete() -> Error {
        Error::usage("Command line is not complete. Try option \"help\"", b"")
    }

    /// The command line must have the option `key`.
    pub fn required(key: &str) -> Error {
        Error::usage("Error: argument \"%\" is required", key.as_bytes())
    }

    /// The option `key` is given a second time, with `value`.
    pub fn duplicate(key: &[u8], value: &[u8]) -> Error {
        let text = "Error: duplicate \"%\": \"%\" is the second value.";
        Error::usage_two(text, key, value)
    }

    /// `word` is either a second value of `key`, or a word that means nothing.
    pub fn garbage(key: impl AsRef<[u8]>, word: &[u8]) -> Error {
        let text = "Error: either \"%\" is duplicate, or \"%\" is garbage.";
        Error::usage_two(text, key.as_ref(), word)
    }

    /// There is no such device, where one is to be used.
    pub fn no_device(name: &[u8]) -> Error {
        Error::refused("Cannot find device \"%\"", name)
    }

    /// There is no such device, where one is to be shown.
    pub fn unknown_device(name: &[u8]) -> Error {
        Error::refused("Device \"%\" does not exist.", name)
    }

    /// `word` belongs to a part that this build does not have. The exit status is that of an unknown word, so that
    /// scripts that probe for it behave the same.
    pub fn missing_part(noun: Noun, word: &[u8], part: impl AsRef<[u8]>) -> Error {
        let text = "% \"%\" is not in this build of ipso: it needs the part \"%\".";
        let code = match noun {
            Noun::Command | Noun::Option => USAGE,
            _ => REFUSED,
        };
        Error::new(code, text, &[noun.name(), word, part.as_ref()])
    }

    /// A system call failed. The text is what was tried, of which each `%` is `part`, and the words for the errno.
    pub fn os(template: &str, part: &[u8], errno: i32) -> Error {
        Error::os2(template, [part, part], errno)
    }

    /// [`Error::os`] for a text with two different parts.
    pub fn os2(template: &str, parts: [&[u8]; 2], errno: i32) -> Error {
        let mut text = fill_two(template, parts[0], parts[1]);
        text.append_bytes(b": ");
        add_errno_words(&mut text, errno);
        Error::say(REFUSED, text).with_errno(errno)
    }

    /// The kernel refused a netlink request: the errno, and of the extended acknowledgement the text, empty if there is
    /// none, and the number of an attribute that is missing.
    pub fn kernel(errno: i32, text: &[u8], missing: Option<u32>) -> Error {
        let mut all = Vec::new();
        if let Some(attr) = missing {
            let number = decimal(attr.into());
            add_one(&mut all, "Missing required attribute type %\n", &number);
        }
        if text.is_empty() {
            all.append_bytes(b"RTNETLINK answers: ");
            add_errno_words(&mut all, errno);
        } else {
            add_one(&mut all, "Error: %", text);
            if !text.ends_with(b".") {
                all.push(b'.');
            }
        }
        Error::say(KERNEL, all).with_errno(errno)
    }

    /// The same error with another exit status.
    pub fn code_is(mut self, code: u8) -> Error {
        self.0.code = code;
        self
    }

    /// The same error with the errno that caused it.
    pub fn with_errno(mut self, errno: i32) -> Error {
        self.0.errno = errno;
        self
    }

    /// The same error, at which a batch ends even with `-force`, and does not name the line.
    pub fn ends(mut self) -> Error {
        self.0.ends = true;
        self
    }

    /// Whether a batch ends here, as it does at every wrong word.
    pub fn is_end(&self) -> bool {
        self.0.ends
    }

    /// The same error with words in front of it that say what was tried.
    pub fn context(mut self, what: &[u8]) -> Error {
        self.0.text = fill_two("%: %", what, &self.0.text);
        self
    }

    /// The same error with one more line of text.
    pub fn then(mut self, line: impl AsRef<[u8]>) -> Error {
        self.0.text.push(b'\n');
        self.0.text.append_bytes(line.as_ref());
        self
    }

    /// Usage on standard error.
    pub fn help(text: impl Into<Vec<u8>>) -> Error {
        let mut error = Error::say(USAGE, text.into());
        error.0.channel = Channel::Help;
        error
    }

    /// The command line has the word `help`. A command returns this where the object that it belongs to prints its
    /// usage: see [`Error::with_usage`].
    pub fn asks_for_usage() -> Error {
        let mut error = Error::say(USAGE, Vec::new());
        error.0.channel = Channel::AsksForUsage;
        error
    }

    /// The same error; the usage of the object if it [asks for that](Error::asks_for_usage).
    pub fn with_usage(self, usage: fn() -> Vec<u8>) -> Error {
        match self.0.channel {
            Channel::AsksForUsage => Error::help(usage()),
            _ => self,
        }
    }

    /// The same text, on standard output.
    pub fn on_stdout(mut self) -> Error {
        self.0.channel = Channel::HelpOnStdout;
        self
    }

    /// The same error with a second line that is shown on a terminal only: a way out.
    pub fn hint(mut self, hint: impl Into<Vec<u8>>) -> Error {
        self.0.hint = hint.into();
        self
    }

    /// The exit status.
    pub fn code(&self) -> u8 {
        self.0.code
    }

    /// The errno that caused it, or 0.
    pub fn errno(&self) -> i32 {
        self.0.errno
    }

    /// Where the text goes.
    pub fn channel(&self) -> Channel {
        self.0.channel
    }

    /// The text, without the final newline.
    pub fn text(&self) -> &[u8] {
        &self.0.text
    }

    /// The line for a terminal, which may be empty.
    pub fn hint_text(&self) -> &[u8] {
        &self.0.hint
    }
}

/// glibc's words for an errno; `Unknown error N` for one that no call made here returns.
pub fn errno_words(errno: i32) -> Vec<u8> {
    let mut text = Vec::new();
    add_errno_words(&mut text, errno);
    text
}

fn add_errno_words(text: &mut Vec<u8>, errno: i32) {
    // A kernel may send any number; none of its errnos is larger.
    let n = errno.clamp(0, 4096) as usize;
    match piece(ERRNO_WORDS.as_bytes(), b'|', n) {
        b"" => add_one(text, "Unknown error %", &decimal(errno.into())),
        words => text.append_bytes(words),
    }
}

/// The words for each errno from 0 on. Those without are of STREAMS, of XENIX and of calls that are not made here.
const ERRNO_WORDS: &str = "\
    |Operation not permitted|No such file or directory|No such process|Interrupted system call|\
    Input/output error|No such device or address|Argument list too long|Exec format error|\
    Bad file descriptor|No child processes|Resource temporarily unavailable|Cannot allocate memory|\
    Permission denied|Bad address|Block device required|Device or resource busy|File exists|\
    Invalid cross-device link|No such device|Not a directory|Is a directory|Invalid argument|\
    Too many open files in system|Too many open files|Inappropriate ioctl for device|Text file busy|\
    File too large|No space left on device|Illegal seek|Read-only file system|Too many links|\
    Broken pipe|Numerical argument out of domain|Numerical result out of range|\
    Resource deadlock avoided|File name too long|No locks available|Function not implemented|\
    Directory not empty|Too many levels of symbolic links|\
    ||||||||||||||||||||No data available|Timer expired|\
    ||||||||Protocol error|\
    ||Bad message|Value too large for defined data type|Name not unique on network|\
    ||||||||||Too many users|\
    ||Message too long|\
    |Protocol not available|Protocol not supported|Socket type not supported|Operation not supported|\
    Protocol family not supported|Address family not supported by protocol|Address already in use|\
    Cannot assign requested address|Network is down|Network is unreachable|\
    |||No buffer space available|Transport endpoint is already connected|Transport endpoint is not connected|\
    ||Connection timed out|Connection refused|Host is down|No route to host|Operation already in progress|\
    Operation now in progress|Stale file handle|\
    ||||Remote I/O error|Disk quota exceeded";

#[cfg(all(test, target_env = "gnu"))]
mod tests {
    use super::*;

    fn words(errno: i32) -> String {
        String::from_utf8(errno_words(errno)).unwrap()
    }

    /// std prints the C library's word in front of ` (os error N)`; on glibc that is the reference.
    #[test]
    fn errno_words_are_glibcs() {
        for errno in (1..=40)
            .chain([61, 62, 71, 87, 90])
            .chain(74..=76)
            .chain(92..=101)
            .chain(105..=107)
            .chain(110..=116)
            .chain(121..=122)
        {
            let reference = std::io::Error::from_raw_os_error(errno).to_string();
            assert_eq!(format!("{} (os error {errno})", words(errno)), reference);
        }
        for errno in [i32::MIN, -1, 0, 41, 60, 63, 117, 123, 4000, i32::MAX] {
            assert_eq!(words(errno), format!("Unknown error {errno}"));
        }
    }
}
