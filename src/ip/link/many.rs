//! `ip link delete` of several links at once. iproute2 refuses a second name, and one command for each takes long: the kernel
//! waits for all its processors each time. It deletes a whole group of links in one go, all or none; so these links become
//! a group of their own.

use crate::append::Append;
use crate::args::{self, Words};
use crate::error::{Error, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::record::decode;
use crate::ip::link::change::{DELETE, change, send};
use crate::ip::link::words::WORDS;
use crate::names::ifinfo;
use crate::nl::uapi::{ifla, info, rtext_filter, rtm};
use crate::nl::wire::Msg;
use crate::sys;

/// More links than this are deleted one by one: their groups are set by one datagram, which has to fit the socket's buffer.
const MOST: usize = 1000;

/// A link that is to be deleted.
struct Link<'a> {
    name: &'a [u8],
    index: u32,
    /// The group that it is in, and goes back to if it is not deleted.
    group: u32,
    /// Whether the kernel can delete it, as it can the links of all kinds; `None` if there is none with this index.
    has_kind: Option<bool>,
}

/// Deletes the links that the words name, if they are several names and nothing else; else as [`change`] does.
pub fn delete(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let mut links = Vec::new();
    if !add_names(w.left(), &mut links) {
        return change(w, ctx, io, DELETE);
    }
    for last in 0..links.len() {
        links[last].index = io.names.index_of(links[last].name)?;
        // They are deleted in the order of their indexes.
        let mut at = last;
        while at > 0 && links[at - 1].index > links[at].index {
            links.swap(at - 1, at);
            at -= 1;
        }
    }
    // Nobody chooses such a number, and hardly a second one like this does at the same nanosecond.
    let group = sys::clock(libc::CLOCK_REALTIME) as u32 >> 2 | 1 << 30;
    let is_free = look(&mut links, group, io)?;
    for link in &links {
        match link.has_kind {
            Some(true) => {}
            Some(false) => {
                let e = Error::kernel(libc::EOPNOTSUPP, b"", None);
                return Err(e.context(link.name));
            }
            None => return Err(Error::no_device(link.name)),
        }
    }
    if is_free && !ctx.echo && links.len() <= MOST {
        let mut done = set_groups(&links, Some(group), io);
        if done.is_ok() {
            let mut msg = Msg::new(rtm::DELLINK, 0, &[0; 16]);
            msg.u32(ifla::GROUP, group);
            done = io.send(&mut msg);
        }
        let Err(e) = done else {
            return Ok(());
        };
        // Why they cannot be deleted is the error, whatever this says.
        let _ = set_groups(&links, None, io);
        // Before Linux 4.1 groups could not be deleted.
        if e.errno() != libc::EINVAL {
            return Err(e);
        }
    }
    // Each deletion is to be shown, or the group is somebody else's.
    delete_each(&links, ctx, io)
}

/// Adds the links that are named. False if the words are not at least two names, each alone or behind `dev`.
fn add_names<'a>(words: &[&'a [u8]], links: &mut Vec<Link<'a>>) -> bool {
    let mut rest = words.iter();
    while let Some(mut name) = rest.next() {
        if WORDS.rows.clone().find_word(name).is_some() {
            match rest.next() {
                Some(next) if *name == b"dev" => name = next,
                _ => return false,
            }
        }
        if !args::is_altname(name) {
            return false;
        }
        links.push(Link {
            name,
            index: 0,
            group: 0,
            has_kind: None,
        });
    }
    links.len() > 1
}

/// Looks what the links are, and whether no link is in a group.
fn look(links: &mut [Link], own: u32, io: &mut Io) -> Result<bool> {
    let mut is_free = true;
    let mut msg = Msg::new(rtm::GETLINK, 0, &ifinfo(0, 0, 0, 0));
    msg.u32(ifla::EXT_MASK, rtext_filter::SKIP_STATS);
    io.names.socket()?.dump(&mut msg, &mut |message| {
        if let Some(record) = decode(message) {
            let group = record.u32(ifla::GROUP).unwrap_or(0);
            is_free &= group != own;
            let mut at = links.partition_point(|link| link.index < record.index);
            // A link may be named twice.
            while let Some(link) = links.get_mut(at)
                && link.index == record.index
            {
                link.group = group;
                link.has_kind = Some(record.link_info(info::KIND).is_some());
                at += 1;
            }
        }
        Ok(())
    })?;
    Ok(is_free)
}

/// Puts the links into a group, or each into that which it was in.
fn set_groups(links: &[Link], group: Option<u32>, io: &mut Io) -> Result<()> {
    let mut datagram = Vec::new();
    for (n, link) in links.iter().enumerate() {
        let mut msg = Msg::new(rtm::NEWLINK, 0, &ifinfo(0, link.index, 0, 0));
        msg.u32(ifla::GROUP, group.unwrap_or(link.group));
        datagram.append_bytes(msg.finish(n as u32, 0)?);
    }
    let mut refused = Ok(());
    let socket = io.names.socket()?;
    socket.send_unanswered(&mut datagram, &mut |n, e| {
        let name = links.get(n as usize).map_or(&b""[..], |link| link.name);
        if refused.is_ok() {
            refused = Err(e.context(name));
        }
    })?;
    refused
}

/// Deletes the links one after the other, up to the first that cannot be. One that went with another is no error.
fn delete_each(links: &[Link], ctx: &Ctx, io: &mut Io) -> Result<()> {
    for link in links {
        let head = ifinfo(0, link.index, 0, 0);
        let mut msg = Msg::new(DELETE.0, DELETE.1 | ctx.echo_flag(), &head);
        match send(&mut msg, ctx, io) {
            Err(e) if e.errno() != libc::ENODEV => return Err(e.context(link.name)),
            _ => {}
        }
    }
    Ok(())
}
