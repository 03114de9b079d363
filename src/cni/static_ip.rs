//! `static`: the addresses are those of the configuration.

use crate::cni::call::{Call, Command};
use crate::cni::chained::previous;
use crate::cni::json::Each;
use crate::cni::outcome::{
    Address, Outcome, read_host, read_interface_address, read_network, read_routes,
};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::texts;
use crate::text::cut;

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    match call.command {
        Command::Add => add(call, outcome),
        Command::Check => check(call, outcome),
        _ => Ok(()),
    }
}

fn add(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    let ipam = call.object("ipam");
    call.check()?;
    if ipam.is_null() {
        return Err(Fault::other("IPAM config missing 'ipam' key", b""));
    }
    outcome.dns = ipam.get("dns").object_text();
    read_routes(call, ipam, &mut outcome.routes);
    let list = &mut outcome.addresses;
    let mut addresses = call.list_of(ipam, "addresses");
    while addresses.advance() {
        read_interface_address(call, addresses.value, "address", list);
    }
    let mut values = [&b""[..]; 2];
    call.read_args(&["IP", "GATEWAY"], &mut values);
    let [mut words, gateway] = values;
    while let Some(word) = cut(&mut words, b',') {
        if !word.is_empty() {
            add_plain(call, word, list);
        }
    }
    if let Some(gateway) = read_host(call, gateway) {
        for address in &mut *list {
            let prefix = address.prefix;
            if prefix.contains(gateway.bytes()) && prefix.family == gateway.family {
                address.gateway = Some(gateway);
            }
        }
    }
    let of_config = call.list_of(call.config_args(), "ips");
    let of_runtime = call.list_of(call.runtime(), "ips");
    replace(call, of_config, list);
    replace(call, of_runtime, list);
    call.check()
}

/// Puts the addresses that are asked for in the place of all others.
fn replace(call: &Call, mut asked: Each<'static>, list: &mut Vec<Address>) {
    let mut is_first = true;
    while asked.advance() {
        if is_first {
            list.clear();
        }
        is_first = false;
        add_plain(call, asked.value.text().unwrap_or_default(), list);
    }
}

fn add_plain(call: &Call, word: &[u8], list: &mut Vec<Address>) {
    list.push(Address {
        prefix: read_network(call, word),
        gateway: None,
        interface: None,
    });
}

fn check(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    let known: &mut Outcome = Box::leak(Box::default());
    previous(call, "Required prevResult missing", known)?;
    add(call, outcome)?;
    for address in &outcome.addresses {
        let mut others = known.addresses.iter();
        if !others.any(|known| known.prefix == address.prefix) {
            let text = "static: Failed to find address %";
            return Err(Fault::other(text, texts::network(address.prefix)));
        }
    }
    Ok(())
}
