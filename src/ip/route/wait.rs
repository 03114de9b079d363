//! `ip route wait`: until there is a route of those that `ip route show` shows for the same words.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::route::filter::parse;
use crate::ip::route::record::decode;
use crate::ip::wait::{Limit, wait_for};
use crate::nl::uapi::{af, rtm, rtnlgrp};

/// The family of the route: IPv6 if there is such an address at the begin of the line, as in `to ADDRESS` and `default via
/// ADDRESS`. (`ip route show` has to be told by `-6`.)
fn family_of(w: &Words, ctx: &Ctx) -> u8 {
    let is_inet6 = |word: &&[u8]| word.contains(&b':') && args::cidr(word, af::INET6).is_ok();
    match ctx.family {
        0 if w.left().iter().take(3).any(is_inet6) => af::INET6,
        family => family,
    }
}

/// Runs `ip route wait SELECTOR ... [timeout SECONDS]`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let limit = Limit::cut(w)?;
    // Without words any route would do, which is hardly what an empty variable of a script stands for.
    let word = w.peek().ok_or_else(Error::incomplete)?;
    let filter = parse(w, family_of(w, ctx), &mut io.names)?;
    wait_for(
        &mut filter.encode(),
        &[
            rtnlgrp::IPV4_ROUTE,
            rtnlgrp::IPV6_ROUTE,
            rtnlgrp::MPLS_ROUTE,
        ],
        &limit,
        (b"route", word),
        &mut io.names,
        &mut |message, _| {
            decode(message)
                .is_some_and(|record| record.message == rtm::NEWROUTE && filter.passes(&record))
        },
    )
}
