//! The commands of `ip netns` that every build has.

use std::os::fd::AsRawFd;

use rustix::fs::CWD;
use rustix::io::Errno;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, REFUSED, Result, errno_words};
use crate::files::of_process;
use crate::ip::command::{Commands, Ctx, Io, Run};
use crate::ip::netns::words::{apart, command, no_name, only, open_record, show_name};
use crate::names::netns::{each_named, folder, nsid_message};
use crate::nl::uapi::{netnsa, rtm};
use crate::ns::{self, enter, failed, hint, who};
use crate::text::decimal;

/// What follows the name in `delete NAME wait`.
const DELETE: Commands = commands! {
    "Option":
    "=wait" (part "netns-wait") => crate::ip::netns::wait::run,
};
/// `-all netns delete`.
const DELETE_ALL: Run =
    commands! { "Option": "-all" (part "netns-extra") => crate::ip::netns::all::delete, }.1[0];
/// `-all netns exec`.
const EXEC_ALL: Run =
    commands! { "Option": "-all" (part "netns-extra") => crate::ip::netns::all::exec, }.1[0];

/// `list`: all names with their ids. Words that follow are nobody's.
pub fn list(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Io { out, names } = io;
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
    })?;
    if !found {
        out.rollback(mark);
        return Ok(());
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
    io.names.socket()?.ack(&mut msg, &mut |_| Ok(()))
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
        return DELETE_ALL(w, ctx, io);
    }
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    match w.next().and_then(|word| args::pick(word, DELETE)) {
        Some(run) => run(w, ctx, io),
        None => ns::delete(name),
    }
}

/// `identify [PID]`: the name of a process's namespace, of several the last in the folder's order, or an empty line.
pub fn identify(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let pid = w.next();
    only(w)?;
    if let Some(word) = pid.filter(|pid| !pid.iter().all(u8::is_ascii_digit)) {
        return Err(Error::refused("Specified string '%' is not a pid", word));
    }
    let own = of_process(pid.unwrap_or(b"self"), b"/ns/net");
    let own = who::find(CWD, own.to_bytes(), b"")
        .map_err(|e| failed("Cannot open network namespace", b"", e))?;
    let mut found = Vec::new();
    let read = each_named(&mut |folder, name| {
        if who::leads_to(folder, name.to_bytes(), b"", own) {
            found = name.to_bytes().to_vec();
        }
    });
    let out = &mut io.out;
    match read {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(e) => {
            // Without a blank, as iproute2 has it here.
            let text = "Failed to open directory %:%";
            let words = errno_words(e.raw_os_error());
            return Err(Error::refused_two(text, folder(), &words));
        }
    }
    out.document();
    if !found.is_empty() || !out.json() {
        show_name(&found, out);
    }
    out.document_end()
}

/// `pids NAMESPACE`: the processes in a namespace.
pub fn pids(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Some(word) = w.next() else {
        return Err(no_name());
    };
    only(w)?;
    let file = enter::open(word).map_err(|e| {
        // Without the name, as iproute2.
        let e = Error::os("Cannot open network namespace", b"", e.errno());
        hint::suggest_name(e, word)
    })?;
    let file = who::file_of(&file).map_err(|e| failed("Stat of netns failed", b"", e))?;
    let out = &mut io.out;
    out.document();
    let done = who::processes(file, &mut |pid| {
        out.object("");
        out.uint("pid|%\n", args::radix(pid, 10).unwrap_or(0));
        out.object_end();
    });
    out.document_end()?;
    done
}

/// `exec NAMESPACE COMMAND`: becomes a command there.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.all {
        return EXEC_ALL(w, ctx, io);
    }
    let Some(name) = w.next() else {
        return Err(no_name());
    };
    let command = command(w)?;
    apart(ctx, io, &mut |io| enter::exec(name, command, &mut io.out))
}
