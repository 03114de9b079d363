//! `ip tunnel add`, `change` and `delete`: from words to what is asked.

use crate::args::Words;
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::tunnel::parm::*;
use crate::ip::tunnel::words::{first_name, parse};
use crate::names::Names;
use crate::nl::uapi::{af, sioc};
use crate::ns::hint::explain_module;

/// Asks for the tunnel with a name.
pub type Get<'g> = &'g mut dyn FnMut(&[u8], &mut Parm) -> Result<()>;

/// From words to what is asked; `request` is `SIOC*TUNNEL`. A tunnel that is changed, and named first, keeps what is not said.
/// Returns a line for stderr, or nothing.
pub fn encode(
    w: &mut Words,
    request: u32,
    parm: &mut Parm,
    get: Get,
    names: &mut Names,
) -> Result<&'static [u8]> {
    let is_inet6 = parm.is_inet6;
    if is_inet6 {
        *parm.byte(PROTO) = IPV6;
        *parm.byte(TTL) = 64;
        parm.bytes[ENCAP_LIMIT] = 4;
    }
    let changed = match request {
        sioc::CHGTUNNEL => first_name(w.left(), is_inet6),
        _ => None,
    };
    if let Some(name) = changed {
        parm.bytes.fill(0);
        get(name, parm)?;
        if !is_inet6 && parm.bytes[VERSION] != INET_VERSION {
            return Err(Error::bad_arg(name, "\"name\" is not an ip tunnel"));
        }
    }
    parse(w, parm, names)?;
    if request == sioc::DELTUNNEL {
        return Ok(b"");
    }
    let is_fixed = parm.bytes[FRAGMENT] == 0 && !is_inet6;
    if is_fixed && *parm.byte(TTL) != 0 {
        let text = "ttl != 0 and nopmtudisc are incompatible";
        return Err(Error::refused(text, b""));
    }
    if parm.base().is_empty() {
        let text = "cannot determine tunnel mode (ipip, gre, vti or sit)";
        return Err(Error::refused(text, b""));
    }
    Ok(match is_inet6 && parm.name().is_empty() {
        true => b"Tunnel interface name not specified\n",
        false => b"",
    })
}

/// The device that is asked: the one that makes such tunnels, or the tunnel itself.
pub fn asked(request: u32, parm: &Parm) -> &[u8] {
    match request {
        sioc::ADDTUNNEL => parm.base(),
        _ => parm.name_or_base(),
    }
}

/// Makes a tunnel, changes it, or deletes it.
pub fn change(w: &mut Words, request: u32, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut parm = Parm::new(ctx.family == af::INET6);
    let mut asker = Asker::default();
    let mut get = |name: &[u8], parm: &mut Parm| asker.get(name, parm);
    io.out
        .warn(encode(w, request, &mut parm, &mut get, &mut io.names)?);
    let name = asked(request, &parm).to_vec();
    let done = asker.ask(parm.is_inet6, request, &name, &mut parm.bytes);
    done.map_err(|errno| refused(request, &name, errno))
}

/// What is said of a call that failed. A tunnel is added by way of the device that its module brings, `gre0` and the like.
pub fn refused(request: u32, name: &[u8], errno: i32) -> Error {
    let text = match request {
        sioc::DELTUNNEL => "delete tunnel \"%\" failed",
        _ => "add tunnel \"%\" failed",
    };
    let error = Error::os(text, name, errno);
    match request {
        sioc::ADDTUNNEL => explain_module(error, name),
        _ => error,
    }
}
