//! A tun or tap device: found by netlink, described by files of /sys, printed.

use crate::append::Append;
use std::os::fd::AsFd;

use rustix::fs::OFlags;

use crate::args;
use crate::error::Error;
use crate::files::{open, read_all};
use crate::ip::iface::record;
use crate::name_table;
use crate::names::ifinfo;
use crate::names::table::Table;
use crate::nl::uapi::{arphrd, ifla, info, rtm, tun_iff};
use crate::nl::wire::{Message, Msg};
use crate::out::{Color, Out};
use crate::sys::Path;
use crate::text::{cut, fill_one, hexadecimal, next_word};

/// `IFF_*` of `<linux/if_tun.h>` by the number of the bit, in the order in which they are shown. The bit of `pi` is
/// IFF_NO_PI, which is also that of IFF_NOFILTER: both are shown where it is clear.
static FLAGS: Table =
    name_table!("0 tun|1 tap|12 pi|13 one_queue|8 multi_queue|14 vnet_hdr|11 persist|12 filter");
/// The bits that these have.
const KNOWN: u64 = 0x7903;

/// The request for the links of the kind tun.
pub fn request() -> Msg {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.nest(ifla::LINKINFO, |msg| msg.bytes(info::KIND, b"tun"));
    msg
}

/// The name of the device of a message; `None` if it is another link, as old kernels send them.
pub fn decode<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let record = record::decode(message)?;
    let is_shown = matches!(record.arphrd, arphrd::ETHER | arphrd::NONE)
        && record.link_info(info::KIND)?.str() == b"tun";
    is_shown.then(|| record.name())
}

/// What the files tun_flags, owner and group of a device say; -1 where there is no owner or group.
pub type Values = [u64; 3];

/// Reads what /sys has of a device. False where it cannot be read, which is said: /sys may be that of another namespace.
pub fn read_values(name: &[u8], values: &mut Values, out: &mut Out) -> bool {
    for (value, file) in values.iter_mut().zip(["tun_flags", "owner", "group"]) {
        let path = Path::new(&[b"/sys/class/net/", name, b"/", file.as_bytes()]);
        let mut text = Vec::new();
        let read = open(&path, OFlags::RDONLY).and_then(|file| read_all(file.as_fd(), &mut text));
        if let Err(e) = read {
            let e = Error::os("fopen %", path.to_bytes(), e.raw_os_error());
            out.warn(&fill_one("%\n", e.text()));
            return false;
        }
        *value = args::unsigned(next_word(&mut &text[..]), u64::MAX).unwrap_or(NOBODY);
    }
    true
}

/// The owner or group of a device that has none.
const NOBODY: u64 = u64::MAX;

/// Prints a device, and with `-d` those of the processes that have it open.
pub fn show(name: &[u8], values: Values, processes: Option<&[u8]>, out: &mut Out) {
    let [mut flags, owner, group] = values;
    out.object("");
    out.paint(Color::Ifname).str("ifname|%:", name);
    flags ^= u64::from(tun_iff::NO_PI);
    out.array("flags");
    for (number, word) in FLAGS.0 {
        if flags >> number & 1 != 0 {
            out.str("| %", word);
        }
    }
    let rest = flags & !KNOWN;
    if rest != 0 {
        let text = out.value();
        text.append_bytes(b"0x");
        hexadecimal(text, rest, 1);
        out.put("| %", true);
    }
    out.array_end();
    for (form, id) in [("user| user %", owner), ("group| group %", group)] {
        if id != NOBODY {
            out.uint(form, id);
        }
    }
    if let Some(mut rest) = processes {
        out.line_break();
        out.text("\tAttached to processes:");
        out.array("processes");
        while let Some(device) = cut(&mut rest, 0) {
            let pid = cut(&mut rest, 0).unwrap_or_default();
            let process = cut(&mut rest, 0).unwrap_or_default();
            if device == name {
                out.object("");
                out.str("name|%", process);
                out.value().append_bytes(pid);
                out.put("pid|(%)", false);
                out.object_end();
            }
        }
        out.array_end();
    }
    out.text("\n");
    out.object_end();
}
