//! `ip maddress show`. Few kernels list all of these addresses by netlink; every one has files in /proc/net, one for each family.

use crate::append::Append;
use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::files::read_file;
use crate::ip::command::{Ctx, Io};
use crate::ip::hop::show::color_of;
use crate::names::table::FAMILIES;
use crate::nl::uapi::af;
use crate::out::{Color, Out};
use crate::text::{add_address, add_mac, cut, next_word};

/// The files in the order in which their addresses are shown, and the families of these.
const FILES: [(u8, &CStr); 3] = [
    (af::PACKET, c"/proc/net/dev_mcast"),
    (af::INET, c"/proc/net/igmp"),
    (af::INET6, c"/proc/net/igmp6"),
];

/// An address that a device listens to. It borrows from the text of a file.
pub struct Record<'a> {
    /// Index of the device.
    pub index: u32,
    /// Name of the device.
    pub name: &'a [u8],
    /// `AF_*`, of which `AF_PACKET` is for the link layer.
    pub family: u8,
    /// The address in hexadecimal, for IPv4 as a number in host order.
    pub address: &'a [u8],
    /// How many ask for it.
    pub users: u64,
    /// It was added by hand.
    pub is_static: bool,
}

/// Decodes the file of a family, and adds its addresses to a list. A line that is none has the address 0, or none.
pub fn decode<'a>(family: u8, mut text: &'a [u8], all: &mut Vec<Record<'a>>) {
    let number = |word| args::radix(word, 10).unwrap_or(0);
    let (mut index, mut name) = (0, &b""[..]);
    while let Some(mut line) = cut(&mut text, b'\n') {
        // In the file of IPv4 a device has a line of its own, and its addresses are below it.
        let is_below = line.starts_with(b"\t");
        if !is_below {
            index = number(next_word(&mut line)) as u32;
            name = next_word(&mut line);
            name = name.strip_suffix(b":").unwrap_or(name);
        }
        if is_below != (family == af::INET) || index == 0 {
            continue;
        }
        let is_link = family == af::PACKET;
        let counts = match is_link {
            true => [next_word(&mut line), next_word(&mut line)],
            false => [&b""[..]; 2],
        };
        let address = next_word(&mut line);
        let users = if is_link {
            counts[0]
        } else {
            next_word(&mut line)
        };
        all.push(Record {
            index,
            name,
            family,
            address,
            users: number(users),
            is_static: number(counts[1]) != 0,
        });
    }
}

/// Shows the addresses of a device, if it has some. With `-o` each has the device in front.
pub fn show(index: u32, all: &[Record], out: &mut Out) {
    let mut is_first = true;
    for record in all.iter().filter(|record| record.index == index) {
        if is_first || out.style.oneline {
            if !is_first {
                out.array_end();
                out.object_end();
            }
            is_first = false;
            out.object("");
            out.uint("ifindex|%:", index.into());
            out.paint(Color::Ifname).str("ifname|\t%", record.name);
            out.line_break();
            out.array("maddr");
        }
        out.object("");
        show_address(record, out);
        if record.users != 1 {
            out.uint("users| users %", record.users);
        }
        if record.is_static {
            out.str("features| %", b"static");
        }
        out.text("\n");
        out.object_end();
    }
    if !is_first {
        out.array_end();
        out.object_end();
    }
}

fn show_address(record: &Record, out: &mut Out) {
    if record.family == af::PACKET {
        out.text("\tlink  ");
        add_mac(out.value(), &bytes_of(record.address));
        out.paint(Color::Mac).put("link|%", true);
        return;
    }
    out.value()
        .append_bytes(FAMILIES.name_of(record.family.into()).unwrap_or_default());
    if !out.json() {
        out.pad_value(5);
    }
    out.put("family|\t%", true);
    let address = match record.family {
        af::INET => {
            let number = args::radix(record.address, 16).unwrap_or(0) as u32;
            number.to_ne_bytes().into()
        }
        _ => bytes_of(record.address),
    };
    add_address(out.begin(b" "), &address);
    out.end_with(b"address", color_of(record.family), b"");
}

/// The bytes of an address in hexadecimal.
fn bytes_of(digits: &[u8]) -> Vec<u8> {
    let bytes = digits.chunks_exact(2);
    bytes
        .map(|byte| args::radix(byte, 16).unwrap_or(0) as u8)
        .collect()
}

/// Lists the addresses of all devices, or of the one that the words name.
pub fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut dev = None;
    while let Some(word) = w.next() {
        let name = match word {
            b"dev" => w.value()?,
            _ if args::prefix(word, "help") => return Err(Error::asks_for_usage()),
            _ => word,
        };
        if dev.is_some() {
            return Err(Error::garbage("dev", name));
        }
        dev = Some(name);
    }
    let files = FILES.iter();
    let files = files.filter(|(family, _)| ctx.family == 0 || ctx.family == *family);
    // A file that is not there has nothing.
    let texts: Vec<_> = files
        .map(|(family, path)| (*family, read_file(path).unwrap_or_default()))
        .collect();
    let mut all = Vec::new();
    for (family, text) in &texts {
        decode(*family, text, &mut all);
    }
    let out = &mut io.out;
    out.document();
    let mut shown = 0;
    // The devices in the order of their indexes.
    while let Some(index) = next_index(&all, dev, shown) {
        show(index, &all, out);
        out.record_end()?;
        shown = index;
    }
    out.document_end()
}

/// The least index above another.
fn next_index(all: &[Record], dev: Option<&[u8]>, above: u32) -> Option<u32> {
    let wanted = all
        .iter()
        .filter(|record| record.index > above && dev.is_none_or(|dev| dev == record.name));
    wanted.map(|record| record.index).min()
}
