//! The name servers that are used inside, and the file that names them.

use super::rules::{Rules, Use};
use super::settings;
use crate::args;
use crate::files;
use crate::text::{add_address, add_one, cut, next_word};

use std::ffi::CStr;

/// Where the caller's name servers are. The others have the real ones where the first names a server on this machine, which
/// asks them: systemd-resolved, and NetworkManager with dnsmasq.
const FILES: [&CStr; 3] = [
    c"/etc/resolv.conf",
    c"/run/systemd/resolve/resolv.conf",
    c"/run/NetworkManager/no-stub-resolv.conf",
];

/// Adds the servers to use: where none is named, with `--nat` the caller's. Those that cannot be reached from inside are left
/// out, with a line for people.
pub fn find_servers(rules: &mut Rules, warn: &mut dyn FnMut(&[u8])) {
    if !rules.masquerade {
        return;
    }
    let mut is_missed = false;
    for file in &FILES {
        if !rules.has(Use::Dns) {
            let text = files::read_file(file).unwrap_or_default();
            is_missed = read(&text, settings::ipv6().is_some(), rules);
        }
    }
    if is_missed || !rules.has(Use::Dns) {
        warn(b"isolate: name servers are left out that cannot be reached from inside; --dns names others");
    }
}

/// Adds the servers of a file that can be reached from inside; whether there are others.
fn read(mut text: &[u8], ipv6: bool, rules: &mut Rules) -> bool {
    let mut others = false;
    while let Some(mut line) = cut(&mut text, b'\n') {
        if next_word(&mut line) != b"nameserver" {
            continue;
        }
        // One with a `%DEVICE` is link-local.
        match args::addr(next_word(&mut line), 0) {
            Ok(server) if is_reachable(server.bytes(), ipv6) => rules.add_server(server),
            _ => others = true,
        }
    }
    others
}

fn is_reachable(server: &[u8], ipv6: bool) -> bool {
    match server {
        [0 | 127, _, _, _] => false,
        [_, _, _, _] => true,
        // What begins with eight zeros is this machine or IPv4 in another form, fe80::/10 is link-local.
        [0, 0, 0, 0, 0, 0, 0, 0, ..] | [0xfe, 0x80..0xc0, ..] => false,
        _ => ipv6,
    }
}

/// The text of /etc/resolv.conf inside: the servers, and what the caller's says besides.
pub fn resolv_conf(rules: &Rules) -> Vec<u8> {
    with_servers(&files::read_file(FILES[0]).unwrap_or_default(), rules)
}

fn with_servers(mut old: &[u8], rules: &Rules) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(line) = cut(&mut old, b'\n') {
        if !matches!(next_word(&mut &*line), b"nameserver" | b"") {
            add_one(&mut text, "%\n", line);
        }
    }
    for port in &rules.ports {
        if port.r#use == Use::Dns {
            let mut word = Vec::new();
            add_address(&mut word, port.address.bytes());
            add_one(&mut text, "nameserver %\n", &word);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_cannot_be_reached_are_left_out() {
        let file = b"# nameserver 9.9.9.9\nnameserver 127.0.0.53\n nameserver\t10.0.0.1 x\nnameserver ::1\n\
            nameserver fe80::1%eth0\nnameserver 2001:db8::1\nnameserver\nnameserver x\noptions a";
        let found = |file: &[u8], ipv6| {
            let mut rules = Rules::default();
            let others = read(file, ipv6, &mut rules);
            let text = String::from_utf8(with_servers(b"", &rules)).unwrap();
            (text, others)
        };
        let both = "nameserver 10.0.0.1\nnameserver 2001:db8::1\n";
        assert_eq!(found(file, true), (both.to_owned(), true));
        let one = "nameserver 10.0.0.1\n";
        assert_eq!(found(file, false), (one.to_owned(), true));
        assert_eq!(found(one.as_bytes(), false), (one.to_owned(), false));
    }

    #[test]
    fn the_rest_of_the_file_stays() {
        let mut rules = Rules::default();
        rules.add(Use::Dns, b"1.1.1.1").unwrap();
        let old = b"; c\n\nsearch a b\nnameserver 2.2.2.2\noptions ndots:2";
        let text = with_servers(old, &rules);
        let new = "; c\nsearch a b\noptions ndots:2\nnameserver 1.1.1.1\n";
        assert_eq!(String::from_utf8(text).unwrap(), new);
    }
}
