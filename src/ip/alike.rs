//! A record that is like the one before it. A large table of routes leads almost everywhere by the same few gateways, and
//! thousands of nexthops may differ in their ids alone: but for a word or two, such a line is the same text again.

#[cfg(feature = "fast-lists")]
mod last;
#[cfg(not(feature = "fast-lists"))]
#[path = "alike/no_last.rs"]
mod last;

pub use last::Last;

/// How records of a sort may differ and yet be alike.
#[cfg_attr(not(feature = "fast-lists"), expect(dead_code))]
pub struct Alike {
    /// The type of their messages, `RTM_NEW*`.
    pub kind: u16,
    /// The size of the fixed header.
    pub fixed: usize,
    /// The bytes of the fixed header that may differ.
    pub free: &'static [usize],
    /// The attributes that may differ, in the order of their words.
    pub varying: &'static [Varying],
    /// Adds the word of an attribute to a text: its number, its payload, and the body that it is in.
    pub add: fn(&mut Vec<u8>, u16, &[u8], &[u8]),
}

/// An attribute that may differ.
#[cfg_attr(not(feature = "fast-lists"), expect(dead_code))]
pub struct Varying {
    /// Its number.
    pub attr: u16,
    /// Which word of the line it is, counted from 0; none where nothing is printed of it.
    pub word: Option<u8>,
}
