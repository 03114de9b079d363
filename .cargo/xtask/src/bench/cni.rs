//! Calls network plugins as the engines of containers do: one after the other, each with the result of the one before.

use super::{Kind, Program, measure};
use crate::{Res, run};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The links to ipso.
const LINKS: &str = "/run/plugins";
/// What a plugin is told, and what it says.
const INPUT: &str = "/run/plugin-input";
const OUTPUT: &str = "/run/plugin-output";

/// Attaches the namespace of a name: the CPU time and the time by the clock of all plugins, in nanoseconds.
pub fn attach(program: &Program, plugins: &[String], name: &str) -> Res<(u64, u64)> {
    let folder = folder(program)?;
    let mut result = String::new();
    let mut sum = (0, 0);
    for plugin in plugins {
        let mut command = plugin_command(program, &folder, plugin, name, &result)?;
        let (cpu, wall) = measure::timed(command.env("CNI_COMMAND", "ADD"))
            .map_err(|e| format!("{e}: {}", fs::read_to_string(OUTPUT).unwrap_or_default()))?;
        sum = (sum.0 + cpu, sum.1 + wall);
        result = fs::read_to_string(OUTPUT).map_err(|e| format!("{OUTPUT}: {e}"))?;
    }
    Ok(sum)
}

/// Undoes that.
pub fn detach(program: &Program, plugins: &[String], name: &str) -> Res<()> {
    let folder = folder(program)?;
    for plugin in plugins.iter().rev() {
        run(plugin_command(program, &folder, plugin, name, "")?.env("CNI_COMMAND", "DEL"))?;
    }
    Ok(())
}

fn folder(program: &Program) -> Res<PathBuf> {
    if program.kind == Kind::Plugins {
        return Ok(program.file.clone());
    }
    if !Path::new(LINKS).exists() {
        fs::create_dir(LINKS).map_err(|e| format!("{LINKS}: {e}"))?;
        run(Command::new(&program.file).args(["--install-cni", LINKS]))?;
    }
    Ok(LINKS.into())
}

fn plugin_command(
    program: &Program,
    folder: &Path,
    plugin: &str,
    name: &str,
    result: &str,
) -> Res<Command> {
    // Networks that have nothing in common.
    let (net, of) = match program.kind {
        Kind::Plugins => (2, "reference"),
        _ => (1, "ipso"),
    };
    fs::write(INPUT, config(plugin, net, of, result)).map_err(|e| format!("{INPUT}: {e}"))?;
    let mut command = Command::new(folder.join(plugin));
    command
        .env_clear()
        // Of iptables, which the reference calls.
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("CNI_PATH", folder)
        .env("CNI_CONTAINERID", name)
        .env("CNI_NETNS", format!("/run/netns/{name}"))
        .env("CNI_IFNAME", "eth0")
        .stdin(File::open(INPUT).map_err(|e| format!("{INPUT}: {e}"))?)
        .stdout(File::create(OUTPUT).map_err(|e| format!("{OUTPUT}: {e}"))?);
    Ok(command)
}

/// What a plugin is told, with the result of the one before or an empty text.
fn config(plugin: &str, net: u8, of: &str, result: &str) -> String {
    let own = match plugin {
        "portmap" => String::from(
            r#""runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"},{"hostPort":5353,"containerPort":53,"protocol":"udp"}]}"#,
        ),
        _ => format!(
            r#""bridge":"b-{of}","isGateway":true,"ipMasq":true,"ipam":{{"type":"host-local","dataDir":"/run/networks","ranges":[[{{"subnet":"10.{net}.0.0/16"}}]],"routes":[{{"dst":"0.0.0.0/0"}}]}}"#
        ),
    };
    let previous = match result {
        "" => String::new(),
        result => format!(r#","prevResult":{result}"#),
    };
    format!(r#"{{"cniVersion":"1.0.0","name":"{of}","type":"{plugin}",{own}{previous}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_told_of_the_one_before() {
        let first = config("bridge", 2, "x", "");
        let start = r#"{"cniVersion":"1.0.0","name":"x","type":"bridge","bridge":"b-x","#;
        assert!(first.starts_with(start), "{first}");
        assert!(
            first.contains("10.2.0.0/16") && !first.contains("prevResult"),
            "{first}"
        );
        let second = config("portmap", 2, "x", r#"{"ips":[]}"#);
        assert!(
            second.ends_with(r#"}]},"prevResult":{"ips":[]}}"#),
            "{second}"
        );
    }
}
