//! What all commands have in common: the global options, output and names, and the tables that list them.

use crate::args::{self, Words};
use crate::error::{Error, Noun, REFUSED, Result};
use crate::ip::pending::Pending;
use crate::names::Names;
use crate::nl::sock::{Each, Socket};
use crate::nl::uapi::nlm_f;
use crate::nl::wire::{Message, Msg};
use crate::ns::child::{self, End};
use crate::ns::hint;
use crate::out::Out;
use crate::text::fill_one;

/// The global options.
#[derive(Clone, Default)]
pub struct Ctx {
    /// `AF_*`, 0 for all.
    pub family: u8,
    /// How often `-d` is given.
    pub details: u8,
    /// How often `-s` is given.
    pub stats: u8,
    /// `-br`.
    pub brief: bool,
    /// `-N`: numbers in place of names.
    pub numeric: bool,
    /// `-h`: the base by which large numbers are scaled, 1000 or 1024; else 0.
    pub human: u64,
    /// `-echo`: the kernel's notification of a change is shown.
    pub echo: bool,
    /// `-all`.
    pub all: bool,
    /// `-fail`: with `-all`, the exit status is that of a command that fails, in whichever namespace.
    pub fail: bool,
    /// `-l`: how many rounds `addr flush` may take, 0 for any number.
    pub loops: i32,
    /// `-n`: the network namespace is another than that of /sys.
    pub elsewhere: bool,
    /// What `monitor` says of the time of an event: 1 with `-timestamp`, 2 with `-tshort`, else 0.
    pub timestamp: u8,
    /// `-batch`: the command is a line of a batch.
    pub batch: bool,
}

impl Ctx {
    /// `NLM_F_ECHO` with `-echo`, else nothing: for the flags of a change.
    pub fn echo_flag(&self) -> u16 {
        if self.echo { nlm_f::ECHO } else { 0 }
    }
}

/// The warning that what was dumped changed meanwhile.
pub const DUMP_CHANGED: &[u8] = b"Dump was interrupted and may be inconsistent.\n";

/// How often a dump is made while what is dumped changes meanwhile, and none of it is on standard output yet.
pub const TRIES: u32 = 3;

/// What a command prints to, and what it asks for names.
#[derive(Default)]
pub struct Io {
    /// Standard output and standard error.
    pub out: Out,
    /// The names of links and namespaces, and the netlink socket.
    pub names: Names,
    /// Changes that are on their way to the kernel.
    pub pending: Pending,
}

impl Io {
    /// Sends a change that nothing is shown of; in a batch it may be sent with others (see [`Io::settle`]).
    pub fn send(&mut self, msg: &mut Msg) -> Result<()> {
        if !self.pending.add(msg)? {
            return self.names.socket()?.ack(msg, &mut |_| Ok(()));
        }
        if self.pending.capacity == 0 {
            self.pending.capacity = self.names.socket()?.unanswered_capacity();
        }
        if self.pending.is_full() {
            self.settle();
        }
        Ok(())
    }

    /// In a batch, sends the changes that are pending, and reports the lines that failed.
    pub fn settle(&mut self) {
        self.pending.send(&mut self.names, &mut self.out);
    }

    /// Reports that the line of a batch that is run failed, behind the lines before.
    pub fn fail(&mut self, e: &Error) {
        self.settle();
        self.pending.fail(self.pending.line, e, &mut self.out);
    }

    /// Prints lines on standard error, behind what is said of the lines before in a batch.
    pub fn warn(&mut self, text: &[u8]) {
        if !text.is_empty() {
            self.settle();
            self.out.warn(text);
        }
    }

    /// Prints an answer of the kernel as one document. What changed meanwhile is asked for once more, as long as nothing is on
    /// standard output; what was refused leaves nothing there, either.
    pub fn print_answer(&mut self, ask: Ask, show: Show) -> Result<()> {
        let mut socket = self.names.lend()?;
        let done = self.print_answer_by(&mut socket, ask, show);
        self.names.give_back(socket);
        done
    }

    /// The same by a socket to another part of the kernel than routing.
    pub fn print_answer_by(&mut self, socket: &mut Socket, ask: Ask, show: Show) -> Result<()> {
        let Io { out, names, .. } = self;
        let mark = out.mark();
        let mut turn = 1;
        let done = loop {
            out.document();
            let done = ask(socket, &mut |message| {
                show(message, out, names)?;
                out.record_end()
            });
            if !matches!(done, Ok(false)) || turn == TRIES || !out.rollback(mark) {
                break done;
            }
            turn += 1;
        };
        if done.is_err() {
            out.rollback(mark);
        }
        let is_consistent = done?;
        out.document_end()?;
        if !is_consistent {
            out.warn(DUMP_CHANGED);
        }
        Ok(())
    }

    /// The same for a dump that leaves an empty list in JSON where it is refused.
    pub fn print_list(&mut self, ask: Ask, show: Show) -> Result<()> {
        let done = self.print_answer(ask, show);
        self.end_list(done)
    }

    /// Prints that empty list, if a dump was refused.
    pub fn end_list(&mut self, done: Result<()>) -> Result<()> {
        if done.is_err() {
            self.out.document();
            self.out.document_end()?;
        }
        done
    }

    /// Sends a change. With `-echo` the first message that the kernel tells of it and that `show` shows, which returns
    /// whether it is one of its messages, is the only element of a document.
    pub fn change(&mut self, ctx: &Ctx, msg: &mut Msg, show: ShowEcho) -> Result<()> {
        if !ctx.echo {
            return self.send(msg);
        }
        let mut told = false;
        self.print_answer(
            &mut |socket, each| {
                socket.ack(msg, each)?;
                each(&Message::NONE).map(|()| true)
            },
            &mut |message, out, names| {
                if !told && message.kind == Message::NONE.kind {
                    // The kernel has nothing to tell.
                    out.object("");
                    out.object_end();
                }
                told = told || show(message, out, names);
                Ok(())
            },
        )
    }
}

/// Asks by a socket; false if what was asked for changed meanwhile.
pub type Ask<'e> = &'e mut dyn FnMut(&mut Socket, Each) -> Result<bool>;

/// Prints a message of the answer, if it is one of those that are shown.
pub type Show<'e> = &'e mut dyn FnMut(&Message<'_>, &mut Out, &mut Names) -> Result<()>;

/// Shows a message of a change; false if it is not one of those that are shown.
pub type ShowEcho<'e> = &'e mut dyn FnMut(&Message<'_>, &mut Out, &mut Names) -> bool;

/// The function that runs a command or an object.
pub type Run = fn(&mut Words, &Ctx, &mut Io) -> Result<()>;

/// A table of commands or objects: their spellings, joined by `|` in the order in which they are tried, and their
/// functions. Made by [`commands!`](crate::commands).
pub type Commands = (&'static str, &'static [Run]);

/// Makes a table of commands or objects. A row has spellings (see [`args::named`]), the part that has the function if
/// it is not in core, and the function. If the part is not in this build, the function is one that says so of the word that was
/// taken last; the word at the begin of the table stands for what a row is.
///
/// ```ignore
/// const COMMANDS: Commands = commands! {
///     Command:
///     "add" => add,
///     "xstats" (part "xstats") => xstats::run,
/// };
/// ```
#[macro_export]
macro_rules! commands {
    ($what:ident: $($spellings:literal $((part $part:literal))? => $code:expr,)*) => {
        (
            concat!($($spellings, "|"),*),
            &[$($crate::commands!(@code $what, $($part,)? $code)),*],
        )
    };
    (@code $what:ident, $code:expr) => { $code };
    (@code $what:ident, $part:literal, $code:expr) => {{
        #[cfg(feature = $part)]
        const CODE: $crate::ip::command::Run = $code;
        #[cfg(not(feature = $part))]
        const CODE: $crate::ip::command::Run =
            |w, _, _| $crate::ip::command::refuse_missing(w, $crate::error::Noun::$what, $part);
        CODE
    }};
}

/// Refuses the word that was taken last: what it stands for belongs to a part that this build does not have.
pub fn refuse_missing(w: &Words, noun: Noun, part: &str) -> Result<()> {
    Err(Error::missing_part(noun, w.taken(), part))
}

/// The function that makes the usage of an object. It belongs to the part `help`; a build without that says so in its place.
#[macro_export]
macro_rules! usage {
    ($object:literal, $usage:expr) => {{
        #[cfg(feature = "help")]
        const USAGE: fn() -> Vec<u8> = $usage;
        #[cfg(not(feature = "help"))]
        const USAGE: fn() -> Vec<u8> = || $crate::ip::command::short_usage($object);
        USAGE
    }};
}

/// What a build without the part `help` has for the usage of an object.
pub fn short_usage(object: &str) -> Vec<u8> {
    let text = "Usage: ip %\nThe rest is not in this build of ipso: it needs the part \"help\".";
    fill_one(text, object.as_bytes())
}

/// An object of `ip` whose commands are in a table.
pub struct Object {
    /// What errors call it.
    pub name: &'static str,
    /// Its commands.
    pub commands: Commands,
    /// The command where there is no word.
    pub default: Run,
    /// The text of its help, made by [`usage!`](crate::usage).
    pub usage: fn() -> Vec<u8>,
}

/// Runs the command of an object that the next word names.
pub fn run_command(object: &Object, w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let run = match w.next() {
        Some(word) => args::pick(word, object.commands)
            .ok_or_else(|| unknown_of(word, object.name, object.commands.0))?,
        None => object.default,
    };
    run(w, ctx, io).map_err(|e| e.with_usage(object.usage))
}

/// [`unknown`] with a hint, for the spellings of all commands joined by `|`.
pub fn unknown_of(word: &[u8], object: &str, commands: &str) -> Error {
    let mut known = commands.as_bytes().split(|byte| *byte == b'|');
    hint::suggest_word(unknown(word, object), word, &mut known)
}

/// The error for a word that is no command of an object.
pub fn unknown(word: &[u8], object: &str) -> Error {
    let text = "Command \"%\" is unknown, try \"ip % help\".";
    Error::usage_two(text, word, object.as_bytes())
}

/// Does what leaves this process in another namespace. In a batch, where another line may follow, a child does it.
pub fn apart(ctx: &Ctx, io: &mut Io, body: &mut dyn FnMut(&mut Io) -> Result<()>) -> Result<()> {
    if !ctx.batch {
        return body(io);
    }
    io.out.flush()?;
    let child = child::start(0, &mut || {
        // The socket is the parent's as well: who reads an answer from it takes it from the other.
        io.names = Names::default();
        body(io)
    })?;
    match child::wait(child) {
        End { code: 0, .. } => Ok(()),
        End { killed, .. } => {
            let failed = Error::status(REFUSED);
            Err(if killed { failed.ends() } else { failed })
        }
    }
}

/// Runs a command that prints text, also with `-j`, as in iproute2.
pub fn as_text(run: Run, w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let json = std::mem::take(&mut io.out.style.json);
    let done = run(w, ctx, io);
    io.out.style.json = json;
    done
}
