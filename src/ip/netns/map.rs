//! `ip netns map`: which network namespaces there are, what is in them, and how they are joined.

use crate::args::Words;
use crate::error::{Error, REFUSED, Result};
use crate::ip::command::{Ctx, Io, apart};
use crate::ip::netns::map_graph::graph;
use crate::ip::netns::map_namespaces::gather;
use crate::ip::netns::map_tree::show;
use crate::keywords;

keywords! {
    /// What is printed in place of a tree.
    pub(crate) enum Form {
        Dot = "=dot",
        Mermaid = "=mermaid",
    }
}

/// Runs `map [dot|mermaid]`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let form = match w.next() {
        None => None,
        Some(word) => {
            let known = Form::pick(word);
            let reason = "must be \"dot\" or \"mermaid\"";
            Some(known.ok_or_else(|| Error::bad_arg(word, reason))?)
        }
    };
    if w.peek().is_some() {
        return Err(Error::refused("extra arguments specified", b""));
    }
    apart(ctx, io, &mut |io| {
        let map = gather(ctx, io)?;
        let mut failed = false;
        for namespace in &map.namespaces {
            failed |= !namespace.error.is_empty();
        }
        match form {
            None => show(&map, &mut io.out)?,
            Some(form) => {
                let is_dot = form == Form::Dot;
                let text = graph(&map, is_dot);
                io.out.style.json = false;
                io.out.raw(&text);
            }
        }
        match failed {
            true => Err(Error::status(REFUSED)),
            false => Ok(()),
        }
    })
}
