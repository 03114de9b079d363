//! What `ip link wait`, `ip address wait` and `ip route wait` have in common: waiting until the kernel has what is asked for.
//! Nothing is polled: the kernel tells what happens, and a look follows.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::sock::FOREVER;
use crate::nl::uapi::nlmsg;
use crate::nl::wire::{Message, Msg};
use crate::sys;

/// The exit status after a timeout, that of timeout(1).
pub const TIMED_OUT: u8 = 124;

/// A timeout must be shorter, in nanoseconds.
const MOST_NANOSECONDS: u64 = (1 << 32) * 1_000_000_000;

/// For how long is waited.
pub struct Limit<'a> {
    /// `timeout`, as it was given.
    pub seconds: &'a [u8],
    /// The end, in nanoseconds of `CLOCK_MONOTONIC`.
    pub deadline: u64,
}

impl<'a> Limit<'a> {
    /// Takes `timeout SECONDS`, which may have a fraction, from the end of the line. A line that is `help` is refused as one.
    pub fn cut(w: &mut Words<'a>) -> Result<Limit<'a>> {
        let mut limit = Limit {
            seconds: b"",
            deadline: FOREVER,
        };
        let words = w.left();
        match words {
            [word] if *word == b"help" => return Err(Error::asks_for_usage()),
            [.., word] if *word == b"timeout" => return Err(Error::incomplete()),
            [before @ .., word, value] if *word == b"timeout" => {
                *w = Words::new(before);
                let digits = [value.first(), value.last()];
                let whole = digits
                    .iter()
                    .all(|byte| byte.is_some_and(u8::is_ascii_digit));
                let time = args::fraction(value, 9);
                let time = time.filter(|time| whole && *time < MOST_NANOSECONDS);
                let time = time.ok_or_else(|| Error::invalid(value, word))?;
                limit.seconds = value;
                limit.deadline = sys::clock(libc::CLOCK_MONOTONIC) + time;
            }
            _ => {}
        }
        Ok(limit)
    }
}

/// Waits until there is a message that `is_it` among the answers to a request for all. A look is taken at once, behind each
/// event of the groups that is such a message, and where events were lost.
///
/// # Errors
/// The time is over: what the noun and the word name is not there.
pub fn wait_for(
    request: &mut Msg,
    groups: &[u32],
    limit: &Limit,
    (noun, word): (&[u8], &[u8]),
    names: &mut Names,
    is_it: &mut dyn FnMut(&Message<'_>, &mut Names) -> bool,
) -> Result<()> {
    // Joined before the first look, so that no event after it is missed.
    let mut events = names.open_socket()?;
    events.join(groups)?;
    let mut asks = names.open_socket()?;
    loop {
        names.forget();
        let mut found = false;
        let dumped = asks.dump(request, &mut |message| {
            found |= is_it(message, names);
            Ok(())
        });
        let is_whole = match dumped {
            // A routing table that has had no route yet.
            Err(e) if e.errno() == libc::ENOENT => true,
            dumped => dumped?,
        };
        if found {
            return Ok(());
        }
        // What changed meanwhile may have kept something out of the answers that no event will tell of.
        if !is_whole && sys::clock(libc::CLOCK_MONOTONIC) < limit.deadline {
            continue;
        }
        let may_be =
            &mut |message: &Message<'_>| message.kind == nlmsg::OVERRUN || is_it(message, names);
        if !events.listen(limit.deadline, may_be)? {
            let text = "Timed out after % s waiting for % \"%\"";
            return Err(Error::new(TIMED_OUT, text, &[limit.seconds, noun, word]));
        }
    }
}
