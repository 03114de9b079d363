//! The rows as a text that explains them.

use crate::args;
use crate::kind::{LinkWord, Opt, Ty};
use crate::text::{self, add};

/// Adds the rows' words to a help text, a line each, with their values.
pub fn help(rows: &'static [Opt], text: &mut Vec<u8>) {
    for row in rows.iter().filter(|row| !row.spellings().is_empty()) {
        let no: &[u8] = if row.spellings().contains(&b'!') {
            b"[no]"
        } else {
            b""
        };
        let mut join: &[u8] = b"\n\t[ %%";
        let mut spellings = row.spellings();
        while let Some(spelling) = text::cut(&mut spellings, b',') {
            add(text, join, &[no, args::plain(spelling)]);
            join = b" | %%";
        }
        let before = text.len();
        let value: &[u8] = match row.ty {
            _ if row.is_bare() => b"",
            Ty::Odd(odd) => odd.help(),
            Ty::OnOff8 | Ty::OnOff32 | Ty::FlagBit(_) => b" { on | off }",
            Ty::Link(LinkWord::Flag(_) | LinkWord::NoFlag(_) | LinkWord::OnOff) => b" { on | off }",
            Ty::Link(LinkWord::Reason) => b" REASON { on | off }",
            Ty::Link(LinkWord::Inet | LinkWord::Vf) => b" ...",
            Ty::Link(LinkWord::Xdp(_)) => b" off",
            Ty::Bit(_) => b" { 0 | 1 }",
            Ty::Link(LinkWord::Peer) => b" [ OPTION ... ] [ SETTING ... ]",
            Ty::Mac => b" LLADDR",
            Ty::Dev => b" DEV",
            Ty::Ip4 | Ty::Ip46(..) | Ty::End(_) => b" ADDR",
            Ty::IpList(_) => b" [ ADDR,... ]",
            _ => {
                if row.takes_number() && row.values().next().is_some() {
                    add(text, b" { %", &[&row.word().to_ascii_uppercase()]);
                }
                for (word, _) in row.values() {
                    let join = if text.len() == before { " { %" } else { " | %" };
                    add(text, join.as_bytes(), &[word]);
                }
                match text.len() - before {
                    0 => add(text, b" %", &[&row.word().to_ascii_uppercase()]),
                    _ => text.extend_from_slice(b" }"),
                }
                b""
            }
        };
        text.extend_from_slice(value);
        text.extend_from_slice(b" ]");
        if matches!(row.ty, Ty::Link(LinkWord::Peer)) {
            // What follows are the same words for the peer.
            break;
        }
    }
}
