//! The rows as a text that explains them.

use crate::args;
use crate::row::table::Table;
use crate::row::types::Read;
use crate::text::{add, add_one, cut};

/// Adds the words of a table to a help text, a line each, with their values; up to the words of the peer, which are the same
/// once more.
pub fn add_help(table: &Table, text: &mut Vec<u8>) {
    for row in table.rows.filter(|row| !row.spellings().is_empty()) {
        let no: &[u8] = if row.spellings().contains(&b'!') {
            b"[no]"
        } else {
            b""
        };
        let mut join: &[u8] = b"\n\t[ %%";
        let mut spellings = row.spellings();
        while let Some(spelling) = cut(&mut spellings, b',') {
            add(text, join, &[no, args::plain(spelling)]);
            join = b" | %%";
        }
        let value = match row.read {
            Read::Peer => " [ OPTION ... ] [ SETTING ... ]",
            read if read.is_bare() => "",
            Read::Custom => table.customs.help.get(usize::from(row.arg)).unwrap_or(&""),
            Read::OnOff | Read::FlagBit | Read::FlagBitOneOf => " { on | off }",
            Read::MaskedBit => " { 0 | 1 }",
            Read::Mac => " LLADDR",
            Read::Device | Read::DeviceWord => " DEV",
            Read::Ipv4 | Read::HostAddress | Read::GroupAddress | Read::Ipv4End | Read::Ipv6End => {
                " ADDR"
            }
            Read::Ipv4List | Read::Ipv6List => " [ ADDR,... ]",
            read => {
                let name = row.word().to_ascii_uppercase();
                let before = text.len();
                let takes_number = matches!(
                    read,
                    Read::Number | Read::Dsfield | Read::TtlOrInherit | Read::TtlOrInheritByte
                );
                if takes_number && !row.values().is_empty() {
                    add_one(text, " { %", &name);
                }
                for (word, _) in row.values().filter(|_| read != Read::Limited) {
                    let join = if text.len() == before { " { %" } else { " | %" };
                    add(text, join.as_bytes(), &[word]);
                }
                match text.len() - before {
                    0 => add_one(text, " %", &name),
                    _ => text.extend_from_slice(b" }"),
                }
                ""
            }
        };
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b" ]");
        if row.read == Read::Peer {
            break;
        }
    }
}
