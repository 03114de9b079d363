//! ipso: `ip` (network namespaces, links, veth tunnels, addresses, routes) and `isolate` in one tiny static file.
//!
//! Data flows one way, and never back up:
//!
//! ```text
//! argv -> args::Words -> Req -> nl::wire::Msg -> kernel -> bytes -> Record -> out::Out (text | JSON)
//! ```
//!
//! Each step has a room of its own, and `tests/layers.rs` reads the `use` lines and holds them to this drawing: no files use each
//! other in a circle, and commands never use each other.
//!
//! | room | what is in it |
//! | --- | --- |
//! | `main.rs` | `argv[0]` or `argv[1]` chooses the applet; the only place that exits |
//! | [`args`], [`names`], [`files`] | words in; names become numbers, in one step between parsing and the message |
//! | [`text`], [`error`], [`out`] | text out; only `out` knows whether it writes text or JSON: a field is one call |
//! | [`append`] | how bytes are added to a text; with `sys` the only unsafe code |
//! | [`sys`] | what rustix lacks, and the product's own start |
//! | [`nl`] | the wire: [`nl::wire`] makes every byte of netlink, [`nl::sock`] sends it, `nl::uapi` has the kernel's numbers |
//! | [`row`] | the engine: what a row is, and how rows parse, print and explain an option. Knows no kind and no command |
//! | [`kind`] | tables: a file a family of link kinds, and what no row of that family can say |
//! | [`ns`] | network namespaces: names, entering, tunnels. Knows no words |
//! | [`ip`] | `ip::objects` is the table of objects; a file or folder for each, with `Req`, `parse`, `encode`, `decode`, `show` |
//! | [`isolate`] | options, a plan of tasks outside and inside, run, undo; `isolate::nat` is the way out |
//! | [`parts`] | the parts of this build |
//!
//! A part is a Cargo feature that adds whole files, and the lines of tables that lead to them: a `mod` line and a row of
//! `commands!`, `families!` or the like. Nothing else asks whether it is there.
#![deny(unsafe_code)]
#![cfg_attr(all(own_start, target_arch = "mips64"), feature(asm_experimental_arch))]
#![warn(missing_docs)]

pub mod error;

pub mod append;
pub mod args;
#[cfg(feature = "cni")]
pub mod cni;
pub mod files;
pub mod ip;
pub mod isolate;
pub mod kind;
pub mod names;
pub mod nl;
pub mod ns;
pub mod out;
pub mod parts;
pub mod row;
pub mod sys;
pub mod text;
#[cfg(feature = "default")]
pub mod vocabulary;
