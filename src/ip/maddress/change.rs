//! `ip maddress add` and `delete`: from words to an ioctl. Netlink has no such request.

use std::os::fd::AsFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::Ctx;
use crate::nl::uapi::af;
use crate::sys::multicast::{IFREQ, change_multicast};
use crate::text::decimal;

/// What is added or deleted.
pub struct Req<'a> {
    dev: &'a [u8],
    address: [u8; 6],
}

/// Reads the words. Without an address it is that of zeros, as in iproute2.
pub fn parse<'a>(w: &mut Words<'a>) -> Result<Req<'a>> {
    let mut req = Req {
        dev: b"",
        address: [0; 6],
    };
    while let Some(mut word) = w.next() {
        if word == b"dev" {
            let dev = w.value()?;
            if !req.dev.is_empty() {
                return Err(Error::duplicate(word, dev));
            } else if !args::is_ifname(dev) {
                return Err(Error::bad_value(dev, b"\"%\" not a valid ifname", word));
            }
            req.dev = dev;
            continue;
        }
        if args::prefix(word, "address") {
            word = w.value()?;
        }
        if args::prefix(word, "help") {
            return Err(Error::asks_for_usage());
        }
        // The first byte of a multicast address is odd.
        if req.address[0] != 0 {
            return Err(Error::duplicate(b"address", word));
        }
        let address = args::lladdr(word)?;
        let text = "Error: Invalid address length % - must be 6 bytes";
        let wrong = |_| Error::refused(text, &decimal(address.len() as i64));
        req.address = address[..].try_into().map_err(wrong)?;
    }
    match req.dev {
        b"" => {
            let text = "Not enough information: \"dev\" is required.";
            Err(Error::usage(text, b""))
        }
        _ => Ok(req),
    }
}

/// The `struct ifreq`: the name, and of `struct sockaddr` the family, which is 0, and the address.
pub fn encode(req: &Req) -> [u8; IFREQ] {
    let mut ifreq = [0; IFREQ];
    ifreq[..req.dev.len()].copy_from_slice(req.dev);
    ifreq[18..24].copy_from_slice(&req.address);
    ifreq
}

/// Adds or deletes an address. The socket is of the family that is said, since the kernel may lack the others.
pub fn change(w: &mut Words, ctx: &Ctx, adds: bool) -> Result<()> {
    let mut ifreq = encode(&parse(w)?);
    let family = match ctx.family {
        family @ (af::INET6 | af::PACKET) => family,
        _ => af::INET,
    };
    socket_with(
        AddressFamily::from_raw(family.into()),
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        None,
    )
    .and_then(|socket| change_multicast(socket.as_fd(), adds, &mut ifreq))
    .map_err(|e| Error::os("ioctl", b"", e.raw_os_error()))
}
