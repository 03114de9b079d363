//! Fixed tables of numbers and their names.

use crate::append::Append;
use crate::args;
use crate::text::{self, add_in_brackets};

/// Numbers, each with its name. A number may have several names, of which the first is shown, and a name several
/// numbers. Made by [`name_table!`](crate::name_table).
#[derive(Clone, Copy)]
pub struct Table(pub Rows);

/// The rows of a table: the number in two bytes, the length of the name in one, and the name.
#[derive(Clone, Copy)]
pub struct Rows(&'static [u8]);

impl Iterator for Rows {
    type Item = (u16, &'static [u8]);

    fn next(&mut self) -> Option<(u16, &'static [u8])> {
        let [low, high, len, rest @ ..] = self.0 else {
            return None;
        };
        let (name, rest) = rest.split_at_checked(usize::from(*len))?;
        self.0 = rest;
        Some((u16::from_le_bytes([*low, *high]), name))
    }
}

impl Table {
    /// A table of packed rows.
    pub const fn new(rows: &'static [u8]) -> Table {
        Table(Rows(rows))
    }

    /// The name of a number.
    pub fn name_of(mut self, n: u64) -> Option<&'static [u8]> {
        self.0.find(|row| u64::from(row.0) == n).map(|row| row.1)
    }

    /// The number of a name.
    pub fn number_of(mut self, name: &[u8]) -> Option<u64> {
        self.0.find(|row| row.1 == name).map(|row| row.0.into())
    }
}

/// Makes a [`Table`] of `NUMBER NAME` joined by `|`, packed at compile time.
///
/// ```ignore
/// const SCOPES: Table = name_table!("0 global|255 nowhere|254 host|253 link|200 site");
/// ```
#[macro_export]
macro_rules! name_table {
    ($text:expr) => {{
        const LEN: usize = $crate::names::table::packed_len($text);
        const ROWS: &[u8; LEN] = &$crate::names::table::pack($text);
        $crate::names::table::Table::new(ROWS)
    }};
}

/// How many bytes the rows of a text take.
pub const fn packed_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut len, mut at, mut in_name) = (3, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'|' => {
                len += 3;
                in_name = false;
            }
            b' ' if !in_name => in_name = true,
            _ if in_name => len += 1,
            _ => {}
        }
        at += 1;
    }
    len
}

/// The rows of a text, packed.
pub const fn pack<const LEN: usize>(text: &str) -> [u8; LEN] {
    let bytes = text.as_bytes();
    let mut rows = [0; LEN];
    let (mut row, mut at) = (0, 0);
    while at < bytes.len() {
        let mut number = 0u16;
        while bytes[at] != b' ' {
            number = number * 10 + (bytes[at] - b'0') as u16;
            at += 1;
        }
        at += 1;
        let mut len = 0;
        while at < bytes.len() && bytes[at] != b'|' {
            rows[row + 3 + len] = bytes[at];
            len += 1;
            at += 1;
        }
        at += 1;
        [rows[row], rows[row + 1]] = number.to_le_bytes();
        assert!(0 < len && len < 256);
        rows[row + 2] = len as u8;
        row += 3 + len;
    }
    rows
}

/// Link types, `ARPHRD_*` of `<linux/if_arp.h>` in iproute2's words.
pub static ARPHRD: Table = name_table!(
    "0 netrom|1 ether|2 eether|3 ax25|4 pronet|5 chaos|6 ieee802|7 arcnet|8 atalk|15 dlci|19 atm|\
    23 metricom|24 ieee1394|32 infiniband|256 slip|257 cslip|258 slip6|259 cslip6|260 rsrvd|264 adapt|270 rose|\
    271 x25|272 hwx25|280 can|512 ppp|513 hdlc|516 lapb|517 ddcmp|518 rawhdlc|768 ipip|769 tunnel6|770 frad|\
    771 skip|772 loopback|773 ltalk|774 fddi|775 bif|776 sit|777 ip/ddp|778 gre|779 pimreg|780 hippi|781 ash|\
    782 econet|783 irda|784 fcpp|785 fcal|786 fcpl|787 fcfb0|788 fcfb1|789 fcfb2|790 fcfb3|791 fcfb4|792 fcfb5|\
    793 fcfb6|794 fcfb7|795 fcfb8|796 fcfb9|797 fcfb10|798 fcfb11|799 fcfb12|800 tr|801 ieee802.11|\
    802 ieee802.11/prism|803 ieee802.11/radiotap|804 ieee802.15.4|805 ieee802.15.4/monitor|820 phonet|\
    821 phonet_pipe|822 caif|823 gre6|824 netlink|825 6lowpan|65534 none|65535 void"
);

/// Address families, `AF_*`, as `-family` and `via` take them.
pub static FAMILIES: Table = name_table!("2 inet|10 inet6|17 link|28 mpls|7 bridge");

/// The name of a family that is shown, also of one that has none.
pub fn family_name(family: u8) -> &'static [u8] {
    FAMILIES.name_of(family.into()).unwrap_or(b"???")
}

/// Types of routes, `RTN_*`, which are actions of rules as well.
pub static ROUTE_TYPES: Table = name_table!(
    "0 none|1 unicast|2 local|3 broadcast|4 anycast|5 multicast|6 blackhole|7 unreachable|8 prohibit|9 throw|10 nat|\
    11 xresolve"
);

/// The type of a route by its name, of which some may be shortened, or by its number.
pub fn route_type(word: &[u8]) -> Option<u8> {
    const TYPES: (&str, &[u8]) = (
        "=local|=nat|broadcast,=brd|anycast|multicast|prohibit|unreachable|blackhole|xresolve|unicast|=throw",
        &[2, 10, 3, 4, 5, 8, 7, 6, 11, 1, 9],
    );
    args::pick(word, TYPES).or_else(|| args::unsigned(word, 0xff).map(|n| n as u8))
}

/// Ethertypes that a bridge filters by.
pub static ETHERTYPES: Table = name_table!(
    "96 loop|512 pup|513 pupat|2048 ip|2053 x25|2054 arp|2303 bpq|2560 ieeepup|2561 ieeepupat|\
    24576 dec|24577 dna_dl|24578 dna_rc|24579 dna_rt|24580 lat|24581 diag|24582 cust|24583 sca|32821 rarp|32923 atalk|\
    33011 aarp|33079 ipx|34525 ipv6|34915 ppp_disc|34916 ppp_ses|34892 atmmpoa|34948 atmfate|1 802_3|2 ax25|3 all|4 802_2|\
    5 snap|6 ddcmp|7 wan_ppp|8 ppp_mp|9 localtalk|12 can|16 ppptalk|17 tr_802_2|21 mobitex|22 control|23 irda|24 econet|\
    35018 tipc|34962 profinet|34978 aoe|34980 ethercat|33024 802.1Q|34984 802.1ad|34887 mpls_uc|34888 mpls_mc|25944 teb|\
    35074 cfm|35020 LLDP|2048 ipv4"
);

/// The number of an ethertype by its name, in whatever case.
pub fn ethertype(name: &[u8]) -> Option<u64> {
    let mut rows = ETHERTYPES.0;
    let row = rows.find(|row| text::same(row.1, name));
    row.map(|row| row.0.into())
}

/// Adds an ethertype by its name, or without one or with `-N` as `[NUMBER]`.
pub fn add_ethertype(text: &mut Vec<u8>, n: u16, numeric: bool) {
    match ETHERTYPES.name_of(n.into()).filter(|_| !numeric) {
        Some(name) => text.append_bytes(name),
        None => add_in_brackets(text, n.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_found() {
        assert_eq!(ARPHRD.name_of(0), Some(&b"netrom"[..]));
        assert_eq!(ARPHRD.name_of(772), Some(&b"loopback"[..]));
        assert_eq!(ARPHRD.name_of(65535), Some(&b"void"[..]));
        assert_eq!(ARPHRD.name_of(5555), None);
        assert_eq!(ARPHRD.name_of(65536), None);
        assert_eq!(ARPHRD.number_of(b"loopback"), Some(772));
        assert_eq!(ARPHRD.number_of(b"loop"), None);
        assert_eq!(name_table!("1 A B|2 C").name_of(1), Some(&b"A B"[..]));
        assert_eq!(ethertype(b"IPV4"), Some(2048));
    }

    #[test]
    fn types_of_routes_are_shortened_as_iproute2_does() {
        for (word, number) in [
            ("u", Some(7)),
            ("uni", Some(1)),
            ("b", Some(3)),
            ("brd", Some(3)),
            ("bl", Some(6)),
            ("throw", Some(9)),
            ("thro", None),
            ("local", Some(2)),
            ("l", None),
            ("0x7", Some(7)),
            ("255", Some(255)),
            ("256", None),
            ("-1", None),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(route_type(word.as_bytes()), number, "{word}");
        }
        for (number, name) in ROUTE_TYPES.0.skip(1) {
            assert_eq!(route_type(name), Some(number as u8));
        }
    }
}
