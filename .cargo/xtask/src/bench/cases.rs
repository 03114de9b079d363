//! What is measured: a table of commands, and where each runs.

use super::{Kind, Program};

/// What has to be there before a command is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Room {
    /// An empty network namespace, and the name [`NAMED`] for another.
    Plain,
    /// 200 names.
    Names,
    /// 1,000 interfaces besides lo: pairs of veth, which need no module that a kernel may lack.
    Links,
    /// 1,000 interfaces besides lo, with five addresses each.
    Addresses,
    /// The interface v1, with 10,000 permanent neighbours.
    Neighbours,
    /// The interface v1, with 10,000 nexthops.
    Nexthops,
    /// The interface v1, a file of lines that add 100,000 routes to what is behind it, and one of what the kernel tells of that.
    Lines,
    /// The same, with these routes.
    Routes,
    /// 2,000 names.
    ManyNames,
}

/// What there is in a room.
#[derive(Default)]
pub struct Holds {
    /// Names of namespaces.
    pub names: usize,
    /// Interfaces besides lo.
    pub links: usize,
    /// Addresses of each.
    pub addresses: usize,
    /// Neighbours of the first, v1.
    pub neighbours: usize,
    /// Nexthops of the same.
    pub nexthops: usize,
    /// Lines for a batch that add routes by v1.
    pub lines: usize,
    /// Whether these routes are there.
    pub has_routes: bool,
}

impl Room {
    /// The one that leaves the kernel most to tidy up comes last.
    pub const ALL: &'static [Room] = &[
        Room::Plain,
        Room::Names,
        Room::Links,
        Room::Addresses,
        Room::Neighbours,
        Room::Nexthops,
        Room::Lines,
        Room::Routes,
        Room::ManyNames,
    ];

    pub fn holds(self) -> Holds {
        let mut holds = Holds::default();
        match self {
            Room::Plain => holds.names = 1,
            Room::Names => holds.names = 200,
            Room::Links => holds.links = 1_000,
            Room::Addresses => (holds.links, holds.addresses) = (1_000, 5),
            Room::Neighbours => (holds.links, holds.neighbours) = (2, 10_000),
            Room::Nexthops => (holds.links, holds.nexthops) = (2, 10_000),
            Room::Lines => (holds.links, holds.lines) = (2, 100_000),
            Room::Routes => (holds.links, holds.lines, holds.has_routes) = (2, 100_000, true),
            Room::ManyNames => holds.names = 2_000,
        }
        holds
    }
}

/// The first name in a room that has names.
pub const NAMED: &str = "n1";

/// The file of lines in a room that has one. Line `n` adds the route to 10.0.0.0 + `n`.
pub const LINES: &str = "/run/lines";

/// The file of what the kernel tells of these routes, in a room that has them.
pub const EVENTS: &str = "/run/events";

/// Stands for the name that a run adds or deletes.
const NAME: &str = "{name}";
/// The same as a path.
const PATH: &str = "{path}";
/// Stands for a static program that does nothing.
const TRUE: [&str; 2] = ["{minimal}", "true"];
/// Stands for the number of bytes that ipso writes.
const BYTES: &str = "{bytes}";

/// What a run changes. One that adds a name or deletes it gets a name of its own. Routes are taken away behind one that
/// adds them. The kernel gets its time behind one that leaves namespaces to it.
#[derive(Clone, Copy, PartialEq)]
pub enum Effect {
    None,
    LeavesNamespaces,
    AddsName,
    DeletesName,
    AddsRoutes,
    /// The words are plugins of container runtimes, which attach a namespace of that name one after the other.
    Attaches,
}

/// A command, as words for each program.
pub struct Case {
    pub name: &'static str,
    pub room: Room,
    minimal: &'static [&'static str],
    ipso: &'static [&'static str],
    iproute2: &'static [&'static str],
    /// Empty where busybox has no such command.
    busybox: &'static [&'static str],
    /// Empty where bubblewrap does nothing like it.
    bubblewrap: &'static [&'static str],
    /// Empty where it is nothing that the network plugins of container runtimes do.
    plugins: &'static [&'static str],
    pub effect: Effect,
    /// A slow command runs once where others run this many times.
    pub every: usize,
}

/// A command that is the same for ipso and iproute2.
const fn case(
    name: &'static str,
    room: Room,
    minimal: &'static [&'static str],
    words: &'static [&'static str],
) -> Case {
    Case {
        name,
        room,
        minimal,
        ipso: words,
        iproute2: words,
        busybox: &[],
        bubblewrap: &[],
        plugins: &[],
        effect: Effect::None,
        every: 1,
    }
}

/// All interfaces, with `RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS`: with what virtual functions have, without statistics.
const LINKS: &[&str] = &["dump-links", BYTES, "9"];
/// The same with statistics.
const LINKS_STATS: &[&str] = &["dump-links", BYTES, "1"];

/// `bridge` calls `host-local` by itself.
const ATTACH: &[&str] = &["bridge", "portmap"];

pub const CASES: &[Case] = &[
    Case {
        iproute2: &["-V"],
        busybox: &["true"],
        ..case("start", Room::Plain, &["write", BYTES], &["--version"])
    },
    Case {
        busybox: &["ip", "link", "show", "lo"],
        ..case(
            "link show lo",
            Room::Plain,
            &["get-lo", BYTES],
            &["link", "show", "lo"],
        )
    },
    case(
        "netns exec",
        Room::Plain,
        &["netns-exec", "/run/netns/n1", TRUE[0], TRUE[1]],
        &["netns", "exec", NAMED, TRUE[0], TRUE[1]],
    ),
    Case {
        effect: Effect::AddsName,
        ..case(
            "netns add",
            Room::Plain,
            &["netns-add", PATH],
            &["netns", "add", NAME],
        )
    },
    Case {
        effect: Effect::DeletesName,
        ..case(
            "netns del",
            Room::Plain,
            &["netns-delete", PATH],
            &["netns", "del", NAME],
        )
    },
    case(
        "netns list",
        Room::Names,
        &["netns-list", BYTES],
        &["netns", "list"],
    ),
    // Twice the same against another: the minimal program waits until the tunnel has gone, or leaves that to the kernel.
    isolate(
        "isolate",
        &["isolate-tunnel-gone", TRUE[0], TRUE[1]],
        &["isolate", TRUE[0], TRUE[1]],
    ),
    isolate(
        "isolate, tunnel left behind",
        &["isolate-tunnel", TRUE[0], TRUE[1]],
        &["isolate", TRUE[0], TRUE[1]],
    ),
    isolate(
        "isolate --net none",
        &["isolate", TRUE[0], TRUE[1]],
        &["isolate", "--net", "none", TRUE[0], TRUE[1]],
    ),
    // What an engine waits for when it starts a container with two published ports.
    Case {
        iproute2: &[],
        plugins: ATTACH,
        effect: Effect::Attaches,
        ..case("cni ADD", Room::Plain, &[], ATTACH)
    },
    Case {
        every: 8,
        ..all_exec("-all netns exec", Room::Names)
    },
    Case {
        busybox: &["ip", "link"],
        ..case("link", Room::Links, LINKS, &["link"])
    },
    case("-br link", Room::Links, LINKS, &["-br", "link"]),
    case("-s link", Room::Links, LINKS_STATS, &["-s", "link"]),
    case("-d link", Room::Links, LINKS, &["-d", "link"]),
    case(
        "-d -s -s link",
        Room::Links,
        LINKS_STATS,
        &["-d", "-s", "-s", "link"],
    ),
    case("-j link", Room::Links, LINKS, &["-j", "link"]),
    Case {
        busybox: &["ip", "addr"],
        ..case(
            "addr",
            Room::Links,
            &["dump-addresses", BYTES, "9"],
            &["addr"],
        )
    },
    Case {
        busybox: &["ip", "addr"],
        ..case(
            "addr, 5000 addresses",
            Room::Addresses,
            &["dump-addresses", BYTES, "9"],
            &["addr"],
        )
    },
    Case {
        busybox: &["ip", "neigh"],
        ..case(
            "neigh",
            Room::Neighbours,
            &["dump-neighbours", BYTES],
            &["neigh"],
        )
    },
    case(
        "nexthop show",
        Room::Nexthops,
        &["dump-nexthops", BYTES],
        &["nexthop", "show"],
    ),
    // The minimal program reads the file, and sends the same requests, 200 at once. It asks for acknowledgements and receives
    // one after the other, as programs do that add many routes.
    routes("-batch, 100000 routes", &["-batch", LINES]),
    routes("-force -batch, 100000 routes", &["-force", "-batch", LINES]),
    // The printing of a storm of events, each of which is one write of iproute2.
    Case {
        every: 4,
        ..case(
            "monitor file, 100000 events",
            Room::Lines,
            &["write", BYTES],
            &["monitor", "file", EVENTS],
        )
    },
    Case {
        busybox: &["ip", "route", "get", "10.0.1.1"],
        ..case(
            "route get",
            Room::Routes,
            &["get-route", BYTES],
            &["route", "get", "10.0.1.1"],
        )
    },
    Case {
        busybox: &["ip", "route"],
        every: 2,
        ..case(
            "route show",
            Room::Routes,
            &["dump-routes", BYTES],
            &["route", "show"],
        )
    },
    Case {
        every: 40,
        ..all_exec("-all netns exec, 2000 names", Room::ManyNames)
    },
];

/// The words of the minimal program that add as many routes as there are lines.
pub const ADD_ROUTES: &[&str] = &["add-routes", LINES, "100000"];

const fn routes(name: &'static str, words: &'static [&'static str]) -> Case {
    Case {
        effect: Effect::AddsRoutes,
        every: 4,
        ..case(name, Room::Lines, ADD_ROUTES, words)
    }
}

/// A program in namespaces of its own. Bubblewrap makes no tunnel.
const fn isolate(
    name: &'static str,
    minimal: &'static [&'static str],
    ipso: &'static [&'static str],
) -> Case {
    Case {
        iproute2: &[],
        bubblewrap: &["--unshare-all", "--dev-bind", "/", "/", TRUE[0], TRUE[1]],
        effect: Effect::LeavesNamespaces,
        ..case(name, Room::Plain, minimal, ipso)
    }
}

const fn all_exec(name: &'static str, room: Room) -> Case {
    case(
        name,
        room,
        &["netns-exec-all", TRUE[0], TRUE[1]],
        &["-all", "netns", "exec", TRUE[0], TRUE[1]],
    )
}

/// What the words of a case may stand for.
pub struct Filling<'a> {
    pub name: &'a str,
    pub minimal: &'a str,
    pub bytes: usize,
}

impl Case {
    /// Whether the minimal program has to know how much to write.
    pub fn writes(&self) -> bool {
        self.minimal.contains(&BYTES)
    }

    /// The arguments of one run; None where the program has no such command.
    pub fn words(&self, program: &Program, filling: &Filling) -> Option<Vec<String>> {
        let words = match program.kind {
            Kind::Minimal => self.minimal,
            Kind::Ipso => self.ipso,
            Kind::Iproute2 => self.iproute2,
            Kind::Busybox => self.busybox,
            Kind::Bubblewrap => self.bubblewrap,
            Kind::Plugins => self.plugins,
        };
        let fill = |word: &&str| match *word {
            NAME => filling.name.to_owned(),
            PATH => format!("/run/netns/{}", filling.name),
            BYTES => filling.bytes.to_string(),
            word if word == TRUE[0] => filling.minimal.to_owned(),
            word => word.to_owned(),
        };
        (!words.is_empty()).then(|| words.iter().map(fill).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cases_are_unique() {
        for (n, case) in CASES.iter().enumerate() {
            assert!(
                CASES[..n].iter().all(|other| other.name != case.name),
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn words_are_filled_in() {
        let of = |name: &str, kind| {
            let case = CASES.iter().find(|case| case.name == name).unwrap();
            let program = Program {
                kind,
                file: "x".into(),
                name: String::new(),
            };
            let filling = Filling {
                name: "r7",
                minimal: "/m",
                bytes: 123,
            };
            case.words(&program, &filling).map(|words| words.join(" "))
        };
        assert_eq!(of("start", Kind::Iproute2).unwrap(), "-V");
        assert_eq!(
            of("netns exec", Kind::Ipso).unwrap(),
            "netns exec n1 /m true"
        );
        assert_eq!(
            of("netns exec", Kind::Minimal).unwrap(),
            "netns-exec /run/netns/n1 /m true"
        );
        assert_eq!(
            of("netns del", Kind::Minimal).unwrap(),
            "netns-delete /run/netns/r7"
        );
        assert_eq!(of("-s link", Kind::Minimal).unwrap(), "dump-links 123 1");
        assert_eq!(of("netns add", Kind::Busybox), None);
        assert_eq!(of("isolate", Kind::Iproute2), None);
        assert_eq!(
            of("isolate --net none", Kind::Ipso).unwrap(),
            "isolate --net none /m true"
        );
    }

    #[test]
    fn every_line_is_a_route_of_the_minimal_program() {
        for room in [Room::Lines, Room::Routes] {
            assert_eq!(ADD_ROUTES[2], room.holds().lines.to_string());
        }
    }
}
