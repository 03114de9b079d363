//! What tunnels have in common: keys, flags that stand for values, what is around the packets, and the functions for all that.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::nl::uapi::{af, gre, ip6_tnl_f, six_rd};
use crate::nl::wire::{Attr, Attrs};
use crate::option_list;
use crate::out::Out;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::{Opt, Row};
use crate::row::table::NEVER_SET;
use crate::text::{add_address, add_unsigned, hexadecimal};

customs! {
    pub static CUSTOMS;
    KEY: parse_side, show_side, " KEY";
    SIDE: parse_side, show_side, "";
    ENCAP_LIMIT: parse_flag6, show_flag6, " { none | 0..255 }";
    INHERIT: parse_flag6, show_flag6, " { inherit | N }";
    DSCP: parse_flag6, show_flag6, " inherit";
    FLAG6: parse_flag6, show_flag6, "";
    ENCAP: NEVER_SET, show_encap, "";
    ERSPAN: parse_erspan, show_erspan, " N";
    SIX_RD: parse_six_rd, show_six_rd, " PREFIX";
    SIX_RD_RESET: parse_six_rd, show_six_rd, "";
}

/// What is around the packets, from the number of the type's attribute on. A row of type [`ENCAP`] in front shows it whole.
pub const fn encap(first: u16) -> [Opt; 7] {
    option_list! {
        first => WORD16, word: "=encap", wrong: "Invalid encap type.", values: "none fou gue", show: Never;
        first => fixed16(0), word: "=noencap", show: Never;
        first + 1 => bit16(1), word: "=!encap-csum", show: Never;
        first + 1 => bit16(2), word: "=!encap-udp6-csum", show: Never;
        first + 1 => bit16(4), word: "=!encap-remcsum", show: Never;
        first + 2 => PORT, word: "=encap-sport", wrong: "Invalid source port.", values: "auto", show: Never;
        first + 3 => PORT, word: "=encap-dport", wrong: "Invalid destination port.", show: Never;
    }
}

/// Words for both directions. They stand before those of one, since `no` is `nokey`.
pub const BOTH_SIDES: [Opt; 3] = option_list! {
    gre::IKEY => KEY, word: "!key", show: Never;
    gre::IKEY => SIDE, word: "!seq", show: Never;
    gre::IKEY => SIDE, word: "!csum", show: Never;
};

/// Words for one direction.
pub const SIDES: [Opt; 6] = option_list! {
    gre::IKEY => KEY, word: "!ikey";
    gre::OKEY => KEY, word: "!okey";
    gre::IFLAGS => bit16(SEQ), word: "!iseq";
    gre::OFLAGS => bit16(SEQ), word: "!oseq";
    gre::IFLAGS => bit16(CSUM), word: "!icsum";
    gre::OFLAGS => bit16(CSUM), word: "!ocsum";
};

/// What an IPv6 tunnel takes from the packets inside, or has of its own. `flags` is the attribute of `IP6_TNL_F_*`; a row's value is
/// the word for which a bit of it stands, and the bit. `tclass` is how the traffic class is spelled.
pub const fn flags6(flags: u16, tclass: &'static str) -> [Opt; 4] {
    option_list! {
        flags => ENCAP_LIMIT, word: "=encaplimit", json: "ip6_tnl_f_ign_encap_limit", wrong: "invalid ELIM",
            values: "none=1";
        flags => INHERIT, word: tclass, json: "ip6_tnl_f_use_orig_tclass", wrong: "invalid TClass", values: "inherit=2";
        flags => INHERIT, word: "=flowlabel,=fl", json: "ip6_tnl_f_use_orig_flowlabel",
            wrong: "invalid Flowlabel", values: "inherit=4";
        flags => DSCP, word: "=dscp", json: "ip6_tnl_f_rcv_dscp_copy", wrong: "not inherit",
            values: "inherit=16";
    }
}

/// `GRE_KEY`, `GRE_SEQ` and `GRE_CSUM` of `<linux/if_tunnel.h>`: bits in network order.
pub const KEY_BIT: u16 = u16::to_be(0x2000);
/// The packets are numbered.
pub const SEQ: u16 = u16::to_be(0x1000);
/// They have a checksum.
pub const CSUM: u16 = u16::to_be(0x8000);

/// How far the flags of a direction are in front of its key; vti has keys alone.
const FLAGS_TO_KEY: u16 = gre::IKEY - gre::IFLAGS;

/// `[no][i|o]key`, `[no]seq`, `[no]csum`: of the direction whose key has the row's number, or of both.
fn parse_side<'a>(row: &Row, word: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let on = row.word().starts_with(word);
    let (bit, sides) = match row.word() {
        b"seq" => (SEQ, 2),
        b"csum" => (CSUM, 2),
        b"key" => (KEY_BIT, 2),
        _ => (KEY_BIT, 1),
    };
    let key = match on && bit == KEY_BIT {
        true => parse_key(row, w.value()?)?,
        false => [0; 4],
    };
    for attr in row.attr..row.attr + sides {
        if bit == KEY_BIT {
            draft.late.bytes(attr, &key);
        }
        // vti has no flags.
        if attr >= gre::IKEY {
            draft.set_bits(attr - FLAGS_TO_KEY, bit, on);
        }
    }
    Ok(())
}

/// A number, or an IPv4 address.
fn parse_key(row: &Row, value: &[u8]) -> Result<[u8; 4]> {
    if value.contains(&b'.') {
        let address = args::addr(value, af::INET).ok();
        let address = address.and_then(|address| address.bytes().try_into().ok());
        return address.ok_or_else(|| {
            Error::refused("Error: an IP address is expected rather than \"%\"", value).ends()
        });
    }
    match args::unsigned(value, u32::MAX.into()) {
        Some(n) => Ok((n as u32).to_be_bytes()),
        None => {
            let text = "invalid value for \"%\": \"%\"; it should be an unsigned integer";
            Err(Error::usage_two(text, row.word(), value))
        }
    }
}

/// A key, if the flags say that there is one; vti's if it is not 0.
fn show_side(row: &Row, key: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let Some(key) = key else {
        return;
    };
    let has = match row.attr {
        gre::IKEY | gre::OKEY => {
            let flags = data.find(row.attr - FLAGS_TO_KEY).and_then(Attr::u16);
            flags.unwrap_or(0) & KEY_BIT != 0
        }
        _ => key.0.iter().any(|byte| *byte != 0),
    };
    if has {
        add_address(out.value(), key.0);
        out.pair(row.word(), true);
    }
}

/// Where the value is that a bit of the flags of an IPv6 tunnel stands for: its number, its mask in a u32, and the shift. The
/// row has the number of the flags, with the same numbers in front of it in GRE and IP.
fn value_of(row: &Row, bit: u32) -> (u16, u32, u8) {
    let flow = row.attr - (gre::FLAGS - gre::FLOWINFO);
    match bit {
        ip6_tnl_f::IGN_ENCAP_LIMIT => (row.attr - (gre::FLAGS - gre::ENCAP_LIMIT), 0xff, 0),
        ip6_tnl_f::USE_ORIG_TCLASS => (flow, 0x0ff0_0000, 20),
        ip6_tnl_f::USE_ORIG_FLOWLABEL => (flow, 0x000f_ffff, 0),
        ip6_tnl_f::USE_ORIG_FWMARK => (gre::FWMARK, u32::MAX, 0),
        _ => (0, 0, 0),
    }
}

/// The row's word for a bit (none if the option's own word stands for it), and the bit.
fn bit_of(row: &Row) -> (&'static [u8], u32) {
    let (name, bit) = row.values().next().unwrap_or_default();
    (name, bit as u32)
}

/// `encaplimit`, `tclass`, `flowlabel`, `dscp`, `allow-localremote`, `fwmark`.
fn parse_flag6<'a>(row: &Row, word: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let (name, bit) = bit_of(row);
    let mut on = row.word().starts_with(word);
    if !name.is_empty() {
        let value = w.value()?;
        on = value == name;
        let (attr, mask, shift) = value_of(row, bit);
        let in_hex = bit == ip6_tnl_f::USE_ORIG_TCLASS || bit == ip6_tnl_f::USE_ORIG_FLOWLABEL;
        let n = match in_hex {
            _ if on => Some(0),
            true => args::radix(value.strip_prefix(b"0x").unwrap_or(value), 16),
            false => args::unsigned(value, u64::MAX),
        };
        // An option without a value is `inherit` or nothing.
        let most = u64::from(mask >> shift);
        let n = n.filter(|n| on || mask != 0 && *n <= most);
        let n =
            n.ok_or_else(|| Error::bad_value(value, row.wrong().unwrap_or_default(), b""))? as u32;
        match bit {
            // The limit stays for another day.
            ip6_tnl_f::IGN_ENCAP_LIMIT if on => {}
            ip6_tnl_f::IGN_ENCAP_LIMIT => draft.late.number(attr, n.into(), 1),
            ip6_tnl_f::USE_ORIG_FWMARK => draft.late.u32(attr, n),
            _ if in_hex => {
                let old = u32::from_be(draft.value(attr) as u32);
                let new = old & !mask | n << shift;
                draft.late.bytes(attr, &new.to_be_bytes());
            }
            _ => {}
        }
    }
    let flags = draft.value(row.attr) as u32;
    let flags = if on { flags | bit } else { flags & !bit };
    draft.late.u32(row.attr, flags);
    Ok(())
}

/// The word for the bit, or the value.
fn show_flag6(row: &Row, flags: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let (name, bit) = bit_of(row);
    if flags.and_then(Attr::u32).unwrap_or(0) & bit != 0 {
        if out.json() {
            out.word(row.name(true));
        } else {
            out.word(row.name(false));
            out.raw(name);
            out.text(if name.is_empty() { "" } else { " " });
        }
        return;
    }
    let (attr, mask, shift) = value_of(row, bit);
    let Some(n) = data.find(attr).and_then(Attr::number) else {
        return;
    };
    let n = n as u32;
    let width = match bit {
        ip6_tnl_f::IGN_ENCAP_LIMIT => {
            out.uint("encap_limit|encaplimit % ", n.into());
            return;
        }
        ip6_tnl_f::USE_ORIG_FWMARK if n == 0 => return,
        ip6_tnl_f::USE_ORIG_FWMARK => 1,
        ip6_tnl_f::USE_ORIG_TCLASS => 2,
        _ => 5,
    };
    let n = if width > 1 { u32::from_be(n) } else { n };
    let text = out.value();
    text.extend_from_slice(b"0x");
    hexadecimal(text, ((n & mask) >> shift).into(), width);
    out.pair(row.name(false), true);
}

/// What is around the packets: the number of its type, and behind it those of its flags and of the two ports.
fn show_encap(row: &Row, kind: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let name: &[u8] = match kind.and_then(Attr::u16).unwrap_or(0) {
        0 => return,
        1 => b"fou",
        2 => b"gue",
        _ => b"unknown",
    };
    let at = |n| {
        let attr = data.find(row.attr + n);
        attr.and_then(Attr::u16).unwrap_or(0)
    };
    let flags = at(1);
    out.object("encap");
    out.str("type|encap % ", name);
    match u16::from_be(at(2)) {
        0 if !out.json() => out.text("encap-sport auto "),
        port => out.uint("sport|encap-sport % ", port.into()),
    }
    out.uint("dport|encap-dport % ", u16::from_be(at(3)).into());
    for (n, key) in ["csum", "csum6", "remcsum"].iter().enumerate() {
        let on = flags >> n & 1 != 0;
        if out.json() {
            out.pair_of(key.as_bytes(), if on { b"true" } else { b"false" });
        }
        for part in [if on { "" } else { "no" }, "encap-", key, " "] {
            out.text(part);
        }
    }
    out.object_end();
}

/// A number whose limits have a text of their own: an index of 20 bits that is not 0, or a version.
fn parse_erspan<'a>(row: &Row, _: &[u8], w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<()> {
    let value = w.value()?;
    let (width, least, most) = match row.attr {
        gre::ERSPAN_VER => (1, 0, 2),
        _ => (4, 1, 0xf_ffff),
    };
    let n = args::unsigned(value, u64::MAX >> (64 - 8 * width));
    let reason = match n {
        Some(n) if (least..=most).contains(&n) => {
            draft.late.number(row.attr, n, width);
            return Ok(());
        }
        Some(_) => row.out_of_range().unwrap_or_default(),
        None => row.wrong().unwrap_or_default(),
    };
    Err(Error::bad_value(value, reason, b""))
}

/// The number.
fn show_erspan(row: &Row, n: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    if let Some(n) = n.and_then(Attr::number) {
        add_unsigned(out.value(), n);
        out.pair(row.name(false), false);
    }
}

/// How far the length of sit's prefix is behind it.
const TO_LENGTH: u16 = six_rd::RD_PREFIXLEN - six_rd::RD_PREFIX;

/// A prefix and its length; `6rd-reset` puts that of 6to4 in their place.
fn parse_six_rd<'a>(
    row: &Row,
    word: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mut put = |attr, value| {
        let (family, width) = match attr {
            six_rd::RD_PREFIX => (af::INET6, 16),
            _ => (af::INET, 4),
        };
        let prefix = args::cidr(value, family)?;
        // `any` has no bytes.
        let mut bytes = [0; 16];
        bytes[..prefix.bytes().len()].copy_from_slice(prefix.bytes());
        draft.late.bytes(attr, &bytes[..width]);
        draft.late.number(attr + TO_LENGTH, prefix.len.into(), 2);
        Ok(())
    };
    if word == b"6rd-reset" {
        put(six_rd::RD_PREFIX, b"2002::/16")?;
        return put(six_rd::RD_RELAY_PREFIX, b"any");
    }
    put(row.attr, w.value()?)
}

/// `PREFIX/LENGTH`.
fn show_six_rd(row: &Row, prefix: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let len = data
        .find(row.attr + TO_LENGTH)
        .and_then(Attr::u16)
        .unwrap_or(0);
    let Some(prefix) = prefix.filter(|_| len != 0) else {
        return;
    };
    add_address(out.value(), prefix.0);
    let (form, length) = match row.attr {
        six_rd::RD_PREFIX => ("prefix|6rd-prefix %", "prefixlen|/% "),
        _ => ("relay_prefix|6rd-relay_prefix %", "relay_prefixlen|/% "),
    };
    out.put(form, true);
    out.uint(length, len.into());
}
