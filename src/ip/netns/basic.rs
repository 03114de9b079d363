//! The commands of `ip netns` that every build has.

use std::os::fd::AsRawFd;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, REFUSED, Result};
use crate::files::of_process;
use crate::ip::command::{Commands, Ctx, Io, Run, apart};
use crate::ip::netns::words::{command, no_name, open_record};
use crate::names::netns::nsid_message;
use crate::nl::uapi::{netnsa, rtm};
use crate::ns::{self, enter};
use crate::text::decimal;

/// What follows the name in `delete NAME wait`.
pub(crate) const DELETE: Commands = commands! {
    Option:
    "=wait" (part "netns-wait") => crate::ip::netns::wait::run,
};
/// The function of a command behind `-all`.
macro_rules! behind_all {
    ($function:ident) => {{
        #[cfg(feature = "netns-extra")]
        const RUN: Run = crate::ip::netns::all::$function;
        #[cfg(not(feature = "netns-extra"))]
        const RUN: Run = |_, _, _| {
            Err(Error::missing_part(
                crate::error::Noun::Option,
                b"-all",
                "netns-extra",
            ))
        };
        RUN
    }};
}

/// `list`: all names with their ids. Further words are ignored.
pub fn list(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Io { out, names, .. } = io;
    let mark = out.mark();
    out.document();
    let found = names.each_nsid(&mut |name, id| {
        // A name that is no namespace is listed all the same, with the kernel's word on it. Before Linux 4.0 none has
        // an id.
        if let Err(e) = &id
            && e.errno() != libc::EOPNOTSUPP
        {
            ns::warn(e, out);
        }
        open_record(name, id.unwrap_or(None), out);
        out.text("\n");
        out.object_end();
        let _ = out.record_end();
    });
    if !matches!(found, Ok(true)) {
        // Nothing is printed where there is no folder.
        out.rollback(mark);
        return found.map(drop);
    }
    out.document_end()
}

/// `add NAME [up]`: a new namespace.
pub fn add(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let up = w.next() == Some(b"up");
    apart(ctx, io, &mut |io| ns::add(name, up, &mut io.out))
}

/// `attach NAME PID`: a name for the namespace of a process.
pub fn attach(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let (Some(name), Some(word)) = (w.next(), w.next()) else {
        return Err(Error::refused("No netns name and PID specified", b""));
    };
    let pid = args::signed(word).filter(|pid| *pid != 0);
    let pid = pid.ok_or_else(|| Error::refused("Invalid PID: %", word))?;
    let path = of_process(&decimal(pid.into()), b"/ns/net");
    ns::give_name(name, &path, &mut io.out, &mut || Ok(()))
}

/// `set NAMESPACE NETNSID`: an id for a namespace.
pub fn set(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let id = parse_id(w)?;
    let file = enter::open(name).map_err(|e| e.code_is(REFUSED))?;
    let mut msg = nsid_message(rtm::NEWNSID, netnsa::FD, file.as_raw_fd() as u32);
    msg.u32(netnsa::NSID, id as u32);
    io.send(&mut msg)
}

/// An id that is not negative; `auto` is -1, any that is free.
fn parse_id(w: &mut Words) -> Result<i32> {
    match w.next() {
        None => Err(Error::refused("No nsid specified", b"")),
        Some(b"auto") => Ok(-1),
        Some(word) => match args::signed(word) {
            None => Err(Error::bad_arg(word, "Invalid \"netnsid\" value")),
            Some(..0) => Err(Error::bad_arg(word, "\"netnsid\" value should be >= 0")),
            Some(id) => Ok(id),
        },
    }
}

/// `delete NAME`: the name goes; the namespace stays as long as somebody is in it. Words that are not known here are
/// ignored.
pub fn delete(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.all {
        return behind_all!(delete)(w, ctx, io);
    }
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    match w.next().and_then(|word| args::pick(word, DELETE)) {
        Some(run) => run(w, ctx, io),
        None => ns::delete(name),
    }
}

/// `exec NAMESPACE COMMAND`: becomes a command there.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.all {
        return behind_all!(exec)(w, ctx, io);
    }
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let command = command(w)?;
    apart(ctx, io, &mut |io| enter::exec(name, command, &mut io.out))
}
