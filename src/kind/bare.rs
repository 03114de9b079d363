//! Kinds of link that have nothing but their name. The kernel may know more: a kind that no table has is taken as it is.

use crate::kind::kind::Kind;

/// Kinds after whose name iproute2 refuses further words, and of which it shows no data.
pub static KINDS: &[Kind] = &[Kind::bare(
    c"dummy,ifb,nlmon,vcan,team,team_slave,netdevsim,virt_wifi,pfcp",
)];
