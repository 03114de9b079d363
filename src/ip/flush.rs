//! `flush` of an object: rounds of a dump, in which what the words choose is deleted, until nothing is left.

use crate::error::{Error, REFUSED, Result, USAGE};
use crate::ip::command::{Ctx, Io};
use crate::names::Names;
use crate::nl::wire::{Message, Msg};
use crate::out::Out;
use crate::sys;
use crate::text::decimal;

/// What an object's flush does in its own way.
pub struct Flush {
    /// The type of the messages that delete, `RTM_DEL*`.
    pub delete: u16,
    /// What the entries are called.
    pub noun: &'static str,
    /// How many rounds there may be, 0 for any number.
    pub rounds: i32,
    /// How many seconds it may take, 0 for any number.
    pub seconds: u64,
    /// What is said when the rounds or seconds were not enough. `%` is the number of rounds or, with a limit of seconds, of
    /// the entries that are left.
    pub incomplete: &'static str,
    /// One round is enough, whatever is left.
    pub one_round: bool,
    /// The errno of a deletion that is no failure, or 0.
    pub ignored: i32,
    /// The exit status where the kernel refuses the dump.
    pub dump_refused: u8,
    /// The exit status where the kernel refuses a deletion.
    pub delete_refused: u8,
    /// What `incomplete` says is an error, on standard error; else it is on standard output.
    pub incomplete_is_error: bool,
}

/// Whether an entry is to be deleted. What it prints is shown with `-s -s` alone.
pub type Choose<'c> = &'c mut dyn FnMut(&Message<'_>, &mut Out, &mut Names) -> bool;

/// Deletes what `choose` chooses of a dump, that `request` asks for, until nothing is left to be deleted. What is said of
/// it is text, also with `-j`, as in iproute2.
pub fn flush(
    flush: &Flush,
    request: &mut Msg,
    choose: Choose,
    ctx: &Ctx,
    io: &mut Io,
) -> Result<()> {
    let json = std::mem::take(&mut io.out.style.json);
    let done = run_rounds(flush, request, choose, ctx, io);
    io.out.style.json = json;
    done
}

fn run_rounds(
    flush: &Flush,
    request: &mut Msg,
    choose: Choose,
    ctx: &Ctx,
    io: &mut Io,
) -> Result<()> {
    let start = sys::clock(libc::CLOCK_MONOTONIC);
    let mut rounds: i32 = 0;
    loop {
        if flush.rounds != 0 && rounds >= flush.rounds {
            return Err(give_up(flush, flush.rounds.into(), &mut io.out).code_is(USAGE));
        }
        let mut count = 0;
        run_round(flush, request, choose, io, &mut count)?;
        let out = &mut io.out;
        if count > 0 {
            rounds += 1;
            if ctx.stats > 0 {
                show_round(rounds, count, flush.noun, out)?;
            }
        }
        if count == 0 || flush.one_round {
            if ctx.stats == 0 {
            } else if rounds == 0 {
                out.text("Nothing to flush.\n");
            } else {
                show_end(rounds, out);
            }
            return Ok(());
        }
        let seconds = (sys::clock(libc::CLOCK_MONOTONIC) - start) / 1_000_000_000;
        if flush.seconds > 0 && seconds > flush.seconds {
            out.uint("|\n*** Flush not completed after % seconds, ", seconds);
            return Err(give_up(flush, count as i64, out));
        }
    }
}

/// Says that a round begins, and what it deletes.
pub fn show_round(round: i32, count: u64, noun: &str, out: &mut Out) -> Result<()> {
    out.int("|\n*** Round %, deleting ", round.into());
    out.uint("|% ", count);
    out.text(noun);
    out.text(" ***\n");
    out.flush()
}

/// Says that nothing is left.
pub fn show_end(rounds: i32, out: &mut Out) {
    out.int("|*** Flush is complete after % round", rounds.into());
    out.text(if rounds == 1 { " ***\n" } else { "s ***\n" });
}

/// The error where a deletion is refused.
pub fn refused(errno: i32) -> Error {
    Error::os("Failed to send flush request", b"", errno)
}

/// The error where something is left; `%` of the text is a number.
fn give_up(flush: &Flush, number: i64, out: &mut Out) -> Error {
    let e = Error::refused(flush.incomplete, &decimal(number));
    if flush.incomplete_is_error {
        return e;
    }
    out.raw(e.text());
    out.new_line();
    Error::status(REFUSED)
}

/// One dump, and the deletions. Adds to `count` how many entries were to be deleted.
fn run_round(
    flush: &Flush,
    request: &mut Msg,
    choose: Choose,
    io: &mut Io,
    count: &mut u64,
) -> Result<()> {
    let Io { out, names, .. } = io;
    let mut socket = names.lend()?;
    let mut batch = Vec::new();
    // How many deletions are sent at once; 0 until the socket is asked. If there is but one round, all of them follow the dump,
    // which would otherwise show what the first deletions change.
    let mut capacity = if flush.one_round { usize::MAX } else { 0 };
    let mut held = 0;
    let mut sent = Ok(());
    let done = socket.dump_for("Flush terminated", request, &mut |message| {
        if sent.is_ok() && choose(message, out, names) {
            *count += 1;
            message.add_copy(flush.delete, &mut batch);
            held += 1;
            if capacity == 0 {
                capacity = names.socket()?.unanswered_capacity();
            }
            if held >= capacity {
                sent = send(flush, &mut batch, names);
                held = 0;
            }
        }
        out.record_end()
    });
    names.give_back(socket);
    done.map_err(|e| e.code_is(flush.dump_refused))?;
    sent?;
    send(flush, &mut batch, names)
}

/// Sends deletions.
fn send(flush: &Flush, batch: &mut Vec<u8>, names: &mut Names) -> Result<()> {
    let mut errno = 0;
    let sent = names.socket()?.send_unanswered(batch, &mut |_, e| {
        if errno == 0 && e.errno() != flush.ignored {
            errno = e.errno();
        }
    });
    if let Err(e) = sent {
        errno = e.errno();
    }
    if errno == 0 {
        return Ok(());
    }
    Err(refused(errno).code_is(flush.delete_refused))
}
