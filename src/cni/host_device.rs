//! `host-device`: an interface of the host moves inside, and back.

use core::ffi::CStr;
use std::os::fd::AsFd;

use crate::cni::attach::{Kind, Made, refuse_taken};
use crate::cni::call::Call;
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{Link, Sides, change, dump, find, find_or, read, send};
use crate::cni::texts::{self, Text};
use crate::cni::veth;
use crate::files;
use crate::names::ifinfo;
use crate::nl::uapi::{iff, ifla, rtm};
use crate::nl::wire::Msg;

/// The plugin.
pub const KIND: Kind = Kind {
    make,
    configures: true,
    announces: false,
    has_dns: false,
    needs_addresses: false,
    finish: |_, _, _, _| Ok(()),
    release,
    check: |_, _, _| Ok(()),
};

fn make(call: &Call, sides: &mut Sides) -> Answer<&'static Made> {
    let device = choose(call, sides)?;
    refuse_taken(call, sides)?;
    // Down, into the namespace with its new name, where the other name shows what it was called: one message.
    let mut msg = change(device.index, 0, iff::UP);
    msg.u32(ifla::NET_NS_FD, sides.netns());
    msg.str(ifla::IFNAME, call.ifname);
    msg.bytes(ifla::IFALIAS, device.name);
    send(&mut sides.outside, msg)
        .map_err(|fault| fault.context("failed to move link %", device.name))?;
    let inside = find_or(&mut sides.inside, call.ifname, "% is gone")?;
    Ok(Made::of(&[], inside))
}

/// The device that the configuration, or the runtime, means.
fn choose(call: &Call, sides: &mut Sides) -> Answer<&'static Link> {
    let mut name = call.text("device");
    let hwaddr = call.text("hwaddr");
    let path = call.text("kernelpath");
    let mut bus = call.text("pciBusID");
    let of_runtime = call.text_of(call.runtime(), "deviceID");
    if !of_runtime.is_empty() {
        bus = of_runtime;
    }
    call.check()?;
    let names = &mut sides.outside;
    let mut found = None;
    if !name.is_empty() {
    } else if !hwaddr.is_empty() {
        let wanted = veth::named_mac(call, hwaddr);
        call.check()?;
        dump(
            names,
            Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0)),
            &mut |message| {
                let link = read(message.body).filter(|link| link.mac == wanted);
                found = found.or(link);
            },
        )?;
    } else if !path.is_empty() {
        name = name_in(texts::entry(path, b"net"));
    } else if !bus.is_empty() {
        name = name_in(texts::path(texts::fill("/sys/bus/pci/devices/%/net", bus)));
    } else {
        let text = "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"";
        return Err(Fault::other(text, b""));
    }
    if !name.is_empty() {
        found = find(names, name)?;
    }
    found.ok_or_else(|| Fault::other("failed to find host device: Link not found", b""))
}

/// The name of the only entry of a folder; empty if there is none.
fn name_in(folder: &CStr) -> Text {
    let mut name = &b""[..];
    if let Ok(dir) = files::open_dir(folder) {
        let _ = files::entries(dir.as_fd(), &mut |entry| {
            name = texts::copy(entry.to_bytes())
        });
    }
    name
}

/// Moves it back, down, with the name that it had.
fn release(call: &Call, sides: &mut Sides) -> Answer<()> {
    let Some(link) = find(&mut sides.inside, call.ifname)? else {
        return Ok(());
    };
    let mut msg = change(link.index, 0, iff::UP);
    msg.u32(ifla::NET_NS_FD, sides.home());
    if !link.alias.is_empty() {
        msg.str(ifla::IFNAME, link.alias);
    }
    send(&mut sides.inside, msg)
        .map_err(|fault| fault.context("failed to move % back", call.ifname))
}
