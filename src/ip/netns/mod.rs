//! `ip netns`: named network namespaces, their ids, who is in them, and tunnels between them. Here are the table of the commands
//! and those that every build has; the others have files of their own.

#[cfg(feature = "netns-extra")]
mod all;
#[cfg(feature = "connect")]
mod connect;
#[cfg(feature = "netns-extra")]
mod get;
mod help;
#[cfg(feature = "netns-extra")]
pub mod list_id;
#[cfg(feature = "netns-extra")]
mod monitor;
#[cfg(feature = "netns-extra")]
mod prune;
#[cfg(feature = "netns-extra")]
mod replace;
#[cfg(feature = "netns-wait")]
mod wait;

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{OFlags, Stat, fstat};
use rustix::io::Errno;

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, REFUSED, Result, USAGE, errno_words};
use crate::files;
use crate::ip::command::{Commands, Ctx, Io, Run, unknown};
use crate::names::Names;
use crate::names::netns::{each_named, folder, is_netns_name, nsid_message};
use crate::nl::uapi::{netnsa, rtm};
use crate::ns::{self, Folder, child, enter, failed, hint, who};
use crate::out::Out;
use crate::sys::Path;
use crate::text::decimal;

/// What may follow a command: a name and nothing else, or any NAMESPACE, so that a path is no error.
const NAME: bool = false;
const NAMESPACE: bool = true;

/// The table of the commands. A row is the spellings of a command (see [`args::named`]), what may follow it, perhaps the part that
/// has it, its code, and its line in the help; of that line a piece may be of a part as well.
macro_rules! table {
    ($($spellings:literal $of:ident $((part $part:literal))? => $code:expr,
        [$($piece:literal $(if $has:literal)?)*];)*) => {
        /// In the order in which a prefix picks them.
        pub const COMMANDS: Commands = commands! {
            "Command":
            $($spellings $((part $part))? => $code,)*
        };
        /// What may follow each.
        const FOLLOWED_BY: (&str, &[bool]) = (COMMANDS.0, &[$($of),*]);
        /// Their lines of the help, in pieces.
        const HELP: &[&[&str]] = &[
            $($(#[cfg(feature = $part)])? &[$($(#[cfg(feature = $has)])? $piece),*],)*
        ];
    };
}

// Commands that iproute2 has not are whole words, in nobody's way.
table! {
    "list,show,lst" NAME => list,
        ["ip netns list"];
    "add" NAME => add,
        ["ip netns add NAME [up]"];
    "=replace" NAME (part "netns-extra") => replace::run,
        ["ip netns replace NAME [up]"];
    "attach" NAME => attach,
        ["ip netns attach NAME PID"];
    "set" NAMESPACE => set,
        ["ip netns set NAMESPACE NETNSID"];
    "=get" NAME (part "netns-extra") => get::run,
        ["ip netns get NAME"];
    "delete" NAME => delete,
        ["ip " "[-all [-fail]] " if "netns-extra" "netns delete [NAME" " [wait [SECONDS]]" if "netns-wait" "]"];
    "=prune" NAME (part "netns-extra") => prune::run,
        ["ip netns prune"];
    "identify" NAME => identify,
        ["ip netns identify [PID]"];
    "pids" NAMESPACE => pids,
        ["ip netns pids NAMESPACE"];
    "exec" NAMESPACE => exec,
        ["ip " "[-all [-fail]] " if "netns-extra" "netns exec [NAMESPACE] cmd ..."];
    "monitor" NAME (part "netns-extra") => monitor::run,
        ["ip netns monitor"];
    "list-id" NAME (part "netns-extra") => list_id::run,
        ["ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]"];
    "=connect" NAMESPACE (part "connect") => connect::connect,
        ["ip netns connect NAMESPACE [NAMESPACE] [dev DEV] [peer DEV] [PREFIX] [mtu N]"];
    "=disconnect" NAMESPACE (part "connect") => connect::disconnect,
        ["ip netns disconnect NAMESPACE [NAMESPACE] [dev DEV]"];
    "help" NAME => |_, _, _| Err(help::usage()),
        [];
}

/// What follows the name in `delete NAME wait`.
const DELETE: Commands = commands! {
    "Word":
    "=wait" (part "netns-wait") => wait::run,
};
/// `-all netns delete`.
const DELETE_ALL: Run = commands! { "Option": "-all" (part "netns-extra") => all::delete, }.1[0];
/// `-all netns exec`.
const EXEC_ALL: Run = commands! { "Option": "-all" (part "netns-extra") => all::exec, }.1[0];

/// Runs `ip netns WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(word) = w.next() else {
        return list(w, ctx, io);
    };
    let any = args::pick(word, FOLLOWED_BY) == Some(NAMESPACE);
    if let Some(name) = w.peek()
        && !ctx.all
        && !is_netns_name(name)
        && !(any && name.contains(&b'/'))
    {
        return Err(Error::new(USAGE, "Invalid netns name \"%\"", &[name]));
    }
    let run = args::pick(word, COMMANDS).ok_or_else(|| unknown(word, "netns"))?;
    run(w, ctx, io)
}

/// Does what leaves this process in another namespace. In a batch, where another line may follow, a child does it.
fn apart(ctx: &Ctx, io: &mut Io, body: &mut dyn FnMut(&mut Io) -> Result<()>) -> Result<()> {
    if !ctx.batch {
        return body(io);
    }
    io.out.flush()?;
    let status = child::run(&mut || {
        // The socket is the parent's as well: who reads an answer from it takes it from the other.
        io.names = Names::default();
        body(io)
    })?;
    match status.exit_status() {
        Some(0) => Ok(()),
        Some(_) => Err(Error::status(REFUSED)),
        None => Err(Error::status(REFUSED).ends()),
    }
}

/// The next word, which must be there: a name or a NAMESPACE.
fn name<'a>(w: &mut Words<'a>) -> Result<&'a [u8]> {
    w.next().ok_or_else(ns::no_name)
}

/// The words that are left, which are the command to be run.
fn command<'a>(w: &mut Words<'a>) -> Result<&'a [&'a [u8]]> {
    match w.rest() {
        [] => Err(Error::refused("No command specified", b"")),
        command => Ok(command),
    }
}

/// Refuses any word that is left.
fn only(w: &Words) -> Result<()> {
    match w.peek() {
        Some(_) => Err(Error::refused("extra arguments specified", b"")),
        None => Ok(()),
    }
}

/// Prints an object with a name, as one line of text.
fn show_name(name: &[u8], out: &mut Out) {
    out.object("");
    out.str("name|%\n", name);
    out.object_end();
}

/// Opens the object of a name with an id, and prints both.
fn open_record(name: &[u8], id: Option<i32>, out: &mut Out) {
    out.object("");
    out.str("name|%", name);
    if let Some(id) = id {
        out.int("id| (id: %)", id.into());
    }
}

/// `list`: all names with their ids. Words that follow are nobody's.
fn list(_: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let Io { out, names } = io;
    let mark = out.mark();
    out.document();
    let found = names.each_nsid(&mut |name, id| {
        // A name that is no namespace is listed all the same, with the kernel's word on it. Before Linux 4.0 none has an id.
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
fn add(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let name = name(w)?;
    let up = w.next() == Some(b"up");
    apart(ctx, io, &mut |io| ns::add(name, up, &mut io.out))
}

/// `attach NAME PID`: a name for the namespace of a process.
fn attach(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let (Some(name), Some(word)) = (w.next(), w.next()) else {
        return Err(Error::refused("No netns name and PID specified", b""));
    };
    let pid = args::signed(word).filter(|pid| *pid != 0);
    let pid = pid.ok_or_else(|| Error::refused("Invalid PID: %", word))?;
    let path = Path::new(&[b"/proc/", &decimal(pid.into()), b"/ns/net"]);
    Folder::prepare(&mut io.out)?.name(name, &path)
}

/// `set NAMESPACE NETNSID`: an id for a namespace.
fn set(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let name = name(w)?;
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

/// `delete NAME`: the name goes; the namespace stays as long as somebody is in it. Words that are not known here are ignored.
fn delete(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.all {
        return DELETE_ALL(w, ctx, io);
    }
    let name = name(w)?;
    match w.next().and_then(|word| args::pick(word, DELETE)) {
        Some(run) => run(w, ctx, io),
        None => ns::delete(name),
    }
}

/// `identify [PID]`: the name of a process's namespace, of several the last in the folder's order, or an empty line.
fn identify(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let pid = w.next();
    only(w)?;
    if let Some(word) = pid.filter(|pid| !pid.iter().all(u8::is_ascii_digit)) {
        return Err(Error::refused("Specified string '%' is not a pid", word));
    }
    let own = Path::new(&[b"/proc/", pid.unwrap_or(b"self"), b"/ns/net"]);
    let own = files::open(&own, OFlags::RDONLY)
        .map_err(|e| failed("Cannot open network namespace", b"", e))?;
    let own = stat_netns(&own)?;
    let mut found = Vec::new();
    let read = each_named(&mut |folder, name| {
        if who::leads_to(folder, name, &own) {
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
            return Err(Error::new(REFUSED, text, &[folder(), &words]));
        }
    }
    out.document();
    if !found.is_empty() || !out.json() {
        show_name(&found, out);
    }
    out.document_end()
}

/// `pids NAMESPACE`: the processes in a namespace.
fn pids(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let word = name(w)?;
    only(w)?;
    let file = enter::open(word).map_err(|e| {
        // Without the name, as iproute2.
        let e = Error::os("Cannot open network namespace", b"", e.errno());
        hint::nearest(e, word)
    })?;
    let file = stat_netns(&file)?;
    let out = &mut io.out;
    out.document();
    let done = who::processes(&file, &mut |pid| {
        out.object("");
        out.uint("pid|%\n", args::radix(pid, 10).unwrap_or(0));
        out.object_end();
    });
    out.document_end()?;
    done
}

/// `exec NAMESPACE COMMAND`: becomes a command there.
fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    if ctx.all {
        return EXEC_ALL(w, ctx, io);
    }
    let name = name(w)?;
    let command = command(w)?;
    apart(ctx, io, &mut |io| enter::exec(name, command, &mut io.out))
}

fn stat_netns(file: &OwnedFd) -> Result<Stat> {
    fstat(file).map_err(|e| failed("Stat of netns failed", b"", e))
}
