//! Which words follow which: as much of the grammar as the completion of a shell needs.

/// The words at a place of the command line.
pub struct Place {
    /// The commands that lead there, with their objects: `address add`. What follows is the same for all of them.
    pub of: &'static [&'static str],
    /// What may stand without a word in front: `DEV`, as many as there are; with `...` any number. `COMMAND` has words of its
    /// own behind it.
    pub operands: &'static [&'static str],
    /// Lists of words in any order.
    pub lists: &'static [&'static str],
    /// Words that are in no list, each with its value as [`Word::value`](super::Word) has it, joined by `, `.
    pub words: &'static str,
}

/// The lists of commands, each with the place where it stands. A command is known by its first spelling, or by `show` if it is
/// one of them.
pub const COMMANDS: &[(&str, &str)] = &[
    ("", "ip/objects OBJECTS"),
    ("address", "ip/addr/mod COMMANDS"),
    ("addrlabel", "ip/addrlabel COMMANDS"),
    ("fou", "ip/fou/mod COMMANDS"),
    ("link", "ip/link/mod COMMANDS"),
    ("link property", "ip/link/property COMMANDS"),
    ("maddress", "ip/maddress/mod COMMANDS"),
    ("mptcp", "ip/mptcp/mod TOPICS"),
    ("mptcp endpoint", "ip/mptcp/mod ENDPOINT"),
    ("mptcp limits", "ip/mptcp/mod LIMITS"),
    ("mroute", "ip/route/multicast COMMANDS"),
    ("mrule", "ip/rule/mod COMMANDS"),
    ("neighbour", "ip/neigh/mod COMMANDS"),
    ("netconf", "ip/netconf COMMANDS"),
    ("netns", "ip/netns/mod COMMANDS"),
    ("nexthop", "ip/nexthop/mod COMMANDS"),
    ("nexthop bucket", "ip/nexthop/bucket COMMANDS"),
    ("ntable", "ip/ntable COMMANDS"),
    ("route", "ip/route/mod COMMANDS"),
    ("rule", "ip/rule/mod COMMANDS"),
    ("stats", "ip/stats COMMANDS"),
    ("tcp_metrics", "ip/tcp_metrics/mod COMMANDS"),
    ("token", "ip/token COMMANDS"),
    ("tunnel", "ip/tunnel/mod COMMANDS"),
    ("tuntap", "ip/tuntap/mod COMMANDS"),
    ("vrf", "ip/vrf/mod COMMANDS"),
];

/// Objects that are another one by a second name.
pub const SAME: [(&str, &str); 3] = [
    ("neighbor", "neighbour"),
    ("tap", "tuntap"),
    ("tcpmetrics", "tcp_metrics"),
];

/// Words behind which more words may follow: a name for these, and their list.
pub const NESTED: &[(&str, &str, &[&str])] = &[
    ("inet", "...", &["ip/link/inet ROWS"]),
    ("vf", "...", &["ip/link/vf VF_ROWS", "ip/link/vf VLAN_ROWS"]),
    ("nexthop", "", &["ip/route/hops Word"]),
    (
        "peer",
        "[ OPTION ... ] [ SETTING ... ]",
        &["ip/link/words ROWS"],
    ),
    ("flavors", "FLAVORS", &["ip/encap/seg6local FLAVOR_ROWS"]),
    ("srh", "segs ADDRS", &["ip/encap/seg6local HMAC_ROWS"]),
];

const fn place(
    of: &'static [&'static str],
    operands: &'static [&'static str],
    lists: &'static [&'static str],
) -> Place {
    Place {
        of,
        operands,
        lists,
        words: "",
    }
}

impl Place {
    const fn words(mut self, words: &'static str) -> Place {
        self.words = words;
        self
    }
}

const SHOW_ADDRESSES: &[&str] = &[
    "ip/iface/filter Word",
    "ip/ifaddr/filter Word",
    "ip/ifaddr/flags FLAGS",
];

/// The places. A command that is not here has no words.
pub const PLACES: &[Place] = &[
    place(
        &[
            "address add",
            "address change",
            "address replace",
            "address delete",
        ],
        &["ADDRESS"],
        &["ip/addr/change Word", "ip/ifaddr/flags FLAGS"],
    ),
    place(
        &["address show", "address flush", "address save"],
        &["DEV"],
        SHOW_ADDRESSES,
    ),
    place(&["address wait"], &["ADDRESS"], SHOW_ADDRESSES).words("timeout=SECONDS"),
    place(&["addrlabel add", "addrlabel delete"], &[], &[])
        .words("prefix=PREFIX, dev=DEV, label=LABEL"),
    place(&["fou add", "fou delete"], &[], &["ip/fou/change Word"]),
    place(
        &["link add", "link replace"],
        &["NAME"],
        &["ip/link/words ROWS"],
    ),
    place(&["link set"], &["DEV"], &["ip/link/words ROWS"]),
    place(&["link delete"], &["DEV ..."], &[]).words("dev=DEV, group=GROUP, type=KIND"),
    place(&["link show"], &["DEV"], &["ip/iface/filter Word"]),
    place(&["link property add", "link property del"], &["DEV"], &[])
        .words("dev=DEV, altname=NAME"),
    place(&["link xstats"], &[], &[])
        .words("type={ bridge | bridge_slave | bond | bond_slave }, dev=DEV, igmp, 802.3ad"),
    place(&["link afstats"], &[], &[]).words("dev=DEV"),
    place(&["link wait"], &["DEV"], &["ip/link/wait State"]).words("dev=DEV, timeout=SECONDS"),
    place(&["link help"], &["KIND"], &[]),
    place(&["maddress add", "maddress delete"], &["LLADDR"], &[]).words("dev=DEV"),
    place(&["maddress show"], &["DEV"], &[]).words("dev=DEV"),
    place(&["monitor"], &[], &["ip/monitor/mod Word"]),
    place(
        &[
            "mptcp endpoint add",
            "mptcp endpoint change",
            "mptcp endpoint delete",
        ],
        &["ADDRESS"],
        &["ip/mptcp/change Word", "ip/mptcp/change FLAGS"],
    ),
    place(&["mptcp endpoint show"], &[], &["ip/mptcp/change Word"]),
    place(&["mptcp limits set"], &[], &["ip/mptcp/limits LIMITS"]),
    place(&["mroute show"], &["PREFIX"], &["ip/route/multicast Word"]),
    place(
        &[
            "neighbour add",
            "neighbour change",
            "neighbour replace",
            "neighbour delete",
        ],
        &["ADDRESS"],
        &["ip/neigh/change Word", "ip/neigh/change FLAGS"],
    ),
    place(&["neighbour get"], &["ADDRESS"], &[]).words("to=ADDRESS, proxy=ADDRESS, dev=DEV"),
    place(
        &["neighbour show", "neighbour flush"],
        &["PREFIX"],
        &["ip/neigh/filter Word"],
    ),
    place(&["netconf show"], &[], &[]).words("dev=DEV"),
    place(&["netns add", "netns replace"], &["NAME"], &[]).words("up"),
    place(&["netns attach"], &["NAME", "PID"], &[]),
    place(&["netns set"], &["NETNS", "NETNSID"], &[]).words("auto"),
    place(&["netns get", "netns pids"], &["NETNS"], &[]),
    place(&["netns delete"], &["NETNS"], &["ip/netns/basic DELETE"]),
    place(&["netns identify"], &["PID"], &[]),
    place(&["netns exec"], &["NETNS", "COMMAND"], &[]),
    place(&["netns list-id"], &[], &[]).words("target-nsid=NETNSID, nsid=NETNSID"),
    place(
        &["netns connect"],
        &["NETNS", "NETNS", "PREFIX"],
        &["ip/netns/connect Word"],
    ),
    place(&["netns disconnect"], &["NETNS", "NETNS"], &[]).words("dev=NAME"),
    place(&["netns map"], &[], &["ip/netns/map Form"]),
    place(
        &[
            "nexthop add",
            "nexthop replace",
            "nexthop delete",
            "nexthop get",
        ],
        &[],
        &["ip/nexthop/change Word", "ip/nexthop/change Resilient"],
    ),
    place(
        &["nexthop show", "nexthop flush"],
        &[],
        &["ip/nexthop/filter SHOW"],
    ),
    place(&["nexthop bucket show"], &[], &["ip/nexthop/filter BUCKET"]),
    place(&["nexthop bucket get"], &[], &[]).words("id=ID, index=INDEX"),
    place(&["ntable change"], &[], &["ip/ntable LINES"]).words("name=NAME, dev=DEV"),
    place(&["ntable show"], &[], &[]).words("name=NAME, dev=DEV"),
    place(
        &[
            "route add",
            "route change",
            "route replace",
            "route prepend",
            "route append",
            "route test",
            "route delete",
        ],
        &["PREFIX"],
        &[
            "ip/route/words FIRST",
            "ip/route/words METRICS",
            "ip/route/words LAST",
            "names/table ROUTE_TYPES",
        ],
    )
    .words("to=PREFIX, default"),
    place(&["route get"], &["ADDRESS"], &["ip/route/words GET"]).words("to=ADDRESS"),
    place(
        &["route show", "route flush", "route save"],
        &["PREFIX"],
        &["ip/route/words FILTER", "ip/route/setting MATCHES"],
    )
    .words("default"),
    place(
        &["route wait"],
        &["PREFIX"],
        &["ip/route/words FILTER", "ip/route/setting MATCHES"],
    )
    .words("default, timeout=SECONDS"),
    place(
        &["rule add", "rule delete", "mrule add", "mrule delete"],
        &[],
        &[
            "ip/rule/words CHANGE",
            "ip/rule/words ACTIONS",
            "names/table ROUTE_TYPES",
        ],
    ),
    place(
        &[
            "rule show",
            "rule flush",
            "rule save",
            "mrule show",
            "mrule flush",
            "mrule save",
        ],
        &[],
        &["ip/rule/words CHOICE"],
    ),
    place(&["stats show"], &[], &["ip/stats LEVELS"]).words("dev=DEV"),
    place(&["stats set"], &[], &[]).words("dev=DEV, l3_stats={ on | off }"),
    place(
        &[
            "tcp_metrics show",
            "tcp_metrics flush",
            "tcp_metrics delete",
        ],
        &["ADDRESS"],
        &["ip/tcp_metrics/filter Word"],
    ),
    place(&["token show", "token get", "token delete"], &[], &[]).words("dev=DEV"),
    place(&["token set"], &["TOKEN"], &[]).words("dev=DEV"),
    place(
        &[
            "tunnel add",
            "tunnel change",
            "tunnel delete",
            "tunnel show",
        ],
        &["DEV"],
        &["ip/tunnel/words WORDS"],
    ),
    place(&["tunnel prl", "tunnel 6rd"], &[], &["ip/tunnel/prl WORDS"]),
    place(
        &["tuntap add", "tuntap delete", "tuntap show"],
        &["DEV"],
        &["ip/tuntap/change WORDS"],
    ),
    place(&["vrf identify"], &["PID"], &[]),
    place(&["vrf pids", "vrf show"], &["DEV"], &[]),
    place(&["vrf exec"], &["DEV", "COMMAND"], &[]),
    place(&["isolate"], &["COMMAND"], &["isolate/words OPTIONS"]),
];
