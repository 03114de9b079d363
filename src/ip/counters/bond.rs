//! The counters of a bond and of its ports.

use crate::nl::wire::Attr;
use crate::out::Out;

/// The counters of LACP: the attributes `BOND_3AD_STAT_*` from 0 on.
const LACP: [&str; 9] = [
    "lacpdu_rx|                    LACPDU Rx %\n",
    "lacpdu_tx|                    LACPDU Tx %\n",
    "lacpdu_unknown_rx|                    LACPDU Unknown type Rx %\n",
    "lacpdu_illegal_rx|                    LACPDU Illegal Rx %\n",
    "marker_rx|                    Marker Rx %\n",
    "marker_tx|                    Marker Tx %\n",
    "marker_response_rx|                    Marker response Rx %\n",
    "marker_response_tx|                    Marker response Tx %\n",
    "marker_unknown_rx|                    Marker unknown type Rx %\n",
];

/// Shows the counters of LACP.
pub fn show_lacp(counters: Attr, out: &mut Out) {
    out.object("802.3ad");
    for (attr, form) in (0..).zip(LACP) {
        if let Some(n) = counters.attrs().find(attr).and_then(Attr::u64) {
            out.uint(form, n);
        }
    }
    out.object_end();
}
