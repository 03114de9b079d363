//! Finds the compiler that can build the product: it needs a standard library built anew for size, so its sources, and
//! musl's libc.a and start files for the target.

use crate::own::Own;
use crate::{Res, at, capture, root, run};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

const COMPILER: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// What links for this machine.
const OWN_LINKER: &str = "musl-tools";
/// Packages of the linker for the others, of which the newest is taken.
const LINKER: (&str, &str) = ("lld-", "");

/// A processor for which Debian has a `musl-dev`.
pub struct Machine {
    pub triple: &'static str,
    /// Rust's name for the processor; where that says nothing of the order of bytes, with it.
    arch: &'static str,
    /// Debian's name for it.
    pub debian: &'static str,
    /// Where its musl lies, under /usr/lib.
    libs: &'static str,
    /// The oldest of LLVM's linkers that knows it.
    lld: u32,
    /// What runs its programs here.
    pub emulator: &'static str,
    /// What is made for it: an archive by `cargo dist`, a run of the tests by `cargo xtask test`.
    pub dist: bool,
    pub tests: bool,
}

pub const MACHINES: &[Machine] = &[
    machine(
        "x86_64-unknown-linux-musl",
        ("x86_64", "amd64", "x86_64-linux-musl"),
        0,
        "qemu-x86_64-static",
        (true, true),
    ),
    machine(
        "aarch64-unknown-linux-musl",
        ("aarch64", "arm64", "aarch64-linux-musl"),
        0,
        "qemu-aarch64-static",
        (true, true),
    ),
    machine(
        "armv7-unknown-linux-musleabihf",
        ("arm", "armhf", "arm-linux-musleabihf"),
        0,
        "qemu-arm-static",
        (true, true),
    ),
    machine(
        "i686-unknown-linux-musl",
        ("x86", "i386", "i386-linux-musl"),
        0,
        "qemu-i386-static",
        (true, true),
    ),
    // Big-endian.
    machine(
        "s390x-unknown-linux-musl",
        ("s390x", "s390x", "s390x-linux-musl"),
        19,
        "qemu-s390x-static",
        (false, true),
    ),
    // Can be built; what the linker makes of the tests does not start.
    machine(
        "mips64el-unknown-linux-muslabi64",
        ("mips64el", "mips64el", "mips64el-linux-musl"),
        0,
        "qemu-mips64el-static",
        (false, false),
    ),
];

const fn machine(
    triple: &'static str,
    (arch, debian, libs): (&'static str, &'static str, &'static str),
    lld: u32,
    emulator: &'static str,
    (dist, tests): (bool, bool),
) -> Machine {
    Machine {
        triple,
        arch,
        debian,
        libs,
        lld,
        emulator,
        dist,
        tests,
    }
}

impl Machine {
    pub fn of(triple: &str) -> Option<&'static Machine> {
        MACHINES.iter().find(|machine| machine.triple == triple)
    }

    /// Where its `musl-dev` is unpacked; relative to the root, so that no path of this machine is an option of the compiler.
    fn unpacked(&self) -> PathBuf {
        Path::new("target/static/musl").join(self.debian)
    }

    /// Its libc.a and start files.
    pub fn libs(&self) -> PathBuf {
        self.unpacked().join("usr/lib").join(self.libs)
    }
}

/// The first compiler that has `panic = "immediate-abort"`, without which the file is twice the size.
const OLDEST: u32 = 93;

pub enum Kind {
    /// musl, which lies here, and a linker come with rustup's target.
    Rustup(PathBuf),
    /// musl is Debian's, linked by its `musl-gcc`; unstable options need RUSTC_BOOTSTRAP.
    Debian,
    /// The same for another processor: its `musl-dev` unpacked, and LLVM's linker.
    Foreign {
        machine: &'static Machine,
        linker: PathBuf,
    },
}

impl Kind {
    /// Two toolchains in one directory would rebuild everything at every change.
    /// Where they are, and what is brought; it is gone when this is.
    pub fn folder(&self) -> &'static str {
        match self {
            Kind::Rustup(_) => "rustup",
            Kind::Debian | Kind::Foreign { .. } => "debian",
        }
    }
}

pub struct Toolchain {
    pub kind: Kind,
    pub cargo: PathBuf,
    pub rustc: PathBuf,
    pub sysroot: PathBuf,
}

/// This machine's processor with musl.
pub fn default_triple() -> String {
    triple_of(std::env::consts::ARCH, cfg!(target_endian = "little"))
}

fn triple_of(arch: &str, little: bool) -> String {
    let arch = match arch {
        "mips" | "mips64" if little => format!("{arch}el"),
        "powerpc64" if little => format!("{arch}le"),
        _ => arch.into(),
    };
    if let Some(machine) = MACHINES.iter().find(|machine| machine.arch == arch) {
        return machine.triple.into();
    }
    match arch.as_str() {
        "riscv64" => "riscv64gc-unknown-linux-musl".into(),
        "mips64" => "mips64-unknown-linux-muslabi64".into(),
        _ => format!("{arch}-unknown-linux-musl"),
    }
}

/// Refuses what is no triple of musl's.
pub fn check(triple: &str) -> Res<()> {
    let has_form = triple.split_once("-linux-musl").is_some_and(|(before, _)| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        before.contains('-') && triple.bytes().all(plain)
    });
    if has_form {
        return Ok(());
    }
    let mut text = format!("{triple} is not ARCH-VENDOR-linux-musl. Known are:");
    for machine in MACHINES {
        text += &format!("\n    {}", machine.triple);
    }
    Err(text)
}

pub fn find(triple: &str) -> Option<Toolchain> {
    rustup(triple).or_else(|| debian(triple))
}

fn rustup(triple: &str) -> Option<Toolchain> {
    let list = capture(clean(&mut Command::new("rustup")).args(["toolchain", "list"]))?;
    let names = list
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| name.starts_with("nightly"))
        .find_map(|name| {
            let mut ask = Command::new("rustup");
            let sysroot = PathBuf::from(capture(
                clean(&mut ask).args(["run", name, "rustc", "--print", "sysroot"]),
            )?);
            let libs = sysroot
                .join("lib/rustlib")
                .join(triple)
                .join("lib/self-contained");
            let musl = libs.join("libc.a");
            let tools = Toolchain {
                kind: Kind::Rustup(libs),
                cargo: sysroot.join("bin/cargo"),
                rustc: sysroot.join("bin/rustc"),
                sysroot,
            };
            (musl.exists() && complete(&tools)).then_some(tools)
        })
}

fn debian(triple: &str) -> Option<Toolchain> {
    // musl-gcc links for the machine that it runs on.
    let kind = if triple == default_triple() {
        Path::new("/usr/bin/musl-gcc")
            .exists()
            .then_some(Kind::Debian)?
    } else {
        let machine = Machine::of(triple)?;
        let there = root().join(machine.libs()).join("libc.a").exists();
        Kind::Foreign {
            machine,
            linker: there.then(|| lld(machine))??,
        }
    };
    let rustc = PathBuf::from("/usr/bin/rustc");
    let sysroot = PathBuf::from(capture(
        clean(&mut Command::new(&rustc)).args(["--print", "sysroot"]),
    )?);
    let tools = Toolchain {
        kind,
        cargo: "/usr/bin/cargo".into(),
        rustc,
        sysroot,
    };
    complete(&tools).then_some(tools)
}

fn complete(tools: &Toolchain) -> bool {
    let minor = || {
        let version = capture(clean(&mut Command::new(&tools.rustc)).arg("--version"))?;
        version.split('.').nth(1)?.parse::<u32>().ok()
    };
    tools.cargo.exists()
        && tools
            .sysroot
            .join("lib/rustlib/src/rust/library/std/Cargo.toml")
            .exists()
        && minor().is_some_and(|minor| minor >= OLDEST)
}

/// The newest of Debian's `ld.lld-N`, if it knows the machine.
fn lld(machine: &Machine) -> Option<PathBuf> {
    let number = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("ld.lld-")?.parse::<u32>().ok()
    };
    let files = fs::read_dir("/usr/bin").ok()?.flatten();
    let files = files.map(|entry| entry.path());
    let newest = files.max_by_key(number)?;
    number(&newest)
        .is_some_and(|number| number >= machine.lld)
        .then_some(newest)
}

/// The package of a linker for a machine, of those that apt knows.
fn linker(machine: &Machine) -> Res<String> {
    suitable(machine, newest(LINKER, &[]))
}

fn suitable(machine: &Machine, newest: Option<String>) -> Res<String> {
    let oldest = oldest(machine);
    let number = |name: &String| name.strip_prefix(LINKER.0)?.parse::<u32>().ok();
    match newest {
        Some(name) if number(&name) >= Some(machine.lld) => Ok(name),
        Some(name) => Err(format!(
            "{} needs {oldest}; the newest that apt knows is {name}",
            machine.triple
        )),
        None => Err(format!("{} needs {oldest}; apt knows none", machine.triple)),
    }
}

fn oldest(machine: &Machine) -> String {
    match machine.lld {
        0 => format!("{}N", LINKER.0),
        number => format!("{}{number} or newer", LINKER.0),
    }
}

/// What to type where `find` finds nothing.
pub fn missing(triple: &str) -> String {
    let mut text = format!(
        "Nothing here can build for {triple}. Install what it needs with rustup:\n\
         \x20   rustup toolchain install nightly --profile minimal --component rust-src --target {triple}\n"
    );
    if triple == default_triple() {
        text += &format!(
            "or, on Debian, as root (`cargo static --install` does it):\n    apt-get install {} {OWN_LINKER}\n",
            COMPILER.join(" ")
        );
    } else if let Some(machine) = Machine::of(triple) {
        text += &format!(
            "or, on Debian, as root:\n    cargo static --install --target {triple}\n\
             which installs {} and {}, and unpacks Debian's musl-dev for {} under target/\n",
            COMPILER.join(", "),
            oldest(machine),
            machine.debian
        );
    }
    text.pop();
    text
}

/// Installs Debian's packages, and for another processor unpacks its musl.
pub fn install(triple: &str) -> Res<()> {
    let machine = Machine::of(triple).filter(|_| Path::new("/etc/debian_version").exists());
    let Some(machine) = machine else {
        return Err(format!(
            "--install is for Debian and the processors that it has musl for.\n{}",
            missing(triple)
        ));
    };
    let own = triple == default_triple();
    let compiler = debian(&default_triple()).is_some();
    let links = if own {
        compiler
    } else {
        lld(machine).is_some()
    };
    if !compiler || !links {
        // SAFETY: geteuid cannot fail and touches no memory.
        if unsafe { libc::geteuid() } != 0 {
            return Err(format!("--install is for root.\n{}", missing(triple)));
        }
        apt(&["update"])?;
        let linker = if own {
            OWN_LINKER.into()
        } else {
            linker(machine)?
        };
        apt(&[
            &["install", "--no-install-recommends"],
            &COMPILER[..],
            &[linker.as_str()],
        ]
        .concat())?;
    }
    if own { Ok(()) } else { unpack(machine) }
}

/// Brings the `musl-dev` of another processor.
fn unpack(machine: &Machine) -> Res<()> {
    let place = root().join(machine.unpacked());
    if !root().join(machine.libs()).join("libc.a").exists() {
        let _ = fs::remove_dir_all(&place);
    }
    let brought = bring(machine, "musl-dev", &|_| Some("musl-dev".into()))?;
    put(&brought.files, &place)
}

/// A package that was unpacked: its name, and where its files are for as long as this is there.
pub struct Brought {
    pub name: String,
    pub files: PathBuf,
    _lists: Lists,
}

/// Unpacks a package for a processor. `name` gets apt's options; `what` is for an error.
pub fn bring(
    machine: &Machine,
    what: &str,
    name: &dyn Fn(&[String]) -> Option<String>,
) -> Res<Brought> {
    let lists = Lists::new(machine)?;
    let name = name(&lists.options)
        .ok_or_else(|| format!("apt knows no package {what} for {}", machine.debian))?;
    lists.apt(&["download", &name])?;
    let debs = packages(lists.folder())?;
    let deb = debs.first().ok_or("apt-get brought nothing")?;
    let files = lists.folder().join("files");
    run(Command::new("dpkg-deb").arg("-x").args([deb, &files]))?;
    Ok(Brought {
        name,
        files,
        _lists: lists,
    })
}

/// What apt knows of packages for a processor, in a folder of its own: this system is not told of it.
pub struct Lists {
    own: Own,
    options: Vec<String>,
}

impl Lists {
    /// Asks for the newest lists.
    pub fn new(machine: &Machine) -> Res<Lists> {
        let own = Own::new(&root().join("target"), "parts")?;
        let parts = own.path();
        for folder in ["lists/partial", "archives/partial"] {
            let folder = parts.join(folder);
            fs::create_dir_all(&folder).map_err(|e| at(&folder, e))?;
        }
        let status = parts.join("status");
        fs::write(&status, "").map_err(|e| at(&status, e))?;
        let options = [
            ("APT::Architecture", Path::new(machine.debian)),
            ("APT::Architectures", Path::new(machine.debian)),
            ("APT::Sandbox::User", Path::new("root")),
            ("Dir::State::lists", &parts.join("lists")),
            ("Dir::State::status", &status),
            ("Dir::Cache", parts),
            ("Dir::Cache::archives", &parts.join("archives")),
        ]
        .map(|(name, value)| format!("-o{name}={}", value.display()))
        .into();
        let lists = Lists { own, options };
        // One list of several may be missing: whether it matters is told by the next lines.
        let _ = lists.apt(&["update"]);
        Ok(lists)
    }

    pub fn folder(&self) -> &Path {
        self.own.path()
    }

    fn apt(&self, words: &[&str]) -> Res<()> {
        let mut command = Command::new("apt-get");
        command
            .current_dir(self.folder())
            .args(["-q", "-y"])
            .args(&self.options);
        run(clean(command.args(words)))
    }

    /// The files of packages and of all that they depend on: nothing is taken to be installed.
    pub fn closure(&self, names: &[&str]) -> Res<Vec<PathBuf>> {
        let how = ["install", "--download-only", "--no-install-recommends"];
        self.apt(&[&how, names].concat())?;
        packages(&self.folder().join("archives"))
    }
}

/// The packages that lie in a folder.
fn packages(folder: &Path) -> Res<Vec<PathBuf>> {
    let files = fs::read_dir(folder).map_err(|e| at(folder, e))?;
    let files = files.flatten().map(|entry| entry.path());
    Ok(files
        .filter(|path| path.extension().is_some_and(|end| end == "deb"))
        .collect())
}

/// Puts what was brought in its place, at once: what is there is whole. Another process may have been quicker.
pub fn put(files: &Path, place: &Path) -> Res<()> {
    fs::create_dir_all(place.parent().unwrap_or(place)).map_err(|e| at(place, e))?;
    match fs::rename(files, place) {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists
            ) =>
        {
            Err(at(place, error))
        }
        _ => Ok(()),
    }
}

/// Of the packages that apt knows whose names are a number between these two, the one of the highest number.
pub fn newest((before, after): (&str, &str), options: &[String]) -> Option<String> {
    let mut apt = Command::new("apt-cache");
    let names = capture(apt.args(options).args(["pkgnames", before]))?;
    let number = |name: &str| {
        let number = name.strip_prefix(before)?.strip_suffix(after)?;
        number.parse::<u32>().ok()
    };
    let names = names.lines().filter(|name| number(name).is_some());
    names.max_by_key(|name| number(name)).map(str::to_owned)
}

/// Runs apt-get, without questions.
pub fn apt(args: &[&str]) -> Res<()> {
    run(clean(&mut Command::new("apt-get"))
        // Another may be at it.
        .args(["-q", "-y", "-oDPkg::Lock::Timeout=600"])
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Takes out what the cargo that runs us has set: the child is another toolchain and would mix the two.
pub fn clean(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // The user's own registry, proxy and terminal settings stay.
        let keep = ["CARGO_HOME", "RUSTUP_HOME", "RUST_BACKTRACE"].contains(&&*text)
            || [
                "CARGO_HTTP_",
                "CARGO_NET_",
                "CARGO_REGISTR",
                "CARGO_SOURCE_",
                "CARGO_TERM_",
            ]
            .iter()
            .any(|prefix| text.starts_with(prefix));
        let ours =
            text.starts_with("CARGO") || text.starts_with("RUST") || text == "LD_LIBRARY_PATH";
        if ours && !keep {
            command.env_remove(&name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linker_that_is_too_old_is_refused() {
        let of = |triple, name: &str| suitable(Machine::of(triple).unwrap(), Some(name.into()));
        let (s390x, arm) = ("s390x-unknown-linux-musl", "armv7-unknown-linux-musleabihf");
        assert_eq!(of(s390x, "lld-19").unwrap(), "lld-19");
        assert_eq!(of(arm, "lld-14").unwrap(), "lld-14");
        assert_eq!(
            of(s390x, "lld-18").unwrap_err(),
            "s390x-unknown-linux-musl needs lld-19 or newer; the newest that apt knows is lld-18"
        );
        assert!(missing(s390x).contains("lld-19 or newer"));
    }

    #[test]
    fn every_processor_has_its_triple() {
        for (arch, little, triple) in [
            ("x86_64", true, "x86_64-unknown-linux-musl"),
            ("x86", true, "i686-unknown-linux-musl"),
            ("arm", true, "armv7-unknown-linux-musleabihf"),
            ("s390x", false, "s390x-unknown-linux-musl"),
            ("mips64", true, "mips64el-unknown-linux-muslabi64"),
            ("mips64", false, "mips64-unknown-linux-muslabi64"),
            ("mips", true, "mipsel-unknown-linux-musl"),
            ("powerpc64", true, "powerpc64le-unknown-linux-musl"),
            ("riscv64", true, "riscv64gc-unknown-linux-musl"),
        ] {
            assert_eq!(triple_of(arch, little), triple);
        }
    }

    #[test]
    fn the_quicker_one_is_kept() {
        let parent = std::env::temp_dir().join(format!("ipso-put-{}", std::process::id()));
        let place = parent.join("a/place");
        for name in ["first", "second"] {
            let files = parent.join(name);
            fs::create_dir_all(&files).unwrap();
            fs::write(files.join("file"), name).unwrap();
            put(&files, &place).unwrap();
        }
        assert_eq!(fs::read_to_string(place.join("file")).unwrap(), "first");
        fs::remove_dir_all(&parent).unwrap();
    }
}
