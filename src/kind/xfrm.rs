//! xfrm: interfaces of IPsec.

use crate::error::{Error, Result};
use crate::kind::kind::{Kind, Options};
use crate::nl::uapi::xfrm;
use crate::options;
use crate::row::declare::*;
use crate::row::sent::Sent;

/// The kind xfrm.
pub static KINDS: &[Kind] = &[Kind::new(c"xfrm", c"", XFRM)
    .sent(&[Sent::given(xfrm::COLLECT_METADATA), Sent::given(xfrm::LINK)])
    .complete(require_id_or_external)];

options! {
    /// An interface for the policies with its id, or for all of them with `external`: that has the id 0, which is not
    /// shown.
    XFRM {
        xfrm::LINK => DEVICE_WORD, word: "dev", show: Never;
        xfrm::COLLECT_METADATA => FLAG, exact: "external";
        xfrm::IF_ID => HEX32, word: "if_id", wrong: "% value is invalid", show: NonZero;
    }
}

/// There must be an id, or `external` alone.
fn require_id_or_external(options: &mut Options) -> Result<()> {
    let id = options.number(xfrm::IF_ID);
    let external = options.has(xfrm::COLLECT_METADATA);
    match id {
        Some(0) => Err(Error::bad_arg(b"0", "if_id value is invalid")),
        None if !external => Err(Error::required("IF_ID")),
        _ if external && (id.is_some() || options.has(xfrm::LINK)) => Err(Error::refused(
            "xfrmi: both 'external' and if_id/link cannot be specified",
            b"",
        )),
        _ => Ok(()),
    }
}
