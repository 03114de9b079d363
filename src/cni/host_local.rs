//! `host-local`: gives addresses of ranges, and keeps them as files of a folder, as the reference plugin does: both may serve one
//! network at once.
//!
//! The folder of a network has a file for each address that is given, whose text is the container's id and the interface,
//! joined by CR and LF; `last_reserved_ip.N` for each set of ranges, with the address that was given last; and `lock`.

use crate::append::Append;
use core::ffi::CStr;

use crate::cni::call::{Call, Command};
use crate::cni::json::{Each, Json};
use crate::cni::outcome::{
    Address, Host, Outcome, read_address, read_host, read_network, read_routes,
};
use crate::cni::protocol::{Answer, Fault};
use crate::cni::sides;
use crate::cni::store::{Store, owner_of};
use crate::cni::texts::{self, Text, decimal};
use crate::cni::writer::Writer;
use crate::files;
use crate::nl::uapi::af;
use crate::text::{cut, next_word};

/// Addresses as numbers, those of IPv4 as well.
struct Range {
    family: u8,
    first: u128,
    last: u128,
    gateway: u128,
    /// The length of the prefix.
    len: u8,
}

/// Ranges that are alternatives.
type Set = &'static [Range];

/// Does what is asked.
pub fn run(call: &Call, outcome: &mut Outcome) -> Answer<()> {
    let ipam = call.object("ipam");
    call.check()?;
    if ipam.is_null() {
        return Err(Fault::other("IPAM config missing 'ipam' key", b""));
    }
    match call.command {
        Command::Add => add(call, ipam, outcome),
        Command::Check => check(call, ipam),
        Command::Del => match Store::open(call, ipam, false)? {
            Some(store) => store.release(),
            None => Ok(()),
        },
        Command::Gc => collect(call, ipam),
        _ => read_sets(call, ipam).map(|_| ()),
    }
}

fn number_of(host: Host) -> u128 {
    let mut number = 0;
    for byte in host.bytes() {
        number = number << 8 | u128::from(*byte);
    }
    number
}

fn host_of(number: u128, family: u8) -> Host {
    sides::host(&number.to_be_bytes()[if family == af::INET { 12 } else { 0 }..])
}

fn text_of(number: u128, family: u8) -> Text {
    texts::address(host_of(number, family).bytes())
}

impl Range {
    fn contains(&self, host: Host) -> bool {
        let number = number_of(host);
        self.family == host.family && self.first <= number && number <= self.last
    }

    fn overlaps(&self, other: &Range) -> bool {
        self.family == other.family && self.first <= other.last && other.first <= self.last
    }
}

/// Reads the sets of ranges; the addresses of a set are alternatives.
fn read_sets(call: &Call, ipam: Json<'static>) -> Answer<&'static [Set]> {
    let mut sets: Vec<Set> = Vec::new();
    if !ipam.get("subnet").is_null() {
        let mut set = Vec::new();
        read_range(call, ipam, 0, &mut set)?;
        sets.push(set.leak());
    }
    let of_runtime = call.list_of(call.runtime(), "ipRanges");
    let of_config = call.list_of(ipam, "ranges");
    call.check()?;
    read_list(call, of_runtime, &mut sets)?;
    read_list(call, of_config, &mut sets)?;
    if sets.is_empty() {
        return Err(Fault::other("no IP ranges specified", b""));
    }
    let sets: &'static [Set] = sets.leak();
    for (n, set) in sets.iter().enumerate() {
        for (m, range) in set.iter().enumerate() {
            for other in &set[..m] {
                if range.overlaps(other) {
                    let text = "subnets % and % overlap";
                    let fault = Fault::other_two(text, describe(other), describe(range));
                    return Err(within(n, fault));
                }
            }
        }
        for (m, others) in sets[..n].iter().enumerate() {
            for range in *set {
                if others.iter().any(|other| range.overlaps(other)) {
                    let text = "range set % overlaps with %";
                    let (m, n) = (decimal(m as i64), decimal(n as i64));
                    return Err(Fault::other_two(text, m, n));
                }
            }
        }
    }
    Ok(sets)
}

/// Reads a list of sets.
fn read_list(call: &Call, mut list: Each<'static>, sets: &mut Vec<Set>) -> Answer<()> {
    while list.advance() {
        let at = sets.len();
        let mut set = Vec::new();
        let mut ranges = list.value.each();
        while ranges.advance() {
            read_range(call, ranges.value, at, &mut set)?;
        }
        let set: Set = set.leak();
        let Some(first) = set.first() else {
            return Err(in_set(at, "empty range set", b""));
        };
        if set.iter().any(|range| range.family != first.family) {
            return Err(in_set(at, MIXED, b""));
        }
        sets.push(set);
    }
    Ok(())
}

const MIXED: &str = "mixed address families";

/// What is wrong with a set.
fn in_set(at: usize, text: &str, part: &[u8]) -> Fault {
    within(at, Fault::other(text, part))
}

fn within(at: usize, fault: Fault) -> Fault {
    fault.context("invalid range set %", decimal(at as i64))
}

fn read_range(call: &Call, json: Json<'static>, at: usize, set: &mut Vec<Range>) -> Answer<()> {
    let word = call.text_of(json, "subnet");
    let subnet = read_network(call, word);
    call.check()?;
    let family = subnet.family;
    let bits = 8 * subnet.bytes().len() as u8 - subnet.len;
    if bits < 2 {
        return Err(in_set(at, "Network % too small to allocate from", word));
    }
    let hosts = u128::MAX >> (128 - bits);
    let network = number_of(subnet);
    if network & hosts != 0 {
        let text =
            "Network has host bits set. For a subnet mask of length % the network address is %";
        let base = text_of(network & !hosts, family);
        let fault = Fault::other_two(text, decimal(subnet.len.into()), base);
        return Err(within(at, fault));
    }
    let mut range = Range {
        family,
        first: network + 1,
        // The last address of an IPv4 network is that of all its hosts.
        last: network | (hosts - u128::from(family == af::INET)),
        gateway: network + 1,
        len: subnet.len,
    };
    let gateway = read_host(call, call.text_of(json, "gateway"));
    call.check()?;
    if let Some(host) = gateway {
        if host.family != family {
            return Err(in_set(at, MIXED, b""));
        }
        range.gateway = number_of(host);
    }
    let read_limit = |name: &str, text: &str, limit: &mut u128| -> Answer<()> {
        let given = read_host(call, call.text_of(json, name));
        call.check()?;
        let Some(host) = given else {
            return Ok(());
        };
        *limit = number_of(host);
        if host.family == family && subnet.contains(host.bytes()) {
            return Ok(());
        }
        let fault = Fault::other_two(text, texts::address(host.bytes()), word);
        Err(within(at, fault))
    };
    let text = "RangeStart % not in network %";
    read_limit("rangeStart", text, &mut range.first)?;
    let text = "RangeEnd % not in network %";
    read_limit("rangeEnd", text, &mut range.last)?;
    // There is none behind the last of all addresses, at which the search would end.
    range.last = range.last.min(u128::MAX - 1);
    if range.first > range.last {
        return Err(in_set(at, "rangeStart is behind rangeEnd", b""));
    }
    set.push(range);
    Ok(())
}

/// Reads an address that is asked for, which may have the length of a prefix.
fn want(call: &Call, word: &[u8], wanted: &mut Vec<Host>) {
    if word.contains(&b'/') {
        wanted.push(read_network(call, word));
        return;
    }
    match read_host(call, word) {
        Some(host) => wanted.push(host),
        None => call.refuse(INVALID, word),
    }
}

const INVALID: &str = "invalid IP address: %";

/// The addresses that are asked for: by `CNI_ARGS`, the configuration's `args` and the runtime.
fn read_wanted(call: &Call, wanted: &mut Vec<Host>) {
    let mut words = [&b""[..]];
    call.read_args(&["IP"], &mut words);
    let [one] = words;
    if !one.is_empty() {
        want(call, one, wanted);
    }
    let of_config = call.list_of(call.config_args(), "ips");
    let of_runtime = call.list_of(call.runtime(), "ips");
    want_all(call, of_config, wanted);
    want_all(call, of_runtime, wanted);
}

fn want_all(call: &Call, mut list: Each<'static>, wanted: &mut Vec<Host>) {
    while list.advance() {
        match list.value.text() {
            Some(word) => want(call, word, wanted),
            None => call.refuse(INVALID, list.value.raw()),
        }
    }
}

fn add(call: &Call, ipam: Json<'static>, outcome: &mut Outcome) -> Answer<()> {
    let sets = read_sets(call, ipam)?;
    let wanted: &mut Vec<Host> = Box::leak(Box::default());
    read_wanted(call, wanted);
    read_routes(call, ipam, &mut outcome.routes);
    let path = call.text_of(ipam, "resolvConf");
    call.check()?;
    outcome.dns = read_resolv_conf(path)?;
    let store = Store::open(call, ipam, true)?.ok_or_else(|| Fault::other("no store", b""))?;
    let given = give(sets, wanted, &store, outcome);
    if given.is_err() {
        for address in &outcome.addresses {
            store.remove(file_of(address.prefix));
        }
    }
    given
}

/// The name of the file of an address.
fn file_of(host: Host) -> &'static CStr {
    texts::path(texts::address(host.bytes()))
}

/// Gives an address of each set.
fn give(
    sets: &'static [Set],
    wanted: &mut Vec<Host>,
    store: &Store,
    outcome: &mut Outcome,
) -> Answer<()> {
    for (n, set) in sets.iter().enumerate() {
        let mark = texts::path(texts::fill("last_reserved_ip.%", decimal(n as i64)));
        let mut asked = None;
        for (at, host) in wanted.iter().enumerate() {
            if let Some(range) = set.iter().find(|range| range.contains(host)) {
                asked = Some((at, range));
                break;
            }
        }
        let given = match asked {
            Some((at, range)) => give_one(range, wanted.remove(at), mark, store, set),
            None => give_next(set, mark, store),
        };
        let given = given
            .map_err(|fault| fault.context("failed to allocate for range %", decimal(n as i64)))?;
        outcome.addresses.push(*given);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let mut text = Vec::new();
    for host in wanted.iter() {
        text.append_bytes(if text.is_empty() { b"" } else { b" " });
        text.append_bytes(texts::address(host.bytes()));
    }
    let message = "failed to allocate all requested IPs: %";
    Err(Fault::other(message, text.leak()))
}

/// The range as text: `FIRST-LAST`.
fn describe(range: &Range) -> Text {
    let [first, last] = [range.first, range.last].map(|number| text_of(number, range.family));
    texts::join(&[first, b"-", last])
}

/// The ranges of a set as text, joined by commas.
fn describe_all(set: Set) -> Text {
    let mut text = Vec::new();
    for range in set {
        text.append_bytes(if text.is_empty() { b"" } else { b"," });
        text.append_bytes(describe(range));
    }
    text.leak()
}

/// Takes an address of a range, and writes down that it was the last one. `None` if it is given to another.
fn take(
    range: &Range,
    number: u128,
    mark: &CStr,
    store: &Store,
) -> Answer<Option<&'static Address>> {
    let host = host_of(number, range.family);
    let file = file_of(host);
    if !store.take(file)? {
        return Ok(None);
    }
    store.write(mark, file.to_bytes())?;
    Ok(Some(Box::leak(Box::new(Address {
        prefix: sides::prefix(host.bytes(), range.len),
        gateway: Some(host_of(range.gateway, range.family)),
        interface: None,
    }))))
}

/// Gives the address that was asked for.
fn give_one(
    range: &Range,
    host: Host,
    mark: &CStr,
    store: &Store,
    set: Set,
) -> Answer<&'static Address> {
    let text = texts::address(host.bytes());
    let number = number_of(host);
    if number == range.gateway {
        return Err(Fault::other("requested ip % is subnet's gateway", text));
    }
    take(range, number, mark, store)?.ok_or_else(|| {
        let message = "requested IP address % is not available in range set %";
        Fault::other_two(message, text, describe_all(set))
    })
}

/// Gives the next free address behind the one that was given last.
fn give_next(set: Set, mark: &CStr, store: &Store) -> Answer<&'static Address> {
    let is_in = &mut |host| set.iter().any(|range| range.contains(host));
    if let Some(name) = store.find_owned(is_in)? {
        let text = "% has been allocated to %, duplicate allocation is not allowed";
        return Err(Fault::other_two(text, name, store.container()));
    }
    // Where to begin: behind the last one, if that is in a range.
    let mut start = (0, set[0].first);
    if let Some(last) = store.read(mark).and_then(read_address) {
        for (at, range) in set.iter().enumerate() {
            if range.contains(last) {
                start = (at, number_of(last) + 1);
            }
        }
    }
    let (mut at, mut number) = start;
    let mut is_again = false;
    loop {
        let range = &set[at];
        if number > range.last {
            at = (at + 1) % set.len();
            number = set[at].first;
            // Back in the range of the begin, from its first address on.
            if at == start.0 {
                if is_again {
                    break;
                }
                is_again = true;
            }
            continue;
        }
        if is_again && at == start.0 && number >= start.1 {
            break;
        }
        if number != range.gateway
            && let Some(given) = take(range, number, mark, store)?
        {
            return Ok(given);
        }
        number += 1;
    }
    let text = "no IP addresses available in range set: %";
    Err(Fault::other(text, describe_all(set)))
}

/// What a file of name servers says, as JSON; empty without a file.
fn read_resolv_conf(path: &[u8]) -> Answer<Text> {
    if path.is_empty() {
        return Ok(b"");
    }
    let text = files::read_file(texts::path(path));
    let text: Text = text
        .ok_or_else(|| Fault::other("cannot read %", path))?
        .leak();
    let mut domain = &b""[..];
    let mut lines = text;
    while let Some(mut line) = cut(&mut lines, b'\n') {
        if next_word(&mut line) == b"domain" {
            domain = next_word(&mut line);
        }
    }
    let mut writer = Writer::default();
    writer.open(b"", b'{');
    write_words(text, b"nameserver", b"nameservers", &mut writer);
    writer.string_if_any(b"domain", domain);
    write_words(text, b"search", b"search", &mut writer);
    write_words(text, b"options", b"options", &mut writer);
    writer.close(b'}');
    Ok(writer.text.leak())
}

/// Writes the list of the words of all lines that begin with one.
fn write_words(mut text: Text, first: &[u8], name: &[u8], writer: &mut Writer) {
    let mut is_open = false;
    while let Some(mut line) = cut(&mut text, b'\n') {
        if next_word(&mut line) != first {
            continue;
        }
        loop {
            let word = next_word(&mut line);
            if word.is_empty() {
                break;
            }
            if !is_open {
                writer.open(name, b'[');
                is_open = true;
            }
            writer.string(b"", word);
        }
    }
    if is_open {
        writer.close(b']');
    }
}

fn check(call: &Call, ipam: Json<'static>) -> Answer<()> {
    if let Some(store) = Store::open(call, ipam, false)?
        && store.find_owned(&mut |_| true)?.is_some()
    {
        return Ok(());
    }
    let text = "host-local: Failed to find address added by container %";
    Err(Fault::other(text, call.container))
}

/// Takes away the addresses of all that is not among the valid attachments.
fn collect(call: &Call, ipam: Json<'static>) -> Answer<()> {
    let mut valid = Vec::new();
    for [container, ifname] in call.valid_attachments()? {
        valid.push(owner_of(container, ifname));
        // As older plugins wrote it.
        valid.push(container);
    }
    let valid: &[Text] = valid.leak();
    if let Some(store) = Store::open(call, ipam, false)? {
        store.remove_where(&mut |owner| !valid.contains(&owner))?;
    }
    Ok(())
}
