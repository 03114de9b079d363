//! Explains options: from a table to the text of a help.

use crate::append::Append;
use crate::args;
use crate::row::option::Row;
use crate::row::table::{NOT_EXPLAINED, Table};
use crate::row::types::Read;
use crate::text::{add_one, cut};

/// Adds a line `[ WORD VALUE ]` for each option that can be set. After the word for the peer all words may come once
/// more, and nothing is added.
pub fn add_help(table: &Table, text: &mut Vec<u8>) {
    for row in table.rows {
        let mut spellings = row.spellings();
        let is_custom = row.read == Read::Custom;
        if spellings.is_empty() || is_custom && table.custom_help(&row) == NOT_EXPLAINED.as_bytes()
        {
            continue;
        }
        let has_no = spellings.contains(&b'!');
        let mut join = "\n\t[ ";
        while let Some(spelling) = cut(&mut spellings, b',') {
            add_one(text, join, b"");
            add_one(
                text,
                if has_no { "[no]%" } else { "%" },
                args::plain(spelling),
            );
            join = " | ";
        }
        add_value(table, &row, text);
        text.append_bytes(b" ]");
        if row.read == Read::Peer {
            return;
        }
    }
}

/// Adds what follows the word of an option, with a blank in front: nothing, a name for any value, or the words that it may be.
pub fn add_value(table: &Table, row: &Row, text: &mut Vec<u8>) {
    let value: &[u8] = match row.read {
        Read::Peer => b" [ OPTION ... ] [ SETTING ... ]",
        Read::Custom => table.custom_help(row),
        read if read.is_bare() => b"",
        Read::OnOff | Read::FlagBit | Read::FlagBitOneOf => b" { on | off }",
        Read::MaskedBit => b" { 0 | 1 }",
        Read::Mac => b" LLADDR",
        Read::Device | Read::DeviceWord => b" DEV",
        Read::Ipv4 => b" ADDR",
        read => {
            let takes_words = !matches!(read, Read::Limited | Read::PlainNumber);
            let has_words = takes_words && !row.values().is_empty();
            let takes_name = matches!(read, Read::Number | Read::TrafficClass);
            let mut join = if has_words { " { %" } else { " %" };
            if takes_name || !has_words {
                add_one(text, join, &row.word().to_ascii_uppercase());
                join = " | %";
            }
            if has_words {
                for (word, _) in row.values() {
                    add_one(text, join, word);
                    join = " | %";
                }
            }
            if has_words { b" }" } else { b"" }
        }
    };
    text.append_bytes(value);
}
