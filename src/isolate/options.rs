//! What `isolate` is asked for.
// In a build without the options nothing sets the fields.
#![cfg_attr(not(feature = "isolate"), allow(dead_code))]

use crate::args::Prefix;
use crate::error::{Error, Result};
use crate::keywords;

/// A word of the command line.
pub type Word = &'static [u8];

keywords! {
    /// Where the network of the command leads.
    pub enum Net {
        /// By a veth tunnel to the caller's.
        Tunnel = "=tunnel",
        /// Nowhere: there is `lo` alone.
        None = "=none",
        /// It is the caller's.
        Host = "=host",
    }
}

/// What is asked for. Without the part `isolate` all but the command is as it is by default.
#[derive(Default)]
pub struct Options {
    /// The command and its arguments.
    pub command: Vec<Word>,
    /// Say what is made.
    pub verbose: bool,
    /// Print the plan, and do nothing.
    pub dry_run: bool,
    /// Print an object with names and addresses.
    pub json: bool,
    /// The descriptor where that goes, which need not be that of standard output.
    pub json_fd: Option<i32>,
    /// As asked for; otherwise a tunnel where the caller may make one.
    pub net: Option<Net>,
    /// `CLONE_NEW*` of the namespaces that stay the caller's.
    pub share: i32,
    /// The network namespace to run in: a name, a path or a process id.
    pub netns: Option<Word>,
    /// The name that the network namespace has while the command runs.
    pub name: Option<Word>,
    /// The host name inside.
    pub hostname: Option<Word>,
    /// The addresses inside, of IPv4 and of IPv6, with the length of their prefixes.
    pub addresses: [Option<Prefix>; 2],
    /// User and group of the command, as they are called inside.
    pub user: Option<[u32; 2]>,
    /// What the caller's user and group are called inside.
    pub map_user: Option<[u32; 2]>,
    /// Map the ids of /etc/subuid and /etc/subgid.
    pub map_auto: bool,
    /// The root file system; the caller's if there is none.
    pub rootfs: Option<Word>,
    /// What is not mounted by an option is read-only.
    pub read_only: bool,
    /// /proc/sys and /sys can be written to.
    pub writable_sys: bool,
    /// What is mounted, in its order.
    pub mounts: Vec<Mount>,
    /// Where the command starts.
    pub folder: Option<Word>,
    /// Additions to the environment, `NAME=VALUE`.
    pub env: Vec<Word>,
    /// Whether the environment is otherwise empty.
    pub clear_env: bool,
    /// The capabilities that are taken away, a bit each.
    pub dropped: u64,
    /// Descriptors above 2 that the command gets.
    pub kept: Vec<i32>,
    /// What the tunnel lets through, and where to.
    #[cfg(feature = "nat")]
    pub nat: crate::isolate::nat::Rules,
}

impl Options {
    /// Whether there is to be a tunnel or nothing: it is asked for, or something that needs it.
    pub fn insists_on_tunnel(&self) -> bool {
        self.net.is_some() || self.addresses.iter().any(Option::is_some) || self.has_rules()
    }

    /// Whether something is asked for that takes rules in the caller's network.
    pub fn has_rules(&self) -> bool {
        #[cfg(feature = "nat")]
        return !self.nat.is_empty();
        #[cfg(not(feature = "nat"))]
        false
    }
}

/// What an option mounts.
pub struct Mount {
    /// What, or nothing for an empty tmpfs.
    pub source: Option<Word>,
    /// Where.
    pub target: Word,
    /// Whether it cannot be written to.
    pub read_only: bool,
}

/// The part that an option of a build with all parts is in.
#[cfg(not(feature = "nat"))]
pub fn part_of(word: &[u8]) -> &'static str {
    match word {
        b"--nat" | b"--publish" | b"--allow" | b"--dns" => "nat",
        _ => "isolate",
    }
}

/// A wrong command line.
pub fn usage(text: &str, name: &[u8]) -> Error {
    Error::refused(text, name)
        .context(b"isolate")
        .then("Try \"isolate --help\".")
}

/// Notes the command, of which there must be one.
pub fn command(words: impl Iterator<Item = Word>, options: &mut Options) -> Result<()> {
    options.command.extend(words);
    match options.command.is_empty() {
        true => Err(usage("there is no command", b"")),
        false => Ok(()),
    }
}
