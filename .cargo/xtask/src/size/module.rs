//! From the name of a source file to the module that it is.

/// A module of the product, or another crate as a whole.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Module {
    /// `ipso::ip::*` for what is in a folder, `ipso::*` for what is in none; a crate's own name.
    pub group: String,
    pub name: String,
}

impl Module {
    /// Of code without lines: musl, which is C, and most of it has none.
    pub fn without_lines() -> Module {
        Module::of_crate("musl")
    }

    fn of_crate(name: &str) -> Module {
        Module {
            group: name.into(),
            name: name.into(),
        }
    }

    /// Of a path as the compiler knows it: relative to the root of this tree, or in the folders of other crates.
    pub fn of_file(path: &str) -> Module {
        if !path.ends_with(".rs") {
            return Module::without_lines();
        }
        // /rust/lib/rustlib/src/rust/library/core/src/slice/mod.rs
        if let Some((_, inside)) = path.split_once("/library/") {
            return Module::of_crate(inside.split('/').next().unwrap_or(inside));
        }
        // /cargo/registry/src/INDEX/rustix-1.1.6/src/fs.rs
        let mut folders = path.split('/');
        if let Some(name) = folders.find_map(without_version) {
            return Module::of_crate(name);
        }
        let Some(file) = path.trim_start_matches("./").strip_prefix("src/") else {
            return Module::of_crate(path);
        };
        let file = file.strip_suffix(".rs").unwrap_or(file);
        let group = match file.split_once('/') {
            Some((folder, _)) => format!("ipso::{folder}::*"),
            None => "ipso::*".into(),
        };
        let file = file.strip_suffix("/mod").unwrap_or(file);
        Module {
            group,
            name: format!("ipso::{}", file.replace('/', "::")),
        }
    }

    pub fn is_own(&self) -> bool {
        self.group.starts_with("ipso::")
    }

    /// Whether it has the help of commands.
    pub fn is_help(&self) -> bool {
        let file = self.name.rsplit("::").next();
        file.is_some_and(|file| file.contains("help") || file.contains("usage"))
    }
}

/// `rustix` of `rustix-1.1.6`.
fn without_version(folder: &str) -> Option<&str> {
    let (name, version) = folder.rsplit_once('-')?;
    let numbers: Vec<_> = version.splitn(3, '.').collect();
    let is_number = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(is_number)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_files() {
        for (path, group, name) in [
            ("./src/ip/link/vf.rs", "ipso::ip::*", "ipso::ip::link::vf"),
            ("src/ip/link/mod.rs", "ipso::ip::*", "ipso::ip::link"),
            ("././src/ns/mod.rs", "ipso::ns::*", "ipso::ns"),
            ("./src/names.rs", "ipso::*", "ipso::names"),
            ("./src/main.rs", "ipso::*", "ipso::main"),
            (
                "/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rustix-1.1.6/src/fs/a.rs",
                "rustix",
                "rustix",
            ),
            (
                "/cargo/registry/src/i-19/linux-raw-sys-0.12.1/src/lib.rs",
                "linux-raw-sys",
                "linux-raw-sys",
            ),
            (
                "/rust/lib/rustlib/src/rust/library/core/src/slice/mod.rs",
                "core",
                "core",
            ),
            (
                "/rust/library/compiler-builtins/compiler-builtins/src/mem.rs",
                "compiler-builtins",
                "compiler-builtins",
            ),
            (
                "/rustc/59807616e/library/alloc/src/vec/mod.rs",
                "alloc",
                "alloc",
            ),
            ("./crt/crt1.c", "musl", "musl"),
            ("elsewhere.rs", "elsewhere.rs", "elsewhere.rs"),
        ] {
            let module = Module::of_file(path);
            assert_eq!((&*module.group, &*module.name), (group, name), "{path}");
            assert_eq!(module.is_own(), group.starts_with("ipso"), "{path}");
        }
    }
}
