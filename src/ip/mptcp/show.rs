//! `ip mptcp endpoint show`.

use crate::args::Words;
use crate::error::{KERNEL, Result};
use crate::ip::command::Io;
use crate::ip::generic::Family;
use crate::ip::mptcp::change::{FLAGS, KNOWN_FLAGS, message};
use crate::names::Names;
use crate::nl::genl::{HEADER, request};
use crate::nl::uapi::mptcp::{addr_attr, attr, cmd};
use crate::nl::wire::{Attr, Attrs, Index, Message};
use crate::out::{Color, Out};
use crate::text::{add_address, hexadecimal};

/// An address: `MPTCP_PM_ADDR_ATTR_*`.
pub type Record<'a> = Index<'a, 8>;

/// Decodes a message of the family; `None` if it is not about an address.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let attrs = Attrs(message.body.get(HEADER..)?);
    Some(attrs.find(attr::ADDR)?.attrs().indexed())
}

/// Prints an address.
pub fn show(record: &Record, out: &mut Out, names: &mut Names) {
    out.object("");
    for (attr, color) in [
        (addr_attr::ADDR4, Color::Inet),
        (addr_attr::ADDR6, Color::Inet6),
    ] {
        if let Some(address) = record.get(attr) {
            add_address(out.begin(b""), address.0);
            out.end(b"address", Some(color));
        }
    }
    let number = |attr| record.get(attr).and_then(Attr::number);
    if let Some(port @ 1..) = number(addr_attr::PORT) {
        out.pair_uint(b"port", port);
    }
    if let Some(id) = number(addr_attr::ID) {
        out.pair_uint(b"id", id);
    }
    let flags = number(addr_attr::FLAGS).unwrap_or(0);
    for (flag, word) in FLAGS.0 {
        if flags & u64::from(flag) != 0 {
            out.word(word);
        }
    }
    let rest = flags & !u64::from(KNOWN_FLAGS);
    if rest != 0 {
        hexadecimal(out.value(), rest, 1);
        out.pair(b"rawflags", true);
    }
    if let Some(index @ 1..) = number(addr_attr::IF_IDX) {
        names.add_link_name(index as u32, out.begin(b"dev "));
        out.end(b"dev", Some(Color::Ifname));
    }
    out.line_break();
    out.object_end();
}

/// Lists all addresses, or with further words shows the one that they are about.
pub fn list(w: &mut Words, family: &mut Family, io: &mut Io) -> Result<()> {
    let mut show = |message: &Message, out: &mut Out, names: &mut Names| {
        if let Some(record) = &decode(message) {
            show(record, out, names);
        }
        Ok(())
    };
    if w.peek().is_none() {
        let mut msg = request(family.id, cmd::GET_ADDR);
        return family.print_list(&mut msg, KERNEL, &mut show, io);
    }
    let mut msg = message(w, cmd::GET_ADDR, family.id, &mut io.names)?;
    family.print(&mut msg, &mut show, io)
}
