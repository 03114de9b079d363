//! `ip vrf exec`: becomes a command whose sockets are bound to a VRF.

use crate::append::Append;
use std::os::fd::AsFd;

use rustix::fs::OFlags;

use crate::args::Words;
use crate::error::{Error, Result, USAGE, errno_words};
use crate::files::{open, open_dir};
use crate::ip::command::{Ctx, Io, apart};
use crate::ip::vrf::cgroup::{find, find_mount, groups_of, path_in};
use crate::names::Names;
use crate::nl::uapi::{bpf_attach_type, bpf_code, bpf_prog_type};
use crate::ns::enter::become_command;
use crate::ns::{make_dirs, who};
use crate::row::draft;
use crate::sys::bpf::{attach_program, load_program};
use crate::sys::{Path, secure};
use crate::text::{decimal, split};

/// `exec NAME COMMAND`; `default` takes a command out of its VRF.
pub fn exec(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let Some(name) = w.next() else {
        return Err(Error::refused("No VRF name specified", b""));
    };
    let command = w.rest();
    if command.is_empty() {
        return Err(Error::refused("No command specified", b""));
    }
    apart(ctx, io, &mut |io| {
        join(name, &mut io.names).map_err(|e| e.code_is(USAGE))?;
        // Those that the group took: the command has none of them.
        secure::drop_file_capabilities()
            .map_err(|e| Error::os("Cannot drop capabilities", b"", e.raw_os_error()))?;
        io.out.flush()?;
        Err(become_command(command))
    })
}

/// Moves this process into the control group of a VRF.
fn join(name: &[u8], names: &mut Names) -> Result<()> {
    let index = match name {
        b"default" => None,
        _ => {
            // Of a device's alternative name, which may have slashes, no path is made.
            let found = draft::vrf(name, names)?.filter(|_| !name.contains(&b'/'));
            let invalid = || Error::refused("Invalid VRF name", b"");
            Some(found.ok_or_else(invalid)?.0)
        }
    };
    let mount = find_mount()?;
    let namespace = who::name_of(b"self")?;
    let groups = groups_of(b"self").unwrap_or_default();
    let own = path_in(&groups, |_| true).unwrap_or_default();
    let path = group_path(own, &namespace, index.map_or(b"", |_| name));
    let path = Path::two(&mount, &path);
    make_dirs(path.to_bytes())
        .map_err(|_| Error::refused("Failed to setup vrf cgroup2 directory", b""))?;
    if let Some(index) = index {
        bind(&path, index)?;
    }
    let text = "Failed to open cgroups.procs file: %.";
    let procs = open(
        &Path::two(path.to_bytes(), b"/cgroup.procs"),
        OFlags::RDWR | OFlags::APPEND,
    )
    .map_err(|e| Error::refused(text, &errno_words(e.raw_os_error())))?;
    let pid = decimal(rustix::process::getpid().as_raw_pid().into());
    let joined = rustix::io::write(&procs, &pid);
    joined.map_err(|_| Error::refused("Failed to join cgroup", b""))?;
    Ok(())
}

/// The path of the group of a VRF below where they are mounted. It is below the group `own`, without the VRF that this may be of;
/// a network namespace with a name has a group of its own, since other namespaces have other VRFs of the same name. Without a VRF
/// the name is empty.
fn group_path(own: &[u8], namespace: &[u8], name: &[u8]) -> Vec<u8> {
    let own = &own[..find(own, b"/vrf").unwrap_or(own.len())];
    let mut path = if own == b"/" {
        Vec::new()
    } else {
        own.to_vec()
    };
    let group = [b"/", namespace, b"-ns"].concat();
    if !namespace.is_empty() && !own.ends_with(&group) {
        path.append_bytes(&group);
    }
    path.append_bytes(b"/vrf/");
    path.append_bytes(name);
    path
}

/// Has all sockets that processes of a group make bound to an interface.
fn bind(path: &Path, index: u32) -> Result<()> {
    let group = open_dir(path).map_err(|e| failed("Failed to open cgroup path: '%'", e))?;
    let mut log = vec![0; 64 * 1024];
    let loaded = load_program(
        bpf_prog_type::CGROUP_SOCK,
        &program(index),
        c"GPL",
        &mut log,
    );
    let program = loaded.map_err(|e| {
        let mut failed = failed("Failed to load BPF prog: '%'", e);
        let said = split(&log, 0).0.trim_ascii_end();
        if !said.is_empty() {
            failed = failed.then(said);
        }
        match e.raw_os_error() {
            libc::EPERM => failed,
            _ => failed.then("Kernel compiled with CGROUP_BPF enabled?"),
        }
    })?;
    attach_program(
        group.as_fd(),
        program.as_fd(),
        bpf_attach_type::CGROUP_INET_SOCK_CREATE,
    )
    .map_err(|e| failed("Failed to attach prog to cgroup: '%'", e))
}

fn failed(text: &str, e: rustix::io::Errno) -> Error {
    Error::refused(text, &errno_words(e.raw_os_error()))
}

/// The program: it writes the index into the field `bound_dev_if` of the socket, which is at the begin of `struct bpf_sock`, and
/// permits the socket.
fn program(index: u32) -> [[u8; 8]; 4] {
    [
        // r3 = index; the socket is in r1
        instruction(bpf_code::ALU64 | bpf_code::MOV, 3, 0, index),
        // *(u32 *)(r1 + 0) = r3
        instruction(bpf_code::STX | bpf_code::MEM, 1, 3, 0),
        // r0 = 1
        instruction(bpf_code::ALU64 | bpf_code::MOV, 0, 0, 1),
        instruction(bpf_code::JMP | bpf_code::EXIT, 0, 0, 0),
    ]
}

/// `struct bpf_insn` of `<linux/bpf.h>`: the code, four bits each for two registers, an offset, which is 0, and a number.
fn instruction(code: u8, to: u8, from: u8, number: u32) -> [u8; 8] {
    let registers = match cfg!(target_endian = "big") {
        true => to << 4 | from,
        false => from << 4 | to,
    };
    let [a, b, c, d] = number.to_ne_bytes();
    [code, registers, 0, 0, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_below_the_group_of_the_caller() {
        for (own, namespace, name, expected) in [
            ("/", "", "red", "/vrf/red"),
            ("", "", "red", "/vrf/red"),
            (
                "/user.slice/a.scope",
                "",
                "red",
                "/user.slice/a.scope/vrf/red",
            ),
            ("/user.slice/vrf/blue", "", "red", "/user.slice/vrf/red"),
            ("/user.slice/vrf/blue", "", "", "/user.slice/vrf/"),
            ("/vrf/blue", "n1", "red", "/n1-ns/vrf/red"),
            ("/a", "n1", "red", "/a/n1-ns/vrf/red"),
            ("/a/n1-ns/vrf/blue", "n1", "red", "/a/n1-ns/vrf/red"),
            ("/a/xn1-ns", "n1", "red", "/a/xn1-ns/n1-ns/vrf/red"),
        ] {
            let path = group_path(own.as_bytes(), namespace.as_bytes(), name.as_bytes());
            assert_eq!(String::from_utf8_lossy(&path), expected, "{own}");
        }
    }

    /// As clang(1) has them for `sk->bound_dev_if = 0x01020304; return 1;`.
    #[cfg(target_endian = "little")]
    #[test]
    fn the_program_binds_a_socket() {
        assert_eq!(
            program(0x0102_0304).concat(),
            [
                0xb7, 3, 0, 0, 4, 3, 2, 1, 0x63, 0x31, 0, 0, 0, 0, 0, 0, //
                0xb7, 0, 0, 0, 1, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0,
            ]
        );
    }
}
