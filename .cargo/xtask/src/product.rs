//! Builds the product, with everything that makes it small.

use crate::archive::{Tree, gzip};
use crate::own::Own;
use crate::schema;
use crate::toolchain::{Kind, Machine, Toolchain, clean, default_triple};
use crate::{Res, at, completion, elf, man, root, run, shown, source};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Under the root; relative, so that no path of this machine is an option of the compiler.
const DIR: &str = "target/static";

/// The processor's name, as in the names of files.
fn arch(triple: &str) -> &str {
    triple.split('-').next().unwrap_or(triple)
}

/// Which parts a product has; a part is a feature of the package.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Parts {
    #[default]
    All,
    /// The core, and these.
    Core(Vec<String>),
}

impl Parts {
    /// The core alone.
    pub const CORE: Parts = Parts::Core(Vec::new());

    /// How names of files begin.
    fn stem(&self) -> &'static str {
        match self {
            Parts::All => "ipso",
            Parts::Core(_) => "ipso-core",
        }
    }

    /// As options of cargo.
    fn options(&self) -> Vec<String> {
        match self {
            Parts::All => Vec::new(),
            Parts::Core(parts) => vec![
                "--no-default-features".into(),
                format!("--features={}", parts.join(",")),
            ],
        }
    }
}

/// The names of all parts, from the manifest.
pub fn parts() -> Res<Vec<String>> {
    let text = manifest()?;
    let (_, features) = text
        .split_once("\n[features]\n")
        .ok_or("Cargo.toml has no [features]")?;
    let lines = features.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once(" = ")?.0));
    let part = |name: &&str| !name.starts_with('#') && *name != "default";
    Ok(names.filter(part).map(String::from).collect())
}

/// Where the product lies: `target/ipso` or `target/ipso-core`, with the processor's name where it is not this one's.
pub fn path(triple: &str, parts: &Parts) -> PathBuf {
    let mut name = parts.stem().to_owned();
    if triple != default_triple() {
        name = format!("{name}-{}", arch(triple));
    }
    root().join("target").join(name)
}

/// What runs the programs of a triple, where this machine cannot.
fn emulator(triple: &str) -> Option<&'static str> {
    let other = Machine::of(triple).filter(|_| triple != default_triple());
    other.map(|machine| machine.emulator)
}

/// Builds xtask itself as a static file, for machines that have nothing else.
pub fn build_xtask(tools: &Toolchain, triple: &str) -> Res<PathBuf> {
    compile(tools, triple, "xtask", &[])
}

/// Builds the product with all its parts, and puts it where `path` says.
pub fn build(tools: &Toolchain, triple: &str) -> Res<PathBuf> {
    build_parts(tools, triple, &Parts::All)
}

/// The same with some parts.
pub fn build_parts(tools: &Toolchain, triple: &str, parts: &Parts) -> Res<PathBuf> {
    let (built, bytes) = bytes(tools, triple, parts)?;
    let file = path(triple, parts);
    // Renamed into place: the old one may be running.
    let new = file.with_extension("new");
    fs::copy(&built, &new).map_err(|e| at(&new, e))?;
    fs::write(&new, &bytes).map_err(|e| at(&new, e))?;
    fs::rename(&new, &file).map_err(|e| at(&file, e))?;
    Ok(file)
}

/// Builds, trims and checks the product: cargo's file, which the next build replaces, and the bytes of the product.
pub fn bytes(tools: &Toolchain, triple: &str, parts: &Parts) -> Res<(PathBuf, Vec<u8>)> {
    let built = compile(tools, triple, "ipso", &parts.options())?;
    let mut bytes = fs::read(&built).map_err(|e| at(&built, e))?;
    elf::trim(&mut bytes).map_err(|text| format!("{}: {text}", shown(&built)))?;
    Ok((built, bytes))
}

/// Builds the product with symbols, line tables and relocations: cargo's file, which the next build replaces.
pub fn with_symbols(tools: &Toolchain, triple: &str, parts: &Parts) -> Res<PathBuf> {
    let relocations = link_arg(tools, "--emit-relocs");
    let mut options = parts.options();
    for setting in [
        "profile.release.strip = \"none\"",
        "profile.release.debug = \"limited\"",
        &format!("target.{triple}.rustflags = [{relocations:?}]"),
    ] {
        options.extend(["--config".into(), setting.into()]);
    }
    compile(tools, triple, "ipso", &options)
}

/// Processors for which src/sys/start.rs has the first instructions. On others the C library's start is linked.
const OWN_START: &[&str] = &[
    "aarch64",
    "armv7",
    "i686",
    "mips64el",
    "riscv64gc",
    "s390x",
    "x86_64",
];

fn has_own_start(triple: &str) -> bool {
    OWN_START.contains(&arch(triple))
}

/// What is built.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Product,
    /// Not small, and a panic says where.
    Tests,
}

/// Builds the binary of a package as the product is built, with more options for cargo.
fn compile(tools: &Toolchain, triple: &str, package: &str, options: &[String]) -> Res<PathBuf> {
    let (mut cargo, out) = cargo(tools, triple, What::Product, "rustc")?;
    let own_start = package == "ipso" && has_own_start(triple);
    if own_start {
        // Of this program alone: xtask has the library in it, and the C library's start.
        cargo.env("IPSO_OWN_START", "1");
    }
    run(cargo
        .args(["--release", "--package", package, "--bin", package])
        .args(options)
        .arg("--")
        .args(linking(tools, own_start)))?;
    Ok(out.join(triple).join("release").join(package))
}

/// What rustc is told of linking: with the program's own start, or with the C library's.
fn linking(tools: &Toolchain, own_start: bool) -> Vec<String> {
    let layout = if own_start { OWN_LAYOUT } else { LAYOUT };
    let mut flags = Vec::new();
    let mut link = vec![
        format!("-T{DIR}/{}", layout.0),
        "-znorelro".into(),
        "--build-id=none".into(),
        "--no-eh-frame-hdr".into(),
    ];
    match &tools.kind {
        Kind::Rustup(libs) if own_start => {
            flags.push("-Clink-self-contained=no".into());
            flags.push(format!("-Lnative={}", libs.display()));
        }
        Kind::Debian if own_start => flags.push("-Clink-arg=-nostartfiles".into()),
        Kind::Foreign { machine, .. } if !own_start => link.push(crt(machine)),
        _ => {}
    }
    flags.extend(link.iter().map(|option| link_arg(tools, option)));
    flags
}

/// The C library's start. (crti.o and crtn.o have nothing that musl wants.)
fn crt(machine: &Machine) -> String {
    machine.libs().join("crt1.o").display().to_string()
}

/// An option of the linker, as one of rustc's.
fn link_arg(tools: &Toolchain, option: &str) -> String {
    match tools.kind {
        Kind::Debian => format!("-Clink-arg=-Wl,{option}"),
        _ => format!("-Clink-arg={option}"),
    }
}

/// Runs the tests that ask no kernel for anything, under emulation where it is another processor.
pub fn test(tools: &Toolchain, triple: &str) -> Res<()> {
    let (mut cargo, _) = cargo(tools, triple, What::Tests, "test")?;
    if let Some(emulator) = emulator(triple) {
        cargo.env("IPSO_EMULATOR", emulator);
    }
    // Nothing here can unwind to tell where a panic was.
    run(cargo
        .env("RUST_BACKTRACE", "0")
        .args([
            "--no-fail-fast",
            "--lib",
            "--test",
            "bytes",
            "--test",
            "tables",
        ])
        // Each test as a process of its own would be one of another processor, which only the emulator can start.
        .args(["--", "-Zunstable-options", "--force-run-in-process"]))
}

/// The toolchain's cargo with all that is the same for a triple, and where it builds.
fn cargo(tools: &Toolchain, triple: &str, what: What, verb: &str) -> Res<(Command, PathBuf)> {
    let root = root();
    let dir = root.join(DIR);
    let lib = dir.join("lib");
    fs::create_dir_all(&lib).map_err(|e| at(&lib, e))?;
    for (name, layout) in [LAYOUT, OWN_LAYOUT] {
        write(&dir.join(name), layout)?;
    }
    // std asks for it although nothing here unwinds; Debian has none for musl.
    write(&lib.join("libunwind.a"), "!<arch>\n")?;
    let kind = if what == What::Tests { "-tests" } else { "" };
    let config = dir.join(format!("{triple}{kind}.toml"));
    write(&config, &settings(tools, triple, &root, what))?;
    let out = dir.join(tools.kind.folder());
    let mut cargo = Command::new(&tools.cargo);
    clean(&mut cargo)
        .current_dir(&root)
        .args([verb, "--target", triple])
        .arg("--target-dir")
        .arg(&out)
        .arg("--config")
        .arg(&config);
    Ok((cargo, out))
}

/// Where `pack` puts its archive.
pub fn archive(triple: &str, parts: &Parts) -> Res<PathBuf> {
    let name = format!("target/dist/{}.tar.gz", name(triple, parts)?);
    Ok(root().join(name))
}

/// What an archive is called, and the folder in it.
fn name(triple: &str, parts: &Parts) -> Res<String> {
    Ok(format!("{}-{}-{}", parts.stem(), version()?, arch(triple)))
}

/// The time of all files in an archive, from `SOURCE_DATE_EPOCH`; without that the day of the last release.
pub fn time(given: Option<OsString>) -> Res<u64> {
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Ok(released()?.0);
    };
    let text = given.to_str().unwrap_or_default();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    // The most that an archive has room for: eleven octal digits.
    let time = text.parse().ok().filter(|time| *time < 1 << 33);
    time.filter(|_| digits).ok_or_else(|| {
        format!("SOURCE_DATE_EPOCH is not a number of seconds below 2^33: {given:?}")
    })
}

/// Packs a product as `target/dist/ipso-VERSION-ARCH.tar.gz`, or `ipso-core-…`, the same bytes for the same input.
pub fn pack(file: &Path, triple: &str, parts: &Parts, time: u64) -> Res<PathBuf> {
    let root = root();
    let mut tree = Tree::default();
    tree.program("ipso", fs::read(file).map_err(|e| at(file, e))?);
    for name in ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        tree.copy(name, &root.join(name))?;
    }
    for (name, bytes) in readmes()? {
        tree.file(name, bytes);
    }
    for link in ["ip", "isolate"] {
        tree.link(link, "ipso");
    }
    for (folder, files) in [
        ("man", manual()?),
        ("completion", completion()?),
        ("contrib", contrib()?),
    ] {
        for (name, bytes) in files {
            tree.script_or_file(&format!("{folder}/{name}"), bytes);
        }
    }
    let archive = archive(triple, parts)?;
    let folder = format!("{}/", name(triple, parts)?);
    place(&archive, &gzip(&tree.tar(&folder, time)))?;
    Ok(archive)
}

/// README, and what it leads to, as they lie beside each other in an archive or a package.
pub fn readmes() -> Res<Vec<(&'static str, Vec<u8>)>> {
    const FILES: [(&str, &str); 4] = [
        ("README.md", "README.md"),
        ("HANDBOOK.md", ".cargo/xtask/README.md"),
        ("session.svg", "tests/session.svg"),
        (schema::NAME, ".cargo/xtask/schema/ipso.schema.json"),
    ];
    let read = |(name, path): (&'static str, &str)| {
        let file = root().join(path);
        let text = fs::read_to_string(&file).map_err(|e| at(&file, e))?;
        let mut text = text.replace("](../../", "](");
        for (name, path) in FILES {
            text = text.replace(&format!("]({path}"), &format!("]({name}"));
        }
        Ok((name, text.into_bytes()))
    };
    FILES.into_iter().map(read).collect()
}

/// The day of the last release, from CHANGELOG.md: in seconds, and as mail has it (RFC 5322).
pub fn released() -> Res<(u64, String)> {
    let path = root().join("CHANGELOG.md");
    let text = fs::read_to_string(&path).map_err(|e| at(&path, e))?;
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    let mut dates = headings.filter_map(|heading| heading.split_once(" - "));
    let released = dates.find_map(|(_, date)| day(date));
    released.ok_or_else(|| format!("{}: no heading `## VERSION - YYYY-MM-DD`", shown(&path)))
}

fn day(date: &str) -> Option<(u64, String)> {
    const MONTHS: [(&str, u64); 12] = [
        ("Jan", 31),
        ("Feb", 28),
        ("Mar", 31),
        ("Apr", 30),
        ("May", 31),
        ("Jun", 30),
        ("Jul", 31),
        ("Aug", 31),
        ("Sep", 30),
        ("Oct", 31),
        ("Nov", 30),
        ("Dec", 31),
    ];
    // That of 1970's first day comes first.
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let mut numbers = date.split('-').map(|number| number.parse::<u64>());
    let mut number = || numbers.next()?.ok();
    let (year, month, day) = (number()?, number()? as usize, number()?);
    let (name, _) = MONTHS.get(month.checked_sub(1)?)?;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let years = (1970..year)
        .map(|year| 365 + u64::from(leap(year)))
        .sum::<u64>();
    let months = MONTHS[..month - 1]
        .iter()
        .map(|(_, days)| days)
        .sum::<u64>();
    let days = years + months + u64::from(month > 2 && leap(year)) + day.checked_sub(1)?;
    let weekday = DAYS[days as usize % 7];
    Some((
        days * 86400,
        format!("{weekday}, {day:02} {name} {year} 00:00:00 +0000"),
    ))
}

/// The manual pages, by name.
pub fn manual() -> Res<Vec<(String, Vec<u8>)>> {
    let pages = man::pages()?.into_iter();
    Ok(pages
        .map(|page| (page.name, page.text.into_bytes()))
        .collect())
}

/// The completions, as `SHELL/NAME`.
pub fn completion() -> Res<Vec<(String, Vec<u8>)>> {
    Ok(completion::installed())
}

/// The files of .cargo/xtask/contrib, by their path there. `@VERSION@` and sums of licenses are filled in, also in names, and
/// BitBake gets its list of crates.
pub fn contrib() -> Res<Vec<(String, Vec<u8>)>> {
    let root = root();
    let sum = |name: &str| {
        let path = root.join(name);
        let bytes = fs::read(&path).map_err(|e| at(&path, e))?;
        Ok::<_, String>(format!("{:x}", md5::compute(bytes)))
    };
    let filled = [
        ("@VERSION@", version()?),
        ("@MD5-MIT@", sum("LICENSE-MIT")?),
        ("@MD5-APACHE@", sum("LICENSE-APACHE")?),
    ];
    let fill = |text: String| {
        let each = filled.iter();
        each.fold(text, |text, (name, value)| text.replace(name, value))
    };
    let top = root.join(".cargo/xtask/contrib");
    let crates = "yocto/meta-ipso/recipes-ipso/ipso/ipso-crates.inc".into();
    let mut files = vec![(crates, source::crates()?.into_bytes())];
    let mut folders = vec![top.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| at(&folder, e))? {
            let path = entry.map_err(|e| at(&folder, e))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).map_err(|e| at(&path, e))?;
                let name = path.strip_prefix(&top).unwrap_or(&path);
                files.push((fill(name.display().to_string()), fill(text).into_bytes()));
            }
        }
    }
    Ok(files)
}

/// Writes a file of target/dist, at once: what is there is whole.
pub fn place(file: &Path, bytes: &[u8]) -> Res<()> {
    let own = Own::new(&root().join("target/dist"), "parts")?;
    let new = own.path().join("new");
    fs::write(&new, bytes).map_err(|e| at(&new, e))?;
    fs::rename(&new, file).map_err(|e| at(file, e))
}

/// The version of the product, from its manifest.
pub fn version() -> Res<String> {
    let text = manifest()?;
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("version = "));
    let version = line.ok_or("Cargo.toml has no version")?;
    Ok(version.trim_matches('"').into())
}

fn manifest() -> Res<String> {
    let path = root().join("Cargo.toml");
    fs::read_to_string(&path).map_err(|e| at(&path, e))
}

/// Written only when it differs: cargo rebuilds the standard library for a configuration that is newer.
fn write(path: &Path, text: &str) -> Res<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|e| at(path, e))
}

/// Options of LLVM that make the file smaller. In brackets: how many bytes more the file of x86_64 has without it.
const LLVM: &[&str] = &[
    // Inline what is smaller than a call, and no more (500).
    "-inline-threshold=5",
    // A call costs as much as seven instructions, not five (390).
    "-inline-call-penalty=35",
    // Order blocks so that jumps are few and short (2,100).
    "-apply-ext-tsp-for-size",
    // Load a constant where it is used: that is shorter than to keep it in a register that must be saved (2,100, 220).
    "-disable-machine-licm",
    "-disable-constant-hoisting",
    // Call memcpy for all that takes more than one store (1,180).
    "-max-store-memcpy=1",
    // Split the life of a register where that takes fewest bytes (130).
    "-split-spill-mode=size",
    // Two blocks that end in the same two instructions share them (100).
    "-tail-merge-size=2",
];

/// More of them for x86_64. Elsewhere they are not measured, and with some of them the compiler fails at larger programs.
const LLVM_X86_64: &[&str] = &[
    // Of `a && b` each is a branch: to compute both without one takes more (700).
    "-x86-br-merging-base-cost=-1",
    // Load a value where it is needed, not on each way there (400).
    "-enable-load-pre=0",
    // Order instructions so that few registers are in use (260).
    "-pre-RA-sched=list-hybrid",
    // A function tells its callers which registers it changes (660). Here alone do all tests run with the static file; on i686
    // the compiler fails with it at inline assembly.
    "-enable-ipra",
];

/// Whether the compiler's LLVM has an option: one that it does not know is an error, and versions differ.
fn knows(tools: &Toolchain, option: &str) -> bool {
    let mut rustc = Command::new(&tools.rustc);
    let asked = clean(&mut rustc).args(["--print=target-cpus", &format!("-Cllvm-args={option}")]);
    let output = asked.stdin(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

fn settings(tools: &Toolchain, triple: &str, root: &Path, what: What) -> String {
    let mut flags: Vec<String> = [
        "-Crelocation-model=static",
        "-Crelro-level=off",
        "-Ctarget-feature=+crt-static",
    ]
    .map(String::from)
    .into();
    // rustix's own system calls, where their assembly is not stable Rust.
    flags.push("--cfg=rustix_use_experimental_asm".into());
    // Outlined atomics ask for the processor's abilities before `main`; a program of one thread needs none. rustc warns that the
    // name of this may change.
    if what == What::Product && arch(triple) == "aarch64" {
        flags.push("-Ctarget-feature=-outline-atomics".into());
    }
    if what == What::Product {
        flags.extend(
            [
                "-Cforce-unwind-tables=no",
                "-Zlocation-detail=none",
                "-Zfmt-debug=none",
                // Measured: 430 bytes less.
                "-Cjump-tables=no",
            ]
            .map(String::from),
        );
        let mut llvm = LLVM.to_vec();
        if arch(triple) == "x86_64" {
            llvm.extend(LLVM_X86_64);
            // Values that are computed once stay in registers for long (650). LLVM has such a pass of its own.
            flags.push("-Zmir-enable-passes=-GVN".into());
        }
        llvm.retain(|flag| knows(tools, flag));
        flags.push(format!("-Cllvm-args={}", llvm.join(" ")));
    }
    if !matches!(tools.kind, Kind::Rustup(_)) {
        flags.push("-Clink-self-contained=no".into());
        flags.push(format!("-Lnative={DIR}/lib"));
    }
    let linker = match &tools.kind {
        Kind::Rustup(_) => "rust-lld".into(),
        Kind::Debian => "musl-gcc".into(),
        Kind::Foreign { machine, linker } => {
            flags.push(format!("-Lnative={}", machine.libs().display()));
            flags.push("-Clinker-flavor=ld.lld".into());
            if what == What::Tests {
                flags.push(link_arg(tools, &crt(machine)));
            }
            linker.display().to_string()
        }
    };
    if what == What::Tests {
        // A panic ends the process, so what std would unwind with is never called.
        flags.push(link_arg(tools, "--unresolved-symbols=ignore-all"));
    }
    // No path of this machine in the file, and the same bytes from any directory.
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    for (from, to) in [
        (Some(root), "."),
        (home.as_deref(), "/cargo"),
        (Some(&tools.sysroot), "/rust"),
    ] {
        if let Some(from) = from {
            flags.push(format!("--remap-path-prefix={}={to}", from.display()));
        }
    }
    let bootstrap = match tools.kind {
        Kind::Rustup(_) => "",
        _ => "[env]\nRUSTC_BOOTSTRAP = \"1\"\n",
    };
    let unstable = match what {
        What::Product => {
            "build-std = [\"std\", \"panic_abort\"]\n\
             build-std-features = [\"optimize_for_size\"]\n\
             panic-immediate-abort = true\n\
             [profile.release]\n\
             panic = \"immediate-abort\"\n"
        }
        What::Tests => {
            "build-std = [\"std\", \"panic_abort\", \"test\"]\n\
             panic-abort-tests = true\n\
             [profile.dev]\n\
             panic = \"abort\"\n\
             debug = false\n\
             opt-level = 1\n"
        }
    };
    let runner = emulator(triple).map_or_else(String::new, |name| format!("runner = {name:?}\n"));
    format!(
        "# Written by `cargo static`.\n\
         [build]\n\
         rustc = {:?}\n\
         {bootstrap}\
         [unstable]\n\
         {unstable}\
         [target.{triple}]\n\
         linker = {linker:?}\n\
         {runner}\
         rustflags = {flags:?}\n",
        tools.rustc.display().to_string(),
    )
}

/// Two segments, code and data, that meet inside one page of the file (the linker's own layout pads to a page, 2,000 on
/// average); no tables for unwinding, no comment, no notes.
const LAYOUT: (&str, &str) = ("link.ld", "\
/* Written by `cargo static`. */
ENTRY(_start)
PHDRS
{
  code PT_LOAD FILEHDR PHDRS FLAGS(5);
  data PT_LOAD FLAGS(6);
  tls PT_TLS FLAGS(4);
  stack PT_GNU_STACK FLAGS(6);
}
SECTIONS
{
  . = 0x400000 + SIZEOF_HEADERS;
  .init : { KEEP(*(SORT_NONE(.init))) } :code
  .text : { *(.text .text.*) } :code
  .fini : { KEEP(*(SORT_NONE(.fini))) } :code
  .rodata : { *(SORT_BY_ALIGNMENT(.rodata) SORT_BY_ALIGNMENT(.rodata.*)) } :code
  . = ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1));
  .tdata : { *(.tdata .tdata.*) } :data :tls
  .tbss : { *(.tbss .tbss.*) } :data :tls
  .preinit_array : {
    PROVIDE_HIDDEN(__preinit_array_start = .);
    KEEP(*(.preinit_array))
    PROVIDE_HIDDEN(__preinit_array_end = .);
  } :data
  .init_array : {
    PROVIDE_HIDDEN(__init_array_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*)))
    KEEP(*(.init_array))
    PROVIDE_HIDDEN(__init_array_end = .);
  } :data
  .fini_array : {
    PROVIDE_HIDDEN(__fini_array_start = .);
    KEEP(*(SORT_BY_INIT_PRIORITY(.fini_array.*)))
    KEEP(*(.fini_array))
    PROVIDE_HIDDEN(__fini_array_end = .);
  } :data
  .data : { *(.data.rel.ro .data.rel.ro.*) *(.tm_clone_table) *(.got .got.plt) *(.data .data.*) } :data
  .bss : { *(.bss .bss.*) *(COMMON) } :data
  _end = .;
  end = .;
  /DISCARD/ : {
    *(.eh_frame .eh_frame_hdr .gcc_except_table .gcc_except_table.*)
    *(.comment .note .note.* .gnu_debuglink)
  }
}
");

/// The same for a program with a start of its own, which prepares nothing: what would have to be prepared is an error.
const OWN_LAYOUT: (&str, &str) = ("own.ld", "\
/* Written by `cargo static`. */
ENTRY(_start)
PHDRS
{
  code PT_LOAD FILEHDR PHDRS FLAGS(5);
  data PT_LOAD FLAGS(6);
  stack PT_GNU_STACK FLAGS(6);
}
SECTIONS
{
  . = 0x400000 + SIZEOF_HEADERS;
  .text : { *(.text .text.*) } :code
  .rodata : { *(SORT_BY_ALIGNMENT(.rodata) SORT_BY_ALIGNMENT(.rodata.*)) } :code
  . = ALIGN(CONSTANT(MAXPAGESIZE)) + (. & (CONSTANT(MAXPAGESIZE) - 1));
  .data : { *(.data.rel.ro .data.rel.ro.*) *(.got .got.plt) *(.data .data.*) } :data
  .bss : { *(.bss .bss.*) *(COMMON) } :data
  _end = .;
  .refused : { *(.tdata .tdata.* .tbss .tbss.*) KEEP(*(.preinit_array .init_array .init_array.* .init .ctors)) }
  ASSERT(SIZEOF(.refused) == 0, \"thread-local variables or constructors, which src/sys/start.rs does not prepare\")
  /DISCARD/ : {
    *(.eh_frame .eh_frame_hdr .gcc_except_table .gcc_except_table.*)
    *(.fini_array .fini_array.* .fini .comment .note .note.* .gnu_debuglink)
  }
}
");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let of = |text: &str| time(Some(text.into()));
        assert_eq!(time(None), of(""));
        assert_eq!(time(None).map(|time| time % 86400), Ok(0));
        for (date, seconds, text) in [
            ("1970-01-01", 0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            ("2000-02-29", 951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (
                "2026-11-30",
                1_795_996_800,
                "Mon, 30 Nov 2026 00:00:00 +0000",
            ),
        ] {
            assert_eq!(day(date), Some((seconds, text.into())));
        }
        for wrong in ["", "2026", "2026-13-01", "2026-00-01", "2026-11-00", "soon"] {
            assert_eq!(day(wrong), None);
        }
        assert_eq!(of("0"), Ok(0));
        assert_eq!(of("1700000000"), Ok(1_700_000_000));
        assert_eq!(of("8589934591"), Ok(8_589_934_591));
        for wrong in [
            "yesterday",
            "-1",
            "+1",
            " 1",
            "1.5",
            "8589934592",
            "99999999999999999999",
        ] {
            let text = of(wrong).unwrap_err();
            assert!(text.contains(wrong), "{text}");
        }
    }

    #[test]
    fn parts_are_the_features_of_the_manifest() {
        let parts = parts().unwrap();
        assert!(parts.contains(&"connect".into()) && parts.contains(&"hints".into()));
        let mut all = manifest().unwrap();
        all.drain(..all.find("default = [").unwrap());
        all.truncate(all.find(']').unwrap());
        let default: Vec<&str> = all.split('"').skip(1).step_by(2).collect();
        assert_eq!(parts, default);
    }

    #[test]
    fn recipes_are_filled_in() {
        let files = contrib().unwrap();
        let version = version().unwrap();
        let recipe = format!("yocto/meta-ipso/recipes-ipso/ipso/ipso_{version}.bb");
        let has = |path: &str, text: &str| {
            let (_, bytes) = files.iter().find(|(name, _)| name == path).unwrap();
            assert!(
                String::from_utf8_lossy(bytes).contains(text),
                "{path}: {text}"
            );
        };
        let license = fs::read(root().join("LICENSE-MIT")).unwrap();
        let license = format!("file://LICENSE-MIT;md5={:x} ", md5::compute(license));
        has(&recipe, &license);
        has(
            "buildroot/package/ipso/ipso.mk",
            &format!("\nIPSO_VERSION = {version}\n"),
        );
        has("openwrt/Makefile", &format!("\nPKG_VERSION:={version}\n"));
        for (name, bytes) in &files {
            // `$@` and `@@` are other things.
            let text = String::from_utf8_lossy(bytes);
            assert!(!name.contains('@') && !text.contains("@VERSION") && !text.contains("@MD5"));
        }
    }
}
