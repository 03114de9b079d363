//! `ip -all netns`: a command in each namespace, or all names gone.

use rustix::io::Errno;

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::netns::words::command;
use crate::names::netns::{each_named, folder};
use crate::ns::{self, child, enter, failed};
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

/// Runs a command in each namespace, one after the other.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let command = command(w)?;
    let out = &mut io.out;
    // Collected first: the folder may change under way.
    let mut list = Vec::new();
    each(&mut |name| list.push(name.to_vec()))?;
    let mut statuses = Vec::new();
    let mut first = 0;
    let mut killed = false;
    let mut stopped = Ok(());
    for name in &list {
        out.raw(&fill_one("\nnetns: %\n", name));
        out.flush()?;
        let status = match child::run(&mut || enter::exec(name, command, out)) {
            Ok(status) => status,
            // In the child as well: nothing else is done there.
            Err(e) if e.is_end() => return Err(e),
            Err(e) => {
                stopped = Err(e);
                break;
            }
        };
        let code = match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => code,
            (_, signal) => {
                killed = true;
                128 + signal.unwrap_or(0)
            }
        };
        first = if first == 0 { code } else { first };
        statuses.push((name, code));
        if killed {
            break;
        }
    }
    if out.json() {
        // A line of its own, however the commands have ended theirs.
        out.new_line();
        out.line();
        out.array("netns");
        for (name, code) in &statuses {
            out.object("");
            out.str("name", name);
            out.int("status", (*code).into());
            out.object_end();
        }
        out.array_end();
        let failures = statuses.iter().filter(|(_, code)| *code != 0);
        out.uint("failed", failures.count() as u64);
        out.line_end()?;
    }
    stopped?;
    match first {
        0 => Ok(()),
        code if ctx.fail => Err(Error::status(code as u8)),
        _ if killed => Err(Error::status(REFUSED).ends()),
        _ => Ok(()),
    }
}
