//! One blocking netlink socket. One request, one verb: [`Socket::ack`], [`Socket::get`], [`Socket::dump`].

use std::os::fd::{AsFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrAny, SocketFlags, SocketType, netlink, recvfrom,
    send, socket_with,
};

use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::nl::uapi::{netlink as option, nlm_f, nlmsg, nlmsgerr_attr};
use crate::nl::wire::{Attrs, HEADER, Message, Messages, Msg, field};
use crate::sys;
use crate::text::add;

/// Room for any datagram: dumps come in pieces of 32 KiB, and the longest single message, a link with all its virtual
/// functions, has a few attributes of 64 KiB. Pages that are never reached cost nothing.
const ROOM: usize = 256 * 1024;

/// A route netlink socket.
pub struct Socket {
    fd: OwnedFd,
    seq: u32,
    buf: Vec<u8>,
    interrupted: bool,
    /// Warnings that came with an acknowledgement, as lines for stderr.
    pub warnings: Vec<u8>,
}

/// What is done with each message of an answer.
pub type Each<'e> = &'e mut dyn FnMut(Message<'_>) -> Result<()>;

impl Socket {
    /// Opens the socket in the current network namespace: strict checking, extended and capped acknowledgements, as far as
    /// the kernel has them. The kernel gives it a port at the first request.
    pub fn open() -> Result<Socket> {
        let fd = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            None, // protocol 0 is NETLINK_ROUTE
        )
        .map_err(|e| Error::os("Cannot open netlink socket", b"", e.raw_os_error()))?;
        for option in [option::EXT_ACK, option::GET_STRICT_CHK, option::CAP_ACK] {
            sys::netlink_option(fd.as_fd(), option);
        }
        Ok(Socket {
            fd,
            seq: 0,
            buf: Vec::new(),
            interrupted: false,
            warnings: Vec::new(),
        })
    }

    /// Sends a request that the kernel acknowledges.
    pub fn ack(&mut self, msg: &mut Msg) -> Result<()> {
        self.send(msg, nlm_f::ACK)?;
        self.answer(&mut |_| Ok(()), true)
    }

    /// Sends a request that the kernel answers with one message.
    pub fn get(&mut self, msg: &mut Msg, each: Each) -> Result<()> {
        self.send(msg, 0)?;
        self.answer(each, false)
    }

    /// Sends a request that the kernel answers with many messages.
    ///
    /// # Errors
    /// The kernel's refusal, with iproute2's second line and exit status 1.
    ///
    /// False means that what was dumped changed under way: the caller may ask again, or say so.
    pub fn dump(&mut self, msg: &mut Msg, each: Each) -> Result<bool> {
        self.send(msg, nlm_f::DUMP)?;
        self.interrupted = false;
        self.answer(each, true).map_err(|e| match e.code() {
            KERNEL => e.then("Dump terminated").code_is(REFUSED),
            _ => e,
        })?;
        Ok(!self.interrupted)
    }

    fn send(&mut self, msg: &mut Msg, flags: u16) -> Result<()> {
        self.seq = self.seq.wrapping_add(1);
        let bytes = msg.finish(self.seq, flags)?;
        send(&self.fd, bytes, SendFlags::empty())
            .map_err(|e| Error::os("Cannot talk to rtnetlink", b"", e.raw_os_error()))?;
        Ok(())
    }

    /// Takes datagrams until the request is answered: by an acknowledgement, by the end of a dump, or (not `to_the_end`)
    /// by the first message.
    fn answer(&mut self, each: Each, to_the_end: bool) -> Result<()> {
        if self.buf.is_empty() {
            self.buf = vec![0; ROOM];
        }
        loop {
            let len = match recvfrom(&self.fd, &mut self.buf[..], RecvFlags::TRUNC) {
                Ok((_, len, from)) if from_kernel(&from) => len,
                Ok(_) => continue,
                Err(rustix::io::Errno::INTR) => continue,
                Err(e) => return Err(Error::os("netlink receive error", b"", e.raw_os_error())),
            };
            let Some(datagram) = self.buf.get(..len) else {
                return Err(Error::refused("netlink message too long", b""));
            };
            for message in Messages(datagram) {
                if message.seq != self.seq {
                    continue;
                }
                self.interrupted |= message.flags & nlm_f::DUMP_INTR != 0;
                match message.kind {
                    nlmsg::DONE | nlmsg::ERROR => {
                        let errno = field(message.body, 0)
                            .map_or(libc::EPROTO, |n| (n as i32).wrapping_neg());
                        let (text, missing) = extended(message);
                        if errno != 0 {
                            return Err(Error::kernel(errno, text, missing));
                        }
                        if !text.is_empty() {
                            let stop: &[u8] = if text.ends_with(b".") { b"" } else { b"." };
                            add(&mut self.warnings, b"Warning: %%\n", &[text, stop]);
                        }
                        return Ok(());
                    }
                    nlmsg::NOOP => {}
                    _ => {
                        each(message)?;
                        if !to_the_end {
                            return Ok(());
                        }
                    }
                }
            }
        }
    }
}

/// Whether a datagram comes from the kernel, port 0. Any process may send to a netlink port.
fn from_kernel(from: &Option<SocketAddrAny>) -> bool {
    from.clone()
        .and_then(|from| netlink::SocketAddrNetlink::try_from(from).ok())
        .is_some_and(|from| from.pid() == 0)
}

/// The extended acknowledgement: the kernel's text, and the number of a missing attribute.
fn extended(message: Message<'_>) -> (&[u8], Option<u32>) {
    // An error carries its i32 and the header of the request, or the whole of it where the kernel does not cap; the end of a
    // dump carries an i32 alone.
    let mut start = 4;
    if message.kind == nlmsg::ERROR {
        start += match field(message.body, 4) {
            Some(len) if message.flags & nlm_f::CAPPED == 0 => (len as usize).next_multiple_of(4),
            _ => HEADER,
        };
    }
    if message.flags & nlm_f::ACK_TLVS == 0 {
        return (&[], None);
    }
    let attrs = Attrs(message.body.get(start..).unwrap_or(&[]));
    let text = attrs
        .find(nlmsgerr_attr::MSG)
        .map_or(&[][..], |attr| attr.str());
    (
        text,
        attrs
            .find(nlmsgerr_attr::MISS_TYPE)
            .and_then(|attr| attr.u32()),
    )
}
