//! `ip -all netns`: a command in each namespace, or all names gone.

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::command;
use crate::names::netns::{each_named, folder};
use crate::ns::shared::Shared;
use crate::ns::{self, child, enter, failed};
use crate::out::Out;
use crate::text::fill_one;

/// Goes through the names.
fn each(each: &mut dyn FnMut(&[u8])) -> Result<()> {
    match each_named(&mut |_, name| each(name.to_bytes())) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(failed("Failed to open directory %", folder(), e)),
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

/// How a command has ended: as [`child::code`] says it, and 1 if a signal killed it.
type End = [u8; 2];

/// Runs a command in each namespace, one after the other.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let command = command(w)?;
    let out = &mut io.out;
    // Collected first: the folder may change under way.
    let mut names = Vec::new();
    each(&mut |name| names.push(name.to_vec()))?;
    let mut ends: Vec<End> = Vec::new();
    let mut stopped = Ok(());
    let is_killed = |end: Option<&End>| end.is_some_and(|end| end[1] != 0);
    while stopped.is_ok() && ends.len() < names.len() && !is_killed(ends.last()) {
        let rest = &names[ends.len()..];
        stopped = run_some(rest, command, &mut ends, out);
        // In the child: nothing else is done there.
        if stopped.as_ref().is_err_and(Error::is_end) {
            return stopped;
        }
    }
    if out.json() {
        // A line of its own, however the commands have ended theirs.
        out.new_line();
        out.line();
        out.array("netns");
        for (name, [code, _]) in names.iter().zip(&ends) {
            out.object("");
            out.str("name", name);
            out.uint("status", (*code).into());
            out.object_end();
        }
        out.array_end();
        let failures = ends.iter().filter(|end| end[0] != 0);
        out.uint("failed", failures.count() as u64);
        out.line_end()?;
    }
    stopped?;
    match ends.iter().find(|end| end[0] != 0) {
        Some([code, _]) if ctx.fail => Err(Error::status(*code)),
        _ if is_killed(ends.last()) => Err(Error::status(REFUSED).ends()),
        _ => Ok(()),
    }
}

/// Runs a command in the first of some namespaces, and in the next ones as long as they can share a mount namespace: a child goes
/// there, and tells how each command has ended.
fn run_some(
    names: &[Vec<u8>],
    command: &[&[u8]],
    ends: &mut Vec<End>,
    out: &mut Out,
) -> Result<()> {
    let pipe = pipe_with(PipeFlags::CLOEXEC);
    let (reader, writer) = pipe.map_err(|e| failed("pipe failed", b"", e))?;
    out.flush()?;
    let mut reader = Some(reader);
    let child = child::start(0, &mut || {
        // Its own copy: when the parent is gone, nobody reads.
        drop(reader.take());
        let shared = Shared::make();
        for name in names {
            out.raw(&fill_one("\nnetns: %\n", name));
            out.flush()?;
            let child = child::start(0, &mut || match &shared {
                Some(shared) => shared.exec(name, command, out),
                None => enter::exec(name, command, out),
            })?;
            let status = child::wait(child)?;
            let end = [child::code(status), status.signaled().into()];
            let told = rustix::io::write(&writer, &end);
            let is_last = shared.as_ref().is_some_and(Shared::is_used_up);
            if is_last || status.signaled() || told.is_err() {
                break;
            }
        }
        Ok(())
    })?;
    drop(writer);
    if let Some(told) = reader.and_then(|reader| files::read_all(&reader).ok()) {
        ends.extend(told.as_chunks().0);
    }
    match child::wait(child)?.exit_status() {
        Some(0) => Ok(()),
        status => Err(Error::status(status.unwrap_or(REFUSED.into()) as u8)),
    }
}
