//! Real container engines whose network plugins are links to the program: podman with its CNI backend, and containerd by
//! `ctr run --cni`. With the reference's `host-local` among the links, too.
//!
//! Each test has a machine of its own: its network, its mounts, what is below /etc, /opt, /run and /var/lib, and its
//! processes. What an engine leaves running ends with the test. Nothing is fetched: the containers' files are a static
//! busybox, and a page that tells its readers which address they come from.
#![cfg(feature = "cni")]

mod common;
use common::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where the reference's plugins are, as Debian has them.
const REFERENCE: &str = "/usr/lib/cni";
/// Where the engines look for plugins.
const PLUGINS: &str = "/opt/cni/bin";
const NET_D: &str = "/etc/cni/net.d";
const ROOTFS: &str = "/run/rootfs";
/// This machine for what is outside, and what is outside.
const UPLINK: &str = "198.51.100.1";
const OUTSIDE: &str = "198.51.100.2";

/// The plugins that are not links to the program.
type Foreign = &'static [&'static str];
const NONE: Foreign = &[];
const HOST_LOCAL: Foreign = &["host-local"];

/// A machine for engines. What runs on it ends with it.
struct Machine {
    first: Child,
    daemons: Vec<Child>,
}

impl Machine {
    fn new(foreign: Foreign) -> Self {
        for line in [
            "mkdir /run/etc /run/etc.work /run/opt /run/opt.work /run/home",
            "mount -t tmpfs none /var/lib",
            // The locks of podman.
            "mount -t tmpfs none /dev/shm",
            "mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/etc.work none /etc",
            "mount -t overlay -o lowerdir=/opt,upperdir=/run/opt,workdir=/run/opt.work none /opt",
            // Without it crun refuses machines where controllers of the first version are mounted. None is used.
            "mount -t cgroup2 none /sys/fs/cgroup",
        ] {
            run(line).ok();
        }
        let first = first_process();
        for line in [
            "ip link set lo up",
            "ip netns add outside",
            "ip link add up0 type veth peer name up0 netns outside",
            &format!("ip addr add {UPLINK}/24 dev up0"),
            "ip link set up0 up",
            "ip -n outside link set lo up",
            &format!("ip -n outside addr add {OUTSIDE}/24 dev up0"),
            "ip -n outside link set up0 up",
        ] {
            run(line).ok();
        }
        let _ = fs::remove_dir_all(NET_D);
        let _ = fs::remove_dir_all(PLUGINS);
        for folder in [NET_D, PLUGINS] {
            fs::create_dir_all(folder).expect("a folder");
        }
        install(foreign);
        rootfs();
        fs::write("/run/containers.conf", CONTAINERS_CONF).expect("a file");
        fs::write("/run/storage.conf", STORAGE_CONF).expect("a file");
        let mut server = command(words(
            "ip netns exec outside busybox httpd -f -p 0.0.0.0:80",
        ));
        server.args(["-h", &format!("{ROOTFS}/www")]);
        let mut machine = Self {
            first,
            daemons: Vec::new(),
        };
        machine.start(&mut server);
        machine
    }
}

impl Machine {
    fn start(&mut self, daemon: &mut Command) {
        self.daemons.push(daemon.spawn().expect("a daemon"));
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for child in &mut self.daemons {
            let _ = child.kill();
            let _ = child.wait();
        }
        // The others end with it. It is not waited for: it waits until the test has waited for all of its own.
        let _ = self.first.kill();
    }
}

/// No cgroups, so that nothing of the machine's is changed, and no limits above what root may have to begin with.
const CONTAINERS_CONF: &str = r#"
[containers]
cgroups = "disabled"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
runtime = "crun"
[network]
network_backend = "cni"
cni_plugin_dirs = ["/opt/cni/bin"]
"#;

const STORAGE_CONF: &str = r#"
[storage]
driver = "vfs"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"
"#;

/// Has what this thread starts from now on in process ids of their own, where the first takes orphans and waits for them.
fn first_process() -> Child {
    // SAFETY: takes a number only.
    check(unsafe { libc::unshare(libc::CLONE_NEWPID) }).expect("unshare");
    let script = "mount -t proc proc /proc && echo ready; sleep 1000000 & wait";
    let mut first = command(["sh", "-c", script]);
    let mut first = first.stdout(Stdio::piped()).spawn().expect("a shell");
    let mut line = String::new();
    let stdout = first.stdout.take().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    first
}

/// Makes the links, and puts plugins of the reference in the place of some.
fn install(foreign: Foreign) {
    finish(command([
        ipso().as_os_str(),
        "--install-cni".as_ref(),
        PLUGINS.as_ref(),
    ]))
    .ok();
    for name in foreign {
        let link = Path::new(PLUGINS).join(name);
        fs::remove_file(&link).expect("a link");
        symlink(Path::new(REFERENCE).join(name), link).expect("a link");
    }
}

/// The files of all containers.
fn rootfs() {
    let root = Path::new(ROOTFS);
    for folder in "bin dev etc proc run sys tmp www/cgi-bin".split(' ') {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    let busybox = which("busybox").expect("a busybox");
    fs::copy(busybox, root.join("bin/busybox")).expect("a copy");
    symlink("busybox", root.join("bin/sh")).expect("a link");
    let page = format!("{ROOTFS}/www/cgi-bin/who");
    script(&page, "echo; echo $REMOTE_ADDR");
}

/// What runs in a container that serves.
const SERVE: &str = "/bin/busybox httpd -f -p 0.0.0.0:80 -h /www";

/// Words that ask a server who we are.
fn who(at: &str) -> String {
    format!("busybox timeout 5 busybox wget -qO- http://{at}/cgi-bin/who")
}

/// As whom a server sees those who ask here, once it is there.
#[track_caller]
fn seen(within: &str, at: &str) -> String {
    let line = format!("{within} {}", who(at));
    let mut out = run(&line);
    let is_answered = comes_true(|| {
        if out.code != 0 {
            out = run(&line);
        }
        out.code == 0
    });
    let rules = || run("nft list ruleset").stdout;
    assert!(is_answered, "{line}: {out:?}\n{}", rules());
    out.ok().trim().to_owned()
}

const FROM_OUTSIDE: &str = "ip netns exec outside";

/// What the plugins have of a network: interfaces, rules, addresses and names of namespaces.
#[derive(Debug, PartialEq)]
struct State {
    links: Vec<String>,
    rules: String,
    reserved: BTreeSet<String>,
    namespaces: Vec<String>,
}

impl State {
    fn of(network: &str) -> Self {
        let is_pair = |name: &String| name.starts_with("veth");
        let files = fs::read_dir(format!("/var/lib/cni/networks/{network}"));
        let files = files.into_iter().flatten().map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.into_string().expect("text")
        });
        let mut namespaces = names();
        namespaces.retain(|name| name != "outside");
        Self {
            links: links_here().into_iter().filter(is_pair).collect(),
            rules: run("nft list ruleset").ok(),
            reserved: files
                .filter(|name| name != "lock" && !name.starts_with("last_reserved_ip"))
                .collect(),
            namespaces,
        }
    }

    fn is_empty(&self) -> bool {
        let Self {
            links,
            rules,
            reserved,
            namespaces,
        } = self;
        links.is_empty() && rules.is_empty() && reserved.is_empty() && namespaces.is_empty()
    }
}

/// Waits until nothing of a network is left.
#[track_caller]
fn nothing_is_left(network: &str) {
    let mut state = State::of(network);
    let is_empty = comes_true(|| {
        state = State::of(network);
        state.is_empty()
    });
    assert!(is_empty, "{state:#?}");
}

/// A list of plugins of `.cargo/xtask/contrib`, where the engines find it.
fn use_list(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo/xtask/contrib/cni");
    let to = Path::new(NET_D).join(name);
    fs::copy(folder.join(name), to).unwrap_or_else(|e| panic!("{name}: {e}"));
}

const VERSION: &str = r#"{"cniVersion":"1.0.0"}"#;

/// Calls the plugins of a list as engines do for DEL and GC, the last first; `more` is added to what they are told.
#[track_caller]
fn call(list: &str, command: &str, container: &str, netns: &str, more: &str) {
    let text = fs::read_to_string(Path::new(NET_D).join(list)).expect("a list");
    let list: Value = serde_json::from_str(&text).expect("JSON");
    for plugin in list["plugins"].as_array().expect("plugins").iter().rev() {
        let mut config: Value = serde_json::from_str(more).expect("JSON");
        for (key, value) in plugin.as_object().expect("a plugin") {
            config[key] = value.clone();
        }
        config["name"] = list["name"].clone();
        let kind = plugin["type"].as_str().expect("a type");
        fs::write("/run/stdin", config.to_string()).expect("a file");
        let mut plugin = self::command([Path::new(PLUGINS).join(kind)]);
        plugin
            .env("CNI_COMMAND", command)
            .env("CNI_CONTAINERID", container)
            .env("CNI_NETNS", netns)
            .env("CNI_IFNAME", "eth0")
            .env("CNI_PATH", PLUGINS)
            .stdin(fs::File::open("/run/stdin").expect("a file"));
        assert_eq!(finish(plugin).ok(), "", "{command} {kind}");
    }
}

/// Kills processes by their ids among those of the machine.
#[track_caller]
fn kill(pids: &str) {
    run(&format!("sh -c 'kill -9 {pids}'")).ok();
}

/// Writes a script that engines run as a program.
fn script(path: &str, text: &str) {
    let _ = fs::remove_file(path);
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Whether engines can be tried here.
fn has_engine(test: &str, names: &[&str], foreign: Foreign) -> bool {
    if !has_parts(test, &["cni"]) || !has_tools(test, names) {
        return false;
    }
    if std::env::var_os("IPSO_EMULATOR").is_some() {
        skip(test, "engines start no emulator for plugins");
        return false;
    }
    if !has_tools(test, &["busybox", "crun", "nft"]) {
        return false;
    }
    if !which("busybox").is_some_and(|file| is_static(&file)) {
        skip(test, "no static busybox here");
        return false;
    }
    for name in foreign {
        let file = Path::new(REFERENCE).join(name);
        if !file.exists() {
            skip(test, &format!("no {} here", file.display()));
            return false;
        }
    }
    true
}

fn with_podman(test: &str, foreign: Foreign, body: impl FnOnce()) {
    if has_engine(test, &["podman", "conmon"], foreign) {
        as_root(test, || {
            let _machine = Machine::new(foreign);
            use_list("87-ipso-podman.conflist");
            // The fifth version has none.
            match finish(podman_command("info -f {{.Host.NetworkBackend}}")) {
                Out {
                    code: 0, stdout, ..
                } if stdout == "cni\n" => body(),
                out => skip(
                    test,
                    &format!("podman has no CNI backend: {}", out.stderr.trim()),
                ),
            }
        });
    }
}

fn podman_command(line: &str) -> Command {
    let mut command = command(["podman"]);
    command
        .args(words(line))
        .env("HOME", "/run/home")
        .env("CONTAINERS_CONF", "/run/containers.conf")
        .env("CONTAINERS_STORAGE_CONF", "/run/storage.conf");
    command
}

#[track_caller]
fn podman(line: &str) -> String {
    finish(podman_command(line)).ok().trim().to_owned()
}

/// The address of a container of podman.
fn address_of(name: &str) -> String {
    podman(&format!(
        "inspect -f {{{{.NetworkSettings.IPAddress}}}} {name}"
    ))
}

/// Starts a server that is published, has others talk to it and takes it away, twice.
fn podman_publishes() {
    podman(&format!(
        "run -d --name srv -p 8080:80 -p 9090:80/tcp --rootfs {ROOTFS} {SERVE}"
    ));
    for _ in 0..2 {
        let server = address_of("srv");
        let state = State::of("podman");
        assert_eq!(state.reserved, BTreeSet::from([server.clone()]));
        assert_eq!((state.links.len(), state.namespaces.len()), (1, 1));
        for port in [8080, 9090] {
            assert_eq!(seen(FROM_OUTSIDE, &format!("{UPLINK}:{port}")), OUTSIDE);
            // From 127.0.0.1 there is no way back: it is the bridge that asks.
            assert_eq!(seen("", &format!("127.0.0.1:{port}")), "10.88.0.1");
            assert_eq!(seen("", &format!("{UPLINK}:{port}")), UPLINK);
        }
        // Neighbours see one another's addresses, and those that ask through the published port the bridge's.
        let neighbour = |at: &str| podman(&format!("run --rm --rootfs {ROOTFS} /bin/{}", who(at)));
        let first = neighbour(&server);
        let is_own = first.starts_with("10.88.0.") && first != "10.88.0.1" && first != server;
        assert!(is_own, "{first}");
        assert_eq!(neighbour("10.88.0.1:8080"), "10.88.0.1");
        assert_eq!(neighbour(&format!("{UPLINK}:9090")), "10.88.0.1");
        // Nobody outside knows a way back to them.
        assert_eq!(neighbour(OUTSIDE), UPLINK);
        podman("stop -t 0 srv");
        nothing_is_left("podman");
        assert_ne!(run(&who("127.0.0.1:8080")).code, 0);
        podman("start srv");
    }
    podman("rm -f -t 0 srv");
    nothing_is_left("podman");
}

#[test]
fn podman_with_the_links() {
    with_podman("podman_with_the_links", NONE, podman_publishes);
}

#[test]
fn podman_with_host_local_of_the_reference() {
    with_podman(
        "podman_with_host_local_of_the_reference",
        HOST_LOCAL,
        podman_publishes,
    );
}

/// As on a machine with ufw or Docker: what containers begin passes by rules that iptables(8) can read.
#[test]
fn podman_where_nothing_is_forwarded() {
    let test = "podman_where_nothing_is_forwarded";
    if !has_tools(test, &["iptables", "nsenter"]) {
        return;
    }
    with_podman(test, NONE, || {
        run("iptables -P FORWARD DROP").ok();
        if !run("nft list tables").ok().contains("filter") {
            return skip(test, "iptables is not that of nf_tables");
        }
        let before = run("iptables -S").ok();
        let start = format!("run -d --name srv -p 8080:80 --rootfs {ROOTFS} {SERVE}");
        podman(&start);
        assert_eq!(seen("", "127.0.0.1:8080"), "10.88.0.1");
        let inside = podman("inspect -f {{.State.Pid}} srv");
        let asks = seen(&format!("nsenter -n -t {inside}"), OUTSIDE);
        assert_eq!(asks, UPLINK);
        let (rules, address) = (run("iptables -S FORWARD").ok(), address_of("srv"));
        assert_eq!(seen(FROM_OUTSIDE, &format!("{UPLINK}:8080")), OUTSIDE);
        let answers = format!("-d {address}/32 -m conntrack --ctstate RELATED,ESTABLISHED,DNAT");
        for rule in [answers, format!("-s {address}/32")] {
            let begin = format!("-A FORWARD {rule} -m comment --comment ");
            let mut lines = rules.lines();
            let found = lines.any(|line| line.starts_with(&begin) && line.ends_with("-j ACCEPT"));
            assert!(found, "{begin}: {rules}");
        }
        podman("rm -f -t 0 srv");
        assert_eq!(run("iptables -S").ok(), before);
    });
}

#[test]
fn podman_with_the_list_of_the_readme() {
    with_podman("podman_with_the_list_of_the_readme", NONE, || {
        let text = include_str!("../README.md");
        let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
        let rest = lines.skip_while(|line| !line.starts_with("{ \"cniVersion\""));
        let list: Vec<_> = rest.collect();
        let end = list.iter().position(|line| line.ends_with("] }"));
        let list = list[..=end.expect("an end")].join("\n");
        fs::write(format!("{NET_D}/10-ipso.conflist"), list).expect("a file");
        let run = format!("run --rm --network ipso -p 8080:80 --rootfs {ROOTFS} /bin/");
        assert_eq!(podman(&format!("{run}{}", who(OUTSIDE))), UPLINK);
        nothing_is_left("ipso");
    });
}

#[test]
fn fifty_containers_at_once() {
    let test = "fifty_containers_at_once";
    with_podman(test, NONE, || {
        let start = |n: usize| {
            let publish = 8000 + n;
            let line = format!("run -d --name c{n} -p {publish}:80 --rootfs {ROOTFS} {SERVE}");
            let mut command = podman_command(&line);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("podman")
        };
        let started: Vec<_> = (0..50).map(start).collect();
        for (n, child) in started.into_iter().enumerate() {
            let output = child.wait_with_output().expect("podman");
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "c{n}: {text}");
        }
        let state = State::of("podman");
        assert_eq!((state.reserved.len(), state.links.len()), (50, 50));
        for n in 0..50 {
            assert_eq!(
                seen(FROM_OUTSIDE, &format!("{UPLINK}:{}", 8000 + n)),
                OUTSIDE
            );
        }
        let line = "inspect -f {{.NetworkSettings.IPAddress}}";
        let all: Vec<_> = (0..50).map(|n| format!("c{n}")).collect();
        let addresses = podman(&format!("{line} {}", all.join(" ")));
        let addresses: BTreeSet<_> = addresses.lines().map(str::to_owned).collect();
        assert_eq!(addresses, state.reserved);
        podman("rm -f -t 0 -a");
        nothing_is_left("podman");
    });
}

/// DEL is called late: by podman when it finds a container without its processes, else by hand. Podman knows of no network any
/// more where the namespace has gone, or where it was killed itself in the middle of ADD.
#[test]
fn podman_and_what_it_has_started_are_killed() {
    let test = "podman_and_what_it_has_started_are_killed";
    with_podman(test, NONE, || {
        const LIST: &str = "87-ipso-podman.conflist";
        const PIDS: &str = "inspect -f {{.State.ConmonPid}}' '{{.State.Pid}} srv";
        let start = format!("run -d --name srv -p 8080:80 --rootfs {ROOTFS} {SERVE}");
        podman(&start);
        kill(&podman(PIDS));
        let state = State::of("podman");
        assert_eq!((state.reserved.len(), state.namespaces.len()), (1, 1));
        podman("rm -f -t 0 srv");
        nothing_is_left("podman");

        // As after a reboot, which the store outlives.
        podman(&start);
        let id = podman("ps --no-trunc -q");
        kill(&podman(PIDS));
        let netns = State::of("podman").namespaces.concat();
        run(&format!("ip netns delete {netns}")).ok();
        run("nft flush ruleset").ok();
        assert_eq!(finish(podman_command("rm -f -t 0 srv")).code, 0);
        assert_eq!(State::of("podman").reserved.len(), 1);
        let path = format!("/run/netns/{netns}");
        call(LIST, "DEL", &id, &path, VERSION);
        nothing_is_left("podman");

        // The runtime is killed, and podman takes back what it has asked for.
        script(
            "/run/crun.sh",
            "case $* in *create*) kill -9 $$; esac; exec crun \"$@\"",
        );
        let out = finish(podman_command(&format!("--runtime /run/crun.sh {start}")));
        assert_ne!(out.code, 0, "{out:?}");
        podman("rm -f -t 0 srv");
        nothing_is_left("podman");

        let portmap = format!("{PLUGINS}/portmap");
        let real = format!("exec {} cni portmap", ipso().display());
        script(
            &portmap,
            &format!("[ $CNI_COMMAND != ADD ] || kill -9 $PPID; {real}"),
        );
        assert_eq!(finish(podman_command(&start)).code, 128 + 9);
        let state = State::of("podman");
        assert_eq!((state.reserved.len(), state.links.len()), (1, 1));
        let id = podman("ps -a --no-trunc -q");
        let netns = &state.namespaces[0];
        let path = format!("/run/netns/{netns}");
        call(LIST, "DEL", &id, &path, VERSION);
        run(&format!("ip netns delete {netns}")).ok();
        nothing_is_left("podman");
    });
}

const CONTAINERD_TOML: &str = r#"
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "/run/containerd/containerd.sock"
"#;

fn with_containerd(test: &str, foreign: Foreign, body: impl FnOnce()) {
    if !has_engine(test, &["containerd", "ctr"], foreign) {
        return;
    }
    as_root(test, || {
        let mut machine = Machine::new(foreign);
        use_list("10-ipso.conflist");
        // It always wants a cgroup of crun.
        script("/run/crun.sh", "exec crun --cgroup-manager=disabled \"$@\"");
        fs::write("/run/containerd.toml", CONTAINERD_TOML).expect("a file");
        let log = fs::File::create("/run/containerd.log").expect("a file");
        let mut daemon = command(["containerd", "-c", "/run/containerd.toml"]);
        daemon
            .stdout(log.try_clone().expect("one more"))
            .stderr(log);
        machine.start(&mut daemon);
        until("containerd", || run("ctr version").code == 0);
        body();
    });
}

/// Runs a container, and says what it prints.
#[track_caller]
fn ctr_run(options: &str, name: &str, line: &str) -> String {
    let fixed = "--runc-binary /run/crun.sh --cgroup '' --rootfs --cni";
    let line = format!("ctr run {fixed} {options} {ROOTFS} {name} {line}");
    run(&line).ok().trim().to_owned()
}

/// The process that is the first of a container.
fn pid_of(name: &str) -> String {
    let list = run("ctr task ls").ok();
    let mut lines = list.lines().map(|line| line.split_whitespace());
    let line = lines.find_map(|mut line| (line.next() == Some(name)).then(|| line.next()));
    line.flatten().expect("a task").to_owned()
}

fn containerd_runs(foreign: Foreign) {
    ctr_run("-d", "first", SERVE);
    let state = State::of("ipso");
    let first = state.reserved.first().expect("an address").clone();
    assert_eq!(seen("", &first), "10.85.0.1");
    let own = ctr_run("--rm", "asks", &format!("/bin/{}", who(&first)));
    assert!(
        own.starts_with("10.85.0.") && own != "10.85.0.1" && own != first,
        "{own}"
    );
    assert_eq!(
        ctr_run("--rm", "asks", &format!("/bin/{}", who(OUTSIDE))),
        UPLINK
    );
    // What ctr waits for it takes away itself, and the kernel the pair with the namespace; of others it never does.
    until("the pair to go", || State::of("ipso") == state);
    ctr_run("-d", "second", SERVE);
    run("ctr task kill -s KILL first").ok();
    until("the end", || run("ctr task ls").ok().contains("STOPPED"));
    run("ctr task delete first");
    let both = State::of("ipso").reserved;
    assert_eq!((both.len(), both.contains(&first)), (2, true));
    let list = "10-ipso.conflist";
    let second = both.into_iter().find(|address| *address != first);
    let second = second.expect("another address");
    // The reference's host-local knows no GC.
    if foreign.is_empty() {
        let attachment = r#"[{"containerID":"default-second","ifname":"eth0"}]"#;
        let valid = format!(r#"{{"cniVersion":"1.1.0","cni.dev/valid-attachments":{attachment}}}"#);
        call(list, "GC", "", "", &valid);
    } else {
        call(list, "DEL", "default-first", "", VERSION);
    }
    let state = State::of("ipso");
    assert_eq!(state.reserved, BTreeSet::from([second.clone()]));
    assert!(!state.rules.contains(&first), "{}", state.rules);
    assert_eq!(seen("", &second), "10.85.0.1");
    // The shim is the parent of what it runs.
    let pid = pid_of("second");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:\t"));
    kill(&format!("{} {pid}", parent.expect("a parent")));
    for _ in 0..2 {
        call(list, "DEL", "default-second", "", VERSION);
        nothing_is_left("ipso");
    }
}

#[test]
fn containerd_with_the_links() {
    let test = "containerd_with_the_links";
    with_containerd(test, NONE, || containerd_runs(NONE));
}

#[test]
fn containerd_with_host_local_of_the_reference() {
    let test = "containerd_with_host_local_of_the_reference";
    with_containerd(test, HOST_LOCAL, || containerd_runs(HOST_LOCAL));
}
