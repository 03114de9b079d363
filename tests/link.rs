//! `ip link delete` of several links, and what `ip link` prints on a terminal: names with control bytes, hints.

mod common;
use common::*;
use std::fs;

#[test]
fn control_bytes_stay_off_a_terminal() {
    let test = "control_bytes_stay_off_a_terminal";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link set v0 alias '\u{1b}[2J\u{7f}ä'").ok();
        run("ip link property add v0 altname 'a\u{7}b'").ok();
        run("ip link set v1 name 'x\u{1b}y'").ok();
        let shown = on_terminal("ip link show v0");
        for part in [
            "v0@x\\x1by: <",
            "    alias \\x1b[2J\\x7fä\n",
            "    altname a\\x07b\n",
        ] {
            assert!(shown.contains(part), "{shown:?}");
        }
        assert!(!shown.contains('\u{1b}'), "{shown:?}");
        // A pipe gets the bytes that the kernel has.
        let piped = run("ip link show v0").ok();
        assert!(piped.contains("alias \u{1b}[2J\u{7f}ä\n"), "{piped:?}");
        assert!(piped.contains("v0@x\u{1b}y: <"), "{piped:?}");
    });
}

#[test]
fn misspelled_words_get_a_hint_on_a_terminal() {
    let test = "misspelled_words_get_a_hint_on_a_terminal";
    namespaces_with(&[part::HINTS], test, || {
        for (line, hint) in [
            ("ip link sohw", "Did you mean \"show\"?"),
            ("ip link proprety", "Did you mean \"property\"?"),
            ("ip link wayt lo", "Did you mean \"wait\"?"),
            ("ip link set lo mtuu 5", "Did you mean \"mtu\"?"),
            (
                "ip link set lo up multicats on",
                "Did you mean \"multicast\"?",
            ),
            ("ip link qqqqqqqq", ""),
        ] {
            let text = on_terminal(line);
            assert_eq!(text.lines().nth(1).unwrap_or(""), hint, "{line}: {text}");
            // Only a terminal gets it.
            assert_eq!(run(line).stderr.lines().count(), 1, "{line}");
        }
        // It comes after the help text of a kind.
        let text = on_terminal("ip link add k0 type bridge forward_dely 5");
        assert_eq!(
            text.lines().last(),
            Some("Did you mean \"forward_delay\"?"),
            "{text}"
        );
    });
}

/// The names of reasons come from the files of `protodown_reasons.d` that end in `.conf`, and from no others.
#[test]
fn reasons_are_named_by_conf_files_alone() {
    let test = "reasons_are_named_by_conf_files_alone";
    namespaces_with(&[part::XDP], test, || {
        let etc = "/etc/iproute2";
        if !fs::exists(etc).unwrap_or(false) {
            return skip(
                "reasons_are_named_by_conf_files_alone",
                "no /etc/iproute2 here",
            );
        }
        run(&format!("mount -t tmpfs none {etc}")).ok();
        let folder = format!("{etc}/protodown_reasons.d");
        fs::create_dir(&folder).expect("a folder");
        for (file, text) in [
            ("a.conf", "# NUMBER NAME\n0 mlag\n2\tevpn\n9 late\n"),
            ("b.txt", "5 other\n"),
        ] {
            fs::write(format!("{folder}/{file}"), text).expect("a file");
        }
        run("ip link add v0 type veth peer name v1").ok();
        run("ip link add m0 link v0 type macvlan").ok();
        run("ip link set m0 protodown on protodown_reason evpn on protodown_reason 5 on").ok();
        run("ip link set m0 protodown_reason late on").ok();
        let shown = run("ip -o link show m0").ok();
        let end = " protodown on protodown_reason <evpn,5,late>\n";
        assert!(shown.ends_with(end), "{shown}");
        let shown = run("ip -j link show m0").ok();
        let list = "\"proto_down\":true,\"proto_down_reason\":[\"evpn\",\"5\",\"late\"]";
        assert!(shown.contains(list), "{shown}");
        let out = run("ip link set m0 protodown_reason other on");
        let text = "Error: argument \"other\" is wrong: invalid protodown reason\n\n";
        assert_eq!((out.code, out.stderr.as_str()), (255, text));
    });
}

/// The names of the links, and the groups of those that are in one.
fn links() -> String {
    let mut text = String::new();
    for line in run("ip -o link show").ok().lines() {
        let word = |key: &str| line.split_once(key)?.1.split([' ', '@', ':']).next();
        text += word(": ").expect("a name");
        if let Some(group) = word(" group ").filter(|group| *group != "default") {
            text += &format!("/{group}");
        }
        text.push(' ');
    }
    text
}

/// Makes four pairs, a0 with b0 to a3 with b3, one end of which is in a group, and a bridge.
fn pairs() {
    for n in 0..4 {
        run(&format!("ip link add a{n} type veth peer name b{n}")).ok();
    }
    run("ip link set a1 group 7").ok();
    run("ip link add br0 type bridge").ok();
    run("ip link set b0 master br0").ok();
    run("ip link property add a3 altname other").ok();
}

const PAIRS: &str = "lo b0 a0 b1 a1/7 b2 a2 b3 a3 br0 ";

#[test]
fn several_links_are_deleted_at_once() {
    let test = "several_links_are_deleted_at_once";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        pairs();
        assert_eq!(links(), PAIRS);
        // Ends of one pair, one that is named twice, a port and its bridge.
        assert_eq!(run("ip link delete a0 b1 dev a1 br0 a0").ok(), "");
        assert_eq!(links(), "lo b2 a2 b3 a3 ");
        assert_eq!(run("ip link del other b2 if6").ok(), "");
        assert_eq!(links(), "lo ");
    });
}

/// Nor is any of them in another group than before.
#[test]
fn of_several_links_all_are_deleted_or_none() {
    let test = "of_several_links_all_are_deleted_or_none";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        pairs();
        for (line, code, stderr) in [
            ("a0 a1 nosuch a2", 1, "Cannot find device \"nosuch\"\n"),
            ("a0 if99", 1, "Cannot find device \"if99\"\n"),
            (
                "a1 lo a2",
                2,
                "lo: RTNETLINK answers: Operation not supported\n",
            ),
            (
                "a0 a1 type veth",
                255,
                "Error: either \"dev\" is duplicate, or \"a1\" is garbage.\n",
            ),
        ] {
            let out = run(&format!("ip link delete {line}"));
            assert_eq!((out.code, out.stderr.as_str()), (code, stderr), "{line}");
            assert_eq!(links(), PAIRS, "{line}");
        }
        if has_tools(test, &["setpriv"]) {
            let line =
                "setpriv --bounding-set -net_admin --inh-caps -net_admin ip link delete a0 a1";
            let out = run(line);
            assert_eq!(
                out.stderr,
                "a0: RTNETLINK answers: Operation not permitted\n"
            );
            assert_eq!((out.code, links().as_str()), (2, PAIRS));
        }
    });
}

/// With `-echo` each deletion is told, as if it were alone.
#[test]
fn several_links_are_deleted_one_by_one_to_be_told() {
    let test = "several_links_are_deleted_one_by_one_to_be_told";
    namespaces_with(&[part::LINK_EXTRA], test, || {
        pairs();
        let out = run("ip -echo -br link delete a0 b0 a1");
        assert_eq!((out.code, out.stderr.as_str()), (0, ""));
        assert_eq!(out.stdout.matches("Deleted ").count(), 2, "{out:?}");
        assert_eq!(links(), "lo b2 a2 b3 a3 br0 ");
    });
}
