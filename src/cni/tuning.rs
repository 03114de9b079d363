//! `tuning`: settings of the interface that a plugin before has made, and of its namespace.

use core::ffi::CStr;
use std::os::fd::AsFd;

use rustix::fs::{CWD, Mode, OFlags, openat, unlink};

use crate::cni::call::{Call, Command};
use crate::cni::chained::{is_own, previous};
use crate::cni::json::{self, Json};
use crate::cni::outcome::Outcome;
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides::{Link, Sides, change, find, find_or, send};
use crate::cni::texts::{self, Text, copy, entry};
use crate::cni::veth;
use crate::cni::writer::Writer;
use crate::files;
use crate::nl::uapi::{iff, ifla};
use crate::ns::make_dirs;

const FOLDER: &[u8] = b"/run/cni/tuning";
/// Which settings may be changed, by later reference plugins.
const ALLOWED: &CStr = c"/etc/cni/tuning/allowlist.conf";

/// What an interface is to have; none, and no bit, for what is left as it is.
#[derive(Default, PartialEq)]
struct Wanted {
    mac: Text,
    mtu: Option<u32>,
    queue: Option<u32>,
    /// `IFF_PROMISC` and `IFF_ALLMULTI`: which of them are to be changed, and which of these are to be on.
    changed: u32,
    flags: u32,
}

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    match call.command {
        Command::Add => add(call, outcome),
        Command::Check => check(call, outcome),
        Command::Del => delete(call),
        _ => Ok(()),
    }
}

/// Reads what is asked for, of which the configuration's `args` take the place.
fn read_wanted(call: &Call) -> Answer<Wanted> {
    let mut wanted = Wanted::default();
    let args = call.config_args();
    read_object(call, call.config, &mut wanted);
    read_object(call, args, &mut wanted);
    let mac = veth::wanted_mac(call);
    if !mac.is_empty() {
        wanted.mac = mac;
    }
    call.check()?;
    Ok(wanted)
}

fn read_object(call: &Call, object: Json<'static>, wanted: &mut Wanted) {
    let mac = call.text_of(object, "mac");
    if !mac.is_empty() {
        wanted.mac = veth::named_mac(call, mac);
    }
    let mtu = call.u32_of(object, "mtu");
    if mtu != 0 {
        wanted.mtu = Some(mtu);
    }
    let queue = call.u32_of(object, "txQLen");
    if !object.get("txQLen").is_null() {
        wanted.queue = Some(queue);
    }
    read_flag(call, object, "promisc", iff::PROMISC, wanted);
    read_flag(call, object, "allmulti", iff::ALLMULTI, wanted);
}

fn read_flag(call: &Call, object: Json<'static>, name: &str, flag: u32, wanted: &mut Wanted) {
    if let Some(on) = call.bool_of(object, name) {
        wanted.changed |= flag;
        wanted.flags &= !flag;
        if on {
            wanted.flags |= flag;
        }
    }
}

/// Called with the path of a setting below /proc/sys/net, and the value.
type Each<'e> = &'e mut dyn FnMut(&[u8], &[u8]) -> Answer<()>;

/// Goes through the settings of the namespace: the path below /proc/sys/net, and the value.
fn each_sysctl(call: &Call, each: Each) -> Answer<()> {
    let mut has_some = false;
    let settings = [call.object("sysctl"), call.config_args().get("sysctl")];
    call.check()?;
    for settings in &settings {
        let mut settings = settings.each();
        while settings.advance() {
            let name = settings.name.text().unwrap_or_default();
            let mut path = name.to_vec();
            for byte in &mut path {
                if *byte == b'.' {
                    *byte = b'/';
                }
            }
            let below = copy(&path).strip_prefix(b"net/").unwrap_or_default();
            let has_gap = below.starts_with(b"/") || below.ends_with(b"/");
            if below.is_empty() || has_gap || below.windows(2).any(|two| two == b"//") {
                return Err(Fault::other("invalid net sysctl key: \"%\"", name));
            }
            let value = settings.value.text();
            each(
                below,
                value.ok_or_else(|| Fault::other("invalid value of %", name))?,
            )?;
            has_some = true;
        }
    }
    match has_some && files::exists(ALLOWED) {
        true => Err(Fault::of(2, "unsupported file %", ALLOWED.to_bytes())),
        false => Ok(()),
    }
}

fn own_link(call: &Call, sides: &mut Sides) -> Answer<&'static Link> {
    find_or(
        &mut sides.inside,
        call.ifname,
        "could not find % in the namespace",
    )
}

fn add(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    previous(call, "Required prevResult missing", outcome)?;
    let wanted = read_wanted(call)?;
    // Nothing is changed where one of them is wrong.
    each_sysctl(call, &mut |_, _| Ok(()))?;
    let sides = Sides::open(call.netns)?;
    let has_some = wanted != Wanted::default();
    let mut done = Ok(());
    if has_some {
        let link = own_link(call, sides)?;
        keep(call, link, &wanted)?;
        done = apply(sides, link.index, &wanted);
    }
    done = done
        .and_then(|()| each_sysctl(call, &mut |path, value| sides.set_inside("%", path, value)));
    if done.is_err() && has_some {
        let _ = restore(call, sides);
    }
    done?;
    if !wanted.mac.is_empty() {
        for interface in &mut outcome.interfaces {
            if is_own(call, interface) {
                interface.mac = texts::mac(wanted.mac);
            }
        }
    }
    Ok(())
}

/// Sets what is wanted by one message.
fn apply(sides: &mut Sides, index: u32, wanted: &Wanted) -> Answer<()> {
    let mut msg = change(index, wanted.flags, wanted.changed);
    if !wanted.mac.is_empty() {
        msg.bytes(ifla::ADDRESS, wanted.mac);
    }
    if let Some(mtu) = wanted.mtu {
        msg.u32(ifla::MTU, mtu);
    }
    if let Some(queue) = wanted.queue {
        msg.u32(ifla::TXQLEN, queue);
    }
    send(&mut sides.inside, msg).map_err(|fault| fault.context("failed to tune the interface", b""))
}

/// The folder of what interfaces had before.
fn folder(call: &Call) -> Text {
    let given = call.text("dataDir");
    if given.is_empty() { FOLDER } else { given }
}

/// The file of the interface there.
fn kept(call: &Call) -> &'static CStr {
    let name = texts::join(&[call.container, b"_", call.ifname, b".json"]);
    entry(folder(call), name)
}

/// Keeps what the interface has of all that is changed.
fn keep(call: &Call, link: &Link, wanted: &Wanted) -> Answer<()> {
    let path = kept(call);
    call.check()?;
    let mut writer = Writer::default();
    writer.open(b"", b'{');
    if !wanted.mac.is_empty() {
        writer.string(b"mac", texts::mac(link.mac));
    }
    if wanted.changed & iff::PROMISC != 0 {
        writer.raw(b"promisc", on(link.flags & iff::PROMISC));
    }
    if wanted.mtu.is_some() {
        writer.number(b"mtu", link.mtu.into());
    }
    if wanted.changed & iff::ALLMULTI != 0 {
        writer.raw(b"allmulti", on(link.flags & iff::ALLMULTI));
    }
    writer.close(b'}');
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
    let written = make_dirs(folder(call))
        .and_then(|()| openat(CWD, path, flags, Mode::from_raw_mode(0o600)))
        .and_then(|file| rustix::io::write(file.as_fd(), writer.text.leak()));
    match written {
        Ok(_) => Ok(()),
        Err(_) => Err(Fault::other("cannot write %", path.to_bytes())),
    }
}

fn on(bit: u32) -> &'static [u8] {
    if bit == 0 { b"false" } else { b"true" }
}

fn restore(call: &Call, sides: &mut Sides) -> Answer<()> {
    let Some(text) = files::read_file(kept(call)) else {
        return Ok(());
    };
    let mut wanted = Wanted::default();
    if let Some(object) = json::read(text.leak()) {
        read_object(call, object, &mut wanted);
        call.check()?;
        if let Some(link) = find(&mut sides.inside, call.ifname)? {
            let _ = apply(sides, link.index, &wanted);
        }
    }
    Ok(())
}

fn delete(call: &Call) -> Answer<()> {
    let path = kept(call);
    call.check()?;
    if let Ok(Some(sides)) = Sides::open_if_there(call.netns) {
        let _ = restore(call, sides);
    }
    let _ = unlink(path);
    Ok(())
}

fn check(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    previous(call, "Required prevResult missing", outcome)?;
    let wanted = read_wanted(call)?;
    let sides = Sides::open(call.netns)?;
    let link = own_link(call, sides)?;
    let differing = (link.flags ^ wanted.flags) & wanted.changed;
    let what: &[u8] = match () {
        () if !wanted.mac.is_empty() && wanted.mac != link.mac => b"mac",
        () if wanted.mtu.is_some_and(|mtu| mtu != link.mtu) => b"mtu",
        () if differing & iff::PROMISC != 0 => b"promisc",
        () if differing != 0 => b"allmulti",
        () => b"",
    };
    if !what.is_empty() {
        return Err(Fault::other_two("% has another %", call.ifname, what));
    }
    each_sysctl(call, &mut |path, value| {
        let whole = texts::entry(b"/proc/sys/net", path);
        sides.enter(&mut || {
            let now = files::read_file(whole).unwrap_or_default().leak();
            match now.trim_ascii() == value.trim_ascii() {
                true => Ok(()),
                false => Err(Fault::other("% has another value", path)),
            }
        })
    })
}
