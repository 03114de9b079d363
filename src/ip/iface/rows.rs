//! Rows of what a link message has beside its kind.

use crate::nl::uapi::ifla;
use crate::options;
use crate::row::declare::*;
use crate::row::table::Table;

options! {
    MTU_ROWS {
        ifla::MTU => U32, name: "mtu";
    }

    QDISC_ROWS {
        ifla::QDISC => TEXT, name: "qdisc";
        ifla::MASTER => DEVICE, name: "master", show: NonZero;
    }

    BEFORE_KIND_ROWS {
        ifla::PROMISCUITY => U32, name: " promiscuity", json: "promiscuity";
        ifla::ALLMULTI => U32, name: "allmulti";
        ifla::MIN_MTU => U32, name: "minmtu", json: "min_mtu";
        ifla::MAX_MTU => U32, name: "maxmtu", json: "max_mtu";
        ifla::NETNS_IMMUTABLE => NAME_IF_SET, name: "netns-immutable";
    }

    AFTER_KIND_ROWS {
        ifla::NUM_TX_QUEUES => U32, name: "numtxqueues", json: "num_tx_queues";
        ifla::NUM_RX_QUEUES => U32, name: "numrxqueues", json: "num_rx_queues";
        ifla::GSO_MAX_SIZE => U32, name: "gso_max_size";
        ifla::GSO_MAX_SEGS => U32, name: "gso_max_segs";
        ifla::TSO_MAX_SIZE => U32, name: "tso_max_size";
        ifla::TSO_MAX_SEGS => U32, name: "tso_max_segs";
        ifla::GRO_MAX_SIZE => U32, name: "gro_max_size";
        ifla::GSO_IPV4_MAX_SIZE => U32, name: "gso_ipv4_max_size";
        ifla::GRO_IPV4_MAX_SIZE => U32, name: "gro_ipv4_max_size";
        ifla::PHYS_PORT_NAME => TEXT, name: "portname", json: "phys_port_name";
        ifla::PHYS_PORT_ID => HEX_BYTES, name: "portid", json: "phys_port_id";
        ifla::PHYS_SWITCH_ID => HEX_BYTES, name: "switchid", json: "phys_switch_id";
        ifla::PARENT_DEV_BUS_NAME => TEXT, name: "parentbus";
        ifla::PARENT_DEV_NAME => TEXT, name: "parentdev";
    }
}

/// First on the line, before the XDP program.
pub static MTU: Table = Table::new(MTU_ROWS);
/// Behind it.
pub static QDISC: Table = Table::new(QDISC_ROWS);
/// What `-d` adds before the data of the kind.
pub static BEFORE_KIND: Table = Table::new(BEFORE_KIND_ROWS);
/// What `-d` adds behind the data of the kind.
pub static AFTER_KIND: Table = Table::new(AFTER_KIND_ROWS);
