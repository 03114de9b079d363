//! Which routes are shown: what the words of `ip route show`, `save` and `flush` choose.

use crate::args::{Prefix, Words, has_equal_bits};
use crate::error::Result;
use crate::ip::route::change::{Req, new};
use crate::ip::route::fixed;
#[cfg(feature = "route-extra")]
use crate::ip::route::rare_words;
use crate::ip::route::record::Record;
use crate::ip::route::setting::{Route, Wanted, want};
use crate::ip::route::words::{CHOICE, parse_words};
use crate::names::Names;
use crate::nl::uapi::{af, rt_table, rta, rtm, rtm_f, rtn};
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::row::draft::{Draft, NameOf};

/// Which routes are shown.
pub struct Filter<'a> {
    req: Box<Req<'a>>,
    /// A bit of [`fixed`] for each item that has one value.
    pub fixed: u32,
}

/// A word that is none of the table's is a destination.
fn parse_destination<'a>(
    word: &'a [u8],
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    _: &mut Draft<'a>,
) -> Result<()> {
    want(rta::DST, word, w, route)
}

/// Reads words that choose routes, and turns names into numbers.
pub fn parse<'a>(w: &mut Words<'a>, family: u8, names: &mut Names) -> Result<Filter<'a>> {
    let mut req = new((rtm::GETROUTE, 0), family);
    let (route, draft) = (&mut req.route, &mut req.draft);
    parse_words(w, route, draft, CHOICE, parse_destination)?;
    #[cfg(feature = "route-extra")]
    rare_words::resolve_vrf(route, names)?;
    if let Some(dev) = route.dev {
        draft.name(rta::OIF, NameOf::Device, dev, b"");
    }
    draft.resolve(draft.names(), names)?;
    let table = *route.table.get_or_insert(rt_table::MAIN.into());
    // All tables are those of all families.
    if table != 0 {
        route.set_family(af::INET);
    }
    let mut fixed = (fixed::item(rta::TABLE) * u32::from(table != 0))
        | (fixed::TOS * u32::from(route.tos.is_some()))
        | (fixed::PROTOCOL * u32::from(route.protocol.is_some()))
        | (fixed::SCOPE * u32::from(route.scope.is_some()));
    for (attr, _) in draft.msg.attrs(draft.start) {
        if attr != rta::FLOW || route.realms_mask == u32::MAX {
            fixed |= fixed::item(attr);
        }
    }
    for wanted in &route.wanted {
        if matches!(wanted.attr, rta::GATEWAY | rta::PREFSRC)
            && wanted.contains
            && is_host(&wanted.prefix)
        {
            fixed |= fixed::item(wanted.attr);
        }
    }
    Ok(Filter { req, fixed })
}

impl Filter<'_> {
    /// Whether the routes of a cache are chosen.
    pub fn is_cached(&self) -> bool {
        self.req.route.flags & rtm_f::CLONED != 0
    }

    /// Whether the main table is chosen.
    pub fn is_main(&self) -> bool {
        self.req.route.table == Some(rt_table::MAIN.into())
    }

    /// Whether routes are chosen by their addresses.
    pub fn chooses_by_address(&self) -> bool {
        !self.req.route.wanted.is_empty()
    }

    /// `AF_*`, 0 for all.
    pub fn family(&self) -> u8 {
        self.req.route.family
    }

    /// What the words compare attributes with.
    fn attrs(&self) -> Attrs<'_> {
        self.req.draft.msg.attrs(self.req.draft.start)
    }

    /// The request for the routes, as far as the kernel can choose them.
    pub fn encode(&self) -> Msg {
        let route = &self.req.route;
        let [a, b, c, d] = route.flags.to_ne_bytes();
        let protocol = route.protocol.unwrap_or(0);
        let fixed = [route.family, 0, 0, 0, 0, protocol, 0, 0, a, b, c, d];
        let mut msg = Msg::new(rtm::GETROUTE, 0, &fixed);
        let table = route.table.unwrap_or(0);
        if table != 0 {
            msg.u32(rta::TABLE, table);
        }
        if let Some(index) = self.attrs().find(rta::OIF) {
            msg.bytes(rta::OIF, index.0);
        }
        msg
    }

    /// Whether a route passes.
    pub fn passes(&self, record: &Record) -> bool {
        let route = &self.req.route;
        let table = route.table.unwrap_or(0);
        let is_cached = record.flags & rtm_f::CLONED != 0;
        let is = |wanted: Option<u8>, own: u8| wanted.is_none_or(|wanted| wanted == own);
        // The table of a VRF has routes of these types that the kernel makes.
        let is_own = route.vrf.is_some() && matches!(record.kind, rtn::LOCAL | rtn::BROADCAST);
        // Of a family without routes of its own the kernel sends those of all.
        let passes = (route.family == 0 || route.family == record.family)
            && self.is_cached() == is_cached
            && (table == 0 || table == record.table || is_cached)
            && !is_own
            && is(route.protocol, record.protocol)
            && is(route.scope, record.scope)
            && is(route.tos, record.tos)
            && is(route.kind, record.kind);
        if !passes {
            return false;
        }
        for (attr, _) in self.attrs() {
            // Of several the last counts.
            let wanted = self.attrs().find(attr).and_then(Attr::u32);
            if !has(record, attr, wanted.unwrap_or(0), route.realms_mask) {
                return false;
            }
        }
        for wanted in &route.wanted {
            if !is_chosen(wanted, record) {
                return false;
            }
        }
        true
    }
}

/// Whether an attribute of a route is a number; what is absent is 0.
fn has(record: &Record, attr: u16, wanted: u32, realms_mask: u32) -> bool {
    let own = record.u32(attr).unwrap_or(0);
    match attr {
        rta::FLOW => (own ^ wanted) & realms_mask == 0,
        // One of its nexthops may lead to the device.
        rta::OIF => own == wanted || record.hops().any(|hop| hop.index == wanted),
        _ => own == wanted,
    }
}

/// Whether a prefix is a whole address.
fn is_host(prefix: &Prefix) -> bool {
    usize::from(prefix.len) == 8 * prefix.bytes().len() && prefix.len > 0
}

/// Whether an address of a route is one that is wanted.
fn is_chosen(wanted: &Wanted, record: &Record) -> bool {
    let prefix = &wanted.prefix;
    // Of several prefixes of a sort the last alone has one of both.
    if !(wanted.contains || wanted.is_contained) {
        return true;
    }
    let mut family = record.family;
    let mut own = record.get(wanted.attr).unwrap_or_default().0;
    let len = match wanted.attr {
        rta::DST => record.dst_len,
        rta::SRC => record.src_len,
        _ => u8::MAX,
    };
    if let (rta::GATEWAY, Some(via)) = (wanted.attr, record.get(rta::VIA))
        && let Some((head, address)) = via.0.split_at_checked(2)
    {
        family = Attr(head).u16().unwrap_or(0) as u8;
        own = address;
    }
    let is_any = prefix.family == 0;
    (is_any || prefix.family == family)
        && !(wanted.contains && prefix.len > len)
        && !(wanted.is_contained && prefix.len < len)
        && (is_any || has_equal_bits(own, prefix.bytes(), len.min(prefix.len)))
}
