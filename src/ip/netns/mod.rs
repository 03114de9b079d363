//! `ip netns`: named network namespaces, their ids, who is in them, and tunnels between them.

mod all;
mod connect;

use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;

use rustix::fs::{OFlags, fstat, inotify, major, minor};
use rustix::io::Errno;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result, USAGE, errno_words};
use crate::files;
use crate::ip::command::{Ctx, DUMP_CHANGED, Io, unknown};
use crate::names::{self, Names, is_netns_name, nsid_message};
use crate::nl::uapi::{netnsa, rtm};
use crate::nl::wire::{Attrs, Message, Msg};
use crate::ns::tunnel::Plan;
use crate::ns::{self, Folder, child, enter, failed, freed, hint};
use crate::out::Out;
use crate::sys::Path;
use crate::text::{cut, decimal, fill};

const USAGE_TEXT: &str = "\
Usage:	ip netns list
	ip netns add NAME [up]
	ip netns replace NAME [up]
	ip netns attach NAME PID
	ip netns set NAMESPACE NETNSID
	ip netns get NAME
	ip [-all [-fail]] netns delete [NAME [wait [SECONDS]]]
	ip netns prune
	ip netns identify [PID]
	ip netns pids NAMESPACE
	ip [-all [-fail]] netns exec [NAMESPACE] cmd ...
	ip netns monitor
	ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]
	ip netns connect NAMESPACE [NAMESPACE] [dev DEV] [peer DEV] [PREFIX] [mtu N]
	ip netns disconnect NAMESPACE [NAMESPACE] [dev DEV]
NETNSID := auto | POSITIVE-INT
NAMESPACE := NAME | PATH | PID | fd:N";

/// How long `delete NAME wait` waits where it is not said, in seconds.
const PATIENCE: u32 = 10;

/// What is asked for.
pub enum Req<'a> {
    /// All names.
    List,
    /// The ids that another namespace has given, or this one (`None`); all of them or one.
    ListId(Option<i32>, Option<i32>),
    /// A new namespace of that name, with its loopback device up or not.
    Add(&'a [u8], bool),
    /// The same, if there is none of that name.
    Replace(&'a [u8], bool),
    /// A name for the namespace of a process.
    Attach(&'a [u8], i32),
    /// An id for a namespace; -1 for any that is free.
    Set(&'a [u8], i32),
    /// One name.
    Get(&'a [u8]),
    /// The name goes; the namespace stays as long as somebody is in it. Perhaps with so many seconds to wait until it is freed.
    Delete(&'a [u8], Option<u32>),
    /// All names go.
    DeleteAll,
    /// Names without a namespace go.
    Prune,
    /// The name of a process's namespace.
    Identify(Option<&'a [u8]>),
    /// Who is in a namespace.
    Pids(&'a [u8]),
    /// A command in a namespace.
    Exec(&'a [u8], &'a [&'a [u8]]),
    /// A command in each of them.
    ExecAll(&'a [&'a [u8]]),
    /// What comes and goes from now on.
    Monitor,
    /// A tunnel.
    Connect(Plan<'a>),
    /// No tunnel: to the first, from the second or here, the one at that device.
    Disconnect(&'a [u8], Option<&'a [u8]>, Option<&'a [u8]>),
}

#[derive(Clone, Copy, PartialEq)]
enum Command {
    List,
    ListId,
    Help,
    Add,
    Set,
    Delete,
    Identify,
    Pids,
    Exec,
    Monitor,
    Attach,
    Prune,
    Replace,
    Get,
    Connect,
    Disconnect,
}

/// In the order in which a prefix picks them. Those that iproute2 has not are whole words, in nobody's way.
const COMMANDS: (&str, &[Command]) = (
    "list,show,lst|list-id|help|add|set|delete|identify|pids|exec|monitor|attach|\
     =prune|=replace|=get|=connect|=disconnect",
    {
        use Command::*;
        &[
            List, ListId, Help, Add, Set, Delete, Identify, Pids, Exec, Monitor, Attach, Prune,
            Replace, Get, Connect, Disconnect,
        ]
    },
);

/// Reads the words after `ip netns`.
pub fn parse<'a>(w: &mut Words<'a>, ctx: &Ctx) -> Result<Req<'a>> {
    let Some(word) = w.next() else {
        return Ok(Req::List);
    };
    let command = args::pick(word, COMMANDS);
    // These take what is no name as well.
    let takes_any = matches!(
        command,
        Some(Command::Set | Command::Pids | Command::Exec | Command::Connect | Command::Disconnect)
    );
    if let Some(name) = w.peek().filter(|_| !ctx.all)
        && !is_netns_name(name)
        && !(takes_any && name.contains(&b'/'))
    {
        return Err(Error::new(USAGE, "Invalid netns name \"%\"", &[name]));
    }
    let mut name = || w.next().ok_or_else(ns::no_name);
    Ok(match command.ok_or_else(|| unknown(word, "netns"))? {
        Command::List => Req::List,
        Command::Help => return Err(Error::help(USAGE_TEXT)),
        Command::ListId => parse_ids(w)?,
        Command::Add => Req::Add(name()?, w.next() == Some(b"up")),
        Command::Replace => Req::Replace(name()?, w.next() == Some(b"up")),
        Command::Get => Req::Get(name()?),
        Command::Delete if ctx.all => Req::DeleteAll,
        Command::Delete => Req::Delete(name()?, parse_wait(w)?),
        Command::Prune => Req::Prune,
        Command::Monitor => Req::Monitor,
        Command::Set => Req::Set(name()?, parse_id(w)?),
        Command::Attach => {
            let (Some(name), Some(pid)) = (w.next(), w.next()) else {
                return Err(Error::refused("No netns name and PID specified", b""));
            };
            let number = args::signed(pid).filter(|n| *n != 0);
            Req::Attach(
                name,
                number.ok_or_else(|| Error::refused("Invalid PID: %", pid))?,
            )
        }
        Command::Identify => {
            let pid = w.next();
            only(w)?;
            Req::Identify(pid)
        }
        Command::Pids => {
            let name = name()?;
            only(w)?;
            Req::Pids(name)
        }
        Command::Exec => {
            let name = if ctx.all { None } else { Some(name()?) };
            match (name, w.rest()) {
                (_, []) => return Err(Error::refused("No command specified", b"")),
                (Some(name), command) => Req::Exec(name, command),
                (None, command) => Req::ExecAll(command),
            }
        }
        Command::Connect => connect::parse(w, true).map(Req::Connect)?,
        Command::Disconnect => {
            let plan = connect::parse(w, false)?;
            Req::Disconnect(plan.name, plan.other, plan.dev)
        }
    })
}

fn only(w: &Words) -> Result<()> {
    match w.peek() {
        Some(_) => Err(Error::refused("extra arguments specified", b"")),
        None => Ok(()),
    }
}

/// `auto`, or an id that is not negative.
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

/// `wait [SECONDS]`. Words that are not ours are nobody's.
fn parse_wait(w: &mut Words) -> Result<Option<u32>> {
    if w.next() != Some(b"wait") {
        return Ok(None);
    }
    let Some(word) = w.next() else {
        return Ok(Some(PATIENCE));
    };
    let seconds = args::unsigned(word, i32::MAX as u64);
    let seconds = seconds.ok_or_else(|| Error::bad_arg(word, "Invalid \"wait\" value"))?;
    Ok(Some(seconds as u32))
}

/// `[target-nsid N] [nsid N]`.
fn parse_ids<'a>(w: &mut Words) -> Result<Req<'a>> {
    let mut ids = [None; 2];
    while let Some(word) = w.next() {
        let slot = match word {
            b"target-nsid" => 0,
            b"nsid" => 1,
            _ => return Err(Error::help(USAGE_TEXT)),
        };
        if ids[slot].is_some() {
            return Err(Error::duplicate(word, word));
        }
        let value = w.value()?;
        let wrong = |reason| Error::bad_value(value, reason, word);
        let id = args::signed(value).ok_or_else(|| wrong(b"\"%\" value is invalid"))?;
        if id < 0 {
            return Err(wrong(b"\"%\" value should be >= 0"));
        }
        ids[slot] = Some(id);
    }
    Ok(Req::ListId(ids[0], ids[1]))
}

/// The question for ids, or the order to give one.
pub fn encode(req: &Req) -> Msg {
    let mut msg = Msg::new(rtm::GETNSID, 0, &[0; 4]);
    if let Req::ListId(target, id) = req {
        for (attr, id) in [(netnsa::NSID, id), (netnsa::TARGET_NSID, target)] {
            if let Some(id) = *id {
                msg.u32(attr, id as u32);
            }
        }
    }
    msg
}

/// An id of a namespace as one namespace gave it, and as this one did; negative where there is none.
pub struct Record {
    id: Option<i32>,
    current: Option<i32>,
}

/// Reads an answer.
pub fn decode(message: Message<'_>) -> Option<Record> {
    let attrs = Attrs(message.body.get(4..)?);
    let number = |attr| attrs.find(attr).and_then(|attr| attr.i32());
    (message.kind == rtm::NEWNSID).then(|| Record {
        id: number(netnsa::NSID),
        current: number(netnsa::CURRENT_NSID),
    })
}

/// Prints ids, and the name if there is one.
pub fn show(record: &Record, name: Option<&[u8]>, out: &mut Out) {
    out.object("");
    match record.id {
        Some(..0) => out.text("nsid unassigned "),
        Some(id) => out.int("nsid|nsid % ", id.into()),
        None => {}
    }
    match record.current {
        Some(..0) => out.text("current-nsid unassigned "),
        Some(id) => out.int("current-nsid|current-nsid % ", id.into()),
        None => {}
    }
    if let Some(name) = name {
        out.str("name|(iproute2 netns name: %)", name);
    }
    out.text("\n");
    out.object_end();
}

/// Runs `ip netns WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, ctx)?;
    // What leaves this process in another namespace is done in a child where there may be more to do.
    let moves = matches!(
        req,
        Req::Add(..) | Req::Replace(..) | Req::Exec(..) | Req::Connect(_) | Req::Disconnect(..)
    );
    if !(moves && ctx.batch) {
        return act(&req, ctx, io);
    }
    let status = child::run(&mut io.out, &mut |out| {
        let mut io = Io {
            out: std::mem::take(out),
            names: Names::default(),
        };
        let done = act(&req, ctx, &mut io);
        *out = io.out;
        done
    })?;
    match status.exit_status() {
        Some(0) => Ok(()),
        Some(_) => Err(Error::status(REFUSED)),
        None => Err(Error::status(REFUSED).ends()),
    }
}

fn act(req: &Req, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let out = &mut io.out;
    match *req {
        Req::List => list(io),
        Req::ListId(target, id) => list_id(&mut encode(req), target.is_some(), id.is_none(), io),
        Req::Add(name, up) => ns::add(name, up, out),
        Req::Replace(name, up) => ns::replace(name, up, out),
        Req::Attach(name, pid) => {
            let pid = decimal(pid.into());
            Folder::prepare(out)?.name(name, &Path::new(&[b"/proc/", &pid, b"/ns/net"]))
        }
        Req::Set(word, id) => {
            let fd = enter::open(word).map_err(|e| e.code_is(REFUSED))?;
            let fd = fd.as_raw_fd() as u32;
            let mut msg = nsid_message(rtm::NEWNSID, netnsa::FD, fd);
            msg.u32(netnsa::NSID, id as u32);
            io.names.socket()?.ack(&mut msg, &mut |_| Ok(()))
        }
        Req::Get(name) => get(name, io),
        Req::Delete(name, None) => ns::delete(name),
        Req::Delete(name, Some(seconds)) => {
            let devices = freed::delete(name, seconds, &mut io.names, out)?;
            show_returned(name, &devices, out)
        }
        Req::DeleteAll => all::delete(ctx, out),
        Req::Prune => {
            out.document();
            let done = ns::prune(out, &mut |out, name| show_name("%\n", name, out));
            out.document_end()?;
            done
        }
        Req::Identify(pid) => identify(pid, out),
        Req::Pids(word) => {
            let fd = enter::open(word).map_err(|e| {
                // Without the name, as iproute2.
                let e = Error::os("Cannot open network namespace", b"", e.errno());
                hint::nearest(e, word)
            })?;
            let file = fstat(&fd).map_err(|e| failed("Stat of netns failed", b"", e))?;
            out.document();
            let done = freed::processes(&file, &mut |pid| {
                out.object("");
                out.uint("pid|%\n", args::radix(pid, 10).unwrap_or(0));
                out.object_end();
            });
            out.document_end()?;
            done
        }
        Req::Exec(word, command) => enter::exec(word, command, out),
        Req::ExecAll(command) => all::exec(command, ctx, out),
        Req::Monitor => monitor(out),
        Req::Connect(ref plan) => ns::tunnel::connect(plan, out, &mut |tunnel, out| {
            connect::show(tunnel, plan, out)?;
            out.flush()
        }),
        Req::Disconnect(word, other, dev) => ns::tunnel::disconnect(word, other, dev),
    }
}

/// An object with a name, as one line of text.
fn show_name(template: &str, name: &[u8], out: &mut Out) {
    out.object("");
    out.str(&["name|", template].concat(), name);
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

fn list(io: &mut Io) -> Result<()> {
    let Io { out, names } = io;
    let mark = out.mark();
    out.document();
    let found = names.each_nsid(&mut |name, id| {
        // A name that is no namespace is listed all the same, with the kernel's word on it. Before Linux 4.0 none has an id.
        if let Some(Err(e)) = &id
            && e.errno() != libc::EOPNOTSUPP
        {
            out.warn(&fill("%\n", &[e.text()]));
        }
        open_record(name, id.and_then(|id| id.ok().flatten()), out);
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

fn list_id(msg: &mut Msg, elsewhere: bool, dump: bool, io: &mut Io) -> Result<()> {
    let mut socket = io.names.lend()?;
    let Io { out, names } = io;
    let mark = out.mark();
    out.document();
    let mut each = |message: Message<'_>| {
        if let Some(record) = decode(message) {
            // Before Linux 5.0 these are this namespace's own.
            if elsewhere && record.current.is_none() {
                return Err(Error::kernel(libc::EOPNOTSUPP, b"", None));
            }
            let id = record.current.or(record.id).filter(|id| *id >= 0);
            show(&record, id.and_then(|id| names.netns(id)).as_deref(), out);
        }
        out.record_end()
    };
    let done = match dump {
        true => socket.dump(msg, &mut each),
        false => socket.get(msg, &mut each).map(|()| true),
    };
    io.names.give_back(socket);
    if dump || done.is_ok() {
        // A dump that fails leaves its brackets, as iproute2's.
        io.out.document_end()?;
    } else {
        io.out.rollback(mark);
    }
    if !done? {
        io.out.warn(DUMP_CHANGED);
    }
    Ok(())
}

fn get(name: &[u8], io: &mut Io) -> Result<()> {
    let Io { out, names } = io;
    let failed = |e| {
        let e = failed("Cannot open network namespace \"%\"", name, e);
        hint::nearest(e, name)
    };
    let fd = names::open_named(name).map_err(failed)?;
    let file = fstat(&fd).map_err(failed)?;
    if !ns::is_namespace(&fd) {
        return Err(Error::refused("\"%\" is no network namespace", name));
    }
    let id = names.nsid(&fd)?;
    out.document();
    open_record(name, id, out);
    let dev = [major(file.st_dev), minor(file.st_dev)].map(|n| decimal(n.into()));
    out.str("dev| dev %", &fill("%:%", &[&dev[0], &dev[1]]));
    out.uint("inode| inode %\n", file.st_ino);
    out.object_end();
    out.document_end()
}

/// The devices that came back, one a line.
fn show_returned(name: &[u8], mut devices: &[u8], out: &mut Out) -> Result<()> {
    out.document();
    out.object("");
    out.str("name|", name);
    out.array("devices");
    while let Some(device) = cut(&mut devices, b'\n') {
        out.str(
            "|device % is back in the initial network namespace\n",
            device,
        );
    }
    out.array_end();
    out.object_end();
    out.document_end()
}

/// The last match in the folder's order, or an empty line.
fn identify(pid: Option<&[u8]>, out: &mut Out) -> Result<()> {
    if let Some(pid) = pid.filter(|pid| !pid.iter().all(u8::is_ascii_digit)) {
        return Err(Error::refused("Specified string '%' is not a pid", pid));
    }
    let own = Path::new(&[b"/proc/", pid.unwrap_or(b"self"), b"/ns/net"]);
    let own = files::open(&own, OFlags::RDONLY)
        .map_err(|e| failed("Cannot open network namespace", b"", e))
        .and_then(|fd| fstat(&fd).map_err(|e| failed("Stat of netns failed", b"", e)))?;
    let mut found = Vec::new();
    let (folder, read) = names::each_named(&mut |dir, name| {
        if freed::stat(dir, name).is_ok_and(|file| freed::same(&file, &own)) {
            found = name.to_bytes().to_vec();
        }
    });
    read.map_err(|e| {
        // Without a blank, as iproute2 has it here.
        let text = "Failed to open directory %:%";
        Error::new(REFUSED, text, &[folder, &errno_words(e.raw_os_error())])
    })?;
    out.document();
    if !found.is_empty() || !out.json() {
        show_name("%\n", &found, out);
    }
    out.document_end()
}

/// Prints names that come and go, for ever.
fn monitor(out: &mut Out) -> Result<()> {
    let folder = ns::make_folder()?;
    let failed = |what: &'static str| move |e: Errno| failed("% failed", what.as_bytes(), e);
    let fd = inotify::init(inotify::CreateFlags::CLOEXEC).map_err(failed("inotify_init"))?;
    let both = inotify::WatchFlags::CREATE | inotify::WatchFlags::DELETE;
    inotify::add_watch(&fd, &*Path::new(&[folder]), both).map_err(failed("inotify_add_watch"))?;
    let mut buf = [MaybeUninit::uninit(); 4096];
    let mut events = inotify::Reader::new(fd, &mut buf);
    loop {
        let event = match events.next() {
            Err(Errno::INTR) => continue,
            event => event.map_err(failed("read"))?,
        };
        let Some(name) = event.file_name() else {
            continue;
        };
        let what: &[u8] = match event.events().contains(inotify::ReadFlags::CREATE) {
            true => b"add",
            false => b"delete",
        };
        out.line();
        out.str("event|% ", what);
        out.str("name|%\n", name.to_bytes());
        out.line_end()?;
        out.flush()?;
    }
}
