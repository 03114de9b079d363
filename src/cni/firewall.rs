//! `firewall`: lets what a container sends, answers to that, and what goes to a published port through the chain FORWARD of
//! iptables, where there is one.

use crate::cni::call::{Call, Command};
use crate::cni::chained::previous;
use crate::cni::outcome::Outcome;
use crate::cni::protocol::Answer;
use crate::cni::table::{self, RuleTable};
use crate::cni::texts::fill;
use crate::nl::nft::Batch;
use crate::nl::packet::{Step::*, Subject};
use crate::nl::uapi::{af, nfproto};

const CHAIN: &[u8] = b"FORWARD";
const CHAINS: &[&[u8]] = &[CHAIN];

/// `struct xt_conntrack_mtinfo3` of `--ctstate RELATED,ESTABLISHED,DNAT`. The last is what a published port has led here, which the
/// reference does not let pass. It is not an expression of nf_tables: iptables(8) refuses a whole table for a rule that it would
/// not have written itself.
fn answers() -> [u8; 168] {
    let mut info = [0; 168];
    // match_flags: XT_CONNTRACK_STATE
    info[146..148].copy_from_slice(&1u16.to_ne_bytes());
    // state_mask: 2 << IP_CT_ESTABLISHED | 2 << IP_CT_RELATED | XT_CONNTRACK_STATE_DNAT
    info[150..152].copy_from_slice(&(6u16 | 1 << 7).to_ne_bytes());
    info
}

/// The families that have tables of iptables(8) and ip6tables(8).
const FAMILIES: [u8; 2] = [nfproto::IPV4, nfproto::IPV6];

/// The table of a family.
fn place(call: &Call, family: u8) -> &'static RuleTable {
    table::of_family(family, b"filter", fill("cni-% ", call.name))
}

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    match call.command {
        Command::Add => add(call, outcome),
        Command::Del => {
            for family in &FAMILIES {
                table::remove(call, place(call, *family), CHAINS)?;
            }
            Ok(())
        }
        Command::Gc => {
            for family in &FAMILIES {
                table::collect(call, place(call, *family), CHAINS)?;
            }
            Ok(())
        }
        Command::Check => previous(call, "Required prevResult missing", outcome),
        _ => Ok(()),
    }
}

fn add(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    previous(call, "missing prevResult from earlier plugin", outcome)?;
    for family in &FAMILIES {
        let place = place(call, *family);
        if !table::has_chain(place, CHAIN)? {
            continue;
        }
        let owner = table::owner(call, place);
        call.check()?;
        let family = match place.family {
            nfproto::IPV4 => af::INET,
            _ => af::INET6,
        };
        let mut batch = Batch::new(place.family, place.table);
        for address in &outcome.addresses {
            if address.prefix.family != family {
                continue;
            }
            let bytes = address.prefix.bytes();
            let one = (bytes, 8 * bytes.len() as u8);
            let mut subject = Subject::of(family == af::INET6);
            subject.source = one;
            subject.destination = one;
            subject.has_family = true;
            batch.first_rule(CHAIN, owner);
            subject.add(&[Source, Accept], &mut batch);
            batch.first_rule(CHAIN, owner);
            subject.add(&[Destination], &mut batch);
            batch.xt_match(b"conntrack", 3, &answers());
            subject.add(&[Accept], &mut batch);
        }
        table::send(batch)?;
    }
    Ok(())
}
