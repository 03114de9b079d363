//! `vf NUM` of `ip link set`: settings of a virtual function (SR-IOV) of a network card.

use crate::args::{self, Words};
use crate::customs;
use crate::error::{Error, Result};
use crate::ip::iface::record::decode;
use crate::ip::link::setting::{FunctionSteps, Functions, Link, Rate, WRONG, check_address_len};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, rtext_filter, rtm, vf};
use crate::nl::wire::{Attr, Msg, field};
use crate::options;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::read::{next_row, parse_option};
use crate::row::table::{NEVER_SHOWN, Reading, Table};
use crate::text::decimal;

customs! {
    static CUSTOMS;
    GUID: parse_guid, NEVER_SHOWN, " GUID";
}

options! {
    /// The words after `vf NUM`.
    VF_ROWS {
        vf::MAC => MAC, word: "mac";
        vf::VLAN => U32, word: "vlan";
        vf::TX_RATE => U32, word: "rate";
        vf::RATE => U32, word: "max_tx_rate", wrong: "Invalid \"max tx rate\" value\n";
        vf::RATE => U32, word: "min_tx_rate", wrong: "Invalid \"min tx rate\" value\n";
        vf::SPOOFCHK => ON_OFF32, word: "spoofchk";
        vf::RSS_QUERY_EN => ON_OFF32, word: "query_rss";
        vf::TRUST => ON_OFF32, word: "trust";
        vf::LINK_STATE => WORD32_BY_PREFIX, word: "state", wrong: "Invalid \"%\" value\n",
            values: "auto enable disable";
        vf::IB_NODE_GUID => GUID, word: "node_guid", wrong: "Invalid GUID format\n";
        vf::IB_PORT_GUID => GUID, word: "port_guid", wrong: "Invalid GUID format\n";
    }

    /// The words after `vlan ID`. Their values are no attributes of their own, but members of the one that has the id.
    VLAN_ROWS {
        QOS => U32, word: "qos";
        PROTO => ETHERTYPE, word: "proto", wrong: "protocol is invalid\n";
    }
}

/// Numbers in place of attributes.
const QOS: u16 = 1;
const PROTO: u16 = 2;

/// The words after `vf NUM`.
pub static VF_WORDS: Table = Table::new(VF_ROWS).customs(&CUSTOMS).wrong(WRONG);
/// The words after `vlan ID` of a function.
pub static VLAN_WORDS: Table = Table::new(VLAN_ROWS).wrong(WRONG);

/// Reads `NUM`, and the settings of that function up to the first other word: an attribute `IFLA_VF_INFO`, which has
/// one for each setting, and in each of these the number of the function in front.
pub fn parse<'a>(r: &mut Reading<'_, 'a>, link: &mut Link<'a>) -> Result<()> {
    let Some(vf) = args::unsigned(r.value, u32::MAX.into()) else {
        return Err(r.wrong_value());
    };
    if link.dev.is_none() {
        return Err(Error::required("dev"));
    }
    let vf = vf as u32;
    let head = vf.to_ne_bytes();
    let (w, draft) = (&mut *r.w, &mut *r.draft);
    let functions = link.functions.get_or_insert_with(|| {
        Box::new(Functions {
            msg: Msg::default(),
            rates: Vec::new(),
            address_len: 0,
            steps: &STEPS,
        })
    });
    let msg = &mut functions.msg;
    let info = msg.open();
    let empty = msg.size();
    let mut limits = [None; 2];
    // One attribute has them all: of several the kernel takes the last alone.
    let mut vlans = Msg::default();
    while let Some(row) = next_row(VF_ROWS, w) {
        let word = w.peek().unwrap_or_default();
        // The value as the attribute of an ordinary option has it.
        let scratch = draft.msg.size();
        parse_option(&VF_WORDS, &row, w, draft)?;
        let value = first_value(draft, scratch);
        match row.attr {
            vf::RATE => limits[usize::from(row.word().starts_with(b"max"))] = value.u32(),
            vf::VLAN => {
                let id = match value.u32() {
                    Some(id @ ..4096) => id,
                    _ => return Err(Error::invalid(word, row.word())),
                };
                draft.msg.truncate(scratch);
                parse_vlan(head, id, w, draft, [&mut *msg, &mut vlans])?;
            }
            _ => {
                let start = msg.open();
                msg.raw(&head);
                match row.attr {
                    vf::MAC => {
                        functions.address_len = value.0.len();
                        msg.raw(value.0);
                        // The member is 32 bytes long.
                        msg.raw(&[0; 32][value.0.len().next_multiple_of(4)..]);
                    }
                    vf::IB_NODE_GUID | vf::IB_PORT_GUID => {
                        // A member of 64 bits has a multiple of eight for its offset.
                        msg.raw(&[0; 4]);
                        msg.raw(value.0);
                    }
                    _ => msg.raw(value.0),
                }
                msg.close(start, row.attr);
            }
        }
        draft.msg.truncate(scratch);
    }
    let vlans = vlans.attrs(0).0;
    if !vlans.is_empty() {
        msg.bytes(vf::VLAN_LIST, vlans);
    }
    if limits != [None; 2] {
        let start = msg.open();
        msg.raw(&head);
        let at = msg.size();
        msg.raw(&[0; 8]);
        msg.close(start, vf::RATE);
        functions.rates.push(Rate { at, vf, limits });
    }
    if msg.size() == empty {
        return Err(Error::incomplete());
    }
    msg.close(info, vf::INFO);
    Ok(())
}

/// Reads eight hexadecimal bytes joined by colons.
fn parse_guid(r: &mut Reading) -> Result<()> {
    let Some(guid) = args::eui64(r.value) else {
        return Err(r.wrong_value());
    };
    r.draft.number(r.row.attr, guid, 8);
    Ok(())
}

/// The payload of the first attribute from `start` on.
fn first_value<'d>(draft: &'d Draft, start: usize) -> Attr<'d> {
    let first = draft.msg.attrs(start).next();
    first.unwrap_or_default().1
}

/// Reads the words after `vlan ID`, and adds what they say to the attributes of the function or to its list of VLANs.
fn parse_vlan<'a>(
    head: [u8; 4],
    id: u32,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    [msg, list]: [&mut Msg; 2],
) -> Result<()> {
    const WRONG: &str = "Invalid \"vlan protocol\" value - supported 802.1Q, 802.1ad\n";
    let (mut qos, mut proto) = (0, 0x8100);
    while let Some(row) = next_row(VLAN_ROWS, w) {
        let word = w.peek().unwrap_or_default();
        let scratch = draft.msg.size();
        parse_option(&VLAN_WORDS, &row, w, draft)?;
        let value = first_value(draft, scratch);
        if row.attr == QOS {
            qos = value.u32().unwrap_or(0);
        } else {
            proto = value.be16().unwrap_or(0);
            if !matches!(proto, 0x8100 | 0x88a8) {
                return Err(Error::bad_arg(word, WRONG));
            }
        }
        draft.msg.truncate(scratch);
    }
    // 802.1Q is what the older attribute means.
    let is_8021q = proto == 0x8100;
    let (msg, attr) = match is_8021q {
        true => (msg, vf::VLAN),
        false => (list, vf::VLAN_INFO),
    };
    let start = msg.open();
    msg.raw(&head);
    msg.raw(&id.to_ne_bytes());
    msg.raw(&qos.to_ne_bytes());
    if !is_8021q {
        msg.raw(&proto.to_be_bytes());
    }
    msg.close(start, attr);
    Ok(())
}

static STEPS: FunctionSteps = FunctionSteps {
    gather,
    complete: |functions, draft| complete_rates(&functions.rates, Attr::default(), &mut draft.msg),
    check_device,
};

/// Adds the attribute of all functions to the message.
fn gather(functions: &mut Functions, draft: &mut Draft) {
    let list = functions.msg.attrs(0).0;
    if !list.is_empty() {
        let start = draft.msg.size() + 4;
        draft.msg.bytes(ifla::VFINFO_LIST, list);
        for rate in &mut functions.rates {
            rate.at += start;
        }
    }
}

/// Asks for the device, if need be: link-layer addresses must be as long as its own, and it has the half of a rate that
/// is not given.
fn check_device(
    functions: &Functions,
    link: &Link,
    draft: &mut Draft,
    names: &mut Names,
) -> Result<()> {
    let lengths = [link.address_len, functions.address_len];
    let mut rates = functions.rates.iter();
    let is_whole = rates.all(|rate| !rate.limits.contains(&None));
    if is_whole {
        link.complete_functions(draft)?;
        if lengths == [0; 2] {
            return Ok(());
        }
    }
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, link.index, 0, 0));
    if !is_whole {
        msg.u32(ifla::EXT_MASK, rtext_filter::VF);
    }
    names.socket()?.get(&mut msg, &mut |message| {
        let Some(device) = decode(message) else {
            return Ok(());
        };
        for len in lengths {
            check_address_len(&device, len)?;
        }
        let list = device.get(ifla::VFINFO_LIST).unwrap_or_default();
        complete_rates(&functions.rates, list, &mut draft.msg)
    })
}

/// Writes rates into the message. A half that is not given stays as the device has it in `list`, `IFLA_VFINFO_LIST`.
fn complete_rates(rates: &[Rate], list: Attr<'_>, msg: &mut Msg) -> Result<()> {
    for rate in rates {
        let [mut min, mut max] = [0; 2];
        for (_, info) in list.attrs() {
            let own = info.attrs().find(vf::RATE).unwrap_or_default();
            if field(own.0, 0) == Some(rate.vf) {
                min = field(own.0, 4).unwrap_or(0);
                max = field(own.0, 8).unwrap_or(0);
                break;
            }
        }
        let [given_min, given_max] = rate.limits;
        min = given_min.unwrap_or(min);
        max = given_max.unwrap_or(max);
        if max != 0 && min > max {
            let (min, max) = (decimal(min.into()), decimal(max.into()));
            let text = "Invalid min_tx_rate % - must be <= max_tx_rate %";
            return Err(Error::refused_two(text, &min, &max));
        }
        msg.patch(rate.at, &min.to_ne_bytes());
        msg.patch(rate.at + 4, &max.to_ne_bytes());
    }
    Ok(())
}
