//! `<linux/ioam6.h>`: the header of a trace in packets.

// prefix: IOAM6_
pub const TRACE_DATA_SIZE_MAX: u64 = 244;
