use super::*;
use std::fs;
use std::io::{Read, Write};
use std::process::ChildStdin;

/// A child of a command prints nothing again that was buffered before, and never goes on with the next line.
#[test]
fn each_line_runs_once_whatever_forks() {
    let test = "batch::each_line_runs_once_whatever_forks";
    let parts = [part::CONNECT, part::NETNS_WAIT, part::NETNS_EXTRA];
    namespaces_with(&parts, test, || {
        let lo = run("ip -br link show lo").ok();
        fs::write(
            "/run/batch",
            "link show lo\nnetns add a up\nlink show lo\nnetns connect a\nlink show lo\nnetns exec a true\nlink show lo\n\
             netns disconnect a\nlink show lo\nnetns delete a wait\nlink show lo\n",
        )
        .expect("a file");
        let out = run("ip -br -batch /run/batch").ok();
        let tunnel = "dev veth0 10.1.1.1/24\nnetns a dev veth0 10.1.1.2/24 default via 10.1.1.1\n";
        assert_eq!(out, format!("{lo}{lo}{tunnel}{lo}{lo}{lo}{lo}"));
        // A child that gets no descriptor any more ends as well.
        for limit in 5..16 {
            run("ip netns replace a").ok();
            fs::write(
                "/run/batch",
                "netns delete a wait 1\nnetns add b\nnetns delete b\n",
            )
            .expect("a file");
            let line = format!("ulimit -n {limit}; exec ip -force -batch /run/batch");
            let out = finish(command(["sh", "-c", &line]));
            let failed = out.stderr.matches("Command failed /run/batch:1").count();
            assert!(
                failed <= 1 && !out.stderr.contains("File exists"),
                "{limit}: {out:?}"
            );
        }
        // A command's status of 255 is the failure of its line, and does not end the batch.
        run("ip netns replace a").ok();
        fs::write("/run/batch", "netns exec sh -c 'exit 255'\nlink show lo\n").expect("a file");
        let out = run("ip -br -all -fail -force -batch /run/batch");
        assert_eq!(
            (out.code, out.stderr.as_str()),
            (1, "Command failed /run/batch:1\n")
        );
        assert!(out.stdout.ends_with(&lo), "{out:?}");
    });
}

#[test]
fn a_line_may_be_long_and_ends_at_a_nul() {
    namespaces("batch::a_line_may_be_long_and_ends_at_a_nul", || {
        let lo = run("ip -br link show lo").ok();
        fs::write(
            "/run/batch",
            format!("link show lo{}\nlink show lo \0 x\n", " ".repeat(5_000_000)),
        )
        .expect("a file");
        assert_eq!(run("ip -br -batch /run/batch").ok(), format!("{lo}{lo}"));
    });
}

/// A pair of links, up, and a batch of routes of which each thousandth line repeats the one before.
fn many_routes() -> String {
    run("ip link add v0 type veth peer name v1").ok();
    run("ip link set v0 up").ok();
    let mut lines = String::new();
    for n in 0..10_000 {
        let n = n - i32::from(n % 1000 == 999);
        lines += &format!("route add 10.1.{}.{}/32 dev v0\n", n / 256, n % 256);
    }
    lines
}

const EXISTS: &str = "RTNETLINK answers: File exists\n";

#[test]
fn with_force_each_line_that_fails_is_told() {
    let test = "batch::with_force_each_line_that_fails_is_told";
    namespaces(test, || {
        fs::write("/run/batch", many_routes()).expect("a file");
        let out = run("ip -force -batch /run/batch");
        let mut told = String::new();
        for line in (1000..=10_000).step_by(1000) {
            told += &format!("{EXISTS}Command failed /run/batch:{line}\n");
        }
        assert_eq!((out.code, out.stdout.as_str()), (1, ""));
        assert_eq!(out.stderr, told);
        let routes = run("ip route show").ok();
        assert_eq!(routes.lines().count(), 9_990);
        // Now each line fails: more refusals than a socket has room for.
        let out = run("ip -force -batch /run/batch");
        assert_eq!(out.code, 1);
        let mut lines = out.stderr.lines();
        for line in 1..=10_000 {
            assert_eq!(lines.next(), Some(EXISTS.trim_end()), "{line}");
            let failed = format!("Command failed /run/batch:{line}");
            assert_eq!(lines.next(), Some(failed.as_str()));
        }
        assert_eq!(lines.next(), None);
    });
}

#[test]
fn nothing_behind_a_line_that_fails_is_done() {
    let test = "batch::nothing_behind_a_line_that_fails_is_done";
    namespaces(test, || {
        fs::write("/run/batch", many_routes()).expect("a file");
        let out = run("ip -batch /run/batch");
        assert_eq!((out.code, out.stdout.as_str()), (1, ""));
        assert_eq!(
            out.stderr,
            format!("{EXISTS}Command failed /run/batch:1000\n")
        );
        let routes = run("ip route show").ok();
        assert_eq!(routes.lines().count(), 999);
    });
}

/// What is printed and what is said of the lines that fail, each in its place.
#[test]
fn outputs_and_errors_are_in_the_order_of_the_lines() {
    let test = "batch::outputs_and_errors_are_in_the_order_of_the_lines";
    namespaces(test, || {
        run("ip link add v0 type veth peer name v1").ok();
        let lo = run("ip -br link show lo").ok();
        // What the kernel says of them, which older ones say in fewer words.
        run("ip addr add 10.1.0.1/24 dev v1").ok();
        let assigned = run("ip addr add 10.1.0.1/24 dev v1").stderr;
        let absent = run("ip addr del 10.0.0.9 dev v0").stderr;
        assert!(!assigned.is_empty() && !absent.is_empty());
        fs::write(
            "/run/batch",
            "addr add 10.0.0.1/24 dev v0\n\
             addr add 10.0.0.1/24 dev v0 # the same\n\
             \n\
             addr add \\\n10.0.0.1/24 \\\ndev v0\n\
             link show lo\n\
             addr add 10.0.0.1/24 dev v0\n\
             addr del 10.0.0.9 dev v0\n\
             addr add 10.0.0.2/24 dev nosuch\n\
             route add 10.9.0.0/16 via 10.8.0.1\n\
             link set v0 up\n\
             addr add 10.0.0.3/24 dev v0\n\
             addr add 10.0.0.4/24 dev v0 scope nosuch\n\
             addr add 10.0.0.5/24 dev v0\n",
        )
        .expect("a file");
        let failed = |line| format!("Command failed /run/batch:{line}\n");
        let told = [
            &assigned,
            &failed(2),
            &assigned,
            &failed(6),
            &lo,
            &assigned,
            &failed(8),
            &absent,
            &failed(9),
            "Cannot find device \"nosuch\"\n",
            &failed(10),
            "Error: Nexthop has invalid gateway.\n",
            &failed(11),
            "Error: argument \"nosuch\" is wrong: invalid scope value.\n",
        ]
        .concat();
        let both = |options: &str| {
            let line = format!("exec ip -br {options} -batch /run/batch 2>&1");
            let out = finish(command(["sh", "-c", &line]));
            (out.code, out.stdout)
        };
        assert_eq!(both("-force"), (255, told));
        let addresses = run("ip -4 -br addr show v0").ok();
        assert!(
            addresses.ends_with(" 10.0.0.1/24 10.0.0.3/24 \n"),
            "{addresses}"
        );
        let told = format!("{assigned}{}", failed(1));
        assert_eq!(both(""), (1, told));
    });
}

/// A batch that is written to while it runs.
struct Conversation {
    child: Background,
    lines: ChildStdin,
}

impl Conversation {
    fn begin(options: &str) -> Conversation {
        let mut command = command(words(&format!("ip {options} -batch -")));
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes.spawn().expect("a process");
        let lines = child.stdin.take().expect("a pipe");
        Conversation {
            child: Background(child),
            lines,
        }
    }

    fn say(&mut self, text: &str) {
        self.lines.write_all(text.as_bytes()).expect("a reader");
    }

    /// The next line that it prints.
    fn hear(&mut self) -> String {
        let stdout = self.child.0.stdout.as_mut().expect("a pipe");
        let mut line = Vec::new();
        let mut byte = [0];
        while line.last() != Some(&b'\n') && stdout.read(&mut byte).expect("a read") == 1 {
            line.push(byte[0]);
        }
        String::from_utf8(line).expect("UTF-8")
    }
}

fn has_address(address: &str) -> bool {
    run("ip -br addr show v0").stdout.contains(address)
}

/// Programs keep a batch open and wait for what each line does.
#[test]
fn a_line_is_done_before_the_next_is_written() {
    let test = "batch::a_line_is_done_before_the_next_is_written";
    namespaces(test, || {
        let lo = run("ip -br link show lo").ok();
        for options in ["-br", "-br -force"] {
            let mut batch = Conversation::begin(options);
            batch.say("link add v0 type veth peer name v1\n");
            until("the link", || run("ip link show v0").code == 0);
            batch.say("addr add 10.0.0.1/24 dev v0\n");
            until("the address", || has_address("10.0.0.1/24"));
            batch.say("addr add 10.0.0.2/24 dev v0\naddr add 10.0.0.3");
            until("the address", || has_address("10.0.0.2/24"));
            batch.say("/24 dev v0\nlink show lo\n");
            assert_eq!(batch.hear(), lo);
            assert!(has_address("10.0.0.3/24"));
            // Another link has the name by now.
            run("ip link delete v0").ok();
            run("ip link add v0 type veth peer name v1").ok();
            batch.say("addr add 10.0.0.4/24 dev v0\nlink show lo\n");
            assert_eq!(batch.hear(), lo);
            assert!(has_address("10.0.0.4/24"));
            // So it has for the lines of one piece.
            batch.say(
                "addr add 10.0.0.5/24 dev v0\nlink set v0 name v2\nlink set v1 name v0\n\
                 addr add 10.0.0.6/24 dev v0\nlink show lo\n",
            );
            assert_eq!(batch.hear(), lo);
            assert!(has_address("10.0.0.6/24") && !has_address("10.0.0.5/24"));
            // What was done stays, whatever becomes of it.
            batch.say("addr add 10.0.0.7/24 dev v0\n");
            until("the address", || has_address("10.0.0.7/24"));
            batch.child.0.kill().expect("a process to end");
            batch.child.0.wait().expect("its end");
            assert!(has_address("10.0.0.7/24"));
            run("ip link delete v0").ok();
        }
    });
}
