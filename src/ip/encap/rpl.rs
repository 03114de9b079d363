//! `encap rpl segs A,B…`: a source route of RPL.

use crate::error::Result;
use crate::ip::encap::source_route::{RPL, add_header, show_segments};
use crate::names::Names;
use crate::nl::uapi::rpl_iptunnel;
use crate::nl::wire::{Attr, Index};
use crate::out::Out;
use crate::row::draft::Draft;
use crate::row::option::Row;

/// Adds the attribute of the header.
pub fn finish(draft: &mut Draft) -> Result<()> {
    add_header(draft, rpl_iptunnel::SRH, b"", RPL, false)
}

/// Prints a header.
pub fn show_header(_: &Row, attr: Attr, _: &Index, out: &mut Out, _: &mut Names) {
    if let Some(count) = attr.0.get(3) {
        show_segments(attr.0, usize::from(*count), out);
    }
}
