//! `loopback`: `lo` of the container is up.

use crate::cni::call::{Call, Command};
use crate::cni::outcome::{Address, Interface, Outcome, read, read_network};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{Sides, change, find, send, set_up};
use crate::nl::uapi::iff;
use crate::ns::LO;

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    match call.command {
        Command::Add => {
            let sides = Sides::open(call.netns)?;
            set_up(&mut sides.inside, LO)?;
            tell(call, outcome)
        }
        Command::Del => {
            if let Some(sides) = Sides::open_if_there(call.netns)? {
                send(&mut sides.inside, change(LO, 0, iff::UP))?;
            }
            Ok(())
        }
        Command::Check => {
            let sides = Sides::open(call.netns)?;
            let lo = find(&mut sides.inside, b"lo")?;
            match lo.is_some_and(|lo| lo.flags & iff::UP != 0) {
                true => Ok(()),
                false => Err(Fault::other("loopback interface is down", b"")),
            }
        }
        _ => Ok(()),
    }
}

fn tell(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    let previous = call.config.get("prevResult");
    if !previous.is_null() {
        return read(call, previous, outcome);
    }
    outcome.interfaces.push(Interface {
        name: b"lo",
        mac: b"00:00:00:00:00:00",
        sandbox: call.netns,
        ..Interface::default()
    });
    for word in &[&b"127.0.0.1/8"[..], b"::1/128"] {
        outcome.addresses.push(Address {
            prefix: read_network(call, word),
            gateway: None,
            interface: Some(0),
        });
    }
    Ok(())
}
