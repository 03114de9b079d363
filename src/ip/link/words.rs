//! The words of `ip link add`, `set`, `replace` and `delete`, and the functions for those that are not just one
//! attribute.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::link::setting::{Link, Parse, WRONG};
use crate::names::file::group_number;
use crate::nl::uapi::{af, iff, ifla, inet6};
use crate::ns::hint::suggest_word;
use crate::options;
use crate::row::declare::*;
use crate::row::draft::{Draft, NameOf};
use crate::row::read::{number_of, parse_option_with};
use crate::row::sent::Sent;
use crate::row::table::{Reading, Table};
use crate::settings;
use crate::text;

settings! {
    parsers: Parse;
    UP: |_, link| set_up(link, true), "";
    DOWN: |_, link| set_up(link, false), "";
    NAME: set_name, " NAME";
    INDEX: set_index, " INDEX";
    LOWER: set_lower, " LINK";
    LLADDR: set_address, " ADDRESS";
    INET (part "link-extra"): crate::ip::link::inet::parse, " ...";
    XDP (part "xdp"): crate::ip::link::xdp::parse, " off";
    NETNS: set_netns, " NETNS";
    SET_FLAG: |r, link| set_flag(r, link, true), " { on | off }";
    CLEAR_FLAG: |r, link| set_flag(r, link, false), " { on | off }";
    ON_OFF: set_on_off, " { on | off }";
    VF (part "vf"): crate::ip::link::vf::parse, " ...";
    VRF: set_vrf, " VRF";
    KIND: set_kind, " TYPE";
    ALIAS: set_alias, " ALIAS";
    GROUP: set_group, " GROUP";
    ADDR_GEN_MODE: set_addr_gen_mode, " { eui64 | none | stable_secret | random }";
    LINK_NETNS: set_link_netns, " LINK-NETNS";
    LINK_NETNSID: set_link_netnsid, " LINK-NETNSID";
    REASON (part "xdp"): crate::ip::link::protodown::parse, " REASON { on | off }";
    USAGE: |_, _| Err(Error::asks_for_usage()), "";
    DEV: set_dev, " DEV";
}

options! {
    /// The words, in the order in which they are tried. Flags have no attribute, but the number of their bit.
    ROWS {
        0 => UP, exact: "up";
        0 => DOWN, exact: "down";
        ifla::IFNAME => NAME, exact: "name";
        0 => INDEX, exact: "index";
        ifla::LINK => LOWER, word: "link";
        ifla::ADDRESS => LLADDR, word: "address";
        ifla::BROADCAST => MAC, word: "broadcast", exact: "brd";
        ifla::TXQLEN => S32, word: "txqueuelen", exact: "qlen", word: "txqlen", twice: Duplicate;
        ifla::MTU => S32, exact: "mtu", twice: Duplicate;
        ifla::AF_SPEC => INET, exact: "inet";
        ifla::XDP => XDP, exact: "xdp", twice: Duplicate;
        ifla::XDP => XDP, exact: "xdpgeneric", twice: Duplicate;
        ifla::XDP => XDP, exact: "xdpdrv", twice: Duplicate;
        ifla::XDP => XDP, exact: "xdpoffload", twice: Duplicate;
        ifla::NET_NS_FD => NETNS, exact: "netns", twice: Duplicate;
        bit_number(iff::MULTICAST) => SET_FLAG, exact: "multicast";
        bit_number(iff::ALLMULTI) => SET_FLAG, exact: "allmulticast";
        bit_number(iff::PROMISC) => SET_FLAG, exact: "promisc";
        bit_number(iff::NOTRAILERS) => CLEAR_FLAG, exact: "trailers";
        bit_number(iff::NOARP) => CLEAR_FLAG, exact: "arp";
        ifla::CARRIER => ON_OFF, exact: "carrier";
        ifla::VFINFO_LIST => VF, exact: "vf";
        ifla::MASTER => DEVICE, word: "master", wrong: "Device does not exist\n";
        ifla::MASTER => VRF, exact: "vrf";
        ifla::MASTER => fixed32(0), word: "nomaster";
        bit_number(iff::DYNAMIC) => SET_FLAG, word: "dynamic";
        ifla::LINKINFO => KIND, word: "type";
        ifla::IFALIAS => ALIAS, word: "alias";
        ifla::GROUP => GROUP, exact: "group";
        ifla::LINKMODE => WORD8_ANY_CASE, exact: "mode", wrong: "Invalid link mode\n",
            values: "default dormant";
        ifla::OPERSTATE => WORD8_ANY_CASE, exact: "state", wrong: "Invalid operstate\n",
            values: "unknown notpresent down lowerlayerdown testing dormant up";
        ifla::NUM_TX_QUEUES => S32, word: "numtxqueues", twice: Duplicate;
        ifla::NUM_RX_QUEUES => S32, word: "numrxqueues", twice: Duplicate;
        ifla::AF_SPEC => ADDR_GEN_MODE, word: "addrgenmode", wrong: "Invalid address generation mode\n",
            values: "eui64 none stable_secret random";
        ifla::LINK_NETNSID => LINK_NETNS, word: "link-netns";
        ifla::LINK_NETNSID => LINK_NETNSID, word: "link-netnsid";
        ifla::PROTO_DOWN => ON_OFF, exact: "protodown";
        ifla::PROTO_DOWN_REASON => REASON, exact: "protodown_reason";
        ifla::GSO_MAX_SIZE => U32, exact: "gso_max_size";
        ifla::GSO_MAX_SEGS => u32_of_bits(16), exact: "gso_max_segs";
        ifla::GRO_MAX_SIZE => U32, exact: "gro_max_size";
        ifla::GSO_IPV4_MAX_SIZE => U32, exact: "gso_ipv4_max_size";
        ifla::GRO_IPV4_MAX_SIZE => U32, exact: "gro_ipv4_max_size";
        ifla::PARENT_DEV_NAME => TEXT, exact: "parentdev";
        0 => USAGE, word: "help";
        0 => DEV, exact: "dev";
    }
}

/// The words as a table.
pub static WORDS: Table = Table::new(ROWS).customs(&CUSTOMS).wrong(WRONG);

/// Several words add to this attribute.
static GATHERED: &[Sent] = &[Sent::given(ifla::AF_SPEC)];

/// The number of a flag's bit.
const fn bit_number(flag: u32) -> u16 {
    flag.trailing_zeros() as u16
}

/// Reads the words of a link, up to the end of the line or to `type KIND`, and adds its attributes at the end of the
/// message.
pub fn parse_words<'a>(
    link: &mut Link<'a>,
    draft: &mut Draft<'a>,
    w: &mut Words<'a>,
) -> Result<()> {
    draft.start = draft.msg.size();
    draft.sent = GATHERED;
    while link.kind.is_none()
        && let Some(word) = w.next()
    {
        let mut rows = ROWS;
        let Some(row) = rows.find_word(word) else {
            name_dev(link, word)?;
            continue;
        };
        parse_option_with(&WORDS, &row, w, draft, &mut |reading| match PARSERS
            .get(usize::from(row.arg))
        {
            Some(parse) => parse(reading, link),
            None => Ok(()),
        })?;
    }
    Ok(())
}

/// Names the interface. A word that is no name may be a misspelt one of these.
fn name_dev<'a>(link: &mut Link<'a>, word: &'a [u8]) -> Result<()> {
    let named = link.set_dev(word);
    named.map_err(|e| suggest_word(e, word, &mut ROWS.each_spellings()))
}

fn set_dev<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    name_dev(link, r.value)
}

fn set_up(link: &mut Link, on: bool) -> Result<()> {
    link.set_flag(bit_number(iff::UP), on);
    Ok(())
}

/// Reads `on` or `off`, and sets the flag for `on`, or for `off`.
fn set_flag(r: &mut Reading, link: &mut Link, when_on: bool) -> Result<()> {
    let on = args::on_off(r.value, r.row.word(), false)?;
    link.set_flag(r.row.attr, on == when_on);
    Ok(())
}

/// Refuses a word that may be given once, if it was given before.
fn refuse_second(r: &Reading, is_second: bool) -> Result<()> {
    match is_second {
        true => Err(Error::duplicate(r.row.word(), r.value)),
        false => Ok(()),
    }
}

fn set_name<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    refuse_second(r, link.name.is_some())?;
    if !args::is_ifname(r.value) {
        return Err(Error::bad_arg(r.value, "\"name\" not a valid ifname"));
    }
    link.name = Some(r.value);
    Ok(())
}

fn set_index(r: &mut Reading, link: &mut Link) -> Result<()> {
    refuse_second(r, link.index != 0)?;
    match args::leading(r.value) {
        Some(index @ 1..) => {
            link.index = index as u32;
            Ok(())
        }
        _ => Err(Error::bad_arg(r.value, "Invalid \"index\" value")),
    }
}

fn set_lower<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    link.lower = Some(r.value);
    Ok(())
}

fn set_kind<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    link.kind = Some(r.value);
    Ok(())
}

fn set_address(r: &mut Reading, link: &mut Link) -> Result<()> {
    let address = args::lladdr(r.value)?;
    r.draft.msg.bytes(r.row.attr, &address);
    link.address_len = address.len();
    Ok(())
}

fn set_netns(r: &mut Reading, _: &mut Link) -> Result<()> {
    r.draft.name(r.row.attr, NameOf::Netns, r.value, b"");
    Ok(())
}

fn set_vrf(r: &mut Reading, _: &mut Link) -> Result<()> {
    r.draft.name(r.row.attr, NameOf::Vrf, r.value, b"");
    Ok(())
}

/// `link-netns` and `link-netnsid` are one attribute, which may be given once.
fn refuse_second_netns(r: &Reading) -> Result<()> {
    match r.is_given() {
        true => Err(Error::duplicate(b"link-netns/link-netnsid", r.value)),
        false => Ok(()),
    }
}

fn set_link_netns(r: &mut Reading, _: &mut Link) -> Result<()> {
    refuse_second_netns(r)?;
    r.draft.name(r.row.attr, NameOf::NetnsId, r.value, b"");
    Ok(())
}

fn set_link_netnsid(r: &mut Reading, _: &mut Link) -> Result<()> {
    refuse_second_netns(r)?;
    match args::signed(r.value) {
        Some(id) => {
            r.draft.msg.u32(r.row.attr, id as u32);
            Ok(())
        }
        None => Err(r.wrong_value()),
    }
}

fn set_on_off(r: &mut Reading, _: &mut Link) -> Result<()> {
    // iproute2 exits with the errno EINVAL here.
    let on = args::on_off(r.value, r.row.word(), true).map_err(|e| e.code_is(22))?;
    r.draft.msg.number(r.row.attr, on.into(), 1);
    Ok(())
}

fn set_alias(r: &mut Reading, _: &mut Link) -> Result<()> {
    if r.value.len() >= 256 {
        return Err(Error::bad_arg(r.value, "alias too long\n"));
    }
    r.draft.msg.bytes(r.row.attr, r.value);
    Ok(())
}

fn set_group(r: &mut Reading, link: &mut Link) -> Result<()> {
    refuse_second(r, link.group.is_some())?;
    link.group = group_number(r.value);
    match link.group {
        Some(_) => Ok(()),
        None => Err(r.wrong_value()),
    }
}

/// How IPv6 makes addresses on the link: an attribute of IPv6 inside `IFLA_AF_SPEC`.
fn set_addr_gen_mode(r: &mut Reading, _: &mut Link) -> Result<()> {
    let Some(mode) = number_of(r.row, r.value, text::same) else {
        return Err(r.wrong_value());
    };
    r.draft.add_part(r.row.attr, |m| {
        m.nest(af::INET6.into(), |m| {
            m.number(inet6::ADDR_GEN_MODE, mode, 1)
        });
    });
    Ok(())
}
