//! What a route has that was looked up for one packet (`ip route get`): the owner, and the state of its cache.

use crate::ip::hop::show::show_words;
use crate::ip::route::record::Record;
use crate::nl::uapi::{af, rta, rtm_f};
use crate::nl::wire::{Attr, field};
use crate::out::Out;
use crate::row::option::Values;
use crate::text::hexadecimal;

/// `RTCF_*` of `<linux/in_route.h>`, in the order in which they are shown.
#[cfg(feature = "route-extra")]
const FLAGS: Values = Values::new(
    b"local=2147483648 reject=1073741824 mc=536870912 brd=268435456 dst-nat=134217728 src-nat=8388608 masq=4194304 \
    dst-direct=131072 src-direct=67108864 redirected=262144 redirect=16777216 fastroute=2097152 notify=65536 proxy=524288",
);
/// Without the part those that routes have at present.
#[cfg(not(feature = "route-extra"))]
const FLAGS: Values =
    Values::new(b"local=2147483648 mc=536870912 brd=268435456 redirected=262144 notify=65536");

/// Shows these items.
pub fn show(record: &Record, out: &mut Out) {
    if let Some(uid) = record.u32(rta::UID) {
        out.uint("uid|uid % ", uid.into());
    }
    if record.family == af::INET && record.flags & rtm_f::CLONED != 0 {
        show_flags(record.flags & !0xffff, out);
    }
    if let Some(info) = record.get(rta::CACHEINFO) {
        show_info(info, out);
    }
}

/// Shows the flags of the cache, which are the upper half of the route's.
fn show_flags(flags: u32, out: &mut Out) {
    const FORMS: [&str; 2] = ["|<%", "|,%"];
    out.array("cache");
    out.line_break();
    out.text("    cache ");
    let left = show_words(FLAGS, flags, FORMS, out);
    if left != 0 {
        hexadecimal(out.value(), left.into(), 1);
        out.put(FORMS[usize::from(left != flags)], true);
    }
    if flags != 0 {
        out.text("> ");
    }
    out.array_end();
}

/// Shows of `struct rta_cacheinfo` the time that is left, in hundredths of a second, and the error; not what is 0.
fn show_info(info: Attr, out: &mut Out) {
    let expires = field(info.0, 8).unwrap_or(0) as i32;
    if expires != 0 {
        out.int("expires|expires %sec ", i64::from(expires / 100));
    }
    let error = field(info.0, 12).unwrap_or(0);
    if error != 0 {
        out.uint("error|error % ", error.into());
    }
}
