//! Generic netlink: families of messages, each of which has a type that the kernel chooses when the family comes up, so that
//! it has to be asked for by the family's name.

use crate::append::Append;
use crate::error::{Error, KERNEL, REFUSED, Result};
use crate::nl::sock::Socket;
use crate::nl::uapi::{ctrl_attr, ctrl_cmd, genl_id};
use crate::nl::wire::Msg;

/// The length of `struct genlmsghdr`: u8 command, u8 version, u16 reserved.
pub const HEADER: usize = 4;

/// The version of the families that are used here.
const VERSION: u8 = 1;

/// A request of a family: its type, and the command.
pub fn request(family: u16, command: u8) -> Msg {
    Msg::new(family, 0, &[command, VERSION, 0, 0])
}

/// Asks for the family with a name, by a socket of `NETLINK_GENERIC`: the payload of one of its `CTRL_ATTR_*`, empty if it has
/// none. The kernel loads the module of the family.
///
/// # Errors
/// There is no such family: exit status 1.
pub fn get_family(socket: &mut Socket, name: &[u8], attr: u16) -> Result<Vec<u8>> {
    let mut msg = Msg::new(genl_id::CTRL, 0, &[ctrl_cmd::GETFAMILY, 0, 0, 0]);
    msg.str(ctrl_attr::FAMILY_NAME, name);
    let mut payload = Vec::new();
    let asked = socket.get(&mut msg, &mut |message| {
        let attrs = message.attrs(HEADER);
        payload.append_bytes(attrs.find(attr).unwrap_or_default().0);
        Ok(())
    });
    match asked {
        Err(e) if e.code() == KERNEL => Err(e.then("Error talking to the kernel").code_is(REFUSED)),
        asked => asked.map(|()| payload),
    }
}

/// The type of the messages of the family with a name.
pub fn find_family(socket: &mut Socket, name: &[u8]) -> Result<u16> {
    let id = get_family(socket, name, ctrl_attr::FAMILY_ID)?;
    let id = id.try_into().map(u16::from_ne_bytes);
    id.map_err(|_| Error::kernel(libc::EPROTO, b"", None))
}
