//! Names that files give to numbers: those of iproute2, of which each line is `NUMBER NAME`, and those of users and
//! groups.

use std::ffi::CStr;

use crate::args;
use crate::files::read_file;
use crate::name_table;
use crate::names::table::Table;
use crate::sys::Path;
use crate::text::{cut, next_word};

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
        let Some(n) = args::unsigned(number, u32::MAX.into()).filter(|_| number[0] <= b'9') else {
            continue;
        };
        let is_found = match key {
            Key::Number(wanted) => wanted == n,
            Key::Name(wanted) => wanted == name,
        };
        if is_found && !name.is_empty() {
            return Some((n, name.into()));
        }
    }
    None
}

/// The same in a file of /etc/iproute2, or where that has none of /usr/share/iproute2.
fn find_in(file: &str, key: Key) -> Option<(u64, Vec<u8>)> {
    for folder in &[&b"/etc/iproute2/"[..], b"/usr/share/iproute2/"] {
        if let Some(text) = read_file(&Path::two(folder, file.as_bytes())) {
            return find_line(&text, key);
        }
    }
    None
}

/// The name that a file of iproute2 gives a number.
pub fn name_in(file: &str, n: u32) -> Option<Vec<u8>> {
    find_in(file, Key::Number(n.into())).map(|line| line.1)
}

/// The number that a file of iproute2 gives a name.
pub fn number_in(file: &str, name: &[u8]) -> Option<u64> {
    find_in(file, Key::Name(name)).map(|line| line.0)
}

/// The number of a link group: `default`, a number, or a name of the file `group`.
pub fn group_number(word: &[u8]) -> Option<u32> {
    if word == b"default" {
        return Some(0);
    }
    let number = args::unsigned(word, i32::MAX as u64).or_else(|| number_in("group", word))?;
    number.try_into().ok()
}

/// `RT_TABLE_*`; the file `rt_tables` may name more.
static ROUTE_TABLES: Table = name_table!("253 default|254 main|255 local");

/// The number of a routing table: a number, or its name.
pub fn table_number(word: &[u8]) -> Option<u32> {
    let number = args::unsigned(word, u32::MAX.into())
        .or_else(|| ROUTE_TABLES.number_of(word))
        .or_else(|| number_in("rt_tables", word))?;
    number.try_into().ok()
}

/// The name of a user or group in `/etc/passwd` or `/etc/group`, where the third field is its number.
pub fn owner_name(file: &CStr, id: u32) -> Option<Vec<u8>> {
    let text = read_file(file)?;
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = fields.next()?;
        let number = args::radix(fields.nth(1)?, 10)?;
        (number == id.into()).then(|| name.into())
    })
}
