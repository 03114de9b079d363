//! The XDP programs of a link: how they are attached on its first line, and below it a line for each.

use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::name_table;
use crate::names::Names;
use crate::names::table::Table;
use crate::nl::uapi::{ifla, xdp, xdp_attached};
use crate::nl::wire::Attrs;
use crate::out::Out;

/// `XDP_ATTACHED_*`, as the first line has them.
static MODE_NAMES: Table = name_table!("1 xdp|2 xdpgeneric|3 xdpoffload|4 xdpmulti");

/// `XDP_ATTACHED_*` but for `XDP_ATTACHED_MULTI`, in the order in which several programs are shown: the mode, the
/// attribute of its program, and its name.
const MODES: [(u8, u16, &str); 3] = [
    (xdp_attached::SKB, xdp::SKB_PROG_ID, "xdpgeneric"),
    (xdp_attached::DRV, xdp::DRV_PROG_ID, "xdpdrv"),
    (xdp_attached::HW, xdp::HW_PROG_ID, "xdpoffload"),
];

/// The mode of a link that has a program, and the attributes of `IFLA_XDP`.
fn attached<'a>(record: &Record<'a>) -> Option<(u8, Attrs<'a>)> {
    let all = record.get(ifla::XDP)?.attrs();
    let mode = all.find(xdp::ATTACHED)?.u8().filter(|mode| *mode != 0)?;
    Some((mode, all))
}

/// The id of a program.
fn program_id(all: Attrs<'_>, attr: u16) -> Option<u64> {
    let id = all.find(attr)?.u32().filter(|id| *id != 0)?;
    Some(id.into())
}

/// Shows on the first line how a program is attached, and in JSON all that is known of it.
pub fn show_mode(record: &Record, view: View, _: &Ctx, out: &mut Out, _: &mut Names) {
    let Some((mode, all)) = attached(record) else {
        return;
    };
    let id = program_id(all, xdp::PROG_ID).filter(|_| mode != xdp_attached::MULTI);
    if !out.json() {
        match MODE_NAMES.name_of(mode.into()) {
            Some(name) => out.raw(name),
            None => out.uint("|xdp[%]", mode.into()),
        }
        if let Some(id) = id.filter(|_| view != View::Link) {
            out.uint("|/id:%", id);
        }
        return out.text(" ");
    }
    let show_program = |id: u64, out: &mut Out| {
        out.object("prog");
        out.uint("id", id);
        out.object_end();
    };
    out.object("xdp");
    out.uint("mode", mode.into());
    if let Some(id) = id {
        show_program(id, out);
    }
    out.array("attached");
    let mut show_attached = |mode: u8, id: Option<u64>| {
        if let Some(id) = id {
            out.object("");
            out.uint("mode", mode.into());
            show_program(id, out);
            out.object_end();
        }
    };
    show_attached(mode, id);
    if mode == xdp_attached::MULTI {
        for (mode, attr, _) in MODES {
            show_attached(mode, program_id(all, attr));
        }
    }
    out.array_end();
    out.object_end();
}

/// Shows the programs, in text, which has no more of them than their mode on the first line.
pub fn show_programs(record: &Record, view: View, ctx: &Ctx, out: &mut Out, _: &mut Names) {
    let Some((mode, all)) = attached(record).filter(|_| !out.json() && view.is_long(ctx)) else {
        return;
    };
    let list = match mode {
        xdp_attached::MULTI => &MODES[..],
        _ => &[(mode, xdp::PROG_ID, "xdp")],
    };
    for (_, attr, name) in list {
        if let Some(id) = program_id(all, *attr) {
            out.line_break();
            out.text("    prog/");
            out.text(name);
            out.uint("| id % ", id);
        }
    }
}
