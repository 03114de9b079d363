//! The words of the command line, list by list, each where it is declared: for the manual pages and the completion of shells,
//! which `cargo xtask` makes from them. The program itself has no use for it, and only a build with all parts has all words:
//! no other has this module.
//!
//! A list is known by its file below src/ without `.rs`, and by its name there: `ip/neigh/change Word`.

pub mod grammar;

use crate::args;
use crate::ip;
use crate::isolate::options::Net;
use crate::isolate::words::{CAPABILITIES, NAMESPACES, Set, TABLES};
use crate::kind::table::each_kind;
use crate::names::table::{FAMILIES, ROUTE_TYPES, Table as Names};
use crate::row::help::add_value;
use crate::row::table::Table;

/// A list of words.
pub struct List {
    /// File and name, joined by a blank.
    pub id: String,
    /// How they are written.
    pub form: Form,
    /// They are values of another word, and stand for themselves.
    pub has_values: bool,
    /// The words in their order, each once.
    pub words: Vec<Word>,
}

/// How the words of a list are written, and what the list knows of what follows them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// As they are.
    Plain,
    /// The same; each has a row that knows what follows it.
    Rows,
    /// With a dash in front; they may be shortened.
    Dash,
    /// With two dashes in front, or one where it is a letter; the list knows whether a value follows.
    Dashes,
}

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// Its spellings. The first is its name in errors.
    pub spellings: Vec<String>,
    /// Each may also be given with `no` before it.
    pub has_no: bool,
    /// What follows it, in the form of a help: `DEV`, or `{ on | off }`; empty where nothing does.
    pub value: String,
}

impl Word {
    /// A word of comma-joined [spellings](args::named).
    fn new(spellings: &str, value: String) -> Word {
        let plain = |one: &str| args::plain(one.as_bytes()).to_vec();
        Word {
            spellings: spellings.split(',').map(plain).map(text).collect(),
            has_no: spellings.contains('!'),
            value,
        }
    }

    /// Its first spelling.
    pub fn name(&self) -> &str {
        &self.spellings[0]
    }
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

/// A list of keywords joined by `|`. `values` has `WORD=VALUE` for words that something follows, joined by commas.
fn plain(id: &str, spellings: &str, values: &str) -> List {
    let value_of = |spellings: &str| {
        let name = text(args::plain(spellings.as_bytes()));
        let mut values = values.split(", ").filter_map(|pair| pair.split_once('='));
        let found = values.find(|(word, _)| *word == "*" || *word == name);
        found.map_or("", |(_, value)| value).to_owned()
    };
    let mut list = List {
        id: id.into(),
        form: Form::Plain,
        has_values: false,
        words: Vec::new(),
    };
    for spellings in spellings.split('|').filter(|one| !one.is_empty()) {
        list.add(Word::new(spellings, value_of(spellings)));
    }
    list
}

/// A table of options.
fn rows(id: &str, table: &Table) -> List {
    let mut list = List {
        id: id.into(),
        form: Form::Rows,
        has_values: false,
        words: Vec::new(),
    };
    for row in table.rows.filter(|row| !row.spellings().is_empty()) {
        let mut value = Vec::new();
        add_value(table, &row, &mut value);
        list.add(Word::new(&text(row.spellings()), text(value.trim_ascii())));
    }
    list
}

/// The options of `isolate`.
fn isolate_options() -> List {
    let mut list = List {
        id: "isolate/words OPTIONS".into(),
        form: Form::Dashes,
        has_values: false,
        words: vec![Word::new("help,h", String::new())],
    };
    for row in TABLES.iter().flat_map(|table| *table) {
        let mut spellings = vec![row.name.to_owned()];
        spellings.extend((row.letter > 0).then(|| char::from(row.letter).into()));
        let value = match row.set {
            Set::Flag(_) => "",
            Set::Word(_) | Set::Value(_) => match row.name {
                "net" => "{ tunnel | none | host }",
                "netns" => "NETNS",
                "share" => "NAMESPACES",
                "rootfs" | "chdir" => "DIR",
                _ => "VALUE",
            },
        };
        list.add(Word::new(&spellings.join(","), value.into()));
    }
    list
}

/// The names of a table.
fn names(table: Names) -> String {
    let words: Vec<String> = table.0.map(|(_, name)| text(name)).collect();
    words.join("|")
}

impl List {
    fn add(&mut self, word: Word) {
        // Several rows may have one word for what the kernel tells in several attributes.
        if self.find(word.name()).is_none() {
            self.words.push(word);
        }
    }

    /// The word with that first spelling.
    pub fn find(&self, name: &str) -> Option<&Word> {
        self.words.iter().find(|word| word.name() == name)
    }

    fn dashed(mut self) -> List {
        self.form = Form::Dash;
        self
    }
}

/// Lists by what they are declared with: `keywords!`, a constant whose first field is the spellings, or a text alone.
macro_rules! lists {
    ($($how:ident $($path:ident)::+ $(: $values:literal)?;)*) => {
        vec![$(plain(
            &lists!(@id $($path)::+),
            lists!(@$how $($path)::+),
            concat!($($values)?),
        )),*]
    };
    (@id $($path:ident)::+) => {
        split_id(&[$(stringify!($path)),+])
    };
    (@keywords $($path:ident)::+) => { $($path)::+::SPELLINGS };
    (@table $($path:ident)::+) => { $($path)::+.0 };
    (@text $($path:ident)::+) => { $($path)::+ };
    (@names $($path:ident)::+) => { &names($($path)::+) };
}

/// `ip/neigh/change Word`. Of a folder's own words it is the file `mod`.
fn split_id(path: &[&str]) -> String {
    let (name, file) = path.split_last().unwrap_or((&"", &[]));
    let file = file.join("/");
    let is_folder = MODULES.contains(&&*file);
    format!("{file}{} {name}", if is_folder { "/mod" } else { "" })
}

/// The lists of words that are values of others.
const VALUES: &[&str] = &[
    "cni/mod PLUGINS",
    "ip/encap/mod NAMES",
    "ip/mod When",
    "ip/neigh/state WORDS",
    "ip/netns/map Form",
    "ip/tunnel/words MODES",
    "ip/tuntap/change MODES",
    "isolate/options Net",
    "isolate/words CAPABILITIES",
    "isolate/words NAMESPACES",
    "names/table FAMILIES",
    "names/table ROUTE_TYPES",
];

/// The folders whose `mod.rs` has lists.
const MODULES: &[&str] = &[
    "ip",
    "ip/addr",
    "ip/encap",
    "ip/fou",
    "ip/link",
    "ip/maddress",
    "ip/monitor",
    "ip/mptcp",
    "ip/neigh",
    "ip/netns",
    "ip/nexthop",
    "ip/route",
    "ip/rule",
    "ip/tcp_metrics",
    "ip/tunnel",
    "ip/tuntap",
    "ip/vrf",
];

/// The objects that are known and that no build has.
pub const ABSENT: [&str; 6] = ["l2tp", "ila", "macsec", "xfrm", "sr", "ioam"];

/// Kinds of links, each with its list of options.
pub const KINDS: &[(&str, &str)] = &[
    ("amt", "kind/amt AMT"),
    ("bareudp", "kind/bareudp BAREUDP"),
    ("batadv", "kind/batadv BATADV"),
    ("bond", "kind/bond BOND"),
    ("bond_slave", "kind/bond BOND_SLAVE"),
    ("bridge", "kind/bridge BRIDGE"),
    ("bridge_slave", "kind/bridge BRIDGE_SLAVE"),
    ("can", "kind/can CAN"),
    ("dsa", "kind/dsa DSA"),
    ("erspan", "kind/gre ERSPAN_ROWS"),
    ("geneve", "kind/geneve GENEVE"),
    ("gre", "kind/gre GRE_ROWS"),
    ("gretap", "kind/gre GRE_ROWS"),
    ("gtp", "kind/gtp GTP"),
    ("hsr", "kind/hsr HSR"),
    ("ip6erspan", "kind/gre GRE6_ROWS"),
    ("ip6gre", "kind/gre GRE6_ROWS"),
    ("ip6gretap", "kind/gre GRE6_ROWS"),
    ("ip6tnl", "kind/iptun IP6TNL_ROWS"),
    ("ipip", "kind/iptun IPIP_ROWS"),
    ("ipoib", "kind/ipoib IPOIB"),
    ("ipvlan", "kind/ipvlan IPVLAN"),
    ("ipvtap", "kind/ipvlan IPVLAN"),
    ("macsec", "kind/macsec MACSEC"),
    ("macvlan", "kind/macvlan MACVLAN"),
    ("macvtap", "kind/macvlan MACVLAN"),
    ("netkit", "kind/netkit NETKIT"),
    ("ovpn", "kind/ovpn OVPN"),
    ("rmnet", "kind/rmnet RMNET"),
    ("sit", "kind/iptun SIT_ROWS"),
    ("veth", "kind/pair PAIR"),
    ("vlan", "kind/vlan VLAN"),
    ("vrf", "kind/vrf VRF"),
    ("vti", "kind/vti VTI"),
    ("vti6", "kind/vti VTI6"),
    ("vxcan", "kind/pair PAIR"),
    ("vxlan", "kind/vxlan VXLAN"),
    ("wwan", "kind/wwan WWAN"),
    ("xfrm", "kind/xfrm XFRM"),
];

/// Encapsulations of routes, in the order of [`ip::encap::TYPES`], each with its list of options.
pub const ENCAPS: [(&str, &str); 10] = [
    ("mpls", "ip/encap/options MPLS"),
    ("ip", "ip/encap/options IP"),
    ("ila", "ip/encap/options ILA"),
    ("ip6", "ip/encap/options IP6"),
    ("seg6", "ip/encap/options SEG6"),
    ("bpf", "ip/encap/options BPF"),
    ("seg6local", "ip/encap/options SEG6LOCAL"),
    ("rpl", "ip/encap/options RPL"),
    ("ioam6", "ip/encap/options IOAM6"),
    ("xfrm", "ip/encap/options XFRM"),
];

/// All lists.
pub fn lists() -> Vec<List> {
    let mut all = lists! {
        table ip::objects::OBJECTS;
        keywords ip::When;

        table ip::addr::COMMANDS;
        keywords ip::addr::change::Word: "peer=ADDRESS, broadcast=ADDRESS, anycast=ADDRESS, scope=SCOPE, dev=DEV, label=LABEL, \
            metric=METRIC, valid_lft=LFT, preferred_lft=LFT, proto=PROTO, local=ADDRESS";
        keywords ip::ifaddr::filter::Word: "*=VALUE";
        names ip::ifaddr::flags::FLAGS;

        table ip::addrlabel::COMMANDS;

        names ip::encap::NAMES;

        table ip::fou::COMMANDS;
        keywords ip::fou::change::Word: "port=PORT, ipproto=PROTO, local=ADDRESS, peer=ADDRESS, peer_port=PORT, dev=DEV";

        table ip::link::COMMANDS;
        keywords ip::iface::filter::Word: "group=GROUP, master=DEV, vrf=DEV, type=KIND, dev=DEV";
        table ip::link::property::COMMANDS;
        keywords ip::link::wait::State;

        table ip::maddress::COMMANDS;

        keywords ip::monitor::Word: "file=FILE, dev=DEV";

        table ip::mptcp::TOPICS;
        table ip::mptcp::ENDPOINT;
        table ip::mptcp::LIMITS;
        keywords ip::mptcp::change::Word: "id=ID, dev=DEV, port=PORT";
        names ip::mptcp::change::FLAGS;
        table ip::mptcp::limits::LIMITS: "*=N";

        table ip::neigh::COMMANDS;
        keywords ip::neigh::change::Word: "lladdr=LLADDR, nud=STATE, proxy=ADDRESS, dev=DEV, protocol=RTPROTO, to=ADDRESS";
        table ip::neigh::change::FLAGS;
        keywords ip::neigh::filter::Word: "dev=DEV, master=DEV, vrf=DEV, nud=STATE, protocol=RTPROTO, to=PREFIX";
        text ip::neigh::state::WORDS;

        table ip::netconf::COMMANDS;

        table ip::netns::COMMANDS;
        table ip::netns::basic::DELETE;
        keywords ip::netns::connect::Word: "dev=NAME, peer=NAME, mtu=MTU";
        keywords ip::netns::map::Form;

        table ip::nexthop::COMMANDS;
        table ip::nexthop::bucket::COMMANDS;
        keywords ip::nexthop::change::Word: "id=ID, dev=DEV, via=ADDRESS, encap=ENCAP, dst_port=PORT, group=GROUP, \
            type={ mpath | resilient }, hw_stats={ on | off }, protocol=RTPROTO";
        keywords ip::nexthop::change::Resilient: "*=N";

        table ip::ntable::COMMANDS;

        table ip::route::COMMANDS;
        keywords ip::route::hops::Word: "via=ADDRESS, dev=DEV, weight=N, realms=REALMS, encap=ENCAP, as=ADDRESS";
        table ip::route::setting::MATCHES: "*=PREFIX";

        table ip::route::multicast::COMMANDS;
        keywords ip::route::multicast::Word: "table=TABLE, iif=DEV, from=PREFIX, to=PREFIX";

        table ip::rule::COMMANDS;
        text ip::rule::words::CHANGE: "from=PREFIX, to=PREFIX, preference=N, tos=TOS, fwmark=MARK, realms=REALMS, \
            protocol=RTPROTO, tun_id=ID, table=TABLE, suppress_prefixlength=N, suppress_ifgroup=GROUP, dev=DEV, oif=DEV, \
            uidrange=RANGE, nat=ADDRESS, ipproto=PROTO, sport=PORTS, dport=PORTS, dscp=DSCP, flowlabel=LABEL, type=TYPE";
        text ip::rule::words::CHOICE: "preference=N, tos=TOS, fwmark=MARK, dev=DEV, oif=DEV, uidrange=RANGE, tun_id=ID, \
            lookup=TABLE, from=PREFIX, protocol=RTPROTO, ipproto=PROTO, sport=PORTS, dport=PORTS, dscp=DSCP, \
            flowlabel=LABEL, dst=PREFIX";
        table ip::rule::words::ACTIONS: "goto=N";

        table ip::stats::COMMANDS;

        table ip::tcp_metrics::COMMANDS;
        keywords ip::tcp_metrics::filter::Word: "*=ADDRESS";

        table ip::token::COMMANDS;

        table ip::tunnel::COMMANDS;
        table ip::tunnel::words::WORDS: "mode=MODE, key=KEY, ikey=KEY, okey=KEY, remote=ADDRESS, local=ADDRESS, dev=DEV, ttl=TTL, \
            tos=TOS, name=NAME, tc=TC, encaplimit=LIMIT, flowlabel=LABEL, dscp={ inherit }";
        table ip::tunnel::words::MODES;
        table ip::tunnel::prl::WORDS: "dev=DEV, prl-default=ADDRESS, prl-nodefault=ADDRESS, prl-delete=ADDRESS, \
            6rd-prefix=PREFIX, 6rd-relay_prefix=PREFIX";

        table ip::tuntap::COMMANDS;
        table ip::tuntap::change::WORDS: "mode={ tun | tap }, user=USER, group=GROUP, dev=NAME, name=NAME";
        table ip::tuntap::change::MODES;

        table ip::vrf::COMMANDS;
    };
    all.push(
        plain(
            "ip/mod Global",
            ip::Global::SPELLINGS,
            "loops=N, family=FAMILY, batch=FILE, rcvbuf=SIZE, netns=NETNS",
        )
        .dashed(),
    );
    all.push(plain("ip/mod FAMILY_OPTIONS", &names(ip::FAMILY_OPTIONS), "").dashed());
    all.push(plain("names/table FAMILIES", &names(FAMILIES), ""));
    all.push(plain("names/table ROUTE_TYPES", &names(ROUTE_TYPES), ""));
    let settings = ip::ntable::LINES.iter().flat_map(|(_, _, names)| names.0);
    let settings = settings.filter(|(_, name)| ip::ntable::find_item(name).is_some());
    let settings: Vec<String> = settings.map(|(_, name)| text(name)).collect();
    all.push(plain("ip/ntable LINES", &settings.join("|"), "*=N"));
    all.push(plain(
        "ip/stats LEVELS",
        &ip::stats::LEVELS.join("|"),
        "*=NAME",
    ));

    let [first, metrics, last] = ip::route::words::CHANGE else {
        panic!("the words of a route are in three tables");
    };
    for (id, table) in [
        ("ip/link/words ROWS", &ip::link::words::WORDS),
        ("ip/link/vf VF_ROWS", &ip::link::vf::VF_WORDS),
        ("ip/link/vf VLAN_ROWS", &ip::link::vf::VLAN_WORDS),
        ("ip/link/inet ROWS", &ip::link::inet::WORDS),
        ("ip/route/words FIRST", first),
        ("ip/route/words METRICS", metrics),
        ("ip/route/words LAST", last),
        ("ip/route/words GET", &ip::route::words::QUESTION[0]),
        ("ip/route/words FILTER", &ip::route::words::CHOICE[0]),
        ("ip/nexthop/filter SHOW", &ip::nexthop::filter::table(false)),
        (
            "ip/nexthop/filter BUCKET",
            &ip::nexthop::filter::table(true),
        ),
    ] {
        all.push(rows(id, table));
    }
    for (id, options) in [
        (
            "ip/encap/seg6local HMAC_ROWS",
            ip::encap::seg6local::HMAC_ROWS,
        ),
        (
            "ip/encap/seg6local FLAVOR_ROWS",
            ip::encap::seg6local::FLAVOR_ROWS,
        ),
    ] {
        all.push(rows(id, &Table::new(options)));
    }
    for (encap, (_, id)) in ip::encap::TYPES.iter().zip(ENCAPS) {
        all.push(rows(id, &encap.table()));
    }
    for kind in each_kind().filter(|kind| kind.has_options()) {
        let name = kind.each_name().next().map(text);
        let known = KINDS
            .iter()
            .find(|(known, _)| Some(*known) == name.as_deref());
        let (_, id) = known.expect("a kind with options has a list");
        all.push(rows(id, kind.table()));
    }

    all.push(isolate_options());
    all.push(plain("isolate/options Net", Net::SPELLINGS, ""));
    all.push(plain("isolate/words NAMESPACES", NAMESPACES.0, ""));
    all.push(plain(
        "isolate/words CAPABILITIES",
        &CAPABILITIES.replace(' ', "|"),
        "",
    ));
    all.push(plain("cni/mod PLUGINS", crate::cni::PLUGINS.0, ""));
    all.push(plain(
        "main Applet",
        "ip|isolate|--install|cni|--install-cni|--version|--help",
        "",
    ));
    for list in &mut all {
        list.has_values = VALUES.contains(&&*list.id);
    }
    all
}
