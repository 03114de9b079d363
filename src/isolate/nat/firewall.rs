//! Firewalls of others that would keep packets of the tunnel from being forwarded. No rule of ours can let through what another
//! chain drops, so that the lines are printed that help.

use std::ffi::CStr;
use std::os::fd::AsFd;

use rustix::net::{AddressFamily, Protocol, SocketFlags, SocketType, socket_with};

use crate::files;
use crate::nl::nft::kind;
use crate::nl::sock::Socket;
use crate::nl::uapi::nf_tables::{nft_msg, nfta_chain, nfta_hook};
use crate::nl::uapi::{nf, nf_inet, nfproto};
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::sys::socket;
use crate::text::{cut, fill};

/// Called with a line for people, without its end.
pub type Warn<'w> = &'w mut dyn FnMut(&[u8]);

/// The lines that help, each with a name and the device.
const IPTABLES: &str = "\
% -I FORWARD -i % -j ACCEPT
% -I FORWARD -o % -m conntrack --ctstate ESTABLISHED,RELATED,DNAT -j ACCEPT";
const NFT: &str = "\
nft insert rule % iifname % accept
nft insert rule % oifname % ct state established,related accept
nft insert rule % oifname % ct status dnat accept";
const FIREWALLD: &str = "firewall-cmd --zone=%trusted --add-interface=%";

/// Says which lines let a device's packets through, for each firewall that does not.
pub fn look(device: &[u8], socket: &mut Socket, warn: Warn) {
    let mut advise = |form: &str, name: &[u8]| {
        warn(b"isolate: a firewall drops what is forwarded; unless it has them, it needs these lines:");
        let lines = fill(form, &[name, device, name, device, name, device]);
        let mut lines = &lines[..];
        while let Some(line) = cut(&mut lines, b'\n') {
            warn(line);
        }
    };
    let mut msg = Msg::new(kind(nft_msg::GETCHAIN), 0, &[0; 4]);
    // What cannot be seen is no reason to stop.
    let _ = socket.dump(&mut msg, &mut |message| {
        if let Some((form, name)) = dropping(message.body) {
            advise(form, &name);
        }
        Ok(())
    });
    for legacy in &LEGACY {
        if legacy.drops().unwrap_or(false) {
            advise(IPTABLES, legacy.program);
        }
    }
}

/// The lines that a chain needs, and the name in them; `None` if it lets packets through.
pub fn dropping(chain: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let attrs = Attrs(chain.get(4..)?);
    let be32 = |attr: Attr| attr.u32().map(u32::from_be);
    let hook = attrs.find(nfta_chain::HOOK)?.attrs();
    let table = attrs.find(nfta_chain::TABLE)?.str();
    let name = attrs.find(nfta_chain::NAME)?.str();
    if be32(hook.find(nfta_hook::HOOKNUM)?)? != nf_inet::FORWARD
        || attrs.find(nfta_chain::TYPE)?.str() != b"filter"
    {
        return None;
    }
    // Its own policy is to accept, and its last rule to refuse.
    if table == b"firewalld" {
        return Some((FIREWALLD, Vec::new()));
    }
    if be32(attrs.find(nfta_chain::POLICY)?)? != u32::from(nf::DROP) {
        return None;
    }
    let is_iptables = table == b"filter" && name == b"FORWARD";
    let (family, program): (&[u8], &[u8]) = match chain[0] {
        nfproto::IPV4 => (b"ip", b"iptables"),
        nfproto::IPV6 => (b"ip6", b"ip6tables"),
        nfproto::INET => (b"inet", b""),
        _ => return None,
    };
    Some(match is_iptables && !program.is_empty() {
        true => (IPTABLES, program.to_vec()),
        false => (NFT, fill("% % %", &[family, table, name])),
    })
}

/// The firewall of the kernel that was before nf_tables: of `<linux/netfilter_ipv4/ip_tables.h>` or its like for IPv6.
struct Legacy {
    program: &'static [u8],
    /// The file that has the names of its tables.
    names: &'static CStr,
    family: AddressFamily,
    /// `SOL_IP` or `SOL_IPV6`.
    level: i32,
    /// Where an entry says how far behind its begin its target is: behind addresses, names of devices and their like.
    target: usize,
}

const LEGACY: [Legacy; 2] = [IPV4, IPV6];
const IPV4: Legacy = Legacy {
    program: b"iptables-legacy",
    names: c"/proc/net/ip_tables_names",
    family: AddressFamily::INET,
    level: libc::SOL_IP,
    target: 88,
};
const IPV6: Legacy = Legacy {
    program: b"ip6tables-legacy",
    names: c"/proc/net/ip6_tables_names",
    family: AddressFamily::INET6,
    level: libc::SOL_IPV6,
    target: 140,
};

/// IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES.
const GET_INFO: i32 = 64;
const GET_ENTRIES: i32 = 65;
/// In a `struct ipt_getinfo`: where the policy of the hook FORWARD is, and how long all entries are together.
const UNDERFLOW: usize = 32 + 4 + 5 * 4 + 2 * 4;
const SIZE: usize = 32 + 4 + 2 * 5 * 4 + 4;
/// In a `struct ipt_get_entries`: where they begin.
const ENTRIES: usize = 36usize.next_multiple_of(align_of::<u64>());
/// The verdict of a target is behind its head; to drop is this one.
const TARGET: usize = 32;
const DROP: u32 = -1i32 as u32;

impl Legacy {
    /// Whether the policy of its chain FORWARD is to drop. `None` if it has no such table: which is not asked for, since that
    /// would make it.
    fn drops(&self) -> Option<bool> {
        let names = files::read_file(self.names)?;
        names
            .split(|byte| *byte == b'\n')
            .find(|name| *name == b"filter")?;
        let raw = Some(Protocol::from_raw(255.try_into().ok()?));
        let socket = socket_with(self.family, SocketType::RAW, SocketFlags::CLOEXEC, raw).ok()?;
        let mut info = vec![0; SIZE + 4];
        info[..6].copy_from_slice(b"filter");
        let ask = |option, answer: &mut [u8]| {
            socket::option(socket.as_fd(), self.level, option, answer).ok()
        };
        ask(GET_INFO, &mut info)?;
        let size = field(&info, SIZE)? as usize;
        let mut all = info[..32].to_vec();
        all.resize(ENTRIES + size, 0);
        all[32..36].copy_from_slice(&(size as u32).to_ne_bytes());
        ask(GET_ENTRIES, &mut all)?;
        let entry = all.get(ENTRIES + field(&info, UNDERFLOW)? as usize..)?;
        let target = u16::from_ne_bytes(*entry.get(self.target..)?.first_chunk()?);
        Some(field(entry, usize::from(target) + TARGET)? == DROP)
    }
}
