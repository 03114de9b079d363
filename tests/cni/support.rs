//! Calls of plugins, and what they leave behind.

use crate::common::*;
use serde_json::Value;
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::fd::FromRawFd as _;
use std::process::{Command, Stdio};

/// Where the links of the plugins are, in the namespace's own /run.
pub const PLUGINS: &str = "/run/plugins";
/// Where addresses are kept.
pub const STORE: &str = "/run/store";

/// Runs `body` in namespaces, with the links of the plugins in place and a container's namespace `c`.
pub fn plugins(test: &str, body: impl FnOnce()) {
    namespaces_with(&[part::CNI], test, || {
        set_up();
        body();
    });
}

/// Makes the links of the plugins, and the namespace `c`, in the namespaces of this thread.
pub fn set_up() {
    fs::create_dir(PLUGINS).expect("a folder in /run");
    let mut install = program();
    install.args(["--install-cni", PLUGINS]);
    finish(install).ok();
    run("ip link set lo up").ok();
    run("ip netns add c").ok();
}

/// A call of a plugin.
#[derive(Clone)]
pub struct Call {
    /// The command and the plugin: `ADD bridge`.
    pub what: String,
    /// The folder of the plugins.
    pub folder: String,
    pub config: String,
    variables: Vec<(String, String)>,
}

/// A call for the container `ctr1`, whose namespace is `c` and whose interface is `eth0`.
pub fn call(what: &str, config: impl Into<String>) -> Call {
    let (command, _) = what.split_once(' ').expect("a command and a plugin");
    let call = Call {
        what: what.into(),
        folder: PLUGINS.into(),
        config: config.into(),
        variables: Vec::new(),
    };
    call.with("CNI_COMMAND", command)
        .with("CNI_CONTAINERID", "ctr1")
        .with("CNI_NETNS", "/run/netns/c")
        .with("CNI_IFNAME", "eth0")
        .with("CNI_PATH", PLUGINS)
}

impl Call {
    /// The same with a variable of another value.
    pub fn with(mut self, name: &str, value: &str) -> Call {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The same without a variable.
    pub fn without(mut self, name: &str) -> Call {
        self.variables.retain(|(other, _)| other != name);
        self
    }

    /// The same for another container.
    pub fn of(self, container: &str) -> Call {
        self.with("CNI_CONTAINERID", container)
    }

    /// The same with the plugins of another folder.
    pub fn in_folder(mut self, folder: &str) -> Call {
        self.folder = folder.into();
        self.with("CNI_PATH", folder)
    }

    /// The process that it is, ready to start.
    pub fn command(&self) -> Command {
        let (_, plugin) = self.what.split_once(' ').expect("a plugin");
        let mut process = command([format!("{}/{plugin}", self.folder)]);
        process.envs(self.variables.iter().map(|(name, value)| (name, value)));
        process.stdin(input(&self.config));
        process
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(&self) -> Out {
        finish(self.command())
    }

    /// Runs it, and returns the JSON that it answers; `null` if it answers nothing. It has to succeed, and to say nothing on
    /// stderr.
    #[track_caller]
    pub fn ok(&self) -> Value {
        let out = self.run();
        assert!(
            out.code == 0 && out.stderr.is_empty(),
            "{}: {out:?}",
            self.what
        );
        match out.stdout.as_str() {
            "" => Value::Null,
            text => parse(text),
        }
    }

    /// Runs it. It has to be refused by the protocol's object alone, and nothing on stderr. Returns `CODE MESSAGE` and, in
    /// parentheses, the details.
    #[track_caller]
    pub fn refused(&self) -> String {
        let out = self.run();
        assert!(
            out.code == 1 && out.stderr.is_empty(),
            "{}: {out:?}",
            self.what
        );
        let object = parse(&out.stdout);
        let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        assert!(!text("cniVersion").is_empty(), "{out:?}");
        let details = match text("details").as_str() {
            "" => String::new(),
            details => format!(" ({details})"),
        };
        format!("{} {}{details}", object["code"], text("msg"))
    }
}

/// A file in memory with a text, to be read.
fn input(text: &str) -> Stdio {
    // SAFETY: a name that ends in NUL; the descriptor is new.
    let mut file = unsafe {
        let fd = libc::memfd_create(c"input".as_ptr(), libc::MFD_CLOEXEC);
        check(fd).expect("memfd_create");
        fs::File::from_raw_fd(fd)
    };
    file.write_all(text.as_bytes()).expect("a write");
    file.seek(SeekFrom::Start(0)).expect("a seek");
    file.into()
}

/// JSON that has to be JSON.
#[track_caller]
pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A configuration: the version, the name `net`, and the other members as JSON.
pub fn config(version: &str, members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"cniVersion":"{version}","name":"net"{comma}{members}}}"#)
}

/// One for `host-local`, in the newest version: members of `ipam`.
pub fn ipam(members: &str) -> String {
    format!(r#""ipam":{{"type":"host-local","dataDir":"{STORE}",{members}}}"#)
}

/// The files of a folder with their texts, sorted; none if there is no such folder.
pub fn files(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect();
    files.sort();
    files
}

/// The addresses that are given, sorted.
pub fn given() -> Vec<String> {
    let names = files(&format!("{STORE}/net"))
        .into_iter()
        .map(|(name, _)| name);
    names
        .filter(|name| name.parse::<std::net::IpAddr>().is_ok())
        .collect()
}

/// The folder of the reference plugins: Debian's package `containernetworking-plugins`, or `$IPSO_CNI_REFERENCE`. Where one of
/// those that a test needs is missing, it is a visible skip.
pub fn reference(test: &str, names: &[&str]) -> Option<String> {
    let folder = std::env::var("IPSO_CNI_REFERENCE").unwrap_or_else(|_| "/usr/lib/cni".into());
    let missing = names
        .iter()
        .map(|name| format!("{folder}/{name}"))
        .find(|path| !std::path::Path::new(path).exists());
    match missing {
        Some(path) => {
            skip(test, &format!("no {path} here"));
            None
        }
        None => Some(folder),
    }
}

/// Whether nothing of a container is left: no link in either namespace beside those of [`set_up`] and `up0`, no address that is given,
/// no rule.
#[track_caller]
pub fn is_clean(when: &str) {
    let inside = run("ip -n c -br link").ok();
    assert_eq!(inside.lines().count(), 1, "{when}: {inside}");
    let outside: Vec<_> = links_here()
        .into_iter()
        .filter(|name| !["br0", "lo", "up0", "up1"].contains(&name.as_str()))
        .collect();
    assert!(outside.is_empty(), "{when}: {outside:?}");
    let others: Vec<_> = files(&format!("{STORE}/net"))
        .into_iter()
        .filter(|(name, _)| name != "lock" && !name.starts_with("last_reserved_ip."))
        .collect();
    assert!(others.is_empty(), "{when}: {others:?}");
    assert_eq!(rules(), "", "{when}");
}

/// All rules of nf_tables.
pub fn rules() -> String {
    run("nft list ruleset").ok()
}

/// Whether the kernel has a kind of link. Where it is to have all, as in the virtual machine, one that is missing is a failure.
pub fn has_kind(kind: &str) -> bool {
    let has = fresh(|| {
        run("ip link add up0 type veth peer name up1").ok();
        let more = if kind == "vlan" { " id 5" } else { "" };
        let made = run(&format!("ip link add link up0 name k0 type {kind}{more}"));
        made.code == 0
    });
    let is_certain = std::env::var_os("IPSO_KINDS").is_some();
    assert!(has || !is_certain, "the kernel has no {kind}");
    has
}
