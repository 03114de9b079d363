//! What no row of a tunnel can say.

use crate::args::{self, Words};
use crate::error::{Error, Result, USAGE};
use crate::kind::{Draft, Opt, Options, is_multicast};
use crate::names::Names;
use crate::nl::uapi::{af, gre as g, ip6_tnl_f as f, iptun, six_rd as s};
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::text::add_address;
use crate::text::{add_unsigned, hexadecimal};

/// `GRE_KEY`, `GRE_SEQ` and `GRE_CSUM` of `<linux/if_tunnel.h>`: bits in network order.
const KEY: u16 = u16::to_be(0x2000);
/// The packets are numbered.
pub const SEQ: u16 = u16::to_be(0x1000);
/// They have a checksum.
pub const CSUM: u16 = u16::to_be(0x8000);

/// How far the flags of a direction are in front of its key; vti has keys alone.
const FLAGS_TO_KEY: u16 = g::IKEY - g::IFLAGS;

/// `[no][i|o]key`, `[no]seq`, `[no]csum`: of the direction whose key has the row's number, or of both.
pub fn parse_side<'a>(
    row: &'static Opt,
    word: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let on = row.word().starts_with(word);
    let (bit, sides) = match row.word() {
        b"seq" => (SEQ, 2),
        b"csum" => (CSUM, 2),
        b"key" => (KEY, 2),
        _ => (KEY, 1),
    };
    let key = match on && bit == KEY {
        true => parse_key(row, w.value()?)?,
        false => [0; 4],
    };
    for attr in row.attr()..row.attr() + sides {
        if bit == KEY {
            draft.late.bytes(attr, &key);
        }
        // vti has no flags.
        if attr >= g::IKEY {
            draft.set_bits(attr - FLAGS_TO_KEY, bit, on);
        }
    }
    Ok(())
}

/// A number, or an IPv4 address.
fn parse_key(row: &'static Opt, value: &[u8]) -> Result<[u8; 4]> {
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
            Err(Error::new(USAGE, text, &[row.word(), value]))
        }
    }
}

/// A key, if the flags say that there is one; vti's if it is not 0.
pub fn side(row: &'static Opt, key: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let Some(key) = key else {
        return;
    };
    let has = match row.attr() {
        g::IKEY | g::OKEY => {
            let flags = data.find(row.attr() - FLAGS_TO_KEY).and_then(Attr::u16);
            flags.unwrap_or(0) & KEY != 0
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
fn value_of(row: &'static Opt, bit: u32) -> (u16, u32, u8) {
    let flow = row.attr() - (g::FLAGS - g::FLOWINFO);
    match bit {
        f::IGN_ENCAP_LIMIT => (row.attr() - (g::FLAGS - g::ENCAP_LIMIT), 0xff, 0),
        f::USE_ORIG_TCLASS => (flow, 0x0ff0_0000, 20),
        f::USE_ORIG_FLOWLABEL => (flow, 0x000f_ffff, 0),
        f::USE_ORIG_FWMARK => (g::FWMARK, u32::MAX, 0),
        _ => (0, 0, 0),
    }
}

/// The row's word for a bit (none if the option's own word stands for it), and the bit.
fn bit_of(row: &'static Opt) -> (&'static [u8], u32) {
    let (name, bit) = row.values().next().unwrap_or_default();
    (name, bit as u32)
}

/// `encaplimit`, `tclass`, `flowlabel`, `dscp`, `allow-localremote`, `fwmark`.
pub fn parse_flag6<'a>(
    row: &'static Opt,
    word: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let (name, bit) = bit_of(row);
    let mut on = row.word().starts_with(word);
    if !name.is_empty() {
        let value = w.value()?;
        on = value == name;
        let (attr, mask, shift) = value_of(row, bit);
        let in_hex = bit == f::USE_ORIG_TCLASS || bit == f::USE_ORIG_FLOWLABEL;
        let n = match in_hex {
            _ if on => Some(0),
            true => args::radix(value.strip_prefix(b"0x").unwrap_or(value), 16),
            false => args::unsigned(value, u64::MAX),
        };
        // An option without a value is `inherit` or nothing.
        let most = u64::from(mask >> shift);
        let n = n.filter(|n| on || mask != 0 && *n <= most);
        let n = n.ok_or_else(|| Error::bad_value(value, row.reason(), b""))? as u32;
        match bit {
            // The limit stays for another day.
            f::IGN_ENCAP_LIMIT if on => {}
            f::IGN_ENCAP_LIMIT => draft.late.number(attr, n.into(), 1),
            f::USE_ORIG_FWMARK => draft.late.u32(attr, n),
            _ if in_hex => {
                let old = u32::from_be(draft.value(attr) as u32);
                let new = old & !mask | n << shift;
                draft.late.bytes(attr, &new.to_be_bytes());
            }
            _ => {}
        }
    }
    let flags = draft.value(row.attr()) as u32;
    let flags = if on { flags | bit } else { flags & !bit };
    draft.late.u32(row.attr(), flags);
    Ok(())
}

/// The word for the bit, or the value.
pub fn flag6(row: &'static Opt, flags: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let (name, bit) = bit_of(row);
    if flags.and_then(Attr::u32).unwrap_or(0) & bit != 0 {
        if out.json() {
            out.word(row.json());
        } else {
            out.word(row.text());
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
        f::IGN_ENCAP_LIMIT => {
            out.uint("encap_limit|encaplimit % ", n.into());
            return;
        }
        f::USE_ORIG_FWMARK if n == 0 => return,
        f::USE_ORIG_FWMARK => 1,
        f::USE_ORIG_TCLASS => 2,
        _ => 5,
    };
    let n = if width > 1 { u32::from_be(n) } else { n };
    let text = out.value();
    text.extend_from_slice(b"0x");
    hexadecimal(text, ((n & mask) >> shift).into(), width);
    out.pair(row.text(), true);
}

/// What is around the packets: the number of its type, and behind it those of its flags and of the two ports.
pub fn encap(row: &'static Opt, kind: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let name: &[u8] = match kind.and_then(Attr::u16).unwrap_or(0) {
        0 => return,
        1 => b"fou",
        2 => b"gue",
        _ => b"unknown",
    };
    let at = |n| {
        let attr = data.find(row.attr() + n);
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
pub fn parse_erspan<'a>(
    row: &'static Opt,
    _: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let value = w.value()?;
    let (width, least, most) = match row.attr() {
        g::ERSPAN_VER => (1, 0, 2),
        _ => (4, 1, 0xf_ffff),
    };
    let n = args::unsigned(value, u64::MAX >> (64 - 8 * width));
    let reason = match n {
        Some(n) if (least..=most).contains(&n) => {
            draft.late.number(row.attr(), n, width);
            return Ok(());
        }
        Some(_) => row.part(5),
        None => row.reason(),
    };
    Err(Error::bad_value(value, reason, b""))
}

/// The number.
pub fn erspan(row: &'static Opt, n: Option<Attr>, _: Attrs, out: &mut Out, _: &mut Names) {
    if let Some(n) = n.and_then(Attr::number) {
        add_unsigned(out.value(), n);
        out.pair(row.text(), false);
    }
}

/// How far the length of sit's prefix is behind it.
const TO_LENGTH: u16 = s::RD_PREFIXLEN - s::RD_PREFIX;

/// A prefix and its length; `6rd-reset` puts that of 6to4 in their place.
pub fn parse_six_rd<'a>(
    row: &'static Opt,
    word: &[u8],
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<()> {
    let mut put = |attr, value| {
        let (family, width) = match attr {
            s::RD_PREFIX => (af::INET6, 16),
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
        put(s::RD_PREFIX, b"2002::/16")?;
        return put(s::RD_RELAY_PREFIX, b"any");
    }
    put(row.attr(), w.value()?)
}

/// `PREFIX/LENGTH`.
pub fn six_rd(row: &'static Opt, prefix: Option<Attr>, data: Attrs, out: &mut Out, _: &mut Names) {
    let len = data
        .find(row.attr() + TO_LENGTH)
        .and_then(Attr::u16)
        .unwrap_or(0);
    let Some(prefix) = prefix.filter(|_| len != 0) else {
        return;
    };
    add_address(out.value(), prefix.0);
    let (form, length) = match row.attr() {
        s::RD_PREFIX => ("prefix|6rd-prefix %", "prefixlen|/% "),
        _ => ("relay_prefix|6rd-relay_prefix %", "relay_prefixlen|/% "),
    };
    out.put(form, true);
    out.uint(length, len.into());
}

/// GRE: a group's tunnel needs an address here, and is told from others by the group. What is sent of erspan is as its version
/// says.
pub fn gre(options: &mut Options) -> Result<()> {
    let remote = options.get(g::REMOTE).unwrap_or_default();
    if let Ok(group) = <[u8; 4]>::try_from(remote.0)
        && is_multicast(&group)
    {
        let local = options.get(g::LOCAL).unwrap_or_default();
        if local.0.iter().all(|byte| *byte == 0) {
            let text = "A broadcast tunnel requires a source address.";
            return Err(Error::refused(text, b""));
        }
        for side in 0..2 {
            let flags = options
                .get(g::IFLAGS + side)
                .and_then(Attr::u16)
                .unwrap_or(0);
            if flags & KEY == 0 {
                options.late.bytes(g::IKEY + side, &group);
                options
                    .late
                    .number(g::IFLAGS + side, (flags | KEY).into(), 2);
            }
        }
    }
    let version = options.number(g::ERSPAN_VER);
    let has_erspan = options.name.starts_with(b"ip6") || options.name == b"erspan";
    options.skip = match version.unwrap_or(1) {
        _ if !has_erspan => &[
            g::ERSPAN_VER,
            g::ERSPAN_INDEX,
            g::ERSPAN_DIR,
            g::ERSPAN_HWID,
        ],
        1 => &[g::ERSPAN_DIR, g::ERSPAN_HWID],
        2 => &[g::ERSPAN_INDEX],
        _ => &[g::ERSPAN_INDEX, g::ERSPAN_DIR, g::ERSPAN_HWID],
    };
    Ok(())
}

/// ipip and sit: a hop limit goes with the discovery of the path's MTU. ipip has none of what is sit's.
pub fn iptun(options: &mut Options) -> Result<()> {
    const IPV6: u64 = 41;
    let value = |attr, default| options.number(attr).unwrap_or(default);
    if value(iptun::TTL, 0) != 0 && value(iptun::PMTUDISC, 1) == 0 {
        let text = "ttl != 0 and nopmtudisc are incompatible";
        return Err(Error::new(USAGE, text, &[]));
    }
    if options.name == b"ipip" {
        if value(iptun::PROTO, 0) == IPV6 {
            return Err(Error::bad_arg(b"ip6ip", "Cannot guess tunnel mode."));
        }
        options.skip = &[
            iptun::FLAGS,
            s::RD_PREFIX,
            s::RD_PREFIXLEN,
            s::RD_RELAY_PREFIX,
            s::RD_RELAY_PREFIXLEN,
        ];
    }
    Ok(())
}
