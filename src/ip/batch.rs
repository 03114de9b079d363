//! `-batch FILE`: each line is a command line without global options; all use one netlink socket.
//!
//! Of a line that changes an address, a route, a nexthop, a neighbour or a rule nothing is to be known but whether it was refused, and
//! the kernel says that before send(2) returns. With `-force` many such lines are one datagram. Without, each is its own: the
//! kernel goes on with the rest of a datagram whatever it refuses in it, and what follows a line that fails must not be done.

use crate::append::Append;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::stdio::stdin;

use crate::args::{Words, named};
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip::command::{Ctx, Io};
use crate::ip::objects::run_object;
use crate::sys::Path;
use crate::text::{cut, next_word, skip_blanks};

/// The objects whose commands leave the names and indices of links and namespaces as they are.
const KEEP_NAMES: &[u8] = b"route,address,rule,neighbor,neighbour,nexthop";
/// Their commands that change something, and print nothing.
const CHANGES: &[u8] = b"add,append,prepend,change,=chg,replace,delete";

/// Runs the lines of a file, or of standard input for `-`. A line that fails is the last, unless `force` is given; a
/// line with a wrong word always is.
pub fn run(file: &[u8], force: bool, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut lines = Lines::open(file)?;
    io.pending.file = file.into();
    let done = run_lines(&mut lines, force, ctx, io);
    io.settle();
    done?;
    match io.pending.failed {
        true => Err(Error::status(REFUSED)),
        false => Ok(()),
    }
}

fn run_lines(lines: &mut Lines, force: bool, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut line = Vec::new();
    while lines.read_line(&mut line, io)? {
        let words = split(&line)?;
        let [object, rest @ ..] = &words[..] else {
            continue;
        };
        let keeps_names = named(object, KEEP_NAMES);
        let command = rest.first().copied().unwrap_or_default();
        let may_wait = force && keeps_names && named(command, CHANGES);
        if !may_wait {
            io.settle();
        }
        io.pending.line = lines.number;
        let done = run_object(object, &mut Words::behind(1, &words), ctx, io);
        if !keeps_names {
            io.names.forget();
        }
        match done {
            Ok(()) if may_wait => {}
            Ok(()) => io.settle(),
            Err(e) if e.is_end() => return Err(e),
            Err(e) => io.fail(&e),
        }
        if io.pending.failed && !force {
            break;
        }
    }
    Ok(())
}

/// A reader of lines.
struct Lines {
    /// `None` is standard input.
    file: Option<OwnedFd>,
    buf: Vec<u8>,
    /// How much of `buf` has been taken.
    at: usize,
    /// Of the line that was read last, from 1.
    number: u32,
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
    fn read_line(&mut self, line: &mut Vec<u8>, io: &mut Io) -> Result<bool> {
        line.clear();
        if !self.add_physical(line, io)? {
            return Ok(false);
        }
        while line.ends_with(b"\\\n") {
            line.truncate(line.len() - 2);
            if !self.add_physical(line, io)? {
                return Err(Error::refused("Missing continuation line", b""));
            }
        }
        Ok(true)
    }

    /// Adds one line as it is in the file, up to a comment or a NUL, else with its newline. False at the end of the file.
    fn add_physical(&mut self, line: &mut Vec<u8>, io: &mut Io) -> Result<bool> {
        let (mut any, mut shown) = (false, true);
        loop {
            if self.at == self.buf.len() {
                self.read(io)?;
            }
            let piece = &self.buf[self.at..];
            any |= !piece.is_empty();
            // Up to the newline, and with it, or up to a comment.
            let end = piece
                .iter()
                .position(|byte| matches!(byte, b'\n' | b'#' | 0));
            let is_end = end.map_or(piece.is_empty(), |end| piece[end] == b'\n');
            let len = end.map_or(piece.len(), |end| end + usize::from(is_end));
            if shown {
                line.append_bytes(&piece[..len]);
            }
            shown &= is_end || end.is_none();
            self.at += len + usize::from(!is_end && end.is_some());
            if is_end {
                break;
            }
        }
        self.number += u32::from(any);
        Ok(any)
    }

    /// Reads the next bytes into the buffer, none at the end of the file. Whoever writes them may wait for what the lines
    /// before do and print, and may have changed links meanwhile.
    fn read(&mut self, io: &mut Io) -> Result<()> {
        io.settle();
        // What cannot be printed is an error at the end.
        let _ = io.out.flush();
        io.names.forget();
        self.at = 0;
        self.buf.resize(16_384, 0);
        let fd = self.file.as_ref().map_or(stdin(), |file| file.as_fd());
        let len = loop {
            match rustix::io::read(fd, &mut self.buf[..]) {
                Ok(len) => break len,
                Err(Errno::INTR) => {}
                Err(e) => return Err(Error::os("Cannot read the lines", b"", e.raw_os_error())),
            }
        };
        self.buf.truncate(len);
        Ok(())
    }
}

/// The words of a line. A word that begins with a quote ends at the next such quote; there are no escapes.
pub fn split(line: &[u8]) -> Result<Vec<&[u8]>> {
    let mut words = Vec::with_capacity(16);
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
