//! The counters of a bridge and of its ports.

use crate::ip::counters::dump::counter;
use crate::nl::uapi::bridge_vlan;
use crate::nl::wire::{Attr, field};
use crate::out::Out;

/// What counters are indented by.
const INDENT: &str = "                    ";

/// The form of some counters of `struct br_mcast_stats`.
#[derive(Clone, Copy)]
enum Form {
    /// One counter.
    Total,
    /// What was received and what was sent.
    Directions,
    /// The same for each version of the protocol, of which there are so many.
    Versions(usize),
}

use Form::*;

/// The counters in text and JSON, their form, and the number of the first in the struct.
const MULTICAST: [(&str, &str, Form, usize); 8] = [
    ("IGMP queries", "igmp_queries", Versions(3), 0),
    ("IGMP reports", "igmp_reports", Versions(3), 8),
    ("IGMP leaves", "igmp_leaves", Directions, 6),
    ("IGMP parse errors", "igmp_parse_errors", Total, 14),
    ("MLD queries", "mld_queries", Versions(2), 15),
    ("MLD reports", "mld_reports", Versions(2), 21),
    ("MLD leaves", "mld_leaves", Directions, 19),
    ("MLD parse errors", "mld_parse_errors", Total, 25),
];

/// The directions in text, and the forms of a counter for each version, or without versions.
const DIRECTIONS: [(&str, [&str; 3], &str); 2] = [
    (
        " RX:",
        ["rx_v1| v1 %", "rx_v2| v2 %", "rx_v3| v3 %"],
        "rx| %",
    ),
    (
        " TX:",
        ["tx_v1| v1 %", "tx_v2| v2 %", "tx_v3| v3 %"],
        "tx| %",
    ),
];

fn show_protocol(key: &str, form: Form, first: usize, counters: Attr, out: &mut Out) {
    if matches!(form, Total) {
        let form = if out.json() { key } else { "| %\n" };
        return out.uint(form, counter(counters, first));
    }
    out.object(key);
    for (direction, (text, of_versions, of_all)) in DIRECTIONS.iter().enumerate() {
        let forms = match form {
            Versions(count) => {
                out.text("\n");
                out.text(INDENT);
                out.text(" ");
                &of_versions[..count]
            }
            _ => std::slice::from_ref(of_all),
        };
        out.text(text);
        for (version, form) in forms.iter().enumerate() {
            out.uint(form, counter(counters, first + 2 * version + direction));
        }
    }
    out.text("\n");
    out.object_end();
}

/// The counters of the spanning tree protocol, each with its number in `struct bridge_stp_xstats`.
const STP: [(&str, usize); 6] = [
    ("rx_bpdu|                    STP BPDU:  RX: %", 2),
    ("tx_bpdu| TX: %\n", 3),
    ("rx_tcn|                    STP TCN:   RX: %", 4),
    ("tx_tcn| TX: %\n", 5),
    (
        "transition_blk|                    STP Transitions: Blocked: %",
        0,
    ),
    ("transition_fwd| Forwarding: %\n", 1),
];

/// Shows the counters of multicast packets, `struct br_mcast_stats`.
pub fn show_multicast(counters: Attr, out: &mut Out) {
    out.object("multicast");
    for (text, key, form, first) in MULTICAST {
        out.text(INDENT);
        out.text(text);
        out.text(":");
        show_protocol(key, form, first, counters, out);
    }
    out.object_end();
}

/// Shows the counters of the spanning tree protocol, `struct bridge_stp_xstats`.
pub fn show_stp(counters: Attr, out: &mut Out) {
    out.object("stp");
    for (form, n) in STP {
        out.uint(form, counter(counters, n));
    }
    out.object_end();
}

/// The counters of a VLAN, each with its number in `struct bridge_vlan_xstats`. In text these lines end with a newline even
/// with `-o`, as in iproute2.
const VLAN: [(&str, usize); 4] = [
    ("rx_bytes|                    RX: % bytes", 0),
    ("rx_packets| % packets\n", 1),
    ("tx_bytes|                    TX: % bytes", 2),
    ("tx_packets| % packets\n", 3),
];

/// Shows the counters of a VLAN: its number and flags, of 16 bits each, follow the counters.
pub fn show_vlan(counters: Attr, out: &mut Out) {
    let rest = field(counters.0, 32).unwrap_or(0).to_ne_bytes();
    let [vid, flags] = [[rest[0], rest[1]], [rest[2], rest[3]]].map(u16::from_ne_bytes);
    out.object("");
    out.uint("vid|                  %", vid.into());
    if flags != 0 {
        out.array("flags");
        for (flag, name) in [
            (bridge_vlan::PVID, "PVID"),
            (bridge_vlan::UNTAGGED, "Egress Untagged"),
        ] {
            if flags & flag != 0 {
                out.str("| %", name.as_bytes());
            }
        }
        out.array_end();
    }
    out.line_break();
    for (form, n) in VLAN {
        out.uint(form, counter(counters, n));
    }
    out.line_break();
    out.object_end();
}
