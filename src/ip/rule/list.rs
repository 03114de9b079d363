//! `ip rule show` and `flush`.

use crate::args::Words;
use crate::error::{Result, USAGE};
use crate::ip::command::{Ctx, Io};
use crate::ip::rule::record::{Record, decode};
use crate::ip::rule::show::show;
use crate::ip::rule::words::{Req, parse};
use crate::nl::uapi::{af, fra, rtm};
use crate::nl::wire::Msg;

/// The request for all rules of a family.
pub fn request(family: u8) -> Msg {
    Msg::new(rtm::GETRULE, 0, &[family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Reads the words, and returns what they choose, and the request for all rules of the family.
fn choose(w: &mut Words, ctx: &Ctx) -> Result<(Box<Req>, Msg)> {
    let family = family_of(ctx);
    Ok((parse(w, family, (rtm::GETRULE, 0))?, request(family)))
}

/// The family of the rules that are shown, saved and flushed: IPv4 unless another is said.
pub fn family_of(ctx: &Ctx) -> u8 {
    match ctx.family {
        0 => af::INET,
        family => family,
    }
}

/// Lists the rules that the words choose.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let (wanted, mut request) = choose(w, ctx)?;
    io.print_list(
        // iproute2's exit status.
        &mut |socket, each| {
            socket
                .dump(&mut request, each)
                .map_err(|e| e.code_is(USAGE))
        },
        &mut |message, out, names| {
            if let Some(record) = &decode(message)
                && is_chosen(&wanted, record, false)
            {
                show(record, ctx, out, names);
            }
            Ok(())
        },
    )
}

/// Deletes the rules that the words choose and that have a preference: the first rule stays.
pub fn flush(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let (wanted, mut request) = choose(w, ctx)?;
    let Io { out, names, .. } = io;
    let mut socket = names.lend()?;
    let done = socket.dump(&mut request, &mut |message| {
        if let Some(record) = &decode(message)
            && record.get(fra::PRIORITY).is_some()
            && is_chosen(&wanted, record, true)
        {
            let mut msg = Msg::new(rtm::DELRULE, 0, message.body);
            return names.socket()?.ack(&mut msg, &mut |_| Ok(()));
        }
        Ok(())
    });
    names.give_back(socket);
    done.map_err(|e| e.code_is(USAGE))?;
    // iproute2 prints a list of nothing.
    out.document();
    out.document_end()
}

/// Whether the words choose a rule. The protocol chooses only what is flushed, as in iproute2.
fn is_chosen(wanted: &Req, rule: &Record, flushes: bool) -> bool {
    for (at, attr) in [fra::SRC, fra::DST].into_iter().enumerate() {
        let prefix = &wanted.prefixes[at];
        let address = rule.get(attr).unwrap_or_default();
        if rule.prefix_lens[at] < prefix.len || !prefix.contains(address.0) {
            return false;
        }
    }
    let all = wanted.attrs();
    for (attr, _) in all {
        // Of several the last counts.
        let value = all.find(attr).unwrap_or_default();
        let has = rule.get(attr);
        let is_zero = value.number() == Some(0);
        let any = match attr {
            fra::PROTOCOL => !flushes,
            fra::FWMARK | fra::FWMASK | fra::TUN_ID | fra::IP_PROTO => is_zero,
            // A rule without preference has 0.
            fra::PRIORITY => is_zero && has.is_none(),
            // Masks, of which older kernels know nothing.
            fra::FLOWLABEL_MASK.. => has.is_none(),
            _ => false,
        };
        if !any && has != Some(value) {
            return false;
        }
    }
    let table = wanted.table.unwrap_or(0);
    wanted.flags & !rule.flags == 0
        && wanted.tos.is_none_or(|tos| tos == rule.tos)
        && (table == 0 || table == rule.table)
}
