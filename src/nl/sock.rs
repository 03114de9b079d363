//! A blocking netlink socket. A request is sent by the method for its answer: [`Socket::ack`], [`Socket::get`],
//! [`Socket::dump`] or [`Socket::pipeline`]. [`Socket::listen`] receives notifications.

use crate::append::Append;
use std::os::fd::{AsFd, OwnedFd};

use rustix::buffer::spare_capacity;
use rustix::io::Errno;
use rustix::net::sockopt::{
    Timeout, set_socket_recv_buffer_size, set_socket_timeout, socket_recv_buffer_size,
};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketAddrAny, SocketFlags, SocketType, bind,
    netlink, recvfrom, send, socket_with,
};

use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::nl::uapi::{netlink as option, nlm_f, nlmsg, nlmsgerr_attr};
use crate::nl::wire::{HEADER, Message, Messages, Msg, field};
use crate::sys;
use crate::text::add;

/// The size of the receive buffer. Dumps come in datagrams of 32 KiB; the longest message, a link with all its virtual
/// functions, has a few attributes of 64 KiB. Pages that are not written to take no memory.
const ROOM: usize = 256 * 1024;

/// A deadline that is never reached.
pub const FOREVER: u64 = u64::MAX;

/// A route netlink socket.
pub struct Socket {
    pub(super) fd: OwnedFd,
    seq: u32,
    buf: Vec<u8>,
    interrupted: bool,
    strict: bool,
    /// Warnings that came with an acknowledgement, as lines for stderr.
    pub warnings: Vec<u8>,
}

/// Called with each message of an answer.
pub type Each<'e> = &'e mut dyn FnMut(&Message<'_>) -> Result<()>;

/// Called with each request that is refused: its sequence number, and why.
pub type Refused<'r> = &'r mut dyn FnMut(u32, Error);

impl Socket {
    /// Opens a socket in the current network namespace, with extended acknowledgements if the kernel has them. The
    /// kernel binds it to a port at the first request.
    pub fn open() -> Result<Box<Socket>> {
        Socket::open_to(None) // protocol 0 is NETLINK_ROUTE
    }

    /// The same for another part of the kernel than routing: `NETLINK_*`.
    pub fn open_to(protocol: Option<Protocol>) -> Result<Box<Socket>> {
        let fd = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            protocol,
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

    /// Sets the size of the receive buffer, in bytes; the kernel makes of it what its limits allow.
    pub fn set_receive_buffer(&self, size: u32) -> Result<()> {
        let size = size.min(i32::MAX as u32) as usize;
        set_socket_recv_buffer_size(&self.fd, size)
            .map_err(|e| Error::os("SO_RCVBUF", b"", e.raw_os_error()))
    }

    /// Sends a request that the kernel acknowledges. With `NLM_F_ECHO` messages may come before the acknowledgement.
    pub fn ack(&mut self, msg: &mut Msg, each: Each) -> Result<()> {
        self.send(msg, nlm_f::ACK)?;
        self.answer(self.seq, each, true)
    }

    /// Sends a request that the kernel answers with one message.
    pub fn get(&mut self, msg: &mut Msg, each: Each) -> Result<()> {
        self.send(msg, 0)?;
        self.answer(self.seq, each, false)
    }

    /// Sends several requests at once, each of which the kernel answers with one message or refuses. `each` is called
    /// with the answers in the order of the requests.
    pub fn pipeline(
        &mut self,
        msgs: &mut [Msg],
        each: &mut dyn FnMut(Result<&Message<'_>>),
    ) -> Result<()> {
        let first = self.seq.wrapping_add(1);
        let mut bytes = Vec::new();
        for msg in &mut *msgs {
            self.seq = self.seq.wrapping_add(1);
            bytes.append_bytes(msg.finish(self.seq, 0)?);
        }
        self.send_bytes(&bytes)?;
        for n in 0..msgs.len() {
            let seq = first.wrapping_add(n as u32);
            let mut answer = |message: &Message<'_>| {
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

    /// Joins multicast groups, `RTNLGRP_*` up to 32. The socket must be bound for that: before, its port is 0, that of
    /// the kernel, and the kernel sends no notification to the port that caused it.
    pub fn join(&mut self, groups: &[u32]) -> Result<()> {
        let groups = groups.iter().fold(0, |all, group| all | 1 << (group - 1));
        let address = netlink::SocketAddrNetlink::new(0, groups);
        bind(&self.fd, &address)
            .map_err(|e| Error::os("Cannot listen to rtnetlink", b"", e.raw_os_error()))
    }

    /// Joins a multicast group with any number.
    pub fn join_group(&mut self, group: u32) -> std::result::Result<(), Errno> {
        sys::set_netlink(self.fd.as_fd(), option::ADD_MEMBERSHIP, group)
    }

    /// Throws away what has come. The kernel drops answers, too, without a word, between a loss and an empty queue.
    pub fn drain(&mut self) -> Result<()> {
        loop {
            match self.receive(RecvFlags::DONTWAIT) {
                Ok(None) => return Ok(()),
                Err(e) if e.errno() != libc::ENOBUFS => return Err(e),
                _ => {}
            }
        }
    }

    /// Receives messages of the groups that were joined, until `each` returns true or the deadline has passed, which is
    /// false. The deadline is in nanoseconds of `CLOCK_MONOTONIC`, or [`FOREVER`]. If messages were lost, `each` is
    /// called with an empty one of the type `NLMSG_OVERRUN`.
    pub fn listen(
        &mut self,
        deadline: u64,
        each: &mut dyn FnMut(&Message<'_>) -> bool,
    ) -> Result<bool> {
        loop {
            let left = deadline.saturating_sub(sys::clock(libc::CLOCK_MONOTONIC));
            if left == 0 {
                return Ok(false);
            }
            // In microseconds, of which 0 would be no timeout at all.
            let left = std::time::Duration::from_nanos(left.max(1_000));
            let left = Some(left).filter(|_| deadline != FOREVER);
            set_socket_timeout(&self.fd, Timeout::Recv, left)
                .map_err(|e| receive_error(e.raw_os_error()))?;
            let mut found = false;
            match self.receive(RecvFlags::empty()) {
                Ok(None) => return Ok(false),
                Err(e) if e.errno() == libc::ENOBUFS => {
                    found = each(&Message {
                        kind: nlmsg::OVERRUN,
                        flags: 0,
                        seq: 0,
                        body: &[],
                        rest: &[],
                    });
                }
                Err(e) => return Err(e),
                Ok(Some(len)) => {
                    for message in Messages(&self.buf[..len]) {
                        found |= each(&message);
                    }
                }
            }
            if found {
                return Ok(true);
            }
        }
    }

    /// How many requests may be on their way unacknowledged, so that all refusals have room: each takes less than 2 KiB.
    pub fn unanswered_capacity(&self) -> usize {
        let room = socket_recv_buffer_size(&self.fd).unwrap_or(0);
        (room / 2048).max(1)
    }

    /// Has the kernel refuse what it would pass over in a request to get.
    pub fn be_strict(&mut self) {
        if !self.strict {
            // Kernels before 4.20 do not know it: they send all, and what is not wanted is dropped here.
            sys::netlink_option(self.fd.as_fd(), option::GET_STRICT_CHK);
            self.strict = true;
        }
    }

    /// Sends a request that the kernel answers with many messages. False if what was dumped changed meanwhile
    /// (`NLM_F_DUMP_INTR`).
    ///
    /// # Errors
    /// What the kernel refuses has iproute2's second line, and exit status 1.
    pub fn dump(&mut self, msg: &mut Msg, each: Each) -> Result<bool> {
        self.dump_for("Dump terminated", msg, each)
    }

    /// [`Socket::dump`] with another second line of a refusal.
    pub fn dump_for(&mut self, refused: &str, msg: &mut Msg, each: Each) -> Result<bool> {
        self.be_strict();
        self.send(msg, nlm_f::DUMP)?;
        self.interrupted = false;
        self.answer(self.seq, each, true)
            .map_err(|e| match e.code() {
                KERNEL => e.then(refused).code_is(REFUSED),
                _ => e,
            })?;
        Ok(!self.interrupted)
    }

    /// Sends requests that the kernel does not acknowledge, as many at once as refusals have room. `refused` is called with the
    /// place of each that the kernel refuses, and why.
    ///
    /// # Errors
    /// As of [`Socket::send_unanswered`]. Those behind are not sent then.
    pub fn send_all_unanswered(&mut self, msgs: &mut [Msg], refused: Refused) -> Result<()> {
        let capacity = self.unanswered_capacity();
        let mut datagram = Vec::new();
        for (n, msg) in msgs.iter_mut().enumerate() {
            datagram.append_bytes(msg.finish(n as u32, 0)?);
            if (n + 1) % capacity == 0 {
                self.send_unanswered(&mut datagram, refused)?;
            }
        }
        self.send_unanswered(&mut datagram, refused)
    }

    /// Sends a datagram of requests that the kernel does not acknowledge, unless it is empty, and empties it. `refused` is
    /// called with each that the kernel refuses: its sequence number, and why.
    ///
    /// # Errors
    /// It cannot be sent, or refusals were lost since there were too many.
    pub fn send_unanswered(&mut self, datagram: &mut Vec<u8>, refused: Refused) -> Result<()> {
        if datagram.is_empty() {
            return Ok(());
        }
        self.send_bytes(datagram)?;
        datagram.clear();
        // The kernel answers before send(2) returns.
        let mut done = Ok(());
        loop {
            let len = match self.receive(RecvFlags::DONTWAIT) {
                Ok(Some(len)) => len,
                Ok(None) => return done,
                Err(e) if e.errno() == libc::ENOBUFS => {
                    done = Err(e);
                    continue;
                }
                Err(e) => return Err(e),
            };
            for message in Messages(&self.buf[..len]) {
                let errno = field(message.body, 0).unwrap_or(0) as i32;
                if message.kind == nlmsg::ERROR && errno != 0 {
                    let (text, missing) = extended(&message);
                    let error = Error::kernel(errno.wrapping_neg(), text, missing);
                    refused(message.seq, error);
                }
            }
        }
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

    /// Receives a datagram into `buf` and returns its length: 0 if it is not from the kernel, or if a signal came
    /// first; `None` if there is none in time, or with `DONTWAIT` none yet.
    fn receive(&mut self, flags: RecvFlags) -> Result<Option<usize>> {
        if self.buf.capacity() == 0 {
            // Zeros would touch memory that has been used already from end to end.
            self.buf = Vec::with_capacity(ROOM);
        }
        self.buf.clear();
        let room = spare_capacity(&mut self.buf);
        match recvfrom(&self.fd, room, RecvFlags::TRUNC | flags) {
            Ok((_, len, from)) if from_kernel(&from) => {
                if len > self.buf.len() {
                    Err(Error::refused("netlink message too long", b""))
                } else {
                    Ok(Some(len))
                }
            }
            Ok(_) | Err(Errno::INTR) => Ok(Some(0)),
            Err(Errno::AGAIN) => Ok(None),
            Err(e) => Err(receive_error(e.raw_os_error())),
        }
    }

    /// Receives until the request with a sequence number is answered: by an acknowledgement or the end of a dump, or,
    /// if not `to_the_end`, by the first message.
    fn answer(&mut self, seq: u32, each: Each, to_the_end: bool) -> Result<()> {
        loop {
            let len = self.receive(RecvFlags::empty())?.unwrap_or(0);
            let mut messages = Messages(&self.buf[..len]);
            // A message is not moved from where it is taken apart.
            while let Some(message) = &messages.next() {
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

/// Whether a datagram is from the kernel, whose port is 0. Any process may send to a netlink port.
fn from_kernel(from: &Option<SocketAddrAny>) -> bool {
    from.clone()
        .and_then(|from| netlink::SocketAddrNetlink::try_from(from).ok())
        .is_some_and(|from| from.pid() == 0)
}

/// The attributes of an extended acknowledgement: a text, empty if there is none, and the number of a missing
/// attribute.
fn extended<'a>(message: &Message<'a>) -> (&'a [u8], Option<u32>) {
    // They are behind `struct nlmsgerr`: an i32 and the request, or its header alone (`NLM_F_CAPPED`). At the end of a
    // dump they are behind an i32.
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
    let attrs = message.attrs(start);
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
