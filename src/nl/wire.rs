//! Netlink messages as bytes: a builder, and iterators over messages and attributes. No I/O, and no structs laid over
//! bytes.

use crate::append::Append;
use crate::error::{Error, Result};
use crate::nl::uapi::{nla, nlm_f};

/// The length of `struct nlmsghdr`: u32 length, u16 type, u16 flags, u32 sequence number, u32 port.
pub const HEADER: usize = 16;

/// A message under construction. An error is kept until [`Msg::finish`] returns it. The default one has no header: it
/// is a list of attributes.
#[derive(Default)]
pub struct Msg {
    bytes: Vec<u8>,
    too_long: bool,
}

impl Msg {
    /// A request of type `kind` (`RTM_*`), with `NLM_F_REQUEST` and other `NLM_F_*` flags, and the fixed header of its
    /// type, as `struct ifinfomsg`.
    pub fn new(kind: u16, flags: u16, fixed: &[u8]) -> Msg {
        let mut msg = Msg::default();
        // Room for most.
        msg.bytes.reserve(256);
        msg.bytes.resize(HEADER, 0);
        msg.bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        msg.bytes[6..8].copy_from_slice(&(nlm_f::REQUEST | flags).to_ne_bytes());
        msg.raw(fixed);
        msg
    }

    /// Overwrites the fixed header of its type.
    pub fn set_fixed(&mut self, fixed: &[u8]) {
        self.patch(HEADER, fixed);
    }

    /// Adds bytes as they are, padded to a multiple of four.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.append_bytes(bytes);
        self.pad();
    }

    /// Adds bytes of a payload that is under construction (see [`Msg::open`]), as they are.
    pub fn plain(&mut self, bytes: &[u8]) {
        self.bytes.append_bytes(bytes);
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// Adds an attribute with any payload.
    pub fn bytes(&mut self, attr: u16, payload: &[u8]) {
        let start = self.open();
        self.bytes.append_bytes(payload);
        self.close(start, attr);
    }

    /// Adds an attribute with a host-order u32.
    pub fn u32(&mut self, attr: u16, n: u32) {
        self.bytes(attr, &n.to_ne_bytes());
    }

    /// Adds an attribute with a host-order number of `width` bytes: 0, 1, 2, 4 or 8.
    pub fn number(&mut self, attr: u16, n: u64, width: u8) {
        let start = self.open();
        self.plain_number(n, width);
        self.close(start, attr);
    }

    /// Adds such a number to a payload that is under construction.
    pub fn plain_number(&mut self, n: u64, width: u8) {
        let bytes = n.to_ne_bytes();
        let width = usize::from(width).min(8);
        self.plain(match cfg!(target_endian = "big") {
            true => &bytes[8 - width..],
            false => &bytes[..width],
        });
    }

    /// Adds an attribute with a string and its final NUL.
    pub fn str(&mut self, attr: u16, text: &[u8]) {
        let start = self.open();
        self.bytes.append_bytes(text);
        self.bytes.push(0);
        self.close(start, attr);
    }

    /// Adds an attribute whose payload is the attributes that `fill` adds.
    pub fn nest(&mut self, attr: u16, fill: impl FnOnce(&mut Msg)) {
        let start = self.open();
        fill(self);
        self.close(start, attr);
    }

    /// Opens an attribute, for where [`Msg::nest`] cannot be used. Returns its place for [`Msg::close`].
    pub fn open(&mut self) -> usize {
        self.bytes.append_bytes(&[0; 4]);
        self.bytes.len() - 4
    }

    /// Closes the attribute that was opened at `start`: its payload is what was added since.
    pub fn close(&mut self, start: usize, attr: u16) {
        let len = self.bytes.len() - start;
        self.too_long |= len > 0xffff;
        self.patch(start, &(len as u16).to_ne_bytes());
        self.patch(start + 2, &attr.to_ne_bytes());
        self.pad();
    }

    /// Its type, `RTM_*`.
    pub fn kind(&self) -> u16 {
        u16::from_ne_bytes([self.bytes[4], self.bytes[5]])
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Removes what was added since it had `size` bytes.
    pub fn truncate(&mut self, size: usize) {
        self.bytes.truncate(size);
    }

    /// Removes the attribute that was added since the message had `start` bytes, and returns its payload.
    pub fn take(&mut self, start: usize) -> Vec<u8> {
        let held = self.attrs(start).next().map(|(_, attr)| attr.0.to_vec());
        self.bytes.truncate(start);
        held.unwrap_or_default()
    }

    /// Overwrites bytes at an offset.
    pub fn patch(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The attributes that were added since the message had `start` bytes.
    pub fn attrs(&self, start: usize) -> Attrs<'_> {
        Attrs(&self.bytes[start..])
    }

    /// Fills in length, sequence number and further flags, and returns the message.
    ///
    /// # Errors
    /// An attribute was too long for its 16-bit length.
    pub fn finish(&mut self, seq: u32, flags: u16) -> Result<&[u8]> {
        if self.too_long {
            return Err(Error::refused("netlink request too long", b""));
        }
        let len = self.bytes.len() as u32;
        let said = u16::from_ne_bytes([self.bytes[6], self.bytes[7]]) | flags;
        self.patch(0, &len.to_ne_bytes());
        self.patch(6, &said.to_ne_bytes());
        self.patch(8, &seq.to_ne_bytes());
        Ok(&self.bytes)
    }
}

/// A received message.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// `RTM_*` or `NLMSG_*`.
    pub kind: u16,
    /// `NLM_F_*`.
    pub flags: u16,
    /// The sequence number of the request that it answers.
    pub seq: u32,
    /// What follows the header.
    pub body: &'a [u8],
    /// The messages behind it in the same datagram.
    pub rest: &'a [u8],
}

impl<'a> Message<'a> {
    /// No message of the kernel's: its type is that of none.
    pub const NONE: Message<'static> = Message {
        kind: 0,
        flags: 0,
        seq: 0,
        body: &[],
        rest: &[],
    };

    /// The attributes behind the header of the message, which has `header` bytes; none if it is cut short.
    pub fn attrs(&self, header: usize) -> Attrs<'a> {
        Attrs(self.body.get(header..).unwrap_or_default())
    }

    /// Adds a request of another type with the same body, with sequence number 0, to a datagram.
    pub fn add_copy(&self, kind: u16, datagram: &mut Vec<u8>) {
        let mut msg = Msg::new(kind, 0, self.body);
        if let Ok(bytes) = msg.finish(0, 0) {
            datagram.append_bytes(bytes);
        }
    }
}

/// The messages of one datagram. It ends at a message that is cut short.
pub struct Messages<'a>(pub &'a [u8]);

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let len = field(self.0, 0)? as usize;
        let body = self.0.get(HEADER..len)?;
        let kind = u16::from_ne_bytes([self.0[4], self.0[5]]);
        let flags = u16::from_ne_bytes([self.0[6], self.0[7]]);
        let seq = field(self.0, 8)?;
        self.0 = self.0.get(len.next_multiple_of(4)..).unwrap_or(&[]);
        Some(Message {
            kind,
            flags,
            seq,
            body,
            rest: self.0,
        })
    }
}

/// The host-order u32 at an offset.
pub fn field(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*four))
}

/// The payload of an attribute. A number is `None` where the payload has another width.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Attr<'a>(pub &'a [u8]);

impl<'a> Attr<'a> {
    /// A byte.
    pub fn u8(self) -> Option<u8> {
        match self.0 {
            [byte] => Some(*byte),
            _ => None,
        }
    }

    /// A host-order u16.
    pub fn u16(self) -> Option<u16> {
        self.0.try_into().ok().map(u16::from_ne_bytes)
    }

    /// A network-order u16.
    pub fn be16(self) -> Option<u16> {
        self.u16().map(u16::from_be)
    }

    /// A host-order u32.
    pub fn u32(self) -> Option<u32> {
        self.0.try_into().ok().map(u32::from_ne_bytes)
    }

    /// A host-order i32.
    pub fn i32(self) -> Option<i32> {
        self.u32().map(|n| n as i32)
    }

    /// A host-order u64.
    pub fn u64(self) -> Option<u64> {
        self.0.try_into().ok().map(u64::from_ne_bytes)
    }

    /// A number of 1, 2, 4 or 8 bytes in host order.
    pub fn number(self) -> Option<u64> {
        match self.0.len() {
            1 => self.u8().map(u64::from),
            2 => self.u16().map(u64::from),
            4 => self.u32().map(u64::from),
            _ => self.u64(),
        }
    }

    /// A string, up to its NUL if it has one.
    pub fn str(self) -> &'a [u8] {
        let end = self.0.iter().position(|b| *b == 0);
        &self.0[..end.unwrap_or(self.0.len())]
    }

    /// The attributes that are the payload.
    pub fn attrs(self) -> Attrs<'a> {
        Attrs(self.0)
    }
}

/// The attributes of a payload: number, without `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`, and payload. It ends at an
/// attribute that is cut short.
#[derive(Clone, Copy, Default)]
pub struct Attrs<'a>(pub &'a [u8]);

impl<'a> Attrs<'a> {
    /// The attribute with a number. Of several it is the last, as for the kernel's own parser.
    pub fn find(self, kind: u16) -> Option<Attr<'a>> {
        let mut found = None;
        for (other, attr) in self {
            if other == kind {
                found = Some(attr);
            }
        }
        found
    }

    /// An index of the attributes, for many look-ups.
    #[inline(always)]
    pub fn indexed<const N: usize>(self) -> Index<'a, N> {
        let mut index = Index {
            all: self,
            present: 0,
            places: [0; N],
        };
        index.present = index_all(self.0, &mut index.places);
        index
    }
}

/// Fills in the places of an [`Index`]. Returns a bit for each attribute below 32.
fn index_all(bytes: &[u8], places: &mut [u8]) -> u32 {
    let (mut at, mut present) = (0, 0);
    while let Some((kind, len)) = header(bytes, at) {
        if let Some(place) = places.get_mut(usize::from(kind)) {
            *place = (at / 4 + 1).min(FAR.into()) as u8;
        }
        if kind < 32 {
            present |= 1 << kind;
        }
        at += (len + 3) & !3;
    }
    present
}

/// The number and the length of the attribute that starts at `at`; `None` at the end, and where one is cut short.
#[inline(always)]
pub fn header(bytes: &[u8], at: usize) -> Option<(u16, usize)> {
    let rest = bytes.get(at..)?;
    let head: &[u8; 4] = rest.first_chunk()?;
    let len = usize::from(u16::from_ne_bytes([head[0], head[1]]));
    let kind = u16::from_ne_bytes([head[2], head[3]]) & nla::TYPE_MASK;
    (len >= 4 && len <= rest.len()).then_some((kind, len))
}

impl<'a> Iterator for Attrs<'a> {
    type Item = (u16, Attr<'a>);

    fn next(&mut self) -> Option<(u16, Attr<'a>)> {
        let (kind, len) = header(self.0, 0)?;
        let (attr, rest) = self.0.split_at(len);
        // The last one may lack its padding.
        self.0 = rest.get((len.wrapping_neg() & 3)..).unwrap_or_default();
        Some((kind, Attr(&attr[4..])))
    }
}

/// The place of an attribute that is farther from the start than places can say.
const FAR: u8 = u8::MAX;

/// The attributes of a payload by number, as far as they are below `N`. Of several with one number it has the last, as
/// [`Attrs::find`].
pub struct Index<'a, const N: usize = 72> {
    /// The attributes in their order.
    pub all: Attrs<'a>,
    /// A bit for each attribute below 32 that is there.
    present: u32,
    /// Of each attribute the start, in units of four bytes, and 1; of one that is absent 0. Few messages are so long that an
    /// attribute is [`FAR`], and has to be looked for.
    places: [u8; N],
}

impl<'a, const N: usize> Index<'a, N> {
    /// Takes the attributes below 32 out whose bits are set.
    pub fn hide_all(&mut self, mut bits: u32) {
        self.present &= !bits;
        while bits != 0 {
            self.hide(bits.trailing_zeros() as u16);
            bits &= bits - 1;
        }
    }

    /// Whether one of the attributes below 32 is there whose bits are set.
    pub fn has_any(&self, bits: u32) -> bool {
        self.present & bits != 0
    }

    /// The attribute with a number.
    pub fn get(&self, kind: u16) -> Option<Attr<'a>> {
        find_indexed(self.all, &self.places, kind)
    }

    /// Forgets the attribute with a number.
    pub fn hide(&mut self, kind: u16) {
        if let Some(place) = self.places.get_mut(usize::from(kind)) {
            *place = 0;
        }
    }
}

/// The attribute with a number, by its place.
fn find_indexed<'a>(all: Attrs<'a>, places: &[u8], kind: u16) -> Option<Attr<'a>> {
    let place = *places.get(usize::from(kind))?;
    if place == FAR {
        return all.find(kind);
    }
    let rest = all.0.get(4 * usize::from(place).checked_sub(1)?..)?;
    let (_, len) = header(rest, 0)?;
    rest.get(4..len).map(Attr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_read_back() {
        let mut msg = Msg::new(16, 0x400, &[7; 16]);
        msg.str(3, b"v0");
        msg.nest(18, |m| {
            m.str(1, b"veth");
            m.nest(2, |m| m.u32(9, 5));
        });
        msg.bytes(20, b"");
        let bytes = msg.finish(42, nlm_f::ACK).unwrap().to_vec();
        let message = Messages(&bytes).next().unwrap();
        assert_eq!((message.kind, message.flags, message.seq), (16, 0x405, 42));
        let attrs = Attrs(&message.body[16..]);
        assert_eq!(attrs.map(|(kind, _)| kind).collect::<Vec<_>>(), [3, 18, 20]);
        assert_eq!(attrs.find(3).unwrap().str(), b"v0");
        let data = attrs.find(18).unwrap().attrs().find(2).unwrap();
        assert_eq!(data.attrs().find(9).unwrap().u32(), Some(5));
        assert_eq!(data.attrs().find(9).unwrap().u16(), None);
        for cut in 0..bytes.len() {
            assert!(Messages(&bytes[..cut]).next().is_none());
            assert!(Attrs(bytes[32..].get(..cut).unwrap_or(&[])).count() <= 3);
        }
    }

    #[test]
    fn too_long_is_an_error_at_the_end() {
        let mut msg = Msg::new(16, 0, &[]);
        msg.bytes(1, &vec![0; 65_532]);
        msg.bytes(2, b"x");
        assert!(msg.finish(1, 0).is_err());
    }
}
