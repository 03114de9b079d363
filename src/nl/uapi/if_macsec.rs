//! `<linux/if_macsec.h>`: MACsec cipher suites. The options of a MACsec link are in `if_link`.

pub mod macsec_id {
    // prefix: MACSEC_
    pub const DEFAULT_CIPHER_ID: u64 = 0x0080020001000001;
    pub const CIPHER_ID_GCM_AES_128: u64 = 0x0080C20001000001;
    pub const CIPHER_ID_GCM_AES_256: u64 = 0x0080C20001000002;
    pub const CIPHER_ID_GCM_AES_XPN_128: u64 = 0x0080C20001000003;
    pub const CIPHER_ID_GCM_AES_XPN_256: u64 = 0x0080C20001000004;
}
