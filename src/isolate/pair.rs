//! The names and addresses of a tunnel: a veth pair, `isoN` outside and `eth0` inside, with addresses of 10.1.N.0/24 and
//! fd00:N::/64.

use crate::args::Prefix;
use crate::error::{Error, Result};
use crate::text::decimal;

/// A tunnel, made or to be made.
pub struct Tunnel {
    /// The N of its names.
    pub n: u8,
    /// The N that something else uses.
    pub taken: [bool; 256],
    /// The addresses inside that were asked for.
    pub named: [Option<Prefix>; 2],
    /// The index of the end outside, 0 if it is not made.
    pub index: u32,
    /// The index of the end inside.
    pub peer: u32,
    /// The addresses outside and inside, of IPv4 and IPv6.
    pub ends: [[Prefix; 2]; 2],
    /// Whether the kernel has taken that of IPv6.
    pub has_inet6: bool,
    /// Whether the inside has a default route of IPv6.
    pub has_default_route6: bool,
}

impl Tunnel {
    /// The name of the end outside.
    pub fn name(&self) -> Vec<u8> {
        [b"iso", &*decimal(self.n.into())].concat()
    }

    /// The addresses for the next N that is free.
    pub fn next(&mut self) -> Result<()> {
        loop {
            self.n = self.n.wrapping_add(1);
            if self.n == 0 {
                let text = match cfg!(feature = "isolate") {
                    true => "no free /24 in 10.1.0.0/16, name one with --addr",
                    false => "no free /24 in 10.1.0.0/16",
                };
                return Err(Error::refused(text, b""));
            }
            if !self.taken[usize::from(self.n)] {
                break;
            }
        }
        // 10.1.16.0 and fd00:16:: belong together: the digits are the same.
        let digits = self.n / 100 * 16 + self.n / 10 % 10;
        for (host, end) in (1..).zip(&mut self.ends) {
            end[0] = Prefix::inet([10, 1, self.n, host], 24);
            let mut address = [0; 16];
            address[0] = 0xfd;
            address[2] = digits >> 4;
            address[3] = (digits << 4) | (self.n % 10);
            address[15] = host;
            end[1] = Prefix::inet6(address, 64);
        }
        #[cfg(feature = "isolate")]
        for (n, own) in self.named.iter().enumerate() {
            if let Some(own) = own {
                self.ends[0][n] = crate::ns::addresses::opposite(own)?;
                self.ends[1][n] = *own;
            }
        }
        Ok(())
    }
}
