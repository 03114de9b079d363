//! `ip netconf`: settings of devices that /proc/sys/net has, as far as the kernel tells them by netlink.

use crate::append::Append;
use crate::args::Words;
use crate::commands;
use crate::error::{Error, Result};
use crate::ip::command::{Commands, Ctx, Io, Object, run_command};
use crate::name_table;
use crate::names::Names;
use crate::names::table::{Table, family_name};
use crate::nl::uapi::{af, netconfa, rtm};
use crate::nl::wire::{Attr, Attrs, Index, Message, Msg};
use crate::out::{Color, Out};
use crate::text::{add_unsigned, on_off};
use crate::usage;

pub(crate) const COMMANDS: Commands = commands! {
    Command:
    "show,lst,list" => list,
    "help" => |_, _, _| Err(Error::asks_for_usage()),
};

const OBJECT: Object = Object {
    name: "netconf",
    commands: COMMANDS,
    default: list,
    usage: usage!("netconf [ show ] ...", || {
        "Usage: ip netconf [ show ] [ dev DEV ]".into()
    }),
};

/// Runs `ip netconf WORDS`.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    run_command(&OBJECT, w, ctx, io)
}

/// Whose settings are shown.
pub struct Req {
    /// `AF_*`, 0 for all.
    family: u8,
    /// Index of the device, 0 for all.
    index: u32,
}

/// Reads the words, and finds the device. Words that mean nothing are passed over, as by iproute2.
pub fn parse(w: &mut Words, family: u8, names: &mut Names) -> Result<Req> {
    let mut index = 0;
    while let Some(word) = w.next() {
        if word == b"dev" {
            let dev = w.value()?;
            index = names.index_or(dev, Error::unknown_device)?;
        }
    }
    Ok(Req { family, index })
}

impl Req {
    /// Whether the kernel is asked for one device, which it can of one family alone.
    pub fn is_one(&self) -> bool {
        self.family != 0 && self.index != 0
    }
}

/// The request for one device, or for all.
pub fn encode(req: &Req) -> Msg {
    let mut msg = request(req.family);
    if req.is_one() {
        msg.u32(netconfa::IFINDEX, req.index);
    }
    msg
}

fn request(family: u8) -> Msg {
    Msg::new(rtm::GETNETCONF, 0, &[family, 0, 0, 0])
}

/// The settings of a device. It borrows from the datagram.
pub struct Record<'a> {
    /// `RTM_NEWNETCONF` or `RTM_DELNETCONF`.
    pub kind: u16,
    /// `AF_*`.
    pub family: u8,
    /// `NETCONFA_*`.
    attrs: Index<'a, 16>,
}

/// Decodes a message; `None` if it is none about such settings.
pub fn decode<'a>(message: &Message<'a>) -> Option<Record<'a>> {
    if !matches!(message.kind, rtm::NEWNETCONF | rtm::DELNETCONF) {
        return None;
    }
    Some(Record {
        kind: message.kind,
        family: *message.body.first()?,
        attrs: Attrs(message.body.get(4..)?).indexed(),
    })
}

impl Record<'_> {
    /// An attribute that is a number.
    fn u32(&self, attr: u16) -> Option<u32> {
        self.attrs.get(attr).and_then(Attr::u32)
    }

    /// Index of the device, `NETCONFA_IFINDEX_ALL` or `NETCONFA_IFINDEX_DEFAULT`.
    pub fn index(&self) -> Option<u32> {
        self.u32(netconfa::IFINDEX)
    }
}

/// The settings in the order in which they are shown.
static SETTINGS: Table = name_table!(
    "2 forwarding|3 rp_filter|4 mc_forwarding|5 proxy_neigh|6 ignore_routes_with_linkdown|7 input"
);

/// Prints the settings of a device.
pub fn show(record: &Record, out: &mut Out, names: &mut Names) {
    out.object("");
    if record.kind == rtm::DELNETCONF {
        out.yes("deleted|Deleted ");
    }
    out.str("family|% ", family_name(record.family));
    if let Some(index) = record.index() {
        let text = out.value();
        match index {
            netconfa::IFINDEX_ALL => text.append_bytes(b"all"),
            netconfa::IFINDEX_DEFAULT => text.append_bytes(b"default"),
            _ => {
                names.add_link_name(index, text);
            }
        }
        out.paint(Color::Ifname).put("interface|% ", true);
    }
    for (attr, name) in SETTINGS.0 {
        let Some(n) = record.u32(attr) else {
            continue;
        };
        let mut quoted = false;
        match (attr, n) {
            (netconfa::RP_FILTER, 3..) => add_unsigned(out.value(), n.into()),
            (netconfa::RP_FILTER, _) => {
                quoted = true;
                let word = [&b"off"[..], b"strict", b"loose"][n as usize];
                out.value().append_bytes(word);
            }
            _ => {
                let word = on_off(n != 0, out.json());
                out.value().append_bytes(word);
            }
        }
        out.pair(name, quoted);
    }
    out.text("\n");
    out.object_end();
}

/// Lists the settings. Those of one device of one family are text, also with `-j`, as in iproute2.
fn list(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w, ctx.family, &mut io.names)?;
    if req.is_one() {
        let style = io.out.style;
        io.out.style.json = false;
        let done = print(&req, io);
        io.out.style = style;
        return done;
    }
    print(&req, io)
}

fn print(req: &Req, io: &mut Io) -> Result<()> {
    io.print_list(
        &mut |socket, each| {
            if req.is_one() {
                return socket.ack(&mut encode(req), each).map(|()| true);
            }
            match socket.dump(&mut encode(req), each) {
                // Kernels before 4.12 do not list those of all families.
                Err(e) if e.errno() == libc::EOPNOTSUPP && req.family == 0 => {
                    let is_consistent = socket.dump(&mut request(af::INET), each)?;
                    Ok(socket.dump(&mut request(af::INET6), each)? && is_consistent)
                }
                done => done,
            }
        },
        &mut |message, out, names| {
            if let Some(record) = &decode(message)
                && (req.family == 0 || req.family == record.family)
                && (req.index == 0 || record.index() == Some(req.index))
            {
                show(record, out, names);
            }
            Ok(())
        },
    )
}
