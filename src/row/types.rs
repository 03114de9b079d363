//! The types of options. A type answers three small questions: how a value lies on the wire ([`Wire`]), how it is read
//! from words ([`Read`]), and how it is printed ([`Print`]). The constants and functions behind these enums are the
//! types that tables use. An option that none of them fits is a new combination of answers, or a [`custom`] one.
#![allow(missing_docs, reason = "many names say it all")]

/// An enum without data, of which a packed row has the number in some bits of a byte.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq)]
        pub enum $name {
            $($(#[$about])* $variant,)*
        }

        impl $name {
            /// The variant with that number, the first for a number that none has.
            pub fn of(number: u8) -> $name {
                $(if number == $name::$variant as u8 {
                    return $name::$variant;
                })*
                $name::FIRST
            }

            const FIRST: $name = [$($name::$variant),*][0];
        }
    };
}

coded! {
    /// When an option is printed. Unless it says otherwise, only if the kernel sent its attribute.
    Show {
        /// In text and in JSON.
        Always,
        /// Also without the attribute, which then counts as a byte of 0.
        Ever,
        /// Not at all: the option can only be set.
        Never,
        /// As `Always`; without the attribute none of the rows below is printed either.
        First,
        /// In text, not in JSON.
        TextOnly,
        /// In JSON, not in text.
        JsonOnly,
        /// If a byte of the payload is not 0.
        NonZero,
        /// In text as `NonZero`, in JSON as `Always`.
        TextNonZero,
    }
}

coded! {
    /// What it means to give an option twice.
    Twice {
        /// Nothing is wrong with it.
        Allowed,
        /// `duplicate "WORD": "VALUE" is the second value.`
        Duplicate,
        /// `either "WORD" is duplicate, or "VALUE" is garbage.`
        Garbage,
        /// The second is an unknown word, and so is any other option of the same attribute.
        Unknown,
    }
}

/// The bytes of a value in its attribute.
#[derive(Clone, Copy, PartialEq)]
pub enum Wire {
    /// As many as the value has: an address, a string, none, or what a function makes of it.
    Bytes,
    /// Numbers in the byte order of the host.
    U8,
    U16,
    U32,
    U64,
    /// Numbers in network byte order.
    Be16,
    Be32,
    Be64,
}

impl Wire {
    /// The width of a number in bytes; 0 for [`Wire::Bytes`].
    pub const fn width(self) -> u8 {
        match self {
            Wire::Bytes => 0,
            Wire::U8 => 1,
            Wire::U16 | Wire::Be16 => 2,
            Wire::U32 | Wire::Be32 => 4,
            Wire::U64 | Wire::Be64 => 8,
        }
    }

    /// Swaps a number between the byte orders of the host and of the wire, either way.
    pub fn swap(self, n: u64) -> u64 {
        match self {
            Wire::Be16 => u16::to_be(n as u16).into(),
            Wire::Be32 => u32::to_be(n as u32).into(),
            Wire::Be64 => n.to_be(),
            _ => n,
        }
    }
}

/// How a value is read from the word behind the option's own. `arg` is the parameter of the type; `values` are those of
/// the row (see [`Opt::values`](super::option::Opt::values)).
#[derive(Clone, Copy, PartialEq)]
pub enum Read {
    /// It is not: the option is only printed.
    Nothing,
    /// One of the `values`, or a number that fits the wire.
    Number,
    /// A number that fits the wire, and none of the `values`.
    PlainNumber,
    /// The same, of at most `arg` bits.
    Limited,
    /// A signed number of 32 bits.
    Signed,
    /// A traffic class: one of the `values`, a hexadecimal number below 0x100, or a name of the file `rt_dsfield`.
    TrafficClass,
    /// One of the `values`.
    Word,
    /// One of the `values` in upper or lower case.
    WordAnyCase,
    /// The first of the `values` that the word is a leading part of.
    WordByPrefix,
    /// The same, with a warning where it is not the whole word.
    WordByPrefixWarned,
    /// One of the `values`, or its number.
    WordOrNumber,
    /// `on` or `off`.
    OnOff,
    /// No word follows, and the number is 0 (with [`Wire::Bytes`]: the attribute is empty).
    Bare,
    /// No word follows, and the number is `arg`.
    Fixed,
    /// No word follows. The number is 1, or 0 for the word with `no` before it.
    Toggle,
    /// No word follows. Bit number `arg` is set, or cleared for the word with `no` before it.
    SetBit,
    /// One of the `values`, which are bits to set.
    BitsByWord,
    /// A number: bit number `arg` of a value is set unless it is 0; the same bit of the mask behind the value is set
    /// anyway.
    MaskedBit,
    /// The same by `on` and `off`.
    FlagBit,
    /// The same, with the refusal that [`Read::OnOff`] has for another word.
    FlagBitOneOf,
    /// The name or the number of an ethertype.
    Ethertype,
    /// A link-layer address.
    Mac,
    /// The name of an interface, of which the index is sent.
    Device,
    /// The same; an interface that does not exist has the exit status of a usage error.
    DeviceWord,
    /// A string.
    Text,
    /// An IPv4 address.
    Ipv4,
    /// The words behind it, to the end of the line, are those of the peer.
    Peer,
    /// By function number `arg` of the table. No word follows where the table's help has none.
    Custom,
}

impl Read {
    /// Whether no value follows the option's word.
    pub fn is_bare(self) -> bool {
        matches!(
            self,
            Read::Bare | Read::Fixed | Read::Toggle | Read::SetBit | Read::Peer
        )
    }
}

/// How a value is printed, behind the option's name and, if no line says otherwise, as a string in JSON.
#[derive(Clone, Copy, PartialEq)]
pub enum Print {
    /// Not at all.
    Nothing,
    /// In decimal, a number in JSON; in text one of the `values`, if that number has a word.
    Decimal,
    /// A signed number of 32 bits.
    Signed,
    /// As `0x1f`, or `0`; in text one of the `values`, if that number has a word.
    Hex,
    /// One of the `values`, else `unknown`.
    Word,
    /// One of the `values`, else `<unknown>`.
    WordOrUnknownMark,
    /// One of the `values`, else `UNKNOWN`.
    WordOrUnknown,
    /// The same; `none` is null in JSON.
    WordOrNull,
    /// One of the `values`, else nothing.
    WordIfKnown,
    /// One of the `values`, else `(N)`, in JSON the number under the row's other name.
    WordOrNumber,
    /// The same, but `N` in text as well.
    WordOrBareNumber,
    /// `on` or `off`, a boolean in JSON.
    OnOff,
    /// The name alone, `true` in JSON.
    Name,
    /// The name alone, null in JSON.
    NameOrNull,
    /// The name alone, if the number is not 0.
    NameIfSet,
    /// The name alone, if bit number `arg` is set.
    NameIfBit,
    /// The name alone, if the number is `arg`.
    NameIfEqual,
    /// The name, with `no` before it for 0: only where that is not the default, or with `-d -d`. Always a boolean in
    /// JSON. `arg` has the bits `TOGGLE_*`.
    Toggle,
    /// Bit number `arg` of a value as 0 or 1, if the mask behind the value has the bit.
    MaskedBit,
    /// A member of the list `<A,B>`, if bit number `arg` is set. Rows of one attribute that stand together are one
    /// list.
    FlagBit,
    /// The name of an ethertype.
    Ethertype,
    /// A link-layer address.
    Mac,
    /// The name of an interface.
    Device,
    /// A string.
    Text,
    /// Bytes in hexadecimal.
    HexBytes,
    /// An address of IPv4 or IPv6, by its length.
    Address,
    /// A bridge's identifier: its priority, a point, and its address.
    BridgeId,
    /// Hundredths of a second, as `   1.23`.
    Centiseconds,
    /// Nanoseconds in a fitting unit, as `1.5s`.
    Nanoseconds,
    /// By function number `arg` of the table.
    Custom,
}

/// The type of an option: its place among all types, and the parameter of reading and printing where they take one.
#[derive(Clone, Copy)]
pub struct Ty {
    /// The place in [`TYPES`].
    pub place: u8,
    /// The parameter.
    pub arg: u8,
}

impl Ty {
    const fn with(self, arg: u8) -> Ty {
        Ty { arg, ..self }
    }
}

/// The three answers of a type.
pub struct Answers {
    /// The bytes of its value.
    pub wire: Wire,
    /// How it is read.
    pub read: Read,
    /// How it is printed.
    pub print: Print,
}

/// Types by name, with their answers; and the list of all, so that a packed row has one byte for them.
macro_rules! types {
    ($($(#[$doc:meta])* $vis:vis $name:ident = $wire:ident, $read:ident, $print:ident;)*) => {
        $(
            $(#[$doc])*
            $vis const $name: Ty = Ty { place: Place::$name as u8, arg: 0 };
        )*

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place {
            $($name),*
        }

        /// All types.
        pub static TYPES: &[Answers] = &[
            $(Answers { wire: Wire::$wire, read: Read::$read, print: Print::$print }),*
        ];
    };
}

types! {
    /// Numbers, printed in decimal.
    pub U8 = U8, Number, Decimal;
    pub U16 = U16, Number, Decimal;
    pub U32 = U32, Number, Decimal;
    pub U64 = U64, Number, Decimal;
    pub S32 = U32, Signed, Signed;
    /// Numbers, printed in hexadecimal.
    pub HEX16 = U16, Number, Hex;
    pub HEX32 = U32, Number, Hex;
    pub BE32 = Be32, Number, Decimal;
    pub BE64 = Be64, Number, Decimal;
    pub HEX_BE64 = Be64, Number, Hex;
    /// The traffic class of packets, which IPv4 calls type of service.
    pub TRAFFIC_CLASS = U8, TrafficClass, Hex;
    /// The same, printed in decimal.
    pub DECIMAL_TRAFFIC_CLASS = U8, TrafficClass, Decimal;
    /// A port of UDP or TCP.
    pub PORT = Be16, Number, Decimal;

    /// One of the `values`.
    pub WORD8 = U8, Word, Word;
    pub WORD16 = U16, Word, Word;
    pub WORD32 = U32, Word, Word;
    /// The same; a number without a word is printed as `<unknown>`.
    pub WORD32_OR_UNKNOWN = U32, Word, WordOrUnknownMark;
    /// One of the `values`; a number without a word is not printed.
    pub WORD8_IF_KNOWN = U8, Word, WordIfKnown;
    /// One of the `values` in upper or lower case; only set.
    pub WORD8_ANY_CASE = U8, WordAnyCase, Nothing;
    /// One of the `values`, or a leading part of one.
    pub WORD8_BY_PREFIX = U8, WordByPrefix, Word;
    pub WORD32_BY_PREFIX = U32, WordByPrefix, Word;
    /// One of the `values`, or with a warning a leading part of one.
    pub WORD8_BY_PREFIX_WARNED = U8, WordByPrefixWarned, Word;
    pub WORD32_BY_PREFIX_WARNED = U32, WordByPrefixWarned, Word;
    /// One of the `values`, or its number.
    pub WORD8_OR_NUMBER = U8, WordOrNumber, WordOrUnknown;
    pub WORD32_OR_NUMBER = U32, WordOrNumber, WordOrNull;
    /// Set by its number, printed as one of the `values`.
    pub NUMBER8_SHOWN_AS_WORD = U8, PlainNumber, WordOrNumber;
    /// Only printed, as one of the `values` or a number.
    pub SHOWN_AS_WORD = Bytes, Nothing, WordOrBareNumber;

    /// `on` or `off`.
    pub ON_OFF8 = U8, OnOff, OnOff;
    pub ON_OFF32 = U32, OnOff, OnOff;
    /// An attribute without a payload: the word alone sets it.
    pub FLAG = Bytes, Bare, Name;
    /// The same, null in JSON.
    pub FLAG_NULL = Bytes, Bare, NameOrNull;
    /// Only printed: the name alone, if the number is not 0.
    pub NAME_IF_SET = Bytes, Nothing, NameIfSet;

    pub ETHERTYPE = Be16, Ethertype, Ethertype;
    pub MAC = Bytes, Mac, Mac;
    /// An interface by its name; the attribute is its index.
    pub DEVICE = U32, Device, Device;
    /// The same; one that does not exist has the exit status of a usage error.
    pub DEVICE_WORD = U32, DeviceWord, Device;
    pub TEXT = Bytes, Text, Text;
    /// Only printed.
    pub HEX_BYTES = Bytes, Nothing, HexBytes;
    /// Only printed.
    pub ADDRESS = Bytes, Nothing, Address;
    pub IPV4 = Bytes, Ipv4, Address;
    /// Only printed.
    pub BRIDGE_ID = Bytes, Nothing, BridgeId;
    /// Only printed.
    pub CENTISECONDS = U64, Nothing, Centiseconds;
    /// Only printed.
    pub NANOSECONDS = U64, Nothing, Nanoseconds;
    /// The words behind it are those of the peer.
    pub PEER = Bytes, Peer, Nothing;

    // Types with a parameter, for the functions below.
    LIMITED_U32 = U32, Limited, Decimal;
    LIMITED_BE32 = Be32, Limited, Hex;
    FIXED16 = U16, Fixed, NameIfEqual;
    FIXED32 = U32, Fixed, Nothing;
    TOGGLE8 = U8, Toggle, Toggle;
    BIT16 = U16, SetBit, NameIfBit;
    BIT32 = U32, SetBit, NameIfBit;
    MASKED_BIT = Bytes, MaskedBit, MaskedBit;
    FLAG_BIT = Bytes, FlagBit, FlagBit;
    FLAG_BIT_ONE_OF = Bytes, FlagBitOneOf, FlagBit;
    CUSTOM = Bytes, Custom, Custom;
    WORD32_CUSTOM = U32, Word, Custom;
    /// One of the `values`, which are bits to set.
    pub BITS16_BY_WORD = U16, BitsByWord, Nothing;
}

/// The flow label of IPv6, 20 bits.
pub const FLOW_LABEL: Ty = LIMITED_BE32.with(20);
/// The same where the kernel checks it.
pub const ANY_FLOW_LABEL: Ty = LIMITED_BE32.with(32);

/// A number of `bits` bits that is 32 bits wide on the wire.
pub const fn u32_of_bits(bits: u8) -> Ty {
    LIMITED_U32.with(bits)
}

/// The word alone sets this number.
pub const fn fixed16(number: u8) -> Ty {
    FIXED16.with(number)
}

/// The same in 32 bits; only set.
pub const fn fixed32(number: u8) -> Ty {
    FIXED32.with(number)
}

/// A byte that WORD sets to 1 and `no`WORD to 0. Text has it where it is not 0.
pub const TOGGLE_OFF: Ty = TOGGLE8;
/// The same; text has it where it is not 1.
pub const TOGGLE_ON: Ty = TOGGLE8.with(TOGGLE_DEFAULT_ON);
/// The same; text has it always.
pub const TOGGLE: Ty = TOGGLE8.with(TOGGLE_NO_DEFAULT);
/// The same; text has it where it is not 1, whatever the number of `-d`.
pub const TOGGLE_ON_QUIET: Ty = TOGGLE8.with(TOGGLE_DEFAULT_ON | TOGGLE_QUIET);

/// Bits of the parameter of [`Print::Toggle`].
pub const TOGGLE_DEFAULT_ON: u8 = 1;
pub const TOGGLE_NO_DEFAULT: u8 = 2;
pub const TOGGLE_QUIET: u8 = 4;

/// One bit of an attribute, which WORD sets and `no`WORD clears. Several words add to an attribute of this and the next
/// types, so it has to be among the kind's [`Sent`](super::sent::Sent) ones; those of [`BITS16_BY_WORD`] as well.
pub const fn bit16(mask: u16) -> Ty {
    BIT16.with(bit_number(mask as u32))
}

/// The same of 32 bits.
pub const fn bit32(mask: u32) -> Ty {
    BIT32.with(bit_number(mask))
}

const fn bit_number(mask: u32) -> u8 {
    assert!(mask.is_power_of_two());
    mask.trailing_zeros() as u8
}

/// 0 or 1 for one bit, by its number, of a value and of the mask behind it, both 32 bits wide.
pub const fn masked_bit(number: u8) -> Ty {
    MASKED_BIT.with(number)
}

/// `on` or `off` for such a bit; those that are set are printed as a list.
pub const fn flag_bit(number: u8) -> Ty {
    FLAG_BIT.with(number)
}

/// The same, with the refusal that [`ON_OFF8`] has for another word.
pub const fn flag_bit_one_of(number: u8) -> Ty {
    FLAG_BIT_ONE_OF.with(number)
}

/// Read and printed by functions of the table; see [`customs!`](crate::customs), which makes these.
pub const fn custom(number: u8) -> Ty {
    CUSTOM.with(number)
}

/// One of the `values`, printed by the function of a custom type.
pub const fn word32_shown_by(custom: Ty) -> Ty {
    WORD32_CUSTOM.with(custom.arg)
}
