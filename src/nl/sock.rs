//! One blocking netlink socket. One request, one verb: [`Socket::ack`], [`Socket::get`], [`Socket::dump`],
//! [`Socket::pipeline`]; and [`Socket::listen`] for what the kernel says unasked.

use std::os::fd::{AsFd, OwnedFd};

use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketAddrAny, SocketFlags, SocketType, bind, netlink,
    recvfrom, send, socket_with,
};

use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::nl::uapi::{netlink as option, nlm_f, nlmsg, nlmsgerr_attr};
use crate::nl::wire::{Attrs, HEADER, Message, Messages, Msg, field};
use crate::sys;
use crate::text::add;

/// Room for any datagram: dumps come in pieces of 32 KiB, and the longest single message, a link with all its virtual
/// functions, has a few attributes of 64 KiB. Pages that are never reached cost nothing.
const ROOM: usize = 256 * 1024;

/// A deadline that never comes.
pub const FOREVER: u64 = u64::MAX;

/// A route netlink socket.
pub struct Socket {
    fd: OwnedFd,
    seq: u32,
    buf: Vec<u8>,
    interrupted: bool,
    strict: bool,
    /// Warnings that came with an acknowledgement, as lines for stderr.
    pub warnings: Vec<u8>,
}

/// What is done with each message of an answer.
pub type Each<'e> = &'e mut dyn FnMut(Message<'_>) -> Result<()>;

impl Socket {
    /// Opens the socket in the current network namespace, with extended acknowledgements where the kernel has them. It gives
    /// the socket a port at the first request.
    pub fn open() -> Result<Box<Socket>> {
        let fd = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            None, // protocol 0 is NETLINK_ROUTE
        )
        .and_then(sys::not_standard)
        .map_err(|e| Error::os("Cannot open netlink socket", b"", e.raw_os_error()))?;
        sys::netlink_option(fd.as_fd(), option::EXT_ACK);
        Ok(Box::new(Socket {
            fd,
            seq: 0,
            buf: Vec::new(),
            interrupted: false,
            strict: false,
            warnings: Vec::new(),
        }))
    }

    /// Sends a request that the kernel acknowledges; before that it may answer with messages (`NLM_F_ECHO`).
    pub fn ack(&mut self, msg: &mut Msg, each: Each) -> Result<()> {
        self.send(msg, nlm_f::ACK)?;
        self.answer(self.seq, each, true)
    }

    /// Sends a request that the kernel answers with one message.
    pub fn get(&mut self, msg: &mut Msg, each: Each) -> Result<()> {
        self.send(msg, 0)?;
        self.answer(self.seq, each, false)
    }

    /// Sends several requests at once, each of which the kernel answers with one message or refuses; `each` gets the answers
    /// in the order of the requests.
    pub fn pipeline(
        &mut self,
        msgs: &mut [Msg],
        each: &mut dyn FnMut(Result<Message<'_>>),
    ) -> Result<()> {
        let first = self.seq.wrapping_add(1);
        let mut bytes = Vec::new();
        for msg in &mut *msgs {
            self.seq = self.seq.wrapping_add(1);
            bytes.extend_from_slice(msg.finish(self.seq, 0)?);
        }
        self.send_bytes(&bytes)?;
        for n in 0..msgs.len() {
            let seq = first.wrapping_add(n as u32);
            let mut answer = |message: Message<'_>| {
                each(Ok(message));
                Ok(())
            };
            match self.answer(seq, &mut answer, false) {
                Err(e) if e.code() == KERNEL => each(Err(e)),
                done => done?,
            }
        }
        Ok(())
    }

    /// From now on the kernel's messages of some multicast groups arrive, `RTNLGRP_*` up to 32. To be bound matters: the port of a
    /// socket that is not is the kernel's own, which hears nothing of what it says.
    pub fn join(&mut self, groups: &[u32]) -> Result<()> {
        let groups = groups.iter().fold(0, |all, group| all | 1 << (group - 1));
        let address = netlink::SocketAddrNetlink::new(0, groups);
        bind(&self.fd, &address)
            .map_err(|e| Error::os("Cannot listen to rtnetlink", b"", e.raw_os_error()))
    }

    /// Waits for the messages of the groups that were joined, until `each` says true or `deadline` (of `CLOCK_MONOTONIC`,
    /// nanoseconds, or [`FOREVER`]) has passed; false means the latter. That messages were lost is told by one of the kind
    /// `NLMSG_OVERRUN`, which is made here.
    pub fn listen(
        &mut self,
        deadline: u64,
        each: &mut dyn FnMut(Message<'_>) -> bool,
    ) -> Result<bool> {
        loop {
            let left = deadline.saturating_sub(sys::clock(libc::CLOCK_MONOTONIC));
            if left == 0 {
                return Ok(false);
            }
            // Of a microsecond at the least: zero would be for ever.
            let left = std::time::Duration::from_nanos(left.max(1_000));
            let left = Some(left).filter(|_| deadline != FOREVER);
            set_socket_timeout(&self.fd, Timeout::Recv, left)
                .map_err(|e| receive_error(e.raw_os_error()))?;
            let mut found = false;
            match self.receive() {
                Err(e) if e.errno() == libc::EAGAIN => return Ok(false),
                Err(e) if e.errno() == libc::ENOBUFS => {
                    found = each(Message {
                        kind: nlmsg::OVERRUN,
                        flags: 0,
                        seq: 0,
                        body: &[],
                        rest: &[],
                    });
                }
                len => {
                    for message in Messages(&self.buf[..len?]) {
                        found |= each(message);
                    }
                }
            }
            if found {
                return Ok(true);
            }
        }
    }

    /// Sends a request that the kernel answers with many messages.
    ///
    /// # Errors
    /// The kernel's refusal, with iproute2's second line and exit status 1.
    ///
    /// False means that what was dumped changed under way: the caller may ask again, or say so.
    pub fn dump(&mut self, msg: &mut Msg, each: Each) -> Result<bool> {
        if !self.strict {
            // A kernel that does not know it leaves the choosing to us.
            sys::netlink_option(self.fd.as_fd(), option::GET_STRICT_CHK);
            self.strict = true;
        }
        self.send(msg, nlm_f::DUMP)?;
        self.interrupted = false;
        self.answer(self.seq, each, true)
            .map_err(|e| match e.code() {
                KERNEL => e.then("Dump terminated").code_is(REFUSED),
                _ => e,
            })?;
        Ok(!self.interrupted)
    }

    fn send(&mut self, msg: &mut Msg, flags: u16) -> Result<()> {
        self.seq = self.seq.wrapping_add(1);
        self.send_bytes(msg.finish(self.seq, flags)?)
    }

    fn send_bytes(&self, bytes: &[u8]) -> Result<()> {
        send(&self.fd, bytes, SendFlags::empty())
            .map_err(|e| Error::os("Cannot talk to rtnetlink", b"", e.raw_os_error()))?;
        Ok(())
    }

    /// The next datagram, in `buf`: its length, 0 if it is not from the kernel or a signal came before it.
    fn receive(&mut self) -> Result<usize> {
        if self.buf.is_empty() {
            self.buf = vec![0; ROOM];
        }
        match recvfrom(&self.fd, &mut self.buf[..], RecvFlags::TRUNC) {
            Ok((_, len, from)) if from_kernel(&from) => {
                if len > self.buf.len() {
                    Err(Error::refused("netlink message too long", b""))
                } else {
                    Ok(len)
                }
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(0),
            Err(e) => Err(receive_error(e.raw_os_error())),
        }
    }

    /// Takes datagrams until the request with that number is answered: by an acknowledgement, by the end of a dump, or (not
    /// `to_the_end`) by the first message.
    fn answer(&mut self, seq: u32, each: Each, to_the_end: bool) -> Result<()> {
        loop {
            let len = self.receive()?;
            let datagram = &self.buf[..len];
            for message in Messages(datagram) {
                if message.seq != seq {
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

fn receive_error(errno: i32) -> Error {
    Error::os("netlink receive error", b"", errno)
}

/// Whether a datagram comes from the kernel, port 0. Any process may send to a netlink port.
fn from_kernel(from: &Option<SocketAddrAny>) -> bool {
    from.clone()
        .and_then(|from| netlink::SocketAddrNetlink::try_from(from).ok())
        .is_some_and(|from| from.pid() == 0)
}

/// The extended acknowledgement: the kernel's text, and the number of a missing attribute.
fn extended(message: Message<'_>) -> (&[u8], Option<u32>) {
    // An error carries its i32 and the request, or where a kernel caps it the header of that; the end of a dump carries an
    // i32 alone.
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
