//! The usage of `ip`.

const USAGE_TEXT: &str = "\
Usage: ip [ OPTIONS ] { address | addrlabel | maddress | route | rule | neighbor | neighbour | ntable | ntbl | link | fou |
       tunnel | tuntap | tap | token | tcpmetrics | monitor | mroute | mrule | netns | netconf | nexthop | mptcp | vrf | stats }
       { COMMAND | help }
OPTIONS := { -V[ersion] | -h[uman-readable] | -iec | -s[tatistics] | -d[etails] | -r[esolve] | -o[neline] | -br[ief] | -j[son] |
       -p[retty] | -f[amily] { inet | inet6 | mpls | bridge | link } | -4 | -6 | -M | -B | -0 | -N[umeric] |
       -n[etns] NAMESPACE | -a[ll] | -fail | -b[atch] FILE | -fo[rce] | -echo |
       -l[oops] N | -rc[vbuf] N | -t[imestamp] | -ts[hort] | -c[olor][=always|=auto|=never] }";

/// The objects and the global options.
pub fn usage() -> Vec<u8> {
    USAGE_TEXT.into()
}
