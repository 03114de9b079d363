//! `ip -all netns`: a command in each namespace, or all names gone.

use crate::append::Append;
use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::command;
use crate::names::netns::{cannot_read, each_named};
use crate::ns::shared::Shared;
use crate::ns::{self, child, enter, failed};
use crate::out::Out;
use crate::text::{cut, fill_one};

/// Goes through the names.
fn each(each: &mut dyn FnMut(&[u8])) -> Result<()> {
    match each_named(&mut |_, name| each(name.to_bytes())) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(cannot_read(e)),
    }
}

/// Stops at the first that cannot go; that is no failure, as for iproute2, unless `-fail` is given.
pub fn delete(_: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut done = Ok(());
    each(&mut |name| {
        if done.is_ok() {
            done = ns::delete(name);
        }
    })?;
    match done {
        Err(e) if !ctx.fail => {
            io.out.report(&e);
            Ok(())
        }
        done => done,
    }
}

/// Runs a command in each namespace, one after the other.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let command = command(w)?;
    let out = &mut io.out;
    // Collected first, with a NUL behind each: the folder may change under way.
    let mut names = Vec::new();
    each(&mut |name| {
        names.append_bytes(name);
        names.push(0);
    })?;
    let mut left = &names[..];
    let mut ends = Vec::new();
    let mut killed = false;
    let mut stopped = Ok(());
    while stopped.is_ok() && !killed && !left.is_empty() {
        let begin = ends.len();
        stopped = run_some(left, command, &mut ends, &mut killed, out);
        // In the child: nothing else is done there.
        if stopped.as_ref().is_err_and(Error::is_end) {
            return stopped;
        }
        if stopped.is_ok() && !killed && begin == ends.len() {
            stopped = Err(Error::refused("netns exec: no command was run", b""));
        }
        for _ in begin..ends.len() {
            cut(&mut left, 0);
        }
    }
    if out.json() {
        show(&names, &ends, out)?;
    }
    stopped?;
    match ends.iter().find(|end| **end != 0) {
        Some(end) if ctx.fail => Err(Error::status(*end)),
        _ if killed => Err(Error::status(REFUSED).ends()),
        _ => Ok(()),
    }
}

/// What `-j` prints behind the commands: how each has ended.
fn show(mut names: &[u8], ends: &[u8], out: &mut Out) -> Result<()> {
    // A line of its own, however the commands have ended theirs.
    out.new_line();
    out.line();
    out.array("netns");
    let mut failed = 0;
    for end in ends {
        out.object("");
        out.str("name", cut(&mut names, 0).unwrap_or_default());
        out.uint("status", (*end).into());
        out.object_end();
        failed += u64::from(*end != 0);
    }
    out.array_end();
    out.uint("failed", failed);
    out.line_end()
}

/// Runs a command in the first of some namespaces, and in the next ones as long as they can share a mount namespace. A
/// child goes there, and tells how each command has ended (see [`child::End`]), and if a signal killed the last one.
fn run_some(
    mut names: &[u8],
    command: &[&[u8]],
    ends: &mut Vec<u8>,
    killed: &mut bool,
    out: &mut Out,
) -> Result<()> {
    /// The child's own exit status where a signal killed a command.
    const KILLED: u8 = 2;
    let pipe = pipe_with(PipeFlags::CLOEXEC);
    let (reader, writer) = pipe.map_err(|e| failed("pipe failed", b"", e))?;
    let mut reader = Some(reader);
    out.flush()?;
    let child = child::start(0, &mut || {
        // Its own copy: when the parent is gone, nobody reads.
        drop(reader.take());
        let shared = Shared::make();
        while let Some(name) = cut(&mut names, 0) {
            out.raw(&fill_one("\nnetns: %\n", name));
            out.flush()?;
            let child = child::start(0, &mut || match &shared {
                Some(shared) => shared.exec(name, command, out),
                None => enter::exec(name, command, out),
            })?;
            let end = child::wait(child);
            let told = rustix::io::write(&writer, &[end.code]);
            if end.killed {
                return Err(Error::status(KILLED));
            }
            if told.is_err() || shared.as_ref().is_some_and(Shared::is_used_up) {
                break;
            }
        }
        Ok(())
    })?;
    drop(writer);
    if let Some(reader) = reader {
        let _ = files::read_all(reader.as_fd(), ends);
    }
    let end = child::wait(child);
    *killed = end.code == KILLED;
    match end.code {
        0 | KILLED => Ok(()),
        code => Err(Error::status(code)),
    }
}
