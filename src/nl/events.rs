//! Notifications in large numbers: a socket that listens to groups for ever.

use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};

use crate::error::{Error, Result};
use crate::nl::sock::Socket;
use crate::nl::uapi::netlink as option;
use crate::nl::uapi::nlmsg;
use crate::nl::wire::{Message, Messages};
use crate::sys;
use crate::sys::receive::receive_many;

/// The size of the receive buffer where none is asked for, in bytes: some ten thousand notifications have room in it.
const BUFFER: usize = 8 << 20;

/// Called with each notification, and with the id of the network namespace that it comes from, if that is another. Where
/// some were lost, it is an empty one of the type `NLMSG_OVERRUN`.
pub type EachEvent<'e> = &'e mut dyn FnMut(&Message<'_>, Option<i32>) -> Result<()>;

/// A socket that listens.
pub struct Events {
    socket: Box<Socket>,
    buf: Vec<u8>,
}

impl Events {
    /// Makes a socket listen; `buffered` if its receive buffer has a size that was asked for.
    pub fn new(mut socket: Box<Socket>, buffered: bool) -> Result<Events> {
        if !buffered {
            // Past the limit of the system where this is allowed. What the kernel makes of it will do.
            let _ = set_socket_recv_buffer_size_force(&socket.fd, BUFFER)
                .or_else(|_| set_socket_recv_buffer_size(&socket.fd, BUFFER));
        }
        socket.join(&[])?;
        Ok(Events {
            socket,
            buf: Vec::new(),
        })
    }

    /// Joins a multicast group, `RTNLGRP_*`. False if the kernel does not have it.
    pub fn join(&mut self, group: u32) -> bool {
        self.socket.join_group(group).is_ok()
    }

    /// Listens to all network namespaces that have an id in this one as well.
    pub fn listen_all_nsid(&self) -> Result<()> {
        sys::set_netlink(self.socket.fd.as_fd(), option::LISTEN_ALL_NSID, 1)
            .map_err(|e| Error::os("NETLINK_LISTEN_ALL_NSID", b"", e.raw_os_error()))
    }

    /// Waits for notifications, and hands on those that have come. Returns whether these are all.
    pub fn receive(&mut self, each: EachEvent) -> Result<bool> {
        let mut done = Ok(());
        let lost = Message {
            kind: nlmsg::OVERRUN,
            ..Message::NONE
        };
        let received = receive_many(self.socket.fd.as_fd(), &mut self.buf, &mut |datagram| {
            // Any process may send to a netlink port; that of the kernel is 0.
            if datagram.port != 0 {
                return;
            }
            let mut hand_on = |message: &Message<'_>| {
                if done.is_ok() {
                    done = each(message, datagram.nsid);
                }
            };
            if datagram.is_cut {
                return hand_on(&lost);
            }
            for message in Messages(datagram.bytes) {
                hand_on(&message);
            }
        });
        match received {
            Ok(all) => done.map(|()| all),
            Err(Errno::INTR) => Ok(false),
            Err(Errno::NOBUFS) => each(&lost, None).map(|()| false),
            Err(e) => Err(Error::os("netlink receive error", b"", e.raw_os_error())),
        }
    }
}
