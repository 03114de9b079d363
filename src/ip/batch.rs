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
use crate::text::{cut, decimal, fill_two};

/// Runs the lines of a file, or of standard input for `-`. A line that fails is the last, unless `force` is given; a
/// line with a wrong word always is.
pub fn run(file: &[u8], force: bool, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut lines = Lines::open(file)?;
    let mut done = Ok(());
    while let Some(line) = lines.next()? {
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
        done = Err(Error::status(REFUSED));
        if !force {
            break;
        }
    }
    done
}

/// A reader of lines.
struct Lines {
    /// `None` is standard input.
    file: Option<OwnedFd>,
    buf: Vec<u8>,
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
            number: 0,
        })
    }

    /// The next line without comments, and with the lines that a backslash at its end joins to it.
    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(mut line) = self.physical()? else {
            return Ok(None);
        };
        while line.ends_with(b"\\\n") {
            line.truncate(line.len() - 2);
            match self.physical()? {
                Some(more) => line.extend(more),
                None => return Err(Error::refused("Missing continuation line", b"")),
            }
        }
        Ok(Some(line))
    }

    /// One line as it is in the file, up to a comment or a NUL, else with its newline.
    fn physical(&mut self) -> Result<Option<Vec<u8>>> {
        let mut seen = 0;
        let end = loop {
            match self.buf[seen..].iter().position(|b| *b == b'\n') {
                Some(end) => break seen + end + 1,
                None => seen = self.buf.len(),
            }
            if !self.read()? {
                break seen;
            }
        };
        if end == 0 {
            return Ok(None);
        }
        self.number += 1;
        let rest = self.buf.split_off(end);
        let mut line = std::mem::replace(&mut self.buf, rest);
        let cut = line.iter().position(|b| matches!(b, b'#' | 0));
        line.truncate(cut.unwrap_or(end));
        Ok(Some(line))
    }

    /// Reads more into the buffer. False at the end of the file.
    fn read(&mut self) -> Result<bool> {
        let start = self.buf.len();
        self.buf.resize(start + 4096, 0);
        let fd = self.file.as_ref().map_or(stdin(), |file| file.as_fd());
        let len = loop {
            match rustix::io::read(fd, &mut self.buf[start..]) {
                Err(Errno::INTR) => {}
                done => {
                    break done
                        .map_err(|e| Error::os("Cannot read the lines", b"", e.raw_os_error()))?;
                }
            }
        };
        self.buf.truncate(start + len);
        Ok(len > 0)
    }
}

/// The words of a line. A word that begins with a quote ends at the next such quote; there are no escapes.
fn split(line: &[u8]) -> Result<Vec<&[u8]>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
        rest = &rest[blanks..];
        match rest {
            [] => return Ok(words),
            [quote @ (b'\'' | b'"'), tail @ ..] => {
                if !tail.contains(quote) {
                    return Err(Error::refused("Unterminated quoted string", b"").ends());
                }
                rest = tail;
                words.push(cut(&mut rest, *quote).unwrap_or_default());
            }
            _ => {
                let end = rest.iter().position(|b| is_blank(*b));
                let (word, tail) = rest.split_at(end.unwrap_or(rest.len()));
                words.push(word);
                rest = tail;
            }
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
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
