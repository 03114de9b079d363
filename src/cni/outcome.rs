//! What ADD answers: interfaces, addresses, routes and name servers, in the form of each version.

use crate::args::{Prefix, cidr};
use crate::cni::call::Call;
use crate::cni::json::Json;
use crate::cni::protocol::{Answer, Fault, V0_3_0, V1_0_0, V1_1_0, Version, begin_answer, wrong};
use crate::cni::texts::{Text, address, network};
use crate::cni::writer::Writer;
use crate::nl::uapi::af;
use crate::text::split;

/// What ADD has made.
#[derive(Default)]
pub struct Outcome {
    /// Interfaces, those outside first.
    pub interfaces: Vec<Interface>,
    /// Addresses.
    pub addresses: Vec<Address>,
    /// Routes.
    pub routes: Vec<Route>,
    /// The object of name servers as JSON; empty if there is none.
    pub dns: Text,
}

/// A plugin: does what is asked, and says of ADD what it has made.
pub type Plugin = fn(&Call, &mut Outcome) -> Answer<()>;

/// An interface.
#[derive(Default, Clone, Copy)]
pub struct Interface {
    /// Its name.
    pub name: Text,
    /// Its link-layer address, as text.
    pub mac: Text,
    /// The path of its network namespace; empty for one outside.
    pub sandbox: Text,
    /// What version 1.1.0 has beside that: `mtu`, 0 if it is not known.
    pub mtu: i64,
    /// `socketPath` and `pciID` of another plugin.
    pub others: [Text; 2],
}

/// An address, with the length of a prefix or without.
pub type Host = &'static Prefix;

/// An address of an interface.
#[derive(Clone, Copy)]
pub struct Address {
    /// The address, and the length of its network's prefix.
    pub prefix: Host,
    /// The gateway of that network.
    pub gateway: Option<Host>,
    /// The place of its interface in the list.
    pub interface: Option<i64>,
}

/// A route.
#[derive(Clone, Copy)]
pub struct Route {
    /// The destination.
    pub destination: Host,
    /// The gateway, where it is not that of the address.
    pub gateway: Option<Host>,
    /// What version 1.1.0 has beside that, by `NUMBERS`; 0 if it is not said.
    pub numbers: [u32; 5],
}

/// Members of a route since 1.1.0.
const NUMBERS: [&str; 5] = ["mtu", "advmss", "priority", "table", "scope"];
const OTHERS: [&str; 2] = ["socketPath", "pciID"];

/// Reads an address, with the length of a prefix or without. One of IPv4 has to be as it is shown: else `010` would be 8, and `10.1`
/// something else than it looks like.
fn read_prefix(word: &[u8], has_length: bool) -> Option<Host> {
    let prefix: Host = Box::leak(Box::new(cidr(word, 0).ok()?));
    let is_plain = match prefix.family {
        af::INET => address(prefix.bytes()) == split(word, b'/').0,
        family => family == af::INET6,
    };
    (is_plain && prefix.explicit == has_length).then_some(prefix)
}

/// Reads an address without a length.
pub fn read_address(word: &[u8]) -> Option<Host> {
    read_prefix(word, false)
}

/// Reads `ADDRESS/LENGTH`. Of what is none, which is refused, nothing is used.
pub fn read_network(call: &Call, word: &[u8]) -> Host {
    read_prefix(word, true).unwrap_or_else(|| {
        call.refuse("invalid CIDR address: %", word);
        Box::leak(Box::default())
    })
}

/// Reads an address; `None` if the word is empty.
pub fn read_host(call: &Call, word: &[u8]) -> Option<Host> {
    let host = read_address(word);
    if host.is_none() && !word.is_empty() {
        call.refuse("invalid IP address: %", word);
    }
    host
}

/// Reads the routes of an object.
pub fn read_routes(call: &Call, object: Json<'static>, routes: &mut Vec<Route>) {
    let mut list = call.list_of(object, "routes");
    while list.advance() {
        let route = list.value;
        let mut numbers = [0; 5];
        for (number, name) in numbers.iter_mut().zip(&NUMBERS) {
            *number = call.u32_of(route, name);
        }
        routes.push(Route {
            destination: read_network(call, call.text_of(route, "dst")),
            gateway: read_host(call, call.text_of(route, "gw")),
            numbers,
        });
    }
}

/// The families of addresses, `AF_*`.
pub const FAMILIES: [u8; 2] = [af::INET, af::INET6];
/// The members of old results for them.
const OLD: [&str; 2] = ["ip4", "ip6"];

/// Reads a result in the form of the version of the call.
pub fn read(call: &Call, result: Json<'static>, outcome: &mut Outcome) -> Answer<()> {
    if !result.is_object() {
        return Err(wrong("result"));
    }
    outcome.dns = result.get("dns").object_text();
    if call.version < V0_3_0 {
        for family in &OLD {
            let old = result.get(family);
            if !old.is_null() {
                read_placed(call, old, "ip", &mut outcome.addresses);
                read_routes(call, old, &mut outcome.routes);
            }
        }
        return call.check();
    }
    let mut list = call.list_of(result, "interfaces");
    while list.advance() {
        let interface = list.value;
        let text = |name| call.text_of(interface, name);
        outcome.interfaces.push(Interface {
            name: text("name"),
            mac: text("mac"),
            sandbox: text("sandbox"),
            mtu: call.number_of(interface, "mtu"),
            others: [text(OTHERS[0]), text(OTHERS[1])],
        });
    }
    let mut list = call.list_of(result, "ips");
    while list.advance() {
        read_placed(call, list.value, "address", &mut outcome.addresses);
    }
    read_routes(call, result, &mut outcome.routes);
    call.check()
}

/// Reads the address of an object, whose member has that name, and its gateway.
pub fn read_interface_address(
    call: &Call,
    object: Json<'static>,
    name: &str,
    list: &mut Vec<Address>,
) {
    list.push(Address {
        prefix: read_network(call, call.text_of(object, name)),
        gateway: read_host(call, call.text_of(object, "gateway")),
        interface: None,
    });
}

/// The same with the place of the interface.
fn read_placed(call: &Call, object: Json<'static>, name: &str, list: &mut Vec<Address>) {
    read_interface_address(call, object, name, list);
    if !object.get("interface").is_null()
        && let Some(address) = list.last_mut()
    {
        address.interface = Some(call.number_of(object, "interface"));
    }
}

impl Outcome {
    /// Writes it in the form of a version.
    ///
    /// # Errors
    /// The first two versions need an address.
    pub fn write(&self, version: Version, writer: &mut Writer) -> Answer<()> {
        if version < V0_3_0 && self.addresses.is_empty() {
            return Err(Fault::other("cannot convert: no valid IP addresses", b""));
        }
        begin_answer(version, writer);
        if version < V0_3_0 {
            self.write_old(writer);
        } else {
            self.write_new(version, writer);
        }
        writer.raw(b"dns", if self.dns.is_empty() { b"{}" } else { self.dns });
        writer.close(b'}');
        Ok(())
    }

    fn write_old(&self, writer: &mut Writer) {
        for (name, &family) in OLD.iter().zip(&FAMILIES) {
            let mut addresses = self.addresses.iter();
            let Some(address) = addresses.find(|address| address.prefix.family == family) else {
                continue;
            };
            writer.open(name.as_bytes(), b'{');
            write_address(address, b"ip", writer);
            self.write_routes(family, false, writer);
            writer.close(b'}');
        }
    }

    fn write_new(&self, version: Version, writer: &mut Writer) {
        if !self.interfaces.is_empty() {
            writer.open(b"interfaces", b'[');
            for interface in &self.interfaces {
                writer.open(b"", b'{');
                writer.string(b"name", interface.name);
                writer.string_if_any(b"mac", interface.mac);
                if version >= V1_1_0 && interface.mtu != 0 {
                    writer.number(b"mtu", interface.mtu);
                }
                writer.string_if_any(b"sandbox", interface.sandbox);
                if version >= V1_1_0 {
                    for (name, value) in OTHERS.iter().zip(&interface.others) {
                        writer.string_if_any(name.as_bytes(), value);
                    }
                }
                writer.close(b'}');
            }
            writer.close(b']');
        }
        if !self.addresses.is_empty() {
            writer.open(b"ips", b'[');
            for address in &self.addresses {
                writer.open(b"", b'{');
                if version < V1_0_0 {
                    let is_inet6 = address.prefix.family == af::INET6;
                    writer.string(b"version", if is_inet6 { b"6" } else { b"4" });
                }
                if let Some(place) = address.interface {
                    writer.number(b"interface", place);
                }
                write_address(address, b"address", writer);
                writer.close(b'}');
            }
            writer.close(b']');
        }
        self.write_routes(0, version >= V1_1_0, writer);
    }

    /// Writes the routes of a family, 0 for any, if there are any; with `has_numbers` also what 1.1.0 has.
    fn write_routes(&self, family: u8, has_numbers: bool, writer: &mut Writer) {
        let mut is_open = false;
        for route in &self.routes {
            if family != 0 && route.destination.family != family {
                continue;
            }
            if !is_open {
                writer.open(b"routes", b'[');
                is_open = true;
            }
            writer.open(b"", b'{');
            writer.string(b"dst", network(route.destination));
            write_host(route.gateway, b"gw", writer);
            for (name, number) in NUMBERS.iter().zip(&route.numbers) {
                if has_numbers && *number != 0 {
                    writer.number(name.as_bytes(), (*number).into());
                }
            }
            writer.close(b'}');
        }
        if is_open {
            writer.close(b']');
        }
    }
}

fn write_address(address: &Address, name: &[u8], writer: &mut Writer) {
    writer.string(name, network(address.prefix));
    write_host(address.gateway, b"gateway", writer);
}

fn write_host(host: Option<Host>, name: &[u8], writer: &mut Writer) {
    if let Some(host) = host {
        writer.string(name, address(host.bytes()));
    }
}
