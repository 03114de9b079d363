//! The two addresses of a tunnel.

use crate::args::Prefix;
#[cfg(feature = "isolate")]
use crate::error::{Error, Result};

/// Chooses the two addresses: the first two that a host can have in the network; if the address of the network is a
/// host's itself, that one and the next, or at the end of the network the one before. False if there are none.
pub fn choose_addresses(network: &Prefix, near: &mut [u8; 16], far: &mut [u8; 16]) -> bool {
    let width = network.bytes().len();
    let len = usize::from(network.len);
    let room = 8 * width - len;
    near[..width].copy_from_slice(network.bytes());
    // Whether the host's part has these bits.
    let host_is = |address: &[u8; 16], bits: u8| {
        (len..len + room).all(|bit| (address[bit / 8] ^ bits) << (bit % 8) & 0x80 == 0)
    };
    // A network of two has neither an address of its own nor one for all (RFC 3021, RFC 6164); IPv6 has none for all.
    let has_own = room > 1;
    let has_broadcast = has_own && width == 4;
    if room == 0 || has_broadcast && host_is(near, 0xff) {
        return false;
    }
    let step = |address: &mut [u8; 16], by: u8| {
        for byte in address[..width].iter_mut().rev() {
            *byte = byte.wrapping_add(by);
            // The next byte has to be changed where this one begins anew.
            if *byte != if by == 1 { 0 } else { 0xff } {
                break;
            }
        }
    };
    if has_own && host_is(near, 0) {
        step(near, 1);
    }
    *far = *near;
    step(far, 1);
    if host_is(near, 0xff) || has_broadcast && host_is(far, 0xff) {
        *far = *near;
        step(far, 0xff);
    }
    true
}

/// The other host of a network of which an address is given: the first that there can be, or the second if that is given.
///
/// # Errors
/// The network has no room for two, or the address is its own or that of all its hosts.
#[cfg(feature = "isolate")]
pub fn opposite(own: &Prefix) -> Result<Prefix> {
    let (mut near, mut far) = ([0; 16], [0; 16]);
    let width = own.bytes().len();
    let fits = choose_addresses(own, &mut near, &mut far) && near[..width] == *own.bytes();
    if !fits {
        let mut text = Vec::new();
        own.add_to(&mut text);
        let refusal = "\"%\" is no address of one of two hosts";
        return Err(Error::refused(refusal, &text));
    }
    for bit in usize::from(own.len)..8 * width {
        near[bit / 8] &= !(0x80 >> (bit % 8));
    }
    let prefix = |bytes: &[u8; 16]| match bytes {
        [a, b, c, d, ..] if width == 4 => Prefix::inet([*a, *b, *c, *d], own.len),
        _ => Prefix::inet6(*bytes, own.len),
    };
    choose_addresses(&prefix(&near.clone()), &mut near, &mut far);
    let is_first = near[..width] == *own.bytes();
    Ok(prefix(if is_first { &far } else { &near }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::text::add_address;

    #[test]
    fn two_addresses_of_a_network() {
        for (cidr, both) in [
            ("10.1.1.0/24", "10.1.1.1 10.1.1.2"),
            ("10.1.1.7/24", "10.1.1.7 10.1.1.8"),
            ("10.1.1.254/24", "10.1.1.254 10.1.1.253"),
            ("10.1.1.0/30", "10.1.1.1 10.1.1.2"),
            ("10.1.1.2/30", "10.1.1.2 10.1.1.1"),
            ("10.1.1.4/31", "10.1.1.4 10.1.1.5"),
            ("10.1.1.5/31", "10.1.1.5 10.1.1.4"),
            ("10.0.0.0/8", "10.0.0.1 10.0.0.2"),
            ("fd00::/64", "fd00::1 fd00::2"),
            ("fd00::ffff/112", "fd00::ffff fd00::fffe"),
            ("fd00::2/127", "fd00::2 fd00::3"),
            ("10.1.1.255/24", ""),
            ("10.1.1.3/30", ""),
            ("10.1.1.1/32", ""),
            ("fd00::1/128", ""),
        ] {
            let network = args::cidr(cidr.as_bytes(), 0).unwrap();
            let (mut near, mut far) = ([0; 16], [0; 16]);
            let text = if choose_addresses(&network, &mut near, &mut far) {
                let text = [near, far].map(|address| {
                    let mut text = Vec::new();
                    add_address(&mut text, &address[..network.bytes().len()]);
                    String::from_utf8(text).unwrap()
                });
                text.join(" ")
            } else {
                String::new()
            };
            assert_eq!(text, both, "{cidr}");
        }
    }
}
