//! The types of options: how a value lies on the wire, how it is read from words, and how it is printed. Three small questions;
//! a type is one answer to each.
#![allow(missing_docs, reason = "a name says it all where there is no comment")]

/// An enum without data that is stored as a byte in a packed row.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq)]
        pub enum $name {
            $($(#[$about])* $variant,)*
        }

        impl $name {
            /// The variant with that number.
            pub fn of(byte: u8) -> $name {
                const ALL: &[$name] = &[$($name::$variant),*];
                ALL.get(usize::from(byte)).copied().unwrap_or(ALL[0])
            }
        }
    };
}

coded! {
    /// What bytes a value is.
    Wire {
        /// None, or whatever the reading makes.
        Bytes,
        U8,
        U16,
        U32,
        U64,
        /// Network order.
        Be16,
        Be32,
        Be64,
    }
}

impl Wire {
    /// The bytes of a number; 0 if it is none.
    pub const fn width(self) -> u8 {
        match self {
            Wire::Bytes => 0,
            Wire::U8 => 1,
            Wire::U16 | Wire::Be16 => 2,
            Wire::U32 | Wire::Be32 => 4,
            Wire::U64 | Wire::Be64 => 8,
        }
    }

    /// Between the order of the host and that of the wire, either way.
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
    /// What words a value is read from. Some take a parameter, the type's `arg`.
    Read {
        /// The option is only shown.
        Nothing,
        /// A word of the row's `values`, or a number that the wire has room for.
        Number,
        /// A number of at most `arg` bits, and no word.
        Limited,
        /// A signed number of 32 bits.
        Signed,
        /// A hexadecimal number, a word of the row, or a name of the file `rt_dsfield`: a traffic class.
        Dsfield,
        /// One of the row's words.
        Word,
        /// The same in any case of letters.
        WordAnyCase,
        /// One of the row's words, or the first that it is a leading part of.
        WordByPrefix,
        /// The same, with a warning where it is a leading part.
        WordByPrefixWarned,
        /// One of the row's words, or the number of one.
        WordOrNumber,
        /// Eight bytes in hexadecimal joined by colons.
        Eui64,
        /// `on` or `off`.
        OnOff,
        /// No value follows: an empty attribute.
        Bare,
        /// No value follows: the number `arg`.
        Fixed,
        /// No value follows: 1, or 0 for the word with `no` before it.
        Toggle,
        /// No value follows: bit number `arg` is set, or cleared for the word with `no` before it.
        SetBit,
        /// One of the row's words sets its bits.
        BitsByWord,
        /// 0 or 1 for bit number `arg` of a value, and of a mask behind it.
        MaskedBit,
        /// `on` or `off` for such a bit.
        FlagBit,
        /// The same; another word is refused in the way of [`Read::OnOff`].
        FlagBitOneOf,
        /// A number, or `inherit`: an empty attribute with the number `arg`.
        TtlOrInherit,
        /// A number, or `inherit`: a byte, 1, in the attribute with the number `arg`.
        TtlOrInheritByte,
        /// An ethertype by name or number.
        Ethertype,
        /// A link-layer address.
        Mac,
        /// A device by its name.
        Device,
        /// The same; one that is not there is a wrong word, with that exit status.
        DeviceWord,
        /// A string.
        Text,
        /// An IPv4 address.
        Ipv4,
        /// An address of a host; the number of the attribute for IPv6 is `arg`.
        HostAddress,
        /// An address of a multicast group; the same.
        GroupAddress,
        /// IPv4 addresses joined by commas, perhaps none: each is an attribute inside, by its place.
        Ipv4List,
        Ipv6List,
        /// One end of a tunnel over IPv4; `any` is not sent.
        Ipv4End,
        Ipv6End,
        /// No value follows, but the words of the peer.
        Peer,
        /// Function number `arg` of the table.
        Custom,
    }
}

impl Read {
    /// Whether no value follows the word.
    pub fn is_bare(self) -> bool {
        matches!(
            self,
            Read::Bare | Read::Fixed | Read::Toggle | Read::SetBit | Read::Peer
        )
    }
}

coded! {
    /// What text and JSON a value is. Names and words are the row's.
    Print {
        /// The option is only set.
        Nothing,
        /// A number; in text the row's word for it, if there is one.
        Decimal,
        Signed,
        /// `0x1f`, and `0`; in text the row's word for it, if there is one.
        Hex,
        /// The row's word, or `unknown`.
        Word,
        /// The row's word, or `UNKNOWN`.
        WordOrUnknown,
        /// The same; the word `none` is null in JSON.
        WordOrNull,
        /// The row's word, or nothing at all.
        WordIfKnown,
        /// The row's word, or `(N)`; in JSON the number.
        WordOrNumber,
        /// The row's word, or the number.
        WordOrBareNumber,
        /// `on` or `off`; a boolean in JSON.
        OnOff,
        /// The name alone; `true` in JSON.
        Name,
        /// The same; null in JSON.
        NameOrNull,
        /// The name alone, if the number is not 0.
        NameIfSet,
        /// The name alone, if bit number `arg` is set.
        NameIfBit,
        /// The name alone, if the number is `arg`.
        NameIfEqual,
        /// The name, with `no` before it or not, where it is not the default, and with `-d -d`; always a boolean in JSON. `arg` is
        /// a `TOGGLE_` of this file.
        Toggle,
        /// Bit number `arg` of a value, if it is in the mask behind it.
        MaskedBit,
        /// A member of the list `<A,B>` if bit number `arg` is set. The first row of an attribute opens the list for all.
        FlagBit,
        /// A number, or `inherit` if the attribute with the number `arg` is there.
        Ttl,
        Ethertype,
        Mac,
        /// A device by its name.
        Device,
        Text,
        /// Bytes in hexadecimal.
        HexBytes,
        /// An address of IPv4 or IPv6, by its length.
        Address,
        /// The address of a host; the attribute for IPv6 is `arg`, and its key in JSON ends in 6.
        HostAddress,
        /// The same of a multicast group.
        GroupAddress,
        /// Addresses joined by commas.
        AddressList,
        /// One end of a tunnel, `any` where there is none.
        End,
        /// A bridge's id: priority and address.
        BridgeId,
        /// Hundredths of a second, as `   1.23`.
        Centiseconds,
        Nanoseconds,
        /// Function number `arg` of the table.
        Custom,
    }
}

/// The type of an option.
#[derive(Clone, Copy)]
pub struct Ty {
    /// What bytes.
    pub wire: Wire,
    /// What words.
    pub read: Read,
    /// What text.
    pub print: Print,
    /// The parameter of the reading and the printing, where they take one.
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

/// Numbers in host order, printed in decimal.
pub const U8: Ty = ty(Wire::U8, Read::Number, Print::Decimal);
pub const U16: Ty = ty(Wire::U16, Read::Number, Print::Decimal);
pub const U32: Ty = ty(Wire::U32, Read::Number, Print::Decimal);
pub const U64: Ty = ty(Wire::U64, Read::Number, Print::Decimal);
pub const S32: Ty = ty(Wire::U32, Read::Signed, Print::Signed);

/// Numbers printed in hexadecimal.
pub const HEX16: Ty = ty(Wire::U16, Read::Number, Print::Hex);
pub const HEX32: Ty = ty(Wire::U32, Read::Number, Print::Hex);
pub const HEX_BE64: Ty = ty(Wire::Be64, Read::Number, Print::Hex);
/// The traffic class of packets.
pub const DSFIELD: Ty = ty(Wire::U8, Read::Dsfield, Print::Hex);
/// The flow label of IPv6.
pub const FLOW_LABEL: Ty = with_arg(Wire::Be32, Read::Limited, Print::Hex, 20);
/// A port in network order.
pub const PORT: Ty = ty(Wire::Be16, Read::Number, Print::Decimal);

/// A number of 32 bits on the wire, of which only the low ones are used.
pub const fn u32_of_bits(bits: u8) -> Ty {
    with_arg(Wire::U32, Read::Limited, Print::Decimal, bits)
}

/// One of the row's words.
pub const WORD8: Ty = ty(Wire::U8, Read::Word, Print::Word);
pub const WORD16: Ty = ty(Wire::U16, Read::Word, Print::Word);
pub const WORD32: Ty = ty(Wire::U32, Read::Word, Print::Word);
/// The same, and not shown at all if there is no word for it.
pub const WORD8_IF_KNOWN: Ty = ty(Wire::U8, Read::Word, Print::WordIfKnown);
/// The same in any case of letters; only set.
pub const WORD8_ANY_CASE: Ty = ty(Wire::U8, Read::WordAnyCase, Print::Nothing);
/// One of the row's words, or a leading part of one.
pub const WORD8_BY_PREFIX: Ty = ty(Wire::U8, Read::WordByPrefix, Print::Word);
pub const WORD32_BY_PREFIX: Ty = ty(Wire::U32, Read::WordByPrefix, Print::Word);
/// The same, with a warning.
pub const WORD8_BY_PREFIX_WARNED: Ty = ty(Wire::U8, Read::WordByPrefixWarned, Print::Word);
pub const WORD32_BY_PREFIX_WARNED: Ty = ty(Wire::U32, Read::WordByPrefixWarned, Print::Word);
/// One of the row's words, or the number of one.
pub const WORD8_OR_NUMBER: Ty = ty(Wire::U8, Read::WordOrNumber, Print::WordOrUnknown);
pub const WORD32_OR_NUMBER: Ty = ty(Wire::U32, Read::WordOrNumber, Print::WordOrNull);
/// A number to set, one of the row's words in print.
pub const NUMBER8_SHOWN_AS_WORD: Ty = with_arg(Wire::U8, Read::Limited, Print::WordOrNumber, 8);
/// The row's word or the number; only shown.
pub const SHOWN_AS_WORD: Ty = ty(Wire::Bytes, Read::Nothing, Print::WordOrBareNumber);

/// `on` or `off`.
pub const ON_OFF8: Ty = ty(Wire::U8, Read::OnOff, Print::OnOff);
pub const ON_OFF32: Ty = ty(Wire::U32, Read::OnOff, Print::OnOff);

/// An empty attribute.
pub const FLAG: Ty = ty(Wire::Bytes, Read::Bare, Print::Name);
/// The same, null in JSON.
pub const FLAG_NULL: Ty = ty(Wire::Bytes, Read::Bare, Print::NameOrNull);
/// The name alone, if the number is not 0; only shown.
pub const NAME_IF_SET: Ty = ty(Wire::Bytes, Read::Nothing, Print::NameIfSet);

/// No value: the number alone.
pub const fn fixed16(number: u8) -> Ty {
    with_arg(Wire::U16, Read::Fixed, Print::NameIfEqual, number)
}

/// The same in 32 bits; only set.
pub const fn fixed32(number: u8) -> Ty {
    with_arg(Wire::U32, Read::Fixed, Print::Nothing, number)
}

/// WORD or `no`WORD, a byte. The default, at which nothing is shown, is off.
pub const TOGGLE_OFF: Ty = toggle(0);
/// The default is on.
pub const TOGGLE_ON: Ty = toggle(TOGGLE_DEFAULT_ON);
/// There is no default: it is always shown.
pub const TOGGLE: Ty = toggle(TOGGLE_NO_DEFAULT);
/// The default is on, and not shown with `-d -d` either.
pub const TOGGLE_ON_QUIET: Ty = toggle(TOGGLE_DEFAULT_ON | TOGGLE_QUIET);

/// The parameter of [`Print::Toggle`].
pub const TOGGLE_DEFAULT_ON: u8 = 1;
pub const TOGGLE_NO_DEFAULT: u8 = 2;
pub const TOGGLE_QUIET: u8 = 4;

const fn toggle(default: u8) -> Ty {
    with_arg(Wire::U8, Read::Toggle, Print::Toggle, default)
}

/// The number of a mask's one bit.
pub const fn bit(mask: u32) -> u8 {
    assert!(mask.is_power_of_two());
    mask.trailing_zeros() as u8
}

/// WORD or `no`WORD for one bit of 16. Such attributes are [`Sent`](super::sent::Sent) behind the others, as are those of the next
/// three types.
pub const fn bit16(mask: u16) -> Ty {
    with_arg(Wire::U16, Read::SetBit, Print::NameIfBit, bit(mask as u32))
}

/// Bits of 16 by the row's words.
pub const BITS16_BY_WORD: Ty = ty(Wire::U16, Read::BitsByWord, Print::Nothing);

/// 0 or 1 for one bit of a value and a mask, both of 32 bits.
pub const fn masked_bit(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::MaskedBit, Print::MaskedBit, number)
}

/// `on` or `off` for such a bit, shown in a list of all that are set.
pub const fn flag_bit(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::FlagBit, Print::FlagBit, number)
}

/// The same, with the other wording of what may follow.
pub const fn flag_bit_one_of(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::FlagBitOneOf, Print::FlagBit, number)
}

/// The lifetime of packets. `inherit` is another attribute, empty.
pub const fn ttl_or_inherit(inherit: u16) -> Ty {
    with_arg(Wire::U8, Read::TtlOrInherit, Print::Ttl, inherit as u8)
}

/// The same; that attribute is a byte.
pub const fn ttl_or_inherit_byte(inherit: u16) -> Ty {
    with_arg(Wire::U8, Read::TtlOrInheritByte, Print::Ttl, inherit as u8)
}

pub const EUI64: Ty = ty(Wire::U64, Read::Eui64, Print::Nothing);
pub const ETHERTYPE: Ty = ty(Wire::Be16, Read::Ethertype, Print::Ethertype);
pub const MAC: Ty = ty(Wire::Bytes, Read::Mac, Print::Mac);
pub const DEVICE: Ty = ty(Wire::U32, Read::Device, Print::Device);
/// A device; one that is not there is a wrong word.
pub const DEVICE_WORD: Ty = ty(Wire::U32, Read::DeviceWord, Print::Device);
pub const TEXT: Ty = ty(Wire::Bytes, Read::Text, Print::Text);
pub const HEX_BYTES: Ty = ty(Wire::Bytes, Read::Nothing, Print::HexBytes);
/// Only shown.
pub const ADDRESS: Ty = ty(Wire::Bytes, Read::Nothing, Print::Address);
pub const IPV4: Ty = ty(Wire::Bytes, Read::Ipv4, Print::Address);
pub const IPV4_LIST: Ty = ty(Wire::Bytes, Read::Ipv4List, Print::AddressList);
pub const IPV6_LIST: Ty = ty(Wire::Bytes, Read::Ipv6List, Print::AddressList);
pub const IPV4_END: Ty = ty(Wire::Bytes, Read::Ipv4End, Print::End);
pub const IPV6_END: Ty = ty(Wire::Bytes, Read::Ipv6End, Print::End);
pub const BRIDGE_ID: Ty = ty(Wire::Bytes, Read::Nothing, Print::BridgeId);
pub const CENTISECONDS: Ty = ty(Wire::U64, Read::Nothing, Print::Centiseconds);
pub const NANOSECONDS: Ty = ty(Wire::U64, Read::Nothing, Print::Nanoseconds);

/// The address of a host, in the row's attribute for IPv4 and in `six` for IPv6.
pub const fn host_address(six: u16) -> Ty {
    with_arg(
        Wire::Bytes,
        Read::HostAddress,
        Print::HostAddress,
        six as u8,
    )
}

/// The same of a multicast group.
pub const fn group_address(six: u16) -> Ty {
    with_arg(
        Wire::Bytes,
        Read::GroupAddress,
        Print::GroupAddress,
        six as u8,
    )
}

/// The words behind it are the peer's.
pub const PEER: Ty = ty(Wire::Bytes, Read::Peer, Print::Nothing);

/// What a function of the table reads and shows; see [`customs!`](crate::customs).
pub const fn custom(number: u8) -> Ty {
    with_arg(Wire::Bytes, Read::Custom, Print::Custom, number)
}
