//! `-batch FILE`: each line is a command line without global options; all use one netlink socket.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::stdio::stdin;

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip::command::{Ctx, Io};
use crate::ip::objects::run_object;
use crate::sys::Path;
use crate::text::{cut, decimal, fill_two, next_word, skip_blanks};

/// Runs the lines of a file, or of standard input for `-`. A line that fails is the last, unless `force` is given; a
/// line with a wrong word always is.
pub fn run(file: &[u8], force: bool, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut lines = Lines::open(file)?;
    let mut failed = false;
    let mut line = Vec::new();
    while lines.read_line(&mut line)? {
        let words = split(&line)?;
        let [object, rest @ ..] = &words[..] else {
            continue;
        };
        // The last line may have renamed links or namespaces.
        io.names.forget();
        match run_object(object, &mut Words::new(rest), ctx, io) {
            Ok(()) => continue,
            Err(e) if e.is_end() => return Err(e),
            Err(e) => io.out.report(&e),
        }
        let number = decimal(lines.number);
        io.out
            .warn(&fill_two("Command failed %:%\n", file, &number));
        failed = true;
        if !force {
            break;
        }
    }
    match failed {
        true => Err(Error::status(REFUSED)),
        false => Ok(()),
    }
}

/// A reader of lines.
struct Lines {
    /// `None` is standard input.
    file: Option<OwnedFd>,
    buf: Vec<u8>,
    /// How much of `buf` has been taken.
    at: usize,
    /// Of the line that was read last, from 1.
    number: i64,
}

impl Lines {
    fn open(name: &[u8]) -> Result<Lines> {
        let file = match name {
            b"-" => None,
            _ => {
                let opened = files::open(&Path::new(&[name]), OFlags::RDONLY);
                Some(opened.map_err(|e| {
                    let text = "Cannot open file \"%\" for reading";
                    Error::os(text, name, e.raw_os_error())
                })?)
            }
        };
        Ok(Lines {
            file,
            buf: Vec::new(),
            at: 0,
            number: 0,
        })
    }

    /// Reads the next line without comments, and with the lines that a backslash at its end joins to it. False at the end of
    /// the file.
    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        line.clear();
        if !self.add_physical(line)? {
            return Ok(false);
        }
        while line.ends_with(b"\\\n") {
            line.truncate(line.len() - 2);
            if !self.add_physical(line)? {
                return Err(Error::refused("Missing continuation line", b""));
            }
        }
        Ok(true)
    }

    /// Adds one line as it is in the file, up to a comment or a NUL, else with its newline. False at the end of the file.
    fn add_physical(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        let (mut any, mut shown) = (false, true);
        while let Some(byte) = self.byte()? {
            any = true;
            shown &= !matches!(byte, b'#' | 0);
            if shown {
                line.push(byte);
            }
            if byte == b'\n' {
                break;
            }
        }
        self.number += i64::from(any);
        Ok(any)
    }

    /// The next byte of the file, of which more is read where that is needed.
    fn byte(&mut self) -> Result<Option<u8>> {
        if self.at == self.buf.len() {
            self.at = 0;
            self.read()?;
        }
        let byte = self.buf.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        Ok(byte)
    }

    /// Reads the next bytes into the buffer, none at the end of the file.
    fn read(&mut self) -> Result<()> {
        self.buf.resize(4096, 0);
        let fd = self.file.as_ref().map_or(stdin(), |file| file.as_fd());
        let len = loop {
            match rustix::io::read(fd, &mut self.buf[..]) {
                Err(Errno::INTR) => {}
                done => {
                    break done
                        .map_err(|e| Error::os("Cannot read the lines", b"", e.raw_os_error()))?;
                }
            }
        };
        self.buf.truncate(len);
        Ok(())
    }
}

/// The words of a line. A word that begins with a quote ends at the next such quote; there are no escapes.
pub fn split(line: &[u8]) -> Result<Vec<&[u8]>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        skip_blanks(&mut rest);
        match rest {
            [] => return Ok(words),
            [quote @ (b'\'' | b'"'), tail @ ..] => {
                if !tail.contains(quote) {
                    return Err(Error::refused("Unterminated quoted string", b"").ends());
                }
                rest = tail;
                words.push(cut(&mut rest, *quote).unwrap_or_default());
            }
            _ => words.push(next_word(&mut rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn words_of_a_line() {
        for (line, words) in [
            ("", &[][..]),
            ("  link\tshow  lo \r\n", &["link", "show", "lo"]),
            ("netns add 'a b'", &["netns", "add", "a b"]),
            ("x \"it's\" 'say \"so\"'", &["x", "it's", "say \"so\""]),
            ("a'b c'd", &["a'b", "c'd"]),
            ("'' x", &["", "x"]),
            ("'a'b", &["a", "b"]),
        ] {
            let found = split(line.as_bytes()).unwrap();
            let wanted: Vec<_> = words.iter().map(|word| word.as_bytes()).collect();
            assert_eq!(found, wanted, "{line:?}");
        }
        assert!(split(b"netns add 'a b").is_err());
    }
}
