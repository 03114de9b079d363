//! A link's flags and operational state.

use crate::append::Append;
use crate::name_table;
use crate::names::table::Table;
use crate::nl::uapi::iff;
use crate::out::{Color, Out};
use crate::text::hexadecimal;

/// By bit, in the order in which they are shown.
static FLAGS: Table = name_table!(
    "3 LOOPBACK|1 BROADCAST|4 POINTOPOINT|12 MULTICAST|7 NOARP|9 ALLMULTI|8 PROMISC|10 MASTER|11 SLAVE|\
    2 DEBUG|15 DYNAMIC|14 AUTOMEDIA|13 PORTSEL|5 NOTRAILERS|0 UP|16 LOWER_UP|17 DORMANT|18 ECHO"
);

/// Prints the flags.
pub fn show_flags(flags: u32, m_down: bool, out: &mut Out) {
    let mut form = "|%";
    let mut add = |name: &[u8], out: &mut Out| {
        out.str(form, name);
        form = "|,%";
    };
    out.array("flags");
    out.text("<");
    if flags & iff::UP != 0 && flags & iff::RUNNING == 0 {
        add(b"NO-CARRIER", out);
    }
    let mut rest = flags & !iff::RUNNING;
    for (bit, name) in FLAGS.0 {
        if rest >> bit & 1 != 0 {
            add(name, out);
        }
        rest &= !(1 << bit);
    }
    if rest != 0 {
        let mut text = Vec::new();
        hexadecimal(&mut text, rest.into(), 1);
        add(&text, out);
    }
    if m_down {
        // With a comma in front even where it is alone.
        if flags & !iff::RUNNING == 0 {
            out.text(",");
        }
        add(b"M-DOWN", out);
    }
    out.array_end();
    out.text("> ");
}

/// `IF_OPER_*`.
static OPERSTATES: Table =
    name_table!("0 UNKNOWN|1 NOTPRESENT|2 DOWN|3 LOWERLAYERDOWN|4 TESTING|5 DORMANT|6 UP");

/// Prints the state, in a column of its own if it has a width.
pub fn show_operstate(state: u8, width: usize, out: &mut Out) {
    let Some(name) = OPERSTATES.name_of(state.into()) else {
        if out.json() {
            return out.uint("operstate_index", state.into());
        }
        hexadecimal(out.value(), state.into(), 1);
        return out.put(if width > 0 { "|state 0x%" } else { "|0x%" }, true);
    };
    out.value().append_bytes(name);
    if !out.json() {
        out.pad_value(width);
    }
    match name {
        b"DOWN" => out.paint(Color::Down),
        b"UP" => out.paint(Color::Up),
        _ => out,
    }
    .put("operstate|% ", true);
}
