//! Nexthop objects, which routes refer to by their id: as the kernel tells of one, and as it is printed.

use crate::append::Append;
use crate::error::{Error, KERNEL, Result};
use crate::ip::command::Ctx;
use crate::ip::hop::show::{show_dev, show_encap, show_flags, show_gateways};
use crate::names::Names;
use crate::names::file::{ROUTE_PROTOS, SCOPES};
use crate::nl::uapi::{
    nexthop_grp_type, nha, nha_group_stats_entry, nha_op_flag, nha_res_group, rtm,
};
use crate::nl::wire::{Attr, Attrs, Index, Message, Msg, field};
use crate::out::Out;
use crate::text::{add_general, decimal, fill_one, on_off};

/// A nexthop message. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWNEXTHOP` or `RTM_DELNEXTHOP`.
    pub message: u16,
    /// `AF_*`.
    pub family: u8,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// `RTPROT_*`.
    pub protocol: u8,
    /// `RTNH_F_*`.
    pub flags: u32,
    /// `NHA_*`.
    attrs: Index<'a, 32>,
}

/// The size of `struct nhmsg` of `<linux/nexthop.h>`: family, scope, protocol, a byte of padding, flags.
pub const NHMSG: usize = 8;

/// Decodes a nexthop message; `None` if it is none.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if !matches!(message.kind, rtm::NEWNEXTHOP | rtm::DELNEXTHOP) {
        return None;
    }
    let (head, attrs) = message.body.split_first_chunk::<NHMSG>()?;
    let [family, scope, protocol, ..] = *head;
    Some(Record {
        message: message.kind,
        family,
        scope,
        protocol,
        flags: field(head, 4)?,
        attrs: Attrs(attrs).indexed(),
    })
}

impl<'a> Record<'a> {
    /// Its id.
    pub fn id(&self) -> Option<u32> {
        self.u32(nha::ID)
    }

    fn get(&self, attr: u16) -> Option<Attr<'a>> {
        self.attrs.get(attr)
    }

    fn u32(&self, attr: u16) -> Option<u32> {
        self.get(attr)?.u32()
    }
}

/// Asks for a nexthop object and shows it below its route; nothing where there is none by now.
pub fn show_of(id: u32, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    let mut msg = Msg::new(rtm::GETNEXTHOP, 0, &[0; NHMSG]);
    msg.u32(nha::ID, id);
    let mut answer = Vec::new();
    let asked = names.socket().and_then(|socket| {
        socket.get(&mut msg, &mut |message: &Message<'_>| {
            answer.append_bytes(message.body);
            Ok(())
        })
    });
    let message = Message {
        kind: rtm::NEWNEXTHOP,
        body: &answer,
        ..Message::NONE
    };
    let (Ok(()), Some(record)) = (asked, decode(&message)) else {
        return;
    };
    // A line of its own, with -o as well.
    out.object("nh_info");
    out.text("\n\tnh_info ");
    // A group that cannot be shown is said in its place.
    let _ = show(&record, ctx, out, names);
    out.object_end();
}

/// Attributes that few nexthops have, a bit each: first those in front of the gateway, then those behind the flags.
const FIRST: u32 = 1 << nha::GROUP | 1 << nha::GROUP_TYPE | 1 << nha::RES_GROUP | 1 << nha::ENCAP;
const LAST: u32 =
    1 << nha::FDB | 1 << nha::DST_PORT | 1 << nha::HW_STATS_ENABLE | 1 << nha::GROUP_STATS;

/// Shows a nexthop object, without the newline behind it.
///
/// # Errors
/// It is a group whose members cannot be told apart.
pub fn show(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) -> Result<()> {
    let group = record.get(nha::GROUP);
    if group.is_some_and(|group| group.0.is_empty() || group.0.len() % MEMBER != 0) {
        let id = decimal(record.id().unwrap_or(0).into());
        out.raw(&fill_one("<nexthop id % invalid nexthop group>", &id));
        let text = "Error parsing nexthop: Invalid argument";
        return Err(Error::refused(text, b"").code_is(KERNEL));
    }
    if record.message == rtm::DELNEXTHOP {
        out.yes("deleted|Deleted ");
    }
    if let Some(id) = record.id() {
        out.pair_uint(b"id", id.into());
    }
    // There may be many nexthops: what most do not have is not looked for.
    if record.attrs.has_any(FIRST) {
        show_first(record, ctx, out, names);
    }
    show_gateways(record.get(nha::GATEWAY), None, record.family, out);
    if let Some(index) = record.u32(nha::OIF) {
        show_dev(b"dev ", b"dev", index, out, names);
    }
    let has_details = ctx.details > 0;
    for (database, number, word, key) in [
        (&SCOPES, record.scope, "scope ", "scope"),
        (&ROUTE_PROTOS, record.protocol, "proto ", "protocol"),
    ] {
        if number != 0 || has_details {
            names.add_name(
                database,
                number.into(),
                ctx.numeric,
                out.begin(word.as_bytes()),
            );
            out.end(key.as_bytes(), None);
        }
        if key == "scope" && record.get(nha::BLACKHOLE).is_some() {
            out.null("blackhole|blackhole ");
        }
    }
    show_flags(record.flags, out);
    if record.attrs.has_any(LAST) {
        show_last(record, ctx, out);
    }
    Ok(())
}

/// Shows what stands in front of the gateway.
fn show_first(record: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    if let Some(group) = record.get(nha::GROUP) {
        show_group(group, record.u32(nha::OP_FLAGS).unwrap_or(0), out);
    }
    match record.get(nha::GROUP_TYPE).and_then(Attr::u16) {
        None | Some(nexthop_grp_type::MPATH) => {}
        Some(nexthop_grp_type::RES) => out.str("type|type % ", b"resilient"),
        Some(_) => out.str("type|type % ", b"<unknown type>"),
    }
    if let Some(resilient) = record.get(nha::RES_GROUP) {
        show_resilient(resilient.attrs(), out);
    }
    if let (Some(kind), Some(data)) = (record.get(nha::ENCAP_TYPE), record.get(nha::ENCAP)) {
        show_encap(kind, data, ctx, out, names);
    }
}

/// Shows what stands behind the flags.
fn show_last(record: &Record, ctx: &Ctx, out: &mut Out) {
    if record.get(nha::FDB).is_some() {
        out.null("fdb|fdb ");
    }
    if let Some(port) = record.get(nha::DST_PORT).and_then(Attr::be16) {
        out.pair_uint(b"dst_port", port.into());
    }
    let enabled = record.u32(nha::HW_STATS_ENABLE);
    if enabled.is_some() && (ctx.stats > 0 || ctx.details > 0) {
        out.object("hw_stats");
        show_switch(enabled, "enabled|hw_stats % ", out);
        show_switch(record.u32(nha::HW_STATS_USED), "used|used % ", out);
        out.object_end();
    }
    if let Some(stats) = record.get(nha::GROUP_STATS).filter(|_| ctx.stats > 0) {
        show_stats(stats.attrs(), out);
    }
}

/// The size of `struct nexthop_grp`: the id, the weight less 1, its high byte, and two reserved bytes.
const MEMBER: usize = 8;

/// Shows the members of a group.
fn show_group(group: Attr, op_flags: u32, out: &mut Out) {
    // Kernels before this leave anything in the high byte.
    let has_high = op_flags & nha_op_flag::RESP_GRP_RESVD_0 != 0;
    out.array("group");
    out.text("group ");
    let mut join = "";
    for member in group.0.chunks_exact(MEMBER) {
        out.object("");
        out.text(join);
        out.uint("id|%", field(member, 0).unwrap_or(0).into());
        let high = if has_high { member[5] } else { 0 };
        let more = u16::from_le_bytes([member[4], high]);
        if more != 0 {
            out.uint("weight|,%", u64::from(more) + 1);
        }
        out.object_end();
        join = "/";
    }
    out.text(" ");
    out.array_end();
}

/// Shows the size and the timers of a resilient group.
fn show_resilient(attrs: Attrs, out: &mut Out) {
    use nha_res_group::{BUCKETS, IDLE_TIMER, UNBALANCED_TIME, UNBALANCED_TIMER};
    out.object("resilient_args");
    if let Some(buckets) = attrs.find(BUCKETS).and_then(Attr::u16) {
        out.pair_uint(b"buckets", buckets.into());
    }
    show_time(attrs.find(IDLE_TIMER), b"idle_timer", out);
    show_time(attrs.find(UNBALANCED_TIMER), b"unbalanced_timer", out);
    show_time(attrs.find(UNBALANCED_TIME), b"unbalanced_time", out);
    out.object_end();
}

/// Shows a time of the kernel's, which counts hundredths of a second, in seconds behind its name.
pub fn show_time(time: Option<Attr>, name: &[u8], out: &mut Out) {
    if let Some(hundredths) = time.and_then(Attr::number) {
        add_general(out.value(), hundredths, 100);
        out.pair(name, false);
    }
}

/// Shows whether a number is there and not 0.
fn show_switch(number: Option<u32>, form: &str, out: &mut Out) {
    let word = on_off(number.is_some_and(|n| n != 0), out.json());
    out.value().append_bytes(word);
    out.put(form, false);
}

/// Shows how many packets the members of a group got, in lines of their own.
fn show_stats(entries: Attrs, out: &mut Out) {
    use nha_group_stats_entry::{ID, PACKETS, PACKETS_HW};
    out.array("group_stats");
    out.line_break();
    out.text("  stats:");
    for (_, entry) in entries {
        out.object("");
        out.line_break();
        for (attr, form) in [
            (ID, "id|    id %"),
            (PACKETS, "packets| packets %"),
            (PACKETS_HW, "packets_hw| packets_hw %"),
        ] {
            if let Some(n) = entry.attrs().find(attr).and_then(Attr::number) {
                out.uint(form, n);
            }
        }
        out.object_end();
    }
    out.array_end();
}
