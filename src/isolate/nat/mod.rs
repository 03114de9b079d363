//! The way out of the tunnel: addresses that are changed, ports that lead inside, a list of what may be reached.
//!
//! All of it is in the caller's network namespace: a table of nf_tables that is named after the outer device, and forwarding,
//! of that device and of those by which packets leave and come back.

pub mod firewall;
mod resolver;
mod rules;
mod settings;
pub mod table;
mod uplinks;

use std::os::fd::OwnedFd;

use rustix::io::Errno;

use crate::error::{Error, Result};
use crate::files;
use crate::names::{Names, ifinfo};
use crate::nl::nft::{self, Batch};
use crate::nl::sock::Socket;
use crate::nl::uapi::nf_tables::nft_table_f;
use crate::nl::uapi::{af, devconf, ifla, inet, nfproto, nla, rtm};
use crate::nl::wire::Msg;
use crate::sys::Path;
use crate::text::fill_one;

pub use firewall::Warn;
pub use resolver::{find_servers, resolv_conf};
pub use rules::{Rules, Tunnel, Use};
pub use settings::ipv6;

/// What has to be undone at the end.
pub struct Held {
    name: Vec<u8>,
    /// Whether the table of that name is this one's.
    is_made: bool,
    /// The table's owner.
    socket: Option<Box<Socket>>,
    /// One for each setting that is held.
    settings: Vec<OwnedFd>,
}

/// Lets through what the rules say; name servers have been found by [`find_servers`]. The result has to live as long as the tunnel, in a
/// process whose descriptors no other has: the table goes with the last one. On an error nothing is left.
pub fn open(rules: &Rules, tunnel: &Tunnel, warn: Warn) -> Result<Held> {
    let mut held = Held::new(tunnel.name);
    let done = held.prepare(rules, tunnel, warn);
    if done.is_err() {
        held.undo();
    }
    done.map(|()| held)
}

/// As [`Held::undo`], from another process, where the one that held it is dead: what it left is put back.
/// `is_made`: it had come so far that the table was its own.
pub fn undo_for_dead_holder(name: &[u8], is_made: bool) {
    let mut held = Held::new(name);
    held.is_made = is_made;
    held.undo();
}

const NO_IPV6: &str = "isolate: no IPv6 but to the caller: this kernel forwards it for all devices or none, and for all would \
    ignore router advertisements (force_forwarding came with Linux 6.17)";

impl Held {
    fn new(name: &[u8]) -> Held {
        Held {
            name: name.to_vec(),
            is_made: false,
            socket: None,
            settings: Vec::new(),
        }
    }

    fn prepare(&mut self, rules: &Rules, tunnel: &Tunnel, warn: Warn) -> Result<()> {
        settings::put_back();
        // What is not allowed must not be let through even for a moment: the table comes first.
        let socket = nft::open().map_err(|e| refused(&e, b"nfnetlink"))?;
        let socket = self.socket.insert(socket);
        make_table(rules, tunnel, socket)?;
        self.is_made = true;
        firewall::look(tunnel.name, socket, warn);
        let mut names = Names::default();
        let is_local = rules.ports.iter().any(table::is_local);
        enable_forwarding(tunnel.index, is_local, names.socket()?)?;
        let has_ipv6 = ipv6().filter(|_| tunnel.both6.is_some());
        if tunnel.both6.is_some() && has_ipv6.is_none() {
            warn(NO_IPV6.as_bytes());
        }
        for family in [af::INET, af::INET6] {
            if family == af::INET6 {
                if has_ipv6 != Some(true) {
                    break;
                }
                let path = settings::path_of(tunnel.name, family);
                files::write(&path, b"1").map_err(|e| failed(&path, e))?;
            }
            for index in uplinks::find(rules, family, names.socket()?)? {
                let mut name = Vec::new();
                names.add_link_name(index, &mut name);
                let path = settings::path_of(&name, family);
                if name.starts_with(b"iso") {
                    // The tunnel of another is not to be let out by this one.
                    continue;
                }
                let is_there = settings::is_on(&path).is_some();
                let held = is_there.then(|| settings::hold(&path));
                match held {
                    Some(Ok(held)) => self.settings.extend(held),
                    // /proc is not there, or read-only.
                    None | Some(Err(Errno::ROFS | Errno::ACCESS)) if family == af::INET => {
                        enable_forwarding(index, false, names.socket()?)?;
                        warn(&fill_one(
                            "isolate: without /proc forwarding of % stays on",
                            &name,
                        ));
                    }
                    Some(Err(e)) => return Err(failed(&path, e)),
                    None => {}
                }
            }
        }
        Ok(())
    }

    /// Takes the table out of the ruleset, and puts back settings that nobody else needs. What is undone already stays so.
    pub fn undo(&mut self) {
        let socket = self.socket.take().or_else(|| nft::open().ok());
        if let Some(mut socket) = socket.filter(|_| self.is_made) {
            let mut batch = Batch::new(nfproto::INET, &self.name);
            batch.delete(0);
            // It may be gone.
            let _ = batch.send(&mut socket);
        }
        self.settings.clear();
        settings::put_back();
    }
}

fn failed(path: &Path, errno: Errno) -> Error {
    Error::os("%", path.to_bytes(), errno.raw_os_error())
}

/// Has a device forward IPv4, `local` also to and from 127.0.0.0/8. (This does not turn off what a device must not do while it
/// forwards, large receive offload; /proc does.)
fn enable_forwarding(index: u32, local: bool, socket: &mut Socket) -> Result<()> {
    let mut msg = Msg::new(rtm::SETLINK, 0, &ifinfo(0, index, 0, 0));
    let spec = msg.open();
    let family = msg.open();
    let settings = msg.open();
    msg.u32(devconf::FORWARDING, 1);
    if local {
        msg.u32(devconf::ROUTE_LOCALNET, 1);
    }
    msg.close(settings, inet::CONF | nla::F_NESTED);
    msg.close(family, u16::from(af::INET) | nla::F_NESTED);
    msg.close(spec, ifla::AF_SPEC | nla::F_NESTED);
    socket.ack(&mut msg, &mut |_| Ok(()))
}

/// Makes the table; it belongs to the socket where the kernel knows that (Linux 5.12).
fn make_table(rules: &Rules, tunnel: &Tunnel, socket: &mut Socket) -> Result<()> {
    let mut flags = nft_table_f::OWNER;
    loop {
        let Err(refusal) = table::build(rules, tunnel, flags).send(socket) else {
            return Ok(());
        };
        let is_unknown =
            refusal.at == 1 && matches!(refusal.error.errno(), libc::EINVAL | libc::EOPNOTSUPP);
        if !is_unknown || flags == 0 {
            return Err(refused(&refusal.error, refusal.module));
        }
        flags = 0;
    }
}

/// An error of nf_tables, and the module that is missing, if that is why.
fn refused(error: &Error, module: &[u8]) -> Error {
    let errno = error.errno();
    let told = Error::os("nf_tables", b"", errno);
    match errno {
        libc::ENOENT | libc::EOPNOTSUPP | libc::EPROTONOSUPPORT if !module.is_empty() => {
            told.then(fill_one("The kernel lacks the module %.", module))
        }
        _ => told,
    }
}
