//! `ip vrf show`.

use crate::append::Append;
use crate::args::Words;
use crate::error::{Error, Result, USAGE};
use crate::ip::command::{Ctx, Io, as_text};
use crate::ip::hop::vrf::vrf_table;
use crate::ip::iface::record;
use crate::names::ifinfo;
use crate::nl::uapi::{ifla, info, rtm, vrf};
use crate::nl::wire::{Attr, Message, Msg};
use crate::out::Out;
use crate::text::{decimal_width, fill_one};

/// Lists the VRFs, or shows the routing table of one.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    match w.rest() {
        [] => {}
        [_] => {
            w.back();
            return as_text(show_one, w, ctx, io);
        }
        _ => return Err(Error::asks_for_usage()),
    }
    io.out
        .text("Name              Table\n-----------------------\n");
    let mut any = false;
    io.print_answer(
        &mut |socket, each| socket.dump(&mut request(), each),
        &mut |message, out, _| {
            if let Some(record) = decode(message) {
                any = true;
                show(&record, out);
            }
            Ok(())
        },
    )?;
    if !any {
        io.out.text("No VRF has been configured\n");
    }
    Ok(())
}

/// Shows the routing table of a VRF; that of `default` is the main table.
fn show_one(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let name = w.value()?;
    let table = vrf_table(name, &mut io.names).map_err(|e| match e.code() {
        USAGE => Error::usage("Invalid VRF", b""),
        _ => e,
    })?;
    io.out.raw(name);
    io.out.uint("| %\n", table.into());
    Ok(())
}

/// The request for the links of the kind vrf.
pub fn request() -> Msg {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.nest(ifla::LINKINFO, |msg| msg.bytes(info::KIND, b"vrf"));
    msg
}

/// A VRF.
pub struct Record<'a> {
    name: &'a [u8],
    /// Its routing table.
    table: Option<u32>,
}

/// The VRF of a message; `None` if it is another link, as old kernels send them.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    let record = record::decode(message)?;
    let kind = record.link_info(info::KIND)?;
    let data = record.link_info(info::DATA).unwrap_or_default().attrs();
    (kind.str() == b"vrf").then(|| Record {
        name: record.name(),
        table: data.find(vrf::TABLE).and_then(Attr::u32),
    })
}

/// Shows a VRF, to the end of its line.
pub fn show(record: &Record, out: &mut Out) {
    let Some(table) = record.table else {
        let text = "BUG: VRF % is missing table id\n";
        return out.warn(&fill_one(text, record.name));
    };
    out.object("");
    out.value().append_bytes(record.name);
    if !out.json() {
        out.pad_value(16);
    }
    out.put("name|%", true);
    // Right-aligned in six columns.
    let width = decimal_width(table.into());
    out.blanks(6usize.saturating_sub(width).max(1));
    out.uint("table|%\n", table.into());
    out.object_end();
}
