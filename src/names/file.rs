//! Names that files give to numbers: those of iproute2, of which each line is `NUMBER NAME`, and those of users and
//! groups.

use crate::append::Append;
use std::ffi::CStr;
use std::os::fd::AsFd;

use crate::args;
use crate::error::{Error, Result};
use crate::files::{entries, open_dir, read_file};
use crate::name_table;
use crate::names::table::Table;
use crate::sys::Path;
use crate::text::{add_one, cut, decimal, next_word, split};

/// What a line is looked for by.
#[derive(Clone, Copy)]
pub enum Key<'k> {
    /// Its number.
    Number(u64),
    /// Its name.
    Name(&'k [u8]),
}

/// The first line of a text that has a key: number and name. What does not begin with a digit is a comment.
pub fn find_line(mut text: &[u8], key: Key) -> Option<(u64, Vec<u8>)> {
    while let Some(mut line) = cut(&mut text, b'\n') {
        let number = next_word(&mut line);
        let name = next_word(&mut line);
        if name.is_empty() || !matches!(number.first(), Some(..=b'9')) {
            continue;
        }
        let Some(n) = args::unsigned(number, u32::MAX.into()) else {
            continue;
        };
        let is_found = match key {
            Key::Number(wanted) => wanted == n,
            Key::Name(wanted) => wanted == name,
        };
        if is_found {
            return Some((n, name.into()));
        }
    }
    None
}

/// Where iproute2's files are. The first of these folders that has a file counts.
const FOLDERS: &[&[u8]] = &[b"/etc/iproute2/", b"/usr/share/iproute2/"];

/// The lines of a file of iproute2, and of the files `*.conf` of the folders that are called as the file with `.d` behind.
pub fn read_lines(file: &str) -> Vec<u8> {
    let mut lines = FOLDERS
        .iter()
        .find_map(|folder| read_file(&Path::two(folder, file.as_bytes())))
        .unwrap_or_default();
    for folder in FOLDERS {
        let path = Path::new(&[folder, file.as_bytes(), b".d"]);
        let Ok(dir) = open_dir(&path) else {
            continue;
        };
        // What cannot be read names nothing.
        let _ = entries(dir.as_fd(), &mut |name| {
            let name = name.to_bytes();
            if name.ends_with(b".conf") && !name.starts_with(b".") {
                let text = read_file(&Path::new(&[path.to_bytes(), b"/", name]));
                lines.push(b'\n');
                lines.append_bytes(&text.unwrap_or_default());
            }
        });
    }
    lines
}

/// The number that a file of iproute2 gives a name.
pub fn number_in(file: &str, name: &[u8]) -> Option<u64> {
    find_line(&read_lines(file), Key::Name(name)).map(|line| line.0)
}

/// Numbers with names: those of a fixed table, and others that a file of iproute2 has.
pub struct Database {
    /// The names that are built in.
    pub table: Table,
    /// The name of the file, as `rt_scopes`.
    pub file: &'static str,
    /// How a number without a name is shown: in so many hexadecimal digits behind `0x`, or with 0 in decimal.
    pub digits: u8,
}

impl Database {
    const fn new(table: Table, file: &'static str) -> Database {
        Database {
            table,
            file,
            digits: 0,
        }
    }

    const fn hexadecimal(mut self, digits: u8) -> Database {
        self.digits = digits;
        self
    }

    /// The number of a name, or that the word is; it is at most `max`.
    pub fn number_of(&self, word: &[u8], max: u32) -> Option<u32> {
        let known = self
            .table
            .number_of(word)
            .or_else(|| args::unsigned(word, max.into()))
            .or_else(|| number_in(self.file, word));
        known.filter(|n| *n <= max.into()).map(|n| n as u32)
    }

    /// The number of a name, or that the word is, if it fits a byte. Else the word is wrong for a reason.
    pub fn byte_of(&self, word: &[u8], reason: &str) -> Result<u8> {
        match self.number_of(word, 0xff) {
            Some(number) => Ok(number as u8),
            None => Err(Error::bad_arg(word, reason)),
        }
    }
}

/// Address scopes, `RT_SCOPE_*`.
pub static SCOPES: Database = Database::new(
    name_table!("0 global|255 nowhere|254 host|253 link|200 site"),
    "rt_scopes",
);

/// Who made an address, `IFAPROT_*`.
pub static ADDR_PROTOS: Database = Database::new(
    name_table!("1 kernel_lo|2 kernel_ra|3 kernel_ll"),
    "rt_addrprotos",
)
.hexadecimal(1);

/// Who made a route, `RTPROT_*`.
pub static ROUTE_PROTOS: Database = Database::new(
    name_table!(
        "0 unspec|1 redirect|2 kernel|3 boot|4 static|8 gated|9 ra|10 mrt|11 zebra|12 bird|13 dnrouted|14 xorp|15 ntk|\
        16 dhcp|18 keepalived|42 babel|186 bgp|187 isis|188 ospf|189 rip|192 eigrp"
    ),
    "rt_protos",
);

/// Routing tables, `RT_TABLE_*`.
pub static ROUTE_TABLES: Database =
    Database::new(name_table!("253 default|254 main|255 local"), "rt_tables");

/// Realms of routes, which the file alone names.
pub static REALMS: Database = Database::new(Table::new(&[]), "rt_realms");

/// The realms of a route, `TO` or `FROM/TO`: 16 bits each, `FROM` in the upper ones. Without `FROM/` it may be any number.
pub fn realms(word: &[u8]) -> Option<u32> {
    let (first, second) = split(word, b'/');
    if first.len() == word.len() {
        let to = REALMS.number_of(word, 0xff);
        return to.or_else(|| args::unsigned(word, u32::MAX.into()).map(|n| n as u32));
    }
    let from = REALMS.number_of(first, 0xff)?;
    // Nothing behind the slash is realm 0.
    let to = if second.is_empty() {
        0
    } else {
        REALMS.number_of(second, 0xff)?
    };
    Some(from << 16 | to)
}

/// Values of the DS field, of which the file names more.
pub static DS_FIELDS: Database = Database::new(name_table!("0 0"), "rt_dsfield").hexadecimal(2);

/// A value of the DS field by its name or in hexadecimal.
pub fn ds_field(word: &[u8]) -> Option<u8> {
    let plain = word.strip_prefix(b"0x").or(word.strip_prefix(b"0X"));
    let number = || args::radix(plain.unwrap_or(word), 16);
    // `EF` is a name, and not 0xef.
    let found = match word.first() {
        Some(b'0'..=b'9') => number(),
        _ => number_in(DS_FIELDS.file, word).or_else(number),
    };
    found?.try_into().ok()
}

/// A code point of the DS field, its upper six bits, by its name or number. It is not checked that it has six bits.
pub fn dscp(word: &[u8]) -> Option<u8> {
    let field = || number_in(DS_FIELDS.file, word).filter(|n| n & 3 == 0);
    let found = args::unsigned(word, 0xff).or_else(|| field().map(|n| n >> 2));
    found?.try_into().ok()
}

/// The commonest IP protocols. `/etc/protocols` has more, but it may be missing.
static IP_PROTOCOLS: Table = name_table!(
    "1 icmp|2 igmp|6 tcp|17 udp|33 dccp|47 gre|50 esp|51 ah|58 ipv6-icmp|89 ospf|103 pim|132 sctp|136 udplite"
);

/// The number of an IP protocol: by a name, in decimal, or by a name or an alias in `/etc/protocols`.
pub fn ip_protocol(word: &[u8]) -> Option<u8> {
    let known = IP_PROTOCOLS
        .number_of(word)
        .or_else(|| args::radix(word, 10));
    let found = known.or_else(|| Some(find_protocol(Key::Name(word))?.0));
    found?.try_into().ok()
}

/// Adds the name of an IP protocol to a text; `ipproto-N` where it has none or none is wanted (`-N`).
pub fn add_ip_protocol(text: &mut Vec<u8>, n: u8, numeric: bool) {
    if !numeric {
        if let Some(name) = IP_PROTOCOLS.name_of(n.into()) {
            return text.append_bytes(name);
        }
        if let Some((_, name)) = find_protocol(Key::Number(n.into())) {
            return text.append_bytes(&name);
        }
    }
    add_one(text, "ipproto-%", &decimal(n.into()));
}

/// The first line of `/etc/protocols` that has a key: number and name. A line is `NAME NUMBER ALIAS… # COMMENT`.
fn find_protocol(key: Key) -> Option<(u64, Vec<u8>)> {
    let text = read_file(c"/etc/protocols")?;
    let mut rest = &text[..];
    while let Some(line) = cut(&mut rest, b'\n') {
        let mut line = split(line, b'#').0;
        let name = next_word(&mut line);
        let Some(number) = args::radix(next_word(&mut line), 10) else {
            continue;
        };
        let is_found = match key {
            Key::Number(wanted) => wanted == number,
            Key::Name(wanted) if wanted == name => true,
            Key::Name(wanted) => loop {
                let alias = next_word(&mut line);
                if alias.is_empty() || alias == wanted {
                    break !alias.is_empty();
                }
            },
        };
        if is_found {
            return Some((number, name.into()));
        }
    }
    None
}

/// Link groups.
pub static GROUPS: Database = Database::new(name_table!("0 default"), "group");

/// The number of a link group: `default`, a number, or a name of the file `group`.
pub fn group_number(word: &[u8]) -> Option<u32> {
    if word == b"default" {
        return Some(0);
    }
    let number = args::unsigned(word, i32::MAX as u64).or_else(|| number_in("group", word))?;
    number.try_into().ok()
}

/// The name of a user or group in `/etc/passwd` or `/etc/group`.
pub fn owner_name(file: &CStr, id: u32) -> Option<Vec<u8>> {
    find_owner(file, &mut |_, number| number == id).map(|owner| owner.0)
}

/// The number of a user or group in `/etc/passwd` or `/etc/group`.
pub fn owner_number(file: &CStr, name: &[u8]) -> Option<u32> {
    find_owner(file, &mut |known, _| known == name).map(|owner| owner.1)
}

/// The first line of a file whose name, in the first field, and number, in the third, are those looked for.
fn find_owner(file: &CStr, is_it: &mut dyn FnMut(&[u8], u32) -> bool) -> Option<(Vec<u8>, u32)> {
    let text = read_file(file)?;
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = fields.next()?;
        let number = args::radix(fields.nth(1)?, 10)?.try_into().ok()?;
        is_it(name, number).then(|| (name.into(), number))
    })
}
