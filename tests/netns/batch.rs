use super::*;
use std::fs;

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
