//! Users and groups inside as options say, and what the command may do with them.

use std::ffi::CStr;

use rustix::io::Errno;
use rustix::process::{Pid, getegid, geteuid};
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

use crate::error::{Error, Result};
use crate::files;
use crate::isolate::options::{Options, Word};
use crate::isolate::run::{Run, end_with_caller, failed, write_of};
use crate::sys;
use crate::text::{cut, decimal, fill};

/// Where an ordinary user's further ids are written down, and who maps them.
const FILES: [(&CStr, &CStr, &[u8]); 2] = [
    (c"/etc/subuid", c"newuidmap", b"/uid_map"),
    (c"/etc/subgid", c"newgidmap", b"/gid_map"),
];

/// Maps ids as an option says. False if there is none.
pub fn map(child: Pid, options: &Options, is_root: bool) -> Result<bool> {
    let own = [geteuid().as_raw(), getegid().as_raw()];
    if let Some(inside) = options.map_user {
        if !is_root {
            write_of(child, b"/setgroups", b"deny").map_err(failed)?;
        }
        for n in 0..2 {
            let (inside, outside) = (decimal(inside[n].into()), decimal(own[n].into()));
            let line = fill("% % 1\n", &[&inside, &outside]);
            write_of(child, FILES[n].2, &line).map_err(failed)?;
        }
        return Ok(true);
    }
    if !options.map_auto {
        return Ok(false);
    }
    let user = decimal(own[0].into());
    let name = name_of(&user);
    for n in 0..2 {
        let (file, program, map) = FILES[n];
        let range = range_of(file, &user, &name);
        let Some([start, count]) = range else {
            let text = "no ids of this user in %";
            return Err(Error::refused(text, file.to_bytes()));
        };
        if is_root {
            // Root needs nobody's help, and none of its ids is that of root outside.
            let line = fill("0 % %\n", &[&start, &count]);
            write_of(child, map, &line).map_err(failed)?;
            continue;
        }
        let own = decimal(own[n].into());
        let pid = decimal(child.as_raw_pid().into());
        let words: [&[u8]; 8] = [
            program.to_bytes(),
            &pid,
            b"0",
            &own,
            b"1",
            b"1",
            &start,
            &count,
        ];
        run_program(&words)?;
    }
    Ok(true)
}

/// The name of a user in /etc/passwd (passwd(5)); empty if there is none.
fn name_of(user: &[u8]) -> Vec<u8> {
    let text = files::read_file(c"/etc/passwd").unwrap_or_default();
    let mut lines = text.split(|byte| *byte == b'\n');
    let line = lines.find(|line| line.split(|byte| *byte == b':').nth(2) == Some(user));
    let name = line.and_then(|line| line.split(|byte| *byte == b':').next());
    name.unwrap_or_default().to_vec()
}

/// The first range of ids that a user has in a file, start and count (subuid(5)).
fn range_of(file: &CStr, user: &[u8], name: &[u8]) -> Option<[Vec<u8>; 2]> {
    let text = files::read_file(file)?;
    text.split(|byte| *byte == b'\n').find_map(|mut line| {
        let who = cut(&mut line, b':')?;
        let start = cut(&mut line, b':')?;
        let is_it = who == user || who == name;
        (is_it && !start.is_empty() && !line.is_empty()).then(|| [start.to_vec(), line.to_vec()])
    })
}

/// Runs a program, which says itself what goes wrong.
fn run_program(words: &[&[u8]]) -> Result<()> {
    match sys::fork(0).map_err(failed)? {
        None => {
            sys::exec(words);
            // This is not the process that reports errors.
            sys::process::exit(127)
        }
        Some(program) => match crate::ns::child::wait(program).code {
            0 => Ok(()),
            127 => Err(Error::refused("there is no %", words[0])),
            _ => Err(Error::refused("% failed", words[0])),
        },
    }
}

/// Becomes root of a map that the caller's root is not in: what has no number inside is still that root outside.
pub fn become_root(run: &mut Run, _: [Word; 2]) -> Result<()> {
    sys::process::become_user(0, 0).map_err(failed)?;
    // The kernel forgets that with the change of the user.
    end_with_caller(run)
}

/// Takes capabilities from the command, and makes it another user's.
pub fn restrict(options: &Options) -> Result<()> {
    if options.dropped != 0 {
        let kernels = (0..64).take_while(|n| sys::process::has_capability(*n));
        for n in kernels.filter(|n| options.dropped >> n & 1 != 0) {
            sys::process::drop_capability(n).map_err(failed)?;
        }
        // None comes back by being inherited.
        let old = capabilities(None).map_err(failed)?;
        let kept =
            |set: CapabilitySet| set.difference(CapabilitySet::from_bits_retain(options.dropped));
        let sets = CapabilitySets {
            effective: old.effective,
            permitted: old.permitted,
            inheritable: kept(old.inheritable),
        };
        set_capabilities(None, sets).map_err(failed)?;
    }
    if let Some([user, group]) = options.user {
        sys::process::become_user(user, group).map_err(|e| match e {
            Errno::INVAL => Error::refused("--user: % is not mapped", &decimal(user.into())),
            e => failed(e).context(b"--user"),
        })?;
    }
    Ok(())
}
