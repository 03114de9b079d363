//! geneve: a virtual network of Ethernet frames over UDP (RFC 8926).

use crate::customs;
use crate::error::Result;
use crate::kind::kind::{COMMAND, Kind, Options};
use crate::kind::overlay::{TTL_HELP, parse_address, parse_ttl, show_address, show_ttl};
use crate::nl::uapi::geneve;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kind geneve.
pub static KINDS: &[Kind] = &[Kind::new(c"geneve", COMMAND, GENEVE)
    .wrong(c"invalid %")
    .sent(SENT)
    .customs(&CUSTOMS)
    .complete(complete)];

customs! {
    static CUSTOMS;
    REMOTE: |r| parse_address(r, geneve::REMOTE6, false), |row, address, _, out, _| show_address(row, address, false, out),
        " ADDR";
    LOCAL: |r| parse_address(r, geneve::LOCAL6, false), |row, address, _, out, _| show_address(row, address, false, out),
        " ADDR";
    TTL: |r| parse_ttl(r, geneve::TTL_INHERIT, 1), |row, _, data, out, _| show_ttl(row, data, geneve::TTL_INHERIT, out),
        TTL_HELP;
}

options! {
    /// One virtual network.
    GENEVE {
        geneve::COLLECT_METADATA => TOGGLE_OFF, word: "[no]external", twice: Garbage;
        geneve::ID => u32_of_bits(24), word: "id,vni", twice: Garbage;
        geneve::REMOTE => REMOTE, word: "remote", wrong: "invalid % address", show: NonZero;
        geneve::REMOTE6 => REMOTE, name: "remote", json: "remote6", show: NonZero;
        geneve::LOCAL => LOCAL, exact: "local", wrong: "invalid % address";
        geneve::LOCAL6 => LOCAL, name: "local", json: "local6";
        geneve::TTL => TTL, word: "ttl,hoplimit", wrong: "invalid TTL", out_of_range: "TTL must be <= 255",
            show: Ever, twice: Garbage;
        geneve::TOS => TRAFFIC_CLASS, word: "tos", shortest: "to", word: "dsfield",
            wrong: "bad TOS value", values: "inherit=1", show: NonZero, twice: Garbage;
        geneve::DF => WORD8, word: "df", wrong: "DF must be 'unset', 'set' or 'inherit'",
            values: "unset set inherit", show: TextNonZero, twice: Garbage;
        geneve::LABEL => FLOW_LABEL, word: "flowlabel,label", json: "label", show: NonZero, twice: Garbage;
        geneve::PORT => PORT, word: "dstport", shortest: "dst", json: "port", wrong: "%", twice: Garbage;
        geneve::UDP_CSUM => TOGGLE, word: "[no]udpcsum", json: "udp_csum", twice: Garbage;
        geneve::UDP_ZERO_CSUM6_TX => TOGGLE, word: "[no]udp6zerocsumtx", json: "udp_zero_csum6_tx", twice: Garbage;
        geneve::UDP_ZERO_CSUM6_RX => TOGGLE, word: "[no]udp6zerocsumrx", json: "udp_zero_csum6_rx", twice: Garbage;
        geneve::INNER_PROTO_INHERIT => FLAG, exact: "innerprotoinherit", json: "inner_proto_inherit",
            twice: Garbage;
    }
}

/// The attributes that are sent behind the others.
static SENT: &[Sent] = &[
    Sent::given(geneve::ID),
    Sent::given(geneve::REMOTE),
    Sent::given(geneve::REMOTE6),
    Sent::given(geneve::LOCAL),
    Sent::given(geneve::LOCAL6),
    Sent::on_add(geneve::LABEL, 4, 0),
    Sent::on_add(geneve::TTL, 1, 0),
    Sent::on_add(geneve::TOS, 1, 0),
    Sent::nonzero(geneve::PORT),
    Sent::flag(geneve::COLLECT_METADATA),
    Sent::given(geneve::UDP_CSUM),
    Sent::given(geneve::UDP_ZERO_CSUM6_TX),
    Sent::given(geneve::UDP_ZERO_CSUM6_RX),
    Sent::given(geneve::INNER_PROTO_INHERIT),
];

/// Checks the options that need each other, and adds what follows from them.
fn complete(options: &mut Options) -> Result<()> {
    let external = options.is_on(geneve::COLLECT_METADATA);
    let id = options.has(geneve::ID);
    let remote = options.has(geneve::REMOTE) || options.has(geneve::REMOTE6);
    if external && id {
        return options.refuse("both 'external' and vni cannot be specified");
    }
    if !external && !id {
        return options.refuse("missing virtual network identifier");
    }
    if options.creates && !external && !remote {
        return options.refuse("remote link partner not specified");
    }
    if external {
        options.late.u32(geneve::ID, 0);
    }
    if options.has(geneve::TTL_INHERIT) {
        options.late.number(geneve::TTL, 0, 1);
    }
    Ok(())
}
