//! Which nexthops and buckets are shown or deleted: the words of `ip nexthop show`, `flush` and `bucket show`.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::hop::object::NHMSG;
use crate::names::Names;
use crate::nl::uapi::{nha, nha_res_bucket, rtm};
use crate::nl::wire::{Attr, Msg};
use crate::row::declare::*;
use crate::row::draft::{Draft, NameOf};
use crate::row::read::{next_row, parse_option};
use crate::row::sent::Sent;
use crate::row::table::{NEVER_SHOWN, Table};
use crate::{customs, options};

customs! {
    static CUSTOMS;
    VRF: |r| {
        r.draft.name(r.row.attr, NameOf::Vrf, r.value, b"Invalid VRF\n");
        Ok(())
    }, NEVER_SHOWN, " NAME";
    NHID: |r| {
        let number = args::unsigned(r.value, u32::MAX.into());
        let id = number.ok_or_else(|| r.wrong_value())?;
        r.draft.add_part(r.row.attr, |bucket| bucket.u32(nha_res_bucket::NH_ID, id as u32));
        Ok(())
    }, NEVER_SHOWN, " ID";
}

/// The protocol, in the place of an attribute: the kernel does not choose by it.
const PROTOCOL: u16 = 255;

options! {
    /// Words that choose nexthops.
    SHOW {
        nha::OIF => DEVICE_WORD, word: "dev", wrong: "Device does not exist\n";
        nha::GROUPS => FLAG, word: "groups";
        nha::MASTER => DEVICE_WORD, word: "master", wrong: "Device does not exist\n";
        nha::MASTER => VRF, word: "vrf";
        nha::ID => U32, exact: "id", wrong: "invalid id value";
        PROTOCOL => U32, word: "protocol", wrong: "invalid protocol value";
        nha::FDB => FLAG, word: "fdb";
    }

    /// Words that choose buckets of resilient groups.
    BUCKET {
        nha::OIF => DEVICE_WORD, word: "dev", wrong: "Device does not exist\n";
        nha::MASTER => DEVICE_WORD, word: "master", wrong: "Device does not exist\n";
        nha::MASTER => VRF, word: "vrf";
        nha::ID => U32, exact: "id", wrong: "invalid id value";
        nha::RES_BUCKET => NHID, exact: "nhid", wrong: "invalid id value";
    }
}

/// The order of the attributes in a request.
static SENT: &[Sent] = &[
    Sent::given(nha::OIF),
    Sent::given(nha::GROUPS),
    Sent::given(nha::MASTER),
    Sent::given(nha::FDB),
    Sent::given(nha::ID),
    Sent::nested(nha::RES_BUCKET),
    Sent::held(PROTOCOL),
];

/// What words choose.
pub struct Filter {
    /// The request for a dump, as far as the kernel can choose.
    pub msg: Msg,
    /// The one nexthop that is meant.
    pub id: Option<u32>,
    /// `RTPROT_*`, 0 for all; above 255 for none.
    pub protocol: u32,
}

/// The words that choose nexthops, or buckets.
pub fn table(is_bucket: bool) -> Table {
    Table::new(if is_bucket { BUCKET } else { SHOW }).customs(&CUSTOMS)
}

/// Reads words and makes the request of a type, `RTM_GETNEXTHOP` or `RTM_GETNEXTHOPBUCKET`. Of the words for nexthops `id` is the
/// last that is read.
pub fn parse(w: &mut Words, kind: u16, family: u8, names: &mut Names) -> Result<Filter> {
    let is_bucket = kind == rtm::GETNEXTHOPBUCKET;
    let table = table(is_bucket);
    let mut draft = Box::new(Draft::default());
    draft.msg = request(kind, family);
    draft.sent = SENT;
    while let Some(word) = w.peek() {
        let Some(row) = next_row(table.rows, w) else {
            return Err(match args::prefix(word, "help") {
                true => Error::asks_for_usage(),
                false => Error::bad_arg(word, ""),
            });
        };
        parse_option(&table, &row, w, &mut draft)?;
        if row.attr == nha::ID && !is_bucket {
            break;
        }
    }
    draft.resolve(draft.names(), names)?;
    let given = draft.late.attrs(0);
    for sent in SENT {
        sent.add(given, false, &mut draft.msg);
    }
    Ok(Filter {
        id: given.find(nha::ID).and_then(Attr::u32),
        protocol: draft.late_number(PROTOCOL) as u32,
        msg: std::mem::take(&mut draft.msg),
    })
}

/// A request without attributes.
pub fn request(kind: u16, family: u8) -> Msg {
    let mut head = [0; NHMSG];
    head[0] = family;
    Msg::new(kind, 0, &head)
}

/// A request about one nexthop.
pub fn request_one(kind: u16, id: u32, family: u8) -> Msg {
    let mut msg = request(kind, family);
    msg.u32(nha::ID, id);
    msg
}
