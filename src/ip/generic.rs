//! Requests of commands to a family of generic netlink.

use rustix::net::netlink::GENERIC;

use crate::error::Result;
use crate::ip::command::{Io, Show};
use crate::nl::genl::find_family;
use crate::nl::sock::Socket;
use crate::nl::wire::Msg;
use crate::ns::hint::explain_module;

/// A family, with a socket of its own.
pub struct Family {
    /// The socket.
    pub socket: Box<Socket>,
    /// The type of its messages.
    pub id: u16,
}

impl Family {
    /// Opens a socket and asks for the family with a name.
    pub fn open(name: &[u8], io: &Io) -> Result<Family> {
        let mut socket = io.names.open_socket_to(Some(GENERIC))?;
        let id = find_family(&mut socket, name).map_err(|e| explain_module(e, name))?;
        Ok(Family { socket, id })
    }

    /// Sends a change.
    pub fn send(&mut self, msg: &mut Msg, io: &mut Io) -> Result<()> {
        let sent = self.socket.ack(msg, &mut |_| Ok(()));
        io.out.warn(&self.socket.warnings);
        sent
    }

    /// Prints the only message of an answer.
    pub fn print(&mut self, msg: &mut Msg, show: Show, io: &mut Io) -> Result<()> {
        io.print_answer_by(
            &mut self.socket,
            &mut |socket, each| socket.get(msg, each).map(|()| true),
            show,
        )
    }

    /// Prints a dump. One that is refused leaves an empty list in JSON, and an exit status.
    pub fn print_list(
        &mut self,
        msg: &mut Msg,
        refused: u8,
        show: Show,
        io: &mut Io,
    ) -> Result<()> {
        let done = io.print_answer_by(
            &mut self.socket,
            &mut |socket, each| socket.dump(msg, each).map_err(|e| e.code_is(refused)),
            show,
        );
        io.end_list(done)
    }
}
