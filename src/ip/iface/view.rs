//! How much of a link is shown, and the form of what shows a piece of it.

use crate::ip::command::Ctx;
use crate::ip::iface::record::Record;
use crate::names::Names;
use crate::out::Out;

/// How much of a link is shown.
#[derive(Clone, Copy, PartialEq)]
pub enum View {
    /// All of it: `ip link`.
    Link,
    /// What stands above addresses: `ip address`.
    Address,
    /// The same without the line of the link-layer address: `ip -4 address`.
    FirstLine,
    /// What a notification says: `-echo`.
    Event,
}

impl View {
    /// Whether the alias, XDP programs and virtual functions are shown: by `ip link`, and by the others with `-d`.
    pub fn is_long(self, ctx: &Ctx) -> bool {
        self == View::Link || ctx.details > 0
    }
}

/// Shows a piece of a link, or nothing where the link does not have it.
pub type Block = fn(&Record, View, &Ctx, &mut Out, &mut Names);
