//! What plugins have in common that come behind another one: its result.

use crate::cni::call::Call;
use crate::cni::outcome::{Address, Interface, Outcome, read};
use crate::cni::protocol::{Answer, Fault};

/// Reads the result of the plugins before.
///
/// # Errors
/// There is none: `missing`.
pub fn previous(call: &Call, missing: &str, outcome: &mut Outcome) -> Answer<()> {
    let previous = call.config.get("prevResult");
    match previous.is_null() {
        true => Err(Fault::other(missing, b"")),
        false => read(call, previous, outcome),
    }
}

/// Whether it is the interface of the call.
pub fn is_own(call: &Call, interface: &Interface) -> bool {
    interface.name == call.ifname && !interface.sandbox.is_empty()
}

/// The first address of a family on the interface of the call.
pub fn address_of<'o>(call: &Call, outcome: &'o Outcome, family: u8) -> Option<&'o Address> {
    outcome.addresses.iter().find(|address| {
        let place = address.interface.unwrap_or(-1);
        let interface = outcome.interfaces.get(place as usize);
        address.prefix.family == family && interface.is_none_or(|interface| is_own(call, interface))
    })
}
