//! `<linux/netfilter/nf_tables.h>`: tables, chains, rules, and the expressions of rules. The attributes and the small numbers
//! of expressions are bytes, of which lists are made.

// prefix: NFT_
pub const REG_VERDICT: u8 = 0;
pub const REG_1: u8 = 1;
pub const REG_2: u8 = 2;

pub mod nft_msg {
    // prefix: NFT_MSG_
    pub const NEWTABLE: u16 = 0;
    pub const DELTABLE: u16 = 2;
    pub const NEWCHAIN: u16 = 3;
    pub const GETCHAIN: u16 = 4;
    pub const DELCHAIN: u16 = 5;
    pub const NEWRULE: u16 = 6;
    pub const GETRULE: u16 = 7;
    pub const DELRULE: u16 = 8;
    pub const GETGEN: u16 = 16;
}

pub mod nfta_gen {
    // prefix: NFTA_GEN_
    pub const ID: u16 = 1;
}

pub mod nfta_list {
    // prefix: NFTA_LIST_
    pub const ELEM: u16 = 1;
}

pub mod nfta_hook {
    // prefix: NFTA_HOOK_
    pub const HOOKNUM: u16 = 1;
    pub const PRIORITY: u16 = 2;
}

pub mod nft_table_f {
    // prefix: NFT_TABLE_F_
    pub const OWNER: u32 = 2;
}

pub mod nfta_table {
    // prefix: NFTA_TABLE_
    pub const NAME: u16 = 1;
    pub const FLAGS: u16 = 2;
}

pub mod nfta_chain {
    // prefix: NFTA_CHAIN_
    pub const TABLE: u16 = 1;
    pub const NAME: u16 = 3;
    pub const HOOK: u16 = 4;
    pub const POLICY: u16 = 5;
    pub const TYPE: u16 = 7;
}

pub mod nfta_rule {
    // prefix: NFTA_RULE_
    pub const TABLE: u16 = 1;
    pub const CHAIN: u16 = 2;
    pub const HANDLE: u16 = 3;
    pub const EXPRESSIONS: u16 = 4;
    pub const USERDATA: u16 = 7;
}

pub mod nfta_data {
    // prefix: NFTA_DATA_
    pub const VALUE: u16 = 1;
    pub const VERDICT: u16 = 2;
}

pub mod nfta_verdict {
    // prefix: NFTA_VERDICT_
    pub const CODE: u16 = 1;
}

pub mod nfta_expr {
    // prefix: NFTA_EXPR_
    pub const NAME: u16 = 1;
    pub const DATA: u16 = 2;
}

pub mod nfta_immediate {
    // prefix: NFTA_IMMEDIATE_
    pub const DREG: u8 = 1;
    pub const DATA: u8 = 2;
}

pub mod nft_cmp {
    // prefix: NFT_CMP_
    pub const EQ: u8 = 0;
    pub const NEQ: u8 = 1;
    pub const LTE: u8 = 3;
    pub const GTE: u8 = 5;
}

pub mod nfta_cmp {
    // prefix: NFTA_CMP_
    pub const SREG: u8 = 1;
    pub const OP: u8 = 2;
    pub const DATA: u8 = 3;
}

pub mod nft_payload {
    // prefix: NFT_PAYLOAD_
    pub const NETWORK_HEADER: u8 = 1;
    pub const TRANSPORT_HEADER: u8 = 2;
}

pub mod nfta_payload {
    // prefix: NFTA_PAYLOAD_
    pub const DREG: u8 = 1;
    pub const BASE: u8 = 2;
    pub const OFFSET: u8 = 3;
    pub const LEN: u8 = 4;
}

pub mod nft_meta {
    // prefix: NFT_META_
    pub const IIF: u8 = 4;
    pub const OIF: u8 = 5;
    pub const NFPROTO: u8 = 15;
    pub const L4PROTO: u8 = 16;
}

pub mod nfta_meta {
    // prefix: NFTA_META_
    pub const DREG: u8 = 1;
    pub const KEY: u8 = 2;
}

pub mod nft_ct {
    // prefix: NFT_CT_
    pub const DIRECTION: u8 = 1;
    pub const DST_IP: u8 = 20;
    pub const DST_IP6: u8 = 22;
}

pub mod nfta_ct {
    // prefix: NFTA_CT_
    pub const DREG: u8 = 1;
    pub const KEY: u8 = 2;
    pub const DIRECTION: u8 = 3;
}

pub mod nft_reject {
    // prefix: NFT_REJECT_
    pub const TCP_RST: u8 = 1;
    pub const ICMPX_UNREACH: u8 = 2;
    pub const ICMPX_PORT_UNREACH: u8 = 1;
}

pub mod nfta_reject {
    // prefix: NFTA_REJECT_
    pub const TYPE: u8 = 1;
    pub const ICMP_CODE: u8 = 2;
}

pub mod nft_nat {
    // prefix: NFT_NAT_
    pub const DNAT: u8 = 1;
}

pub mod nfta_nat {
    // prefix: NFTA_NAT_
    pub const TYPE: u8 = 1;
    pub const FAMILY: u8 = 2;
    pub const REG_ADDR_MIN: u8 = 3;
    pub const REG_PROTO_MIN: u8 = 5;
}

pub mod nfta_fib {
    // prefix: NFTA_FIB_
    pub const DREG: u8 = 1;
    pub const RESULT: u8 = 2;
    pub const FLAGS: u8 = 3;
    pub const F_DADDR: u8 = 2;
}

pub mod nft_fib_result {
    // prefix: NFT_FIB_RESULT_
    pub const ADDRTYPE: u8 = 3;
}
