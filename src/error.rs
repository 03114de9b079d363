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

use crate::text::{decimal, fill, fill_one, fill_two};

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

    /// `word` belongs to a part that this build does not have; `what` is Object, Command, Option or Kind. The exit
    /// status is that of an unknown word, so that scripts that probe for it behave the same.
    pub fn missing_part(what: &str, word: &[u8], part: &str) -> Error {
        let text = "% \"%\" is not in this build of ipso: it needs the part \"%\".";
        let code = match what {
            "Command" | "Option" => USAGE,
            _ => REFUSED,
        };
        Error::new(code, text, &[what.as_bytes(), word, part.as_bytes()])
    }

    /// A system call failed. The text is what was tried, of which each `%` is `part`, and the words for the errno.
    pub fn os(template: &str, part: &[u8], errno: i32) -> Error {
        Error::os2(template, [part, part], errno)
    }

    /// [`Error::os`] for a text with two different parts.
    pub fn os2(template: &str, parts: [&[u8]; 2], errno: i32) -> Error {
        let what = fill_two(template, parts[0], parts[1]);
        Error::refused_two("%: %", &what, &errno_words(errno)).with_errno(errno)
    }

    /// The kernel refused a netlink request: the errno, and of the extended acknowledgement the text, empty if there is
    /// none, and the number of an attribute that is missing.
    pub fn kernel(errno: i32, text: &[u8], missing: Option<u32>) -> Error {
        let missing = missing
            .map(|attr| fill_one("Missing required attribute type %\n", &decimal(attr.into())));
        let missing = missing.unwrap_or_default();
        let stop: &[u8] = if text.ends_with(b".") { b"" } else { b"." };
        let error = match text {
            b"" => Error::say(
                KERNEL,
                fill_two("%RTNETLINK answers: %", &missing, &errno_words(errno)),
            ),
            _ => Error::new(KERNEL, "%Error: %%", &[&missing, text, stop]),
        };
        error.with_errno(errno)
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
    pub fn then(mut self, line: &str) -> Error {
        self.0.text.push(b'\n');
        self.0.text.extend_from_slice(line.as_bytes());
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
    for (first, words) in ERRNO_RUNS {
        let mut left = errno - first;
        for word in words.as_bytes().split(|b| *b == b'|') {
            if left == 0 {
                return word.into();
            }
            left -= 1;
        }
    }
    fill_one("Unknown error %", &decimal(errno.into()))
}

/// Runs of consecutive numbers: the first, and the words. The numbers between them are of STREAMS, of XENIX and of
/// calls that are not made here.
const ERRNO_RUNS: &[(i32, &str)] = &[
    (
        1,
        "Operation not permitted|No such file or directory|No such process|Interrupted system call|\
         Input/output error|No such device or address|Argument list too long|Exec format error|\
         Bad file descriptor|No child processes|Resource temporarily unavailable|Cannot allocate memory|\
         Permission denied|Bad address|Block device required|Device or resource busy|File exists|\
         Invalid cross-device link|No such device|Not a directory|Is a directory|Invalid argument|\
         Too many open files in system|Too many open files|Inappropriate ioctl for device|Text file busy|\
         File too large|No space left on device|Illegal seek|Read-only file system|Too many links|\
         Broken pipe|Numerical argument out of domain|Numerical result out of range|\
         Resource deadlock avoided|File name too long|No locks available|Function not implemented|\
         Directory not empty|Too many levels of symbolic links",
    ),
    (61, "No data available|Timer expired"),
    (71, "Protocol error"),
    (
        74,
        "Bad message|Value too large for defined data type|Name not unique on network",
    ),
    (87, "Too many users"),
    (90, "Message too long"),
    (
        92,
        "Protocol not available|Protocol not supported|Socket type not supported|Operation not supported|\
         Protocol family not supported|Address family not supported by protocol|Address already in use|\
         Cannot assign requested address|Network is down|Network is unreachable",
    ),
    (
        105,
        "No buffer space available|Transport endpoint is already connected|Transport endpoint is not connected",
    ),
    (
        110,
        "Connection timed out|Connection refused|Host is down|No route to host|Operation already in progress|\
         Operation now in progress|Stale file handle",
    ),
    (121, "Remote I/O error|Disk quota exceeded"),
];

#[cfg(all(test, target_env = "gnu"))]
mod tests {
    use super::*;

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
            let words = String::from_utf8(errno_words(errno)).unwrap();
            assert_eq!(format!("{words} (os error {errno})"), reference);
        }
        assert_eq!(errno_words(0), b"Unknown error 0");
        assert_eq!(errno_words(4000), b"Unknown error 4000");
    }
}
