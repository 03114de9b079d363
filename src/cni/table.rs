//! The nf_tables table of a network, `inet cni-NAME`: each rule has the container's id and its interface as its comment, by which
//! DEL and GC find it again.

use crate::cni::call::Call;
use crate::cni::protocol::{Answer, CONFIG, Fault};
use crate::cni::texts::{Text, copy, fill, join};
use crate::nl::nft::{self, Batch, kind};
use crate::nl::sock::Socket;
use crate::nl::uapi::nf_tables::{nft_msg, nfta_chain, nfta_gen, nfta_rule};
use crate::nl::uapi::nfproto;
use crate::nl::wire::{Attrs, Msg};

/// How often a change is tried again that another one has come before.
const TURNS: u32 = 8;
/// A comment may have so many bytes.
const MOST: usize = 250;

/// A table that has rules of ours.
pub struct RuleTable {
    /// `NFPROTO_*`.
    pub family: u8,
    /// Its name.
    pub table: Text,
    /// What the comments of our rules begin with, in a table that others use too. Empty for the network's own table, which is deleted
    /// with its last rule.
    pub mark: Text,
}

/// A rule of a network.
struct Rule {
    chain: Text,
    handle: Text,
    /// Who it is for.
    owner: Text,
}

/// The table of the network.
pub fn own(call: &Call) -> &'static RuleTable {
    of_family(nfproto::INET, fill("cni-%", call.name), b"")
}

/// A table of a family (`NFPROTO_*`).
pub fn of_family(family: u8, table: Text, mark: Text) -> &'static RuleTable {
    Box::leak(Box::new(RuleTable {
        family,
        table,
        mark,
    }))
}

/// The comment of all rules for a call. One that is too long is refused, with code 7.
pub fn owner(call: &Call, place: &RuleTable) -> Text {
    let owner = owner_of(place, call.container, call.ifname);
    if owner.len() > MOST {
        let text = "the container's id is too long for rules";
        call.refuse_with(Fault::of(CONFIG, text, b""));
    }
    owner
}

fn owner_of(place: &RuleTable, container: &[u8], ifname: &[u8]) -> Text {
    join(&[place.mark, container, b" ", ifname])
}

/// Whether the kernel says that there is no such table, that a name is too long for one, or that it has no nf_tables.
fn is_absent(fault: Fault) -> bool {
    use libc::{EINVAL, ENOENT, EPROTONOSUPPORT, ERANGE};
    matches!(fault.errno(), ENOENT | ERANGE | EINVAL | EPROTONOSUPPORT)
}

/// A socket for nf_tables.
fn open() -> Answer<&'static mut Socket> {
    Ok(Box::leak(nft::open()?))
}

/// The same, if the kernel has that.
fn open_if_there() -> Answer<Option<&'static mut Socket>> {
    match open() {
        Err(fault) if is_absent(fault) => Ok(None),
        socket => socket.map(Some),
    }
}

/// Sends a batch; an error names what the kernel lacks.
pub fn send(batch: Batch) -> Answer<()> {
    batch.send(open()?).map_err(|refusal| {
        let fault = Fault::from(refusal.error);
        match refusal.module {
            b"" => fault,
            module => fault.context("nf_tables: the kernel may lack %", module),
        }
    })
}

/// The rules of a network. None where there is no such table, or no nf_tables.
fn rules(place: &RuleTable, socket: &mut Socket) -> Answer<&'static [Rule]> {
    let mut msg = Msg::new(kind(nft_msg::GETRULE), 0, &[place.family, 0, 0, 0]);
    msg.str(nfta_rule::TABLE, place.table);
    for _ in 0..TURNS {
        let mut rules = Vec::new();
        let dumped = socket.dump(&mut msg, &mut |message| {
            if message.kind == kind(nft_msg::NEWRULE)
                && let Some(rule) = read(copy(message.body), place.table)
            {
                rules.push(rule);
            }
            Ok(())
        });
        let rules = rules.leak();
        match dumped.map_err(Fault::from) {
            Ok(false) => {}
            Ok(true) => return Ok(rules),
            Err(fault) if is_absent(fault) => return Ok(&[]),
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::of(11, "the rules change all the time", b""))
}

/// Reads a `struct nfgenmsg` and the attributes of a rule.
fn read(body: Text, table: &[u8]) -> Option<Rule> {
    let attrs = Attrs(body.get(4..)?);
    let data = attrs.find(nfta_rule::USERDATA)?.0;
    // A type, which is 0 for a comment, a length, and a text with its end.
    let [0, _, comment @ .., 0] = data else {
        return None;
    };
    if attrs.find(nfta_rule::TABLE)?.str() != table {
        return None;
    }
    Some(Rule {
        chain: attrs.find(nfta_rule::CHAIN)?.str(),
        handle: attrs.find(nfta_rule::HANDLE)?.0,
        owner: comment,
    })
}

/// Whether there are rules for a call in any of the chains.
pub fn has_rules(call: &Call, chains: &[&[u8]]) -> Answer<bool> {
    let place = own(call);
    let owner = owner(call, place);
    call.check()?;
    let mut rules = rules(place, open()?)?.iter();
    Ok(rules.any(|rule| rule.owner == owner && chains.contains(&rule.chain)))
}

/// Takes the rules for a call out of the chains, and the chains and the table that are then empty.
pub fn remove(call: &Call, place: &RuleTable, chains: &[&[u8]]) -> Answer<()> {
    // An owner that is too long for a comment never had a rule.
    let owner = owner_of(place, call.container, call.ifname);
    match owner.len() > MOST {
        true => Ok(()),
        false => remove_where(place, chains, &mut |other| other == owner),
    }
}

/// The same of all that are for none of the valid attachments.
pub fn collect(call: &Call, place: &RuleTable, chains: &[&[u8]]) -> Answer<()> {
    let mut valid = Vec::new();
    for [container, ifname] in call.valid_attachments()? {
        valid.push(owner_of(place, container, ifname));
    }
    let valid: &[Text] = valid.leak();
    // A table that is not the network's own has rules of other networks too, and of the administrator.
    remove_where(place, chains, &mut |owner| {
        owner.starts_with(place.mark) && !valid.contains(&owner)
    })
}

fn remove_where(
    place: &RuleTable,
    chains: &[&[u8]],
    is_gone: &mut dyn FnMut(&[u8]) -> bool,
) -> Answer<()> {
    let Some(socket) = open_if_there()? else {
        return Ok(());
    };
    let mut refused = Ok(());
    for turn in 0..TURNS {
        let generation = match generation(socket) {
            Err(fault) if is_absent(fault) => return Ok(()),
            generation => generation?,
        };
        let mut gone = Vec::new();
        let mut is_last = true;
        for rule in rules(place, socket)? {
            if chains.contains(&rule.chain) && is_gone(rule.owner) {
                gone.push(rule);
            } else {
                is_last = false;
            }
        }
        let gone: &[&Rule] = gone.leak();
        if gone.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new(place.family, place.table);
        // Nobody may have added a rule meanwhile. If somebody always has, an empty table stays.
        if is_last && place.mark.is_empty() && turn < TURNS / 2 {
            batch.expect(generation);
            batch.delete(0);
        } else {
            for rule in gone {
                batch.delete_rule(rule.chain, rule.handle);
            }
        }
        match batch.send(socket) {
            Ok(()) => return Ok(()),
            Err(refusal) => refused = Err(refusal.error.into()),
        }
    }
    refused
}

/// Whether a table has a chain.
pub fn has_chain(place: &RuleTable, chain: &[u8]) -> Answer<bool> {
    let Some(socket) = open_if_there()? else {
        return Ok(false);
    };
    let mut msg = Msg::new(kind(nft_msg::GETCHAIN), 0, &[place.family, 0, 0, 0]);
    msg.str(nfta_chain::TABLE, place.table);
    msg.str(nfta_chain::NAME, chain);
    match socket.get(&mut msg, &mut |_| Ok(())).map_err(Fault::from) {
        Err(fault) if is_absent(fault) => Ok(false),
        asked => asked.map(|()| true),
    }
}

/// The number of the present state of nf_tables, four bytes in network order.
fn generation(socket: &mut Socket) -> Answer<Text> {
    let mut id = &b""[..];
    let mut msg = Msg::new(kind(nft_msg::GETGEN), 0, &[0; 4]);
    socket.get(&mut msg, &mut |message| {
        let attrs = Attrs(message.body.get(4..).unwrap_or_default());
        id = copy(attrs.find(nfta_gen::ID).unwrap_or_default().0);
        Ok(())
    })?;
    Ok(id)
}
