//! What several objects do with saved messages: `save` writes those of a dump to standard output as they came, and `restore`
//! and `showdump` read them from standard input. A number that tells the object stands in front.

use crate::append::Append;
use rustix::stdio::{stdin, stdout};
use rustix::termios::isatty;

use crate::error::{Error, REFUSED, Result};
use crate::files::read_all;
use crate::ip::command::Io;
use crate::ip::saved::each_saved;
use crate::names::Names;
use crate::nl::uapi::nlm_f;
use crate::nl::wire::{HEADER, Message, Msg, field};
use crate::text::hexadecimal;

/// How an object saves its messages, and how it fails.
pub struct Format {
    /// The number in front, in host order.
    pub magic: u32,
    /// What the object is called in an error.
    pub noun: &'static str,
    /// The second line of the error of a dump, and its exit status.
    pub terminated: (&'static str, u8),
    /// The exit status where standard input is a terminal or begins with another number.
    pub mismatch: u8,
    /// The exit status where a message is cut short, or the kernel refuses it.
    pub failed: u8,
}

/// Whether a message of the dump is saved.
pub type Choose<'c> = &'c mut dyn FnMut(&Message<'_>, &mut Names) -> bool;

/// Saves the messages of a dump that are chosen.
pub fn save(format: &Format, request: &mut Msg, choose: Choose, io: &mut Io) -> Result<()> {
    if isatty(stdout()) {
        let text = "Not sending a binary stream to stdout";
        return Err(Error::refused(text, b""));
    }
    // The bytes are no JSON, and written all the same.
    let json = std::mem::take(&mut io.out.style.json);
    let Io { out, names, .. } = io;
    out.raw(&format.magic.to_ne_bytes());
    let mut socket = names.lend()?;
    let (line, code) = format.terminated;
    let done = socket.dump_for(line, request, &mut |message| {
        if choose(message, names) {
            out.raw(&header(message));
            out.raw(message.body);
        }
        out.record_end()
    });
    names.give_back(socket);
    out.style.json = json;
    match done {
        Err(e) if e.code() == REFUSED => Err(e.code_is(code)),
        done => done.map(drop),
    }
}

/// The header of a message as it came, but for the port, which means nothing to a reader.
fn header(message: &Message<'_>) -> [u8; HEADER] {
    let mut head = [0; HEADER];
    let len = (HEADER + message.body.len()) as u32;
    head[..4].copy_from_slice(&len.to_ne_bytes());
    head[4..6].copy_from_slice(&message.kind.to_ne_bytes());
    head[6..8].copy_from_slice(&message.flags.to_ne_bytes());
    head[8..12].copy_from_slice(&message.seq.to_ne_bytes());
    head
}

/// What was saved, on standard input: all of it is read at once.
pub struct Saved<'f> {
    format: &'f Format,
    bytes: Vec<u8>,
}

impl<'f> Saved<'f> {
    /// Reads it, and checks the number in front.
    pub fn open(format: &'f Format) -> Result<Saved<'f>> {
        if isatty(stdin()) {
            let text = "Can't restore % dump from a terminal";
            let e = Error::refused(text, format.noun.as_bytes());
            return Err(e.code_is(format.mismatch));
        }
        let mut bytes = Vec::new();
        let done = read_all(stdin(), &mut bytes);
        // What cannot be read has no number.
        if let (Err(e), true) = (done, bytes.len() >= 4) {
            let e = Error::os("Cannot read what was saved", b"", e.raw_os_error());
            return Err(e.code_is(format.failed));
        }
        if bytes.starts_with(&format.magic.to_ne_bytes()) {
            return Ok(Saved { format, bytes });
        }
        let whole: &[u8] = if bytes.len() < 4 { b"0" } else { b"1" };
        // Of a number that is cut short the rest is 0.
        bytes.append_bytes(&[0; 4]);
        let mut number = Vec::new();
        hexadecimal(&mut number, field(&bytes, 0).unwrap_or(0).into(), 1);
        let text = "Magic mismatch (% elems, % magic)";
        Err(Error::refused_two(text, whole, &number).code_is(format.mismatch))
    }

    /// Hands on the messages, to the end.
    ///
    /// # Errors
    /// A message is cut short, or too long for one; or what `each` returns, with which the reading ends.
    pub fn each(&self, each: &mut dyn FnMut(&Message<'_>) -> Result<()>) -> Result<()> {
        each_saved(&self.bytes, 4, self.format.failed, each)
    }
}

/// Sends what was saved of one type, whatever it is.
pub fn restore_all(format: &Format, kind: u16, io: &mut Io) -> Result<()> {
    restore(
        &Saved::open(format)?,
        &mut |message| message.kind == kind,
        io,
    )
}

/// Sends the messages again that are chosen, each as a request that makes what it tells of. What is there already is said, and
/// is no failure; at any other refusal it ends.
pub fn restore(
    saved: &Saved,
    choose: &mut dyn FnMut(&Message<'_>) -> bool,
    io: &mut Io,
) -> Result<()> {
    let failed = saved.format.failed;
    saved.each(&mut |message| {
        if !choose(message) {
            return Ok(());
        }
        let flags = message.flags | nlm_f::CREATE;
        let mut msg = Msg::new(message.kind, flags, message.body);
        match io.names.socket()?.ack(&mut msg, &mut |_| Ok(())) {
            Err(e) if e.errno() == libc::EEXIST => io.out.report(&e),
            done => done.map_err(|e| e.code_is(failed))?,
        }
        Ok(())
    })
}
