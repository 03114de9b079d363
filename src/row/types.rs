//! The types of options. A type answers three small questions: how a value lies on the wire ([`Wire`]), how it is read from
//! words ([`Read`]), and how it is printed ([`Print`]). The constants and functions behind the enums are the types that tables
//! use; an option that none of them fits is a new combination of answers, or a [`custom`] one.
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
                const ALL: &[$name] = &[$($name::$variant),*];
                ALL.get(usize::from(number)).copied().unwrap_or(ALL[0])
            }
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

coded! {
    /// The bytes of a value in its attribute.
    Wire {
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

coded! {
    /// How a value is read from the word behind the option's own. `arg` is the parameter of the type; `values` are those of the
    /// row (see [`Opt::values`](super::option::Opt::values)).
    Read {
        /// It is not: the option is only printed.
        Nothing,
        /// One of the `values`, or a number that fits the wire.
        Number,
        /// A number of at most `arg` bits.
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
        /// Eight hexadecimal bytes joined by colons.
        Eui64,
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
        /// A number: bit number `arg` of a value is set unless it is 0; the same bit of the mask behind the value is set anyway.
        MaskedBit,
        /// The same by `on` and `off`.
        FlagBit,
        /// The same, with the refusal that [`Read::OnOff`] has for another word.
        FlagBitOneOf,
        /// A number, or `inherit`: that is the attribute `arg`, empty.
        TtlOrInherit,
        /// A number, or `inherit`: that is the attribute `arg`, a byte of 1.
        TtlOrInheritByte,
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
        /// An address that is no multicast group; one of IPv6 is the attribute `arg`.
        HostAddress,
        /// The address of a multicast group; one of IPv6 is the attribute `arg`.
        GroupAddress,
        /// IPv4 addresses joined by commas, or the empty word: a nested attribute for each, numbered from 0 on.
        Ipv4List,
        /// The same of IPv6.
        Ipv6List,
        /// An end of a tunnel over IPv4; `any` is not sent.
        Ipv4End,
        /// The same over IPv6.
        Ipv6End,
        /// The words behind it, to the end of the line, are those of the peer.
        Peer,
        /// By function number `arg` of the table. No word follows where the table's help has none.
        Custom,
    }
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

coded! {
    /// How a value is printed, behind the option's name and, if no line says otherwise, as a string in JSON.
    Print {
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
        /// The name, with `no` before it for 0: only where that is not the default, or with `-d -d`. Always a boolean in JSON.
        /// `arg` has the bits `TOGGLE_*`.
        Toggle,
        /// Bit number `arg` of a value as 0 or 1, if the mask behind the value has the bit.
        MaskedBit,
        /// A member of the list `<A,B>`, if bit number `arg` is set. Rows of one attribute that stand together are one list.
        FlagBit,
        /// A number, or `inherit` if the attribute `arg` is there.
        Ttl,
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
        /// An address that is no multicast group; that of IPv6 is the attribute `arg`, and its name in JSON ends in 6.
        HostAddress,
        /// The same, of a multicast group.
        GroupAddress,
        /// Addresses, one in each nested attribute, joined by commas; a list in JSON.
        AddressList,
        /// An end of a tunnel, `any` without an address.
        End,
        /// A bridge's identifier: its priority, a point, and its address.
        BridgeId,
        /// Hundredths of a second, as `   1.23`.
        Centiseconds,
        /// Nanoseconds in a fitting unit, as `1.5s`.
        Nanoseconds,
        /// By function number `arg` of the table.
        Custom,
    }
}

/// The type of an option.
#[derive(Clone, Copy)]
pub struct Ty {
    /// The bytes of its value.
    pub wire: Wire,
    /// How it is read.
    pub read: Read,
    /// How it is printed.
    pub print: Print,
    /// The parameter of reading and printing, where they take one.
    pub arg: u8,
}

const fn ty(wire: Wire, read: Read, print: Print) -> Ty {
    with_arg(wire, read, print, 0)
}

const fn with_arg(wire: Wire, read: Read, print: Print, arg: u8) -> Ty {
    Ty {
        wire,
        read,
        print,
        arg,
    }
}

/// Numbers, printed in decimal.
pub const U8: Ty = ty(Wire::U8, Read::Number, Print::Decimal);
pub const U16: Ty = ty(Wire::U16, Read::Number, Print::Decimal);
pub const U32: Ty = ty(Wire::U32, Read::Number, Print::Decimal);
pub const U64: Ty = ty(Wire::U64, Read::Number, Print::Decimal);
pub const S32: Ty = ty(Wire::U32, Read::Signed, Print::Signed);

/// Numbers, printed in hexadecimal.
pub const HEX16: Ty = ty(Wire::U16, Read::Number, Print::Hex);
pub const HEX32: Ty = ty(Wire::U32, Read::Number, Print::Hex);
pub const HEX_BE64: Ty = ty(Wire::Be64, Read::Number, Print::Hex);
/// The traffic class of packets, which IPv4 calls type of service.
pub const TRAFFIC_CLASS: Ty = ty(Wire::U8, Read::TrafficClass, Print::Hex);
/// The flow label of IPv6, 20 bits.
pub const FLOW_LABEL: Ty = with_arg(Wire::Be32, Read::Limited, Print::Hex, 20);
/// A port of UDP or TCP.
pub const PORT: Ty = ty(Wire::Be16, Read::Number, Print::Decimal);

/// A number of `bits` bits that is 32 bits wide on the wire.
pub const fn u32_of_bits(bits: u8) -> Ty {
    with_arg(Wire::U32, Read::Limited, Print::Decimal, bits)
}

/// One of the `values`.
pub const WORD8: Ty = ty(Wire::U8, Read::Word, Print::Word);
pub const WORD16: Ty = ty(Wire::U16, Read::Word, Print::Word);
pub const WORD32: Ty = ty(Wire::U32, Read::Word, Print::Word);
/// One of the `values`; a number without a word is not printed.
pub const WORD8_IF_KNOWN: Ty = ty(Wire::U8, Read::Word, Print::WordIfKnown);
/// One of the `values` in upper or lower case; only set.
pub const WORD8_ANY_CASE: Ty = ty(Wire::U8, Read::WordAnyCase, Print::Nothing);
/// One of the `values`, or a leading part of one.
pub const WORD8_BY_PREFIX: Ty = ty(Wire::U8, Read::WordByPrefix, Print::Word);
pub const WORD32_BY_PREFIX: Ty = ty(Wire::U32, Read::WordByPrefix, Print::Word);
/// One of the `values`, or with a warning a leading part of one.
pub const WORD8_BY_PREFIX_WARNED: Ty = ty(Wire::U8, Read::WordByPrefixWarned, Print::Word);
pub const WORD32_BY_PREFIX_WARNED: Ty = ty(Wire::U32, Read::WordByPrefixWarned, Print::Word);
/// One of the `values`, or its number.
pub const WORD8_OR_NUMBER: Ty = ty(Wire::U8, Read::WordOrNumber, Print::WordOrUnknown);
pub const WORD32_OR_NUMBER: Ty = ty(Wire::U32, Read::WordOrNumber, Print::WordOrNull);
/// Set by its number, printed as one of the `values`.
pub const NUMBER8_SHOWN_AS_WORD: Ty = with_arg(Wire::U8, Read::Limited, Print::WordOrNumber, 8);
/// Only printed, as one of the `values` or a number.
pub const SHOWN_AS_WORD: Ty = ty(Wire::Bytes, Read::Nothing, Print::WordOrBareNumber);

/// `on` or `off`.
pub const ON_OFF8: Ty = ty(Wire::U8, Read::OnOff, Print::OnOff);
pub const ON_OFF32: Ty = ty(Wire::U32, Read::OnOff, Print::OnOff);

/// An attribute without a payload: the word alone sets it.
pub const FLAG: Ty = ty(Wire::Bytes, Read::Bare, Print::Name);
/// The same, null in JSON.
pub const FLAG_NULL: Ty = ty(Wire::Bytes, Read::Bare, Print::NameOrNull);
/// Only printed: the name alone, if the number is not 0.
pub const NAME_IF_SET: Ty = ty(Wire::Bytes, Read::Nothing, Print::NameIfSet);

/// The word alone sets this number.
pub const fn fixed16(number: u8) -> Ty {
    with_arg(Wire::U16, Read::Fixed, Print::NameIfEqual, number)
}

/// The same in 32 bits; only set.
pub const fn fixed32(number: u8) -> Ty {
    with_arg(Wire::U32, Read::Fixed, Print::Nothing, number)
}

/// A byte that WORD sets to 1 and `no`WORD to 0. Text has it where it is not 0.
pub const TOGGLE_OFF: Ty = toggle(0);
/// The same; text has it where it is not 1.
pub const TOGGLE_ON: Ty = toggle(TOGGLE_DEFAULT_ON);
/// The same; text has it always.
pub const TOGGLE: Ty = toggle(TOGGLE_NO_DEFAULT);
/// The same; text has it where it is not 1, whatever the number of `-d`.
pub const TOGGLE_ON_QUIET: Ty = toggle(TOGGLE_DEFAULT_ON | TOGGLE_QUIET);

/// Bits of the parameter of [`Print::Toggle`].
pub const TOGGLE_DEFAULT_ON: u8 = 1;
pub const TOGGLE_NO_DEFAULT: u8 = 2;
pub const TOGGLE_QUIET: u8 = 4;

const fn toggle(default: u8) -> Ty {
    with_arg(Wire::U8, Read::Toggle, Print::Toggle, default)
}

/// The number of a mask's only bit.
pub const fn bit(mask: u32) -> u8 {
    assert!(mask.is_power_of_two());
    mask.trailing_zeros() as u8
}

/// One bit of an attribute, which WORD sets and `no`WORD clears. Several words add to an attribute of this and the next types,
/// so it has to be among the kind's [`Sent`](super::sent::Sent) ones.
pub const fn bit16(mask: u16) -> Ty {
    with_arg(Wire::U16, Read::SetBit, Print::NameIfBit, bit(mask as u32))
}

/// The same of 32 bits.
pub const fn bit32(mask: u32) -> Ty {
    with_arg(Wire::U32, Read::SetBit, Print::NameIfBit, bit(mask))
}

/// One of the `values`, which are bits to set.
pub const BITS16_BY_WORD: Ty = ty(Wire::U16, Read::BitsByWord, Print::Nothing);

/// 0 or 1 for one bit, by its number, of a value and of the mask behind it, both 32 bits wide.
pub const fn masked_bit(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::MaskedBit, Print::MaskedBit, number)
}

/// `on` or `off` for such a bit; those that are set are printed as a list.
pub const fn flag_bit(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::FlagBit, Print::FlagBit, number)
}

/// The same, with the refusal that `ON_OFF8` has for another word.
pub const fn flag_bit_one_of(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::FlagBitOneOf, Print::FlagBit, number)
}

/// The hop limit of packets, which IPv4 calls time to live, or `inherit`: that is the attribute `inherit`, empty.
pub const fn ttl_or_inherit(inherit: u16) -> Ty {
    with_arg(Wire::U8, Read::TtlOrInherit, Print::Ttl, inherit as u8)
}

/// The same; the attribute `inherit` is a byte of 1.
pub const fn ttl_or_inherit_byte(inherit: u16) -> Ty {
    with_arg(Wire::U8, Read::TtlOrInheritByte, Print::Ttl, inherit as u8)
}

/// Eight bytes; only set.
pub const EUI64: Ty = ty(Wire::U64, Read::Eui64, Print::Nothing);
pub const ETHERTYPE: Ty = ty(Wire::Be16, Read::Ethertype, Print::Ethertype);
pub const MAC: Ty = ty(Wire::Bytes, Read::Mac, Print::Mac);
/// An interface by its name; the attribute is its index.
pub const DEVICE: Ty = ty(Wire::U32, Read::Device, Print::Device);
/// The same; one that does not exist has the exit status of a usage error.
pub const DEVICE_WORD: Ty = ty(Wire::U32, Read::DeviceWord, Print::Device);
pub const TEXT: Ty = ty(Wire::Bytes, Read::Text, Print::Text);
/// Only printed.
pub const HEX_BYTES: Ty = ty(Wire::Bytes, Read::Nothing, Print::HexBytes);
/// Only printed.
pub const ADDRESS: Ty = ty(Wire::Bytes, Read::Nothing, Print::Address);
pub const IPV4: Ty = ty(Wire::Bytes, Read::Ipv4, Print::Address);
pub const IPV4_LIST: Ty = ty(Wire::Bytes, Read::Ipv4List, Print::AddressList);
pub const IPV6_LIST: Ty = ty(Wire::Bytes, Read::Ipv6List, Print::AddressList);
/// An end of a tunnel.
pub const IPV4_END: Ty = ty(Wire::Bytes, Read::Ipv4End, Print::End);
pub const IPV6_END: Ty = ty(Wire::Bytes, Read::Ipv6End, Print::End);
/// Only printed.
pub const BRIDGE_ID: Ty = ty(Wire::Bytes, Read::Nothing, Print::BridgeId);
/// Only printed.
pub const CENTISECONDS: Ty = ty(Wire::U64, Read::Nothing, Print::Centiseconds);
/// Only printed.
pub const NANOSECONDS: Ty = ty(Wire::U64, Read::Nothing, Print::Nanoseconds);

/// An address that is no multicast group: of IPv4 in the row's own attribute, of IPv6 in the attribute `ipv6`.
pub const fn host_address(ipv6: u16) -> Ty {
    with_arg(
        Wire::Bytes,
        Read::HostAddress,
        Print::HostAddress,
        ipv6 as u8,
    )
}

/// The same, of a multicast group.
pub const fn group_address(ipv6: u16) -> Ty {
    with_arg(
        Wire::Bytes,
        Read::GroupAddress,
        Print::GroupAddress,
        ipv6 as u8,
    )
}

/// The words behind it are those of the peer.
pub const PEER: Ty = ty(Wire::Bytes, Read::Peer, Print::Nothing);

/// Read and printed by functions of the table; see [`customs!`](crate::customs), which makes these.
pub const fn custom(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::Custom, Print::Custom, number)
}
