//! `<linux/ila.h>`: addresses of identifiers and locators.

// prefix: ILA_ATTR_
pub const LOCATOR: u16 = 1;
pub const CSUM_MODE: u16 = 7;
pub const IDENT_TYPE: u16 = 8;
pub const HOOK_TYPE: u16 = 9;
