//! A table of options, and the functions for those of its options that no type fits.

use std::ffi::CStr;

use crate::args::Words;
use crate::error::Result;
use crate::names::Names;
use crate::nl::wire::{Attr, Index};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::{Row, Rows};
use crate::sys::Text;

/// An option whose word was just taken, and all that reading its value may need and change.
pub struct Reading<'r, 'a> {
    /// The table of the option.
    pub table: &'r Table,
    /// The option.
    pub row: &'r Row,
    /// The word behind the option's; empty where none belongs to it.
    pub value: &'a [u8],
    /// False if the option's word was given with `no` before it.
    pub on: bool,
    /// The words behind the value.
    pub w: &'r mut Words<'a>,
    /// What the value is added to.
    pub draft: &'r mut Draft<'a>,
}

/// Reads the value of an option, which the reading has, and adds it to the draft.
pub type Parse = for<'r, 'a> fn(&mut Reading<'r, 'a>) -> Result<()>;
/// Prints an option: its payload (that of [`Show::Ever`](super::types::Show::Ever) may be missing), and all attributes
/// beside it.
pub type Print = fn(&Row, Attr, &Index, &mut Out, &mut Names);

/// How an option is read and printed that no type fits.
pub struct Custom {
    /// Reads it.
    pub parse: Parse,
    /// Prints it.
    pub print: Print,
}

/// The reading of an option that is only printed.
pub const NEVER_SET: Parse = |_| Ok(());
/// The printing of an option that is only set.
pub const NEVER_SHOWN: Print = |_, _, _, _, _| {};

/// The help of an option that is in no part of this build: the option is not explained. See [`Customs::help`].
pub const NOT_EXPLAINED: &CStr = c"-";

/// The functions of a table, and what its help says of their options, both by the number that is the parameter of a
/// custom type. [`customs!`](crate::customs) makes them.
pub struct Customs {
    /// The functions.
    pub functions: &'static [Custom],
    /// What follows the word in the help, with a blank in front. If nothing does, no value is read from the words; in
    /// brackets, the value may be missing at the end of the line, and is then empty.
    pub help: &'static [Text],
}

static NO_CUSTOMS: Customs = Customs {
    functions: &[],
    help: &[],
};

/// The options of a kind of link, or the words of a command.
#[derive(Clone, Copy)]
pub struct Table {
    /// The options, in the order in which they are printed and a word is looked for.
    pub rows: Rows,
    customs: &'static Customs,
    wrong: Text,
}

impl Table {
    /// A table of options that need no functions.
    pub const fn new(rows: Rows) -> Table {
        Table {
            rows,
            customs: &NO_CUSTOMS,
            wrong: Text::new(c""),
        }
    }

    /// The same with functions.
    pub const fn customs(mut self, customs: &'static Customs) -> Table {
        self.customs = customs;
        self
    }

    /// The same with a reason why a value is wrong, for all options that have none of their own. `%` is the option's
    /// word.
    pub const fn wrong(mut self, reason: &'static CStr) -> Table {
        self.wrong = Text::new(reason);
        self
    }

    /// Why a value is wrong of an option that has no reason of its own.
    pub fn wrong_value(&self) -> &'static [u8] {
        self.wrong.bytes()
    }

    /// The functions of a custom option.
    pub fn custom(&self, row: &Row) -> Option<&'static Custom> {
        self.customs.functions.get(usize::from(row.arg))
    }

    /// What follows the word of a custom option in the help.
    pub fn custom_help(&self, row: &Row) -> &'static [u8] {
        let help = self.customs.help.get(usize::from(row.arg));
        help.map_or(b"", |help| help.bytes())
    }
}

/// Custom types by name, each with the function that reads the value, the one that prints it, and what follows the word
/// in the help (see [`Customs::help`](crate::row::table::Customs)); and the table of all that.
///
/// ```ignore
/// customs! {
///     static CUSTOMS;
///     CIPHER: parse_cipher, show_cipher, c" NAME";
///     STATE: NEVER_SET, show_state, c"";
/// }
/// ```
#[macro_export]
macro_rules! customs {
    ($vis:vis static $table:ident; $($name:ident: $parse:expr, $print:expr, $help:expr;)*) => {
        $vis static $table: $crate::row::table::Customs = $crate::row::table::Customs {
            functions: &[$($crate::row::table::Custom { parse: $parse, print: $print }),*],
            help: &[$($crate::sys::Text::new($help)),*],
        };
        $crate::custom_types!($vis $($name)*);
    };
}

/// Custom types with these names, numbered from 0 on.
#[macro_export]
macro_rules! custom_types {
    ($vis:vis $($name:ident)*) => {
        $($vis const $name: $crate::row::types::Ty = $crate::row::types::custom(Number::$name as u8);)*

        /// The number of each.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number {
            $($name),*
        }
    };
}
