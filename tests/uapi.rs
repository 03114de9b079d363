//! Every constant of src/nl/uapi/ has the value that the headers of linux-libc-dev give it.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::{fs, io::Write as _};

/// `pub const NAME: TYPE = VALUE;` below `// prefix: PREFIX_`, in a file that begins with ``//! `<header>`: ``.
struct Constant {
    name: String,
    header: String,
    value: u64,
    /// Width of its type: a header may have a mask as a wider, negative number.
    bits: u32,
    /// The kernel that brought it, for those newer than the oldest headers this is built with (`// since 6.3`).
    since: Option<(u32, u32)>,
}

/// The constants of `source`, which has the numbers of `header`. Each module, and what stands outside of them, begins
/// with its prefix.
fn constants(header: &str, source: &str) -> Vec<Constant> {
    let mut constants = Vec::new();
    let mut section = None;
    for line in source.lines().map(str::trim) {
        if let Some(prefix) = line.strip_prefix("// prefix: ") {
            section = Some(prefix);
        } else if line.starts_with("pub mod ") || line == "}" {
            section = None;
        } else if let Some(rest) = line.strip_prefix("pub const ") {
            let prefix = section.unwrap_or_else(|| panic!("no `// prefix:` above: {line}"));
            let parts = || {
                let (name, rest) = rest.split_once(": ")?;
                let (kind, rest) = rest.split_once(" = ")?;
                let bits: u32 = kind[1..].parse().ok()?;
                let (value, comment) = rest.split_once(';')?;
                Some((name, bits, value, comment.trim()))
            };
            let (name, bits, value, comment) =
                parts().unwrap_or_else(|| panic!("not `NAME: TYPE = VALUE;`: {line}"));
            let number = value
                .strip_prefix("0x")
                .map_or_else(|| value.parse(), |hex| u64::from_str_radix(hex, 16));
            constants.push(Constant {
                name: format!("{prefix}{name}"),
                header: header.to_owned(),
                value: number.unwrap_or_else(|e| panic!("{line}: {e}")),
                bits,
                since: comment.strip_prefix("// since ").map(version),
            });
        }
    }
    constants
}

/// The header of each file below `folder`, with its text. A mod.rs lists modules: it has no header and no constant.
fn headers(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).expect("a folder").flatten();
        let (below, files): (Vec<_>, Vec<_>) = entries
            .map(|entry| entry.path())
            .partition(|path| path.is_dir());
        folders.extend(below);
        for path in files {
            let text = fs::read_to_string(&path).expect("a source file");
            if path.ends_with("mod.rs") {
                assert!(!text.contains("const "), "a constant in {}", path.display());
                continue;
            }
            let begin = text.strip_prefix("//! `").unwrap_or_default();
            let header = begin.split_once("`: ").map_or("", |(header, _)| header);
            let name = path.strip_prefix(folder).expect("a path below the folder");
            let name = name.with_extension("h");
            assert!(
                header.starts_with('<') && header.ends_with(&format!("/{}>", name.display())),
                "{} begins with the header {header:?}",
                path.display()
            );
            found.push((header.to_owned(), text));
        }
    }
    found
}

fn version(text: &str) -> (u32, u32) {
    let number = |s: &str| s.parse().unwrap_or_else(|e| panic!("version {text}: {e}"));
    text.split_once('.')
        .map(|(major, minor)| (number(major), number(minor)))
        .expect("MAJOR.MINOR")
}

/// The values of `names` as `header` has them, or what the compiler says. An enum's names are no macros, so a program
/// has to print them. Some headers use the kernel's BIT() without defining it.
fn values(header: &str, names: &[&str]) -> Result<HashMap<String, u64>, String> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let stem: String = header.chars().filter(char::is_ascii_alphanumeric).collect();
    let (source, program) = (dir.join(format!("{stem}.c")), dir.join(&stem));
    let mut text = format!(
        "#include <stdio.h>\n#include <sys/socket.h>\n#include <linux/sockios.h>\n#include {header}\n\
         #ifndef BIT\n#define BIT(n) (1UL << (n))\n#endif\nint main(void)\n{{\n"
    );
    for name in names {
        text += &format!("printf(\"%s %llu\\n\", \"{name}\", (unsigned long long){name});\n");
    }
    fs::write(&source, text + "}\n").expect("a source file");
    let compiled = Command::new("cc")
        .arg("-o")
        .args([&program, &source])
        .output()
        .map_err(|e| format!("cc: {e}"))?;
    if !compiled.status.success() {
        return Err(String::from_utf8_lossy(&compiled.stderr).into_owned());
    }
    let output = Command::new(&program)
        .output()
        .expect("the program just compiled");
    let text = String::from_utf8(output.stdout).expect("names and numbers");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    Ok(pairs
        .map(|(name, value)| (name.to_owned(), value.parse().expect("a number")))
        .collect())
}

#[test]
fn constants_are_the_kernels() {
    let installed = match values(
        "<linux/version.h>",
        &["LINUX_VERSION_MAJOR", "LINUX_VERSION_PATCHLEVEL"],
    ) {
        Ok(values) => (
            values["LINUX_VERSION_MAJOR"] as u32,
            values["LINUX_VERSION_PATCHLEVEL"] as u32,
        ),
        Err(e) => {
            let reason = e
                .lines()
                .next()
                .unwrap_or("no C compiler, or no kernel headers")
                .to_owned();
            let _ = std::io::stderr()
                .write_all(format!("SKIP constants_are_the_kernels: {reason}\n").as_bytes());
            return;
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/nl/uapi");
    let mut all = Vec::new();
    for (header, text) in headers(&folder) {
        let constants = constants(&header, &text);
        assert_eq!(
            constants.len(),
            text.matches("const ").count(),
            "{header}: a constant in a form that this test does not know"
        );
        assert!(!constants.is_empty(), "{header} without a constant");
        all.extend(constants);
    }
    let mut by_header: HashMap<&str, Vec<&Constant>> = HashMap::new();
    for constant in all
        .iter()
        .filter(|constant| constant.since.is_none_or(|since| since <= installed))
    {
        by_header
            .entry(&constant.header)
            .or_default()
            .push(constant);
    }
    let mut wrong = Vec::new();
    for (header, constants) in by_header {
        let names: Vec<_> = constants
            .iter()
            .map(|constant| constant.name.as_str())
            .collect();
        match values(header, &names) {
            Err(e) => wrong.push(format!(
                "{header}, version {}.{}:\n{e}",
                installed.0, installed.1
            )),
            Ok(values) => {
                for Constant {
                    name, value, bits, ..
                } in constants
                {
                    let real = values[name] & (u64::MAX >> (64 - bits));
                    if real != *value {
                        wrong.push(format!("{name} is {real} and not {value}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
