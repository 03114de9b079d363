//! A tunnel as the kernel's ioctls have it: `struct ip_tunnel_parm` over IPv4, and `struct ip6_tnl_parm2` over IPv6.

use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

use crate::error::{Error, Result};
use crate::nl::uapi::sioc;
use crate::nl::wire::Attr;
use crate::sys;
use crate::sys::tunnel::{ARGUMENT, ask_tunnel};

/// Where something is, in the structure over IPv4 and in that over IPv6.
pub type Place = [usize; 2];

/// The index of the device below, in host order, in both.
pub const LINK: usize = 16;
/// The flags of what comes in, in network order as all in the next ten bytes: the flags of what goes out, and the two keys.
pub const FLAGS: Place = [20, 64];
/// The address of this end.
pub const LOCAL: Place = [44, 32];
/// The address of the other end.
pub const REMOTE: Place = [48, 48];
/// The protocol inside, or that of GRE: `IPPROTO_*`.
pub const PROTO: Place = [41, 20];
/// The TTL or hop limit, 0 if it is inherited.
pub const TTL: Place = [40, 22];

/// Over IPv4: the begin of the `struct iphdr`, the version and the length of which are its first byte.
pub const VERSION: usize = 32;
/// That byte: IPv4, and five words of four bytes.
pub const INET_VERSION: u8 = 0x45;
/// Over IPv4: the TOS; its lowest bit says that it is inherited.
pub const TOS: usize = 33;
/// Over IPv4: whether packets must not be fragmented, IP_DF, in network order.
pub const FRAGMENT: usize = 38;
/// Over IPv6: the limit of encapsulations.
pub const ENCAP_LIMIT: usize = 21;
/// Over IPv6: the traffic class and the flow label, in network order.
pub const FLOWINFO: usize = 24;
/// Over IPv6: `IP6_TNL_F_*`, in host order.
pub const INET6_FLAGS: usize = 28;

/// GRE_KEY, a flag of a direction: packets have a key.
pub const KEY: u16 = 0x2000;
/// GRE_CSUM: they have a checksum.
pub const CSUM: u16 = 0x8000;
/// GRE_SEQ: they are numbered.
pub const SEQ: u16 = 0x1000;
/// SIT_ISATAP, in the flags of what comes in, and in host order there: the kind is isatap.
pub const ISATAP: u16 = u16::to_be(1);
/// VTI_ISVTI, the same for the kinds vti and vti6.
pub const VTI: u16 = u16::to_be(1);

/// IPPROTO_IPIP.
pub const IPIP: u8 = 4;
/// IPPROTO_IPV6.
pub const IPV6: u8 = 41;
/// IPPROTO_GRE.
pub const GRE: u8 = 47;

/// A tunnel.
#[derive(Clone)]
pub struct Parm {
    /// The structure.
    pub bytes: [u8; ARGUMENT],
    /// Which of the two it is.
    pub is_inet6: bool,
}

impl Parm {
    /// One without anything.
    pub fn new(is_inet6: bool) -> Parm {
        let mut parm = Parm {
            bytes: [0; ARGUMENT],
            is_inet6,
        };
        if !is_inet6 {
            parm.bytes[VERSION] = INET_VERSION;
            // IP_DF: the MTU of the path is discovered.
            parm.bytes[FRAGMENT] = 0x40;
        }
        parm
    }

    /// The name, which may be empty.
    pub fn name(&self) -> &[u8] {
        Attr(&self.bytes[..16]).str()
    }

    /// Where something is.
    pub fn at(&self, place: Place) -> usize {
        place[usize::from(self.is_inet6)]
    }

    /// A byte.
    pub fn byte(&mut self, place: Place) -> &mut u8 {
        let at = self.at(place);
        &mut self.bytes[at]
    }

    /// Overwrites what is somewhere.
    pub fn set(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The four bytes that are somewhere.
    pub fn four(&self, at: usize) -> [u8; 4] {
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| self.bytes[at + n]);
        [a, b, c, d]
    }

    /// The protocol.
    pub fn proto(&self) -> u8 {
        self.bytes[self.at(PROTO)]
    }

    /// An address.
    pub fn address(&self, place: Place) -> &[u8] {
        let at = self.at(place);
        &self.bytes[at..at + if self.is_inet6 { 16 } else { 4 }]
    }

    /// The flags of a side, 0 for what comes in and 1 for what goes out.
    pub fn flags(&self, side: usize) -> u16 {
        let at = self.at(FLAGS) + 2 * side;
        u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    /// Adds flags to a side.
    pub fn add_flags(&mut self, side: usize, flags: u16) {
        let all = self.flags(side) | flags;
        let at = self.at(FLAGS) + 2 * side;
        self.set(at, &all.to_be_bytes());
    }

    /// The key of a side.
    pub fn key(&self, side: usize) -> [u8; 4] {
        self.four(self.at(FLAGS) + 4 + 4 * side)
    }

    /// Sets the key of a side.
    pub fn set_key(&mut self, side: usize, key: [u8; 4]) {
        let at = self.at(FLAGS) + 4 + 4 * side;
        self.set(at, &key);
        self.add_flags(side, KEY);
    }

    /// The device that tunnels of the kind are made by; empty if that is not known.
    pub fn base(&self) -> &'static [u8] {
        let is_vti = self.flags(0) & VTI != 0;
        match (self.is_inet6, self.proto()) {
            (false, GRE) => b"gre0",
            (false, IPIP) if is_vti => b"ip_vti0",
            (false, IPIP) => b"tunl0",
            (false, IPV6) => b"sit0",
            (false, _) => b"",
            (true, GRE) => b"ip6gre0",
            (true, _) if is_vti => b"ip6_vti0",
            (true, _) => b"ip6tnl0",
        }
    }

    /// The name, or that of the device by which it would be made.
    pub fn name_or_base(&self) -> &[u8] {
        match self.name() {
            b"" => self.base(),
            name => name,
        }
    }
}

/// A socket that tunnels are asked for by, or not yet.
#[derive(Default)]
pub struct Asker(Option<OwnedFd>);

impl Asker {
    /// Asks something of the tunnel with a name. A failure has no text yet: what was tried.
    pub fn ask(
        &mut self,
        is_inet6: bool,
        request: u32,
        name: &[u8],
        argument: &mut [u8; ARGUMENT],
    ) -> std::result::Result<(), i32> {
        let asked = match &self.0 {
            Some(fd) => Ok(fd),
            None => open(is_inet6).map(|fd| &*self.0.insert(fd)),
        };
        let asked = asked.and_then(|fd| ask_tunnel(fd.as_fd(), request, name, argument));
        asked.map_err(|e| e.raw_os_error())
    }

    /// Asks for the tunnel with a name.
    pub fn get(&mut self, name: &[u8], parm: &mut Parm) -> Result<()> {
        self.ask(parm.is_inet6, sioc::GETTUNNEL, name, &mut parm.bytes)
            .map_err(|errno| Error::os("get tunnel \"%\" failed", name, errno))
    }
}

fn open(is_inet6: bool) -> rustix::io::Result<OwnedFd> {
    let family = match is_inet6 {
        true => AddressFamily::INET6,
        false => AddressFamily::INET,
    };
    let fd = socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC, None)?;
    sys::not_standard(fd)
}
