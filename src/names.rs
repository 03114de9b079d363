//! Names for numbers and numbers for names: fixed tables, iproute2's files, interfaces and network namespaces.

pub mod netns;

use std::ffi::CStr;

use crate::args;
use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::files::read_file;
use crate::nl::sock::Socket;
use crate::nl::uapi::{ifla, rtext_filter, rtm};
use crate::nl::wire::{Attrs, Msg, field};
use crate::sys::Path;
use crate::text::{self, add, add_unsigned, decimal};

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
pub const ETHERTYPES: &str = "96 loop|512 pup|513 pupat|2048 ip|2053 x25|2054 arp|2303 bpq|2560 ieeepup|2561 ieeepupat|\
    24576 dec|24577 dna_dl|24578 dna_rc|24579 dna_rt|24580 lat|24581 diag|24582 cust|24583 sca|32821 rarp|32923 atalk|\
    33011 aarp|33079 ipx|34525 ipv6|34915 ppp_disc|34916 ppp_ses|34892 atmmpoa|34948 atmfate|1 802_3|2 ax25|3 all|4 802_2|\
    5 snap|6 ddcmp|7 wan_ppp|8 ppp_mp|9 localtalk|12 can|16 ppptalk|17 tr_802_2|21 mobitex|22 control|23 irda|24 econet|\
    35018 tipc|34962 profinet|34978 aoe|34980 ethercat|33024 802.1Q|34984 802.1ad|34887 mpls_uc|34888 mpls_mc|25944 teb|\
    35074 cfm|35020 LLDP|2048 ipv4";

/// The number of an ethertype by its name, in whatever case.
pub fn ethertype(name: &[u8]) -> Option<u64> {
    let mut rows = Rows(ETHERTYPES.as_bytes());
    rows.find(|row| text::same(row.1, name)).map(|row| row.0)
}

/// Adds an ethertype by its name, or without one or with `-N` as `[NUMBER]`.
pub fn add_ethertype(text: &mut Vec<u8>, n: u16, numeric: bool) {
    match in_table(ETHERTYPES, n.into()).filter(|_| !numeric) {
        Some(name) => text.extend_from_slice(name),
        None => add(text, b"[%]", &[&decimal(n.into())]),
    }
}

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
    line_in(
        &read(b"/etc/iproute2/").or_else(|| read(b"/usr/share/iproute2/"))?,
        n,
        name,
    )
}

/// The same in a text.
pub fn line_in(mut rest: &[u8], n: Option<u64>, name: &[u8]) -> Option<(u64, Vec<u8>)> {
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

/// A routing table's number: a number, or a name of the file `rt_tables`.
pub fn table(word: &[u8]) -> Option<u32> {
    let number = args::unsigned(word, u32::MAX.into())
        .or_else(|| of_table("253 default|254 main|255 local", word))
        .or_else(|| of_file("rt_tables", word))?;
    number.try_into().ok()
}

/// The name of a user or group in `/etc/passwd` or `/etc/group`, where the third field is its number.
pub fn owner(file: &CStr, id: u32) -> Option<Vec<u8>> {
    let text = read_file(file)?;
    let mut lines = text.split(|byte| *byte == b'\n');
    lines.find_map(|line| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = fields.next()?;
        let number = args::radix(fields.nth(1)?, 10)?;
        (number == id.into()).then(|| name.into())
    })
}

/// The number in `ifN`, which stands for an interface without a name here.
pub fn numbered(name: &[u8]) -> Option<u32> {
    let number = args::radix(name.strip_prefix(b"if")?, 10)?;
    u32::try_from(number).ok().filter(|n| *n > 0)
}

/// So many links are kept in mind.
const MOST_LINKS: usize = 1024;

/// What names mean in the current network namespace. Nothing is asked before it is needed, and nothing twice.
#[derive(Default)]
pub struct Names {
    /// Apart from the socket of a dump under way.
    socket: Option<Socket>,
    /// Index, `IFF_*` and name, by index.
    links: Vec<(u32, u32, Vec<u8>)>,
    /// Ids of named namespaces.
    namespaces: Option<Vec<(i32, Vec<u8>)>>,
    /// The last group that was looked for, and its name.
    group: (u32, Vec<u8>),
}

impl Names {
    /// Adds a link group's name, or its number.
    pub fn add_group(&mut self, text: &mut Vec<u8>, n: u32, numeric: bool) {
        if n != 0 && n != self.group.0 && !numeric {
            self.group = (n, in_file("group", n.into()).unwrap_or_default());
        }
        match &self.group.1[..] {
            _ if n == 0 && !numeric => text.extend_from_slice(b"default"),
            name if !name.is_empty() && !numeric => text.extend_from_slice(name),
            _ => add_unsigned(text, n.into()),
        }
    }

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

    /// Forgets what may have changed since.
    pub fn forget(&mut self) {
        self.links.clear();
        self.namespaces = None;
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
            // However many there are, memory is not to grow with them.
            Err(_) if self.links.len() == MOST_LINKS => {
                self.links = vec![(index, flags, name.into())]
            }
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
    /// `None` inside if the kernel says so; an error only if it cannot be asked.
    pub fn find(&mut self, name: &[u8]) -> Result<Option<u32>> {
        if let Some(link) = self.links.iter().find(|link| link.2 == name) {
            return Ok(Some(link.0));
        }
        let attr = match name {
            _ if args::is_ifname(name) => ifla::IFNAME,
            _ if args::is_altname(name) => ifla::ALT_IFNAME,
            _ => return Ok(None),
        };
        match self.ask(0, attr, name, None) {
            Ok(found) => Ok(Some(found.0)),
            Err(e) if e.code() == KERNEL => Ok(numbered(name)),
            Err(e) => Err(e),
        }
    }

    /// The index of a device that must be there, in the namespace with an id, or in this one.
    pub fn index_in(&mut self, namespace: Option<u32>, name: &[u8]) -> Result<u32> {
        if namespace.is_none() {
            return self.index(name);
        }
        let attr = if args::is_ifname(name) {
            ifla::IFNAME
        } else {
            ifla::ALT_IFNAME
        };
        let found = match self.ask(0, attr, name, namespace) {
            Err(e) if e.code() == KERNEL => numbered(name),
            asked => Some(asked?.0),
        };
        found.ok_or_else(|| Error::no_device(name))
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
            match self.ask(index, 0, &[], None) {
                Ok((index, flags, name)) => self.saw(index, flags, &name),
                Err(_) => break,
            }
        }
        add(text, b"if%", &[&decimal(index.into())]);
        None
    }

    /// Asks for one link by index, or by a name in the attribute `attr`, here or in the namespace with an id: its index, flags
    /// and name.
    fn ask(
        &mut self,
        index: u32,
        attr: u16,
        name: &[u8],
        away: Option<u32>,
    ) -> Result<(u32, u32, Vec<u8>)> {
        let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, index, 0, 0));
        // The bit 0x100 asks for the name alone, where a kernel knows it.
        msg.u32(
            ifla::EXT_MASK,
            rtext_filter::VF | rtext_filter::SKIP_STATS | 0x100,
        );
        if attr != 0 {
            msg.str(attr, name);
        }
        if let Some(id) = away {
            msg.u32(ifla::TARGET_NETNSID, id);
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

    #[test]
    fn tables() {
        assert_eq!(in_table(ARPHRD, 772), Some(&b"loopback"[..]));
        assert_eq!(in_table(ARPHRD, 5555), None);
        assert_eq!(of_table(SCOPES, b"link"), Some(253));
    }
}
