//! `<linux/batman_adv.h>`: B.A.T.M.A.N. meshes.

pub mod batadv {
    // prefix: IFLA_BATADV_
    pub const ALGO_NAME: u16 = 1;
}
