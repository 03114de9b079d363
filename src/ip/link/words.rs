//! The words of `link add`, `set`, `replace` and `delete`, and functions for those that are not one attribute with one value.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::link::setting::{Link, Parse, Setting, WRONG};
use crate::names::file::group_number;
use crate::nl::uapi::{af, iff, ifla, inet6};
use crate::ns::hint::nearest_word;
use crate::number_types;
use crate::options;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::read::{parse_option, word_in_any_case};
use crate::row::sent::Sent;
use crate::row::table::{Customs, Table};
use crate::row::types::Read;

/// Words with a function each, perhaps the part that has it, and what follows them in the help.
macro_rules! settings {
    ($($name:ident $((part $part:literal))?: $parse:expr, $help:literal;)*) => {
        /// The functions of the words below, by their number.
        static PARSERS: &[Parse] = &[$(settings!(@parse $($part,)? $parse)),*];
        const HELP: &[&str] = &[$($help),*];
        number_types!($($name)*);
    };
    (@parse $parse:expr) => { $parse };
    (@parse $part:literal, $parse:expr) => {{
        #[cfg(feature = $part)]
        const PARSE: Parse = $parse;
        #[cfg(not(feature = $part))]
        const PARSE: Parse = |setting| Err(Error::missing_part("Option", setting.key(), $part));
        PARSE
    }};
}

settings! {
    UP: |s| set_flag(s, true), "";
    DOWN: |s| set_flag(s, false), "";
    NAME: set_name, " NAME";
    INDEX: set_index, " INDEX";
    LOWER: set_lower, " LINK";
    LLADDR: set_address, " ADDRESS";
    INET (part "link-extra"): crate::ip::link::inet::parse, " ...";
    XDP (part "xdp"): crate::ip::link::xdp::parse, " off";
    NETNS: set_netns, " NETNS";
    SET_FLAG: |s| switch_flag(s, true), " { on | off }";
    CLEAR_FLAG: |s| switch_flag(s, false), " { on | off }";
    ON_OFF: set_on_off, " { on | off }";
    VF (part "vf"): crate::ip::link::vf::parse, " ...";
    VRF: set_vrf, " VRF";
    KIND: |_| Ok(()), " TYPE";
    ALIAS: set_alias, " ALIAS";
    GROUP: set_group, " GROUP";
    ADDR_GEN_MODE: set_addr_gen_mode, " { eui64 | none | stable_secret | random }";
    LINK_NETNS: set_link_netns, " LINK-NETNS";
    LINK_NETNSID: set_link_netnsid, " LINK-NETNSID";
    REASON (part "xdp"): crate::ip::link::protodown::parse, " REASON { on | off }";
    HELP_WORD: |_| Ok(()), "";
    DEV: set_dev, " DEV";
}

options! {
    /// In the order in which they are tried. The attribute of a flag is the number of its bit.
    ROWS {
        0 => UP, word: "=up";
        0 => DOWN, word: "=down";
        ifla::IFNAME => NAME, word: "=name";
        0 => INDEX, word: "=index";
        ifla::LINK => LOWER, word: "link";
        ifla::ADDRESS => LLADDR, word: "address";
        ifla::BROADCAST => MAC, word: "broadcast,=brd";
        ifla::TXQLEN => S32, word: "txqueuelen,=qlen,txqlen", twice: Duplicate;
        ifla::MTU => S32, word: "=mtu", twice: Duplicate;
        ifla::AF_SPEC => INET, word: "=inet";
        ifla::XDP => XDP, word: "=xdp";
        ifla::XDP => XDP, word: "=xdpgeneric", twice: Duplicate;
        ifla::XDP => XDP, word: "=xdpdrv", twice: Duplicate;
        ifla::XDP => XDP, word: "=xdpoffload", twice: Duplicate;
        ifla::NET_NS_FD => NETNS, word: "=netns";
        bit_number(iff::MULTICAST) => SET_FLAG, word: "=multicast";
        bit_number(iff::ALLMULTI) => SET_FLAG, word: "=allmulticast";
        bit_number(iff::PROMISC) => SET_FLAG, word: "=promisc";
        bit_number(iff::NOTRAILERS) => CLEAR_FLAG, word: "=trailers";
        bit_number(iff::NOARP) => CLEAR_FLAG, word: "=arp";
        ifla::CARRIER => ON_OFF, word: "=carrier";
        ifla::VFINFO_LIST => VF, word: "=vf";
        ifla::MASTER => DEVICE, word: "master", wrong: "Device does not exist\n";
        ifla::MASTER => VRF, word: "=vrf";
        ifla::MASTER => fixed32(0), word: "nomaster";
        bit_number(iff::DYNAMIC) => SET_FLAG, word: "dynamic";
        ifla::LINKINFO => KIND, word: "type";
        ifla::IFALIAS => ALIAS, word: "alias";
        ifla::GROUP => GROUP, word: "=group";
        ifla::LINKMODE => WORD8_ANY_CASE, word: "=mode", wrong: "Invalid link mode\n",
            values: "default dormant";
        ifla::OPERSTATE => WORD8_ANY_CASE, word: "=state", wrong: "Invalid operstate\n",
            values: "unknown notpresent down lowerlayerdown testing dormant up";
        ifla::NUM_TX_QUEUES => S32, word: "numtxqueues", twice: Duplicate;
        ifla::NUM_RX_QUEUES => S32, word: "numrxqueues", twice: Duplicate;
        ifla::AF_SPEC => ADDR_GEN_MODE, word: "addrgenmode", wrong: "Invalid address generation mode\n",
            values: "eui64 none stable_secret random";
        ifla::LINK_NETNSID => LINK_NETNS, word: "link-netns";
        ifla::LINK_NETNSID => LINK_NETNSID, word: "link-netnsid";
        ifla::PROTO_DOWN => ON_OFF, word: "=protodown";
        ifla::PROTO_DOWN_REASON => REASON, word: "=protodown_reason";
        ifla::GSO_MAX_SIZE => U32, word: "=gso_max_size";
        ifla::GSO_MAX_SEGS => u32_of_bits(16), word: "=gso_max_segs";
        ifla::GRO_MAX_SIZE => U32, word: "=gro_max_size";
        ifla::GSO_IPV4_MAX_SIZE => U32, word: "=gso_ipv4_max_size";
        ifla::GRO_IPV4_MAX_SIZE => U32, word: "=gro_ipv4_max_size";
        ifla::PARENT_DEV_NAME => TEXT, word: "=parentdev";
        0 => HELP_WORD, word: "help";
        0 => DEV, word: "=dev";
    }
}

/// The words as a table.
pub static WORDS: Table = Table::new(ROWS)
    .customs(&Customs {
        functions: &[],
        help: HELP,
    })
    .wrong(WRONG);

/// What is gathered from several of the words.
static GATHERED: &[Sent] = &[Sent::given(ifla::AF_SPEC)];

/// The number of a flag's bit.
const fn bit_number(flag: u32) -> u16 {
    flag.trailing_zeros() as u16
}

/// What ends the words of a link.
pub enum End<'a> {
    /// The line.
    Line,
    /// `type` and this kind.
    Kind(&'a [u8]),
    /// `help`.
    Help,
}

/// Reads the words of a link. Its attributes start at `start`.
pub fn parse_words<'a>(
    link: &mut Link<'a>,
    draft: &mut Draft<'a>,
    start: usize,
    w: &mut Words<'a>,
) -> Result<End<'a>> {
    draft.gathers(GATHERED);
    while let Some(word) = w.next() {
        let Some(row) = ROWS.find_word(word) else {
            link.set_dev(word).map_err(|e| {
                let mut known = ROWS.map(|row| row.spellings());
                nearest_word(e, word, &mut known)
            })?;
            continue;
        };
        if row.read != Read::Custom {
            parse_option(&WORDS, &row, word, w, draft, start)?;
        } else if row.arg == KIND.arg {
            return w.value().map(End::Kind);
        } else if row.arg == HELP_WORD.arg {
            return Ok(End::Help);
        } else if let Some(parse) = PARSERS.get(usize::from(row.arg)) {
            parse(Setting {
                row: &row,
                w,
                link,
                draft,
                start,
            })?;
        }
    }
    Ok(End::Line)
}

fn set_flag(s: Setting, on: bool) -> Result<()> {
    s.link.set_flag(bit_number(iff::UP), on);
    Ok(())
}

/// `on` or `off`; the flag is set for `on`, or for `off`.
fn switch_flag(s: Setting, when_on: bool) -> Result<()> {
    let on = args::on_off(s.w.value()?, s.key(), false)?;
    s.link.set_flag(s.row.attr, on == when_on);
    Ok(())
}

fn set_name(mut s: Setting) -> Result<()> {
    let name = s.single_value(s.link.name.is_some())?;
    if !args::is_ifname(name) {
        return Err(Error::bad_arg(name, "\"name\" not a valid ifname"));
    }
    s.link.name = Some(name);
    Ok(())
}

fn set_dev(s: Setting) -> Result<()> {
    let dev = s.w.value()?;
    s.link.set_dev(dev).map_err(|e| {
        let mut known = ROWS.map(|row| row.spellings());
        nearest_word(e, dev, &mut known)
    })
}

fn set_index(mut s: Setting) -> Result<()> {
    let value = s.single_value(s.link.index != 0)?;
    let index = args::leading(value).filter(|n| *n > 0);
    let index = index.ok_or_else(|| Error::bad_arg(value, "Invalid \"index\" value"))?;
    s.link.index = index as u32;
    Ok(())
}

fn set_lower(s: Setting) -> Result<()> {
    s.link.lower = Some(s.w.value()?);
    Ok(())
}

fn set_address(s: Setting) -> Result<()> {
    let address = args::lladdr(s.w.value()?)?;
    s.draft.msg.bytes(s.row.attr, &address);
    s.link.address = address.len();
    Ok(())
}

fn set_netns(mut s: Setting) -> Result<()> {
    let netns = s.single_value(s.is_given())?;
    s.draft.netns(s.row.attr, netns);
    Ok(())
}

/// The value of `link-netns` or `link-netnsid`, of which one may be given.
fn link_netns<'a>(s: &mut Setting<'_, 'a>) -> Result<&'a [u8]> {
    let value = s.w.value()?;
    match s.is_given() {
        true => Err(Error::duplicate(b"link-netns/link-netnsid", value)),
        false => Ok(value),
    }
}

fn set_link_netns(mut s: Setting) -> Result<()> {
    let netns = link_netns(&mut s)?;
    s.draft.netns_id(s.row.attr, netns);
    Ok(())
}

fn set_link_netnsid(mut s: Setting) -> Result<()> {
    let value = link_netns(&mut s)?;
    let id = args::signed(value).ok_or_else(|| s.invalid(value))?;
    s.draft.msg.u32(s.row.attr, id as u32);
    Ok(())
}

fn set_on_off(s: Setting) -> Result<()> {
    // A raw -EINVAL leaks out of iproute2 here.
    let on = args::on_off(s.w.value()?, s.key(), true).map_err(|e| e.code_is(22))?;
    s.draft.msg.number(s.row.attr, on.into(), 1);
    Ok(())
}

fn set_vrf(s: Setting) -> Result<()> {
    let vrf = s.w.value()?;
    s.draft.vrf(s.row.attr, vrf);
    Ok(())
}

fn set_alias(s: Setting) -> Result<()> {
    let alias = s.w.value()?;
    if alias.len() >= 256 {
        return Err(Error::bad_arg(alias, "alias too long\n"));
    }
    s.draft.msg.bytes(s.row.attr, alias);
    Ok(())
}

fn set_group(mut s: Setting) -> Result<()> {
    let value = s.single_value(s.link.group.is_some())?;
    s.link.group = Some(group_number(value).ok_or_else(|| s.invalid(value))?);
    Ok(())
}

/// How IPv6 makes its own addresses on the link: inside `IFLA_AF_SPEC`.
fn set_addr_gen_mode(s: Setting) -> Result<()> {
    let value = s.w.value()?;
    let mode = word_in_any_case(s.row, value);
    let mode =
        mode.ok_or_else(|| Error::bad_value(value, s.row.wrong().unwrap_or_default(), b""))?;
    s.draft.late(s.row.attr, |m| {
        m.nest(af::INET6.into(), |m| {
            m.number(inet6::ADDR_GEN_MODE, mode, 1)
        });
    });
    Ok(())
}
