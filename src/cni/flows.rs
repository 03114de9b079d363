//! What the kernel remembers of packets that came to a port before it was published: they would go where they went then.

use crate::cni::protocol::Answer;
use crate::cni::texts::copy;
use crate::nl::nft;
use crate::nl::uapi::nfnetlink_conntrack::{cta, cta_proto, cta_tuple, ctnl_msg};
use crate::nl::uapi::{nfnl_subsys, nla};
use crate::nl::wire::{Attrs, Msg};

const fn kind(msg: u16) -> u16 {
    nfnl_subsys::CTNETLINK << 8 | msg
}

/// Forgets the flows of a family (`AF_*`) to ports of UDP; those of TCP end when a client begins anew.
pub fn forget(family: u8, ports: &[u16]) -> Answer<()> {
    let socket = Box::leak(nft::open()?);
    let mut stale = Vec::new();
    let mut msg = Msg::new(kind(ctnl_msg::GET), 0, &[family, 0, 0, 0]);
    // What changes meanwhile is of another time.
    socket.dump(&mut msg, &mut |message| {
        let attrs = Attrs(message.body.get(4..).unwrap_or_default());
        let tuple = attrs.find(cta::TUPLE_ORIG).unwrap_or_default();
        let proto = tuple
            .attrs()
            .find(cta_tuple::PROTO)
            .unwrap_or_default()
            .attrs();
        let is_udp = proto.find(cta_proto::NUM).unwrap_or_default().0 == [libc::IPPROTO_UDP as u8];
        let port = proto.find(cta_proto::DST_PORT).and_then(|port| port.be16());
        if is_udp && port.is_some_and(|port| ports.contains(&port)) {
            stale.push(copy(tuple.0));
        }
        Ok(())
    })?;
    for tuple in &*stale.leak() {
        let mut msg = Msg::new(kind(ctnl_msg::DELETE), 0, &[family, 0, 0, 0]);
        msg.bytes(cta::TUPLE_ORIG | nla::F_NESTED, tuple);
        // It may be gone by itself.
        let _ = socket.ack(&mut msg, &mut |_| Ok(()));
    }
    Ok(())
}
