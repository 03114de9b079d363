//! Explains options: from a table to the text of a help.

use crate::args;
use crate::row::table::Table;
use crate::row::types::Read;
use crate::text::{add, cut};

/// Adds a line `[ WORD VALUE ]` for each option that can be set. After the word for the peer all words may come once more, and
/// nothing is added.
pub fn add_help(table: &Table, text: &mut Vec<u8>) {
    for row in table.rows {
        let mut spellings = row.spellings();
        if spellings.is_empty() {
            continue;
        }
        let no: &[u8] = if spellings.contains(&b'!') {
            b"[no]"
        } else {
            b""
        };
        let mut join: &[u8] = b"\n\t[ %%";
        while let Some(spelling) = cut(&mut spellings, b',') {
            add(text, join, &[no, args::plain(spelling)]);
            join = b" | %%";
        }
        let value = match row.read {
            Read::Peer => " [ OPTION ... ] [ SETTING ... ]",
            read if read.is_bare() => "",
            Read::Custom => table.custom_help(&row),
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
                let has_words = read != Read::Limited && !row.values().is_empty();
                let takes_name = matches!(
                    read,
                    Read::Number | Read::TrafficClass | Read::TtlOrInherit | Read::TtlOrInheritByte
                );
                let mut join: &[u8] = if has_words { b" { %" } else { b" %" };
                if takes_name || !has_words {
                    add(text, join, &[&name]);
                    join = b" | %";
                }
                if has_words {
                    for (word, _) in row.values() {
                        add(text, join, &[word]);
                        join = b" | %";
                    }
                }
                if has_words { " }" } else { "" }
            }
        };
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b" ]");
        if row.read == Read::Peer {
            return;
        }
    }
}
