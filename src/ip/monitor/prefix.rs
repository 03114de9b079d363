//! A prefix that a router has announced.

use crate::ip::hop::show::show_dev;
use crate::ip::monitor::watch::Watch;
use crate::nl::uapi::{af, prefix};
use crate::nl::wire::{Attrs, Message, field};
use crate::out::Color;
use crate::text::{add_address, add_one, decimal};

/// The type of the announcement, `ND_OPT_PREFIX_INFORMATION` of `<netinet/icmp6.h>`.
const PREFIX_INFORMATION: u8 = 3;
/// `IF_PREFIX_ONLINK` and `IF_PREFIX_AUTOCONF` of the kernel's net/if_inet6.h.
const ONLINK: u8 = 1;
const AUTOCONF: u8 = 2;

/// Shows a prefix.
pub fn show(message: &Message<'_>, watch: &mut Watch) -> bool {
    // `struct prefixmsg`, which is there.
    let body = message.body;
    let (family, kind, flags) = (body[0], body[8], body[10]);
    let wrong = match (family, kind) {
        (af::INET6, PREFIX_INFORMATION) => None,
        (af::INET6, _) => Some(("wrong ND type %\n", kind)),
        _ => Some(("incorrect protocol family: %\n", family)),
    };
    if let Some((text, number)) = wrong {
        add_one(&mut watch.warnings, text, &decimal(number.into()));
        return false;
    }
    let attrs = Attrs(&body[12..]);
    let out = &mut *watch.out;
    out.object("");
    out.text("prefix ");
    if let Some(address) = attrs.find(prefix::ADDRESS) {
        add_address(out.value(), address.0);
        out.paint(Color::Inet6).put("address|%", true);
        out.uint("prefixlen|/%", body[9].into());
    }
    // As iproute2, which has no blank in front.
    show_dev(
        b"dev ",
        b"dev",
        field(body, 4).unwrap_or(0),
        out,
        watch.names,
    );
    for (flag, name) in [(ONLINK, "onlink"), (AUTOCONF, "autoconf")] {
        if flags & flag != 0 {
            out.word(name.as_bytes());
        }
    }
    // `struct prefix_cacheinfo`: in seconds.
    let times = attrs.find(prefix::CACHEINFO).unwrap_or_default();
    for (at, form) in [
        (4, "valid_life_time|valid % "),
        (0, "preferred_life_time|preferred % "),
    ] {
        if let Some(time) = field(times.0, at) {
            out.uint(form, time.into());
        }
    }
    out.text("\n");
    out.object_end();
    true
}
