//! How the tunnel is made, carries, and goes.
//!
//! The name is the lock: of two that want the same N, the kernel lets one make `isoN`, and the name is free again only when the
//! link is gone, and its addresses with it. What else uses 10.1.N.0/24 is stepped over.

use crate::append::Append;
use rustix::process::Pid;

use crate::args::Prefix;
use crate::error::{Error, Result};
use crate::files;
use crate::isolate::options::Word;
use crate::isolate::pair::Tunnel;
use crate::isolate::run::{FAILED, Run, say};
use crate::names::ifinfo;
use crate::nl::sock::Socket;
use crate::nl::uapi::{if_oper, ifla, nlm_f, nlmsg, rtm, rtnlgrp};
use crate::nl::wire::{Message, Msg, field};
use crate::ns::pool::{default_route, new_address, new_pair, touch_pool};
use crate::ns::{LO, link_up};
use crate::sys::{self, Path};

/// How long the tunnel may take until it carries, or to go at the end, in nanoseconds. It takes some milliseconds.
const LIMIT: u64 = 2_000_000_000;

/// Finds addresses for a tunnel: what the caller's network has already is not used.
pub fn find(run: &mut Run) -> Result<Tunnel> {
    // With --nat a program would try what cannot come back, and wait. The settings are those of the caller's network.
    #[cfg(feature = "nat")]
    let has_default_route6 = !run.options.nat.masquerade || crate::isolate::nat::ipv6().is_some();
    #[cfg(not(feature = "nat"))]
    let has_default_route6 = true;
    let mut tunnel = Tunnel {
        n: 0,
        taken: [false; 256],
        named: run.options.addresses,
        index: 0,
        peer: 0,
        ends: Default::default(),
        has_inet6: false,
        has_default_route6,
    };
    // With an address that was named, N is that of the name alone.
    if tunnel.named[0].is_none() {
        touch_pool(&mut run.io.names, &mut tunnel.taken)?;
    }
    tunnel.next()?;
    Ok(tunnel)
}

/// The pair and the addresses outside.
pub fn make(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let (Some(tunnel), Some(child)) = (&mut run.tunnel, run.child) else {
        return Ok(());
    };
    let names = &mut run.io.names;
    loop {
        match names
            .socket()?
            .ack(&mut pair(tunnel, child), &mut |_| Ok(()))
        {
            Err(e) if e.errno() == libc::EEXIST => tunnel.next()?,
            Err(e) if e.errno() == libc::EPERM && !run.options.insists_on_tunnel() => {
                run.tunnel = None;
                // Without options there is nothing to add.
                let text: &[u8] = match cfg!(feature = "isolate") {
                    true => {
                        b"only lo inside: a tunnel takes CAP_NET_ADMIN here (--net none: without this line)"
                    }
                    false => b"only lo inside: a tunnel takes CAP_NET_ADMIN here",
                };
                say(text, run.io);
                return Ok(());
            }
            done => break done?,
        }
    }
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.str(ifla::IFNAME, &tunnel.name());
    names.socket()?.get(&mut msg, &mut |message| {
        tunnel.index = field(message.body, 4).unwrap_or(0);
        let attrs = message.attrs(16);
        tunnel.peer = attrs
            .find(ifla::LINK)
            .and_then(|link| link.u32())
            .unwrap_or(0);
        Ok(())
    })?;
    // What comes from inside is not to change this side's routes.
    for setting in [&b"/accept_ra"[..], b"/accept_redirects"] {
        let path = Path::new(&[b"/proc/sys/net/ipv6/conf/", &tunnel.name(), setting]);
        let _ = files::write(&path, b"0");
    }
    let index = tunnel.index;
    let [inet, inet6] = &mut tunnel.ends[0];
    let mut requests = Requests::default();
    requests.add_address(inet, index);
    requests.add_address(inet6, index);
    tunnel.has_inet6 = requests.send(names.socket()?, 1)?;
    Ok(())
}

/// The order to make the pair, each end in its place.
fn pair(tunnel: &Tunnel, child: Pid) -> Msg {
    let place = (ifla::NET_NS_PID, child.as_raw_pid() as u32);
    let flags = nlm_f::CREATE | nlm_f::EXCL;
    new_pair(flags, [&tunnel.name(), b"eth0"], place, None)
}

/// Requests that are sent at once.
#[derive(Default)]
struct Requests {
    datagram: Vec<u8>,
    count: u32,
}

impl Requests {
    /// Adds one. None of them is too long for a message.
    fn add(&mut self, mut msg: Msg) {
        self.count += 1;
        if let Ok(bytes) = msg.finish(self.count, 0) {
            self.datagram.append_bytes(bytes);
        }
    }

    /// Adds the order to give a link an address.
    fn add_address(&mut self, prefix: &Prefix, index: u32) {
        self.add(new_address(prefix.bytes(), prefix.len, index));
    }

    /// Sends them. Those behind the first `needed` may be refused, since a kernel need not have IPv6: whether none is.
    fn send(&mut self, socket: &mut Socket, needed: u32) -> Result<bool> {
        let (mut done, mut all) = (Ok(()), true);
        socket.send_unanswered(&mut self.datagram, &mut |seq, e| {
            all = false;
            if seq <= needed && done.is_ok() {
                done = Err(e);
            }
        })?;
        done.map(|()| all)
    }
}

/// Waits until the other side is ready, sets `lo` and the end inside up, and waits until the tunnel carries: a packet that
/// comes before that is lost, and is sent again after a second.
pub fn set_up(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let mut said = [0; 12];
    // The other side has ended, or ends this one.
    if rustix::io::read(&run.other, &mut said) != Ok(said.len()) {
        return Err(Error::status(FAILED));
    }
    if run.namespaces & libc::CLONE_NEWNET == 0 {
        return Ok(());
    }
    let mut requests = Requests::default();
    requests.add(link_up(LO));
    let [outer, inner, n] = [0, 4, 8].map(|at| field(&said, at).unwrap_or(0));
    let (Some(tunnel), index @ 1..) = (&mut run.tunnel, inner) else {
        return requests.send(run.io.names.socket()?, 1).map(drop);
    };
    if n != u32::from(tunnel.n) {
        // What was free when this process began was taken meanwhile.
        tunnel.n = (n as u8).wrapping_sub(1);
        tunnel.next()?;
    }
    requests.add(link_up(index));
    let [[gateway, gateway6], [inet, inet6]] = &tunnel.ends;
    requests.add_address(inet, index);
    requests.add(default_route(gateway.bytes(), index));
    requests.add_address(inet6, index);
    if tunnel.has_default_route6 {
        requests.add(default_route(gateway6.bytes(), index));
    }
    requests.send(run.io.names.socket()?, 4)?;
    if let Some(socket) = &mut run.outer_socket {
        wait_for(socket, outer, is_up)?;
    }
    // Being asked, the kernel looks at this end as well: the command finds it up.
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    run.io.names.socket()?.get(&mut msg, &mut |_| Ok(()))
}

/// Waits until a message about a link is the one, or there is no such link, but not forever.
fn wait_for(socket: &mut Socket, index: u32, is_it: fn(&Message<'_>, u32) -> bool) -> Result<()> {
    socket.join(&[rtnlgrp::LINK])?;
    let limit = sys::clock(libc::CLOCK_MONOTONIC) + LIMIT;
    let mut found = false;
    while !found && sys::clock(libc::CLOCK_MONOTONIC) < limit {
        // Being asked, the kernel looks now at whether it carries.
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
        let asked = socket.get(&mut msg, &mut |message| {
            found = is_it(message, index);
            Ok(())
        });
        match asked {
            // There is news of so many links that some of it was lost: it is asked for again, as below.
            Err(e) if e.errno() == libc::ENOBUFS => {}
            Err(_) => break,
            Ok(()) if found => break,
            Ok(()) => {
                socket.listen(limit, &mut |message| {
                    found |= is_it(message, index);
                    found || message.kind == nlmsg::OVERRUN
                })?;
            }
        }
        if !found {
            socket.drain()?;
        }
    }
    Ok(())
}

fn is_up(message: &Message<'_>, index: u32) -> bool {
    let attrs = message.attrs(16);
    let state = attrs.find(ifla::OPERSTATE).and_then(|state| state.u8());
    field(message.body, 4) == Some(index) && state == Some(if_oper::UP)
}

/// Waits until the kernel has taken away the end outside, with its addresses, but not forever: it does so when the last
/// process inside has ended.
pub fn wait_until_gone(tunnel: &Tunnel) -> Result<()> {
    wait_for(&mut *Socket::open()?, tunnel.index, |message, index| {
        message.kind == rtm::DELLINK && field(message.body, 4) == Some(index)
    })
}
