//! A table of options, and the functions for what its rows cannot say.

use std::ffi::CStr;

use crate::args::Words;
use crate::error::Result;
use crate::names::Names;
use crate::nl::wire::{Attr, Attrs};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::{Row, Rows};
use crate::sys::Text;

/// Reads what the word that set the row, and the words after it, mean, and adds it to the draft.
pub type Parse = for<'a> fn(&Row, &[u8], &mut Words<'a>, &mut Draft<'a>) -> Result<()>;
/// Prints an option: the row's own attribute, if it is there, and all the data that it is a part of.
pub type Print = fn(&Row, Option<Attr>, Attrs, &mut Out, &mut Names);

/// How an option is read and printed that no type fits.
pub struct Custom {
    /// Reads it.
    pub parse: Parse,
    /// Prints it.
    pub print: Print,
}

/// The reader of what is only shown.
pub const NEVER_SET: Parse = |_, _, _, _| Ok(());
/// The printer of what is only set.
pub const NEVER_SHOWN: Print = |_, _, _, _, _| {};

/// What a family brings along for the rows whose type is custom, by their number; see [`customs!`](crate::customs).
pub struct Customs {
    /// How they are read and printed.
    pub functions: &'static [Custom],
    /// What follows their words in the help.
    pub help: &'static [&'static str],
}

static NO_CUSTOMS: Customs = Customs {
    functions: &[],
    help: &[],
};

/// Options of one kind of object.
#[derive(Clone, Copy)]
pub struct Table {
    /// In the order in which they are printed.
    pub rows: Rows,
    /// For the rows that are custom.
    pub customs: &'static Customs,
    /// Why a value is wrong, where the row says nothing: `%` is the option's word.
    wrong: Text,
}

impl Table {
    /// A table of rows that need no functions.
    pub const fn new(rows: Rows) -> Table {
        Table {
            rows,
            customs: &NO_CUSTOMS,
            wrong: Text::new(c""),
        }
    }

    /// The same with functions of its own.
    pub const fn customs(mut self, customs: &'static Customs) -> Table {
        self.customs = customs;
        self
    }

    /// The same with a reason of its own.
    pub const fn wrong(mut self, reason: &'static CStr) -> Table {
        self.wrong = Text::new(reason);
        self
    }

    /// Why a value is wrong, where the row says nothing.
    pub fn wrong_value(&self) -> &'static [u8] {
        self.wrong.bytes()
    }
}

/// A family's own functions, as a table and as types of options with the names in front: how an option is read, how it is
/// printed, and what follows its word in the help.
///
/// ```ignore
/// customs! {
///     static CUSTOMS;
///     SCI: parse_sci, NEVER_SHOWN, " NUMBER";
///     CIPHER: parse_cipher, show_cipher, " NAME";
/// }
/// ```
#[macro_export]
macro_rules! customs {
    ($vis:vis static $table:ident; $($name:ident: $parse:expr, $print:expr, $help:expr;)*) => {
        $vis static $table: $crate::row::table::Customs = $crate::row::table::Customs {
            functions: &[$($crate::row::table::Custom { parse: $parse, print: $print }),*],
            help: &[$($help),*],
        };
        $crate::number_types!($vis $($name)*);
    };
}

/// Custom types with these names, numbered from 0 on.
#[macro_export]
macro_rules! number_types {
    ($vis:vis $($name:ident)*) => {
        $($vis const $name: $crate::row::types::Ty = $crate::row::types::custom(Number::$name as u8);)*

        /// The place of each in its table.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number {
            $($name),*
        }
    };
}
