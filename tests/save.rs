//! `save`, `restore` and `showdump` where they are not as iproute2 has them, and on a terminal. The rest is in
//! tests/differential/save.txt.

mod common;
use common::*;

#[test]
fn saved_messages_are_not_for_a_terminal() {
    let test = "saved_messages_are_not_for_a_terminal";
    namespaces_with(&[part::SAVE, part::RULE], test, || {
        for (line, text) in [
            ("addr save", "Not sending a binary stream to stdout\n1\n"),
            ("route save", "Not sending a binary stream to stdout\n1\n"),
            ("rule save", "Not sending a binary stream to stdout\n1\n"),
            (
                "addr restore",
                "Can't restore address dump from a terminal\n255\n",
            ),
            (
                "addr showdump",
                "Can't restore address dump from a terminal\n255\n",
            ),
            (
                "route restore",
                "Can't restore route dump from a terminal\n1\n",
            ),
            (
                "route showdump",
                "Can't restore route dump from a terminal\n1\n",
            ),
            (
                "rule restore",
                "Can't restore rule dump from a terminal\n255\n",
            ),
        ] {
            let said = on_terminal(&format!("sh -c 'ip {line} <&1; echo $?'"));
            assert_eq!(said, text, "{line}");
        }
    });
}

/// iproute2 saves all addresses of the family and the device.
#[test]
fn addresses_are_saved_as_they_are_chosen() {
    namespaces_with(
        &[part::SAVE],
        "addresses_are_saved_as_they_are_chosen",
        || {
            run("ip link add v0 type veth peer name v1").ok();
            run("ip addr add 10.0.0.1/24 dev v0 label v0:0").ok();
            run("ip addr add 10.1.0.1/24 dev v0").ok();
            run("ip addr add 10.2.0.1/24 dev v1 scope link").ok();
            for (words, saved) in [
                ("", "10.0.0.1 10.1.0.1 10.2.0.1"),
                ("dev v0", "10.0.0.1 10.1.0.1"),
                ("label v0:*", "10.0.0.1"),
                ("to 10.1.0.0/16", "10.1.0.1"),
                ("scope link", "10.2.0.1"),
                ("v0 scope link", ""),
            ] {
                run(&format!("sh -c 'ip addr save {words} >/run/saved'")).ok();
                let shown = run("sh -c 'ip addr showdump </run/saved'").ok();
                let mut found: Vec<_> = shown
                    .split([' ', '/'])
                    .filter(|word| word.starts_with("10."))
                    .collect();
                found.sort_unstable();
                assert_eq!(found.join(" "), saved, "{words}");
            }
        },
    );
}

/// iproute2 takes a route of several hops, or through a gateway of the other family, for one that needs no other, and
/// stops at it.
#[test]
fn routes_are_restored_after_those_that_they_lead_through() {
    let test = "routes_are_restored_after_those_that_they_lead_through";
    namespaces_with(&[part::SAVE], test, || {
        run("ip link add v0 type veth peer name v1").ok();
        run("ip addr add 10.9.0.1/24 dev v0").ok();
        run("ip link set v0 up").ok();
        run("ip link set v1 up").ok();
        // In the dump they come in this order, each in front of what it needs.
        for route in [
            "10.9.0.0/24 dev v0 scope link",
            "10.5.0.0/16 via 10.9.0.2",
            "10.4.0.0/16 nexthop via 10.9.0.2 nexthop via 10.9.0.3",
            "10.3.0.0/16 via inet6 fe80::9 dev v0",
            "blackhole 10.2.0.0/16",
        ] {
            run(&format!("ip route replace {route}")).ok();
        }
        let before = run("ip route").ok();
        assert!(before.starts_with("blackhole 10.2.0.0/16"), "{before}");
        run("sh -c 'ip route save >/run/saved'").ok();
        run("ip route flush root 10.0.0.0/8").ok();
        assert_eq!(run("ip route").ok(), "");
        run("sh -c 'ip route restore </run/saved'").ok();
        assert_eq!(run("ip route").ok(), before);
    });
}

/// A stream that is longer than what is read at once, with a message at every place.
#[test]
fn long_streams_are_read_in_pieces() {
    namespaces_with(&[part::SAVE], "long_streams_are_read_in_pieces", || {
        run("ip link add v0 type veth peer name v1").ok();
        let lines: String = (0..1_500)
            .map(|n| {
                format!(
                    "addr add 10.{}.{}.1/24 dev v0 label v0:{n}\n",
                    n / 250,
                    n % 250
                )
            })
            .collect();
        std::fs::write("/run/lines", lines).expect("a file");
        run("ip -b /run/lines").ok();
        let before = run("ip -o addr show dev v0").ok();
        assert_eq!(before.lines().count(), 1_500);
        run("sh -c 'ip addr save >/run/saved'").ok();
        run("ip addr flush dev v0").ok();
        assert_eq!(run("ip -o addr show dev v0").ok(), "");
        // Not in whole pieces either.
        run("sh -c 'dd if=/run/saved bs=1000 2>/dev/null | ip addr restore'").ok();
        assert_eq!(run("ip -o addr show dev v0").ok(), before);
    });
}
