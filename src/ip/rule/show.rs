//! A rule as it is printed.

use crate::append::Append;
use crate::ip::command::Ctx;
use crate::ip::hop::show::color_of;
use crate::ip::rule::record::{Record, whole_mask};
use crate::names::Names;
use crate::names::file::{DS_FIELDS, GROUPS, REALMS, ROUTE_PROTOS, ROUTE_TABLES, add_ip_protocol};
use crate::names::table::ROUTE_TYPES;
use crate::nl::uapi::{af, fib_rule, fr_act, fra, rtm, rtn, rtprot};
use crate::nl::wire::Attr;
use crate::out::{Color, Out};
use crate::text::{add_address, add_unsigned, cut, hexadecimal, split};

/// When an item is shown, and which number it is. Unless it says otherwise, it is that of its attribute.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    /// If the kernel sent the attribute.
    Sent,
    /// If the number is not 0.
    Set,
    /// No attribute, but a flag: if it is set.
    Flag,
    /// The DS field, unless it is 0.
    Tos,
    /// A mark, also where there is its mask alone.
    Mark,
    /// A mask, unless it is that of all bits; in JSON these as well, but of a mark.
    Mask,
    /// The first and the last of a range; of ports if there are several.
    First,
    Last,
    /// A port that is alone. In text one with a mask is hexadecimal.
    Port,
    /// A code point. In text one with a mask is hexadecimal.
    Dscp,
    /// The table, if there is one.
    Table,
    /// What is suppressed in the table; -1 is nothing.
    Suppressed,
    /// The realm of the source, unless it is 0; that of the destination behind it; and that without the other.
    RealmFrom,
    RealmTo,
    RealmAlone,
    /// Actions, by which they are.
    Gateway,
    Masquerade,
    Goto,
    Nop,
    Type,
    /// Who made it, with `-d` also if that is nobody or the kernel.
    Protocol,
}

/// How an item is written.
#[derive(Clone, Copy, PartialEq)]
enum How {
    /// Its form is all, and null in JSON.
    Null,
    Decimal,
    /// The same of a number in network byte order.
    BigDecimal,
    Hex,
    /// The same of a number in network byte order.
    BigHex,
    /// The interface that a string names.
    Device,
    Address,
    IpProto,
    Group,
    DsField,
    Table,
    Realm,
    Protocol,
    /// By a name, else in decimal, but a string in JSON.
    Dscp,
    Type,
    /// That there is none.
    None,
}

/// A table of items: what each is, its attribute or flag, how it is written, and its form.
macro_rules! items {
    ($($item:ident, $attr:expr, $how:ident, $form:literal;)*) => {
        /// The items behind the prefixes, in their order.
        const ITEMS: &[(Item, u8, How)] = &[$((Item::$item, $attr as u8, How::$how)),*];
        /// Their forms, each with a newline behind it.
        const FORMS: &str = concat!($($form, "\n"),*);
    };
}

items! {
    Tos, 0, DsField, "tos| tos %";
    Mark, fra::FWMARK, Hex, "fwmark| fwmark %";
    Mask, fra::FWMASK, Hex, "fwmask|/%";
    Sent, fra::IIFNAME, Device, "iif|%";
    Flag, fib_rule::IIF_DETACHED, Null, "iif_detached| [detached]";
    Sent, fra::OIFNAME, Device, "oif|%";
    Flag, fib_rule::OIF_DETACHED, Null, "oif_detached| [detached]";
    Set, fra::L3MDEV, Null, "l3mdev| lookup [l3mdev-table]";
    First, fra::UID_RANGE, Decimal, "uid_start| uidrange %";
    Last, fra::UID_RANGE, Decimal, "uid_end|-%";
    Sent, fra::IP_PROTO, IpProto, "ipproto| ipproto %";
    Port, fra::SPORT_RANGE, Decimal, "sport| sport %";
    Mask, fra::SPORT_MASK, Hex, "sport_mask|/%";
    First, fra::SPORT_RANGE, Decimal, "sport_start| sport %";
    Last, fra::SPORT_RANGE, Decimal, "sport_end|-%";
    Port, fra::DPORT_RANGE, Decimal, "dport| dport %";
    Mask, fra::DPORT_MASK, Hex, "dport_mask|/%";
    First, fra::DPORT_RANGE, Decimal, "dport_start| dport %";
    Last, fra::DPORT_RANGE, Decimal, "dport_end|-%";
    Sent, fra::TUN_ID, BigDecimal, "tun_id| tun_id %";
    Table, 0, Table, "table| lookup %";
    Suppressed, fra::SUPPRESS_PREFIXLEN, Decimal, "suppress_prefixlen| suppress_prefixlength %";
    Suppressed, fra::SUPPRESS_IFGROUP, Group, "suppress_ifgroup| suppress_ifgroup %";
    RealmFrom, fra::FLOW, Realm, "flow_from| realms %/";
    RealmTo, fra::FLOW, Realm, "flow_to|%";
    RealmAlone, fra::FLOW, Realm, "flow_to| realms %";
    Gateway, fra::UNUSED2, Address, "nat_gateway| map-to %";
    Masquerade, fra::UNUSED2, Null, "masquerade| masquerade";
    Goto, fra::GOTO, Decimal, "goto| goto %";
    Flag, fib_rule::UNRESOLVED, Null, "unresolved| [unresolved]";
    Nop, 0, Null, "nop| nop";
    Type, 0, Type, "action| %";
    Protocol, fra::PROTOCOL, Protocol, "protocol| proto %";
    Dscp, fra::DSCP, Dscp, "dscp| dscp %";
    Mask, fra::DSCP_MASK, Hex, "dscp_mask|/%";
    Sent, fra::FLOWLABEL, BigHex, "flowlabel| flowlabel %";
    Mask, fra::FLOWLABEL_MASK, Hex, "flowlabel_mask|/%";
}

/// Prints a rule: a line, or an object.
pub fn show(rule: &Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    out.object("");
    if rule.kind == rtm::DELRULE {
        out.yes("deleted|Deleted ");
    }
    out.uint("priority|%:\t", rule.u32(fra::PRIORITY).unwrap_or(0).into());
    if rule.flags & fib_rule::INVERT != 0 {
        out.null("not|not ");
    }
    show_prefix(rule, fra::SRC, rule.prefix_lens[0], out);
    show_prefix(rule, fra::DST, rule.prefix_lens[1], out);
    let mut forms = FORMS.as_bytes();
    for &(item, attr, how) in ITEMS {
        let form = cut(&mut forms, b'\n').unwrap_or_default();
        let attr = attr.into();
        let Some((n, how)) = number_of(item, attr, how, rule, ctx, out.json()) else {
            continue;
        };
        if how == How::Device {
            // Its word, which is its key as well, has no colour.
            out.text(" ");
            out.raw(split(form, b'|').0);
            out.text(" ");
            out.paint(Color::Ifname);
        }
        add_item(
            n,
            how,
            rule.get(attr).unwrap_or_default(),
            ctx,
            out.value(),
            names,
        );
        let is_bare = matches!(how, How::Null | How::Decimal | How::BigDecimal);
        out.put_form(form, !is_bare);
    }
    out.text("\n");
    out.object_end();
}

/// The number of an item, and how it is written; `None` if it is not shown.
fn number_of(
    item: Item,
    attr: u16,
    mut how: How,
    rule: &Record,
    ctx: &Ctx,
    json: bool,
) -> Option<(u64, How)> {
    let has = rule.get(attr);
    let is_sent = has.is_some();
    let payload = has.unwrap_or_default();
    let mut n = payload.number().unwrap_or(0);
    let (from, to) = (n >> 16, n & 0xffff);
    let is_shown = match item {
        Item::Sent => is_sent,
        Item::Set => n != 0,
        Item::Flag => rule.flags & u32::from(attr) != 0,
        Item::Tos => {
            n = rule.tos.into();
            n != 0
        }
        Item::Mark => is_sent || rule.get(fra::FWMASK).is_some(),
        Item::Mask => {
            n = mask(rule, attr, json)?;
            true
        }
        Item::First | Item::Last | Item::Port => {
            let (first, last) = payload.0.split_at(payload.0.len() / 2);
            let is_alone = first == last && attr != fra::UID_RANGE;
            let number = if item == Item::Last { last } else { first };
            n = Attr(number).number().unwrap_or(0);
            // The attribute of its mask is 5 further.
            if !json && is_alone && mask(rule, attr + 5, false).is_some() {
                how = How::Hex;
            }
            is_sent && is_alone == (item == Item::Port)
        }
        Item::Dscp => {
            if !json && mask(rule, fra::DSCP_MASK, false).is_some() {
                how = How::Hex;
            }
            is_sent
        }
        Item::Table => {
            n = rule.table.into();
            n != 0
        }
        Item::Suppressed => is_sent && rule.table != 0 && n != u32::MAX.into(),
        Item::RealmFrom => {
            n = from;
            from != 0
        }
        Item::RealmTo => {
            n = to;
            from != 0
        }
        Item::RealmAlone => is_sent && from == 0,
        Item::Gateway => rule.action == rtn::NAT && is_sent,
        Item::Masquerade => rule.action == rtn::NAT && !is_sent,
        Item::Nop => rule.action == fr_act::NOP,
        Item::Goto => {
            if !is_sent {
                how = How::None;
            }
            rule.action == fr_act::GOTO
        }
        Item::Type => {
            n = rule.action.into();
            !matches!(
                rule.action,
                fr_act::TO_TBL | fr_act::GOTO | fr_act::NOP | rtn::NAT
            )
        }
        Item::Protocol => {
            let is_usual = n == rtprot::UNSPEC.into() || n == rtprot::KERNEL.into();
            is_sent && (!is_usual || ctx.details > 0)
        }
    };
    is_shown.then_some((n, how))
}

/// Adds an item to a text: a number, or the payload that it was read from.
fn add_item(n: u64, how: How, payload: Attr, ctx: &Ctx, text: &mut Vec<u8>, names: &mut Names) {
    let database = match how {
        How::Null => return text.append_bytes(b"null"),
        How::None => return text.append_bytes(b"none"),
        How::BigDecimal => return add_unsigned(text, u64::from_be(n)),
        How::Hex => return add_hex(text, n),
        How::BigHex => return add_hex(text, u32::from_be(n as u32).into()),
        How::Device => return text.append_bytes(payload.str()),
        How::Address => return add_address(text, payload.0),
        How::IpProto => return add_ip_protocol(text, n as u8, ctx.numeric),
        How::Group => &GROUPS,
        How::Type => {
            if let Some(name) = ROUTE_TYPES.name_of(n).filter(|_| !ctx.numeric) {
                return text.append_bytes(name);
            }
            return add_unsigned(text, n);
        }
        How::Dscp if !ctx.numeric && names.add_known(&DS_FIELDS, (n as u32) << 2, text) => return,
        How::Decimal | How::Dscp => return add_unsigned(text, n),
        How::DsField => &DS_FIELDS,
        How::Table => &ROUTE_TABLES,
        How::Realm => &REALMS,
        How::Protocol => &ROUTE_PROTOS,
    };
    names.add_name(database, n as u32, ctx.numeric, text);
}

/// A mask that is shown.
fn mask(rule: &Record, attr: u16, json: bool) -> Option<u64> {
    let mut mask = rule.get(attr)?.number()?;
    if attr == fra::FLOWLABEL_MASK {
        mask = u32::from_be(mask as u32).into();
    }
    let is_shown = mask != whole_mask(attr).into() || json && attr != fra::FWMASK;
    is_shown.then_some(mask)
}

/// Adds `0x1f`, or `0`.
fn add_hex(text: &mut Vec<u8>, n: u64) {
    text.append_bytes(if n == 0 { b"" } else { b"0x" });
    hexadecimal(text, n, 1);
}

/// Shows a prefix: of the source `all`, and of the destination nothing, where there is none.
fn show_prefix(rule: &Record, attr: u16, len: u8, out: &mut Out) {
    let (word, key, len_form) = match attr {
        fra::SRC => ("from ", "src", "srclen|/%"),
        _ => (" to ", "dst", "dstlen|/%"),
    };
    let mut hidden_len = 0;
    if let Some(address) = rule.get(attr) {
        add_address(out.begin(word.as_bytes()), address.0);
        out.end_with(key.as_bytes(), color_of(rule.family), b"");
        hidden_len = match rule.family {
            af::INET => 32,
            af::INET6 => 128,
            _ => 0,
        };
    } else if len > 0 || attr == fra::SRC {
        out.begin(word.as_bytes())
            .append_bytes(if len == 0 { b"all" } else { b"0" });
        out.end_with(key.as_bytes(), None, b"");
    }
    if len != hidden_len {
        out.uint(len_form, len.into());
    }
}
