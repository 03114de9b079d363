//! A table of options, and the functions for those of its options that no type fits.

use std::ffi::CStr;

use crate::args::Words;
use crate::error::{Error, Noun, Result};
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

impl Reading<'_, '_> {
    /// Refuses the option, which belongs to a part that this build does not have.
    pub fn refuse_missing(&self, part: &str) -> Result<()> {
        Err(Error::missing_part(Noun::Option, self.row.word(), part))
    }
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

/// The help of an option that is in no part of this build: the option is not explained, and its value may be missing. See
/// [`Customs::help`].
pub const NOT_EXPLAINED: &str = " [";

/// Whether a value follows the word of a custom option.
#[derive(Clone, Copy, PartialEq)]
pub enum Value {
    /// None does.
    Never,
    /// It must.
    Always,
    /// At the end of the line it may be missing, and is then empty.
    Optional,
}

impl Value {
    /// What the help says of that: a value that may be missing stands in brackets.
    pub const fn in_help(help: &str) -> Value {
        match help.as_bytes() {
            [] => Value::Never,
            [b' ', b'[', ..] => Value::Optional,
            _ => Value::Always,
        }
    }
}

/// The functions of a table, and what its help says of their options, all by the number that is the parameter of a
/// custom type. [`customs!`](crate::customs) makes them.
pub struct Customs {
    /// The functions.
    pub functions: &'static [Custom],
    /// Whether a value follows the word.
    pub values: &'static [Value],
    /// What follows the word in the help, with a blank in front: nothing, or the value, in brackets if it may be missing.
    /// Behind each is a newline. Nothing of this is in a build that explains no options.
    pub help: Text,
}

static NO_CUSTOMS: Customs = Customs {
    functions: &[],
    values: &[],
    help: Text::new(c""),
};

/// [`Customs::help`] of texts that are [joined](crate::joined).
pub const fn kept_help(joined: &'static [u8]) -> Text {
    match CStr::from_bytes_with_nul(joined) {
        Ok(help) if cfg!(feature = "help") => Text::new(help),
        Ok(_) => Text::new(c""),
        Err(_) => panic!(),
    }
}

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

    /// Whether a value follows the word of a custom option.
    pub fn custom_value(&self, row: &Row) -> Value {
        let value = self.customs.values.get(usize::from(row.arg));
        value.copied().unwrap_or(Value::Never)
    }

    /// What follows the word of a custom option in the help.
    #[cfg(feature = "help")]
    pub fn custom_help(&self, row: &Row) -> &'static [u8] {
        crate::text::piece(self.customs.help.bytes(), b'\n', row.arg.into())
    }
}

/// Custom types by name, each with the function that reads the value, the one that prints it, and what follows the word
/// in the help (see [`Customs::help`](crate::row::table::Customs)); and the table of all that.
///
/// ```ignore
/// customs! {
///     static CUSTOMS;
///     CIPHER: parse_cipher, show_cipher, " NAME";
///     STATE: NEVER_SET, show_state, "";
/// }
/// ```
#[macro_export]
macro_rules! customs {
    ($vis:vis static $table:ident; $($name:ident: $parse:expr, $print:expr, $help:expr;)*) => {
        $vis static $table: $crate::row::table::Customs = $crate::row::table::Customs {
            functions: &[$($crate::row::table::Custom { parse: $parse, print: $print }),*],
            values: &[$($crate::row::table::Value::in_help($help)),*],
            help: $crate::row::table::kept_help($crate::joined!(&[$($help),*])),
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

/// Custom types of a table whose functions have one more argument, what the words of a command say beside attributes. By
/// name, each with the part that it needs, the function that reads the words behind, and what the help has of these (see
/// [`Customs::help`](crate::row::table::Customs)). Makes `PARSERS`, by the number of the type, and `CUSTOMS` without functions.
///
/// ```ignore
/// settings! {
///     parsers: Parse;
///     NAME: set_name, " NAME";
///     VF (part "vf"): crate::ip::link::vf::parse, " ...";
/// }
/// ```
#[macro_export]
macro_rules! settings {
    (parsers: $type:ty; $($name:ident $((part $part:literal))?: $parse:expr, $help:literal;)*) => {
        static PARSERS: &[$type] = &[$($crate::settings!(@parse $type, $($part,)? $parse)),*];
        static CUSTOMS: $crate::row::table::Customs = $crate::row::table::Customs {
            functions: &[],
            values: &[$($crate::row::table::Value::in_help($crate::settings!(@help $($part,)? $help))),*],
            help: $crate::row::table::kept_help(
                $crate::joined!(&[$($crate::settings!(@help $($part,)? $help)),*])
            ),
        };
        $crate::custom_types!($($name)*);
    };
    (@help $help:literal) => { $help };
    (@help $part:literal, $help:literal) => {
        match cfg!(feature = $part) {
            true => $help,
            false => $crate::row::table::NOT_EXPLAINED,
        }
    };
    (@parse $type:ty, $parse:expr) => {{
        const PARSE: $type = $parse;
        PARSE
    }};
    (@parse $type:ty, $part:literal, $parse:expr) => {{
        #[cfg(feature = $part)]
        const PARSE: $type = $parse;
        #[cfg(not(feature = $part))]
        const PARSE: $type = |r, _| r.refuse_missing($part);
        PARSE
    }};
}
