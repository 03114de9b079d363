//! The words of `ip route`: of a route that is changed, that is asked for, and that is looked for.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::hop::parse::{parse_via, second_gateway};
use crate::ip::route::metrics::parse_number;
#[cfg(feature = "route-extra")]
use crate::ip::route::rare_metrics::{
    parse_congctl, parse_features, parse_hoplimit, parse_switch, parse_time,
};
#[cfg(feature = "route-extra")]
use crate::ip::route::rare_words::{
    set_ip_proto, set_newdst, set_realms, set_vrf, set_vrf_device, want_realms, want_via,
};
use crate::ip::route::setting::{Parse, Route, add_address, known, set_address, want};
use crate::names::file::{Database, ROUTE_PROTOS, ROUTE_TABLES, SCOPES, ds_field};
use crate::names::table::route_type;
use crate::nl::uapi::{rta, rtax, rtm_f, rtnh_f};
use crate::options;
use crate::row::declare::*;
use crate::row::draft::Draft;
use crate::row::option::Rows;
use crate::row::read::parse_option_with;
use crate::row::table::{Reading, Table};
use crate::settings;

settings! {
    parsers: Parse;
    ADDRESS_OF_FAMILY: set_address, " ADDRESS";
    NEWDST (part "route-extra"): set_newdst, " { ADDRESS | to ADDRESS }";
    VIA: set_via, " { ADDRESS | FAMILY ADDRESS }";
    FROM: set_from, " PREFIX";
    TOS: set_field, " TOS";
    SCOPE: set_field, " SCOPE";
    PROTOCOL: set_field, " RTPROTO";
    TYPE: set_field, " TYPE";
    METRIC: parse_number, " { NUMBER | lock NUMBER }";
    RARE_METRIC (part "route-extra"): parse_number, " { NUMBER | lock NUMBER }";
    HOPLIMIT (part "route-extra"): parse_hoplimit, " { NUMBER | lock NUMBER }";
    TIME (part "route-extra"): parse_time, " { TIME | lock TIME }";
    FEATURES (part "route-extra"): parse_features, " { ecn | tcp_usec_ts } ...";
    SWITCH (part "route-extra"): parse_switch, " { 0 | 1 }";
    CONGCTL (part "route-extra"): parse_congctl, " { NAME | lock NAME }";
    REALMS (part "route-extra"): set_realms, " { TO | FROM/TO }";
    FLAG: |r, route| { route.flags |= 1 << r.row.attr; Ok(()) }, "";
    NEXTHOP: |_, route| { route.has_hops = true; Ok(()) }, "";
    CONNECTED: |_, route| { route.connected = true; Ok(()) }, "";
    TABLE: set_table, " TABLE_ID";
    ANY_TABLE: set_any_table, " TABLE_ID";
    VRF (part "route-extra"): set_vrf, " NAME";
    VRF_DEVICE (part "route-extra"): set_vrf_device, " NAME";
    DEV: |r, route| { route.dev = Some(r.value); Ok(()) }, " DEV";
    ENCAP (part "encap"): set_encap, " ENCAPTYPE ENCAPHDR";
    IP_PROTO (part "route-extra"): set_ip_proto, " PROTOCOL";
    WANTED_VIA (part "route-extra"): want_via, " { PREFIX | FAMILY PREFIX }";
    WANTED: |r, route| want(r.row.attr, r.value, r.w, route), " PREFIX";
    WANTED_REALMS (part "route-extra"): want_realms, " REALM";
}

/// Fields of `struct rtmsg`, in the place of an attribute; with `ANY_` the word may be `all`.
mod field {
    pub const TOS: u16 = 1;
    pub const TYPE: u16 = 2;
    pub const SCOPE: u16 = 3;
    pub const PROTOCOL: u16 = 4;
    pub const ANY_SCOPE: u16 = 5;
    pub const ANY_PROTOCOL: u16 = 6;
}

options! {
    /// Words of a change that are tried before the metrics, in front those that most lines of a batch have: where a word that
    /// must be whole stands makes no difference else. Flags have the number of their bit.
    FIRST {
        rta::GATEWAY => VIA, exact: "via";
        rta::OIF => DEV, exact: "dev,oif";
        rta::PREFSRC => ADDRESS_OF_FAMILY, exact: "src";
        rta::NEWDST => NEWDST, exact: "as";
        rta::SRC => FROM, exact: "from";
        field::TOS => TOS, exact: "tos", word: "dsfield";
        rta::EXPIRES => U32, exact: "expires";
        rta::PRIORITY => U32, word: "metric,priority", exact: "preference";
        field::SCOPE => SCOPE, exact: "scope", wrong: "invalid \"scope\" value\n";
    }

    /// The metrics, `RTAX_*`.
    pub METRICS {
        rtax::MTU => METRIC, exact: "mtu";
        rtax::WINDOW => RARE_METRIC, word: "window";
        rtax::RTT => TIME, exact: "rtt";
        rtax::RTTVAR => TIME, word: "rttvar", shortest: "rt";
        rtax::SSTHRESH => RARE_METRIC, word: "ssthresh";
        rtax::CWND => RARE_METRIC, word: "cwnd";
        rtax::ADVMSS => METRIC, exact: "advmss", wrong: "\"mss\" value is invalid\n";
        rtax::REORDERING => RARE_METRIC, word: "reordering";
        rtax::HOPLIMIT => HOPLIMIT, exact: "hoplimit";
        rtax::INITCWND => RARE_METRIC, word: "initcwnd";
        rtax::FEATURES => FEATURES, word: "features", wrong: "\"features\" value not valid\n";
        rtax::RTO_MIN => TIME, exact: "rto_min";
        rtax::INITRWND => RARE_METRIC, word: "initrwnd";
        rtax::QUICKACK => SWITCH, word: "quickack", out_of_range: "\"%\" value should be 0 or 1\n";
        rtax::CC_ALGO => CONGCTL, word: "congctl";
        rtax::FASTOPEN_NO_COOKIE => SWITCH, word: "fastopen_no_cookie", shortest: "fa",
            out_of_range: "\"%\" value should be 0 or 1\n";
    }

    /// Words of a change that are tried behind the metrics.
    LAST {
        rta::FLOW => REALMS, word: "realms";
        rtnh_f::ONLINK.trailing_zeros() as u16 => FLAG, exact: "onlink";
        0 => NEXTHOP, exact: "nexthop";
        rta::NH_ID => U32, exact: "nhid", wrong: "\"id\" value is invalid\n";
        field::PROTOCOL => PROTOCOL, word: "protocol";
        rta::TABLE => TABLE, word: "table";
        0 => VRF, word: "vrf";
        rta::PREF => U8, word: "pref", values: "medium low=3 high=1";
        rta::ENCAP => ENCAP, exact: "encap";
        rta::TTL_PROPAGATE => WORD8, exact: "ttl-propagate", wrong: "\"ttl-propagate\" value is invalid\n",
            values: "disabled enabled";
    }

    /// Words that describe the packet whose route is asked for.
    GET {
        field::TOS => TOS, exact: "tos", word: "dsfield", wrong: "TOS value is invalid\n";
        rta::NEWDST => NEWDST, exact: "as";
        rta::SRC => FROM, word: "from";
        rta::IIF => DEVICE, word: "iif";
        rta::MARK => U32, word: "mark", wrong: "invalid mark value";
        rta::OIF => DEVICE, word: "oif", exact: "dev";
        rtm_f::NOTIFY.trailing_zeros() as u16 => FLAG, word: "notify";
        0 => CONNECTED, word: "connected";
        rta::OIF => VRF_DEVICE, word: "vrf";
        rta::UID => U32, word: "uid", wrong: "invalid UID\n";
        rtm_f::FIB_MATCH.trailing_zeros() as u16 => FLAG, word: "fibmatch";
        rta::SPORT => PORT, word: "sport", wrong: "invalid sport\n";
        rta::DPORT => PORT, word: "dport", wrong: "invalid dport\n";
        rta::IP_PROTO => IP_PROTO, word: "ipproto", wrong: "Invalid \"%\" value\n";
        rta::FLOWLABEL => ANY_FLOW_LABEL, exact: "flowlabel", wrong: "invalid flowlabel";
    }

    /// Words that choose routes.
    FILTER {
        rta::TABLE => ANY_TABLE, word: "table", wrong: "table id value is invalid\n";
        0 => VRF, word: "vrf";
        rtm_f::CLONED.trailing_zeros() as u16 => FLAG, word: "cached,cloned";
        field::TOS => TOS, exact: "tos", word: "dsfield", wrong: "TOS value is invalid\n";
        field::ANY_PROTOCOL => PROTOCOL, word: "protocol", wrong: "invalid \"protocol\"\n";
        field::ANY_SCOPE => SCOPE, word: "scope", wrong: "invalid \"scope\"\n";
        field::TYPE => TYPE, word: "type", wrong: "node type value is invalid\n";
        rta::OIF => DEV, exact: "dev,oif";
        rta::IIF => DEVICE, exact: "iif";
        rta::MARK => U32, exact: "mark", wrong: "invalid mark value";
        rta::PRIORITY => U32, word: "metric,priority", exact: "preference";
        rta::GATEWAY => WANTED_VIA, exact: "via";
        rta::PREFSRC => WANTED, exact: "src";
        rta::FLOW => WANTED_REALMS, word: "realms", wrong: "invalid realms\n";
        rta::SRC => WANTED, word: "from";
        rta::DST => WANTED, word: "to";
    }
}

const fn table(rows: Rows) -> Table {
    Table::new(rows)
        .customs(&CUSTOMS)
        .wrong(c"\"%\" value is invalid\n")
}

/// The words of a change, in the order in which they are tried.
pub static CHANGE: &[Table] = &[table(FIRST), table(METRICS), table(LAST)];
/// The words of a question.
pub static QUESTION: &[Table] = &[table(GET)];
/// The words that choose routes.
pub static CHOICE: &[Table] = &[table(FILTER)];

/// Reads a word that is none of a table, and what belongs to it.
pub type ParseRest =
    for<'a> fn(&'a [u8], &mut Words<'a>, &mut Route<'a>, &mut Draft<'a>) -> Result<()>;

/// Reads words, up to the end of the line or to `nexthop`, and adds attributes.
pub fn parse_words<'a>(
    w: &mut Words<'a>,
    route: &mut Route<'a>,
    draft: &mut Draft<'a>,
    tables: &[Table],
    parse_rest: ParseRest,
) -> Result<()> {
    'words: while !route.has_hops
        && let Some(word) = w.next()
    {
        // No word of these begins with a digit, as most destinations do.
        let is_number = word.first().is_some_and(u8::is_ascii_digit);
        for table in tables.iter().filter(|_| !is_number) {
            if let Some(row) = &table.rows.clone().find_word(word) {
                parse_option_with(table, row, w, draft, &mut |reading| match PARSERS
                    .get(usize::from(row.arg))
                {
                    Some(parse) => parse(reading, route),
                    None => Ok(()),
                })?;
                continue 'words;
            }
        }
        parse_rest(word, w, route, draft)?;
    }
    Ok(())
}

fn set_via(r: &mut Reading, route: &mut Route) -> Result<()> {
    if r.draft.has(rta::GATEWAY) || r.draft.has(rta::VIA) {
        return Err(second_gateway());
    }
    parse_via(r.value, r.w, &mut route.family, &mut r.draft.msg)
}

fn set_from(r: &mut Reading, route: &mut Route) -> Result<()> {
    route.src_len = add_address(r.row.attr, r.value, true, route, r.draft)?;
    Ok(())
}

/// A number of a database that fits a byte.
fn byte_in(database: &Database, r: &Reading) -> Option<u8> {
    database.number_of(r.value, 0xff).map(|n| n as u8)
}

/// Sets a field of the header.
fn set_field(r: &mut Reading, route: &mut Route) -> Result<()> {
    let attr = r.row.attr;
    let (field, value) = match attr {
        field::TOS => (&mut route.tos, ds_field(r.value)),
        field::TYPE => (&mut route.kind, route_type(r.value)),
        field::SCOPE | field::ANY_SCOPE => (&mut route.scope, byte_in(&SCOPES, r)),
        _ => (&mut route.protocol, byte_in(&ROUTE_PROTOS, r)),
    };
    *field = value;
    if value.is_none() && !(attr >= field::ANY_SCOPE && r.value == b"all") {
        return Err(r.wrong_value());
    }
    Ok(())
}

fn set_table(r: &mut Reading, route: &mut Route) -> Result<()> {
    let table = known(ROUTE_TABLES.number_of(r.value, u32::MAX), r)?;
    route.table = Some(table);
    // The header has room for the first 256.
    if table > 0xff {
        r.draft.msg.u32(r.row.attr, table);
    }
    Ok(())
}

fn set_any_table(r: &mut Reading, route: &mut Route) -> Result<()> {
    match (ROUTE_TABLES.number_of(r.value, u32::MAX), r.value) {
        (None, b"all") => route.table = Some(0),
        (None, b"cache") => route.flags |= rtm_f::CLONED,
        (None, b"help") => return Err(Error::asks_for_usage()),
        (table, _) => route.table = Some(known(table, r)?),
    }
    Ok(())
}

#[cfg(feature = "encap")]
fn set_encap<'a>(r: &mut Reading<'_, 'a>, _: &mut Route<'a>) -> Result<()> {
    r.w.back();
    crate::ip::hop::parse::parse_encap(r.w, r.draft, (rta::ENCAP, rta::ENCAP_TYPE))
}
