//! A kind of link: its names, its options, and what is checked of them together.

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::Names;
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::{Row, Rows};
use crate::row::print::show_options;
use crate::row::read::parse_option;
use crate::row::sent::Sent;
use crate::row::table::{Customs, Table};
use crate::row::types::{Read, Twice};
use crate::sys::Text;
use crate::text::{cut, fill, fill_one};

/// A kind of link, or several with the same options.
pub struct Kind {
    names: Text,
    unknown: Text,
    table: Table,
    is_shown: bool,
    sent: &'static [Sent],
    restart: Option<Restart>,
    complete: Option<Complete>,
}

/// The refusal of an unknown word by most kinds, for [`Kind::new`].
pub const COMMAND: &CStr = c"%: unknown command \"%\"?\n";
/// The refusal of an unknown word by the other kinds.
pub const OPTION: &CStr = c"%: unknown option \"%\"?\n";

/// Checks the options of a link that need each other, and adds what follows from them.
pub type Complete = fn(&mut Options) -> Result<()>;
/// Reads the words of a kind once more, as changes of what the link with an index has: see [`Kind::restart`].
pub type Restart =
    for<'a> fn(&Kind, &'a [u8], &mut Words<'a>, &mut Draft<'a>, u32, &mut Names) -> Result<()>;

impl Kind {
    /// Kinds that have nothing but their names.
    pub const fn bare(names: &'static CStr) -> Kind {
        Kind::new(names, c"", Rows::NONE).hidden()
    }

    /// Kinds by their names, joined by commas, with their options. `unknown` is the refusal of an unknown word, with
    /// the kind and the word for `%`; the help follows it, and stands alone if it is empty.
    pub const fn new(names: &'static CStr, unknown: &'static CStr, rows: Rows) -> Kind {
        Kind {
            names: Text::new(names),
            unknown: Text::new(unknown),
            table: Table::new(rows),
            is_shown: true,
            sent: &[],
            restart: None,
            complete: None,
        }
    }

    /// `-d` shows nothing of it, in JSON not even an empty object.
    pub const fn hidden(mut self) -> Kind {
        self.is_shown = false;
        self
    }

    /// Why a value is wrong, for all options that have no reason of their own. `%` is the option's word.
    pub const fn wrong(mut self, reason: &'static CStr) -> Kind {
        self.table = self.table.wrong(reason);
        self
    }

    /// The functions of the options with custom types.
    pub const fn customs(mut self, customs: &'static Customs) -> Kind {
        self.table = self.table.customs(customs);
        self
    }

    /// The attributes that are sent behind all others, in their order.
    pub const fn sent(mut self, sent: &'static [Sent]) -> Kind {
        self.sent = sent;
        self
    }

    /// The kernel takes a change for the whole configuration: words change what the link has, and all of that is sent.
    /// `restart` asks for what it has, and reads the words once more.
    pub const fn starts_from_link(mut self, restart: Restart) -> Kind {
        self.restart = Some(restart);
        self
    }

    /// What checks and completes the options when all words are read.
    pub const fn complete(mut self, complete: Complete) -> Kind {
        self.complete = Some(complete);
        self
    }

    /// Its names, one by one.
    pub fn each_name(&self) -> impl Iterator<Item = &'static [u8]> {
        let mut names = self.names();
        std::iter::from_fn(move || cut(&mut names, b','))
    }

    /// Its names, joined by commas.
    pub fn names(&self) -> &'static [u8] {
        self.names.bytes()
    }

    /// Its options, with their functions.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Its options.
    pub fn rows(&self) -> Rows {
        self.table.rows
    }

    /// Whether `-d` shows its options.
    pub fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Whether iproute2 explains it. It does not if all options are only printed.
    pub fn has_help(&self) -> bool {
        self.rows().0.is_empty() || self.has_options()
    }

    /// Whether any word may follow its name.
    pub fn has_options(&self) -> bool {
        self.rows().has_words()
    }

    /// Whether a change starts from what the link has.
    pub fn is_read_first(&self) -> bool {
        self.restart.is_some()
    }

    /// Reads the words after the kind's name once more, as changes of what the link has, if the kind's changes start from
    /// that. The draft has those that were read before.
    pub fn restart<'a>(
        &self,
        name: &'a [u8],
        w: &mut Words<'a>,
        draft: &mut Draft<'a>,
        index: u32,
        names: &mut Names,
    ) -> Result<()> {
        match self.restart {
            Some(restart) => restart(self, name, w, draft, index, names),
            None => Ok(()),
        }
    }

    /// Reads the options of a link of the kind `name`, and adds them to the draft. True if the peer's words follow,
    /// which are left; else all words are read. The options that may be given between `peer` and these are the rows
    /// below that of `peer`.
    pub fn parse<'a>(
        &self,
        name: &'a [u8],
        w: &mut Words<'a>,
        draft: &mut Draft<'a>,
    ) -> Result<bool> {
        draft.start = draft.msg.size();
        draft.sent = self.sent;
        let mut rows = self.rows();
        let mut has_peer = false;
        while let Some(word) = w.next() {
            let mut rest = rows;
            let found = rest.find_word(word);
            let Some(row) = found.filter(|row| !is_taken(row, draft)) else {
                if has_peer {
                    w.back();
                    return Ok(true);
                }
                return Err(self.unknown_word(name, word));
            };
            if row.read == Read::Peer {
                has_peer = true;
                rows = rest;
                continue;
            }
            let parsed = parse_option(&self.table, &row, w, draft);
            parsed.map_err(|e| self.with_help(name, e))?;
        }
        Ok(has_peer)
    }

    fn unknown_word(&self, name: &[u8], word: &[u8]) -> Error {
        let refusal = match self.unknown.bytes() {
            _ if args::prefix(word, "help") => b"",
            refusal => refusal,
        };
        self.with_help(name, Error::say(REFUSED, fill(refusal, &[name, word])))
    }

    /// Adds the help to a refusal that is empty or ends with a newline.
    fn with_help(&self, name: &[u8], e: Error) -> Error {
        let text = e.text();
        if e.code() == REFUSED && (text.is_empty() || text.ends_with(b"\n")) {
            return Error::refused_two("%%", text, &self.help(name));
        }
        e
    }

    /// Checks and completes the options of a link, of which the draft has those in the order of their words from
    /// `start` on, and adds the attributes that are sent behind these. All names are numbers by now.
    pub fn finish(
        &self,
        name: &[u8],
        creates: bool,
        draft: &mut Draft,
        start: usize,
    ) -> Result<()> {
        let mut late = std::mem::take(&mut draft.late);
        let mut options = Options {
            name,
            creates,
            family: draft.family,
            data: draft.msg.attrs(start),
            late: &mut late,
            warnings: &mut draft.warnings,
            skip: &[],
        };
        if let Some(complete) = self.complete {
            complete(&mut options).map_err(|e| self.with_help(name, e))?;
        }
        let skip = options.skip;
        for sent in self.sent {
            if skip.iter().all(|attr| *attr != sent.attr())
                && !sent.add(late.attrs(0), creates, &mut draft.msg)
            {
                break;
            }
        }
        Ok(())
    }

    /// The help of a kind of this name.
    pub fn help(&self, name: &[u8]) -> Vec<u8> {
        let mut text = fill_one("Usage: ... %", name);
        for add in OPTIONS_EXPLAINED {
            add(&self.table, &mut text);
        }
        text
    }

    /// Prints the options in the kernel's data, `IFLA_INFO_DATA` or `IFLA_INFO_SLAVE_DATA`; `key` is the name in JSON.
    pub fn show(&self, data: Attrs<'_>, key: &str, out: &mut Out, names: &mut Names) {
        if self.is_shown {
            out.object(key);
            show_options(&self.table, &data.indexed(), out, names);
            out.object_end();
        }
    }
}

/// What follows the first line of a kind's help.
static OPTIONS_EXPLAINED: &[fn(&Table, &mut Vec<u8>)] = &[
    #[cfg(feature = "help")]
    crate::row::help::add_help,
    #[cfg(not(feature = "help"))]
    |_, text| {
        text.extend_from_slice(
            b"\nThe options are not explained in this build of ipso: it needs the part \"help\".",
        )
    },
];

/// Whether an option may be given once in all, and it or another one of its attribute was.
fn is_taken(row: &Row, draft: &Draft) -> bool {
    row.twice == Twice::Unknown && draft.late.attrs(0).find(row.attr).is_some()
}

/// The options that were given for a link.
pub struct Options<'o> {
    /// The name of the kind.
    pub name: &'o [u8],
    /// Whether the link is to be made.
    pub creates: bool,
    /// The address family of `-4` and `-6`, else 0.
    pub family: u8,
    /// The attributes in the order of their words.
    pub data: Attrs<'o>,
    /// The attributes that are [`Sent`] behind these: of several with one number the last counts.
    pub late: &'o mut Msg,
    /// Lines for standard error.
    pub warnings: &'o mut Vec<u8>,
    /// Attributes that are not to be sent, though the kind sends them otherwise.
    pub skip: &'static [u16],
}

impl Options<'_> {
    /// The payload of an option, if it was given.
    pub fn get(&self, attr: u16) -> Option<Attr<'_>> {
        self.late.attrs(0).find(attr).or(self.data.find(attr))
    }

    /// The number of an option, if it was given.
    pub fn number(&self, attr: u16) -> Option<u64> {
        self.get(attr)?.number()
    }

    /// Whether an option was given.
    pub fn has(&self, attr: u16) -> bool {
        self.get(attr).is_some()
    }

    /// Whether an option was given, and is not 0.
    pub fn is_on(&self, attr: u16) -> bool {
        self.number(attr).unwrap_or(0) != 0
    }

    /// The refusal `KIND: TEXT`, with the help of the kind if the text ends with a newline.
    pub fn refuse(&self, text: &str) -> Result<()> {
        Err(Error::new(REFUSED, "%: %", &[self.name, text.as_bytes()]))
    }
}
