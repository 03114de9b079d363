//! `<linux/if_addrlabel.h>`: labels of prefixes, by which a source address is chosen.

pub mod ifal {
    // prefix: IFAL_
    pub const ADDRESS: u16 = 1;
    pub const LABEL: u16 = 2;
}
