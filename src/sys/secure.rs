//! The capabilities that this file itself has, which a user gets by starting it.

use std::sync::atomic::Ordering;

use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

use super::ENVIRONMENT;

/// Kinds of entries of the auxiliary vector, `AT_*` of `<linux/auxvec.h>`.
const END: usize = 0;
const UID: usize = 11;
const EUID: usize = 12;
const SECURE: usize = 23;

/// Gives up all capabilities where this file has some (`setcap`) and an ordinary user runs it, as iproute2 does: whoever gives
/// a file the right to set up links does not mean that everyone may do everything on its command line. A user who hands on
/// CAP_NET_ADMIN (it is in the inheritable set) keeps them.
pub fn drop_file_capabilities() -> rustix::io::Result<()> {
    // The kernel has said it at the start, so that others need no system call to find out.
    if auxiliary(SECURE) == 0 || auxiliary(UID) == 0 || auxiliary(EUID) == 0 {
        return Ok(());
    }
    if capabilities(None)?
        .inheritable
        .contains(CapabilitySet::NET_ADMIN)
    {
        return Ok(());
    }
    let none = CapabilitySet::empty();
    let sets = CapabilitySets {
        effective: none,
        permitted: none,
        inheritable: none,
    };
    set_capabilities(None, sets)
}

/// An entry of the auxiliary vector; 0 if there is none.
fn auxiliary(kind: usize) -> usize {
    let mut at = ENVIRONMENT.load(Ordering::Relaxed).cast_const();
    if at.is_null() {
        return 0;
    }
    // SAFETY: `words` was promised that the environment is the kernel's, with a NULL at its end; the kernel puts the auxiliary
    // vector behind it: pairs of words, of which the last has the kind 0.
    unsafe {
        while !(*at).is_null() {
            at = at.add(1);
        }
        let mut pair = at.add(1).cast::<[usize; 2]>();
        while (*pair)[0] != END && (*pair)[0] != kind {
            pair = pair.add(1);
        }
        (*pair)[1]
    }
}
