//! `ip link wait`: until a device exists, is up or down, has a carrier or an address, or does not exist.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::dump::get_link;
use crate::ip::iface::filter::Filter;
use crate::ip::iface::record::{Record, decode};
use crate::ip::ifaddr::dump::get_addresses;
use crate::ip::wait::{Limit, TIMED_OUT};
use crate::keywords;
use crate::names::Names;
use crate::nl::uapi::{af, iff, rtnlgrp};

keywords! {
    /// The state that is waited for. No prefixes: a shorter word may be the name of a device.
    pub(crate) enum State {
        Present = "=present",
        Absent = "=absent",
        Up = "=up",
        Down = "=down",
        Carrier = "=carrier",
        Address = "=address",
    }
}

/// Runs `ip link wait WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    const NO_DEV: &str = "Not enough information: \"dev\" argument is required.";
    let mut dev = None;
    let mut state = None;
    let limit = Limit::cut(w)?;
    while let Some(word) = w.next() {
        if dev.is_none() {
            let name = if word == b"dev" { w.value()? } else { word };
            if !args::is_altname(name) {
                return Err(Error::bad_arg(name, "\"dev\" not a valid ifname"));
            }
            dev = Some(name);
        } else if let (Some(known), None) = (State::pick(word), state) {
            state = Some((known, word));
        } else {
            return Err(Error::garbage("dev", word));
        }
    }
    let dev = dev.ok_or_else(|| Error::usage(NO_DEV, b""))?;
    let (state, word) = state.unwrap_or((State::Present, b"present"));
    // Joined before the first look, so that no event after it is missed.
    let mut events = io.names.open_socket()?;
    events.join(&[rtnlgrp::LINK, rtnlgrp::IPV4_IFADDR, rtnlgrp::IPV6_IFADDR])?;
    while !is_in_state(dev, state, ctx, &mut io.names)? {
        // Any event may be the one, that a device gets this name as well; so may one that was lost. There is none for
        // an alternative name of a device that is down (`netdev_state_change` in net/core/dev.c): hence the last look
        // after the timeout.
        if !events.listen(limit.deadline, &mut |_| true)?
            && !is_in_state(dev, state, ctx, &mut io.names)?
        {
            let text = "Timed out after % s waiting for device \"%\": %";
            return Err(Error::new(TIMED_OUT, text, &[limit.seconds, dev, word]));
        }
    }
    Ok(())
}

/// Whether a device is in a state.
fn is_in_state(dev: &[u8], state: State, ctx: &Ctx, names: &mut Names) -> Result<bool> {
    let mut found = None;
    let mut filter = Filter::default();
    filter.dev = Some(dev);
    let mut msg = filter.request(af::PACKET, ctx);
    let see = &mut |record: Option<Record<'_>>| found = record.map(|link| (link.index, link.flags));
    get_link(dev, names.socket()?, &mut msg, &mut |message| {
        see(decode(message));
        Ok(())
    })?;
    let Some((index, flags)) = found else {
        return Ok(state == State::Absent);
    };
    Ok(match state {
        State::Present => true,
        State::Absent => false,
        State::Up => flags & iff::UP != 0,
        State::Down => flags & iff::UP == 0,
        State::Carrier => flags & iff::LOWER_UP != 0,
        State::Address => has_address(index, names)?,
    })
}

/// Whether an interface has an address that can be used.
fn has_address(index: u32, names: &mut Names) -> Result<bool> {
    let mut found = false;
    let all = match get_addresses(0, index, names) {
        Ok(all) => all,
        // The device has been deleted meanwhile.
        Err(e) if e.errno() == libc::ENODEV => return Ok(false),
        Err(e) => return Err(e),
    };
    all.of(index, &mut |record| {
        found |= record.is_usable();
    });
    Ok(found)
}
