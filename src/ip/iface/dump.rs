//! Asking the kernel for links: all that a filter chooses, or one by its name.

use crate::args;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::filter::Filter;
use crate::ip::iface::record::{Record, decode};
use crate::names::{self, Names, ifinfo};
use crate::nl::sock::{Each, Socket};
use crate::nl::uapi::{af, ifla, rtm};
use crate::nl::wire::{Attrs, Messages, Msg, field};
use crate::out::Out;

/// Whether a link is in the list, by its index and name.
pub type Keep<'e> = &'e dyn Fn(u32, &[u8]) -> bool;

/// What is done with each link.
pub type EachLink<'e> = &'e mut dyn FnMut(&Record, &mut Out, &mut Names) -> Result<()>;

/// Goes through the links that the filter passes and `keep` keeps: one document. A link that the filter hides is an
/// empty object in it.
pub fn each_link(
    filter: &Filter,
    family: u8,
    ctx: &Ctx,
    io: &mut Io,
    keep: Keep,
    each: EachLink,
) -> Result<()> {
    io.print_answer(
        &mut |socket, each| {
            let Some(dev) = filter.single() else {
                return socket.dump(&mut filter.request(family, ctx), each);
            };
            let mut msg = filter.request(af::PACKET, ctx);
            match get_link(dev, socket, &mut msg, each)? {
                true => Ok(true),
                false => Err(Error::unknown_device(dev)),
            }
        },
        &mut |message, out, names| {
            let record = decode(message);
            let Some(record) = &record else {
                return Ok(());
            };
            if filter.drops(record) || !keep(record.index, record.name()) {
                return Ok(());
            }
            note_peer(record, message.rest, names);
            out.object("");
            if !filter.hides(record) {
                each(record, out, names)?;
            }
            out.object_end();
            Ok(())
        },
    )
}

/// The other end of a veth pair often follows in the same datagram: a look there is cheaper than a request for its
/// name.
fn note_peer(record: &Record, rest: &[u8], names: &mut Names) {
    let link = record.u32(ifla::LINK).unwrap_or(0);
    if link == 0 || record.get(ifla::LINK_NETNSID).is_some() || names.has_link(link) {
        return;
    }
    let peer = Messages(rest).find(|message| field(message.body, 4) == Some(link));
    let body = peer.map_or(&[][..], |peer| peer.body);
    let mut attrs = Attrs(body.get(16..).unwrap_or_default());
    // The name is the first attribute, or nearly.
    let name = attrs.find_map(|(kind, attr)| (kind == ifla::IFNAME).then_some(attr.str()));
    if let (Some(flags), Some(name)) = (field(body, 8), name) {
        names.note_link(link, flags, name);
    }
}

/// Asks for one link by name, or by the number in `ifN`; whether it is there.
pub fn get_link(dev: &[u8], socket: &mut Socket, msg: &mut Msg, visit: Each) -> Result<bool> {
    if !args::is_altname(dev) {
        return Ok(false);
    }
    match socket.get(msg, visit) {
        // Before Linux 5.5 a request with an alternative name is an invalid one, without any name.
        Err(e) if matches!(e.errno(), libc::ENODEV | libc::EINVAL) => match names::numbered(dev) {
            Some(index) => {
                let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
                Ok(socket.get(&mut msg, visit).is_ok())
            }
            None => Ok(false),
        },
        asked => asked.map(|()| true),
    }
}
