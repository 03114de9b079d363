//! Users and groups inside: which numbers they have outside (user_namespaces(7)).

use rustix::io::Errno;
use rustix::process::{Pid, getegid, geteuid};

use crate::error::Result;
use crate::files::{self, Call};
use crate::isolate::options::Word;
use crate::isolate::run::{Run, failed, say, write_of};
#[cfg(feature = "isolate")]
use crate::isolate::users;
use crate::isolate::wait::{MAPPED, tell};
use crate::text::{decimal, fill_one};

/// Maps ids: root's stay as they are, all of them; root inside is otherwise the caller. Without `deny` an ordinary user may not
/// map a group.
pub fn map(run: &mut Run, _: [Word; 2]) -> Result<()> {
    let Some(child) = run.child else {
        return Ok(());
    };
    #[cfg(feature = "isolate")]
    let is_done = users::map(child, run.options, run.is_root)?;
    #[cfg(not(feature = "isolate"))]
    let is_done = false;
    let done = if is_done {
        Ok(())
    } else if run.is_root {
        same_ids(child, b"/uid_map").and_then(|()| same_ids(child, b"/gid_map"))
    } else {
        let root_is = |id: u32| fill_one("0 % 1\n", &decimal(id.into()));
        write_of(child, b"/setgroups", b"deny")
            .and_then(|()| write_of(child, b"/uid_map", &root_is(geteuid().as_raw())))
            .and_then(|()| write_of(child, b"/gid_map", &root_is(getegid().as_raw())))
    };
    if let Err(e) = done {
        // The caller has no /proc to be written to.
        let has_no_proc = matches!(e, Errno::NOENT | Errno::ROFS);
        if !has_no_proc || run.can_do_without_user {
            run.goes_without_user = has_no_proc;
            return Err(failed(e));
        }
        let text =
            b"nobody inside is root: users and groups cannot be mapped without a /proc to write to";
        say(text, run.io);
    }
    tell(&run.other, &[MAPPED]);
    Ok(())
}

/// Maps all ids that this process has to themselves. The kernel has them in columns of ten: the first id here, what it is outside,
/// and how many there are.
fn same_ids(child: Pid, name: &[u8]) -> Call<()> {
    let mut map = files::read_file(&files::of_process(b"self", name)).ok_or(Errno::NOENT)?;
    for line in map.chunks_exact_mut(33) {
        line.copy_within(..10, 11);
    }
    write_of(child, name, &map)
}
