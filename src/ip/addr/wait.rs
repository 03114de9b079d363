//! `ip address wait`: until there is an address that can be used.

use crate::args::Words;
use crate::error::Result;
use crate::ip::addr::list::choose;
use crate::ip::command::{Ctx, Io};
use crate::ip::ifaddr::dump::address_request;
use crate::ip::ifaddr::record::decode;
use crate::ip::wait::{Limit, wait_for};
use crate::nl::uapi::{rtm, rtnlgrp};

/// Runs `ip address wait PREFIX [CHOICE ...] [timeout SECONDS]`, where CHOICE is what chooses addresses of `show`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let limit = Limit::cut(w)?;
    let word = w.value()?;
    let mut wanted = choose(w, ctx, &mut io.names)?;
    let mut family = ctx.family;
    wanted.to.read_in(word, &mut family, true)?;
    wait_for(
        // Of all interfaces: the one that is asked for may go meanwhile.
        &mut address_request(family, 0),
        &[rtnlgrp::IPV4_IFADDR, rtnlgrp::IPV6_IFADDR],
        &limit,
        (b"address", word),
        &mut io.names,
        &mut |message, names| {
            decode(message).is_some_and(|record| {
                record.kind == rtm::NEWADDR && record.is_usable() && wanted.chooses(&record, names)
            })
        },
    )
}
