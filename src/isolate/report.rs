//! What `-v` and `--json` say before the command runs.

use crate::append::Append;
use std::os::fd::AsFd;

use crate::error::{Error, Result};
use crate::isolate::pair::Tunnel;
use crate::isolate::run::{Run, say};
use crate::sys;
use crate::text::{add, decimal};

/// Says it.
pub fn report(run: &mut Run) -> Result<()> {
    let Some(child) = run.child else {
        return Ok(());
    };
    let pid = decimal(child.as_raw_pid().into());
    let made = run.tunnel.as_ref().filter(|tunnel| tunnel.index != 0);
    if run.options.verbose {
        let mut text = b"process 1 inside is ".to_vec();
        text.append_bytes(&pid);
        if let Some(tunnel) = made {
            let (outside, inside) = (ends(tunnel, 0, b" "), ends(tunnel, 1, b" "));
            add(
                &mut text,
                b"; % % here, eth0 % inside",
                &[&tunnel.name(), &outside, &inside],
            );
        }
        say(&text, run.io);
    }
    let standard = run.options.json.then_some(1);
    let Some(descriptor) = run.options.json_fd.or(standard) else {
        return Ok(());
    };
    let mut text = Vec::new();
    add(&mut text, b"{\"pid\":%", &[&pid]);
    if let Some(tunnel) = made {
        let (outside, inside) = (ends(tunnel, 0, b"\",\""), ends(tunnel, 1, b"\",\""));
        let form = b",\"outside\":{\"ifname\":\"%\",\"addresses\":[\"%\"]},\"inside\":{\"ifname\":\"eth0\",\"addresses\":[\"%\"]}";
        add(&mut text, form, &[&tunnel.name(), &outside, &inside]);
    }
    text.append_bytes(b"}\n");
    let failed = |e: rustix::io::Errno| Error::os("isolate: --json", b"", e.raw_os_error());
    let file = sys::duplicate(descriptor).map_err(failed)?;
    let mut rest = &*text;
    while !rest.is_empty() {
        let len = rustix::io::write(file.as_fd(), rest).map_err(failed)?;
        rest = &rest[len..];
    }
    Ok(())
}

/// The addresses of an end, with something in between.
fn ends(tunnel: &Tunnel, end: usize, between: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let [inet, inet6] = &tunnel.ends[end];
    inet.add_to(&mut text);
    if tunnel.has_inet6 {
        text.append_bytes(between);
        inet6.add_to(&mut text);
    }
    text
}
