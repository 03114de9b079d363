//! All that these tests need of the program, in one place.

use crate::common::words;
#[cfg(feature = "ip-tunnel")]
use crate::message::bytes_of;
#[cfg(any(feature = "ip-tunnel", feature = "tuntap", feature = "multicast"))]
use crate::message::hex;
#[cfg(feature = "ip-tunnel")]
use crate::message::sent;
use ipso::args::Words;
use ipso::ip::addr::list::choose;
use ipso::ip::command::Ctx;
#[cfg(feature = "encap")]
use ipso::ip::encap;
use ipso::ip::iface::show::{BELOW_ADDRESSES, show as show_link};
use ipso::ip::iface::view::View;
use ipso::ip::ifaddr::dump::address_request;
#[cfg(feature = "link-extra")]
use ipso::ip::link::property;
#[cfg(feature = "multicast")]
use ipso::ip::maddress;
#[cfg(feature = "neigh")]
use ipso::ip::neigh;
#[cfg(feature = "netns-extra")]
use ipso::ip::netns::list_id;
#[cfg(feature = "nexthop")]
use ipso::ip::nexthop;
#[cfg(feature = "rule")]
use ipso::ip::rule;
use ipso::ip::{addr::change as addr, iface, ifaddr, link::change, route};
use ipso::kind::kind::Kind;
use ipso::kind::table::{each_kind, find_kind};
use ipso::names::Names;
use ipso::out::{Out, Style};
use ipso::row::draft::Draft;

#[cfg(feature = "fou")]
use ipso::ip::fou;
#[cfg(feature = "mptcp")]
use ipso::ip::mptcp;
#[cfg(feature = "xstats")]
use ipso::ip::stats;
#[cfg(feature = "tcp-metrics")]
use ipso::ip::tcp_metrics;
#[cfg(feature = "ip-tunnel")]
use ipso::ip::tunnel;
#[cfg(feature = "tuntap")]
use ipso::ip::tuntap;
#[cfg(feature = "tunables")]
use ipso::ip::{addrlabel, netconf, ntable, token};

pub use ipso::error::Error;
#[cfg(feature = "encap")]
use ipso::nl::wire::Attr;
pub use ipso::nl::wire::{Attrs, Message, Messages, Msg};
#[cfg(feature = "netns-wait")]
pub use ipso::ns::freed::returning;
/// A build without the part has no such function.
#[cfg(not(feature = "netns-wait"))]
pub fn returning<'a>(_: &Message<'a>) -> Option<&'a [u8]> {
    None
}

/// `NLM_F_ACK`.
const ACK: u16 = 4;
/// `RTM_DELADDR`.
const DELADDR: u16 = 21;
/// `NLM_F_DUMP`.
const DUMP: u16 = 0x300;
#[cfg(feature = "nexthop")]
const GETNEXTHOP: u16 = 106;
#[cfg(feature = "nexthop")]
const GETNEXTHOPBUCKET: u16 = 118;
#[cfg(feature = "rule")]
const GETRULE: u16 = 34;
/// `IFF_LOOPBACK`.
const LOOPBACK: u32 = 8;
/// `IFF_UP`, `IFF_RUNNING` and `IFF_LOWER_UP`.
const RUNNING: u32 = 0x10041;

/// The types that families of generic netlink have here.
#[cfg(feature = "fou")]
const FOU: u16 = 1024;
#[cfg(feature = "tcp-metrics")]
const TCP_METRICS: u16 = 1028;
#[cfg(feature = "mptcp")]
const MPTCP: u16 = 1032;

/// The links that the kernel would be asked for.
fn names() -> Names {
    let mut names = Names::default();
    names.note_link(1, RUNNING | LOOPBACK, b"lo");
    names.note_link(2, RUNNING, b"d2");
    names.note_link(3, 0, b"d3");
    names
}

/// The names of namespaces, by the ids that they have here.
#[cfg(feature = "netns-extra")]
const NAMESPACES: [(i32, &str); 2] = [(13, "foo"), (22, "f\"o")];

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An error as the data has it.
pub fn refused(e: &Error) -> String {
    let text = String::from_utf8_lossy(e.text()).replace('\n', "\\n");
    format!("rc {} {text}", e.code())
}

/// What a command line makes.
pub struct Request {
    /// The message, ready to be sent.
    pub bytes: Vec<u8>,
    pub warnings: String,
}

/// Reads a command line without `ip` in front.
pub fn request(line: &str) -> Result<Request, Error> {
    let words = words(line);
    let mut words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let family = match words[0] {
        b"-4" => 2,
        b"-6" => 10,
        b"-M" => 28,
        b"-0" => 17,
        _ => 0,
    };
    if family != 0 {
        words.remove(0);
    }
    let mut stats = 0;
    while words[0] == b"-s" {
        words.remove(0);
        stats += 1;
    }
    // Few objects have any use for it.
    let _ = stats;
    let mut rest = Words::new(&words[2..]);
    let mut names = names();
    let mut more = Vec::new();
    let mut ack = ACK;
    let mut msg = match (words[0], words[1]) {
        (b"addr", b"flush" | b"save") => {
            ack = DUMP;
            let ctx = Ctx {
                family,
                ..Ctx::default()
            };
            let wanted = choose(&mut rest, &ctx, &mut names)?;
            address_request(wanted.family, wanted.index)
        }
        (b"addr", op) => {
            let op = match op {
                b"add" => addr::ADD,
                b"change" => addr::CHANGE,
                b"replace" => addr::REPLACE,
                b"del" => addr::DELETE,
                _ => panic!("no such command: {line}"),
            };
            addr::message(&mut rest, op, family, &mut names)?
        }
        (b"route", b"get") => {
            // The answer ends it.
            ack = 0;
            route::get::message(&mut rest, family, &mut names)?
                .draft
                .msg
        }
        (b"route", b"show") => {
            ack = DUMP;
            route::filter::parse(&mut rest, family, &mut names)?.encode()
        }
        (b"route", op) => {
            use route::change::{ADD, APPEND, CHANGE, DELETE, PREPEND, REPLACE, TEST};
            let op = match op {
                b"add" => ADD,
                b"append" => APPEND,
                b"change" => CHANGE,
                b"prepend" => PREPEND,
                b"replace" => REPLACE,
                b"test" => TEST,
                b"del" => DELETE,
                _ => panic!("no such command: {line}"),
            };
            route::change::message(&mut rest, op, family, &mut names)?
        }
        #[cfg(feature = "link-extra")]
        (b"link", b"property") => property::message(&mut rest, &mut names)?,
        (b"link", op) => {
            let op = match op {
                b"add" => change::ADD,
                b"set" => change::SET,
                b"replace" => change::REPLACE,
                b"del" => change::DELETE,
                _ => panic!("no such command: {line}"),
            };
            let draft = change::message(&mut rest, op, family, &mut names)?;
            more = draft.warnings;
            draft.msg
        }
        #[cfg(feature = "rule")]
        (b"rule", b"show") => {
            // The answer is many messages.
            ack = DUMP;
            let family = if family == 0 { 2 } else { family };
            rule::words::parse(&mut rest, family, (GETRULE, 0))?;
            rule::list::request(family)
        }
        #[cfg(feature = "rule")]
        (b"mrule", b"show") => {
            ack = DUMP;
            rule::list::request(rule::multicast_family(family)?)
        }
        #[cfg(feature = "rule")]
        (object @ (b"rule" | b"mrule"), op) => {
            let op = match op {
                b"add" => rule::change::ADD,
                b"del" => rule::change::DELETE,
                _ => panic!("no such command: {line}"),
            };
            let family = match object {
                b"mrule" => rule::multicast_family(family)?,
                _ => family,
            };
            rule::change::message(&mut rest, op, family)?
        }
        #[cfg(feature = "tunables")]
        (b"netconf", b"show") => {
            let req = netconf::parse(&mut rest, family, &mut names)?;
            if !req.is_one() {
                ack = DUMP;
            }
            netconf::encode(&req)
        }
        #[cfg(feature = "tunables")]
        (b"addrlabel", b"show") => {
            ack = DUMP;
            addrlabel::list_request(family)
        }
        #[cfg(feature = "tunables")]
        (b"addrlabel", op) => {
            let op = match op {
                b"add" => addrlabel::ADD,
                b"del" => addrlabel::DELETE,
                _ => panic!("no such command: {line}"),
            };
            addrlabel::message(&mut rest, op, family, &mut names)?
        }
        #[cfg(feature = "tunables")]
        (b"token", b"show") => {
            ack = DUMP;
            token::list_request()
        }
        #[cfg(feature = "tunables")]
        (b"token", op) => token::message(&mut rest, op == b"set", &mut names)?,
        #[cfg(feature = "tunables")]
        (b"ntable", b"show") => {
            ack = DUMP;
            ntable::list_request(family)
        }
        #[cfg(feature = "tunables")]
        (b"ntable", b"change") => ntable::message(&mut rest, family, &mut names)?,
        #[cfg(feature = "xstats")]
        (b"stats", b"show") => {
            let req = stats::parse(&mut rest, &mut names)?;
            // The answer of one link ends it.
            ack = if words.contains(&&b"dev"[..]) {
                0
            } else {
                DUMP
            };
            stats::encode(&req)
        }
        #[cfg(feature = "xstats")]
        (b"stats", b"set") => stats::set_message(&mut rest, &mut names)?,
        #[cfg(feature = "multicast")]
        (b"mroute", b"show") => {
            ack = DUMP;
            route::multicast::encode(&route::multicast::parse(&mut rest, family, &mut names)?)
        }
        #[cfg(feature = "neigh")]
        (b"neigh", b"show" | b"flush") => {
            ack = DUMP;
            let mut filter = neigh::filter::Filter::parse(&mut rest, family, words[1] == b"flush")?;
            filter.resolve(&mut names)?;
            filter.encode()
        }
        #[cfg(feature = "neigh")]
        (b"neigh", op) => {
            let op = match op {
                b"add" => neigh::change::ADD,
                b"change" => neigh::change::CHANGE,
                b"replace" => neigh::change::REPLACE,
                b"del" => neigh::change::DELETE,
                b"get" => {
                    ack = 0;
                    neigh::change::GET
                }
                _ => panic!("no such command: {line}"),
            };
            neigh::change::message(&mut rest, op, family, &mut names)?
        }
        #[cfg(feature = "nexthop")]
        (b"nexthop", b"show") => {
            let filter = nexthop::filter::parse(&mut rest, GETNEXTHOP, family, &mut names)?;
            let ctx = Ctx {
                stats,
                ..Ctx::default()
            };
            let (msg, is_dump) = nexthop::list::encode(filter, &ctx);
            ack = if is_dump { DUMP } else { 0 };
            msg
        }
        #[cfg(feature = "nexthop")]
        (b"nexthop", b"bucket") => {
            assert_eq!(rest.next(), Some(&b"show"[..]), "{line}");
            ack = DUMP;
            nexthop::filter::parse(&mut rest, GETNEXTHOPBUCKET, family, &mut names)?.msg
        }
        #[cfg(feature = "nexthop")]
        (b"nexthop", op) => {
            let op = match op {
                b"add" => nexthop::change::ADD,
                b"replace" => nexthop::change::REPLACE,
                b"del" => nexthop::change::DELETE,
                _ => panic!("no such command: {line}"),
            };
            nexthop::change::message(&mut rest, op, family, &mut names)?
        }
        #[cfg(feature = "tuntap")]
        (b"tuntap", b"show") => {
            ack = DUMP;
            tuntap::show::request()
        }
        #[cfg(feature = "fou")]
        (b"fou", op) => {
            let command = if op == b"add" { 1 } else { 2 };
            fou::change::message(&mut rest, command, FOU, family, &mut names)?
        }
        #[cfg(feature = "mptcp")]
        (b"mptcp", b"limits") => {
            let command = match rest.value()? {
                b"set" => 5,
                _ => {
                    ack = 0;
                    6
                }
            };
            mptcp::limits::message(&mut rest, command, MPTCP)?
        }
        #[cfg(feature = "mptcp")]
        (b"mptcp", b"endpoint") => {
            let command = match rest.value()? {
                b"add" => 1,
                b"del" => 2,
                b"show" => {
                    ack = 0;
                    3
                }
                _ => 7,
            };
            mptcp::change::message(&mut rest, command, MPTCP, &mut names)?
        }
        #[cfg(feature = "tcp-metrics")]
        (b"tcp_metrics", op) => {
            let deletes = op == b"delete";
            let req = tcp_metrics::filter::parse(&mut rest, 1 + u8::from(deletes), family)?;
            let flushes = op == b"flush" && (req.is_one() || req.is_all());
            ack = match () {
                () if deletes || flushes => ACK,
                () if req.is_one() => 0,
                () => DUMP,
            };
            tcp_metrics::filter::encode(&req, 1 + u8::from(deletes || flushes), TCP_METRICS)
        }
        (b"netns", b"list-id") => {
            // The answer ends it.
            ack = 0;
            id_request(&words[2..])?
        }
        _ => panic!("no such command: {line}"),
    };
    Ok(Request {
        bytes: msg.finish(1, ack)?.to_vec(),
        warnings: text([rest.warnings, more].concat()),
    })
}

/// The deletions that a flush of addresses makes of a dump, all of which are `messages`.
pub fn flushed(family: u8, words: &str, messages: &[u8]) -> Vec<u8> {
    let words: Vec<&[u8]> = words.split(' ').map(str::as_bytes).collect();
    let ctx = Ctx {
        family,
        ..Ctx::default()
    };
    let mut names = names();
    let wanted = choose(&mut Words::new(&words), &ctx, &mut names).expect("words of flush");
    let mut datagram = Vec::new();
    for message in Messages(messages) {
        let record = ifaddr::record::decode(&message).expect("an address");
        if wanted.chooses(&record, &mut names) {
            message.add_copy(DELADDR, &mut datagram);
        }
    }
    datagram
}

/// What a line of `ip tuntap` asks of /dev/net/tun.
#[cfg(feature = "tuntap")]
pub fn calls(line: &str) -> Result<String, Error> {
    let words = words(line);
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let adds = match words[1] {
        b"add" => true,
        b"del" => false,
        _ => panic!("no such command: {line}"),
    };
    let req = tuntap::change::parse(&mut Words::new(&words[2..]), adds)?;
    let mut calls = format!("TUNSETIFF {}", hex(&tuntap::change::encode(&req)));
    let values = tuntap::change::values(&req);
    for ((_, what), value) in tuntap::change::SETTINGS.iter().zip(values) {
        let name = what.strip_prefix("ioctl(").expect("ioctl(NAME)");
        if value != u32::MAX {
            calls += &format!(" {} {value}", name.trim_end_matches(')'));
        }
    }
    Ok(calls)
}

/// Adding a tunnel to `gre0`, or changing it, failed: the line for a terminal.
#[cfg(feature = "ip-tunnel")]
pub fn tunnel_hint(is_added: bool, errno: i32) -> String {
    use ipso::nl::uapi::sioc;
    let request = if is_added {
        sioc::ADDTUNNEL
    } else {
        sioc::CHGTUNNEL
    };
    let error = tunnel::change::refused(request, b"gre0", errno);
    String::from_utf8_lossy(error.hint_text()).into_owned()
}

/// What a line of `ip tunnel` asks: the name of the ioctl, the name of the device, and the structure.
#[cfg(feature = "ip-tunnel")]
pub fn tunnel_calls(line: &str) -> Result<String, Error> {
    use tunnel::words::{has_inet6_mode, parse};
    use tunnel::{change, parm::Parm, prl};
    let words = words(line);
    let mut words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let mut is_inet6 = words[0] == b"-6";
    if is_inet6 {
        words.remove(0);
    }
    is_inet6 |= has_inet6_mode(&words[1..]);
    let mut rest = Words::new(&words[2..]);
    let request: u32 = match words[1] {
        b"add" | b"a" => 0x89f1,
        b"del" | b"d" => 0x89f2,
        b"change" | b"c" | b"ch" => 0x89f3,
        b"prl" | b"p" | b"6rd" | b"6" => {
            let is_prefix = words[1].starts_with(b"6");
            let call = prl::parse(&mut rest, is_prefix)?;
            let request = match call.request {
                0x89f5 => "ADDPRL",
                0x89f6 => "DELPRL",
                0x89f9 => "ADD6RD",
                _ => "DEL6RD",
            };
            let (len, name) = (if is_prefix { 24 } else { 16 }, text(call.dev.into()));
            return Ok(format!(
                "SIOC{request} {name} {}",
                hex(&call.argument[..len])
            ));
        }
        _ => 0x89f0,
    };
    // The tunnel that is changed.
    let mut get = |name: &[u8], parm: &mut Parm| {
        let has = match is_inet6 {
            _ if name == b"zero" => return Ok(()),
            false => "2000200000000005000000054501000000004000402f00000506070801020304",
            true => {
                "2904400001200345<01000000>\
                 fd000000000000000000000000000002fd000000000000000000000000000001"
            }
        };
        let has = bytes_of(&sent(has)).expect("bytes");
        parm.bytes[..name.len()].copy_from_slice(name);
        parm.bytes[16..20].copy_from_slice(&2u32.to_ne_bytes());
        parm.bytes[20..20 + has.len()].copy_from_slice(&has);
        Ok(())
    };
    let mut names = names();
    let mut parm = Parm::new(is_inet6);
    let (name, warning) = if request == 0x89f0 {
        parse(&mut rest, &mut parm, &mut names)?;
        let one = if is_inet6 { parm.name() } else { parm.base() };
        if one.is_empty() {
            return Ok("dump".to_owned());
        }
        (parm.name_or_base().to_vec(), &b""[..])
    } else {
        let warning = change::encode(&mut rest, request, &mut parm, &mut get, &mut names)?;
        (change::asked(request, &parm).to_vec(), warning)
    };
    let (len, flags) = if is_inet6 { (76, 64) } else { (52, 20) };
    let mut bytes = parm.bytes[..len].to_vec();
    // SIT_ISATAP or VTI_ISVTI, in host order.
    let all = u16::from_ne_bytes([bytes[flags], bytes[flags + 1]]);
    bytes[flags..flags + 2].copy_from_slice(&(all & !1).to_ne_bytes());
    let request = ["GET", "ADD", "DEL", "CHG"][(request & 3) as usize];
    let more = if all & 1 != 0 { " +1" } else { "" };
    let warning = text(warning.trim_ascii_end().to_vec());
    let call = format!(
        "SIOC{request}TUNNEL {} {}{more} {warning}",
        text(name),
        hex(&bytes)
    );
    Ok(call.trim_end().to_owned())
}

/// What a command prints of a tunnel, of which there are the structure, routers, and a prefix.
#[cfg(feature = "ip-tunnel")]
pub fn tunnel_shown(parm: &[u8], routers: &[u8], prefix: &[u8], command: &str) -> String {
    use tunnel::{parm::Parm, show};
    let mut out = Out::new(how(command).style);
    let mut shown = Parm::new(parm.len() > 52);
    let mut record = show::Record {
        routers: [0; 256],
        prefix: [0; 256],
    };
    shown.bytes[..parm.len()].copy_from_slice(parm);
    record.routers[16..16 + routers.len()].copy_from_slice(routers);
    record.prefix[..prefix.len()].copy_from_slice(prefix);
    out.document();
    out.object("");
    show::show(&mut shown, &record, &mut out, &mut names());
    out.object_end();
    out.new_line();
    out.document_end().expect("nothing is written out");
    text(out.take())
}

/// The statistics of a tunnel's link, as they are printed.
#[cfg(feature = "ip-tunnel")]
pub fn tunnel_statistics(stats: &[u8]) -> String {
    let mut out = Out::new(Style::default());
    tunnel::show::show_stats(ipso::nl::wire::Attr(stats), &mut out);
    text(out.take())
}

/// The name of the tun or tap device of a message.
#[cfg(feature = "tuntap")]
pub fn tuntap_name(message: Message<'_>) -> Option<String> {
    tuntap::show::decode(&message).map(|name| text(name.into()))
}

/// What a command prints of a tun or tap device: of what its files tun_flags, owner and group say.
#[cfg(feature = "tuntap")]
pub fn device_shown(values: [u64; 3], command: &str) -> String {
    let mut out = Out::new(how(command).style);
    out.document();
    tuntap::show::show(b"t0", values, None, &mut out);
    out.document_end().expect("nothing is written out");
    text(out.take())
}

/// How messages are shown.
struct How {
    view: View,
    style: Style,
    ctx: Ctx,
}

/// Reads the command that shows: global options, and the object.
fn how(command: &str) -> How {
    let mut how = How {
        view: View::Link,
        style: Style::default(),
        ctx: Ctx::default(),
    };
    let mut ipv4 = false;
    for word in command.split(' ') {
        match word {
            "addrlabel" | "netconf" | "ntable" | "token" => {}
            "ip" | "link" | "maddr" | "mroute" | "neigh" | "netns" | "list-id" | "nexthop"
            | "bucket" | "route" | "rule" | "tuntap" => {}
            "fou" | "tunnel" | "mptcp" | "endpoint" | "limits" | "monitor" | "tcp_metrics" => {}
            // The second line has no place between IPv4 addresses.
            "addr" if ipv4 => how.view = View::FirstLine,
            "addr" => how.view = View::Address,
            "-4" => ipv4 = true,
            "-d" => {
                how.ctx.details += 1;
                how.style.details += 1;
            }
            "-s" => how.ctx.stats += 1,
            "-br" => how.ctx.brief = true,
            "-N" => {
                how.ctx.numeric = true;
                how.style.numeric = true;
            }
            "-h" => how.ctx.human = 1000,
            "-iec" => how.ctx.human = 1024,
            "-o" => how.style.oneline = true,
            "-j" => how.style.json = true,
            "-p" => how.style.pretty = true,
            "-c" => how.style.color = true,
            _ => panic!("no such word: {command}"),
        }
    }
    how
}

/// What a command prints of a message. `None` if it is not one that is shown.
pub fn printed(message: Message<'_>, command: &str) -> Option<String> {
    // The words behind the object choose what is shown.
    let (command, choice) = command
        .split_once(" stats")
        .map_or((command, None), |(command, choice)| (command, Some(choice)));
    let How { view, style, ctx } = how(command);
    let mut out = Out::new(style);
    let mut names = names();
    out.document();
    if let Some(choice) = choice {
        print_stats(message, choice, &ctx, &mut out, &mut names)?;
        out.document_end().expect("nothing is written out");
        return Some(text(out.take()));
    }
    if message.kind >= 1024 {
        print_generic(message, command, &mut out, &mut names)?;
    } else if print_tunables(message, command, &ctx, &mut out, &mut names) {
    } else if let Some(record) = iface::record::decode(&message) {
        out.object("");
        show_link(&record, view, &ctx, &mut out, &mut names);
        if view != View::Link && ctx.stats > 0 {
            for show in BELOW_ADDRESSES {
                show(&record, view, &ctx, &mut out, &mut names);
            }
        }
        out.text("\n");
        out.object_end();
    } else if let Some(record) = ifaddr::record::decode(&message) {
        out.object("");
        let show = if style.oneline && !ctx.brief || message.kind == DELADDR {
            ifaddr::show::show_with_interface
        } else {
            ifaddr::show::show
        };
        show(&record, &ctx, &mut out, &mut names);
        // All addresses of a link stand in one line.
        if ctx.brief {
            out.text("\n");
        }
        out.object_end();
    } else if let Some(record) = multicast_route(&message) {
        print_multicast(&record, &ctx, &mut out, &mut names);
    } else if let Some(mut record) = route::record::decode(&message) {
        route::show::show(&mut record, 0, &ctx, &mut out, &mut names);
    } else if !print_rule(message, &ctx, &mut out, &mut names)
        && !print_nexthop(message, &ctx, &mut out, &mut names)
        && print_neighbour(message, &ctx, &mut out, &mut names).is_none()
    {
        print_id(message, &mut out)?;
    }
    out.document_end().expect("nothing is written out");
    Some(text(out.take()))
}

#[cfg(feature = "netns-extra")]
fn id_request(words: &[&[u8]]) -> Result<Msg, Error> {
    Ok(list_id::encode(&list_id::parse(&mut Words::new(words))?))
}
#[cfg(not(feature = "netns-extra"))]
fn id_request(_: &[&[u8]]) -> Result<Msg, Error> {
    Err(Error::missing_part(
        ipso::error::Noun::Command,
        b"list-id",
        "netns-extra",
    ))
}

/// A rule. False if the message is none.
#[cfg(feature = "rule")]
fn print_rule(message: Message<'_>, ctx: &Ctx, out: &mut Out, names: &mut Names) -> bool {
    let record = rule::record::decode(&message);
    if let Some(record) = &record {
        rule::show::show(record, ctx, out, names);
    }
    record.is_some()
}
#[cfg(not(feature = "rule"))]
fn print_rule(_: Message<'_>, _: &Ctx, _: &mut Out, _: &mut Names) -> bool {
    false
}

/// What 2026-11-30 12:00:00 is in milliseconds.
#[cfg(feature = "tunables")]
const NOW: u64 = 1_796_040_000_000;

/// Settings of the kernel; a token only where it is asked for, since its message is that of a link.
#[cfg(feature = "tunables")]
fn print_tunables(
    message: Message<'_>,
    command: &str,
    ctx: &Ctx,
    out: &mut Out,
    names: &mut Names,
) -> bool {
    if let Some(record) = netconf::decode(&message) {
        netconf::show(&record, out, names);
    } else if let Some(record) = addrlabel::decode(&message) {
        addrlabel::show(&record, out, names);
    } else if let Some(record) = ntable::decode(&message) {
        ntable::show(&record, NOW, ctx, out, names);
    } else if let Some(record) = token::decode(&message).filter(|_| command.ends_with("token")) {
        token::show(record.index, record.token.unwrap_or_default(), out, names);
    } else {
        return false;
    }
    true
}
#[cfg(not(feature = "tunables"))]
fn print_tunables(_: Message<'_>, _: &str, _: &Ctx, _: &mut Out, _: &mut Names) -> bool {
    false
}

/// Counters of a link, as far as the words behind `ip stats` choose them.
#[cfg(feature = "xstats")]
fn print_stats(
    message: Message<'_>,
    choice: &str,
    ctx: &Ctx,
    out: &mut Out,
    names: &mut Names,
) -> Option<()> {
    let record = stats::decode(&message)?;
    let words = words(choice.trim_start());
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let req = stats::parse(&mut Words::new(words.get(1..).unwrap_or_default()), names);
    let req = req.unwrap_or_else(|e| panic!("{choice}: {}", refused(&e)));
    stats::show(&record, req.suites, ctx, out, names);
    Some(())
}
#[cfg(not(feature = "xstats"))]
fn print_stats(_: Message<'_>, _: &str, _: &Ctx, _: &mut Out, _: &mut Names) -> Option<()> {
    None
}

/// A multicast route.
fn multicast_route<'a>(message: &Message<'a>) -> Option<route::record::Record<'a>> {
    // RTNL_FAMILY_IPMR and RTNL_FAMILY_IP6MR.
    route::record::decode(message).filter(|record| matches!(record.family, 128 | 129))
}
#[cfg(feature = "multicast")]
fn print_multicast(record: &route::record::Record, ctx: &Ctx, out: &mut Out, names: &mut Names) {
    route::multicast::show(record, false, ctx, out, names);
}
#[cfg(not(feature = "multicast"))]
fn print_multicast(_: &route::record::Record, _: &Ctx, _: &mut Out, _: &mut Names) {}

/// What `ip monitor` prints of a message; `None` if it prints nothing.
#[cfg(feature = "monitor")]
pub fn monitored(message: Message<'_>, command: &str) -> Option<String> {
    use ipso::ip::monitor::event::print_event;
    use ipso::ip::monitor::watch::Watch;
    let How { style, ctx, .. } = how(command);
    let mut out = Out::new(style);
    let mut watch = Watch {
        ctx: &ctx,
        index: 0,
        labels: true,
        all_nsid: true,
        links: true,
        ids: true,
        out: &mut out,
        names: &mut names(),
        foreign_names: &mut Names::default(),
        warnings: Vec::new(),
    };
    let shown = print_event(&message, Some(7), &mut watch);
    if !shown.unwrap_or(false) {
        return None;
    }
    out.line_end().expect("nothing is written out");
    Some(text(out.take()))
}
#[cfg(not(feature = "monitor"))]
pub fn monitored(_: Message<'_>, _: &str) -> Option<String> {
    None
}

/// Whether a line of `ip mroute show` chooses a route.
#[cfg(feature = "multicast")]
pub fn chooses_multicast(line: &str, family: u8, message: Message<'_>) -> bool {
    let words = words(line);
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let filter = route::multicast::parse(&mut Words::new(&words), family, &mut names());
    let record = route::record::decode(&message).expect("a route");
    filter.expect("words that choose").passes(&record)
}

/// What a line of `ip maddress` asks by ioctl(2).
#[cfg(feature = "multicast")]
pub fn multicast_call(line: &str) -> Result<String, Error> {
    let words = words(line);
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let req = maddress::change::parse(&mut Words::new(&words[2..]))?;
    Ok(hex(&maddress::change::encode(&req)))
}

/// What a command prints of the addresses in the files of /proc/net: the family of each, and its text.
#[cfg(feature = "multicast")]
pub fn memberships_shown(files: &[(u8, &str)], index: u32, command: &str) -> String {
    let mut out = Out::new(how(command).style);
    let mut all = Vec::new();
    for (family, text) in files {
        maddress::list::decode(*family, text.as_bytes(), &mut all);
    }
    out.document();
    maddress::list::show(index, &all, &mut out);
    out.document_end().expect("nothing is written out");
    text(out.take())
}

/// A nexthop or a bucket. False if the message is neither.
#[cfg(feature = "nexthop")]
fn print_nexthop(message: Message<'_>, ctx: &Ctx, out: &mut Out, names: &mut Names) -> bool {
    // Why one cannot be shown stands in its place.
    if let Err(e) = nexthop::list::print(&message, 0, ctx, out, names) {
        out.text(&text(e.text().to_vec()));
    }
    nexthop::bucket::print(&message, out);
    ipso::ip::hop::object::decode(&message).is_some() || nexthop::bucket::decode(&message).is_some()
}
#[cfg(not(feature = "nexthop"))]
fn print_nexthop(_: Message<'_>, _: &Ctx, _: &mut Out, _: &mut Names) -> bool {
    false
}

/// The id of a namespace, and its name.
#[cfg(feature = "netns-extra")]
fn print_id(message: Message<'_>, out: &mut Out) -> Option<()> {
    let record = list_id::decode(&message)?;
    let id = Attrs(&message.body[4..]).find(1).and_then(|id| id.i32());
    let name = NAMESPACES.iter().find(|(known, _)| Some(*known) == id);
    list_id::show(&record, name.map(|(_, name)| name.as_bytes()), out);
    Some(())
}
#[cfg(not(feature = "netns-extra"))]
fn print_id(_: Message<'_>, _: &mut Out) -> Option<()> {
    None
}

/// A message of a family of generic netlink. Which of those of MPTCP it is depends on the command.
// A build that has none of them reads no such message.
#[allow(unreachable_code)]
fn print_generic(
    message: Message<'_>,
    command: &str,
    out: &mut Out,
    names: &mut Names,
) -> Option<()> {
    match message.kind {
        #[cfg(feature = "fou")]
        FOU => fou::show::show(&fou::show::decode(&message)?, out, names),
        #[cfg(feature = "tcp-metrics")]
        TCP_METRICS => {
            out.object("");
            tcp_metrics::show::show(&tcp_metrics::record::decode(&message)?, out);
            out.object_end();
        }
        #[cfg(feature = "mptcp")]
        MPTCP if command.ends_with("monitor") => {
            let ctx = Ctx::default();
            mptcp::monitor::show_event(&mptcp::monitor::decode(&message)?, &ctx, out, names);
        }
        #[cfg(feature = "mptcp")]
        MPTCP if command.ends_with("limits") => {
            out.style.json = false;
            mptcp::limits::show_limits(mptcp::limits::decode(&message)?, out);
        }
        #[cfg(feature = "mptcp")]
        MPTCP => mptcp::show::show(&mptcp::show::decode(&message)?, out, names),
        _ => {
            let _ = (command, out, names);
            return None;
        }
    }
    Some(())
}

/// A neighbour.
#[cfg(feature = "neigh")]
fn print_neighbour(
    message: Message<'_>,
    ctx: &Ctx,
    out: &mut Out,
    names: &mut Names,
) -> Option<()> {
    let record = neigh::record::decode(&message)?;
    out.object("");
    neigh::show::show(&record, true, ctx, out, names);
    out.object_end();
    Some(())
}
#[cfg(not(feature = "neigh"))]
fn print_neighbour(_: Message<'_>, _: &Ctx, _: &mut Out, _: &mut Names) -> Option<()> {
    None
}

/// Whether a line of `ip neigh show` or `flush` chooses a neighbour.
#[cfg(feature = "neigh")]
pub fn chooses_neighbour(line: &str, message: Message<'_>) -> bool {
    let words = words(line);
    let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
    let flushes = words[0] == b"flush";
    let filter = neigh::filter::Filter::parse(&mut Words::new(&words[1..]), 0, flushes);
    let mut filter = filter.expect("words that choose");
    filter.resolve(&mut names()).expect("devices");
    let record = neigh::record::decode(&message).expect("a neighbour");
    filter.passes(&record)
}

fn kind(name: &str) -> &'static Kind {
    find_kind(name.as_bytes()).expect("a known kind")
}

/// What a kind shows of its data.
pub fn kind_shown(name: &str, data: &[u8], options: &str) -> String {
    let mut out = Out::new(how(options).style);
    kind(name).show(Attrs(data), "", &mut out, &mut names());
    text(out.take())
}

/// What a change sends of a kind whose links are always sent whole: the attributes of the link, changed by the words.
pub fn changed(name: &str, has: &[u8], line: &str) -> Result<Vec<u8>, Error> {
    let kind = kind(name);
    assert!(kind.is_read_first(), "{name}: changes of it are sent alone");
    let line = words(line);
    let list: Vec<&[u8]> = line.iter().map(String::as_bytes).collect();
    let mut draft = Draft::default();
    // As in a command: the words are read once before the link is asked for.
    kind.parse(name.as_bytes(), &mut Words::new(&list), &mut draft)?;
    draft.restart(0, 0, Attrs(has));
    kind.parse(name.as_bytes(), &mut Words::new(&list), &mut draft)?;
    draft.resolve(draft.names(), &mut names())?;
    kind.finish(name.as_bytes(), false, &mut draft, 0)?;
    let attrs = draft.msg.attrs(0);
    Ok(attrs.0.to_vec())
}

/// The attributes that `encap TYPE …` of a route adds, and the words that it leaves.
#[cfg(feature = "encap")]
pub fn encapsulation(line: &[&str]) -> Result<(Vec<u8>, Vec<String>), Error> {
    let words: Vec<&[u8]> = line.iter().map(|word| word.as_bytes()).collect();
    let mut words = Words::new(&words);
    let mut draft = Draft::default();
    encap::parse(&mut words, &mut draft, (22, 21))?;
    draft.resolve(draft.names(), &mut names())?;
    let left = words.rest().iter().map(|word| text(word.to_vec()));
    Ok((draft.msg.attrs(0).0.to_vec(), left.collect()))
}

/// The first words of the options of all encapsulations.
#[cfg(feature = "encap")]
pub fn encapsulation_words() -> impl Iterator<Item = String> {
    let rows = encap::TYPES.iter().flat_map(|known| known.rows);
    let words = rows.map(|row| text(row.word().to_vec()));
    words.filter(|word| !word.is_empty())
}

/// What is shown of the encapsulation of a route.
#[cfg(feature = "encap")]
pub fn encapsulation_shown(kind: u16, data: &[u8], options: &str) -> String {
    let How { style, ctx, .. } = how(options);
    let mut out = Out::new(style);
    out.document();
    out.object("");
    encap::show(kind, Attr(data), &ctx, &mut out, &mut names());
    out.object_end();
    out.document_end().expect("nothing is written out");
    text(out.take())
}

/// Every family of kinds: their names, and the first words of their options.
pub fn kinds() -> Vec<(Vec<&'static str>, Vec<String>)> {
    let families = each_kind().map(|kind| {
        let options = kind.rows().map(|row| text(row.word().to_vec()));
        let names = kind
            .each_name()
            .filter_map(|name| std::str::from_utf8(name).ok())
            .collect();
        (names, options.filter(|word| !word.is_empty()).collect())
    });
    families.collect()
}
