//! The words of `ip rule`: those of a change say what a rule is, those of `show` and `flush` which rules are meant. Most
//! mean the same in both, but not all have the same abbreviations.

use crate::args::{self, Prefix, Words};
use crate::error::{Error, Result};
use crate::ip::rule::record::whole_mask;
use crate::names::file::{
    ROUTE_PROTOS, ROUTE_TABLES, ds_field, dscp, group_number, ip_protocol, realms,
};
use crate::names::table::route_type;
use crate::nl::uapi::{af, fib_rule, fr_act, fra, rt_table, rtm, rtn};
use crate::nl::wire::{Attrs, Msg};
use crate::ns::hint::suggest_word;
use crate::row::read::not_ipv4;
use crate::text::{piece, split};

/// `struct fib_rule_hdr`, by the places of its fields.
type Head = [u8; 12];
const DST_LEN: usize = 1;
const SRC_LEN: usize = 2;
const TOS: usize = 3;
const TABLE: usize = 4;
const ACTION: usize = 7;

/// The size of a message before the first attribute, in bytes.
const START: usize = 28;

/// What the words say of a rule.
#[derive(Default)]
pub struct Req {
    /// The fixed header.
    pub head: Head,
    /// The prefixes of source and destination; of one that may be any the length is 0.
    pub prefixes: [Prefix; 2],
    /// The DS field.
    pub tos: Option<u8>,
    /// The routing table, if a word names one.
    pub table: Option<u32>,
    /// `FIB_RULE_*`.
    pub flags: u32,
    /// The message: attributes in the order of the words. To choose rules, it has none for the prefixes and the table.
    pub msg: Msg,
    /// Whether the words choose rules.
    chooses: bool,
    /// The number of the word that is read is wrong.
    error: Option<Error>,
}

impl Req {
    /// The attributes.
    pub fn attrs(&self) -> Attrs<'_> {
        self.msg.attrs(START)
    }
}

/// What a value is. First are numbers, of which [`NUMBERS`] has a row each. That of a mask follows the one of what it masks.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Priority,
    Realms,
    Protocol,
    ChosenProtocol,
    TunId,
    IpProto,
    SuppressPrefixlen,
    SuppressIfgroup,
    Goto,
    Tos,
    Table,
    ChosenTable,
    Fwmark,
    Fwmask,
    Dscp,
    DscpMask,
    FlowLabel,
    FlowLabelMask,
    Sport,
    SportMask,
    Dport,
    DportMask,
    FirstPort,
    LastPort,
    UidRange,
    // No numbers.
    Not,
    From,
    To,
    Iif,
    Oif,
    L3mdev,
    Nat,
    Action,
}

use Word::*;

/// How a number is read, and how it lies on the wire.
#[derive(Clone, Copy)]
enum Read {
    /// As it is.
    Plain,
    /// The same, but in network byte order.
    Big,
    /// The same, but in decimal alone.
    Decimal,
    /// By a name, too.
    Protocol,
    Table,
    Realms,
    IpProto,
    Group,
    DsField,
    Dscp,
}

/// Why another word is wrong; `%` is the name of the number.
const REASONS: [&[u8]; 4] = [
    b"% value is invalid\n",
    b"invalid %\n",
    b"invalid %",
    b"Invalid \"%\" value\n",
];
/// Places in [`REASONS`].
const VALUE_IS_INVALID: u8 = 0;
const INVALID_LINE: u8 = 1;
const INVALID: u8 = 2;
const INVALID_VALUE: u8 = 3;

/// A number.
struct Number {
    /// `FRA_*`, 0 for none.
    attr: u8,
    /// How many bits it has.
    bits: u8,
    read: Read,
    reason: u8,
}

macro_rules! numbers {
    ($($word:ident: $attr:expr, $bits:literal, $read:ident, $reason:ident, $name:literal;)*) => {
        /// The numbers, in the order of [`Word`].
        static NUMBERS: &[Number] = &[$(
            Number { attr: $attr as u8, bits: $bits, read: Read::$read, reason: $reason }
        ),*];
        /// Their names in errors.
        const NAMES: &str = concat!($($name, "|"),*);
        // A row that is missing or elsewhere does not compile.
        const _: () = {
            let words = [$($word),*];
            let mut n = 0;
            while n < words.len() {
                assert!(words[n] as usize == n);
                n += 1;
            }
        };
    };
}

numbers! {
    Priority: fra::PRIORITY, 32, Plain, VALUE_IS_INVALID, "preference";
    Realms: fra::FLOW, 32, Realms, INVALID_LINE, "realms";
    Protocol: fra::PROTOCOL, 8, Protocol, VALUE_IS_INVALID, "\"protocol\"";
    ChosenProtocol: fra::PROTOCOL, 8, Protocol, INVALID_LINE, "\"protocol\"";
    TunId: fra::TUN_ID, 64, Big, VALUE_IS_INVALID, "\"tun_id\"";
    IpProto: fra::IP_PROTO, 8, IpProto, INVALID_VALUE, "ipproto";
    SuppressPrefixlen: fra::SUPPRESS_PREFIXLEN, 31, Plain, VALUE_IS_INVALID, "suppress_prefixlength";
    SuppressIfgroup: fra::SUPPRESS_IFGROUP, 32, Group, INVALID_VALUE, "suppress_ifgroup";
    Goto: fra::GOTO, 32, Plain, INVALID_LINE, "target";
    Tos: 0, 8, DsField, VALUE_IS_INVALID, "TOS";
    Table: fra::TABLE, 32, Table, INVALID_LINE, "table ID";
    ChosenTable: fra::TABLE, 32, Table, VALUE_IS_INVALID, "table id";
    Fwmark: fra::FWMARK, 32, Plain, VALUE_IS_INVALID, "fwmark";
    Fwmask: fra::FWMASK, 32, Plain, VALUE_IS_INVALID, "fwmask";
    Dscp: fra::DSCP, 8, Dscp, INVALID, "dscp";
    DscpMask: fra::DSCP_MASK, 8, Plain, INVALID, "dscp mask";
    FlowLabel: fra::FLOWLABEL, 32, Big, INVALID, "flowlabel";
    FlowLabelMask: fra::FLOWLABEL_MASK, 32, Big, INVALID, "flowlabel mask";
    Sport: fra::SPORT_RANGE, 16, Plain, INVALID, "port";
    SportMask: fra::SPORT_MASK, 16, Plain, INVALID, "mask";
    Dport: fra::DPORT_RANGE, 16, Plain, INVALID, "port";
    DportMask: fra::DPORT_MASK, 16, Plain, INVALID, "mask";
    FirstPort: 0, 16, Plain, INVALID, "port range start";
    LastPort: 0, 16, Plain, INVALID, "port range end";
    UidRange: fra::UID_RANGE, 32, Decimal, INVALID_LINE, "UID range";
}

impl Number {
    /// Its width in bytes.
    fn width(&self) -> u8 {
        self.bits.div_ceil(8)
    }

    /// Reads it as it is sent.
    fn read(&self, word: &[u8]) -> Option<u64> {
        let max = u64::MAX >> (64 - self.bits);
        let number = match self.read {
            Read::Protocol => ROUTE_PROTOS.number_of(word, max as u32)?,
            Read::Table => ROUTE_TABLES.number_of(word, max as u32)?,
            Read::Realms => realms(word)?,
            Read::IpProto => ip_protocol(word)?.into(),
            Read::Group => group_number(word)?,
            Read::DsField => ds_field(word)?.into(),
            Read::Dscp => dscp(word)?.into(),
            Read::Decimal => args::radix(word, 10)?.try_into().ok()?,
            Read::Plain => return args::unsigned(word, max),
            Read::Big if self.bits == 64 => return args::unsigned(word, max).map(u64::to_be),
            Read::Big => (args::unsigned(word, max)? as u32).to_be(),
        };
        Some(number.into())
    }
}

/// The words of a change, in the order in which a prefix picks them (see [`args::named`]). Any other is an action.
pub const CHANGE: &str = "=not|=from|=to|preference,order,priority|=tos,dsfield|=fwmark|realms|protocol|tun_id|\
    table,=lookup|suppress_prefixlength,=sup_pl|suppress_ifgroup,=sup_group|=dev,=iif|=oif|=l3mdev|=uidrange|\
    =nat,map-to|=ipproto|=sport|=dport|=dscp|=flowlabel|=type";
#[rustfmt::skip]
const OF_CHANGE: &[Word] = &[
    Not, From, To, Priority, Tos, Fwmark, Realms, Protocol, TunId, Table, SuppressPrefixlen, SuppressIfgroup, Iif, Oif,
    L3mdev, UidRange, Nat, IpProto, Sport, Dport, Dscp, FlowLabel, Action,
];

/// The words that choose rules, in the order in which a prefix picks them. Any other is a destination.
pub const CHOICE: &str = "preference,order,priority|=not|=tos,=dsfield|=fwmark|=dev,=iif|=oif|=l3mdev|=uidrange|tun_id|\
    lookup,table|from,src|protocol|=ipproto|=sport|=dport|=dscp|=flowlabel|dst,=to";
#[rustfmt::skip]
const OF_CHOICE: &[Word] = &[
    Priority, Not, Tos, Fwmark, Iif, Oif, L3mdev, UidRange, TunId, ChosenTable, From, ChosenProtocol, IpProto, Sport, Dport, Dscp,
    FlowLabel, To,
];

/// The actions that are no types of routes; 0 asks for the usage.
pub(crate) const ACTIONS: (&str, &[u8]) = ("help|goto|nop", &[0, fr_act::GOTO, fr_act::NOP]);

/// Reads the words of a request: its `RTM_*` and `NLM_F_*`, and its family, 0 for any. Warnings stay with the words.
pub fn parse(w: &mut Words, family: u8, op: (u16, u16)) -> Result<Box<Req>> {
    let mut req = Box::<Req>::default();
    req.msg = Msg::new(op.0, op.1, &[0; 12]);
    req.chooses = op.0 == rtm::GETRULE;
    req.head[0] = family;
    if op.0 == rtm::NEWRULE {
        req.head[TABLE] = rt_table::MAIN;
        req.head[ACTION] = fr_act::TO_TBL;
    }
    let (known, other) = match req.chooses {
        true => ((CHOICE, OF_CHOICE), To),
        false => ((CHANGE, OF_CHANGE), Action),
    };
    while let Some(word) = w.next() {
        let found = args::pick(word, known);
        let value = match found {
            None | Some(Not | L3mdev) => word,
            _ => w.value()?,
        };
        take_value(&mut req, found.unwrap_or(other), value, w)?;
        if let Some(e) = req.error.take() {
            return Err(e);
        }
    }
    let has_table = req.table.is_some_and(|table| table != 0);
    if has_table && !req.chooses && req.attrs().find(fra::L3MDEV).is_some() {
        // iproute2 exits with the errno EINVAL here.
        let text = "table can not be specified for l3mdev rules";
        return Err(Error::refused(text, b"").code_is(22));
    }
    Ok(req)
}

/// A rule with an action has no table, unless it is said.
fn drop_default_table(req: &mut Req) {
    if req.table.is_none() {
        req.head[TABLE] = rt_table::UNSPEC;
    }
}

/// The value of a word is wrong. The first that is wrong is the error of the request.
fn refuse(req: &mut Req, word: Word, value: &[u8]) {
    if req.error.is_none() {
        let reason = REASONS[usize::from(NUMBERS[word as usize].reason)];
        let name = piece(NAMES.as_bytes(), b'|', word as usize);
        req.error = Some(Error::bad_value(value, reason, name));
    }
}

/// Reads a number, 0 for one that is wrong.
fn read_number(req: &mut Req, word: Word, value: &[u8]) -> u64 {
    NUMBERS[word as usize].read(value).unwrap_or_else(|| {
        refuse(req, word, value);
        0
    })
}

/// Adds a number as an attribute.
fn add_number(req: &mut Req, word: Word, value: u64) {
    let number = &NUMBERS[word as usize];
    req.msg.number(number.attr.into(), value, number.width());
}

/// Reads two numbers, each by its own row, and adds them as the attribute of a word.
fn take_range(req: &mut Req, word: Word, range: [(Word, &[u8]); 2]) {
    let attr = NUMBERS[word as usize].attr;
    let start = req.msg.open();
    for (word, value) in range {
        let number = read_number(req, word, value);
        req.msg.plain_number(number, NUMBERS[word as usize].width());
    }
    req.msg.close(start, attr.into());
}

/// Reads the value of a word.
fn take_value(req: &mut Req, word: Word, value: &[u8], w: &mut Words) -> Result<()> {
    match word {
        Not => req.flags = fib_rule::INVERT,
        L3mdev => {
            req.msg.bytes(fra::L3MDEV, &[1]);
            drop_default_table(req);
        }
        From | To => {
            let (place, len, attr) = match word {
                To => (1, DST_LEN, fra::DST),
                _ => (0, SRC_LEN, fra::SRC),
            };
            let prefix = &mut req.prefixes[place];
            prefix.read(value, req.head[0], true)?;
            req.head[len] = prefix.len;
            if !req.chooses {
                req.msg.bytes(attr, prefix.bytes());
            }
        }
        Iif | Oif => {
            let (attr, reason) = match word {
                Iif => (fra::IIFNAME, "\"iif\"/\"dev\" not a valid ifname"),
                _ => (fra::OIFNAME, "\"oif\" not a valid ifname"),
            };
            if !args::is_ifname(value) {
                return Err(Error::bad_arg(value, reason));
            }
            req.msg.str(attr, value);
        }
        UidRange => {
            let (first, last) = split(value, b'-');
            take_range(req, word, [(word, first), (word, last)]);
            // The error has the whole word.
            if req.error.take().is_some() {
                refuse(req, word, value);
            }
        }
        Fwmark | Dscp | FlowLabel | Sport | Dport => take_masked(req, word, value),
        Nat => {
            w.warn(b"Warning: route NAT is deprecated");
            let mut address = Prefix::default();
            if address.read(value, af::INET, false).is_err() {
                return Err(not_ipv4(value).ends());
            }
            let bytes = match address.bytes() {
                // The word `any`.
                [] => &[0; 4],
                bytes => bytes,
            };
            req.msg.bytes(fra::UNUSED2, bytes);
            req.head[ACTION] = rtn::NAT;
        }
        Action => take_action(req, value, w)?,
        ChosenProtocol if value == b"all" => {}
        _ => {
            let number = read_number(req, word, value);
            match word {
                Tos => {
                    req.head[TOS] = number as u8;
                    req.tos = Some(number as u8);
                }
                Table | ChosenTable => {
                    req.table = Some(number as u32);
                    req.head[TABLE] = number.try_into().unwrap_or(rt_table::UNSPEC);
                    if number > 0xff && !req.chooses {
                        add_number(req, word, number);
                    }
                }
                _ => add_number(req, word, number),
            }
        }
    }
    Ok(())
}

/// Reads `NUMBER` or `NUMBER/MASK`; of ports also `FIRST-LAST`. The mask is sent unless it is the one that the kernel takes
/// anyway. Rules are chosen by both, unless the mask is 0.
fn take_masked(req: &mut Req, word: Word, value: &[u8]) {
    let (mask_word, is_port) = match word {
        Sport => (SportMask, true),
        Dport => (DportMask, true),
        Dscp => (DscpMask, false),
        FlowLabel => (FlowLabelMask, false),
        _ => (Fwmask, false),
    };
    let start = req.msg.size();
    let (first, last) = split(value, b'-');
    if is_port && first.len() < value.len() {
        take_range(req, word, [(FirstPort, first), (LastPort, last)]);
        if req.chooses {
            add_number(req, mask_word, u16::MAX.into());
        }
        return;
    }
    let (number, given) = split(value, b'/');
    let has_mask = number.len() < value.len();
    if !is_port {
        let number = read_number(req, word, number);
        add_number(req, word, number);
    }
    let whole = whole_mask(NUMBERS[mask_word as usize].attr.into());
    let default = match word {
        Fwmark => 0,
        FlowLabel => whole.to_be(),
        _ => whole,
    };
    let mask = match has_mask {
        true => read_number(req, mask_word, given),
        false => default.into(),
    };
    if is_port {
        take_range(req, word, [(word, number); 2]);
    }
    let is_sent = match word {
        Fwmark => has_mask,
        FlowLabel => !req.chooses || mask != 0,
        _ if req.chooses => mask != 0,
        _ => mask != default.into(),
    };
    if is_sent {
        add_number(req, mask_word, mask);
    } else if req.chooses && word != Fwmark {
        req.msg.truncate(start);
    }
}

/// Reads an action.
fn take_action(req: &mut Req, word: &[u8], w: &mut Words) -> Result<()> {
    let special = args::pick(word, ACTIONS);
    req.head[ACTION] = match special.or_else(|| route_type(word)) {
        Some(0) if special.is_some() => return Err(Error::asks_for_usage()),
        Some(action) => action,
        None => {
            let e = Error::bad_arg(word, "Failed to parse rule type");
            let mut known = CHANGE.as_bytes().split(|byte| *byte == b'|');
            return Err(suggest_word(e, word, &mut known));
        }
    };
    if special == Some(fr_act::GOTO) {
        let value = w.value()?;
        let target = read_number(req, Goto, value);
        add_number(req, Goto, target);
    }
    drop_default_table(req);
    Ok(())
}
