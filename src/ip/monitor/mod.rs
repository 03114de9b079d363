//! `ip monitor`: what changes from now on, as the kernel tells it, or what a file has of it.

pub mod event;
mod file;
mod prefix;
pub mod watch;

use crate::append::Append;
use crate::args::Words;
use crate::error::{Error, Noun, Result};
use crate::ip::command::{Ctx, Io};
use crate::ip::iface::filter::Filter;
use crate::ip::iface::record::decode;
use crate::ip::monitor::event::print;
use crate::ip::monitor::watch::Watch;
use crate::keywords;
use crate::names::Names;
use crate::nl::events::Events;
use crate::nl::uapi::{af, nlmsg, rtnlgrp};
use crate::text::decimal;
use crate::usage;

keywords! {
    /// The words, in the order in which a prefix picks them. Objects have the number of their bit in [`Req::objects`].
    pub(crate) enum Word {
        File = "file",
        Label = "label",
        Link = "link",
        Address = "address",
        Maddress = "maddress",
        Acaddress = "=acaddress",
        Route = "route",
        Mroute = "mroute" (part "multicast"),
        Prefix = "prefix",
        Neigh = "neigh" (part "neigh"),
        Netconf = "netconf" (part "tunables"),
        Rule = "rule" (part "rule"),
        Nsid = "nsid" (part "netns-extra"),
        Nexthop = "nexthop" (part "nexthop"),
        Stats = "=stats" (part "xstats"),
        All = "=all",
        AllNsid = "all-nsid",
        Help = "help",
        Dev = "=dev",
    }
}

/// An object, a family of addresses or 0 for all, and the multicast group of both.
type Group = (Word, u8, u8);

const fn row(object: Word, family: u8, group: u32) -> Group {
    (object, family, group as u8)
}

/// The multicast groups.
const GROUPS: &[Group] = &[
    row(Word::Link, 0, rtnlgrp::LINK),
    row(Word::Address, af::INET, rtnlgrp::IPV4_IFADDR),
    row(Word::Address, af::INET6, rtnlgrp::IPV6_IFADDR),
    row(Word::Maddress, af::INET, rtnlgrp::IPV4_MCADDR),
    row(Word::Maddress, af::INET6, rtnlgrp::IPV6_MCADDR),
    row(Word::Acaddress, af::INET6, rtnlgrp::IPV6_ACADDR),
    row(Word::Route, af::INET, rtnlgrp::IPV4_ROUTE),
    row(Word::Route, af::INET6, rtnlgrp::IPV6_ROUTE),
    row(Word::Route, af::MPLS, rtnlgrp::MPLS_ROUTE),
    #[cfg(feature = "multicast")]
    row(Word::Mroute, af::INET, rtnlgrp::IPV4_MROUTE),
    #[cfg(feature = "multicast")]
    row(Word::Mroute, af::INET6, rtnlgrp::IPV6_MROUTE),
    row(Word::Prefix, af::INET6, rtnlgrp::IPV6_PREFIX),
    #[cfg(feature = "neigh")]
    row(Word::Neigh, 0, rtnlgrp::NEIGH),
    #[cfg(feature = "tunables")]
    row(Word::Netconf, af::INET, rtnlgrp::IPV4_NETCONF),
    #[cfg(feature = "tunables")]
    row(Word::Netconf, af::INET6, rtnlgrp::IPV6_NETCONF),
    #[cfg(feature = "tunables")]
    row(Word::Netconf, af::MPLS, rtnlgrp::MPLS_NETCONF),
    #[cfg(feature = "rule")]
    row(Word::Rule, af::INET, rtnlgrp::IPV4_RULE),
    #[cfg(feature = "rule")]
    row(Word::Rule, af::INET6, rtnlgrp::IPV6_RULE),
    #[cfg(feature = "netns-extra")]
    row(Word::Nsid, 0, rtnlgrp::NSID),
    #[cfg(feature = "nexthop")]
    row(Word::Nexthop, 0, rtnlgrp::NEXTHOP),
    #[cfg(feature = "xstats")]
    row(Word::Stats, 0, rtnlgrp::STATS),
];

/// What is listened to, and how it is shown.
#[derive(Default)]
struct Req<'a> {
    /// A bit for each [`Word`] that is an object; none stands for all of them.
    objects: u32,
    file: Option<&'a [u8]>,
    dev: Option<&'a [u8]>,
    labels: bool,
    all_nsid: bool,
}

fn parse<'a>(w: &mut Words<'a>) -> Result<Req<'a>> {
    let mut req = Req::default();
    while let Some(word) = w.next() {
        let unknown = || Error::usage("Argument \"%\" is unknown, try \"ip monitor help\".", word);
        let known = Word::pick(word).ok_or_else(unknown)?;
        if let Some(part) = known.missing_part() {
            return Err(Error::missing_part(Noun::Object, word, part));
        }
        match known {
            Word::File => req.file = Some(w.value()?),
            Word::Dev => req.dev = Some(w.value()?),
            Word::Label | Word::All => req.labels = true,
            Word::AllNsid => req.all_nsid = true,
            Word::Help => {
                return Err(Error::help(usage!("monitor [ OBJECT ... ]", help)()));
            }
            object => req.objects |= 1 << object as u32,
        }
    }
    Ok(req)
}

/// The usage, with the objects of this build.
#[cfg(feature = "help")]
fn help() -> Vec<u8> {
    const PIECES: &[&str] = &[
        "Usage: ip monitor [ all ] [ OBJECT ... ] [ label ] [ all-nsid ] [ dev DEV ] [ file FILE ]\n",
        "OBJECT := { link | address | maddress | acaddress | route | prefix",
        #[cfg(feature = "multicast")]
        " | mroute",
        #[cfg(feature = "neigh")]
        " | neigh",
        #[cfg(feature = "tunables")]
        " | netconf",
        #[cfg(feature = "rule")]
        " | rule",
        #[cfg(feature = "netns-extra")]
        " | nsid",
        #[cfg(feature = "nexthop")]
        " | nexthop",
        #[cfg(feature = "xstats")]
        " | stats",
        " }",
    ];
    let mut text = Vec::new();
    for piece in PIECES {
        text.append_bytes(piece.as_bytes());
    }
    text
}

/// Runs `ip monitor WORDS`, for ever unless a file is read.
pub fn run(w: &mut Words, ctx: &Ctx, io: &mut Io) -> Result<()> {
    let req = parse(w)?;
    let Io { out, names, .. } = io;
    let index = match req.dev {
        Some(dev) => names.index_or(dev, |dev| Error::bad_arg(dev, "Device does not exist\n"))?,
        None => 0,
    };
    let is_wanted = |word: Word| req.objects == 0 || req.objects & 1 << word as u32 != 0;
    let mut watch = Watch {
        ctx,
        index,
        labels: req.labels,
        all_nsid: req.all_nsid,
        links: req.file.is_some() || is_wanted(Word::Link),
        ids: req.file.is_some() || is_wanted(Word::Nsid),
        out,
        names,
        foreign_names: &mut Names::default(),
        warnings: Vec::new(),
    };
    if let Some(file) = req.file {
        return file::replay(file, &mut watch);
    }
    let names = &mut *watch.names;
    let mut events = Events::new(names.open_socket()?, names.receive_buffer.is_some())?;
    for &(object, family, group) in GROUPS {
        let is_of_family = family == 0 || ctx.family == 0 || ctx.family == family;
        let wanted = is_wanted(object) && is_of_family;
        // Links and ids are listened to in any case, for their names.
        let learned = matches!(object, Word::Link | Word::Nsid);
        let is_absent = (wanted || learned) && !events.join(group.into());
        // What older kernels do not have is missed only where it is asked for.
        if is_absent && wanted && req.objects != 0 {
            let text = "The kernel has no multicast group % of rtnetlink";
            return Err(Error::refused(text, &decimal(group.into())));
        }
    }
    if req.all_nsid {
        events.listen_all_nsid()?;
    }
    learn_names(ctx, names)?;
    let mut lost = false;
    loop {
        let all = events.receive(&mut |message, nsid| {
            if message.kind == nlmsg::OVERRUN {
                let text = b"netlink receive error No buffer space available (105)\n";
                watch.out.warn(text);
                lost = true;
                return Ok(());
            }
            print(message, nsid, &mut watch)
        })?;
        if lost && all {
            // Names may have changed, and what came before the loss has the old ones.
            learn_names(ctx, watch.names)?;
            watch.foreign_names.see_namespace(u32::MAX);
            lost = false;
        }
        // Nothing that has come is held back.
        watch.out.flush()?;
        watch.out.warn(&watch.names.warnings());
    }
}

/// Learns the names of links and namespaces, so that they are known of what goes.
fn learn_names(ctx: &Ctx, names: &mut Names) -> Result<()> {
    names.forget();
    let mut socket = names.lend()?;
    let mut request = Filter::default().request(af::PACKET, ctx);
    let done = socket.dump(&mut request, &mut |message| {
        if let Some(link) = decode(message) {
            names.note_link(link.index, link.flags, link.name());
        }
        Ok(())
    });
    names.give_back(socket);
    names.netns(-1);
    done.map(drop)
}
