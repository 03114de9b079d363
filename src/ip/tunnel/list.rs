//! `ip tunnel show`.

use crate::args::Words;
use crate::error::Result;
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::record::decode as decode_link;
use crate::ip::tunnel::parm::*;
use crate::ip::tunnel::show::{decode, show, show_stats};
use crate::ip::tunnel::words::parse;
use crate::names::ifinfo;
use crate::nl::uapi::{af, arphrd, ifla, rtm};
use crate::nl::wire::Msg;
use crate::text::fill_one;

/// The request for the links, of which the tunnels are looked for. Those of IPv6 alone have no statistics.
pub fn request(is_inet6: bool, has_stats: bool) -> Msg {
    let family = match is_inet6 {
        true if has_stats => 0,
        true => af::INET6,
        false => af::INET,
    };
    Msg::new(rtm::GETLINK, 0, &ifinfo(family, 0, 0, 0))
}

/// Shows the tunnels that the words choose. One that can be asked for is shown as text, also with `-j`, as in iproute2.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let is_inet6 = ctx.family == af::INET6;
    let mut wanted = Parm::new(is_inet6);
    parse(w, &mut wanted, &mut io.names)?;
    let mut asker = Asker::default();
    let is_one = match is_inet6 {
        true => !wanted.name().is_empty() && ctx.stats == 0,
        false => !wanted.base().is_empty(),
    };
    if is_one {
        let name = wanted.name_or_base().to_vec();
        asker.get(&name, &mut wanted)?;
        let json = std::mem::take(&mut io.out.style.json);
        let record = decode(&wanted, &mut asker);
        show(&mut wanted, &record, &mut io.out, &mut io.names);
        if !is_inet6 {
            io.out.text("\n");
        }
        io.out.style.json = json;
        return Ok(());
    }
    io.print_answer(
        &mut |socket, each| socket.dump(&mut request(is_inet6, ctx.stats > 0), each),
        &mut |message, out, names| {
            let Some(link) = decode_link(message) else {
                return Ok(());
            };
            let is_tunnel = match link.arphrd {
                arphrd::TUNNEL | arphrd::IPGRE | arphrd::SIT => !is_inet6,
                arphrd::TUNNEL6 | arphrd::IP6GRE => is_inet6,
                _ => false,
            };
            let name = link.name();
            let is_named = wanted.name().is_empty() || wanted.name() == name;
            let mut parm = Parm::new(is_inet6);
            parm.bytes.fill(0);
            if !is_tunnel || !is_named {
                return Ok(());
            }
            if let Err(e) = asker.get(name, &mut parm) {
                out.warn(&fill_one("%\n", e.text()));
                return Ok(());
            }
            names.note_link(link.index, link.flags, name);
            if !is_chosen(&wanted, &parm) {
                return Ok(());
            }
            out.object("");
            let record = decode(&parm, &mut asker);
            show(&mut parm, &record, out, names);
            out.object_end();
            if ctx.stats > 0
                && let Some(stats) = link.get(ifla::STATS64)
            {
                show_stats(stats, out);
            }
            out.new_line();
            Ok(())
        },
    )
}

/// Whether a tunnel has what is wanted: what is not 0.
fn is_chosen(wanted: &Parm, parm: &Parm) -> bool {
    let is_equal =
        |wanted: &[u8], found: &[u8]| wanted.iter().all(|byte| *byte == 0) || wanted == found;
    let index = |parm: &Parm| parm.four(LINK);
    let proto = (wanted.proto(), parm.proto());
    is_equal(&index(wanted), &index(parm))
        && is_equal(wanted.address(REMOTE), parm.address(REMOTE))
        && is_equal(wanted.address(LOCAL), parm.address(LOCAL))
        && is_equal(&wanted.key(0), &parm.key(0))
        && (proto.0 == 0 || proto.1 == 0 || proto.0 == proto.1)
}
