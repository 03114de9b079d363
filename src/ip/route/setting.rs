//! What the words of `ip route` say of a route beside its attributes: of one that is changed, asked for, or looked for.

use crate::args::{self, Prefix, Words};
use crate::error::Result;
#[cfg(not(feature = "encap"))]
use crate::error::{Error, Noun};
use crate::nl::uapi::{af, rta};
use crate::nl::wire::Msg;
use crate::row::draft::Draft;
use crate::row::table::Reading;

/// Reads what follows a word that is not just one attribute.
pub type Parse = for<'r, 'a> fn(&mut Reading<'r, 'a>, &mut Route<'a>) -> Result<()>;

/// What the words say of a route beside its attributes.
#[derive(Default)]
pub struct Route<'a> {
    /// `AF_*`; 0 until it is known.
    pub family: u8,
    /// The length of the destination's prefix, in bits, once there is a destination.
    pub dst_len: Option<u8>,
    /// The length of the source's prefix, in bits.
    pub src_len: u8,
    /// Type of service.
    pub tos: Option<u8>,
    /// `RT_TABLE_*`; one above 255 has an attribute as well. 0 stands for all.
    pub table: Option<u32>,
    /// The VRF whose table it is.
    pub vrf: Option<&'a [u8]>,
    /// `RTPROT_*`.
    pub protocol: Option<u8>,
    /// `RT_SCOPE_*`.
    pub scope: Option<u8>,
    /// `RTN_*`.
    pub kind: Option<u8>,
    /// `RTNH_F_*` and `RTM_F_*`.
    pub flags: u32,
    /// The device.
    pub dev: Option<&'a [u8]>,
    /// The attributes of `RTA_METRICS` in the order of their words.
    pub metrics: Msg,
    /// The metrics that path MTU discovery and TCP must not change: a bit each.
    pub locked: u32,
    /// The nexthops follow.
    pub has_hops: bool,
    /// `connected`: the question is asked twice.
    pub connected: bool,
    /// What addresses are compared with.
    pub wanted: Vec<Wanted>,
    /// The bits of the realms that are compared.
    pub realms_mask: u32,
}

/// A prefix that an address of a route is compared with.
pub struct Wanted {
    /// The attribute that has the address, `RTA_*`.
    pub attr: u16,
    /// The prefix.
    pub prefix: Prefix,
    /// It has to contain the address with its prefix.
    pub contains: bool,
    /// The address with its prefix has to contain it.
    pub is_contained: bool,
}

impl Route<'_> {
    /// The family of an address, which the first one sets.
    pub fn set_family(&mut self, family: u8) {
        if self.family == 0 {
            self.family = family;
        }
    }
}

/// The error for a value, unless it was read.
pub fn known<T>(value: Option<T>, r: &Reading) -> Result<T> {
    value.ok_or_else(|| r.wrong_value())
}

/// Adds an address of the family of the route, which it sets if there is none; `with_len`: a prefix, of which an empty one
/// is not added, else of MPLS a stack of labels. Returns the length of the prefix.
pub fn add_address(
    attr: u16,
    word: &[u8],
    with_len: bool,
    route: &mut Route,
    draft: &mut Draft,
) -> Result<u8> {
    #[cfg(not(feature = "encap"))]
    if route.family == af::MPLS {
        return Err(Error::missing_part(Noun::Family, b"mpls", "encap"));
    }
    #[cfg(feature = "encap")]
    if route.family == af::MPLS && !with_len {
        draft.bytes(attr, &args::mpls(word)?);
        return Ok(0);
    }
    let mut address = Prefix::default();
    address.read(word, route.family, with_len)?;
    route.set_family(address.family);
    if !with_len || !address.bytes().is_empty() {
        draft.bytes(attr, address.bytes());
    }
    Ok(address.len)
}

/// An address of the family of the route.
pub fn set_address(r: &mut Reading, route: &mut Route) -> Result<()> {
    add_address(r.row.attr, r.value, false, route, r.draft).map(|_| ())
}

/// What may stand in front of a prefix: whether it has to contain the address, and whether it has to be contained.
pub(crate) const MATCHES: (&str, &[(bool, bool)]) = (
    "root|match|exact",
    &[(true, false), (false, true), (true, true)],
);

/// Remembers `[root|match|exact] PREFIX`, of which the first word is taken, for an attribute.
pub fn want<'a>(
    attr: u16,
    mut word: &'a [u8],
    w: &mut Words<'a>,
    route: &mut Route<'a>,
) -> Result<()> {
    let is_plain = attr == rta::GATEWAY || attr == rta::PREFSRC;
    let known = args::pick(word, MATCHES).filter(|_| !is_plain);
    if known.is_some() {
        word = w.value()?;
    }
    let is_any = route.family == 0 && matches!(word, b"all" | b"any");
    let prefix = args::cidr(word, route.family)?;
    let (contains, is_contained) = known.unwrap_or((true, !is_plain));
    // The last prefix of a sort counts, and that may be any.
    for other in route.wanted.iter_mut().filter(|other| other.attr == attr) {
        other.contains &= !contains;
        other.is_contained &= !is_contained;
    }
    if !is_any {
        route.wanted.push(Wanted {
            attr,
            prefix,
            contains,
            is_contained,
        });
    }
    Ok(())
}
