//! `ip fou show`.

use crate::append::Append;
use crate::args::Words;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::Io;
use crate::ip::generic::Family;
use crate::names::Names;
use crate::names::table::FAMILIES;
use crate::nl::genl::{HEADER, request};
use crate::nl::uapi::af;
use crate::nl::uapi::fou::{attr, cmd, encap};
use crate::nl::wire::{Attr, Attrs, Index, Message};
use crate::out::Out;
use crate::text::{add_address, add_unsigned};

/// An open port: `FOU_ATTR_*`.
pub type Record<'a> = Index<'a, 12>;

/// Decodes a message of the family.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    Some(Attrs(message.body.get(HEADER..)?).indexed())
}

/// Prints an open port.
pub fn show(record: &Record, out: &mut Out, names: &mut Names) {
    let number = |attr: u16| record.get(attr);
    out.object("");
    if let Some(port) = number(attr::PORT).and_then(Attr::be16) {
        out.uint("port|port %", port.into());
    }
    let proto = number(attr::IPPROTO).and_then(Attr::u8).unwrap_or(0);
    if number(attr::TYPE).and_then(Attr::u8) == Some(encap::GUE) {
        out.null("gue| gue");
    } else if proto > 0 {
        out.uint("ipproto| ipproto %", proto.into());
    }
    let family = number(attr::AF).and_then(Attr::u8);
    if let Some(family) = family {
        let text = out.value();
        match FAMILIES.name_of(family.into()) {
            Some(name) => text.append_bytes(name),
            None => add_unsigned(text, family.into()),
        }
        out.put(
            if family == af::INET6 {
                "family| -6"
            } else {
                "family|"
            },
            true,
        );
    }
    let is_inet6 = u16::from(family == Some(af::INET6));
    for (form, attr) in [
        ("local| local %", attr::LOCAL_V4),
        ("peer| peer %", attr::PEER_V4),
    ] {
        let address = number(attr + is_inet6).unwrap_or_default();
        if address.0.iter().any(|byte| *byte != 0) {
            add_address(out.value(), address.0);
            out.put(form, true);
        }
    }
    let peer_port = number(attr::PEER_PORT).and_then(Attr::be16).unwrap_or(0);
    if peer_port > 0 {
        out.uint("peer_port| peer_port %", peer_port.into());
    }
    let index = number(attr::IFINDEX).and_then(Attr::u32).unwrap_or(0);
    if index > 0 {
        names.add_link_name(index, out.value());
        out.put("dev| dev %", true);
    }
    out.text("\n");
    out.object_end();
}

/// Lists the open ports.
pub fn list(w: &mut Words, family: &mut Family, io: &mut Io) -> Result<()> {
    if w.next().is_some() {
        return Err(Error::refused(
            "\"ip fou show\" does not take any arguments.",
            b"",
        ));
    }
    let mut msg = request(family.id, cmd::GET);
    let mut show = |message: &Message, out: &mut Out, names: &mut Names| {
        if let Some(record) = &decode(message) {
            show(record, out, names);
        }
        Ok(())
    };
    family.print_list(&mut msg, USAGE, &mut show, io)
}
