//! nf_tables: a table with its chains and rules in one batch, which the kernel carries out whole or not at all.
//!
//! A rule is a list of expressions, which are written as bytes: the place of its name in `NAMES`, numbers below 128, each
//! behind its attribute, and [`END`]; then an attribute with a value, or [`NONE`], and the value. With a value that depends on
//! the rule, or a number that does, stands its place in [`Values`].

use crate::append::Append;
use rustix::net::netlink::NETFILTER;

use crate::error::{Error, Result};
use crate::nl::sock::Socket;
use crate::nl::uapi::nf_tables::*;
#[cfg(feature = "cni")]
use crate::nl::uapi::nf_tables_compat::nfta_match;
#[cfg(feature = "cni")]
use crate::nl::uapi::nfnl_batch;
use crate::nl::uapi::{nfnl_subsys, nla, nlm_f, nlmsg};
use crate::nl::wire::Msg;
use crate::text::piece;

/// The names of expressions.
const NAMES: &[u8] = b"meta|cmp|payload|immediate|fib|nat|masq|ct|reject";
/// Loads what is known of a packet (`nfta_meta`).
pub const META: u8 = 0;
/// Compares a register; the rule ends where it does not hold (`nfta_cmp`).
pub const CMP: u8 = 1;
/// Loads bytes of a packet (`nfta_payload`).
pub const PAYLOAD: u8 = 2;
/// Loads a value, or ends with a verdict (`nfta_immediate`).
pub const IMMEDIATE: u8 = 3;
/// Looks up an address (`nfta_fib`).
pub const FIB: u8 = 4;
/// Changes an address (`nfta_nat`).
pub const NAT: u8 = 5;
/// Changes the source into the address of the device.
pub const MASQ: u8 = 6;
/// Loads what is known of a connection (`nfta_ct`).
pub const CT: u8 = 7;
/// Refuses a packet (`nfta_reject`).
pub const REJECT: u8 = 8;
/// Behind the expressions: a chain for addresses that are changed, and a batch.
const CHAIN: u8 = 9;
const BATCH: u8 = 10;
/// The modules of all of these, of which a rule that changes the destination needs two.
const MODULES: &[u8] = b"||||nft_fib_inet or nft_nat|nft_nat or nft_fib_inet|nft_masq|nft_ct|nft_reject_inet|nft_chain_nat|nf_tables";

/// Ends the numbers of an expression.
pub const END: u8 = 0;
/// There is no value.
pub const NONE: u8 = 0;
/// In front of the place of a value or a number in [`Values`]; without it stands the number, or how many bytes follow.
pub const PLACE: u8 = 0x80;
/// In front of a verdict as the value.
pub const VERDICT: u8 = 0x40;
/// In front of a byte that is no value for a register.
pub const PLAIN: u8 = 0x41;

/// NFNL_MSG_BATCH_BEGIN of `<linux/netfilter/nfnetlink.h>`; the next number is that of the end.
const BEGIN: u16 = nlmsg::MIN_TYPE;

/// What the expressions of a rule leave open.
pub struct Values<'v> {
    /// Numbers.
    pub numbers: [u8; 4],
    /// Values for registers.
    pub values: [&'v [u8]; 8],
}

/// The type of a message, `NFT_MSG_*`, with its subsystem.
pub const fn kind(msg: u16) -> u16 {
    nfnl_subsys::NFTABLES << 8 | msg
}

/// Opens a socket for batches, and for questions to nf_tables. A table with `NFT_TABLE_F_OWNER` lasts as long as the socket.
pub fn open() -> Result<Box<Socket>> {
    Socket::open_to(Some(NETFILTER))
}

/// What the kernel refuses of a batch.
pub struct Refusal {
    /// Of which message, counted from 0. All behind one that is refused may be refused as well.
    pub at: u32,
    /// Why.
    pub error: Error,
    /// The module of the kernel that the message needs, empty if there is none.
    pub module: &'static [u8],
}

/// Messages about one table. The one that is added last may get more expressions.
pub struct Batch<'t> {
    /// `NFPROTO_*`.
    family: u8,
    table: &'t [u8],
    datagram: Vec<u8>,
    last: Msg,
    /// Where the expressions of the last message begin; 0 if it is no rule.
    list: usize,
    /// How many messages there are.
    count: u32,
    /// The module that the last one needs, by its place.
    module: u8,
}

/// The bits of a sequence number that are the module.
const MODULE: u32 = 15;

impl<'t> Batch<'t> {
    /// A batch about the table of a family (`NFPROTO_*`) with a name.
    pub fn new(family: u8, table: &'t [u8]) -> Batch<'t> {
        let mut batch = Batch {
            family,
            table,
            datagram: Vec::new(),
            last: Msg::default(),
            list: 0,
            count: 0,
            module: 0,
        };
        batch.add(BEGIN, 0, BATCH);
        batch
    }

    /// Finishes the last message and begins another.
    fn add(&mut self, kind: u16, flags: u16, module: u8) {
        if self.list > 0 {
            self.last
                .close(self.list, nfta_rule::EXPRESSIONS | nla::F_NESTED);
            self.list = 0;
        }
        if self.count > 0 {
            // What is told of a message has its sequence number. Nothing in it is too long: the longest are names.
            let seq = self.count * (MODULE + 1) + u32::from(self.module);
            if let Ok(bytes) = self.last.finish(seq, 0) {
                self.datagram.append_bytes(bytes);
            }
        }
        // A `struct nfgenmsg`: family, version, and for a batch the subsystem in network order.
        let is_batch = module == BATCH;
        let (family, subsystem) = if is_batch {
            (0, nfnl_subsys::NFTABLES)
        } else {
            (self.family, 0)
        };
        self.last = Msg::new(kind, flags, &[family, 0, 0, subsystem as u8]);
        self.count += 1;
        self.module = module;
        if !is_batch {
            // The attribute has this number in all of them.
            self.last.str(nfta_table::NAME, self.table);
        }
    }

    /// Has the kernel refuse the batch, which has nothing else yet, if its state is another than that of this generation.
    #[cfg(feature = "cni")]
    pub fn expect(&mut self, generation: &[u8]) {
        self.last.bytes(nfnl_batch::GENID, generation);
    }

    /// A table, with `NLM_F_EXCL` a new one, and `NFT_TABLE_F_*`.
    pub fn table(&mut self, must: u16, flags: u32) {
        self.add(kind(nft_msg::NEWTABLE), must | nlm_f::CREATE, 0);
        if flags != 0 {
            self.be32(nfta_table::FLAGS, flags);
        }
    }

    /// Takes the table away, with all that is in it; with `NLM_F_NONREC` only if nothing is.
    pub fn delete(&mut self, flags: u16) {
        self.add(kind(nft_msg::DELTABLE), flags, 0);
    }

    /// Takes a chain away if no rule is in it.
    #[cfg(feature = "cni")]
    pub fn delete_chain(&mut self, name: &[u8]) {
        self.add(kind(nft_msg::DELCHAIN), nlm_f::NONREC, 0);
        self.last.str(nfta_chain::NAME, name);
    }

    /// Takes a rule of a chain away, by its handle, eight bytes in network order.
    #[cfg(feature = "cni")]
    pub fn delete_rule(&mut self, chain: &[u8], handle: &[u8]) {
        self.add(kind(nft_msg::DELRULE), 0, 0);
        self.last.str(nfta_rule::CHAIN, chain);
        self.last.bytes(nfta_rule::HANDLE, handle);
    }

    /// A new chain of the type nat or filter, at a hook, `NF_INET_*`.
    pub fn chain(&mut self, name: &[u8], is_nat: bool, hook: u32, priority: i32) {
        let (module, kind_name): (u8, &[u8]) = if is_nat {
            (CHAIN, b"nat")
        } else {
            (0, b"filter")
        };
        self.add(kind(nft_msg::NEWCHAIN), nlm_f::CREATE, module);
        self.last.str(nfta_chain::NAME, name);
        let start = self.last.open();
        self.be32(nfta_hook::HOOKNUM, hook);
        self.be32(nfta_hook::PRIORITY, priority as u32);
        self.last.close(start, nfta_chain::HOOK | nla::F_NESTED);
        self.last.str(nfta_chain::TYPE, kind_name);
    }

    /// A new rule at the end of a chain, with a comment of at most 250 bytes, or without if that is empty.
    pub fn rule(&mut self, chain: &[u8], comment: &[u8]) {
        self.rule_at(nlm_f::APPEND, chain, comment);
    }

    /// The same at the begin of the chain.
    #[cfg(feature = "cni")]
    pub fn first_rule(&mut self, chain: &[u8], comment: &[u8]) {
        self.rule_at(0, chain, comment);
    }

    fn rule_at(&mut self, place: u16, chain: &[u8], comment: &[u8]) {
        self.add(kind(nft_msg::NEWRULE), nlm_f::CREATE | place, 0);
        self.last.str(nfta_rule::CHAIN, chain);
        if !comment.is_empty() {
            // As nft(8) keeps it: a type, which is 0, a length, and a text with its end.
            let len = comment.len() + 1;
            let data = [&[0, len as u8], comment, &[0]].concat();
            self.last.bytes(nfta_rule::USERDATA, &data);
        }
        self.list = self.last.open();
    }

    fn be32(&mut self, attr: u16, n: u32) {
        self.last.bytes(attr, &n.to_be_bytes());
    }

    /// Adds expressions to the rule.
    pub fn expressions(&mut self, text: &[u8], open: &Values) {
        let mut at = 0;
        let mut next = || {
            at += 1;
            text.get(at - 1).copied()
        };
        while let Some(name) = next() {
            if name > IMMEDIATE {
                self.module = name;
            }
            let element = self.last.open();
            self.last
                .str(nfta_expr::NAME, piece(NAMES, b'|', name.into()));
            let data = self.last.open();
            while let Some(attr @ 1..) = next() {
                let number = next().unwrap_or_default();
                let number = match number & PLACE {
                    0 => number,
                    _ => open.numbers[usize::from(number & 3)],
                };
                self.be32(attr.into(), number.into());
            }
            if let Some(attr @ 1..) = next() {
                let value = self.last.open();
                let form = next().unwrap_or_default();
                let mut attr = u16::from(attr);
                if form == PLAIN {
                    self.last.plain(&[next().unwrap_or_default()]);
                } else {
                    attr |= nla::F_NESTED;
                    let start = self.last.open();
                    let mut inner = nfta_data::VALUE;
                    if form & PLACE != 0 {
                        self.last.plain(open.values[usize::from(form & 7)]);
                    } else if form == VERDICT {
                        inner = nfta_data::VERDICT | nla::F_NESTED;
                        self.be32(nfta_verdict::CODE, next().unwrap_or_default().into());
                    } else {
                        for _ in 0..form {
                            self.last.plain(&[next().unwrap_or_default()]);
                        }
                    }
                    self.last.close(start, inner);
                }
                self.last.close(value, attr);
            }
            if name != MASQ {
                self.last.close(data, nfta_expr::DATA | nla::F_NESTED);
            } else {
                self.last.truncate(data);
            }
            self.last.close(element, nfta_list::ELEM | nla::F_NESTED);
        }
    }

    /// Adds a match of iptables(8) to the rule: its name, its revision, and its structure.
    #[cfg(feature = "cni")]
    pub fn xt_match(&mut self, name: &[u8], revision: u32, info: &[u8]) {
        let element = self.last.open();
        self.last.str(nfta_expr::NAME, b"match");
        let data = self.last.open();
        self.last.str(nfta_match::NAME, name);
        self.be32(nfta_match::REV, revision);
        self.last.bytes(nfta_match::INFO, info);
        self.last.close(data, nfta_expr::DATA | nla::F_NESTED);
        self.last.close(element, nfta_list::ELEM | nla::F_NESTED);
    }

    /// The whole datagram.
    pub fn finish(&mut self) -> &mut Vec<u8> {
        self.add(BEGIN + 1, 0, BATCH);
        // Another begin that is not sent.
        self.add(0, 0, BATCH);
        &mut self.datagram
    }

    /// Sends the batch. Of what the kernel refuses the first is the reason.
    pub fn send(mut self, socket: &mut Socket) -> std::result::Result<(), Refusal> {
        let mut first = u32::MAX;
        let mut reason = None;
        let sent = socket.send_unanswered(self.finish(), &mut |seq, error| {
            if seq < first {
                (first, reason) = (seq, Some(error));
            }
        });
        match sent.err().or(reason) {
            None => Ok(()),
            Some(error) => Err(Refusal {
                at: first / (MODULE + 1) - 1,
                error,
                module: piece(MODULES, b'|', (first & MODULE) as usize),
            }),
        }
    }
}
