//! `vf NUM` of `ip link set`: settings of one virtual function of a card.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::link::setting::{Rate, Setting, WRONG};
use crate::nl::uapi::vf;
use crate::nl::wire::{Attr, Msg, field};
use crate::options;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Row;
use crate::row::read::{next_row, parse_option};
use crate::row::table::Table;
use crate::text::decimal;

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
        vf::IB_NODE_GUID => EUI64, word: "node_guid", wrong: "Invalid GUID format\n";
        vf::IB_PORT_GUID => EUI64, word: "port_guid", wrong: "Invalid GUID format\n";
    }

    /// The words after `vlan ID` of a function. Their attributes are none: what is read makes one with the id.
    VLAN_ROWS {
        QOS => U32, word: "qos";
        PROTO => ETHERTYPE, word: "proto", wrong: "protocol is invalid\n";
    }
}

const QOS: u16 = 1;
const PROTO: u16 = 2;

/// The words after `vf NUM`.
pub static VF_WORDS: Table = Table::new(VF_ROWS).wrong(WRONG);
/// The words after `vlan ID` of a function.
pub static VLAN_WORDS: Table = Table::new(VLAN_ROWS).wrong(WRONG);

/// `NUM`, and the settings of that function, up to the first other word.
pub fn parse(s: Setting) -> Result<()> {
    let value = s.w.value()?;
    let number = args::unsigned(value, u32::MAX.into());
    let number = number.ok_or_else(|| s.invalid(value))?;
    if s.link.dev.is_none() {
        return Err(Error::required("dev"));
    }
    parse_function(number as u32, s)
}

/// Reads the settings of function number `vf`.
fn parse_function(vf: u32, s: Setting) -> Result<()> {
    let head = vf.to_ne_bytes();
    let (w, draft, functions) = (s.w, s.draft, &mut s.link.functions);
    functions.complete = Some(complete_rates);
    let msg = &mut functions.msg;
    let info = msg.open();
    let empty = msg.size();
    let mut limits = [None; 2];
    // All in one list: of several the kernel takes the last.
    let mut vlans = Msg::default();
    while let Some((_, row)) = next_row(VF_ROWS, w) {
        let said = w.peek().unwrap_or_default();
        let mut value = parse_one(&VF_WORDS, &row, w, draft)?;
        match row.attr {
            vf::RATE => {
                limits[usize::from(row.word().starts_with(b"max"))] = Attr(&value).u32();
                continue;
            }
            vf::VLAN => {
                let id = Attr(&value).u32().filter(|id| *id < 4096);
                let id = id.ok_or_else(|| Error::invalid(said, row.word()))?;
                parse_vlan(head, id, w, draft, [&mut *msg, &mut vlans])?;
                continue;
            }
            vf::MAC => {
                functions.address = value.len();
                value.resize(32, 0);
            }
            // The number is on a boundary of its own size, as every 64-bit kernel has it.
            vf::IB_NODE_GUID | vf::IB_PORT_GUID => value = [&[0; 4], &value[..]].concat(),
            _ => {}
        }
        msg.bytes(row.attr, &[&head, &value[..]].concat());
    }
    let list = vlans.attrs(0).0;
    if !list.is_empty() {
        msg.bytes(vf::VLAN_LIST, list);
    }
    if limits != [None; 2] {
        functions.rates.push(Rate {
            at: msg.size() + 8,
            vf,
            limits,
        });
        msg.bytes(vf::RATE, &[head, [0; 4], [0; 4]].concat());
    }
    if msg.size() == empty {
        return Err(Error::incomplete());
    }
    msg.close(info, vf::INFO);
    Ok(())
}

/// The value of one row as it would be in an attribute.
fn parse_one<'a>(
    table: &Table,
    row: &Row,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
) -> Result<Vec<u8>> {
    let start = draft.msg.size();
    parse_option(table, row, row.word(), w, draft, start)?;
    Ok(draft.msg.take(start))
}

/// Reads the words after `vlan ID`, and adds what they make to the function's attributes or to its list of VLANs.
fn parse_vlan<'a>(
    head: [u8; 4],
    id: u32,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    [msg, list]: [&mut Msg; 2],
) -> Result<()> {
    const WRONG: &str = "Invalid \"vlan protocol\" value - supported 802.1Q, 802.1ad\n";
    let mut parts = [head, id.to_ne_bytes(), [0; 4], [0; 4]];
    while let Some((_, row)) = next_row(VLAN_ROWS, w) {
        let said = w.peek().unwrap_or_default();
        let value = parse_one(&VLAN_WORDS, &row, w, draft)?;
        match *value {
            [high, low] => {
                let number = u16::from_be_bytes([high, low]);
                if !matches!(number, 0x8100 | 0x88a8) {
                    return Err(Error::bad_arg(said, WRONG));
                }
                parts[3] = [high, low, 0, 0];
            }
            _ => parts[2] = field(&value, 0).unwrap_or(0).to_ne_bytes(),
        }
    }
    // 802.1Q is what the older attribute means.
    if matches!(parts[3], [0, 0, ..] | [0x81, 0, ..]) {
        msg.bytes(vf::VLAN, &parts[..3].concat());
    } else {
        list.bytes(vf::VLAN_INFO, &parts.concat());
    }
    Ok(())
}

/// Completes limits with those that the device has, `IFLA_VFINFO_LIST`, and writes them into the message.
fn complete_rates(rates: &[Rate], list: Attr<'_>, msg: &mut Msg) -> Result<()> {
    for rate in rates {
        let has = |info: &Attr<'_>| {
            let own = info.attrs().find(vf::RATE)?;
            (field(own.0, 0) == Some(rate.vf)).then_some([field(own.0, 4)?, field(own.0, 8)?])
        };
        let own = list.attrs().find_map(|(_, info)| has(&info));
        let [min, max] = own.unwrap_or_default();
        let (min, max) = (rate.limits[0].unwrap_or(min), rate.limits[1].unwrap_or(max));
        if max != 0 && min > max {
            let (min, max) = (decimal(min.into()), decimal(max.into()));
            let text = "Invalid min_tx_rate % - must be <= max_tx_rate %";
            return Err(Error::refused_two(text, &min, &max));
        }
        msg.patch(rate.at, &[min, max].map(u32::to_ne_bytes).concat());
    }
    Ok(())
}
