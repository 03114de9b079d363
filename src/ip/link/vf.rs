//! `vf NUM` of `ip link set`: settings of one virtual function of a card.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::ip::iface::decode;
use crate::kind::{self, Draft, words};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, rtext_filter, rtm, vf};
use crate::nl::wire::{Attr, Msg, field};
use crate::text::decimal;

/// Two limits that are one attribute, of which the words may name one.
pub struct Rate {
    /// Where they are: the lower one, and the upper one behind it.
    pub at: usize,
    /// Of which function.
    pub vf: u32,
    /// Those that are named.
    pub limits: [Option<u32>; 2],
}

/// Virtual functions under construction.
#[derive(Default)]
pub struct Functions {
    /// A `IFLA_VF_INFO` for each.
    pub msg: Msg,
    /// Limits that may have to be completed.
    pub rates: Vec<Rate>,
    /// Length of the last link-layer address, or 0.
    pub address: usize,
}

/// Reads the settings of function number `vf`, up to the first other word.
pub fn parse<'a>(
    vf: u32,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    functions: &mut Functions,
) -> Result<()> {
    let head = vf.to_ne_bytes();
    let Functions {
        msg,
        rates,
        address,
    } = functions;
    let info = msg.open();
    let empty = msg.size();
    let mut limits = [None; 2];
    // All in one list: of several the kernel takes the last.
    let mut vlans = Msg::default();
    while let Some((_, row)) = kind::next_row(words::VF, w) {
        let said = w.peek().unwrap_or_default();
        let mut value = one(row, w, draft)?;
        match row.attr() {
            vf::RATE => {
                limits[usize::from(row.word().starts_with(b"max"))] = Attr(&value).u32();
                continue;
            }
            vf::VLAN => {
                let id = Attr(&value).u32().filter(|id| *id < 4096);
                let id = id.ok_or_else(|| Error::invalid(said, row.word()))?;
                vlan(head, id, w, draft, [&mut *msg, &mut vlans])?;
                continue;
            }
            vf::MAC => {
                *address = value.len();
                value.resize(32, 0);
            }
            // The number is on a boundary of its own size, as every 64-bit kernel has it.
            vf::IB_NODE_GUID | vf::IB_PORT_GUID => value = [&[0; 4], &value[..]].concat(),
            _ => {}
        }
        msg.bytes(row.attr(), &[&head, &value[..]].concat());
    }
    let list = vlans.attrs(0).0;
    if !list.is_empty() {
        msg.bytes(vf::VLAN_LIST, list);
    }
    if limits != [None; 2] {
        rates.push(Rate {
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
fn one<'a>(row: &'static kind::Opt, w: &mut Words<'a>, draft: &mut Draft<'a>) -> Result<Vec<u8>> {
    let start = draft.msg.size();
    kind::parse_value(row, row.word(), words::LINK_REASON, w, draft, start)?;
    Ok(draft.msg.take(start))
}

fn vlan<'a>(
    head: [u8; 4],
    id: u32,
    w: &mut Words<'a>,
    draft: &mut Draft<'a>,
    [msg, list]: [&mut Msg; 2],
) -> Result<()> {
    const WRONG: &str = "Invalid \"vlan protocol\" value - supported 802.1Q, 802.1ad\n";
    let mut parts = [head, id.to_ne_bytes(), [0; 4], [0; 4]];
    while let Some((_, row)) = kind::next_row(words::VF_VLAN, w) {
        let said = w.peek().unwrap_or_default();
        let value = one(row, w, draft)?;
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
pub fn complete(rates: &[Rate], list: Attr<'_>, msg: &mut Msg) -> Result<()> {
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
            return Err(Error::new(REFUSED, text, &[&min, &max]));
        }
        msg.patch(rate.at, &[min, max].map(u32::to_ne_bytes).concat());
    }
    Ok(())
}

/// Link-layer addresses must be as long as the device's own, and of two limits the device has the one that is not named.
pub fn ask(
    index: u32,
    address: usize,
    functions: &Functions,
    draft: &mut Draft,
    names: &mut Names,
) -> Result<()> {
    let lengths = [address, functions.address];
    let rates = &functions.rates[..];
    let whole = rates.iter().all(|rate| !rate.limits.contains(&None));
    if whole {
        complete(rates, Attr::default(), &mut draft.msg)?;
    }
    if whole && lengths == [0; 2] {
        return Ok(());
    }
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    if !whole {
        msg.u32(ifla::EXT_MASK, rtext_filter::VF);
    }
    names.socket()?.get(&mut msg, &mut |message| {
        let Some(record) = decode(message) else {
            return Ok(());
        };
        let own = record.get(ifla::ADDRESS).map(|own| own.0.len());
        for len in lengths {
            if let Some(own) = own.filter(|own| len > 0 && *own != len) {
                let (len, own) = (decimal(len as i64), decimal(own as i64));
                let text = "Invalid address length % - must be % bytes";
                return Err(Error::new(REFUSED, text, &[&len, &own]));
            }
        }
        let list = record.get(ifla::VFINFO_LIST).unwrap_or_default();
        complete(rates, list, &mut draft.msg)
    })
}
