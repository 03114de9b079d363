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
    /// 2,000 names.
    ManyNames,
}

impl Room {
    /// The one that leaves the kernel most to tidy up comes last.
    pub const ALL: &'static [Room] = &[Room::Plain, Room::Names, Room::Links, Room::ManyNames];

    /// How many names of namespaces there are, and how many interfaces besides lo.
    pub fn holds(self) -> (usize, usize) {
        match self {
            Room::Plain => (1, 0),
            Room::Names => (200, 0),
            Room::Links => (0, 1_000),
            Room::ManyNames => (2_000, 0),
        }
    }
}

/// The first name in a room that has names.
pub const NAMED: &str = "n1";

/// Stands for the name that a run adds or deletes.
const NAME: &str = "{name}";
/// The same as a path.
const PATH: &str = "{path}";
/// Stands for a static program that does nothing.
const TRUE: [&str; 2] = ["{minimal}", "true"];
/// Stands for the number of bytes that ipso writes.
const BYTES: &str = "{bytes}";

/// What a run changes. One that adds a name or deletes it gets a name of its own.
#[derive(Clone, Copy, PartialEq)]
pub enum Effect {
    None,
    AddsName,
    DeletesName,
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
        effect: Effect::None,
        every: 1,
    }
}

/// All interfaces, with `RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS`: with what virtual functions have, without statistics.
const LINKS: &[&str] = &["dump-links", BYTES, "9"];
/// The same with statistics.
const LINKS_STATS: &[&str] = &["dump-links", BYTES, "1"];

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
        every: 40,
        ..all_exec("-all netns exec, 2000 names", Room::ManyNames)
    },
];

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
    }
}
