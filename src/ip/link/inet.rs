//! The words after `inet`: what IPv4 does on a link.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::kind::{self, Draft, words};
use crate::nl::uapi::{af, ifla, inet, nla};

/// `IFLA_AF_SPEC` with `IFLA_INET_CONF`: settings up to the first other word.
pub fn parse<'a>(draft: &mut Draft<'a>, w: &mut Words<'a>) -> Result<()> {
    let start = draft.msg.size();
    let conf = draft.msg.open();
    let empty = draft.msg.size();
    while let Some((word, row)) = kind::next_row(words::INET, w) {
        kind::parse_value(row, word, words::LINK_REASON, w, draft, start)?;
    }
    if draft.msg.size() == empty {
        return Err(Error::incomplete());
    }
    draft.msg.close(conf, inet::CONF | nla::F_NESTED);
    let all = draft.msg.take(start);
    draft.late(ifla::AF_SPEC, |m| {
        m.nest(af::INET.into(), |m| {
            m.bytes(inet::CONF | nla::F_NESTED, &all)
        });
    });
    Ok(())
}
