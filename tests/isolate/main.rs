//! `isolate` with real commands: as root of a namespace, as the real root and as an ordinary user, on each file system that it may
//! find or be given. What it leads out by (`--nat`, `--publish`, `--allow`) has tests of its own.

#[path = "../common/mod.rs"]
mod common;

mod callers;
mod descriptors;
mod files;
mod killed;
mod namespaces;
mod network;
mod options;
mod plain;
mod refusals;
mod settings;
mod signals;
mod status;
mod terminal;
mod trace;
mod users;
