//! The first process of the bare machine: plays the walkthrough on an initramfs that holds ipso and nothing else. What it
//! says goes to the device `OUT`, its status to `STATUS`: words of the kernel's command line, which become our environment.

use crate::{Res, demo};
use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::os::fd::AsRawFd;
use std::path::Path;

/// Never returns: the machine is off then.
pub fn main() -> ! {
    let status = match play() {
        Ok(()) => "0\n".into(),
        Err(text) => {
            println!("init: {text}");
            "1\n".to_owned()
        }
    };
    let _ = device("STATUS").and_then(|path| fs::write(path, status).map_err(|e| e.to_string()));
    // SAFETY: numbers only; there is nothing to lose.
    unsafe { libc::reboot(libc::RB_POWER_OFF) };
    loop {
        std::thread::park();
    }
}

fn device(word: &str) -> Res<String> {
    let name = std::env::var(word).map_err(|e| format!("{word}: {e}"))?;
    Ok(format!("/dev/{name}"))
}

fn play() -> Res<()> {
    for (kind, place) in [
        (c"devtmpfs", "/dev"),
        (c"proc", "/proc"),
        (c"sysfs", "/sys"),
    ] {
        demo::mount(Some(kind), Path::new(place), 0)?;
    }
    let mut modules: Vec<_> = fs::read_dir("/modules")
        .map_err(|e| e.to_string())?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    modules.sort();
    for module in modules {
        let file = File::open(&module).map_err(|e| format!("{}: {e}", module.display()))?;
        let words = CString::default();
        // SAFETY: an open file and a string that ends.
        unsafe { libc::syscall(libc::SYS_finit_module, file.as_raw_fd(), words.as_ptr(), 0) };
    }
    let path = device("OUT")?;
    let out = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|e| format!("{path}: {e}"))?;
    // SAFETY: both are open, or become so. What is printed comes out as it is.
    unsafe {
        let mut how = std::mem::zeroed();
        libc::tcgetattr(out.as_raw_fd(), &mut how);
        libc::cfmakeraw(&mut how);
        libc::tcsetattr(out.as_raw_fd(), libc::TCSANOW, &how);
        for fd in 1..=2 {
            libc::dup2(out.as_raw_fd(), fd);
        }
    }
    let script = fs::read_to_string("/walkthrough.txt").map_err(|e| e.to_string())?;
    let (played, wrong) = demo::play(&script, &"/bin".into(), &mut std::io::stdout())?;
    println!("\n{played} commands, {wrong} of them wrong");
    if wrong == 0 {
        Ok(())
    } else {
        Err("not all did what they should".into())
    }
}
