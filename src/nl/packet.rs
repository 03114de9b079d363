//! Rules of nf_tables about packets: what is asked of a packet, and last what becomes of it.

use crate::nl::nft::*;
use crate::nl::uapi::nf_tables::*;
use crate::nl::uapi::{nf, nfproto};

const ICMPV6: u8 = libc::IPPROTO_ICMPV6 as u8;

/// What a rule leaves open: where an address is in its header, how much of it is compared, its family, and what a connection has of
/// that family as the first destination.
const OFFSET: u8 = PLACE;
const LEN: u8 = PLACE + 1;
const FAMILY: u8 = PLACE + 2;
const CT_DST: u8 = PLACE + 3;
/// The values: the tunnel's index, the family, a network's first and last address, …
const INDEX: u8 = PLACE;
const OF_FAMILY: u8 = PLACE + 1;
const FIRST: u8 = PLACE + 2;
const LAST: u8 = PLACE + 3;
const PROTOCOL: u8 = PLACE + 4;
const PORT: u8 = PLACE + 5;
/// … the address and the port that a published one leads to.
const INNER: u8 = PLACE + 6;
const INNER_PORT: u8 = PLACE + 7;

/// What a rule asks of a packet, and last what becomes of it: the places of expressions in `STEPS`.
#[derive(Clone, Copy, PartialEq)]
pub enum Step {
    /// It comes from the device.
    FromTunnel,
    /// It comes from another device.
    FromElsewhere,
    /// It leaves by the device.
    ToTunnel,
    /// Its protocol is that of the port.
    Protocol,
    /// Its port is that.
    ToPort,
    /// It is for an address of the caller's.
    ToCaller,
    /// Not for `::1`: what comes from there cannot be led elsewhere, other than what comes from 127.0.0.1.
    NotLoopback,
    /// It belongs to a connection that somebody else has begun.
    Answer,
    /// It belongs to a connection that was begun with another address than the destination.
    Led,
    /// It looks for a neighbour, or answers to that.
    Neighbour,
    /// It passes.
    Accept,
    /// It is dropped, and nobody is told.
    Drop,
    /// It is refused by an ICMP message.
    Refuse,
    /// It is refused by a reset.
    Reset,
    /// It gets the address of the device that it leaves by.
    Masquerade,
    /// It goes to another port inside.
    Lead,
    /// It is of the network's family, and its address begins like that: where the network is one address or ends with a whole
    /// byte, and where not.
    OfFamily,
    /// See there.
    Begins,
    /// See there.
    Within,
    /// See there.
    Differs,
    /// Its source is another address than the network's one.
    Stranger,
    /// The address that `OfFamily` and its like are about.
    Source,
    /// See there.
    Destination,
}
use Step::*;

const LOADS: u8 = nfta_meta::KEY;

/// The expressions of the steps, in their order.
#[rustfmt::skip]
const STEPS: [&[u8]; 20] = [
    &[META, LOADS, nft_meta::IIF, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, INDEX],
    &[META, LOADS, nft_meta::IIF, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::NEQ, END, nfta_cmp::DATA, INDEX],
    &[META, LOADS, nft_meta::OIF, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, INDEX],
    &[META, LOADS, nft_meta::L4PROTO, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, PROTOCOL],
    &[PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::TRANSPORT_HEADER,
        nfta_payload::OFFSET, 2, nfta_payload::LEN, 2, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, PORT],
    // RTN_LOCAL, in host order.
    &[FIB, nfta_fib::DREG, REG_1, nfta_fib::RESULT, nft_fib_result::ADDRTYPE,
        nfta_fib::FLAGS, nfta_fib::F_DADDR, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA,
        4, LOCAL[0], LOCAL[1], LOCAL[2], LOCAL[3]],
    &[PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::NETWORK_HEADER,
        nfta_payload::OFFSET, 24, nfta_payload::LEN, 16, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::NEQ, END, nfta_cmp::DATA,
        16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    &[CT, nfta_ct::KEY, nft_ct::DIRECTION, nfta_ct::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, 1, 1],
    &[CT, nfta_ct::KEY, CT_DST, nfta_ct::DREG, REG_1, END, nfta_ct::DIRECTION, PLAIN, 0,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::NEQ, END, nfta_cmp::DATA, FIRST],
    // The types of neighbour solicitation and advertisement.
    &[META, LOADS, nft_meta::L4PROTO, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, 1, ICMPV6,
        PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::TRANSPORT_HEADER,
        nfta_payload::OFFSET, 0, nfta_payload::LEN, 1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::GTE, END, nfta_cmp::DATA, 1, 135,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::LTE, END, nfta_cmp::DATA, 1, 136],
    &[IMMEDIATE, nfta_immediate::DREG, REG_VERDICT, END, nfta_immediate::DATA, VERDICT, nf::ACCEPT],
    &[IMMEDIATE, nfta_immediate::DREG, REG_VERDICT, END, nfta_immediate::DATA, VERDICT, nf::DROP],
    &[REJECT, nfta_reject::TYPE, nft_reject::ICMPX_UNREACH, END,
        nfta_reject::ICMP_CODE, PLAIN, nft_reject::ICMPX_PORT_UNREACH],
    &[REJECT, nfta_reject::TYPE, nft_reject::TCP_RST, END, NONE],
    &[MASQ, END, NONE],
    &[IMMEDIATE, nfta_immediate::DREG, REG_1, END, nfta_immediate::DATA, INNER,
        IMMEDIATE, nfta_immediate::DREG, REG_2, END, nfta_immediate::DATA, INNER_PORT,
        NAT, nfta_nat::TYPE, nft_nat::DNAT, nfta_nat::FAMILY, FAMILY,
        nfta_nat::REG_ADDR_MIN, REG_1, nfta_nat::REG_PROTO_MIN, REG_2, END, NONE],
    &[META, LOADS, nft_meta::NFPROTO, nfta_meta::DREG, REG_1, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, OF_FAMILY],
    &[PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::NETWORK_HEADER,
        nfta_payload::OFFSET, OFFSET, nfta_payload::LEN, LEN, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::EQ, END, nfta_cmp::DATA, FIRST],
    &[PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::NETWORK_HEADER,
        nfta_payload::OFFSET, OFFSET, nfta_payload::LEN, LEN, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::GTE, END, nfta_cmp::DATA, FIRST,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::LTE, END, nfta_cmp::DATA, LAST],
    &[PAYLOAD, nfta_payload::DREG, REG_1, nfta_payload::BASE, nft_payload::NETWORK_HEADER,
        nfta_payload::OFFSET, OFFSET, nfta_payload::LEN, LEN, END, NONE,
        CMP, nfta_cmp::SREG, REG_1, nfta_cmp::OP, nft_cmp::NEQ, END, nfta_cmp::DATA, FIRST],
];
const LOCAL: [u8; 4] = (libc::RTN_LOCAL as u32).to_ne_bytes();

/// What the steps of a rule are about.
#[derive(Default)]
pub struct Subject<'s> {
    /// The index of a device, in host order.
    pub index: [u8; 4],
    /// The first bytes of a network's addresses, and the length of its prefix: where packets come from.
    pub source: (&'s [u8], u8),
    /// The same of where they go to.
    pub destination: (&'s [u8], u8),
    /// Whether these are of IPv6.
    pub is_ipv6: bool,
    /// Whether the table has this family alone, so that no rule asks for it: iptables(8) cannot read one that does.
    pub has_family: bool,
    /// Whether a network that does not end with a whole byte is compared as whole addresses are, which nft(8) shows as such.
    pub is_whole: bool,
    /// `IPPROTO_*`.
    pub protocol: u8,
    /// The port that packets go to.
    pub port: u16,
    /// The address and the port that they are led to.
    pub inner: &'s [u8],
    /// See there.
    pub inner_port: u16,
}

impl Subject<'_> {
    /// Rules for packets of a family.
    #[inline(never)]
    pub fn of(is_ipv6: bool) -> Subject<'static> {
        Subject {
            is_ipv6,
            ..Subject::default()
        }
    }

    /// Adds steps to the rule that was begun last.
    pub fn add(&self, steps: &[Step], batch: &mut Batch) {
        for step in steps {
            let ((prefix, len), is_source) = match step {
                Source | Stranger => (self.source, true),
                _ => (self.destination, false),
            };
            let (family, source, width, ct_dst) = match self.is_ipv6 {
                false => (nfproto::IPV4, 12, 4, nft_ct::DST_IP),
                true => (nfproto::IPV6, 8, 16, nft_ct::DST_IP6),
            };
            let mut bytes = usize::from(len.div_ceil(8));
            let (mut first, mut last) = ([0; 16], [0; 16]);
            first[..bytes].copy_from_slice(&prefix[..bytes]);
            last[..bytes].copy_from_slice(&prefix[..bytes]);
            if bytes > 0 {
                // The bits of the last byte that are not of the prefix.
                let hosts = (1 << (8 * bytes - usize::from(len))) - 1;
                first[bytes - 1] &= !hosts;
                last[bytes - 1] |= hosts;
            }
            if self.is_whole && len % 8 != 0 {
                last[bytes..].fill(0xff);
                bytes = width.into();
            }
            let values = Values {
                numbers: [
                    source + if is_source { 0 } else { width },
                    bytes as u8,
                    family,
                    ct_dst,
                ],
                values: [
                    &self.index,
                    &[family],
                    &first[..bytes],
                    &last[..bytes],
                    &[self.protocol],
                    &self.port.to_be_bytes(),
                    self.inner,
                    &self.inner_port.to_be_bytes(),
                ],
            };
            let mut add = |step: Step| batch.expressions(STEPS[step as usize], &values);
            match step {
                Source | Destination | Stranger => {
                    if !self.has_family {
                        add(OfFamily);
                    }
                    if *step == Stranger {
                        add(Differs);
                    } else if bytes > 0 {
                        add(if first == last { Begins } else { Within });
                    }
                }
                step => add(*step),
            }
        }
    }
}
