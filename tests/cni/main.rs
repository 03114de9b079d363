//! The plugins of container runtimes, called as a runtime calls them: by the name of a link, with variables in the environment and
//! JSON on standard input.

#[path = "../common/mod.rs"]
mod common;
mod support;
#[path = "../isolate/trace.rs"]
#[allow(dead_code, reason = "a plugin is one process")]
mod trace;

mod differential;
mod host_local;
#[cfg(feature = "cni")]
mod json;
mod killed;
mod protocol;
mod traffic;
mod undo;
