//! `ip mptcp monitor`: what happens to the connections of MPTCP from now on.

use crate::append::Append;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Ctx, Io};
use crate::ip::generic::Family;
use crate::ip::stamp::show_now_as_text;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::genl::{HEADER, get_family};
use crate::nl::sock::FOREVER;
use crate::nl::uapi::mptcp::event_attr::*;
use crate::nl::uapi::{ctrl_attr, ctrl_attr_mcast_grp, nlmsg};
use crate::nl::wire::{Attr, Attrs, Index, Message};
use crate::out::Out;
use crate::text::{add_address, add_unsigned, hexadecimal};

/// The name of the family, and of the multicast group of its events.
pub const FAMILY: &[u8] = b"mptcp_pm";
const GROUP: &[u8] = b"mptcp_pm_events";

/// `MPTCP_EVENT_*`.
static EVENTS: Table = name_table!(
    "1 CREATED|2 ESTABLISHED|3 CLOSED|6 ANNOUNCED|7 REMOVED|10 SF_ESTABLISHED|11 SF_CLOSED|13 SF_PRIO|\
    15 LISTENER_CREATED|16 LISTENER_CLOSED"
);
/// How long the longest of these is.
const WIDTH: usize = 16;

/// `MPTCP_ATTR_*` in the order in which they are shown.
static ATTRS: Table = name_table!(
    "1 token|4 remid|3 locid|5 saddr4|7 daddr4|6 saddr6|8 daddr6|9 sport|10 dport|11 backup|12 error|14 timeout|\
     15 ifindex|16 reset_reason|17 reset_flags"
);

/// Bits of the attribute for flags: that the other end asked for no further subflows to its address, and that this end was
/// connected to.
const DENY_JOIN_ID0: u64 = 1;
const IS_SERVER: u64 = 2;

/// An event.
pub struct Record<'a> {
    /// `MPTCP_EVENT_*`.
    event: u8,
    /// `MPTCP_ATTR_*`.
    attrs: Index<'a, 20>,
}

/// Decodes a message of the family.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    Some(Record {
        event: *message.body.first()?,
        attrs: Attrs(message.body.get(HEADER..)?).indexed(),
    })
}

/// Prints an event.
pub fn show_event(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("");
    show_now_as_text(ctx, out);
    out.text("[");
    let text = out.value();
    match EVENTS.name_of(record.event.into()) {
        Some(name) => {
            text.append_bytes(name);
            out.blanks(WIDTH - name.len());
        }
        None => {
            text.append_bytes(b"UNKNOWN ");
            add_unsigned(text, record.event.into());
        }
    }
    out.put("event|%]", true);
    for (attr, name) in ATTRS.0 {
        if let Some(value) = record.attrs.get(attr) {
            show_attr(attr, name, value, out, names);
        }
    }
    let number = |attr| record.attrs.get(attr).and_then(Attr::number).unwrap_or(0);
    let flags = number(FLAGS);
    if number(SERVER_SIDE) > 0 || flags & IS_SERVER != 0 {
        out.yes("server_side| server_side");
    }
    if flags & DENY_JOIN_ID0 != 0 {
        out.yes("deny_join_id0| deny_join_id0");
    }
    let rest = flags & !(DENY_JOIN_ID0 | IS_SERVER);
    if rest != 0 {
        add_with_prefix(out.value(), rest);
        put(b"flags", true, out);
    }
    out.line_break();
    out.object_end();
}

/// Prints an attribute with its name. A device is shown by its index, and its name as well.
fn show_attr(attr: u16, name: &[u8], value: Attr, out: &mut Out, names: &mut Names) {
    let number = match attr {
        SPORT | DPORT => value.be16().map(u64::from),
        _ => value.number(),
    };
    let json = out.json();
    let text = out.value();
    match (attr, number) {
        (SADDR4..=DADDR6, _) => add_address(text, value.0),
        (_, None) => return,
        (TOKEN, Some(number)) if !json => hexadecimal(text, number, 8),
        (TOKEN | RESET_FLAGS, Some(number)) => add_with_prefix(text, number),
        (_, Some(number)) => add_unsigned(text, number),
    }
    let is_text = matches!(attr, TOKEN | SADDR4..=DADDR6 | RESET_FLAGS);
    put(name, is_text, out);
    if let (IF_IDX, Some(index @ 1..)) = (attr, number) {
        names.add_link_name(index as u32, out.value());
        put(b"dev", true, out);
    }
}

/// Prints the value in the scratch buffer with its name.
fn put(name: &[u8], quoted: bool, out: &mut Out) {
    if out.json() {
        return out.pair(name, quoted);
    }
    out.text(" ");
    out.raw(name);
    out.text("=");
    out.put("|%", quoted);
}

/// Adds a number in hexadecimal as printf's `%#x` writes it: 0 has no prefix.
fn add_with_prefix(text: &mut Vec<u8>, number: u64) {
    if number > 0 {
        text.append_bytes(b"0x");
    }
    hexadecimal(text, number, 1);
}

/// The number of the group in the answer of the controller: a list of groups, each with its name.
fn find_group(groups: Attrs) -> Option<u32> {
    for (_, group) in groups {
        let group = group.attrs();
        if group.find(ctrl_attr_mcast_grp::NAME)?.str() == GROUP {
            return group.find(ctrl_attr_mcast_grp::ID)?.u32();
        }
    }
    None
}

/// Runs `monitor`, for ever. With `-j` it is one list that does not end.
pub fn run(family: &mut Family, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let socket = &mut family.socket;
    let groups = get_family(socket, FAMILY, ctrl_attr::MCAST_GROUPS)?;
    let joined = match find_group(Attrs(&groups)) {
        Some(group) => socket.join_group(group).map_err(|e| e.raw_os_error()),
        None => Err(libc::ENOENT),
    };
    joined
        .map_err(|errno| Error::os("can't subscribe to mptcp events", b"", errno).code_is(USAGE))?;
    let Io { out, names, .. } = io;
    let mut written = Ok(());
    out.document();
    socket.listen(FOREVER, &mut |message| {
        if message.kind == nlmsg::OVERRUN {
            out.warn(b"netlink receive error No buffer space available (105)\n");
        } else if message.kind == family.id
            && let Some(record) = &decode(message)
        {
            // A device may have another name by now.
            names.forget();
            show_event(record, ctx, out, names);
            written = out.flush();
        }
        written.is_err()
    })?;
    written
}
