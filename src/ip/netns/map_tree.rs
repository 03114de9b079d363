//! The map of namespaces as a tree, or as JSON.

use crate::append::Append;
use crate::error::Result;
use crate::ip::netns::map_namespaces::{HERE, Map, Other, printable};
use crate::nl::uapi::iff;
use crate::out::{Color, Out};
use crate::text::{decimal, fill_one};

/// Prints all namespaces.
pub fn show(map: &Map, out: &mut Out) -> Result<()> {
    out.document();
    for at in 0..map.namespaces.len() {
        show_space(map, at, out);
        out.record_end()?;
    }
    out.document_end()
}

/// Prints a name behind a text, by its key in JSON, which has to be UTF-8.
fn show_name(form: &str, name: &[u8], out: &mut Out) {
    if out.json() && std::str::from_utf8(name).is_err() {
        out.str(form, &printable(name));
    } else {
        out.str(form, name);
    }
}

fn show_space(map: &Map, at: usize, out: &mut Out) {
    let namespace = &map.namespaces[at];
    out.object("");
    if out.json() {
        out.array("names");
        for name in &namespace.names {
            show_name("", &map.names[*name], out);
        }
        out.array_end();
        if at == HERE {
            out.yes("here");
        }
    }
    if !out.json() {
        out.str("|%", &map.title(at));
    }
    if namespace.error.is_empty() {
        out.text("\n");
        out.array("links");
        show_links(map, at, 0, 1, out);
        out.array_end();
    } else {
        show_name("error|: %\n", &namespace.error, out);
    }
    out.object_end();
}

/// Prints the ports of a link, and theirs.
fn show_links(map: &Map, namespace: usize, master: u32, depth: usize, out: &mut Out) {
    for at in map.namespaces[namespace].ports_of(master) {
        let link = &map.namespaces[namespace].links[*at];
        out.object("");
        out.blanks(4 * depth);
        out.uint("ifindex", link.index.into());
        out.paint(Color::Ifname);
        show_name("ifname|%", &link.name, out);
        out.text(":");
        if !link.kind.is_empty() {
            show_name("kind| %", &link.kind, out);
        }
        let is_up = link.flags & iff::UP != 0;
        if !is_up {
            out.text(" down");
        }
        let word: &[u8] = if is_up { b"true" } else { b"false" };
        out.value().append_bytes(word);
        out.put("up", false);
        if let Some(other) = map.other(namespace, link) {
            let (key, word) = if link.is_pair() {
                ("peer", " to ")
            } else {
                ("link", " on ")
            };
            out.object(key);
            out.text(word);
            show_other(map, namespace, other, link.other, out);
            out.object_end();
        }
        out.array("addresses");
        for address in &link.addresses {
            out.str("| %", address);
        }
        out.array_end();
        out.text("\n");
        if link.index != 0 && !map.namespaces[namespace].ports_of(link.index).is_empty() {
            out.array("ports");
            show_links(map, namespace, link.index, depth + 1, out);
            out.array_end();
        }
        out.object_end();
    }
}

/// Prints which link another is: its name, or `ifN`, and its namespace.
fn show_other(map: &Map, namespace: usize, other: Other, index: u32, out: &mut Out) {
    out.uint("ifindex", index.into());
    let there = match other {
        Other::Link(there, at) => {
            let link = &map.namespaces[there].links[at];
            out.paint(Color::Ifname);
            show_name("ifname|%", &link.name, out);
            there
        }
        Other::Namespace(there) => there,
        Other::Unnamed(_) => usize::MAX,
    };
    if !matches!(other, Other::Link(..)) {
        out.raw(&fill_one("if%", &decimal(index.into())));
    }
    match other {
        Other::Unnamed(id) => out.int("netnsid| in unnamed netnsid %", id.into()),
        _ if there == namespace => {}
        _ if map.name(there).is_empty() => out.yes("here| here"),
        _ => show_name("netns| in %", map.name(there), out),
    }
}
