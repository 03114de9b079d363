//! The command line of `isolate`: its options, a row each, read by lexopt.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use lexopt::{Arg, Parser};

use crate::args;
use crate::error::{Error, Result};
#[cfg(feature = "nat")]
use crate::isolate::nat::Use;
#[cfg(not(feature = "nat"))]
use crate::isolate::options::part_of;
use crate::isolate::options::{Mount, Net, Options, Word, command, usage};
use crate::names::netns::is_netns_name;
use crate::nl::uapi::af;
use crate::ns::pool::special;
use crate::sys;
use crate::text::{cut, split};

/// An option.
pub struct Row {
    /// Its letter, or 0.
    pub letter: u8,
    /// Its long name.
    pub name: &'static str,
    /// How it is noted.
    pub set: Set,
}

/// How an option is noted.
pub enum Set {
    /// It takes no value, and is true.
    Flag(fn(&mut Options) -> &mut bool),
    /// It takes a value, which is kept as it is.
    Word(fn(&mut Options) -> &mut Option<Word>),
    /// It takes a value, which is read.
    Value(fn(&mut Options, Word) -> Result<()>),
}

const fn flag(name: &'static str, place: fn(&mut Options) -> &mut bool) -> Row {
    Row {
        letter: 0,
        name,
        set: Set::Flag(place),
    }
}

const fn word(name: &'static str, place: fn(&mut Options) -> &mut Option<Word>) -> Row {
    Row {
        letter: 0,
        name,
        set: Set::Word(place),
    }
}

const fn value(name: &'static str, set: fn(&mut Options, Word) -> Result<()>) -> Row {
    Row {
        letter: 0,
        name,
        set: Set::Value(set),
    }
}

/// The options of this part.
const ROWS: &[Row] = &[
    Row {
        letter: b'v',
        ..flag("verbose", |options| &mut options.verbose)
    },
    flag("dry-run", |options| &mut options.dry_run),
    flag("json", |options| &mut options.json),
    value("json-fd", |options, word| {
        options.json_fd = Some(descriptor(word)?);
        Ok(())
    }),
    value("net", |options, word| {
        options.net = Net::pick(word);
        known(options.net, word, "none of tunnel, none, host").map(drop)
    }),
    value("share", |options, word| {
        for name in word.split(|byte| *byte == b',') {
            options.share |= known(args::pick(name, NAMESPACES), name, "no kind of namespace")?;
        }
        Ok(())
    }),
    word("netns", |options| &mut options.netns),
    word("name", |options| &mut options.name),
    word("hostname", |options| &mut options.hostname),
    value("addr", |options, word| address(options, 0, af::INET, word)),
    value("addr6", |options, word| {
        address(options, 1, af::INET6, word)
    }),
    value("user", |options, word| {
        options.user = Some(ids(word)?);
        Ok(())
    }),
    value("map-user", |options, word| {
        options.map_user = Some(ids(word)?);
        Ok(())
    }),
    flag("map-auto", |options| &mut options.map_auto),
    word("rootfs", |options| &mut options.rootfs),
    flag("ro", |options| &mut options.read_only),
    flag("rw-sys", |options| &mut options.writable_sys),
    value("bind", |options, word| {
        let mut rest = word;
        let source = cut(&mut rest, b':').unwrap_or_default();
        let target = cut(&mut rest, b':').filter(|target| !target.is_empty());
        let read_only = known(
            matches!(rest, b"" | b"ro" | b"rw").then_some(rest == b"ro"),
            rest,
            "neither ro nor rw",
        )?;
        let target = target.unwrap_or(source);
        mount(options, Some(source), target, read_only)
    }),
    value("tmpfs", |options, word| mount(options, None, word, false)),
    word("chdir", |options| &mut options.folder),
    value("env", |options, word| {
        known(word.contains(&b'=').then_some(()), word, "not NAME=VALUE")?;
        options.env.push(word);
        Ok(())
    }),
    flag("clear-env", |options| &mut options.clear_env),
    value("cap-drop", |options, word| {
        for name in word.split(|byte| *byte == b',') {
            options.dropped |= capability(name)?;
        }
        Ok(())
    }),
    value("keep-fd", |options, word| {
        options
            .kept
            .push(number(word, i32::MAX as u64, "no descriptor")? as i32);
        Ok(())
    }),
];

/// The kinds of namespaces for `--share`.
pub(crate) const NAMESPACES: (&str, &[i32]) = (
    "=user|=pid|=mnt|=uts|=ipc|=cgroup|=net",
    &[
        libc::CLONE_NEWUSER,
        libc::CLONE_NEWPID,
        libc::CLONE_NEWNS,
        libc::CLONE_NEWUTS,
        libc::CLONE_NEWIPC,
        libc::CLONE_NEWCGROUP,
        libc::CLONE_NEWNET,
    ],
);

/// The names of capabilities less their `cap_`, in the order of their numbers (`<linux/capability.h>`).
pub(crate) const CAPABILITIES: &str = "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap \
    linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot \
    sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write \
    audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf \
    checkpoint_restore";

pub(crate) const TABLES: &[&[Row]] = &[
    ROWS,
    #[cfg(feature = "nat")]
    NAT,
];

/// The options of the part `nat`.
#[cfg(feature = "nat")]
const NAT: &[Row] = &[
    flag("nat", |options| &mut options.nat.masquerade),
    value("publish", |options, word| {
        options.nat.add(Use::Publish, word)
    }),
    value("allow", |options, word| options.nat.add(Use::Allow, word)),
    value("dns", |options, word| options.nat.add(Use::Dns, word)),
];

/// Without the part `nat` the options of the way out are known, and refused.
const HELP: &str = "\
Usage: isolate [ OPTION ... ] [ -- ] COMMAND [ ARGUMENT ... ]
Runs COMMAND in new namespaces, with a tunnel from eth0 there (10.1.N.2, fd00:N::2) to isoN
here (10.1.N.1, fd00:N::1). Exits as COMMAND does, with 128 + N after signal N, with 125 if
isolate itself fails.
 what happens  -v, --verbose  --dry-run  --json  --json-fd N
 network       --net tunnel|none|host  --addr ADDR/LEN  --addr6 ADDR/LEN  (of eth0)
               --netns NAME|PATH|PID  (run in that)  --name NAME  (for ip netns exec)
 way out       --nat  --publish [ADDR:]PORT:INNER[/udp]  --allow NET|ADDR[:PORT[/PROTO]]
               --dns ADDR
 namespaces    --share user,pid,mnt,uts,ipc,cgroup,net  (stay the caller's)  --hostname NAME
 users         --user UID[:GID]  (of COMMAND)  --map-user UID[:GID]  (the caller, inside)
               --map-auto  (ids of /etc/subuid)  --cap-drop all|NAME,...
 files         --rootfs DIR  --ro  --rw-sys  (/sys, /proc/sys)  --bind SRC[:DST[:ro]]
               --tmpfs DST  --chdir DIR  --env NAME=VALUE  --clear-env  --keep-fd N";

/// Reads the options. The command begins at the first word that is none.
pub fn parse(words: &[Word]) -> Result<Options> {
    let mut options = Options::default();
    let words = words.iter().map(|word| OsStr::from_bytes(word).to_owned());
    let mut parser = Parser::from_args(words.collect::<Vec<OsString>>());
    loop {
        let name = match parser.next() {
            Ok(None) => break,
            Ok(Some(Arg::Value(first))) => {
                let rest = parser.raw_args().into_iter().flatten();
                command(std::iter::once(first).chain(rest).map(leak), &mut options)?;
                return check(options);
            }
            Ok(Some(Arg::Short(letter))) => {
                let mut bytes = [0; 4];
                [b"-", letter.encode_utf8(&mut bytes).as_bytes()].concat()
            }
            Ok(Some(Arg::Long(name))) => [b"--", name.as_bytes()].concat(),
            Err(lexopt::Error::UnexpectedValue { option, .. }) => {
                return Err(usage("option \"%\" takes no value", option.as_bytes()));
            }
            Err(_) => return Err(usage("this is no option", b"")),
        };
        let name = &*name;
        if let b"-h" | b"--help" = name {
            return Err(Error::say(0, HELP.into()).on_stdout());
        }
        let Some(row) = find(name) else {
            return Err(unknown(name));
        };
        if let Set::Flag(place) = row.set {
            *place(&mut options) = true;
            continue;
        }
        let value = parser.value();
        let value = leak(value.map_err(|_| usage("option \"%\" needs a value", name))?);
        let done = match row.set {
            Set::Value(set) => set(&mut options, value),
            Set::Word(place) if !value.is_empty() => {
                *place(&mut options) = Some(value);
                Ok(())
            }
            _ => known(None, value, "empty"),
        };
        done.map_err(|e| e.context(name).context(b"isolate"))?;
    }
    command(std::iter::empty(), &mut options)?;
    Ok(options)
}

/// The words live as long as the process.
fn leak(word: OsString) -> Word {
    word.into_vec().leak()
}

/// The option that a word is, `-L` or `--NAME`.
fn find(word: &[u8]) -> Option<&'static Row> {
    let mut rows = TABLES.iter().flat_map(|table| *table);
    rows.find(|row| match word {
        [b'-', b'-', name @ ..] => name == row.name.as_bytes(),
        [b'-', letter] => *letter == row.letter,
        _ => false,
    })
}

fn unknown(word: &[u8]) -> Error {
    #[cfg(not(feature = "nat"))]
    if part_of(word) == "nat" {
        return Error::missing_part(crate::error::Noun::Option, word, "nat").context(b"isolate");
    }
    usage("there is no option \"%\"", word)
}

/// Refuses options that are wrong only beside others.
fn check(options: Options) -> Result<Options> {
    let has = |namespace: i32| options.share & namespace == 0;
    let refuse = |what: &str| Err(usage(what, b""));
    let mounts = options.rootfs.is_some() || !options.mounts.is_empty() || options.read_only;
    if mounts && !has(libc::CLONE_NEWNS) {
        return refuse("mounts need a mount namespace: --share has mnt");
    }
    if options.hostname.is_some() && !has(libc::CLONE_NEWUTS) {
        return refuse("--hostname needs a uts namespace: --share has uts");
    }
    let no_user = options.map_user.is_some() || options.map_auto;
    if no_user && !has(libc::CLONE_NEWUSER) {
        return refuse("a map of ids needs a user namespace: --share has user");
    }
    if options.map_user.is_some() && options.map_auto {
        return refuse("--map-user and --map-auto exclude each other");
    }
    let own_net =
        has(libc::CLONE_NEWNET) && options.netns.is_none() && options.net != Some(Net::Host);
    if !own_net && matches!(options.net, Some(Net::Tunnel | Net::None)) {
        return refuse("--net needs a network of its own: without --netns and --share net");
    }
    if options.name.is_some_and(|name| !is_netns_name(name)) {
        return refuse("--name: no namespace can have that name");
    }
    if !own_net && options.name.is_some() {
        return refuse("--name needs a network of its own");
    }
    let tunnel = own_net && options.net != Some(Net::None);
    if !tunnel && options.addresses.iter().any(Option::is_some) {
        return refuse("an address needs the tunnel");
    }
    if !tunnel && options.has_rules() {
        return refuse("--nat, --publish and --allow need the tunnel");
    }
    #[cfg(feature = "nat")]
    if options.nat.has(Use::Dns) && !has(libc::CLONE_NEWNS) {
        return refuse("--dns needs a mount namespace: --share has mnt");
    }
    Ok(options)
}

/// What a word means, or an error that says what it is not.
fn known<T>(found: Option<T>, word: &[u8], what: &str) -> Result<T> {
    found.ok_or_else(|| Error::refused_two("\"%\" is %", word, what.as_bytes()))
}

fn number(word: &[u8], most: u64, what: &str) -> Result<u32> {
    let number = args::radix(word, 10).filter(|n| *n <= most);
    known(number.map(|n| n as u32), word, what)
}

fn descriptor(word: &[u8]) -> Result<i32> {
    let number = number(word, i32::MAX as u64, "no descriptor")? as i32;
    known(sys::duplicate(number).ok(), word, "no open descriptor").map(|_| number)
}

/// `UID[:GID]`; the group is the user's number if it is not named.
fn ids(word: &[u8]) -> Result<[u32; 2]> {
    // The last number means that there is none.
    let most = u64::from(u32::MAX - 1);
    let (user, group) = split(word, b':');
    let user = number(user, most, "no user's number")?;
    let group = match group {
        [] => user,
        group => number(group, most, "no group's number")?,
    };
    Ok([user, group])
}

fn address(options: &mut Options, n: usize, family: u8, word: Word) -> Result<()> {
    let prefix = args::cidr(word, family)?;
    if let Some(what) = special(prefix.bytes()) {
        return Err(Error::refused_two("\"%\" %", word, what.as_bytes()));
    }
    known(
        prefix.explicit.then_some(()),
        word,
        "without the length of its prefix",
    )?;
    options.addresses[n] = Some(prefix);
    Ok(())
}

fn mount(options: &mut Options, source: Option<Word>, target: Word, read_only: bool) -> Result<()> {
    known(
        target.starts_with(b"/").then_some(()),
        target,
        "no absolute path",
    )?;
    options.mounts.push(Mount {
        source,
        target,
        read_only,
    });
    Ok(())
}

/// The bits of `all`, or of a capability by its name, with `cap_` or without, in letters of either case.
fn capability(word: &[u8]) -> Result<u64> {
    let name = word.to_ascii_lowercase();
    let plain = name.strip_prefix(b"cap_").unwrap_or(&name);
    if plain == b"all" {
        return Ok(u64::MAX);
    }
    let mut names = CAPABILITIES.as_bytes().split(|byte| *byte == b' ');
    let at = names.position(|known| known == plain);
    known(at.map(|at| 1 << at), word, "no capability")
}
