//! ipso: `ip` (network namespaces, links, veth tunnels, addresses) and `isolate` in one tiny static file.
//!
//! Data flows one way, and each step is a module of its own:
//!
//! ```text
//! argv -> args::Words -> Req -> nl::wire::Msg -> kernel -> bytes -> Record -> out::Out (text | JSON)
//! ```
#![deny(unsafe_code)]
#![cfg_attr(all(own_start, target_arch = "mips64"), feature(asm_experimental_arch))]
#![warn(missing_docs)]

pub mod error;

pub mod args;
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
