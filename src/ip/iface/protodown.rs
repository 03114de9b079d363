//! Links that are held down by their user (`protodown`), and why: 32 bits, whose meaning is the user's.

use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::ip::iface::view::View;
use crate::names::Names;
use crate::nl::uapi::{ifla, reason};
use crate::nl::wire::Attr;
use crate::out::Out;
use crate::text::decimal;

/// The name of a reason, where there is one.
type NameOf = fn(u32) -> Option<Vec<u8>>;

/// Where reasons have names.
static NAMES: &[NameOf] = &[
    #[cfg(feature = "xdp")]
    super::reasons::name_of,
];

/// Shows whether and why a link is held down.
pub fn show(record: &Record, _: View, _: &Ctx, out: &mut Out, _: &mut Names) {
    let is_down = record.u8(ifla::PROTO_DOWN).is_some_and(|down| down > 0);
    if is_down {
        out.yes("proto_down| protodown on ");
    }
    let reasons = record.get(ifla::PROTO_DOWN_REASON).unwrap_or_default();
    let reasons = reasons.attrs().find(reason::VALUE).and_then(Attr::u32);
    let Some(reasons) = reasons.filter(|reasons| *reasons != 0) else {
        return;
    };
    out.text(if is_down {
        "protodown_reason <"
    } else {
        " protodown_reason <"
    });
    out.array("proto_down_reason");
    let mut form = "|%";
    for n in (0..32).filter(|n| reasons >> n & 1 != 0) {
        let name = NAMES.iter().find_map(|name_of| name_of(n));
        out.str(form, &name.unwrap_or_else(|| decimal(n.into())));
        form = "|,%";
    }
    out.array_end();
    out.text(">");
}
