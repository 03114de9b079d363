//! `<linux/genetlink.h>`: the controller of generic netlink, which knows the families.

pub mod genl_id {
    // prefix: GENL_ID_
    pub const CTRL: u16 = 16;
}

pub mod ctrl_cmd {
    // prefix: CTRL_CMD_
    pub const GETFAMILY: u8 = 3;
}

pub mod ctrl_attr {
    // prefix: CTRL_ATTR_
    pub const FAMILY_ID: u16 = 1;
    pub const FAMILY_NAME: u16 = 2;
    pub const MCAST_GROUPS: u16 = 7;
}

pub mod ctrl_attr_mcast_grp {
    // prefix: CTRL_ATTR_MCAST_GRP_
    pub const NAME: u16 = 1;
    pub const ID: u16 = 2;
}
