//! The table of a tunnel.

use super::rules::{Port, Rules, TCP, Tunnel, UDP, Use};
use crate::nl::nft::Batch;
use crate::nl::packet::{Step, Step::*, Subject};
use crate::nl::uapi::{nf_inet, nfproto, nlm_f};

/// The chains: what comes from inside, and addresses that are changed.
const FROM: &[u8] = b"from";
const PRE: &[u8] = b"pre";
const OUT: &[u8] = b"out";
const POST: &[u8] = b"post";

/// Networks, with the lengths of their prefixes.
const LOOPBACK: (&[u8], u8) = (&[127], 8);
const LINK_LOCAL: (&[u8], u8) = (&[0xfe, 0x80], 10);
const MULTICAST: (&[u8], u8) = (&[0xff, 2], 16);

/// Whether a published port is one of 127.0.0.1's, too.
pub fn is_local(publish: &Port) -> bool {
    publish.r#use == Use::Publish && matches!(publish.address.bytes(), [] | [127, ..])
}

/// A table under construction, and what its steps are about.
struct Table<'t> {
    batch: Batch<'t>,
    subject: Subject<'t>,
}

/// The batch that makes the table of a tunnel, with `NFT_TABLE_F_*`.
pub fn build<'t>(rules: &'t Rules, tunnel: &'t Tunnel<'t>, flags: u32) -> Batch<'t> {
    let mut t = Table {
        batch: Batch::new(nfproto::INET, tunnel.name),
        subject: Subject {
            index: tunnel.index.to_ne_bytes(),
            source: LOOPBACK,
            destination: LOOPBACK,
            protocol: TCP,
            ..Subject::default()
        },
    };
    t.batch.table(nlm_f::EXCL, flags);
    let publishes = rules.has(Use::Publish);
    if rules.masquerade || publishes {
        t.batch.chain(POST, true, nf_inet::POST_ROUTING, 100);
        // Without `--nat` what is from inside to a published port.
        let steps = &[FromTunnel, Masquerade, FromTunnel, ToTunnel, Masquerade];
        let (nat, publish) = steps.split_at(2);
        t.rule(POST, if rules.masquerade { nat } else { publish });
    }
    if publishes {
        // Nobody answers to a loopback address of another.
        t.rule(POST, &[Source, ToTunnel, Masquerade]);
        t.publish(PRE, nf_inet::PRE_ROUTING, rules, tunnel);
        t.publish(OUT, nf_inet::LOCAL_OUT, rules, tunnel);
    }
    // Behind connection tracking, before addresses are changed.
    t.batch.chain(FROM, false, nf_inet::PRE_ROUTING, -150);
    // The uplink forwards now, so a neighbour with a route to the tunnel's network could reach every port inside. From elsewhere
    // only answers may have the inner address. What goes to a published port has still the outer one here, before it is
    // translated.
    t.rule(FROM, &[FromElsewhere, Answer, Accept]);
    t.set_network((&tunnel.inner, 32), false);
    t.rule(FROM, &[FromElsewhere, Destination, Drop]);
    if let Some([_, inner]) = &tunnel.both6 {
        t.set_network((inner, 128), true);
        t.rule(FROM, &[FromElsewhere, Destination, Drop]);
    }
    t.rule(FROM, &[FromElsewhere, Accept]);
    // The tunnel routes 127.0.0.1, for answers that get another address yet: nothing may come from or to it.
    t.set_network(LOOPBACK, false);
    t.rule(FROM, &[Source, Drop]);
    t.rule(FROM, &[Destination, Drop]);
    if rules.has(Use::Allow) {
        t.allow(rules, tunnel);
    }
    t.batch
}

impl<'t> Table<'t> {
    /// The network that addresses are compared with.
    fn set_network(&mut self, network: (&'t [u8], u8), is_ipv6: bool) {
        self.subject.source = network;
        self.subject.destination = network;
        self.subject.is_ipv6 = is_ipv6;
    }

    /// Adds a chain of published ports.
    fn publish(&mut self, chain: &[u8], hook: u32, rules: &'t Rules, tunnel: &'t Tunnel) {
        self.batch.chain(chain, true, hook, -100);
        for port in &rules.ports {
            self.lead(chain, port, &tunnel.inner);
            if let Some([_, inner]) = &tunnel.both6 {
                self.lead(chain, port, inner);
            }
        }
    }

    /// Adds the rule of a published port that leads to an address inside, unless that is of another family.
    fn lead(&mut self, chain: &[u8], publish: &'t Port, inner: &'t [u8]) {
        let host = publish.address.bytes();
        if publish.r#use == Use::Publish && (host.is_empty() || host.len() == inner.len()) {
            (self.subject.port, self.subject.protocol) = (publish.port, publish.protocol);
            (self.subject.inner, self.subject.inner_port) = (inner, publish.inner);
            self.set_network((host, publish.address.len), inner.len() == 16);
            let any: &[Step] = match self.subject.is_ipv6 {
                true => &[Destination, ToCaller, NotLoopback, Protocol, ToPort, Lead],
                false => &[Destination, ToCaller, Protocol, ToPort, Lead],
            };
            let one = &[Destination, Protocol, ToPort, Lead];
            self.rule(chain, if host.is_empty() { any } else { one });
        }
    }

    /// Adds what may come from inside, and that all else is refused.
    fn allow(&mut self, rules: &'t Rules, tunnel: &'t Tunnel) {
        // Answers. That they are of a connection does not suffice: packets may be forged.
        self.set_network((&tunnel.inner, 32), false);
        // Nor may they have other sources, whose answers would then be sent, nor come back to where they are from.
        self.rule(FROM, &[Stranger, Drop]);
        self.rule(FROM, &[Destination, Drop]);
        self.rule(FROM, &[Answer, Source, Accept]);
        if let Some([outer, inner]) = &tunnel.both6 {
            self.set_network((inner, 128), true);
            for network in &[MULTICAST, LINK_LOCAL, (outer, 128)] {
                self.set_network(*network, true);
                self.rule(FROM, &[Destination, Neighbour, Accept]);
            }
            // A link-local address is a source as well.
            self.set_network(LINK_LOCAL, true);
            self.rule(FROM, &[Source, Destination, Refuse]);
            self.set_network((inner, 128), true);
            self.rule(FROM, &[Stranger, Drop]);
            self.rule(FROM, &[Destination, Drop]);
            self.rule(FROM, &[Answer, Source, Accept]);
        }
        for port in &rules.ports {
            if port.r#use != Use::Publish {
                self.let_through(port);
            }
        }
        // Of many ICMP messages not all are sent. But a reset to a link-local address takes another device.
        self.set_network(LINK_LOCAL, true);
        self.rule(FROM, &[Destination, Refuse]);
        self.subject.protocol = TCP;
        self.rule(FROM, &[Protocol, Reset]);
        self.rule(FROM, &[Refuse]);
    }

    /// Adds rules that let through what goes to a port.
    fn let_through(&mut self, port: &'t Port) {
        let bytes = port.address.bytes();
        self.set_network((bytes, port.address.len), bytes.len() == 16);
        self.subject.port = port.port;
        let all = &[Destination, Accept, Destination, Protocol, ToPort, Accept];
        let (any, one) = all.split_at(2);
        let skip = usize::from(bytes.is_empty());
        if port.port == 0 {
            self.rule(FROM, &any[skip..]);
        }
        for protocol in &[TCP, UDP] {
            self.subject.protocol = *protocol;
            if port.port != 0 && (port.protocol == 0 || port.protocol == *protocol) {
                self.rule(FROM, &one[skip..]);
            }
        }
    }

    fn rule(&mut self, chain: &[u8], steps: &[Step]) {
        self.batch.rule(chain, b"");
        self.subject.add(steps, &mut self.batch);
    }
}
