//! The two network namespaces of a call, that of the runtime and that of the container, and what is asked of the kernel there.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::OFlags;

use crate::args::Prefix;
use crate::cni::call::Call;
use crate::cni::outcome::Host;
use crate::cni::protocol::{Answer, Fault};
use crate::cni::texts::{self, Text};
use crate::files;
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{
    af, ifa, ifla, info, nlm_f, rt_scope, rt_table, rta, rtext_filter, rtm, rtn, rtprot,
};
use crate::nl::wire::Message;
use crate::nl::wire::{Attrs, Msg, field};
use crate::ns::pool::{self, rtmsg};
use crate::ns::{enter, link_up, who};
use crate::sys;

/// The words of `CNI_NETNS_OVERRIDE` by which a container may have the namespace of the runtime.
const OVERRIDES: [&[u8]; 2] = [b"1", b"true"];

/// Both namespaces, with a socket in each.
pub struct Sides {
    /// That of the runtime, in which this process is.
    pub outside: Names,
    /// That of the container.
    pub inside: Names,
    home: OwnedFd,
    netns: OwnedFd,
}

/// An interface as the kernel shows it.
pub struct Link {
    /// Its index, never 0.
    pub index: u32,
    /// Its name.
    pub name: Text,
    /// `IFF_*`.
    pub flags: u32,
    /// In bytes.
    pub mtu: u32,
    /// The bytes of its link-layer address.
    pub mac: Text,
    /// Its kind, empty if it has none.
    pub kind: Text,
    /// The options of its kind: attributes.
    pub data: Text,
    /// The index of the bridge it is a port of, or 0.
    pub master: u32,
    /// The index of the link that it is on or is the other end of, or 0.
    pub lower: u32,
    /// `IF_OPER_*`.
    pub state: u8,
    /// What it is also called.
    pub alias: Text,
}

impl Link {
    /// Whether it is of a kind.
    pub fn is(&self, kind: &[u8]) -> bool {
        self.kind == kind
    }
}

/// The route that is to be made or looked for: where it leads, over which gateway, by which interface.
#[derive(Clone, Copy)]
pub struct RouteSpec {
    /// The destination.
    pub to: Host,
    /// The gateway.
    pub gateway: Option<Host>,
    /// The address that packets come from.
    pub source: Option<Host>,
    /// The index of the interface.
    pub index: u32,
    /// `RT_SCOPE_*`.
    pub scope: u8,
    /// Numbers of version 1.1.0: the MTU, the MSS, the metric and the table; 0 for what is not said.
    pub numbers: [u32; 4],
}

impl Sides {
    /// Opens the namespace of the container, and a socket in both.
    ///
    /// # Errors
    /// There is none at the path, or it is that of the runtime: code 8, unless `CNI_NETNS_OVERRIDE` says that this is wanted.
    pub fn open(path: &[u8]) -> Answer<&'static mut Sides> {
        let open = |file| match files::open(file, OFlags::RDONLY) {
            Ok(file) => Ok(file),
            Err(e) => {
                let text = "failed to open netns \"%\": %";
                Err(Fault::other_two(text, path, texts::errno_words(e)))
            }
        };
        let netns = open(texts::path(path))?;
        let home = open(c"/proc/self/ns/net")?;
        if let (Ok(one), Ok(other)) = (who::file_of(&home), who::file_of(&netns))
            && one == other
            && !OVERRIDES.contains(&sys::env(b"CNI_NETNS_OVERRIDE").unwrap_or_default())
        {
            let text = "plugin's netns and netns from CNI_NETNS should not be the same";
            return Err(Fault::of(8, text, b""));
        }
        let sides = Box::leak(Box::new(Sides {
            outside: Names::default(),
            inside: Names::default(),
            home,
            netns,
        }));
        sides.outside.socket()?;
        enter::join(&sides.netns, path)?;
        let opened = sides.inside.socket().map(|_| ());
        enter::join(&sides.home, b"/proc/self/ns/net")?;
        opened?;
        Ok(sides)
    }

    /// The same for DEL, which has nothing to do where there is no namespace.
    pub fn open_if_there(path: &[u8]) -> Answer<Option<&'static mut Sides>> {
        match path.is_empty() || !files::exists(texts::path(path)) {
            true => Ok(None),
            false => Sides::open(path).map(Some),
        }
    }

    /// The descriptor of the container's namespace, for a request.
    pub fn netns(&self) -> u32 {
        self.netns.as_raw_fd() as u32
    }

    /// The same of the runtime's.
    pub fn home(&self) -> u32 {
        self.home.as_raw_fd() as u32
    }

    /// The side that the interface is on from which another one is made.
    pub fn of_master(&mut self, call: &Call) -> &mut Names {
        match call.is_on("linkInContainer") {
            true => &mut self.inside,
            false => &mut self.outside,
        }
    }

    /// Does something inside.
    pub fn enter(&self, body: &mut dyn FnMut() -> Answer<()>) -> Answer<()> {
        enter::join(&self.netns, b"CNI_NETNS")?;
        let done = body();
        enter::join(&self.home, b"/proc/self/ns/net")?;
        done
    }

    /// Writes a setting of the container's namespace: see [`set`].
    pub fn set_inside(&self, path: &str, name: &[u8], value: &[u8]) -> Answer<()> {
        self.enter(&mut || set(path, name, value))
    }
}

/// Writes a setting of the namespace in which this process is: a path below /proc/sys/net, with one `%` for the name of an
/// interface.
pub fn set(path: &str, name: &[u8], value: &[u8]) -> Answer<()> {
    let whole = texts::join(&[b"/proc/sys/net/", texts::fill(path, name)]);
    files::write(texts::path(whole), value).map_err(|e| {
        let text = "failed to write \"%\": %";
        Fault::other_two(text, whole, texts::errno_words(e))
    })
}

/// Sends an order.
pub fn send(names: &mut Names, mut msg: Msg) -> Answer<()> {
    Ok(names.socket()?.ack(&mut msg, &mut |_| Ok(()))?)
}

/// Sends an order, and passes over one kind of refusal, an errno.
pub fn send_unless(names: &mut Names, msg: Msg, errno: i32) -> Answer<()> {
    match send(names, msg) {
        Err(fault) if fault.errno() == errno => Ok(()),
        done => done,
    }
}

/// Asks for a list until it has come whole.
pub fn dump(names: &mut Names, mut msg: Msg, each: &mut dyn FnMut(&Message<'_>)) -> Answer<()> {
    Ok(pool::dump(names, &mut msg, each)?)
}

/// The interface with a name, if there is one.
pub fn find(names: &mut Names, name: &[u8]) -> Answer<Option<&'static Link>> {
    look(names, Some(name), 0)
}

/// The interface with an index, if there is one.
pub fn by_index(names: &mut Names, index: u32) -> Answer<Option<&'static Link>> {
    look(names, None, index)
}

/// The interface with a name, of which a text with one `%` says that there is none.
pub fn find_or(names: &mut Names, name: &[u8], missing: &str) -> Answer<&'static Link> {
    find(names, name)?.ok_or_else(|| Fault::other(missing, name))
}

fn look(names: &mut Names, name: Option<&[u8]>, index: u32) -> Answer<Option<&'static Link>> {
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
    msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
    if let Some(name) = name {
        msg.str(ifla::IFNAME, name);
    }
    let mut found = None;
    let asked = names.socket()?.get(&mut msg, &mut |message| {
        found = read(message.body);
        Ok(())
    });
    match asked {
        Err(e) if e.errno() == libc::ENODEV => Ok(None),
        Err(e) => Err(e.into()),
        Ok(()) => Ok(found),
    }
}

/// Reads a `struct ifinfomsg` and its attributes.
pub fn read(body: &[u8]) -> Option<&'static Link> {
    // As long as the program runs, which is not long.
    let body = texts::copy(body);
    let attrs = Attrs(body.get(16..)?);
    let bytes = |attr| attrs.find(attr).unwrap_or_default();
    let number = |attr| bytes(attr).u32().unwrap_or_default();
    let linkinfo = bytes(ifla::LINKINFO).attrs();
    let of_kind = |attr| linkinfo.find(attr).unwrap_or_default();
    let link = Link {
        index: field(body, 4)?,
        flags: field(body, 8)?,
        name: bytes(ifla::IFNAME).str(),
        mtu: number(ifla::MTU),
        mac: bytes(ifla::ADDRESS).0,
        kind: of_kind(info::KIND).str(),
        data: of_kind(info::DATA).0,
        master: number(ifla::MASTER),
        lower: number(ifla::LINK),
        state: bytes(ifla::OPERSTATE).u8().unwrap_or_default(),
        alias: bytes(ifla::IFALIAS).str(),
    };
    Some(Box::leak(Box::new(link)))
}

/// The order to change an interface: `IFF_*` that are set, and those that are changed.
pub fn change(index: u32, flags: u32, changed: u32) -> Msg {
    Msg::new(rtm::NEWLINK, 0, &ifinfo(0, index, flags, changed))
}

/// Sets an interface up.
pub fn set_up(names: &mut Names, index: u32) -> Answer<()> {
    send(names, link_up(index))
}

/// Deletes the interface with a name, if there is one.
pub fn delete(names: &mut Names, name: &[u8]) -> Answer<()> {
    let mut msg = Msg::new(rtm::DELLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.str(ifla::IFNAME, name);
    send_unless(names, msg, libc::ENODEV)
}

/// Adds the numbers that are not 0, each behind its attribute.
pub fn add_numbers(msg: &mut Msg, numbers: &[(u16, u32)]) {
    for (attr, number) in numbers {
        if *number != 0 {
            msg.u32(*attr, *number);
        }
    }
}

/// The order to make an interface, and where its options begin and its kind: see [`end_link`].
pub fn begin_link(name: &[u8], kind: &[u8], flags: u32) -> (Msg, [usize; 2]) {
    let make = nlm_f::CREATE | nlm_f::EXCL;
    let mut msg = Msg::new(rtm::NEWLINK, make, &ifinfo(0, 0, flags, flags));
    msg.str(ifla::IFNAME, name);
    let linkinfo = msg.open();
    msg.str(info::KIND, kind);
    let data = msg.open();
    (msg, [linkinfo, data])
}

/// Ends the options of an order to make an interface.
pub fn end_link(msg: &mut Msg, [linkinfo, data]: [usize; 2]) {
    msg.close(data, info::DATA);
    msg.close(linkinfo, ifla::LINKINFO);
}

/// Gives an interface an address, for good if it has it already. An IPv4 one gets the broadcast address of its network.
pub fn add_address(names: &mut Names, index: u32, prefix: &Prefix) -> Answer<()> {
    let mut msg = address_message(rtm::NEWADDR, index, prefix);
    if prefix.family == af::INET
        && prefix.len < 31
        && let Some(address) = prefix.bytes().first_chunk()
    {
        let hosts = u32::MAX >> prefix.len;
        let broadcast = u32::from_be_bytes(*address) | hosts;
        msg.bytes(ifa::BROADCAST, &broadcast.to_be_bytes());
    }
    send_unless(names, msg, libc::EEXIST)
}

/// Takes an address from an interface.
pub fn delete_address(names: &mut Names, index: u32, prefix: &Prefix) -> Answer<()> {
    send(names, address_message(rtm::DELADDR, index, prefix))
}

fn address_message(kind: u16, index: u32, prefix: &Prefix) -> Msg {
    let [a, b, c, d] = index.to_ne_bytes();
    let head = [prefix.family, prefix.len, 0, rt_scope::UNIVERSE, a, b, c, d];
    let flags = match kind {
        rtm::NEWADDR => nlm_f::CREATE | nlm_f::EXCL,
        _ => 0,
    };
    let mut msg = Msg::new(kind, flags, &head);
    msg.bytes(ifa::LOCAL, prefix.bytes());
    msg.bytes(ifa::ADDRESS, prefix.bytes());
    msg
}

/// Goes through the addresses of an interface, with `IFA_F_*` of each.
pub fn each_address(
    names: &mut Names,
    index: u32,
    each: &mut dyn FnMut(&[u8], u8, u32),
) -> Answer<()> {
    let msg = Msg::new(rtm::GETADDR, 0, &[0; 8]);
    dump(names, msg, &mut |message| {
        // A `struct ifaddrmsg`: family, length of the prefix, flags, scope, index.
        let (Some(attrs), Some(len), Some(low)) = (
            message.body.get(8..),
            message.body.get(1),
            message.body.get(2),
        ) else {
            return;
        };
        let attrs = Attrs(attrs);
        let address = attrs
            .find(ifa::LOCAL)
            .or(attrs.find(ifa::ADDRESS))
            .unwrap_or_default();
        let flags = attrs.find(ifa::FLAGS).and_then(|flags| flags.u32());
        if field(message.body, 4) == Some(index) {
            each(address.0, *len, flags.unwrap_or((*low).into()));
        }
    })
}

/// Adds a route, beside those to the same destination that are there.
pub fn add_route(names: &mut Names, way: &RouteSpec) -> Answer<()> {
    let msg = route_message(rtm::NEWROUTE, nlm_f::CREATE | nlm_f::APPEND, way);
    send_unless(names, msg, libc::EEXIST)
}

/// Takes a route away.
pub fn delete_route(names: &mut Names, way: &RouteSpec) -> Answer<()> {
    send(names, route_message(rtm::DELROUTE, 0, way))
}

/// The address with the bits behind the prefix off.
pub fn network(prefix: &Prefix) -> &'static mut [u8] {
    let mut bytes = prefix.bytes().to_vec();
    for (n, byte) in bytes.iter_mut().enumerate() {
        let kept = usize::from(prefix.len).saturating_sub(8 * n).min(8);
        *byte &= !(0xff_u16 >> kept) as u8;
    }
    bytes.leak()
}

fn route_message(kind: u16, flags: u16, way: &RouteSpec) -> Msg {
    let [mtu, advmss, priority, table] = way.numbers;
    let is_new = kind == rtm::NEWROUTE;
    let mut head = rtmsg(
        way.to.family,
        rt_table::MAIN,
        if is_new { rtprot::BOOT } else { 0 },
        if is_new { rtn::UNICAST } else { 0 },
    );
    head[1] = way.to.len;
    head[6] = way.scope;
    let mut msg = Msg::new(kind, flags, &head);
    if way.to.len > 0 {
        msg.bytes(rta::DST, network(way.to));
    }
    if let Some(gateway) = way.gateway {
        msg.bytes(rta::GATEWAY, gateway.bytes());
    }
    if let Some(source) = way.source {
        msg.bytes(rta::PREFSRC, source.bytes());
    }
    msg.u32(rta::OIF, way.index);
    add_numbers(&mut msg, &[(rta::PRIORITY, priority), (rta::TABLE, table)]);
    if mtu != 0 || advmss != 0 {
        use crate::nl::uapi::rtax;
        let metrics = msg.open();
        add_numbers(&mut msg, &[(rtax::MTU, mtu), (rtax::ADVMSS, advmss)]);
        msg.close(metrics, rta::METRICS);
    }
    msg
}

/// The routes to a destination by an interface, each with its gateway.
pub fn each_route(names: &mut Names, way: &RouteSpec, each: &mut dyn FnMut(&[u8])) -> Answer<()> {
    let msg = Msg::new(rtm::GETROUTE, 0, &rtmsg(way.to.family, 0, 0, 0));
    let wanted = network(way.to);
    dump(names, msg, &mut |message| {
        let (Some(attrs), Some(len)) = (message.body.get(12..), message.body.get(1)) else {
            return;
        };
        let attrs = Attrs(attrs);
        let to = attrs.find(rta::DST).unwrap_or_default().0;
        let is_it = *len == way.to.len && (to == wanted || way.to.len == 0);
        if is_it && attrs.find(rta::OIF).and_then(|index| index.u32()) == Some(way.index) {
            each(attrs.find(rta::GATEWAY).unwrap_or_default().0);
        }
    })
}

/// An address of 4 or 16 bytes with the length of its prefix.
pub fn prefix(bytes: &[u8], len: u8) -> Host {
    let prefix = match (bytes.first_chunk(), bytes.first_chunk()) {
        (_, Some(all)) => Prefix::inet6(*all, len),
        (Some(quad), None) => Prefix::inet(*quad, len),
        _ => Prefix::default(),
    };
    Box::leak(Box::new(prefix))
}

/// An address of 4 or 16 bytes.
pub fn host(bytes: &[u8]) -> Host {
    prefix(bytes, 8 * bytes.len() as u8)
}

/// Whether the options of a link have one with this value.
pub fn has_value(link: &Link, attr: u16, value: u64) -> bool {
    Attrs(link.data).find(attr).and_then(|found| found.number()) == Some(value)
}
