//! The words of `--publish`, `--allow` and `--dns`, and what they mean.

use crate::args::{self, Prefix};
use crate::error::{Error, Result};
use crate::text::{add_one, cut, split};

/// What is let through the tunnel.
#[derive(Default)]
pub struct Rules {
    /// `--nat`: what comes from inside gets the address of the interface that it leaves by.
    pub masquerade: bool,
    /// What the words say, in their order.
    pub ports: Vec<Port>,
    /// A line for each of the words.
    lines: Vec<u8>,
}

/// What a port is for.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Use {
    /// `--allow`: what may be reached from inside; all if there is none.
    #[default]
    Allow,
    /// `--dns`: a name server.
    Dns,
    /// `--publish`: it leads inside.
    Publish,
}

/// A port, or all of them.
#[derive(Default)]
pub struct Port {
    /// What it is for.
    pub r#use: Use,
    /// Addresses; all where it is of no family.
    pub address: Prefix,
    /// 0 for all of them, and all protocols.
    pub port: u16,
    /// `IPPROTO_TCP` or `IPPROTO_UDP`, or 0 for both.
    pub protocol: u8,
    /// Of a published one the port inside.
    pub inner: u16,
}

/// What the words of each [`Use`] are, and a line that describes one.
const FORMS: [(&str, &str); 3] = [
    ("\"%\" is not CIDR or ADDR[:PORT[/PROTO]]", "allow %\n"),
    ("\"%\" is no address of a server", "dns %\n"),
    ("\"%\" is not [ADDR:]PORT:INNER[/udp]", "publish %\n"),
];
/// The port of name servers.
const DNS: u16 = 53;

/// The tunnel as it is seen from outside.
pub struct Tunnel<'t> {
    /// The outer device, which the table is named after.
    pub name: &'t [u8],
    /// Its index.
    pub index: u32,
    /// The address of the inner device.
    pub inner: [u8; 4],
    /// The IPv6 addresses of the outer and the inner device, if there are any.
    pub both6: Option<[[u8; 16]; 2]>,
}

/// What comes from `::1` cannot be led elsewhere, other than what comes from 127.0.0.1.
const LOOPBACK6: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
/// `IPPROTO_*`.
pub const TCP: u8 = libc::IPPROTO_TCP as u8;
/// `IPPROTO_*`.
pub const UDP: u8 = libc::IPPROTO_UDP as u8;

impl Rules {
    /// Whether there is a port for something.
    pub fn has(&self, what: Use) -> bool {
        self.ports.iter().any(|port| port.r#use == what)
    }

    /// Whether nothing has to be done: name servers alone are a matter of /etc/resolv.conf.
    pub fn is_empty(&self) -> bool {
        !self.masquerade && !self.has(Use::Allow) && !self.has(Use::Publish)
    }

    /// Reads `CIDR` or `ADDR[:PORT[/PROTO]]`, `ADDR`, or `[ADDR:]PORT:INNER[/udp]`.
    pub fn add(&mut self, what: Use, word: &[u8]) -> Result<()> {
        let (wrong, line) = FORMS[what as usize];
        let mut port = Port {
            r#use: what,
            ..Port::default()
        };
        if read_port(word, &mut port).is_none() {
            return Err(Error::refused(wrong, word));
        }
        add_one(&mut self.lines, line, word);
        self.ports.push(port);
        Ok(())
    }

    /// Adds a name server.
    pub fn add_server(&mut self, address: Prefix) {
        self.ports.push(Port {
            r#use: Use::Dns,
            address,
            port: DNS,
            ..Port::default()
        });
    }

    /// Says what is asked for, in lines without their end.
    pub fn describe(&self, each: &mut dyn FnMut(&[u8])) {
        if self.masquerade {
            each(b"nat");
        }
        let mut lines = &self.lines[..];
        while let Some(line) = cut(&mut lines, b'\n') {
            each(line);
        }
    }
}

fn read_port(word: &[u8], read: &mut Port) -> Option<()> {
    let is_published = read.r#use == Use::Publish;
    // A plain IPv6 network has colons, but no port.
    if !is_published && read_network(word, &mut read.address).is_some() {
        if read.r#use == Use::Dns {
            read.port = DNS;
            return is_one(&read.address);
        }
        return Some(());
    }
    let (mut rest, last) = split_last(word)?;
    let (number, protocol) = split(last, b'/');
    read.protocol = match protocol {
        b"tcp" => TCP,
        b"udp" => UDP,
        b"" if number.len() == last.len() => u8::from(is_published) * TCP,
        _ => return None,
    };
    read.port = read_number(number)?;
    if is_published {
        read.inner = read.port;
        let (address, port) = split_last(rest).unwrap_or((b"any", rest));
        read.port = read_number(port)?;
        rest = address;
    }
    // An IPv6 address in front of a port has to be in brackets.
    let address = match rest {
        [b'[', inside @ .., b']'] => inside,
        _ if rest.contains(&b':') => return None,
        _ => rest,
    };
    read_network(address, &mut read.address)?;
    match read.r#use {
        Use::Allow => Some(()),
        Use::Publish if read.address.family == 0 => Some(()),
        Use::Publish => is_one(&read.address),
        Use::Dns => None,
    }
}

/// It has to be one address, of which somebody else can be sent packets.
fn is_one(address: &Prefix) -> Option<()> {
    let bits = 8 * address.bytes().len();
    let is_one = bits > 0 && usize::from(address.len) == bits && address.bytes() != LOOPBACK6;
    is_one.then_some(())
}

/// Reads an address or a network; `any` is of no family. It is written out: where all depends on it, `80` is no address.
fn read_network(word: &[u8], network: &mut Prefix) -> Option<()> {
    let (host, _) = split(word, b'/');
    let dots = host.iter().filter(|byte| **byte == b'.').count();
    let is_written_out = dots == 3 || host.contains(&b':') || word == b"any";
    (is_written_out && network.read(word, 0, true).is_ok()).then_some(())
}

/// What stands before and behind the last colon that is in no brackets.
fn split_last(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = word.len();
    while at > 0 {
        at -= 1;
        match word[at] {
            b':' => return Some((&word[..at], &word[at + 1..])),
            b']' => return None,
            _ => {}
        }
    }
    None
}

/// A port in decimal, from 1 on.
fn read_number(word: &[u8]) -> Option<u16> {
    let port = args::radix(word, 10)?.try_into().ok();
    port.filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::add_address;

    fn read(word: &str, what: Use) -> Option<Port> {
        let mut port = Port {
            r#use: what,
            ..Port::default()
        };
        read_port(word.as_bytes(), &mut port).map(|()| port)
    }

    fn address(prefix: &Prefix) -> String {
        let mut text = Vec::new();
        add_address(&mut text, prefix.bytes());
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn words_of_publish() {
        for (word, meaning) in [
            ("8080:80", " 8080 80 6"),
            ("1:65535/tcp", " 1 65535 6"),
            ("53:5353/udp", " 53 5353 17"),
            ("198.51.100.2:8080:80", "198.51.100.2 8080 80 6"),
            ("127.0.0.1:8080:80/udp", "127.0.0.1 8080 80 17"),
            ("[2001:db8::2]:8080:80", "2001:db8::2 8080 80 6"),
            ("[198.51.100.2]:8080:80", "198.51.100.2 8080 80 6"),
        ] {
            let read = read(word, Use::Publish).expect(word);
            let host = address(&read.address);
            let found = format!("{host} {} {} {}", read.port, read.inner, read.protocol);
            assert_eq!(found, meaning, "{word}");
        }
        for word in [
            "",
            "80",
            ":80",
            "80:",
            "0:80",
            "80:0",
            "65536:80",
            "80:65536",
            "+80:80",
            "0x50:80",
            "80:80/",
            "80:80/icmp",
            "80/udp:80",
            "80:80/udp/tcp",
            "2001:db8::2:8080:80",
            "[2001:db8::2]8080:80",
            "2001:db8::2]:8080:80",
            "[]:8080:80",
            "[::1]:8080:80",
            "10.0.0.0/8:80:80",
            "10.1:80:80",
            "eth0:80:80",
            "any/4:80:80",
            ":80:80",
            "80:80:80",
        ] {
            assert!(read(word, Use::Publish).is_none(), "{word}");
        }
    }

    #[test]
    fn words_of_allow() {
        for (word, meaning) in [
            ("10.0.0.0/8", "10.0.0.0/8 0 0"),
            ("10.0.0.0/255.0.0.0", "10.0.0.0/8 0 0"),
            ("10.0.0.1", "10.0.0.1/32 0 0"),
            ("10.0.0.1:443", "10.0.0.1/32 443 0"),
            ("10.0.0.1:443/tcp", "10.0.0.1/32 443 6"),
            ("10.0.0.0/8:53/udp", "10.0.0.0/8 53 17"),
            ("2001:db8::/32", "2001:db8::/32 0 0"),
            ("2001:db8::1", "2001:db8::1/128 0 0"),
            ("2001:db8::1:443", "2001:db8::1:443/128 0 0"),
            ("[2001:db8::1]:443", "2001:db8::1/128 443 0"),
            ("[2001:db8::/32]:443/tcp", "2001:db8::/32 443 6"),
            ("0.0.0.0/0:443", "0.0.0.0/0 443 0"),
            ("any", "/0 0 0"),
            ("any:443/tcp", "/0 443 6"),
        ] {
            let read = read(word, Use::Allow).expect(word);
            let network = format!("{}/{}", address(&read.address), read.address.len);
            let found = format!("{network} {} {}", read.port, read.protocol);
            assert_eq!(found, meaning, "{word}");
        }
        for word in [
            "",
            "80",
            "10",
            "10.0/8",
            "all",
            "default",
            "any/8",
            "10.0.0.0/33",
            "10.0.0.1:",
            "10.0.0.1:0",
            "10.0.0.1:x",
            "10.0.0.1:443/",
            "10.0.0.1:443/icmp",
            "10.0.0.1/tcp",
            "[10.0.0.1",
            "[2001:db8::1]",
            "[2001:db8::1]443",
            "[2001:db8::1]:443/sctp",
            "2001:db8::g",
            "example.org",
            "example.org:443",
            ":443",
        ] {
            assert!(read(word, Use::Allow).is_none(), "{word}");
        }
    }

    #[test]
    fn wrong_words_are_shown() {
        let mut rules = Rules::default();
        assert!(rules.is_empty());
        for good in ["1.1.1.1", "2001:db8::1"] {
            rules.add(Use::Dns, good.as_bytes()).unwrap();
        }
        assert!(rules.is_empty());
        for bad in [
            "",
            "1.1.1.0/24",
            "1.1",
            "any",
            "localhost",
            "1.1.1.1:53",
            "::1",
        ] {
            assert!(rules.add(Use::Dns, bad.as_bytes()).is_err(), "{bad}");
        }
        let error = rules.add(Use::Publish, b"x").unwrap_err();
        let text = "\"x\" is not [ADDR:]PORT:INNER[/udp]";
        assert_eq!(error.text(), text.as_bytes());
        rules.add(Use::Publish, b"80:80").unwrap();
        rules.add(Use::Allow, b"10.0.0.0/8").unwrap();
        rules.masquerade = true;
        let mut lines = Vec::new();
        rules.describe(&mut |line| lines.push(String::from_utf8(line.to_vec()).unwrap()));
        let all = [
            "nat",
            "dns 1.1.1.1",
            "dns 2001:db8::1",
            "publish 80:80",
            "allow 10.0.0.0/8",
        ];
        assert_eq!(lines, all);
        assert!(!rules.is_empty());
    }
}
