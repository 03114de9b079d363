//! Names for numbers and numbers for names: fixed tables, iproute2's files, interfaces and network namespaces.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{Access, Mode, OFlags, RawDir, access};
use rustix::io::Errno;

use crate::args;
use crate::error::{Error, REFUSED, Result, errno_words};
use crate::nl::sock::Socket;
use crate::nl::uapi::{ifla, netnsa, rtext_filter, rtm};
use crate::nl::wire::{Attrs, Msg, field};
use crate::sys::Path;
use crate::text::{self, add, add_unsigned, decimal, hexadecimal};

/// Where named network namespaces are.
pub const NETNS_DIR: &str = env!("IPSO_NETNS_RUN_DIR");
/// Where their files for /etc are.
pub const NETNS_ETC: &str = env!("IPSO_NETNS_ETC_DIR");

/// Link types, `ARPHRD_*` of `<linux/if_arp.h>` in iproute2's words.
pub const ARPHRD: &str = "0 netrom|1 ether|2 eether|3 ax25|4 pronet|5 chaos|6 ieee802|7 arcnet|8 atalk|15 dlci|19 atm|\
    23 metricom|24 ieee1394|32 infiniband|256 slip|257 cslip|258 slip6|259 cslip6|260 rsrvd|264 adapt|270 rose|\
    271 x25|272 hwx25|280 can|512 ppp|513 hdlc|516 lapb|517 ddcmp|518 rawhdlc|768 ipip|769 tunnel6|770 frad|\
    771 skip|772 loopback|773 ltalk|774 fddi|775 bif|776 sit|777 ip/ddp|778 gre|779 pimreg|780 hippi|781 ash|\
    782 econet|783 irda|784 fcpp|785 fcal|786 fcpl|787 fcfb0|788 fcfb1|789 fcfb2|790 fcfb3|791 fcfb4|792 fcfb5|\
    793 fcfb6|794 fcfb7|795 fcfb8|796 fcfb9|797 fcfb10|798 fcfb11|799 fcfb12|800 tr|801 ieee802.11|\
    802 ieee802.11/prism|803 ieee802.11/radiotap|804 ieee802.15.4|805 ieee802.15.4/monitor|820 phonet|\
    821 phonet_pipe|822 caif|823 gre6|824 netlink|825 6lowpan|65534 none|65535 void";

/// Address scopes; `rt_scopes` may name more.
pub const SCOPES: &str = "0 global|255 nowhere|254 host|253 link|200 site";

/// Who made an address; `rt_addrprotos` may name more.
pub const ADDR_PROTOS: &str = "1 kernel_lo|2 kernel_ra|3 kernel_ll";

/// Ethertypes that a bridge filters by.
pub const VLAN_PROTOCOLS: &str = "33024 802.1Q|34984 802.1ad";

/// The rows of a table of `NUMBER NAME` joined by `|`.
pub struct Rows<'a>(pub &'a [u8]);

impl<'a> Iterator for Rows<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<(u64, &'a [u8])> {
        let mut name = text::cut(&mut self.0, b'|')?;
        let number = text::cut(&mut name, b' ')?;
        Some((args::radix(number, 10)?, name))
    }
}

/// The name of `n` in such a table.
pub fn in_table(table: &'static str, n: u64) -> Option<&'static [u8]> {
    Rows(table.as_bytes())
        .find(|row| row.0 == n)
        .map(|row| row.1)
}

/// The number of a name in such a table.
pub fn of_table(table: &'static str, name: &[u8]) -> Option<u64> {
    Rows(table.as_bytes())
        .find(|row| row.1 == name)
        .map(|row| row.0)
}

/// The `NUMBER NAME` line with that number, or else with that name, in one of iproute2's files: in /etc/iproute2, or where
/// that has none in /usr/share/iproute2.
fn line_of(file: &str, n: Option<u64>, name: &[u8]) -> Option<(u64, Vec<u8>)> {
    let read = |folder: &[u8]| read_file(&Path::new(&[folder, file.as_bytes()]));
    let found = read(b"/etc/iproute2/").or_else(|| read(b"/usr/share/iproute2/"))?;
    let mut rest = &found[..];
    while !rest.is_empty() {
        let line = text::cut(&mut rest, b'\n').unwrap_or_default();
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let (Some(number), Some(known)) = (words.next(), words.next()) else {
            continue;
        };
        // What does not begin with a digit is a comment, or no line of ours.
        let number = args::unsigned(number, u32::MAX.into()).filter(|_| number[0] <= b'9');
        if let Some(number) = number
            && n.map_or(known == name, |n| n == number)
        {
            return Some((number, known.into()));
        }
    }
    None
}

/// What `file` calls `n`.
pub fn in_file(file: &str, n: u64) -> Option<Vec<u8>> {
    line_of(file, Some(n), b"").map(|line| line.1)
}

/// The number that `file` gives a name.
pub fn of_file(file: &str, name: &[u8]) -> Option<u64> {
    line_of(file, None, name).map(|line| line.0)
}

/// A link group's number: `default`, a name of the file `group`, or a number.
pub fn group(word: &[u8]) -> Option<u32> {
    let number = || args::unsigned(word, i32::MAX as u64).or_else(|| of_file("group", word));
    if word == b"default" {
        Some(0)
    } else {
        number()?.try_into().ok()
    }
}

/// Adds a link group's name, or its number.
pub fn add_group(text: &mut Vec<u8>, n: u32, numeric: bool) {
    let name = match n {
        _ if numeric => None,
        0 => Some(b"default".into()),
        _ => in_file("group", n.into()),
    };
    match name {
        Some(name) => text.extend_from_slice(&name),
        None => add_unsigned(text, n.into()),
    }
}

/// open(2) for reading, or what else the flags say, always with `O_CLOEXEC`.
pub fn open(path: &CStr, flags: OFlags) -> std::result::Result<OwnedFd, Errno> {
    rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty())
}

/// Whether there is anything at a path.
pub fn exists(path: &CStr) -> bool {
    access(path, Access::EXISTS).is_ok()
}

/// A small file's bytes. `None` where it cannot be read.
pub fn read_file(path: &CStr) -> Option<Vec<u8>> {
    let file = open(path, OFlags::RDONLY).ok()?;
    let mut text = vec![0; 4096];
    let mut len = 0;
    loop {
        match rustix::io::read(&file, &mut text[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(Errno::INTR) => {}
            Err(_) => return None,
        }
        if len == text.len() {
            text.resize(2 * len, 0);
        }
    }
    text.truncate(len);
    Some(text)
}

/// The number in `ifN`, which stands for an interface without a name here.
pub fn numbered(name: &[u8]) -> Option<u32> {
    let number = args::radix(name.strip_prefix(b"if")?, 10)?;
    u32::try_from(number).ok().filter(|n| *n > 0)
}

/// The path of a named network namespace.
pub fn netns_path(name: &[u8]) -> Path {
    Path::new(&[NETNS_DIR.as_bytes(), b"/", name])
}

/// Opens the network namespace that a word means: a path if it has a `/`, else a name, else a process.
///
/// # Errors
/// The errno with which the last of these could not be opened.
pub fn open_netns(word: &[u8]) -> std::result::Result<OwnedFd, Errno> {
    if word.contains(&b'/') {
        return open(&Path::new(&[word]), OFlags::RDONLY);
    }
    open(&netns_path(word), OFlags::RDONLY).or_else(|errno| match args::signed(word) {
        Some(pid) => open(
            &Path::new(&[b"/proc/", &decimal(pid.into()), b"/ns/net"]),
            OFlags::RDONLY,
        ),
        None => Err(errno),
    })
}

/// Goes through the entries of a folder, in its own order. False where there is no such folder.
pub fn entries(folder: &[u8], each: &mut dyn FnMut(&[u8])) -> Result<bool> {
    let failed = |errno: Errno| {
        // Without the blank that iproute2 leaves out too.
        let words = errno_words(errno.raw_os_error());
        Err(Error::new(
            REFUSED,
            "Failed to open directory %:%",
            &[folder, &words],
        ))
    };
    let fd = match open(&Path::new(&[folder]), OFlags::RDONLY | OFlags::DIRECTORY) {
        Ok(fd) => fd,
        Err(Errno::NOENT) => return Ok(false),
        Err(errno) => return failed(errno),
    };
    let mut buf = [MaybeUninit::uninit(); 4096];
    let mut dir = RawDir::new(fd, &mut buf);
    while let Some(entry) = dir.next() {
        match entry {
            Err(errno) => return failed(errno),
            Ok(entry) => match entry.file_name().to_bytes() {
                b"." | b".." => {}
                name => each(name),
            },
        }
    }
    Ok(true)
}

/// What names mean in the current network namespace. Nothing is asked before it is needed, and nothing twice.
#[derive(Default)]
pub struct Names {
    /// Apart from the socket of a dump under way.
    socket: Option<Socket>,
    /// Index, `IFF_*` and name, by index.
    links: Vec<(u32, u32, Vec<u8>)>,
    /// Ids of named namespaces.
    namespaces: Option<Vec<(i32, Vec<u8>)>>,
}

impl Names {
    /// The socket for questions.
    pub fn socket(&mut self) -> Result<&mut Socket> {
        if self.socket.is_none() {
            self.socket = Some(Socket::open()?);
        }
        self.socket.as_mut().ok_or_else(|| Error::status(REFUSED))
    }

    /// Hands the socket out, so that questions can be asked while it is read from; they open another.
    pub fn lend(&mut self) -> Result<Socket> {
        self.socket.take().map_or_else(Socket::open, Ok)
    }

    /// Takes back what was lent.
    pub fn give_back(&mut self, socket: Socket) {
        self.socket = Some(socket);
    }

    /// What the kernel warned of since the last call.
    pub fn warnings(&mut self) -> Vec<u8> {
        self.socket
            .as_mut()
            .map(|socket| std::mem::take(&mut socket.warnings))
            .unwrap_or_default()
    }

    /// Takes note of a link that passed by.
    pub fn saw(&mut self, index: u32, flags: u32, name: &[u8]) {
        match self.links.binary_search_by_key(&index, |link| link.0) {
            Ok(at) => self.links[at] = (index, flags, name.into()),
            Err(at) => self.links.insert(at, (index, flags, name.into())),
        }
    }

    /// Whether an index needs no question.
    pub fn knows(&self, index: u32) -> bool {
        self.links
            .binary_search_by_key(&index, |link| link.0)
            .is_ok()
    }

    /// The index of a device by its name, alternative name or `ifN`.
    ///
    /// # Errors
    /// `None` inside if there is none; an error only if the kernel cannot be asked.
    pub fn find(&mut self, name: &[u8]) -> Result<Option<u32>> {
        if let Some(link) = self.links.iter().find(|link| link.2 == name) {
            return Ok(Some(link.0));
        }
        let attr = match name {
            _ if args::is_ifname(name) => ifla::IFNAME,
            _ if args::is_altname(name) => ifla::ALT_IFNAME,
            _ => return Ok(None),
        };
        match self.ask(0, attr, name) {
            Ok(found) => Ok(Some(found.0)),
            Err(e) if e.errno() == 0 => Err(e),
            Err(_) => Ok(numbered(name)),
        }
    }

    /// The index of a device that must be there.
    pub fn index(&mut self, name: &[u8]) -> Result<u32> {
        self.find(name)?.ok_or_else(|| Error::no_device(name))
    }

    /// Adds the name of an index, `ifN` if there is none; the link's `IFF_*` flags if it is there.
    pub fn link(&mut self, index: u32, text: &mut Vec<u8>) -> Option<u32> {
        for _ in 0..2 {
            if let Ok(at) = self.links.binary_search_by_key(&index, |link| link.0) {
                text.extend_from_slice(&self.links[at].2);
                return Some(self.links[at].1);
            }
            match self.ask(index, 0, &[]) {
                Ok((index, flags, name)) => self.saw(index, flags, &name),
                Err(_) => break,
            }
        }
        add(text, b"if%", &[&decimal(index.into())]);
        None
    }

    /// Asks for one link by index, or by a name in the attribute `attr`: its index, flags and name.
    fn ask(&mut self, index: u32, attr: u16, name: &[u8]) -> Result<(u32, u32, Vec<u8>)> {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
        // The bit 0x100 asks for the name alone, where a kernel knows it.
        msg.u32(
            ifla::EXT_MASK,
            rtext_filter::VF | rtext_filter::SKIP_STATS | 0x100,
        );
        if attr != 0 {
            msg.str(attr, name);
        }
        let mut found = (0, 0, Vec::new());
        self.socket()?.get(&mut msg, &mut |message| {
            let body = message.body;
            if let (Some(index), Some(flags), Some(attrs)) =
                (field(body, 4), field(body, 8), body.get(16..))
            {
                let name = Attrs(attrs).find(ifla::IFNAME).unwrap_or_default();
                found = (index, flags, name.str().into());
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The id of a namespace as seen from here; `None` if it has none.
    ///
    /// # Errors
    /// The kernel's refusal: the descriptor is no network namespace.
    pub fn nsid(&mut self, namespace: &OwnedFd) -> Result<Option<i32>> {
        let mut msg = Msg::new(rtm::GETNSID, 0, &[0; 4]);
        msg.u32(netnsa::FD, namespace.as_raw_fd() as u32);
        let mut id = None;
        self.socket()?.get(&mut msg, &mut |message| {
            id = Attrs(message.body.get(4..).unwrap_or(&[]))
                .find(netnsa::NSID)
                .and_then(|a| a.i32());
            Ok(())
        })?;
        Ok(id.filter(|id| *id >= 0))
    }

    /// The id of a namespace, given to it now if it has none.
    pub fn assigned_nsid(&mut self, namespace: &OwnedFd) -> Result<i32> {
        if self.nsid(namespace)?.is_none() {
            let mut msg = Msg::new(rtm::NEWNSID, 0, &[0; 4]);
            msg.u32(netnsa::FD, namespace.as_raw_fd() as u32);
            msg.u32(netnsa::NSID, u32::MAX);
            // Another process may have given it one in between: what counts is that it has one after this.
            let _ = self.socket()?.ack(&mut msg);
        }
        self.nsid(namespace)?
            .ok_or_else(|| Error::refused("The namespace has no id", b""))
    }

    /// The name of the namespace with an id. All names are asked once, in one pass.
    pub fn netns(&mut self, id: i32) -> Option<Vec<u8>> {
        if self.namespaces.is_none() {
            let mut known = Vec::new();
            let _ = entries(NETNS_DIR.as_bytes(), &mut |name| {
                let id = open(&netns_path(name), OFlags::RDONLY).map(|fd| self.nsid(&fd));
                if let Ok(Ok(Some(id))) = id {
                    known.push((id, name.to_vec()));
                }
            });
            self.namespaces = Some(known);
        }
        let known = self.namespaces.as_ref()?;
        known
            .iter()
            .find(|entry| entry.0 == id)
            .map(|entry| entry.1.clone())
    }
}

/// Adds an address of 16 bytes as inet_ntop(3) writes it, and one of any other length in decimal joined by dots, as for IPv4.
pub fn add_address(text: &mut Vec<u8>, bytes: &[u8]) {
    let Ok(bytes) = <&[u8; 16]>::try_from(bytes) else {
        for (n, byte) in bytes.iter().enumerate() {
            if n > 0 {
                text.push(b'.');
            }
            add_unsigned(text, (*byte).into());
        }
        return;
    };
    let group = |at: usize| u16::from_be_bytes([bytes[2 * at], bytes[2 * at + 1]]);
    // The first of the longest runs of two zero groups or more is written `::`.
    let run = |start: usize| (start..8).take_while(|at| group(*at) == 0).count();
    let (mut start, mut len) = (8, 1);
    for at in 0..8 {
        if run(at) > len {
            (start, len) = (at, run(at));
        }
    }
    let dotted = start == 0 && (len == 6 || len == 5 && group(5) == 0xffff);
    let mut at = 0;
    while at < 8 {
        if at == start {
            text.extend_from_slice(b"::");
            at += len;
            continue;
        }
        if at > 0 && at != start + len {
            text.push(b':');
        }
        if at == 6 && dotted {
            return add_address(text, &bytes[12..]);
        }
        hexadecimal(text, group(at).into(), 1);
        at += 1;
    }
}

/// Adds bytes in hexadecimal joined by colons.
pub fn add_mac(text: &mut Vec<u8>, bytes: &[u8]) {
    for (n, byte) in bytes.iter().enumerate() {
        if n > 0 {
            text.push(b':');
        }
        hexadecimal(text, (*byte).into(), 2);
    }
}

/// Adds `n`, which is 0 or at least `unit`, in that unit with three digits and at most two decimals, as printf writes the
/// double that is their quotient: exactly, a tie to the even digit.
pub fn add_scaled(text: &mut Vec<u8>, n: u64, unit: u64) {
    let decimals = match n / unit {
        0..10 => 2,
        10..100 => 1,
        _ => 0,
    };
    let scale = [1, 10, 100][decimals];
    // The quotient is its mantissa, an integer of 53 bits, over a power of two; with the scale that makes 60 bits at most.
    let bits = (n as f64 / unit as f64).to_bits();
    let scaled = (bits & ((1 << 52) - 1) | 1 << 52) * scale;
    // 0 has the least power there is: with 63 it stays 0.
    let power = (1075 - (bits >> 52)).min(63);
    let shown = (scaled + (1 << (power - 1)) - 1 + (scaled >> power & 1)) >> power;
    add_unsigned(text, shown / scale);
    if decimals > 0 {
        let start = text.len();
        add_unsigned(text, shown % scale + scale);
        // In place of the 1 that kept the zeros.
        text[start] = b'.';
    }
}

/// Adds nanoseconds in the largest unit that leaves 1 or more, with three digits as printf's `%.3g`: `1.5s`, `250ms`, `7ns`.
pub fn add_time(text: &mut Vec<u8>, ns: u64) {
    let (unit, name): (u64, &[u8]) = match ns {
        ..1_000 => (1, b"ns"),
        1_000..1_000_000 => (1_000, b"us"),
        1_000_000..1_000_000_000 => (1_000_000, b"ms"),
        _ => (1_000_000_000, b"s"),
    };
    add_scaled(text, ns, unit);
    if text.contains(&b'.') {
        while text.ends_with(b"0") {
            text.pop();
        }
        if text.ends_with(b".") {
            text.pop();
        }
    }
    text.extend_from_slice(name);
}

/// `struct ifinfomsg` of `<linux/rtnetlink.h>`.
pub fn ifinfo(family: u8, index: u32, flags: u32, change: u32) -> [u8; 16] {
    let mut head = [0; 16];
    head[0] = family;
    head[4..8].copy_from_slice(&index.to_ne_bytes());
    head[8..12].copy_from_slice(&flags.to_ne_bytes());
    head[12..16].copy_from_slice(&change.to_ne_bytes());
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(add: impl Fn(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        add(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn addresses_read_as_inet_ntop_writes_them() {
        for text in [
            "::",
            "::1",
            "1::",
            "fe80::1",
            "1:0:0:2::3",
            "::ffff:1.2.3.4",
            "::1.2.3.4",
            "1:2:3:4:5:6:7:8",
            "0:1::",
            "1:0:2::",
            "::2:0:0:0:3",
            "2001:db8::1:0:0:1",
            "ff02::1:ff00:1",
        ] {
            let parsed = args::addr(text.as_bytes(), 0).unwrap();
            let back = shown(|text| add_address(text, parsed.bytes()));
            assert_eq!(
                back.parse::<std::net::IpAddr>(),
                text.parse::<std::net::IpAddr>(),
                "{text}"
            );
            assert!(back.len() <= text.len(), "{text} {back}");
        }
        assert_eq!(shown(|text| add_address(text, &[10, 0, 0, 1])), "10.0.0.1");
    }

    #[test]
    fn times_scale() {
        for (ns, text) in [
            (0, "0ns"),
            (999, "999ns"),
            (1_000, "1us"),
            (1_234_000, "1.23ms"),
            (254_990_000_000, "255s"),
            (12_550_000_000, "12.6s"),
            (1_500_000_000, "1.5s"),
        ] {
            assert_eq!(shown(|buf| add_time(buf, ns)), text);
        }
    }

    #[test]
    fn scaled_numbers_round_as_printf_does() {
        let mut rng = 1u64;
        for unit in [1_000, 1_024, 1_000_000, 1 << 20, 1_000_000_000, 1 << 30] {
            for round in 0..20_000 {
                rng = rng.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
                // Every number from the unit on, where halves of a digit stand close, and others anywhere.
                let n = match round {
                    0..10_000 => unit + round * unit / 1_000,
                    _ => unit + (rng >> 16) % (999 * unit),
                };
                let decimals = [2, 1, 0][(n / unit).max(1).ilog10() as usize];
                let text = format!("{:.*}", decimals, n as f64 / unit as f64);
                assert_eq!(shown(|buf| add_scaled(buf, n, unit)), text, "{n} / {unit}");
            }
        }
        for (n, unit, text) in [
            (4_037, 1_000, "4.04"),
            (1_995, 1_024, "1.95"),
            (u64::MAX, 1_000_000_000_000_000_000, "18.4"),
            (u64::MAX, 1 << 60, "16.0"),
        ] {
            assert_eq!(shown(|buf| add_scaled(buf, n, unit)), text);
        }
    }

    #[test]
    fn tables() {
        assert_eq!(in_table(ARPHRD, 772), Some(&b"loopback"[..]));
        assert_eq!(in_table(ARPHRD, 5555), None);
        assert_eq!(of_table(SCOPES, b"link"), Some(253));
    }
}
