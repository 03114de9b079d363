//! Folders that one process alone uses, so that several may run in one tree. What a killed one has left is cleared by the
//! next.

use crate::{Res, at};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that is gone when this is.
pub struct Own(PathBuf);

impl Own {
    /// A new and empty one, with this process's number in its name.
    pub fn new(parent: &Path, prefix: &str) -> Res<Own> {
        clear(parent, prefix);
        let path = parent.join(format!("{prefix}-{}", std::process::id()));
        // Another process of this number had it.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).map_err(|e| at(&path, e))?;
        Ok(Own(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Takes away the folders whose process is gone.
fn clear(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let number = number.and_then(|rest| rest.strip_prefix('-')?.parse().ok());
        if number.is_some_and(|number| !runs(number)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn runs(process: u32) -> bool {
    let Ok(process) = libc::pid_t::try_from(process) else {
        return false;
    };
    // SAFETY: numbers only; signal 0 is never sent.
    let sent = unsafe { libc::kill(process, 0) };
    sent == 0 || std::io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_process_left_goes() {
        let parent = std::env::temp_dir().join(format!("ipso-own-{}", std::process::id()));
        let folder = |name: &str| {
            let path = parent.join(name);
            fs::create_dir_all(path.join("below")).unwrap();
            path
        };
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        let (dead, other) = (
            folder(&format!("run-{number}")),
            folder(&format!("other-{number}")),
        );
        let (alive, word) = (folder("run-1"), folder("run-x"));
        let own = Own::new(&parent, "run").unwrap();
        assert!(!dead.exists());
        assert!(other.exists() && alive.exists() && word.exists() && own.path().exists());
        let path = own.path().to_owned();
        drop(own);
        assert!(!path.exists());
        fs::remove_dir_all(&parent).unwrap();
    }
}
