//! `ip tcp_metrics show`.

use crate::args::Words;
use crate::error::{REFUSED, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::generic::Family;
use crate::ip::tcp_metrics::filter::{encode, parse};
use crate::ip::tcp_metrics::record::decode;
use crate::ip::tcp_metrics::show::show;
use crate::nl::uapi::tcp_metrics::cmd;
use crate::nl::wire::Message;
use crate::out::Out;

/// The name of the family.
pub const FAMILY: &[u8] = b"tcp_metrics";

/// Lists the hosts that the words choose. One host alone is shown as text, also with `-j`, as in iproute2.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, cmd::GET, ctx.family)?;
    let mut family = Family::open(FAMILY, io)?;
    let mut msg = encode(&req, cmd::GET, family.id);
    let mut show = |message: &Message, out: &mut Out, _: &mut _| {
        if let Some(record) = &decode(message)
            && req.passes(record)
        {
            out.object("");
            show(record, out);
            out.object_end();
        }
        Ok(())
    };
    if !req.is_one() {
        return family.print_list(&mut msg, REFUSED, &mut show, io);
    }
    let json = std::mem::take(&mut io.out.style.json);
    let done = family.print(&mut msg, &mut show, io);
    io.out.style.json = json;
    done
}
