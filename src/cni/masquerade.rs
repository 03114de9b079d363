//! `ipMasq`: what a container sends to other networks than its own gets the address of the device that it leaves by.

use crate::cni::call::Call;
use crate::cni::outcome::Address;
use crate::cni::protocol::Answer;
use crate::cni::table;
use crate::nl::nft::Batch;
use crate::nl::packet::{Step::*, Subject};
use crate::nl::uapi::{af, nf_inet};

const CHAIN: &[u8] = b"masquerade";
const CHAINS: &[&[u8]] = &[CHAIN];
/// The priority of what changes sources.
pub const SOURCE_NAT: i32 = 100;
const MULTICAST: (&[u8], u8) = (&[224], 4);
const MULTICAST6: (&[u8], u8) = (&[0xff], 8);

/// Adds the rules of addresses.
pub fn add(call: &Call, addresses: &[Address]) -> Answer<()> {
    let place = table::own(call);
    let owner = table::owner(call, place);
    call.check()?;
    let mut batch = Batch::new(place.family, place.table);
    batch.table(0, 0);
    batch.chain(CHAIN, true, nf_inet::POST_ROUTING, SOURCE_NAT);
    for address in addresses {
        let bytes = address.prefix.bytes();
        let is_ipv6 = address.prefix.family == af::INET6;
        let mut subject = Subject::of(is_ipv6);
        subject.source = (bytes, 8 * bytes.len() as u8);
        subject.is_whole = true;
        let mut pass = |destination| {
            subject.destination = destination;
            batch.rule(CHAIN, owner);
            subject.add(&[Source, Destination, Accept], &mut batch);
        };
        pass((bytes, address.prefix.len));
        pass(if is_ipv6 { MULTICAST6 } else { MULTICAST });
        batch.rule(CHAIN, owner);
        subject.add(&[Source, Masquerade], &mut batch);
    }
    table::send(batch)
}

/// Takes them away.
pub fn remove(call: &Call) -> Answer<()> {
    table::remove(call, table::own(call), CHAINS)
}

/// Takes those of all others than the valid attachments away.
pub fn collect(call: &Call) -> Answer<()> {
    table::collect(call, table::own(call), CHAINS)
}
