//! The map of namespaces for documents: in the language of Graphviz, or in that of Mermaid.

use crate::append::Append;
use crate::ip::netns::map_namespaces::{Link, Map, Other, printable};
use crate::text::add_unsigned;

/// The pieces of text that a language writes.
struct Language {
    begin: &'static str,
    /// Before the number of a namespace, before and behind its title, and behind its links.
    namespace: [&'static str; 4],
    /// Before and behind the label of a node, which follow its id.
    node: [&'static str; 2],
    /// Between the lines of a label.
    line: &'static str,
    /// Between the ids of two nodes, and behind them.
    edges: [[&'static str; 2]; 3],
    end: &'static str,
    /// Before and behind the number of a byte that stands for something else in a label; empty where a `\\` before it will do.
    byte: [&'static str; 2],
}

static DOT: Language = Language {
    begin: "graph netns {\n    node [shape=box];\n",
    namespace: [
        "    subgraph cluster_",
        " {\n        label=\"",
        "\";\n",
        "    }\n",
    ],
    node: [" [label=\"", "\"];\n"],
    line: "\\n",
    edges: [
        [" -- ", ";\n"],
        [" -- ", " [style=dashed];\n"],
        [" -- ", " [style=dotted];\n"],
    ],
    end: "}\n",
    byte: ["", ""],
};

static MERMAID: Language = Language {
    begin: "flowchart LR\n",
    namespace: ["    subgraph n", "[\"", "\"]\n", "    end\n"],
    node: ["[\"", "\"]\n"],
    line: "<br>",
    edges: [[" --- ", "\n"], [" -.- ", "\n"], [" -.-> ", "\n"]],
    end: "",
    byte: ["#", ";"],
};

/// Places in [`Language::edges`]: the ends of a pair, a port and its master, a link and the one that it stands on.
const PAIR: usize = 0;
const PORT: usize = 1;
const BELOW: usize = 2;

/// A node: of a link, by its namespace and its index, or of one in a namespace without a name, with the id that this has in the
/// other.
type Node = (usize, u32, Option<i32>);

/// The graph of all namespaces. A namespace is a box around its links. Links are joined with the other ends of their pairs, with
/// those whose ports they are, and with those that they stand on.
pub fn graph(map: &Map, is_dot: bool) -> Vec<u8> {
    let language = if is_dot { &DOT } else { &MERMAID };
    let mut graph = Graph {
        map,
        language,
        text: Vec::new(),
    };
    graph.put(language.begin);
    for at in 0..map.namespaces.len() {
        graph.add_space(at);
    }
    for (at, namespace) in map.namespaces.iter().enumerate() {
        for link in &namespace.links {
            graph.add_edges(at, link);
        }
    }
    graph.put(language.end);
    graph.text
}

struct Graph<'g> {
    map: &'g Map,
    language: &'static Language,
    text: Vec<u8>,
}

impl Graph<'_> {
    #[inline(never)]
    fn put(&mut self, text: &str) {
        self.text.append_bytes(text.as_bytes());
    }

    fn put_number(&mut self, number: u64) {
        add_unsigned(&mut self.text, number);
    }

    #[inline(never)]
    fn put_node(&mut self, (namespace, index, netns): Node) {
        self.put("n");
        self.put_number(namespace as u64);
        self.put("_");
        self.put_number(index.into());
        if let Some(id) = netns {
            self.put("_id");
            self.put_number(id as u64);
        }
    }

    /// Adds text of a label: whatever bytes there are, they end no string and are no markup.
    #[inline(never)]
    fn put_label(&mut self, label: &[u8]) {
        let [before, behind] = self.language.byte;
        for byte in printable(label) {
            // Those that mean something to Graphviz, or to Mermaid, Markdown and HTML.
            match byte {
                b'"' | b'\\' if before.is_empty() => {
                    self.text.push(b'\\');
                    self.text.push(byte);
                }
                // `&lt;` in a label is drawn as `<`.
                b'&' if before.is_empty() => self.put("&amp;"),
                b'"'..=b'\'' | b';' | b'<' | b'>' | b'['..=b'^' | b'`' | b'{'..=b'~'
                    if !before.is_empty() =>
                {
                    self.put(before);
                    self.put_number(byte.into());
                    self.put(behind);
                }
                _ => self.text.push(byte),
            }
        }
    }

    /// Begins a node; its label follows, and [`Graph::end_node`].
    fn begin_node(&mut self, node: Node) {
        self.put_node(node);
        self.put(self.language.node[0]);
    }

    fn end_node(&mut self) {
        self.put(self.language.node[1]);
    }

    /// Adds a namespace with its links.
    fn add_space(&mut self, at: usize) {
        let namespace = &self.map.namespaces[at];
        let [before, title, behind, end] = self.language.namespace;
        self.put(before);
        self.put_number(at as u64);
        self.put(title);
        self.put_label(&self.map.title(at));
        self.put(behind);
        for link in &namespace.links {
            self.put("        ");
            self.begin_node((at, link.index, None));
            self.put_label(&link.name);
            for address in &link.addresses {
                self.put(self.language.line);
                self.put_label(address);
            }
            self.end_node();
        }
        if !namespace.error.is_empty() {
            self.put("        ");
            self.begin_node((at, 0, None));
            self.put_label(&namespace.error);
            self.end_node();
        }
        self.put(end);
    }

    /// Adds what joins a link with others; a pair is added at its first end.
    fn add_edges(&mut self, at: usize, link: &Link) {
        let map = self.map;
        let own = (at, link.index, None);
        if link.master != 0 {
            self.add_edge(own, (at, link.master, None), PORT);
        }
        let Some(other) = map.other(at, link) else {
            return;
        };
        let node = match other {
            Other::Link(there, _) | Other::Namespace(there) => (there, link.other, None),
            Other::Unnamed(id) => (at, link.other, Some(id)),
        };
        if let Other::Link(there, place) = other {
            let peer = &map.namespaces[there].links[place];
            let is_second = (there, peer.index) < (at, link.index);
            if is_second && link.is_pair() && map.leads_to(there, peer, at, link) {
                return;
            }
        } else {
            // It has no node yet.
            self.put("    ");
            self.begin_node(node);
            self.put("if");
            self.put_number(link.other.into());
            self.put(self.language.line);
            match other {
                Other::Namespace(there) => self.put_label(&map.title(there)),
                _ => {
                    self.put("unnamed netnsid ");
                    self.put_number(node.2.unwrap_or(0) as u64);
                }
            }
            self.end_node();
        }
        self.add_edge(own, node, if link.is_pair() { PAIR } else { BELOW });
    }

    fn add_edge(&mut self, from: Node, to: Node, sort: usize) {
        let [between, behind] = self.language.edges[sort];
        self.put("    ");
        self.put_node(from);
        self.put(between);
        self.put_node(to);
        self.put(behind);
    }
}
