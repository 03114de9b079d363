//! Kinds that have nothing but their name. Others of the sort need no table: a kind that none has is taken as it is.

use crate::kind::kind::Kind;

/// Kinds after whose name iproute2 refuses further words; `-d` shows none of their data.
pub static KINDS: &[Kind] = &[Kind::bare(
    c"dummy,ifb,nlmon,vcan,team,team_slave,netdevsim,virt_wifi,pfcp",
)];
