//! Which hosts are shown or deleted: the words of `ip tcp_metrics`.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::tcp_metrics::record::Record;
use crate::keywords;
use crate::nl::genl::request;
use crate::nl::uapi::af;
use crate::nl::uapi::tcp_metrics::{attr, cmd};
use crate::nl::wire::Msg;
use crate::text::decimal;

keywords! {
    /// The words. Any other is a prefix, as behind `address`.
    pub(crate) enum Word {
        Address = "=addr,=address",
        Source = "=src,=source",
    }
}

/// Which hosts are meant.
#[derive(Default)]
pub struct Req {
    /// `AF_*`, 0 for both.
    family: u8,
    /// The hosts.
    address: Option<Prefix>,
    /// The address of this machine.
    source: Option<Prefix>,
}

/// Reads the words. `command` is `TCP_METRICS_CMD_*`: what is deleted has to be one host. `family` is that of the global
/// options.
pub fn parse(w: &mut Words, command: u8, family: u8) -> Result<Req> {
    if !matches!(family, 0 | af::INET | af::INET6) {
        let family = decimal(family.into());
        return Err(Error::refused("Unsupported protocol family: %", &family));
    }
    let mut req = Req {
        family,
        ..Req::default()
    };
    while let Some(word) = w.next() {
        let known = Word::pick(word);
        let value = match known {
            Some(_) => w.value()?,
            None if args::prefix(word, "help") => return Err(Error::asks_for_usage()),
            None => word,
        };
        let is_source = known == Some(Word::Source);
        let (slot, key) = match is_source {
            true => (&mut req.source, "src"),
            false => (&mut req.address, "address"),
        };
        if slot.is_some() {
            return Err(Error::garbage(key, value));
        }
        let prefix = args::cidr(value, family)?;
        if (is_source || command == cmd::DEL) && !is_host(&prefix) {
            let text = "Error: a specific IP address is expected rather than \"%\"";
            return Err(Error::refused(text, value));
        }
        *slot = Some(prefix);
    }
    if command == cmd::DEL && req.address.is_none() {
        return Err(Error::required("address"));
    }
    Ok(req)
}

/// Whether a prefix is one address.
fn is_host(prefix: &Prefix) -> bool {
    !prefix.bytes().is_empty() && usize::from(prefix.len) == 8 * prefix.bytes().len()
}

/// Makes the request for the number that the family has; `command` is `TCP_METRICS_CMD_*`. The addresses are in it only where
/// one host is meant: a dump cannot be filtered by the kernel.
pub fn encode(req: &Req, command: u8, family: u16) -> Msg {
    let mut msg = request(family, command);
    if req.is_one() {
        for (prefix, attr) in [
            (&req.address, attr::ADDR_IPV4),
            (&req.source, attr::SADDR_IPV4),
        ] {
            if let Some(prefix) = prefix {
                let is_inet6 = u16::from(prefix.family == af::INET6);
                msg.bytes(attr + is_inet6, prefix.bytes());
            }
        }
    }
    msg
}

impl Req {
    /// Whether one host is meant.
    pub fn is_one(&self) -> bool {
        self.address.as_ref().is_some_and(is_host)
    }

    /// Whether all hosts are meant.
    pub fn is_all(&self) -> bool {
        let has_family = |prefix: &Prefix| prefix.family != 0;
        let is_some = self.family != 0 || self.source.is_some();
        !is_some && !self.address.as_ref().is_some_and(has_family)
    }

    /// Whether a host is one of them. One of which no source is told is of any.
    pub fn passes(&self, record: &Record) -> bool {
        let Some((kind, address)) = record.address() else {
            return false;
        };
        let family = match kind {
            attr::ADDR_IPV4 => af::INET,
            _ => af::INET6,
        };
        let is_of = |prefix: &Prefix| prefix.family == 0 || prefix.family == family;
        let is_from = |prefix: &Prefix| {
            let source = record.source();
            source.is_none_or(|(_, source)| source.0 == prefix.bytes())
        };
        let has_address = |prefix: &Prefix| is_of(prefix) && prefix.contains(address.0);
        (self.family == 0 || self.family == family)
            && self.address.as_ref().is_none_or(has_address)
            && self.source.as_ref().is_none_or(is_from)
    }
}
