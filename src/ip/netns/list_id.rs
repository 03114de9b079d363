//! `ip netns list-id`: the ids that a namespace has given to others.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, DUMP_CHANGED, Io};
use crate::nl::uapi::{netnsa, rtm};
use crate::nl::wire::{Attrs, Message, Msg};
use crate::out::Out;

/// What is asked for: the ids that this namespace has given, or the one that has an id here; all of them or one.
#[derive(Default)]
pub struct Req {
    /// `target-nsid`.
    pub target: Option<i32>,
    /// `nsid`.
    pub id: Option<i32>,
}

/// Reads `[target-nsid N] [nsid N]`.
pub fn parse(w: &mut Words) -> Result<Req> {
    let mut req = Req::default();
    while let Some(word) = w.next() {
        let slot = match word {
            b"target-nsid" => &mut req.target,
            b"nsid" => &mut req.id,
            _ => return Err(Error::asks_for_usage()),
        };
        if slot.is_some() {
            return Err(Error::duplicate(word, word));
        }
        let value = w.value()?;
        let wrong = |reason| Error::bad_value(value, reason, word);
        let id = args::signed(value).ok_or_else(|| wrong(b"\"%\" value is invalid"))?;
        if id < 0 {
            return Err(wrong(b"\"%\" value should be >= 0"));
        }
        *slot = Some(id);
    }
    Ok(req)
}

/// The question for ids.
pub fn encode(req: &Req) -> Msg {
    let mut msg = Msg::new(rtm::GETNSID, 0, &[0; 4]);
    for (attr, id) in [(netnsa::NSID, req.id), (netnsa::TARGET_NSID, req.target)] {
        if let Some(id) = id {
            msg.u32(attr, id as u32);
        }
    }
    msg
}

/// An id of a namespace as one namespace gave it, and as this one did; negative where there is none.
pub struct Record {
    id: Option<i32>,
    current: Option<i32>,
    is_deleted: bool,
}

impl Record {
    /// The id, if there is one.
    pub fn id(&self) -> Option<i32> {
        self.current.or(self.id).filter(|id| *id >= 0)
    }
}

/// Reads an answer.
pub fn decode(message: &Message<'_>) -> Option<Record> {
    let attrs = Attrs(message.body.get(4..)?);
    let number = |attr| attrs.find(attr).and_then(|attr| attr.i32());
    matches!(message.kind, rtm::NEWNSID | rtm::DELNSID).then(|| Record {
        id: number(netnsa::NSID),
        current: number(netnsa::CURRENT_NSID),
        is_deleted: message.kind == rtm::DELNSID,
    })
}

/// Prints ids, and the name if there is one.
pub fn show(record: &Record, name: Option<&[u8]>, out: &mut Out) {
    out.object("");
    if record.is_deleted {
        out.yes("deleted|Deleted ");
    }
    match record.id {
        Some(..0) => out.text("nsid unassigned "),
        Some(id) => out.int("nsid|nsid % ", id.into()),
        None => {}
    }
    match record.current {
        Some(..0) => out.text("current-nsid unassigned "),
        Some(id) => out.int("current-nsid|current-nsid % ", id.into()),
        None => {}
    }
    if let Some(name) = name {
        out.str("name|(iproute2 netns name: %)", name);
    }
    out.text("\n");
    out.object_end();
}

/// Runs `list-id`.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w)?;
    let mut msg = encode(&req);
    let mut socket = io.names.lend()?;
    let Io { out, names, .. } = io;
    let mark = out.mark();
    out.document();
    let mut each = |message: &Message<'_>| {
        if let Some(record) = decode(message) {
            // Before Linux 5.0 these are this namespace's own.
            if req.target.is_some() && record.current.is_none() {
                return Err(Error::kernel(libc::EOPNOTSUPP, b"", None));
            }
            show(
                &record,
                record.id().and_then(|id| names.netns(id)).as_deref(),
                out,
            );
        }
        out.record_end()
    };
    let all = req.id.is_none();
    let done = match all {
        true => socket.dump(&mut msg, &mut each),
        false => socket.get(&mut msg, &mut each).map(|()| true),
    };
    names.give_back(socket);
    if all || done.is_ok() {
        // A dump that fails leaves its brackets, as iproute2's.
        out.document_end()?;
    } else {
        out.rollback(mark);
    }
    if !done? {
        out.warn(DUMP_CHANGED);
    }
    // Ids without the names that some of them have.
    names.unread.take().map_or(Ok(()), Err)
}
