//! `ip rule add` and `delete`.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::rule::record::decode;
use crate::ip::rule::show::show;
use crate::ip::rule::words::{Req, parse};
use crate::nl::uapi::{af, nlm_f, rtm};
use crate::nl::wire::Msg;

/// What is done: the `RTM_*` and `NLM_F_*` of the request.
pub type Op = (u16, u16);
/// `add`.
pub const ADD: Op = (rtm::NEWRULE, nlm_f::CREATE | nlm_f::EXCL);
/// `delete`.
pub const DELETE: Op = (rtm::DELRULE, 0);

/// Completes the request with `struct fib_rule_hdr`.
pub fn encode(req: &mut Req) {
    if req.head[0] == 0 {
        req.head[0] = af::INET;
    }
    req.head[8..].copy_from_slice(&req.flags.to_ne_bytes());
    req.msg.set_fixed(&req.head);
}

/// From words to a request. The warnings are in `w`.
pub fn message(w: &mut Words, op: Op, family: u8) -> Result<Msg> {
    if w.peek().is_none() {
        let command: &[u8] = if op.0 == rtm::NEWRULE { b"add" } else { b"del" };
        let text = "\"ip rule %\" requires arguments.";
        return Err(Error::refused(text, command));
    }
    let mut req = parse(w, family, op)?;
    encode(&mut req);
    Ok(std::mem::take(&mut req.msg))
}

/// Makes a change.
pub fn change(w: &mut Words, ctx: &Ctx, io: &mut Io, op: Op) -> Result<()> {
    let made = message(w, (op.0, op.1 | ctx.echo_flag()), ctx.family);
    io.warn(&std::mem::take(&mut w.warnings));
    io.change(ctx, &mut made?, &mut |message, out, names| {
        let Some(record) = &decode(message) else {
            return false;
        };
        show(record, ctx, out, names);
        true
    })
}
