//! Picks the applet, and is the only place that exits.
#![deny(unsafe_code)]
#![no_main]

use std::ffi::CStr;
use std::mem::ManuallyDrop;

use ipso::args::{Words, plain};
#[cfg(feature = "cni")]
use ipso::cni;
use ipso::error::{Error, Noun, Result};
use ipso::files::Call;
use ipso::ip;
use ipso::ip::command::Io;
use ipso::parts::PARTS;
use ipso::sys::{Path, secure};
use ipso::text::cut;
use ipso::{isolate, keywords};
use rustix::fs::{CWD, readlinkat_raw, symlink};
use rustix::io::Errno;

ipso::c_main!(run);

const HELP: &str = "\
Usage: ipso [ ip ] ARGUMENT ...
       ipso isolate ARGUMENT ...
       ipso cni TYPE
       ipso { --install DIR | --install-cni DIR | --help | --version }
--install makes links named ip and isolate in DIR, --install-cni those of the plugins of container runtimes.";

/// Runs the command line, and says what went wrong. Returns the exit status.
fn run(line: &[&'static [u8]]) -> u8 {
    // What is open or allocated ends with the process: nothing is given back by hand.
    let mut io = ManuallyDrop::new(Io::default());
    // `ip vrf exec` may need those that the file has, and gives them up itself. As in iproute2 these are the first words.
    let is_kept = cfg!(feature = "vrf")
        && matches!(line, [name, b"vrf", b"exec", ..] if !name.ends_with(b"isolate"));
    let dropped = match is_kept {
        true => Ok(()),
        false => secure::drop_file_capabilities(),
    };
    let done = dropped
        .map_err(|e| Error::os("Cannot drop capabilities", b"", e.raw_os_error()))
        .and_then(|()| applet(line, &mut io));
    let written = io.out.flush();
    match done.and(written) {
        Ok(()) => 0,
        Err(e) => {
            io.out.report(&e);
            e.code()
        }
    }
}

fn applet(line: &[&'static [u8]], io: &mut Io) -> Result<()> {
    let name = line.first().copied().unwrap_or_default();
    let name = name.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let mut words = line.get(1..).unwrap_or_default();
    let mut known =
        Applet::pick(name).filter(|applet| matches!(applet, Applet::Ip | Applet::Isolate));
    // `iplink show` is `ip link show`, as it is for iproute2; a link of any other name is as good as `ipso`.
    let object = name
        .strip_prefix(b"ip")
        .filter(|object| known.is_none() && !object.starts_with(b"so"));
    if let (None, None, [first, rest @ ..]) = (known, object, words) {
        known = Applet::pick(first);
        words = if known.is_some() { rest } else { words };
    }
    if let Some(part) = known.and_then(Applet::missing_part) {
        let word = line.get(1).copied().unwrap_or_default();
        return Err(Error::missing_part(Noun::Command, word, part));
    }
    #[cfg(feature = "cni")]
    match (known, words) {
        (Some(Applet::Cni), [kind, ..]) => return cni::run(kind, io),
        // A link with the name of a plugin, by which runtimes call it.
        (None, []) if cni::is_called(name) => return cni::run(name, io),
        _ => {}
    }
    let text = match known {
        None | Some(Applet::Ip) => {
            // Behind the name of the program, which may be that of an object.
            let at = line.len() - words.len();
            return ip::run(&mut Words::behind(at, line), object, io);
        }
        Some(Applet::Isolate) => return isolate::run(words, io),
        Some(Applet::Install) => return install(words, "ip|isolate"),
        #[cfg(feature = "cni")]
        Some(Applet::InstallCni) => return install(words, cni::PLUGINS.0),
        Some(Applet::Version) => return Err(version()),
        _ => HELP,
    };
    Err(Error::say(0, text.into()).on_stdout())
}

/// The version, and on the last line the parts that this build has.
fn version() -> Error {
    let text = concat!("ipso ", env!("IPSO_VERSION"), "\nparts:").to_owned();
    let text = PARTS.iter().fold(text, |text, part| text + " " + part);
    Error::say(0, text.into()).on_stdout()
}

keywords! {
    /// The first word, or the name of the program for the first two.
    enum Applet {
        Ip = "=ip",
        Isolate = "=isolate",
        Install = "=--install",
        Cni = "=cni" (part "cni"),
        InstallCni = "=--install-cni" (part "cni"),
        Version = "=--version",
        Help = "=--help",
    }
}

/// Makes links in a folder, by [spellings](ipso::args::named) joined by `|`. One that leads here already is left as it is, and a name that is taken
/// does not keep the others from being made.
fn install(words: &[&[u8]], names: &str) -> Result<()> {
    let [folder @ [_, ..]] = words else {
        return Err(Error::help(HELP));
    };
    let failed = |text: &str, path: &[u8], e: Errno| Error::os(text, path, e.raw_os_error());
    let own = read_link(c"/proc/self/exe").map_err(|e| failed("/proc/self/exe", b"", e))?;
    let mut done = Ok(());
    let mut names = names.as_bytes();
    while let Some(name) = cut(&mut names, b'|') {
        let link = Path::entry(folder, plain(name));
        let made = symlink(&*own, &*link);
        if made == Err(Errno::EXIST) && read_link(&link).is_ok_and(|old| *old == *own) {
            continue;
        }
        let text = "Cannot make the link \"%\"";
        done = done.and(made.map_err(|e| failed(text, link.to_bytes(), e)));
    }
    done
}

fn read_link(path: &CStr) -> Call<Path> {
    let mut bytes = vec![0; 4096];
    let len = readlinkat_raw(CWD, path, &mut bytes[..])?;
    Ok(Path::new(&[&bytes[..len]]))
}
