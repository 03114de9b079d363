//! `ip link property`: alternative names of a device.

use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::names::{Names, ifinfo};
use crate::nl::uapi::{ifla, nla, nlm_f, rtm};
use crate::nl::wire::Msg;

/// `RTM_*` and `NLM_F_*`.
const ADD: (u16, u16) = (
    rtm::NEWLINKPROP,
    nlm_f::EXCL | nlm_f::CREATE | nlm_f::APPEND,
);
const DEL: (u16, u16) = (rtm::DELLINKPROP, 0);
/// The commands, and what each sends.
pub(crate) const COMMANDS: (&str, &[Option<(u16, u16)>]) =
    ("add|del|help", &[Some(ADD), Some(DEL), None]);

/// From words to a request.
pub fn message(w: &mut Words, names: &mut Names) -> Result<Msg> {
    let word = w.next().ok_or_else(Error::asks_for_usage)?;
    let op = args::pick(word, COMMANDS);
    let op = op.ok_or_else(|| Error::usage("Operator required", b""))?;
    let (kind, flags) = op.ok_or_else(Error::asks_for_usage)?;
    let mut msg = Msg::new(kind, flags, &[0; 16]);
    let mut dev = None;
    let list = msg.open();
    while let Some(word) = w.next() {
        if args::prefix(word, "altname") {
            let name = w.value()?;
            if !args::is_altname(name) {
                return Err(Error::bad_arg(name, "not a valid altname"));
            }
            msg.str(ifla::ALT_IFNAME, name);
        } else if args::prefix(word, "help") {
            return Err(Error::asks_for_usage());
        } else {
            let word = if word == b"dev" { w.value()? } else { word };
            if dev.is_some() {
                return Err(Error::garbage("dev", word));
            }
            dev = Some(word);
        }
    }
    msg.close(list, ifla::PROP_LIST | nla::F_NESTED);
    const NO_DEV: &str = "Not enough of information: \"dev\" argument is required.";
    let dev = dev.ok_or_else(|| Error::usage(NO_DEV, b""))?;
    msg.set_fixed(&ifinfo(0, names.index_of(dev)?, 0, 0));
    Ok(msg)
}

/// Runs `ip link property WORDS`.
pub fn run(w: &mut Words, _: &Ctx, io: &mut Io) -> Result<()> {
    let mut msg = message(w, &mut io.names)?;
    io.send(&mut msg)
}
