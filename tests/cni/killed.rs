//! ADD is killed at each of its system calls. Whatever it was about to do, one DEL afterwards leaves nothing, and so does GC once the
//! namespace is gone.

use crate::common::*;
use crate::support::*;
use crate::trace::{Who, strike};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many are killed at once, each in namespaces of its own.
const AT_ONCE: usize = 4;

/// Strikes the last call of `calls` at each of its system calls, after the others have been made. Then `undo` is made, and nothing
/// may be left.
fn at_every_call(test: &str, base: &[Call], add: &Call, undo: &(dyn Fn() + Sync)) {
    if !has_tools(test, &["nft"]) {
        return;
    }
    let next = AtomicUsize::new(0);
    let played = |_: usize| {
        fresh(|| {
            set_up();
            run("ip link add up0 type veth peer name up1").ok();
            run("ip link set up0 up").ok();
            let mut killed = 0;
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                run_all(base);
                let mut command = add.command();
                command.stdout(Stdio::null()).stderr(Stdio::null());
                let mut is_reached = false;
                let status = strike(command, Who::Isolate, libc::SIGKILL, |_, calls| {
                    is_reached |= calls == n;
                    calls == n
                });
                let is_killed = libc::WIFSIGNALED(status);
                assert_eq!(is_killed, is_reached, "call {n}: {status:x}");
                undo();
                is_clean(&format!("{} killed at call {n}", add.what));
                if !is_reached {
                    assert_eq!(status, 0);
                    return killed;
                }
                killed += 1;
            }
        })
    };
    let all: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|n| scope.spawn(move || played(n)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    // The static file makes the fewest: 26 for ports.
    assert!(all > 15, "{all} calls");
}

fn run_all(calls: &[Call]) {
    for call in calls {
        call.ok();
    }
}

const BRIDGE: &str = r#""bridge":"br0","isDefaultGateway":true,"ipMasq":true,"hairpinMode":true,
    "ipam":{"type":"host-local","dataDir":"/run/store","ranges":[[{"subnet":"10.1.0.0/24"}]]}"#;

/// As if the machine were new: the bridge, which DEL leaves.
fn forget_bridge() {
    run("ip link del br0");
}

#[test]
fn bridge_leaves_what_del_takes_away() {
    let test = "killed::bridge_leaves_what_del_takes_away";
    plugins(test, || {
        let add = call("ADD bridge", config("1.1.0", BRIDGE));
        let del = call("DEL bridge", config("1.1.0", BRIDGE));
        at_every_call(test, &[], &add, &|| {
            del.ok();
            forget_bridge();
        });
    });
}

/// The runtime has taken the namespace away, as it does after a failure.
#[test]
fn bridge_leaves_what_gc_takes_away() {
    let test = "killed::bridge_leaves_what_gc_takes_away";
    plugins(test, || {
        let add = call("ADD bridge", config("1.1.0", BRIDGE));
        let list = format!(r#"{BRIDGE},"cni.dev/valid-attachments":[]"#);
        let gc = call("GC bridge", config("1.1.0", &list));
        at_every_call(test, &[], &add, &|| {
            run("ip netns del c").ok();
            gc.ok();
            forget_bridge();
            let is_gone = || links_here() == ["lo", "up0", "up1"];
            until("a namespace that is gone", is_gone);
            run("ip netns add c").ok();
        });
    });
}

#[test]
fn ptp_leaves_what_del_takes_away() {
    let test = "killed::ptp_leaves_what_del_takes_away";
    plugins(test, || {
        let members = r#""ipMasq":true,"ipam":{"type":"host-local","dataDir":"/run/store","ranges":[[{"subnet":"10.1.0.0/24"}]]}"#;
        let add = call("ADD ptp", config("1.0.0", members));
        let del = call("DEL ptp", config("1.0.0", members));
        at_every_call(test, &[], &add, &|| {
            del.ok();
        });
    });
}

#[test]
fn macvlan_leaves_what_del_takes_away() {
    let test = "killed::macvlan_leaves_what_del_takes_away";
    plugins(test, || {
        if !has_kind("macvlan") {
            return;
        }
        let members = r#""master":"up0","ipam":{"type":"host-local","dataDir":"/run/store","ranges":[[{"subnet":"10.1.0.0/24"}]]}"#;
        let add = call("ADD macvlan", config("1.0.0", members));
        let del = call("DEL macvlan", config("1.0.0", members));
        at_every_call(test, &[], &add, &|| {
            del.ok();
        });
    });
}

#[test]
fn host_device_leaves_what_del_takes_away() {
    let test = "killed::host_device_leaves_what_del_takes_away";
    plugins(test, || {
        let members = r#""device":"up0","ipam":{"type":"host-local","dataDir":"/run/store","ranges":[[{"subnet":"10.1.0.0/24"}]]}"#;
        let add = call("ADD host-device", config("1.0.0", members));
        let del = call("DEL host-device", config("1.0.0", members));
        at_every_call(test, &[], &add, &|| {
            del.ok();
        });
    });
}

const PORTS: &str = r#""runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80},{"hostPort":53,"containerPort":53,"protocol":"udp","hostIP":"127.0.0.1"}]}"#;

#[test]
fn portmap_leaves_what_del_and_gc_take_away() {
    let test = "killed::portmap_leaves_what_del_and_gc_take_away";
    plugins(test, || {
        let previous = r#""prevResult":{"interfaces":[{"name":"eth0","sandbox":"/run/netns/c"}],"ips":[{"interface":0,"address":"10.1.0.2/24"},{"interface":0,"address":"fd00::2/64"}]}"#;
        let add = call(
            "ADD portmap",
            config("1.1.0", &format!("{PORTS},{previous}")),
        );
        let del = call("DEL portmap", config("1.1.0", PORTS));
        at_every_call(test, &[], &add, &|| {
            del.ok();
        });
        let list = r#""cni.dev/valid-attachments":[]"#;
        let gc = call("GC portmap", config("1.1.0", list));
        at_every_call(test, &[], &add, &|| {
            gc.ok();
        });
    });
}

#[test]
fn tuning_leaves_what_del_takes_away() {
    let test = "killed::tuning_leaves_what_del_takes_away";
    plugins(test, || {
        let members = r#""bridge":"br0""#;
        let base = call("ADD bridge", config("1.0.0", members));
        let previous = r#""mac":"02:00:00:00:00:07","mtu":1400,"promisc":true,"prevResult":{"interfaces":[{"name":"eth0","sandbox":"/run/netns/c"}]}"#;
        let add = call("ADD tuning", config("1.0.0", previous));
        let del = call("DEL tuning", config("1.0.0", previous));
        let last = call("DEL bridge", config("1.0.0", members));
        at_every_call(test, &[base], &add, &|| {
            del.ok();
            let shown = run("ip -n c link show eth0").ok();
            let is_back = shown.contains("mtu 1500")
                && !shown.contains("PROMISC")
                && !shown.contains("02:00:00:00:00:07");
            assert!(is_back, "{shown}");
            assert!(files("/run/cni/tuning").is_empty());
            last.ok();
            forget_bridge();
        });
    });
}
