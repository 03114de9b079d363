//! A kind of link: its names, its options, and what looks at them together.

use std::ffi::CStr;

use crate::args::{self, Words};
use crate::error::{Error, REFUSED, Result};
use crate::names::Names;
use crate::nl::wire::{Attr, Attrs, Msg};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::{Rows, Twice};
use crate::row::print::show_options;
use crate::row::read::parse_option;
use crate::row::sent::Sent;
use crate::row::table::{Customs, Table};
use crate::row::types::Read;
use crate::sys::Text;
use crate::text::{cut, fill, fill_one, fill_two};

/// A link kind, or several with the same options.
pub struct Kind {
    /// Comma-joined.
    names: Text,
    /// What is said of an unknown word, the help behind it: `%` is the kind, then the word.
    unknown: Text,
    table: Table,
    /// Whether the kernel's data is shown at all (an empty object in JSON).
    shown: bool,
    /// What is sent behind all other attributes, in that order.
    sent: &'static [Sent],
    /// A change begins with what the link has: its options are told to the kernel whole.
    reads: bool,
    finish: Option<Finish>,
}

/// What is said of an unknown word.
pub const COMMAND: &CStr = c"%: unknown command \"%\"?\n";
/// The same, of other kinds.
pub const OPTION: &CStr = c"%: unknown option \"%\"?\n";

impl Kind {
    /// A kind whose options and data are its name alone.
    pub const fn bare(names: &'static CStr) -> Kind {
        Kind::new(names, c"", Rows::NONE).hidden()
    }

    /// A kind with options. `unknown` is what is said of an unknown word: of the kind, and of the word; where it is empty, the help
    /// says it all.
    pub const fn new(names: &'static CStr, unknown: &'static CStr, rows: Rows) -> Kind {
        Kind {
            names: Text::new(names),
            unknown: Text::new(unknown),
            table: Table::new(rows),
            shown: true,
            sent: &[],
            reads: false,
            finish: None,
        }
    }

    /// Nothing is shown of its data.
    pub const fn hidden(mut self) -> Kind {
        self.shown = false;
        self
    }

    /// Why a value is wrong, where the option says nothing: `%` is the option's word.
    pub const fn wrong(mut self, reason: &'static CStr) -> Kind {
        self.table = self.table.wrong(reason);
        self
    }

    /// Functions for the options that are custom.
    pub const fn customs(mut self, customs: &'static Customs) -> Kind {
        self.table = self.table.customs(customs);
        self
    }

    /// What is sent behind all other attributes.
    pub const fn sent(mut self, sent: &'static [Sent]) -> Kind {
        self.sent = sent;
        self
    }

    /// A change begins with what the link has.
    pub const fn reading(mut self) -> Kind {
        self.reads = true;
        self
    }

    /// What looks at the options together.
    pub const fn finish_with(mut self, finish: Finish) -> Kind {
        self.finish = Some(finish);
        self
    }

    /// Its names, one by one.
    pub fn each_name(&self) -> impl Iterator<Item = &'static [u8]> {
        let mut names = self.names();
        std::iter::from_fn(move || cut(&mut names, b','))
    }

    /// Its names, comma-joined.
    pub fn names(&self) -> &'static [u8] {
        self.names.bytes()
    }

    /// Its options.
    pub fn rows(&self) -> Rows {
        self.table.rows
    }

    /// Whether iproute2 explains it: not what can only be shown.
    pub fn has_help(&self) -> bool {
        self.rows().0.is_empty() || self.has_options()
    }

    /// Whether any word may follow its name.
    pub fn has_options(&self) -> bool {
        self.rows().any(|row| !row.spellings().is_empty())
    }

    /// Adds the options of this kind, up to the end of the line or to a `peer`, which makes it true. The rows behind that of `peer`
    /// are for the words that may still follow it here.
    pub fn parse<'a>(
        &'static self,
        name: &'a [u8],
        w: &mut Words<'a>,
        draft: &mut Draft<'a>,
    ) -> Result<bool> {
        let start = draft.msg.size();
        draft.sent = self.sent;
        let mut rows = self.rows();
        let mut peer = false;
        while let Some(word) = w.next() {
            let mut rest = rows;
            let row = rest.find(|row| args::named(word, row.spellings()));
            let row = row.filter(|row| {
                row.twice != Twice::Unknown || draft.late.attrs(0).find(row.attr).is_none()
            });
            let Some(row) = row else {
                if peer {
                    w.back();
                    return Ok(true);
                }
                let said = if args::prefix(word, "help") || self.unknown.bytes().is_empty() {
                    Vec::new()
                } else {
                    fill(self.unknown.bytes(), &[name, word])
                };
                return Err(self.with_help(name, Error::refused("%", &said)));
            };
            if row.read == Read::Peer {
                peer = true;
                rows = rest;
                continue;
            }
            parse_option(&self.table, &row, word, w, draft, start)
                .map_err(|e| self.with_help(name, e))?;
        }
        Ok(peer)
    }

    /// A refusal that ends with a newline, or says nothing, has the help behind it.
    fn with_help(&self, name: &[u8], e: Error) -> Error {
        let text = e.text();
        if e.code() == REFUSED && (text.is_empty() || text.ends_with(b"\n")) {
            return Error::refused("%", &[text, &self.help(name)].concat());
        }
        e
    }

    /// Whether a change begins with what the link has.
    pub fn reads(&self) -> bool {
        self.reads
    }

    /// Adds what comes behind the words' own attributes, which begin at `start`. All names are numbers by now.
    pub fn finish(
        &self,
        name: &[u8],
        creates: bool,
        draft: &mut Draft,
        start: usize,
    ) -> Result<()> {
        let mut late = std::mem::take(&mut draft.late);
        let mut skip: &[u16] = &[];
        if let Some(finish) = self.finish {
            let mut options = Options {
                name,
                creates,
                family: draft.family,
                data: draft.msg.attrs(start),
                late: &mut late,
                warnings: &mut draft.warnings,
                skip,
            };
            finish(&mut options).map_err(|e| self.with_help(name, e))?;
            skip = options.skip;
        }
        let mut rest = self.sent.iter().filter(|sent| !skip.contains(&sent.attr()));
        while rest
            .next()
            .is_some_and(|sent| sent.put(late.attrs(0), creates, &mut draft.msg))
        {}
        Ok(())
    }

    /// The options, each with its values.
    pub fn help(&self, name: &[u8]) -> Vec<u8> {
        let mut text = fill_one("Usage: ... %", name);
        for add in OPTIONS_EXPLAINED {
            add(&self.table, &mut text);
        }
        text
    }

    /// Prints the kernel's data of this kind.
    pub fn show(&self, data: Attrs<'_>, key: &str, out: &mut Out, names: &mut Names) {
        if self.shown {
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
];

/// Looks at the options of a link together, and completes them.
pub type Finish = fn(&mut Options) -> Result<()>;

/// The options of one link, as a [`Finish`] sees them.
pub struct Options<'o> {
    /// The kind's name.
    pub name: &'o [u8],
    /// Whether the link is to be made.
    pub creates: bool,
    /// The family of `-4` and `-6`, else 0.
    pub family: u8,
    /// What goes in the order of the words.
    pub data: Attrs<'o>,
    /// What is [`Sent`] behind that; of several with a number the last counts.
    pub late: &'o mut Msg,
    /// Lines for stderr.
    pub warnings: &'o mut Vec<u8>,
    /// What is not sent after all.
    pub skip: &'static [u16],
}

impl Options<'_> {
    /// An option, if it was given.
    pub fn get(&self, attr: u16) -> Option<Attr<'_>> {
        self.late.attrs(0).find(attr).or(self.data.find(attr))
    }

    /// Its number.
    pub fn number(&self, attr: u16) -> Option<u64> {
        self.get(attr)?.number()
    }

    /// Whether it was given.
    pub fn has(&self, attr: u16) -> bool {
        self.get(attr).is_some()
    }

    /// Refuses them: `KIND: TEXT`, status 1, with the kind's help if the text ends with a newline.
    pub fn refuse(&self, text: &str) -> Result<()> {
        Err(Error::refused(
            "%",
            &fill_two("%: %", self.name, text.as_bytes()),
        ))
    }
}
