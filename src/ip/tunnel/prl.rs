//! `ip tunnel prl`, the potential routers of ISATAP, and `6rd`, the prefix of a tunnel that IPv6 gets through IPv4.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::tunnel::parm::Asker;
use crate::ip::tunnel::words::parse_inet;
use crate::nl::uapi::{af, sioc};
use crate::sys::tunnel::ARGUMENT;
use crate::text::hexadecimal;

/// What is asked: a request, 0 where the words say of none, the device, and a `struct ip_tunnel_prl` or `ip_tunnel_6rd`.
pub struct Call<'a> {
    /// `SIOC*`.
    pub request: u32,
    /// The device, as it was given.
    pub dev: &'a [u8],
    /// The structure.
    pub argument: [u8; ARGUMENT],
}

/// In the second field of a `struct ip_tunnel_prl`, in host order: it is a default router.
pub const PRL_DEFAULT: u16 = 1;

/// What a word says, in the order of [`WORDS`].
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Word {
    Dev,
    Default,
    NoDefault,
    Delete,
    Prefix,
    Relay,
    Reset,
}

/// The words of both commands; those of `6rd` are the last.
pub(crate) const WORDS: (&str, &[Word]) = (
    "=dev|=prl-default|=prl-nodefault|=prl-delete|=6rd-prefix|=6rd-relay_prefix|=6rd-reset",
    &[
        Word::Dev,
        Word::Default,
        Word::NoDefault,
        Word::Delete,
        Word::Prefix,
        Word::Relay,
        Word::Reset,
    ],
);

/// Reads the words of `prl`, or with `is_prefix` of `6rd`.
pub fn parse<'a>(w: &mut Words<'a>, is_prefix: bool) -> Result<Call<'a>> {
    let mut call = Call {
        request: 0,
        dev: b"",
        argument: [0; ARGUMENT],
    };
    let mut has_dev = false;
    while let Some(word) = w.next() {
        let known = args::pick(word, WORDS);
        let is_here = |known: &Word| *known == Word::Dev || (*known >= Word::Prefix) == is_prefix;
        let Some(known) = known.filter(is_here) else {
            return Err(match is_prefix {
                true => Error::usage("Invalid 6RD parameter \"%\"", word),
                false => Error::usage("Invalid PRL parameter \"%\"", word),
            });
        };
        if known == Word::Reset {
            call.request = sioc::DEL6RD;
            continue;
        }
        let value = w.value()?;
        match known {
            Word::Dev => {
                call.dev = value;
                has_dev = true;
            }
            Word::Prefix | Word::Relay => {
                let (family, at, length) = match known {
                    Word::Prefix => (af::INET6, 0, 20),
                    _ => (af::INET, 16, 22),
                };
                let prefix = args::cidr(value, family)?;
                call.set(at, prefix.bytes());
                call.set(length, &u16::from(prefix.len).to_ne_bytes());
                call.request = sioc::ADD6RD;
            }
            _ if call.request != 0 => return Err(Error::usage("One PRL entry at a time", b"")),
            _ => {
                call.request = match known {
                    Word::Delete => sioc::DELPRL,
                    _ => sioc::ADDPRL,
                };
                call.set(0, &parse_inet(value)?);
                if known == Word::Default {
                    call.set(4, &PRL_DEFAULT.to_ne_bytes());
                }
            }
        }
    }
    match has_dev {
        true => Ok(call),
        false => Err(Error::usage("Must specify device", b"")),
    }
}

impl Call<'_> {
    /// Overwrites what is somewhere in the structure.
    fn set(&mut self, at: usize, bytes: &[u8]) {
        self.argument[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// Changes the list of potential routers.
pub fn change_list(w: &mut Words, _: &Ctx, _: &mut Io) -> Result<()> {
    change(parse(w, false)?)
}

/// Changes the prefix.
pub fn change_prefix(w: &mut Words, _: &Ctx, _: &mut Io) -> Result<()> {
    change(parse(w, true)?)
}

fn change(mut call: Call) -> Result<()> {
    let asked = match call.request {
        // A request that no device knows.
        0 => Err(libc::ENOTTY),
        request => Asker::default().ask(false, request, call.dev, &mut call.argument),
    };
    asked.map_err(|errno| {
        let mut request = Vec::new();
        hexadecimal(&mut request, call.request.into(), 1);
        Error::os2("%: ioctl % failed", [call.dev, &request], errno)
    })
}
