//! The request for counters, and going through the answers.

use crate::error::Result;
use crate::ip::command::{DUMP_CHANGED, Io};
use crate::nl::uapi::rtm;
use crate::nl::wire::{Attr, Attrs, Msg, field};
use crate::out::Out;

/// Shows the counters of a link: its index and name, and the attributes.
pub type Show<'e> = &'e mut dyn FnMut(u32, &[u8], Attrs, &mut Out);

/// Shows the links that have counters in the attribute `attr` of the attribute `group` (`IFLA_STATS_*`): all of them,
/// or the one with an index that is not 0.
pub fn each_stats(io: &mut Io, group: u16, attr: u16, index: u32, show: Show) -> Result<()> {
    let Io { out, names, .. } = io;
    // struct if_stats_msg, whose last member is a mask of groups.
    let mut head = [0; 12];
    head[8..].copy_from_slice(&(1u32 << (group - 1)).to_ne_bytes());
    let mut msg = Msg::new(rtm::GETSTATS, 0, &head);
    let mut socket = names.lend()?;
    out.document();
    let consistent = socket.dump(&mut msg, &mut |message| {
        let found = field(message.body, 4).filter(|found| index == 0 || *found == index);
        let groups = message.attrs(12);
        let counters = groups.find(group).unwrap_or_default().attrs().find(attr);
        if let (rtm::NEWSTATS, Some(found), Some(counters)) = (message.kind, found, counters) {
            let mut name = Vec::new();
            names.add_link_name(found, &mut name);
            out.object("");
            show(found, &name, counters.attrs(), out);
            out.object_end();
        }
        out.record_end()
    });
    names.give_back(socket);
    if !consistent? {
        out.warn(DUMP_CHANGED);
    }
    out.document_end()
}

/// The counter with a number in a struct of u64.
pub fn counter(counters: Attr, n: usize) -> u64 {
    let bytes = counters.0.get(8 * n..8 * n + 8).unwrap_or_default();
    Attr(bytes).u64().unwrap_or(0)
}
