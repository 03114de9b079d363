//! What the tunnels of GRE, IP in IP and IPsec have in common: keys, values that are inherited from the packets inside,
//! the encapsulation in UDP, and the functions for all these.

use crate::append::Append;
use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::kind::kind::Kind;
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{af, gre, ifla, info, ip6_tnl_f, rtm, six_rd};
use crate::nl::wire::{Attr, Attrs, Index, Msg};
use crate::option_list;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::{Opt, Row};
use crate::row::read::not_ipv4;
use crate::row::table::{NEVER_SET, NEVER_SHOWN, Reading};
use crate::text::{add_address, add_unsigned, hexadecimal};

customs! {
    pub static CUSTOMS;
    IPV4_END: |r| parse_end(r, af::INET), show_end, " ADDR";
    IPV6_END: |r| parse_end(r, af::INET6), show_end, " ADDR";
    KEY: |r| parse_key(r, 1), show_key, " KEY";
    BOTH_KEYS: |r| parse_key(r, 2), NEVER_SHOWN, " KEY";
    BOTH_SEQ: |r| set_both_flags(r, SEQ), NEVER_SHOWN, "";
    BOTH_CSUM: |r| set_both_flags(r, CSUM), NEVER_SHOWN, "";
    ENCAP_LIMIT: parse_inherit, show_inherit, " { none | 0..255 }";
    INHERIT: parse_inherit, show_inherit, " { inherit | N }";
    DSCP: parse_inherit, show_inherit, " inherit";
    ENCAP: NEVER_SET, show_encap, "";
    ERSPAN: parse_erspan, show_erspan, " N";
    SIX_RD: parse_six_rd, show_six_rd, " PREFIX";
    SIX_RD_RESET: reset_six_rd, NEVER_SHOWN, "";
}

/// The encapsulation of the packets in UDP: four attributes from `IFLA_…_ENCAP_TYPE` on, which is `first`. They are
/// only set; a row of the type [`ENCAP`] prints them together.
pub const fn encap(first: u16) -> [Opt; 7] {
    option_list! {
        first => WORD16, exact: "encap", wrong: "Invalid encap type.", values: "none fou gue", show: Never;
        first => fixed16(0), exact: "noencap", show: Never;
        first + 1 => bit16(1), exact: "[no]encap-csum", show: Never;
        first + 1 => bit16(2), exact: "[no]encap-udp6-csum", show: Never;
        first + 1 => bit16(4), exact: "[no]encap-remcsum", show: Never;
        first + 2 => PORT, exact: "encap-sport", wrong: "Invalid source port.", values: "auto", show: Never;
        first + 3 => PORT, exact: "encap-dport", wrong: "Invalid destination port.", show: Never;
    }
}

/// Words of GRE for both directions. They stand in front of those for one, since `no` is short for `nokey`.
pub const BOTH_SIDES: [Opt; 3] = option_list! {
    gre::IKEY => BOTH_KEYS, word: "[no]key", show: Never;
    gre::IFLAGS => BOTH_SEQ, word: "[no]seq", show: Never;
    gre::IFLAGS => BOTH_CSUM, word: "[no]csum", show: Never;
};

/// Words of GRE for the direction in, or out.
pub const SIDES: [Opt; 6] = option_list! {
    gre::IKEY => KEY, word: "[no]ikey";
    gre::OKEY => KEY, word: "[no]okey";
    gre::IFLAGS => bit16(SEQ), word: "[no]iseq";
    gre::OFLAGS => bit16(SEQ), word: "[no]oseq";
    gre::IFLAGS => bit16(CSUM), word: "[no]icsum";
    gre::OFLAGS => bit16(CSUM), word: "[no]ocsum";
};

/// What a tunnel over IPv6 takes from the packets inside, or else has of its own. The first is a bit of `IP6_TNL_F_*`
/// in the attribute `flags`: its number stands behind the word for it. The latter is another attribute, see
/// [`own_field`]. `exact` and `word` are the words for the traffic class.
pub const fn inherited(flags: u16, exact: &'static str, word: &'static str) -> [Opt; 4] {
    option_list! {
        flags => ENCAP_LIMIT, exact: "encaplimit", json: "ip6_tnl_f_ign_encap_limit", wrong: "invalid ELIM",
            values: "none=1", show: Ever;
        flags => INHERIT, exact: exact, word: word, json: "ip6_tnl_f_use_orig_tclass", wrong: "invalid TClass",
            values: "inherit=2", show: Ever;
        flags => INHERIT, exact: "flowlabel,fl", json: "ip6_tnl_f_use_orig_flowlabel",
            wrong: "invalid Flowlabel", values: "inherit=4", show: Ever;
        flags => DSCP, exact: "dscp", json: "ip6_tnl_f_rcv_dscp_copy", wrong: "not inherit",
            values: "inherit=16", show: Ever;
    }
}

/// `GRE_KEY` of `<linux/if_tunnel.h>`, in network byte order as in the attribute: the direction has a key.
pub const KEY_BIT: u16 = u16::to_be(0x2000);
/// `GRE_SEQ`: its packets are numbered.
const SEQ: u16 = u16::to_be(0x1000);
/// `GRE_CSUM`: its packets have a checksum.
const CSUM: u16 = u16::to_be(0x8000);

/// The attribute of a direction's flags has a lower number than that of its key, by so much.
const FLAGS_TO_KEY: u16 = gre::IKEY - gre::IFLAGS;

/// Asks for what a tunnel has, and reads the words once more, as changes of that.
pub fn start_from_link<'a>(
    kind: &Kind,
    name: &'a [u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    index: u32,
    names: &mut Names,
) -> Result<()> {
    let has = get_data(names, index, name)?;
    draft.restart(draft.start, draft.names_before(), Attrs(&has));
    kind.parse(name, w, draft)?;
    draft.resolve(draft.names(), names)
}

/// The `IFLA_INFO_DATA` of a link, which must be of that kind.
fn get_data(names: &mut Names, index: u32, kind: &[u8]) -> Result<Vec<u8>> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    let mut data = None;
    let asked = names.socket()?.get(&mut msg, &mut |message| {
        let attrs = message.attrs(16);
        let link = attrs.find(ifla::LINKINFO).unwrap_or_default().attrs();
        if link.find(info::KIND).is_some_and(|own| own.str() == kind) {
            data = Some(link.find(info::DATA).unwrap_or_default().0.to_vec());
        }
        Ok(())
    });
    match data.filter(|_| asked.is_ok()) {
        Some(data) => Ok(data),
        None => Err(Error::refused("Failed to get existing tunnel info.", b"")),
    }
}

/// Reads an end of a tunnel: the word `any` has no bytes. It is sent behind the others.
fn parse_end(r: &mut Reading, family: u8) -> Result<()> {
    let address = args::addr(r.value, family)?;
    r.draft.late.bytes(r.row.attr, address.bytes());
    Ok(())
}

/// Prints an end of a tunnel, `any` without an address.
fn show_end(row: &Row, address: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    let text = out.value();
    if address.0.iter().all(|byte| *byte == 0) {
        text.append_bytes(b"any");
    } else {
        add_address(text, address.0);
    }
    row.put(out, true);
}

/// Reads the key of the row's direction, or of both: the attributes of the keys are numbered one behind the other.
fn parse_key(r: &mut Reading, sides: u16) -> Result<()> {
    let key = if r.on { key_of(r)? } else { [0; 4] };
    for attr in r.row.attr..r.row.attr + sides {
        r.draft.late.bytes(attr, &key);
        // vti, whose attributes have lower numbers, has no flags.
        if attr >= gre::IKEY {
            let flags = attr - FLAGS_TO_KEY;
            r.draft.set_bits(flags, KEY_BIT.into(), r.on, Wire::U16);
        }
    }
    Ok(())
}

/// A key, in network byte order: a number, or as an IPv4 address.
fn key_of(r: &Reading) -> Result<[u8; 4]> {
    if r.value.contains(&b'.') {
        let address = args::addr(r.value, af::INET).ok();
        let key = address.and_then(|address| address.bytes().try_into().ok());
        return key.ok_or_else(|| not_ipv4(r.value).ends());
    }
    match args::unsigned(r.value, u32::MAX.into()) {
        Some(key) => Ok((key as u32).to_be_bytes()),
        None => {
            let text = "invalid value for \"%\": \"%\"; it should be an unsigned integer";
            Err(Error::usage_two(text, r.row.word(), r.value))
        }
    }
}

/// Sets or clears a flag of both directions.
fn set_both_flags(r: &mut Reading, flag: u16) -> Result<()> {
    for attr in [gre::IFLAGS, gre::OFLAGS] {
        r.draft.set_bits(attr, flag.into(), r.on, Wire::U16);
    }
    Ok(())
}

/// Prints a key if the flags of its direction say that there is one; that of vti if it is not 0.
fn show_key(row: &Row, key: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    let has_key = match row.attr {
        gre::IKEY | gre::OKEY => {
            let flags = data.get(row.attr - FLAGS_TO_KEY).and_then(Attr::u16);
            flags.unwrap_or(0) & KEY_BIT != 0
        }
        _ => key.0.iter().any(|byte| *byte != 0),
    };
    if has_key {
        add_address(out.value(), key.0);
        row.put(out, true);
    }
}

/// Where a tunnel has the value that it would else inherit: the number of the attribute, the bits of its u32, and their
/// shift. No such value has a mask of 0. The attributes of GRE and of IP in IP have other numbers, in the same order,
/// but for the mark.
fn own_field(row: &Row, flag: u32) -> (u16, u32, u8) {
    let flow = row.attr - (gre::FLAGS - gre::FLOWINFO);
    match flag {
        ip6_tnl_f::IGN_ENCAP_LIMIT => (row.attr - (gre::FLAGS - gre::ENCAP_LIMIT), 0xff, 0),
        ip6_tnl_f::USE_ORIG_TCLASS => (flow, 0x0ff0_0000, 20),
        ip6_tnl_f::USE_ORIG_FLOWLABEL => (flow, 0x000f_ffff, 0),
        ip6_tnl_f::USE_ORIG_FWMARK => (gre::FWMARK, u32::MAX, 0),
        _ => (0, 0, 0),
    }
}

/// The word with which the row's value is inherited, and the flag for that.
fn inherit_flag(row: &Row) -> (&'static [u8], u32) {
    let (word, flag) = row.values().next().unwrap_or_default();
    (word, flag as u32)
}

/// Whether the flag's value is a part of `IFLA_GRE_FLOWINFO`: in hexadecimal, and in network byte order.
fn is_flow_info(flag: u32) -> bool {
    flag & (ip6_tnl_f::USE_ORIG_TCLASS | ip6_tnl_f::USE_ORIG_FLOWLABEL) != 0
}

/// Reads the word with which a value is inherited, or a number.
fn parse_inherit(r: &mut Reading) -> Result<()> {
    let (word, flag) = inherit_flag(r.row);
    let (attr, mask, shift) = own_field(r.row, flag);
    let on = r.value == word;
    let number = match r.value {
        _ if on => Some(0),
        value if is_flow_info(flag) => args::radix(value.strip_prefix(b"0x").unwrap_or(value), 16),
        value => args::unsigned(value, u64::MAX),
    };
    let most = u64::from(mask >> shift);
    let Some(number) = number.filter(|n| on || mask != 0 && *n <= most) else {
        return Err(r.wrong_value());
    };
    let number = number as u32;
    match flag {
        // Without a limit in the packets the attribute of the limit counts for nothing, and stays.
        ip6_tnl_f::IGN_ENCAP_LIMIT if on => {}
        ip6_tnl_f::IGN_ENCAP_LIMIT => r.draft.late.number(attr, number.into(), 1),
        ip6_tnl_f::USE_ORIG_FWMARK => r.draft.late.u32(attr, number),
        _ if is_flow_info(flag) => {
            let old = u32::from_be(r.draft.late_number(attr) as u32);
            let new = old & !mask | number << shift;
            r.draft.late.bytes(attr, &new.to_be_bytes());
        }
        _ => {}
    }
    r.draft.set_bits(r.row.attr, flag.into(), on, Wire::U32);
    Ok(())
}

/// Prints the word with which a value is inherited, or the value.
fn show_inherit(row: &Row, flags: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    let (word, flag) = inherit_flag(row);
    if flags.u32().unwrap_or(0) & flag != 0 {
        out.word(row.name(out.json()));
        out.raw(word);
        out.text(" ");
        return;
    }
    let (attr, mask, shift) = own_field(row, flag);
    let Some(number) = data.get(attr).and_then(Attr::number) else {
        return;
    };
    if flag == ip6_tnl_f::IGN_ENCAP_LIMIT {
        out.uint("encap_limit|encaplimit % ", number);
        return;
    }
    let number = number as u32;
    let (number, digits) = match flag {
        ip6_tnl_f::USE_ORIG_FWMARK if number == 0 => return,
        ip6_tnl_f::USE_ORIG_FWMARK => (number, 1),
        ip6_tnl_f::USE_ORIG_TCLASS => (u32::from_be(number), 2),
        _ => (u32::from_be(number), 5),
    };
    let text = out.value();
    text.append_bytes(b"0x");
    hexadecimal(text, ((number & mask) >> shift).into(), digits);
    out.pair(row.name(false), true);
}

/// Prints the encapsulation: the row's attribute is its type, and behind it are numbered its flags and the two ports.
fn show_encap(row: &Row, kind: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    let name: &[u8] = match kind.u16().unwrap_or(0) {
        0 => return,
        1 => b"fou",
        2 => b"gue",
        _ => b"unknown",
    };
    let at = |n| {
        let attr = data.get(row.attr + n);
        attr.and_then(Attr::u16).unwrap_or(0)
    };
    out.object("encap");
    out.str("type|encap % ", name);
    match u16::from_be(at(2)) {
        0 if !out.json() => out.text("encap-sport auto "),
        port => out.uint("sport|encap-sport % ", port.into()),
    }
    out.uint("dport|encap-dport % ", u16::from_be(at(3)).into());
    let mut flags = at(1);
    for key in ["csum", "csum6", "remcsum"] {
        let on = flags & 1 != 0;
        flags >>= 1;
        if out.json() {
            out.pair_of(key.as_bytes(), if on { b"true" } else { b"false" });
        }
        out.text(if on { "encap-" } else { "noencap-" });
        out.text(key);
        out.text(" ");
    }
    out.object_end();
}

/// Reads an index of 20 bits that is not 0, or a version. A number that fits the attribute but is out of range has a
/// text of its own.
fn parse_erspan(r: &mut Reading) -> Result<()> {
    let (width, least, most) = match r.row.attr {
        gre::ERSPAN_VER => (1, 0, 2),
        _ => (4, 1, 0xf_ffff),
    };
    let number = args::unsigned(r.value, u64::MAX >> (64 - 8 * width));
    let reason = match number {
        Some(n) if n >= least && n <= most => {
            r.draft.late.number(r.row.attr, n, width);
            return Ok(());
        }
        Some(_) => r.row.out_of_range(),
        None => r.row.wrong(),
    };
    Err(Error::bad_value(r.value, reason.unwrap_or_default(), b""))
}

/// Prints a number.
fn show_erspan(row: &Row, n: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(n) = n.number() {
        add_unsigned(out.value(), n);
        out.pair(row.name(false), false);
    }
}

/// The attribute of a prefix's length has a higher number than that of the prefix, by so much.
const TO_LENGTH: u16 = six_rd::RD_PREFIXLEN - six_rd::RD_PREFIX;

/// Reads a prefix of 6rd (RFC 5969), with its length.
fn parse_six_rd(r: &mut Reading) -> Result<()> {
    add_prefix(r, r.row.attr, r.value)
}

/// Sets the prefixes of 6to4 (RFC 3056).
fn reset_six_rd(r: &mut Reading) -> Result<()> {
    add_prefix(r, six_rd::RD_PREFIX, b"2002::/16")?;
    add_prefix(r, six_rd::RD_RELAY_PREFIX, b"any")
}

fn add_prefix(r: &mut Reading, attr: u16, value: &[u8]) -> Result<()> {
    let (family, width) = match attr {
        six_rd::RD_PREFIX => (af::INET6, 16),
        _ => (af::INET, 4),
    };
    let prefix = args::cidr(value, family)?;
    // The word `any` has no bytes.
    let mut bytes = [0; 16];
    bytes[..prefix.bytes().len()].copy_from_slice(prefix.bytes());
    r.draft.late.bytes(attr, &bytes[..width]);
    r.draft.late.number(attr + TO_LENGTH, prefix.len.into(), 2);
    Ok(())
}

/// Prints `PREFIX/LENGTH`, unless the length is 0.
fn show_six_rd(row: &Row, prefix: Attr, data: &Index, out: &mut Out, _: &mut Names) {
    let len = data.get(row.attr + TO_LENGTH).and_then(Attr::u16);
    let len = len.unwrap_or(0);
    if len == 0 {
        return;
    }
    add_address(out.value(), prefix.0);
    let (form, length) = match row.attr {
        six_rd::RD_PREFIX => ("prefix|6rd-prefix %", "prefixlen|/% "),
        _ => ("relay_prefix|6rd-relay_prefix %", "relay_prefixlen|/% "),
    };
    out.put(form, true);
    out.uint(length, len.into());
}
