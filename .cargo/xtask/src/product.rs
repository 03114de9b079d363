//! Builds the product, with everything that makes it small.

use crate::toolchain::{Kind, Toolchain, clean, default_triple};
use crate::{Res, at, elf, root, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Under the root; relative, so that no path of this machine is an option of the compiler.
const DIR: &str = "target/static";

/// Where the product lies: `target/ipso`, with the processor's name where it is not this one's.
pub fn path(triple: &str) -> PathBuf {
    let arch = triple.split('-').next().unwrap_or(triple);
    let name = if triple == default_triple() {
        "ipso".into()
    } else {
        format!("ipso-{arch}")
    };
    root().join("target").join(name)
}

/// Builds xtask itself as a static file, for machines that have nothing else.
pub fn build_xtask(tools: &Toolchain, triple: &str) -> Res<PathBuf> {
    compile(tools, triple, "xtask")
}

/// Builds, trims and checks the product.
pub fn build(tools: &Toolchain, triple: &str) -> Res<PathBuf> {
    let built = compile(tools, triple, "ipso")?;
    let mut bytes = fs::read(&built).map_err(|e| at(&built, e))?;
    elf::trim(&mut bytes).map_err(|text| format!("{}: {text}", crate::shown(&built)))?;
    let file = path(triple);
    // Renamed into place: the old one may be running.
    let new = file.with_extension("new");
    fs::copy(&built, &new).map_err(|e| at(&new, e))?;
    fs::write(&new, &bytes).map_err(|e| at(&new, e))?;
    fs::rename(&new, &file).map_err(|e| at(&file, e))?;
    Ok(file)
}

/// Builds the binary of a package as the product is built.
fn compile(tools: &Toolchain, triple: &str, package: &str) -> Res<PathBuf> {
    let root = root();
    let dir = root.join(DIR);
    let lib = dir.join("lib");
    fs::create_dir_all(&lib).map_err(|e| at(&lib, e))?;
    write(&dir.join("link.ld"), LAYOUT)?;
    // std asks for it although nothing here unwinds; Debian has none for musl.
    write(&lib.join("libunwind.a"), "!<arch>\n")?;
    let config = dir.join(format!("{triple}.toml"));
    write(&config, &settings(tools, triple, &root))?;
    // Two toolchains in one directory would rebuild everything at every change.
    let out = dir.join(match tools.kind {
        Kind::Rustup => "rustup",
        Kind::Debian => "debian",
    });
    run(clean(&mut Command::new(&tools.cargo))
        .current_dir(&root)
        .args([
            "build",
            "--release",
            "--package",
            package,
            "--bin",
            package,
            "--target",
            triple,
        ])
        .arg("--target-dir")
        .arg(&out)
        .arg("--config")
        .arg(&config))?;

    Ok(out.join(triple).join("release").join(package))
}

/// Written only when it differs: cargo rebuilds the standard library for a configuration that is newer.
fn write(path: &Path, text: &str) -> Res<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).map_err(|e| at(path, e))
}

fn settings(tools: &Toolchain, triple: &str, root: &Path) -> String {
    let mut flags: Vec<String> = [
        "-Crelocation-model=static",
        "-Crelro-level=off",
        "-Cforce-unwind-tables=no",
        "-Zlocation-detail=none",
        "-Zfmt-debug=none",
        // Measured: 430 bytes less.
        "-Cjump-tables=no",
        // Measured: 500 less than the default.
        "-Cllvm-args=-inline-threshold=5",
    ]
    .map(String::from)
    .into();
    let linker = match tools.kind {
        Kind::Rustup => "rust-lld",
        Kind::Debian => {
            flags.push("-Clink-self-contained=no".into());
            flags.push(format!("-Lnative={DIR}/lib"));
            "musl-gcc"
        }
    };
    let mut link = vec![
        format!("-T{DIR}/link.ld"),
        "-znorelro".into(),
        "--build-id=none".into(),
    ];
    link.push("--no-eh-frame-hdr".into());
    for option in link {
        flags.push(match tools.kind {
            Kind::Rustup => format!("-Clink-arg={option}"),
            Kind::Debian => format!("-Clink-arg=-Wl,{option}"),
        });
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
        Kind::Rustup => "",
        Kind::Debian => "[env]\nRUSTC_BOOTSTRAP = \"1\"\n",
    };
    format!(
        "# Written by `cargo static`.\n\
         [build]\n\
         rustc = {:?}\n\
         {bootstrap}\
         [unstable]\n\
         build-std = [\"std\", \"panic_abort\"]\n\
         build-std-features = [\"optimize_for_size\"]\n\
         panic-immediate-abort = true\n\
         [profile.release]\n\
         panic = \"immediate-abort\"\n\
         [target.{triple}]\n\
         linker = {linker:?}\n\
         rustflags = {flags:?}\n",
        tools.rustc.display().to_string(),
    )
}

/// Two segments, code and data, that meet inside one page of the file (the linker's own layout pads to a page, 2,000 on
/// average); no tables for unwinding, no comment, no notes.
const LAYOUT: &str = "\
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
";
