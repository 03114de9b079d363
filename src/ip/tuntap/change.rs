//! `ip tuntap add` and `delete`: from words to what is asked of /dev/net/tun.

use std::ffi::CStr;
use std::os::fd::AsFd;

use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::files::open;
use crate::names::file::owner_number;
use crate::nl::uapi::tun_iff;
use crate::ns::hint;
use crate::sys::tun::{IFREQ, TunSetting, attach_tun, set_tun};

/// A device that is made or deleted.
pub struct Req<'a> {
    /// Empty: the kernel finds a name.
    name: &'a [u8],
    /// `IFF_*` of `<linux/if_tun.h>`, but that NO_PI is set where packets have the information.
    flags: u16,
    /// Who may open it: numbers of a user and a group, or [`NOBODY`].
    owners: [u32; 2],
    /// Whether it is made.
    adds: bool,
}

/// What a keyword says.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Word {
    Mode,
    /// Who may open it, by the place in [`Req::owners`].
    Owner(u8),
    /// A flag by its bit.
    Flag(u16),
    Dev,
    Name,
    Help,
}

/// The keywords, in the order in which they are tried.
pub(crate) const WORDS: (&str, &[Word]) = (
    "mode|user|group|pi|one_queue|vnet_hdr|multi_queue|dev|name|help",
    &[
        Word::Mode,
        Word::Owner(0),
        Word::Owner(1),
        Word::Flag(tun_iff::NO_PI),
        Word::Flag(tun_iff::ONE_QUEUE),
        Word::Flag(tun_iff::VNET_HDR),
        Word::Flag(tun_iff::MULTI_QUEUE),
        Word::Dev,
        Word::Name,
        Word::Help,
    ],
);

/// The values of `mode`.
pub(crate) const MODES: (&str, &[u16]) = ("tun|tap", &[tun_iff::TUN, tun_iff::TAP]);
const MODE_FLAGS: u16 = tun_iff::TUN | tun_iff::TAP;

/// Reads the words. Those for an owner are none where a device is deleted.
pub fn parse<'a>(w: &mut Words<'a>, adds: bool) -> Result<Req<'a>> {
    let mut req = Req {
        name: b"",
        flags: 0,
        owners: [NOBODY; 2],
        adds,
    };
    while let Some(word) = w.next() {
        let known = args::pick(word, WORDS);
        let known = known.filter(|known| adds || !matches!(known, Word::Owner(_)));
        let value = match known {
            Some(Word::Flag(_) | Word::Help) | None => word,
            Some(_) => w.value()?,
        };
        match known {
            Some(Word::Mode) => {
                let Some(mode) = args::pick(value, MODES) else {
                    return Err(Error::usage("Unknown tunnel mode \"%\"", value));
                };
                req.flags |= mode;
                if req.flags & MODE_FLAGS == MODE_FLAGS {
                    let text = "You managed to ask for more than one tunnel mode.";
                    return Err(Error::usage(text, b""));
                }
            }
            Some(Word::Owner(at)) => {
                let (what, file) = match at {
                    0 => ("user", c"/etc/passwd"),
                    _ => ("group", c"/etc/group"),
                };
                let Some(owner) = find_owner(value, file) else {
                    return Err(Error::usage_two("invalid % \"%\"", what.as_bytes(), value));
                };
                req.owners[usize::from(at)] = owner;
            }
            Some(Word::Flag(flag)) => req.flags |= flag,
            Some(Word::Help) => return Err(Error::asks_for_usage()),
            // A word that is no keyword is the name.
            Some(Word::Dev | Word::Name) | None => {
                let is_dev = known == Some(Word::Dev);
                if !is_dev && !req.name.is_empty() {
                    return Err(Error::garbage("name", value));
                }
                if !args::is_ifname(value) {
                    let key: &[u8] = if is_dev { b"dev" } else { b"name" };
                    return Err(Error::bad_value(value, b"\"%\" not a valid ifname", key));
                }
                req.name = value;
            }
        }
    }
    match req.flags & MODE_FLAGS {
        0 => Err(Error::refused("You failed to specify a tunnel mode", b"")),
        _ => Ok(req),
    }
}

/// The number of no user and no group, which -1 means too.
const NOBODY: u32 = u32::MAX;

/// The number of a user or group: itself, or what a file gives to its name.
fn find_owner(word: &[u8], file: &CStr) -> Option<u32> {
    if word == b"-1" {
        return Some(NOBODY);
    }
    let number = args::radix(word, 10).and_then(|n| n.try_into().ok());
    number.or_else(|| owner_number(file, word))
}

/// The `struct ifreq` for TUNSETIFF.
pub fn encode(req: &Req) -> [u8; IFREQ] {
    let mut ifreq = [0; IFREQ];
    ifreq[..req.name.len()].copy_from_slice(req.name);
    let mut flags = req.flags ^ tun_iff::NO_PI;
    if req.adds {
        // A device that exists already is not to be made.
        flags |= tun_iff::TUN_EXCL;
    }
    ifreq[16..18].copy_from_slice(&flags.to_ne_bytes());
    ifreq
}

/// What is set of the device, in this order, and what is said where that fails.
pub static SETTINGS: [(TunSetting, &str); 3] = [
    (TunSetting::Owner, "ioctl(TUNSETOWNER)"),
    (TunSetting::Group, "ioctl(TUNSETGROUP)"),
    (TunSetting::Persist, "ioctl(TUNSETPERSIST)"),
];

/// The values of these; of one that stays as it is -1.
pub fn values(req: &Req) -> [u32; 3] {
    let [user, group] = req.owners;
    [user, group, req.adds.into()]
}

/// Makes a device, or deletes one: the kernel makes it if it does not exist, and it goes when it is closed.
pub fn change(w: &mut Words, adds: bool) -> Result<()> {
    let req = parse(w, adds)?;
    let failed = |what: &str, e: Errno| hint::explain_tun(Error::os(what, b"", e.raw_os_error()));
    let tun = open(c"/dev/net/tun", OFlags::RDWR).map_err(|e| failed("open", e))?;
    let attached = attach_tun(tun.as_fd(), &mut encode(&req));
    attached.map_err(|e| failed("ioctl(TUNSETIFF)", e))?;
    for ((setting, what), value) in SETTINGS.iter().zip(values(&req)) {
        if value != NOBODY {
            set_tun(tun.as_fd(), *setting, value).map_err(|e| failed(what, e))?;
        }
    }
    Ok(())
}
