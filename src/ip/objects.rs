//! The objects of `ip`: what stands behind its options.

use crate::args::{self, Words};
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Run};
use crate::ip::{addr, link, netns};

/// The objects, in the order in which they are tried.
const OBJECTS: Commands = commands! {
    "Object":
    "address" => addr::run,
    "link" => link::run,
    "netns" => netns::run,
    "help" => |_, _, _| Err(usage()),
};

const USAGE_TEXT: &str = "\
Usage: ip [ OPTIONS ] { address | link | netns } { COMMAND | help }
OPTIONS := { -V[ersion] | -h[uman-readable] | -iec | -s[tatistics] | -d[etails] | -r[esolve] | -o[neline] | -br[ief] | -j[son] |
       -p[retty] | -f[amily] { inet | inet6 | mpls | bridge | link } | -4 | -6 | -M | -B | -0 | -N[umeric] |
       -n[etns] NAMESPACE | -a[ll] | -fail | -b[atch] FILE | -fo[rce] | -echo |
       -c[olor][=always|=auto|=never] }";

/// What `ip help` prints.
pub fn usage() -> Error {
    Error::help(USAGE_TEXT)
}

/// The function of an object. The prefixes of `neighbor` are those of no object, although it is not here yet: `n` must
/// not mean `netns` until then.
pub fn find_object(word: &[u8]) -> Option<Run> {
    args::pick(word, OBJECTS).filter(|_| !args::prefix(word, "neighbor"))
}

/// Runs the words behind an object.
pub fn run_object(word: &[u8], w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(run) = find_object(word) else {
        return Err(Error::refused(
            "Object \"%\" is unknown, try \"ip help\".",
            word,
        ));
    };
    let done = run(w, ctx, io);
    let warnings = io.names.warnings();
    io.out.warn(&warnings);
    done
}
