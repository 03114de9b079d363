//! Calls the plugin that gives addresses: in this process if the file that is found is this program, else as a program of its own.

use core::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{CWD, MemfdFlags, SeekFrom, memfd_create, seek};

use crate::args;
use crate::cni::call::{Call, Command};
use crate::cni::json;
use crate::cni::outcome::{Outcome, Plugin, read};
use crate::cni::protocol::{Answer, CONFIG, ENDS, Fault, MISSING, OTHER, V0_4_0, V1_1_0};
use crate::cni::texts::{self, Text, entry, errno_words};
use crate::cni::{host_local, static_ip};
use crate::files;
use crate::ns::who::{self, File};
use crate::ns::{child, enter};
use crate::sys;
use crate::text::cut;

/// The plugins for addresses of this program. With any other they would call each other without end.
const OWN: (&str, &[Plugin]) = ("=host-local|=static", &[host_local::run, static_ip::run]);

/// Whether the configuration asks for addresses.
pub fn is_wanted(call: &Call) -> bool {
    !kind(call).is_empty()
}

/// The type of the plugin.
fn kind(call: &Call) -> Text {
    call.text_of(call.object("ipam"), "type")
}

/// Has the plugin do the command, and reads what it answers to ADD. Without a plugin nothing is done.
///
/// # Errors
/// Code 7 for a type that is a path; there is no such plugin; what it says itself.
pub fn delegate(call: &Call, command: Command, outcome: &mut Outcome) -> Answer<()> {
    let kind = kind(call);
    call.check()?;
    let is_old = match command {
        Command::Check => call.version < V0_4_0,
        Command::Gc | Command::Status => call.version < V1_1_0,
        _ => false,
    };
    if kind.is_empty() || is_old {
        return Ok(());
    }
    if kind.contains(&b'/') {
        return Err(Fault::of(CONFIG, "invalid plugin type: %", kind));
    }
    let call = &Call { command, ..*call };
    let mut folders = call.path;
    while let Some(folder) = cut(&mut folders, b':') {
        let path = entry(folder, kind);
        if folder.is_empty() || !files::exists(path) {
            continue;
        }
        let own = who::file_at(CWD, b"/proc/self/exe", b"");
        if own == File::default() || !who::leads_to(CWD, path.to_bytes(), b"", own) {
            return run_program(call, path, kind, outcome);
        }
        let run = args::pick(kind, OWN).ok_or_else(|| Fault::of(CONFIG, MISSING, kind))?;
        return run(call, outcome);
    }
    let text = "failed to find plugin \"%\" in path [%]";
    Err(Fault::other_two(text, kind, call.path))
}

/// A file in memory. A pipe would stop who writes more than it holds.
fn memory(name: &CStr) -> Answer<&'static OwnedFd> {
    match memfd_create(name, MemfdFlags::CLOEXEC).and_then(sys::not_standard) {
        Ok(file) => Ok(Box::leak(Box::new(file))),
        Err(e) => Err(system("memfd_create", e)),
    }
}

fn rewind(file: &OwnedFd) -> Answer<()> {
    match seek(file, SeekFrom::Start(0)) {
        Ok(_) => Ok(()),
        Err(e) => Err(system("lseek", e)),
    }
}

fn system(what: &str, e: rustix::io::Errno) -> Fault {
    Fault::other_two("%: %", what.as_bytes(), errno_words(e))
}

fn run_program(call: &Call, path: &CStr, kind: &[u8], outcome: &mut Outcome) -> Answer<()> {
    let (input, output) = (memory(c"input")?, memory(c"output")?);
    let mut text = call.config.raw();
    while !text.is_empty() {
        let written = rustix::io::write(input, text).map_err(|e| system("write", e))?;
        text = &text[written..];
    }
    rewind(input)?;
    let command = texts::fill("CNI_COMMAND=%", call.command.name());
    let started = child::start(0, &mut || {
        sys::process::replace(0, input.as_fd());
        sys::process::replace(1, output.as_fd());
        sys::process::change_environment(false, &[command]);
        Err(enter::become_command(&[path.to_bytes()]))
    });
    // In the child this is the error that ends it.
    let started = started.map_err(|e| {
        let code = if e.is_end() { ENDS } else { OTHER };
        Fault::new(code, 0, texts::copy(e.text()), b"")
    })?;
    let end = child::wait(started);
    let mut text = Vec::new();
    rewind(output)?;
    files::read_all(output.as_fd(), &mut text).map_err(|e| system("read", e))?;
    let answer = json::read(text.leak());
    if end.code != 0 {
        let refusal = answer.filter(|answer| !answer.get("msg").is_null());
        let Some(refusal) = refusal else {
            return Err(Fault::other("plugin \"%\" failed without saying why", kind));
        };
        let code = call.number_of(refusal, "code");
        let msg = call.text_of(refusal, "msg");
        let details = call.text_of(refusal, "details");
        call.check()?;
        let is_code = (1..=0xffff).contains(&code);
        let code = if is_code { code as u16 } else { OTHER };
        return Err(Fault::new(code, 0, msg, details));
    }
    match (call.command, answer) {
        (Command::Add, Some(answer)) => read(call, answer, outcome),
        (Command::Add, None) => Err(Fault::other("plugin \"%\" answers no JSON", kind)),
        _ => Ok(()),
    }
}
