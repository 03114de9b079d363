//! Network plugins of container runtimes (CNI), by the name of the link or as `ipso cni TYPE`.
//!
//! A runtime says in the environment and on standard input what is to be done ([`protocol`]); the answer is JSON on standard
//! output ([`outcome`], [`writer`]), also where it is a refusal. Each plugin is a file; those that make an interface share
//! `attach`.

pub mod call;
pub mod json;
pub mod outcome;
pub mod protocol;
pub mod texts;
pub mod writer;

mod attach;
mod bridge;
mod chained;
mod firewall;
mod flows;
mod host_device;
mod host_local;
mod ipam;
mod loopback;
mod lower;
mod masquerade;
mod portmap;
mod ptp;
mod sides;
mod static_ip;
mod store;
mod table;
mod tuning;
mod veth;

use std::os::fd::AsFd;

use crate::args;
use crate::cni::call::{Call, Command};
use crate::cni::outcome::Plugin;
use crate::cni::protocol::{Answer, CONFIG, Fault, MISSING, Version, write_fault, write_versions};
use crate::cni::writer::Writer;
use crate::error::{Error, REFUSED, Result};
use crate::files;
use crate::ip::command::Io;
use crate::sys;
use crate::text::fill_one;

/// The plugins, and their functions.
pub const PLUGINS: (&str, &[Plugin]) = (
    "=loopback|=bridge|=ptp|=macvlan|=ipvlan|=vlan|=host-device|=host-local|=static|=portmap|=tuning|=firewall",
    &[
        loopback::run,
        |call, outcome| attach::run(call, outcome, &bridge::KIND),
        |call, outcome| attach::run(call, outcome, &ptp::KIND),
        |call, outcome| attach::run(call, outcome, &lower::MACVLAN_KIND),
        |call, outcome| attach::run(call, outcome, &lower::IPVLAN_KIND),
        |call, outcome| attach::run(call, outcome, &lower::VLAN_KIND),
        |call, outcome| attach::run(call, outcome, &host_device::KIND),
        host_local::run,
        static_ip::run,
        portmap::run,
        tuning::run,
        firewall::run,
    ],
);

/// The plugin with a name.
pub fn find_plugin(name: &[u8]) -> Option<Plugin> {
    args::pick(name, PLUGINS)
}

/// Whether this is a runtime that calls a plugin with the name of the program, one that ipso has or not.
pub fn is_called(name: &[u8]) -> bool {
    let is_other = || sys::env(b"CNI_COMMAND").is_some() && !name.starts_with(b"ip");
    find_plugin(name).is_some() || is_other()
}

/// Runs a plugin as a runtime calls it. The exit status is 0, or 1 for a refusal, which is on standard output as well.
pub fn run(name: &[u8], io: &mut Io) -> Result<()> {
    let Some(command) = sys::env(b"CNI_COMMAND") else {
        find_plugin(name).ok_or_else(|| Error::say(REFUSED, fill_one(MISSING, name)))?;
        // Some runtimes read the version from this text; it is that of the protocol.
        let text = "CNI % plugin v1.1.0\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n";
        io.out.warn(&fill_one(text, name));
        return Ok(());
    };
    let mut version = Version(0);
    let mut writer = Writer::default();
    let mut undo = None;
    let mut done = answer(name, command, &mut version, &mut writer, &mut undo).map_err(|fault| {
        writer.text.clear();
        write_fault(fault, version, &mut writer);
        Error::status(REFUSED)
    });
    if !writer.text.is_empty() {
        writer.text.push(b'\n');
        io.out.raw(&writer.text);
    }
    if let Some((plugin, call)) = undo {
        // Of what ADD has made nobody knows unless the result is written. A reader that is gone is an error like others.
        sys::block(sys::only(libc::SIGPIPE), libc::SIG_BLOCK);
        done = io.out.flush().and(done);
        if done.is_err() {
            let _ = plugin(&call, Box::leak(Box::default()));
        }
    }
    done
}

/// Does what is asked. `undo` becomes the DEL of an ADD that has made something.
fn answer(
    name: &[u8],
    command: &[u8],
    version: &mut Version,
    writer: &mut Writer,
    undo: &mut Option<(Plugin, Call)>,
) -> Answer<()> {
    let plugin = find_plugin(name).ok_or_else(|| Fault::of(CONFIG, MISSING, name))?;
    let mut call = Call::of_environment(command)?;
    let mut text = Vec::new();
    let stdin = rustix::stdio::stdin();
    files::read_all(stdin.as_fd(), &mut text)
        .map_err(|e| Fault::from(Error::os("error reading from stdin", b"", e.raw_os_error())))?;
    if call.command == Command::Version {
        *version = protocol::newest_of(&text);
        write_versions(*version, writer);
        return Ok(());
    }
    let read = call.read(text.leak());
    *version = call.version;
    read?;
    // It ends with the program, as all that plugins have.
    let outcome = Box::leak(Box::default());
    plugin(&call, outcome)?;
    if call.command != Command::Add {
        return Ok(());
    }
    call.command = Command::Del;
    *undo = Some((plugin, call));
    outcome.write(call.version, writer)
}
