//! What is looked for in events, and where they are shown.

use crate::ip::command::Ctx;
use crate::names::Names;
use crate::out::Out;

/// Which events are shown, what of them, and where.
pub struct Watch<'a> {
    /// The global options.
    pub ctx: &'a Ctx,
    /// Index of the device that they are about; 0 for all.
    pub index: u32,
    /// The object is named in text.
    pub labels: bool,
    /// The network namespace is named.
    pub all_nsid: bool,
    /// Links are shown, not only learned.
    pub links: bool,
    /// The ids of namespaces are shown, not only learned.
    pub ids: bool,
    /// Where it is shown.
    pub out: &'a mut Out,
    /// The names in this network namespace.
    pub names: &'a mut Names,
    /// The names in another one, that of the last event that was not of this one.
    pub foreign_names: &'a mut Names,
    /// What is wrong with an event, as lines for stderr.
    pub warnings: Vec<u8>,
}

impl Watch<'_> {
    /// Whether an event about a device is shown.
    pub fn has_index(&self, index: u32) -> bool {
        self.index == 0 || self.index == index
    }

    /// Whether an event about a family of addresses is shown.
    pub fn has_family(&self, family: u8) -> bool {
        self.ctx.family == 0 || self.ctx.family == family
    }
}
