//! An ICMP echo for systems that have no ping: as much of it as the walkthrough uses, printed like iputils'.

use lexopt::{Arg::Short, Arg::Value, Parser, ValueExt};
use std::io::Error;
use std::net::Ipv4Addr;
use std::num::NonZero;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const ECHO_REPLY: u8 = 0;
const ECHO: u8 = 8;
const HEADER: usize = 8;
const DATA: usize = 56;
const USAGE: &str = "Usage: ping [-nq] [-c COUNT] [-i SECONDS] [-W SECONDS] IPV4-ADDRESS";

struct Options {
    to: Ipv4Addr,
    count: u16,
    interval: Duration,
    wait: Duration,
    quiet: bool,
}

/// Exit codes as ping's: 0 answered, 1 not answered, 2 could not be sent.
pub fn main(words: &mut Parser) -> ExitCode {
    let Ok(options) = parse(words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err((call, error)) => {
            // Without Rust's "(os error N)".
            let text = error.to_string();
            eprintln!(
                "ping: {call}: {}",
                text.split(" (os").next().unwrap_or(&text)
            );
            ExitCode::from(2)
        }
    }
}

fn parse(words: &mut Parser) -> Result<Options, lexopt::Error> {
    let second = Duration::from_secs(1);
    let mut options = Options {
        to: Ipv4Addr::UNSPECIFIED,
        count: u16::MAX,
        interval: second,
        wait: 10 * second,
        quiet: false,
    };
    let mut to = None;
    while let Some(word) = words.next()? {
        match word {
            Short('n') => {}
            Short('q') => options.quiet = true,
            Short('c') => options.count = words.value()?.parse::<NonZero<u16>>()?.get(),
            Short('i') => options.interval = words.value()?.parse_with(seconds)?,
            Short('W') => options.wait = words.value()?.parse_with(seconds)?,
            Value(address) if to.is_none() => to = Some(address.parse()?),
            _ => return Err(word.unexpected()),
        }
    }
    options.to = to.ok_or("no address")?;
    Ok(options)
}

fn seconds(word: &str) -> Result<Duration, &'static str> {
    let seconds = word.parse().map_err(|_| "not a number")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "not a time")
}

fn run(options: &Options) -> Result<bool, (&'static str, Error)> {
    let (socket, raw) = open().map_err(|e| ("socket", e))?;
    connect(&socket, options.to).map_err(|e| ("connect", e))?;
    let to = options.to;
    println!(
        "PING {to} ({to}) {DATA}({}) bytes of data.",
        DATA + HEADER + 20
    );

    let id = std::process::id() as u16;
    let start = Instant::now();
    let mut times = Vec::new();
    for seq in 1..=options.count {
        let sent = Instant::now();
        send(&socket, &echo(id, seq)).map_err(|e| ("sendmsg", e))?;
        if let Some(ttl) =
            wait(&socket, raw, id, seq, sent + options.wait).map_err(|e| ("recvmsg", e))?
        {
            let time = sent.elapsed().as_secs_f64() * 1000.0;
            times.push(time);
            if !options.quiet {
                let ttl = ttl.map(|ttl| format!(" ttl={ttl}")).unwrap_or_default();
                println!(
                    "{} bytes from {to}: icmp_seq={seq}{ttl} time={time:.3} ms",
                    DATA + HEADER
                );
            }
        }
        if seq < options.count {
            std::thread::sleep((sent + options.interval).saturating_duration_since(Instant::now()));
        }
    }

    let (all, good) = (usize::from(options.count), times.len());
    println!("\n--- {to} ping statistics ---");
    println!(
        "{all} packets transmitted, {good} received, {}% packet loss, time {}ms",
        (all - good) * 100 / all,
        start.elapsed().as_millis()
    );
    if good > 0 {
        let n = good as f64;
        let mean = times.iter().sum::<f64>() / n;
        let spread = (times.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / n).sqrt();
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        let most = times.iter().copied().fold(0.0, f64::max);
        println!("rtt min/avg/max/mdev = {least:.3}/{mean:.3}/{most:.3}/{spread:.3} ms");
    }
    Ok(good > 0)
}

/// A raw socket, or the ping socket of those who may not have one (net.ipv4.ping_group_range); true for the first.
fn open() -> Result<(OwnedFd, bool), Error> {
    for kind in [libc::SOCK_RAW, libc::SOCK_DGRAM] {
        // SAFETY: no memory is touched; a descriptor that is not negative is ours alone.
        unsafe {
            let fd = libc::socket(libc::AF_INET, kind | libc::SOCK_CLOEXEC, libc::IPPROTO_ICMP);
            if fd >= 0 {
                return Ok((OwnedFd::from_raw_fd(fd), kind == libc::SOCK_RAW));
            }
        }
    }
    Err(Error::last_os_error())
}

fn connect(socket: &OwnedFd, to: Ipv4Addr) -> Result<(), Error> {
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: 0,
        sin_addr: libc::in_addr {
            s_addr: u32::from_ne_bytes(to.octets()),
        },
        sin_zero: [0; 8],
    };
    let size = size_of_val(&address) as libc::socklen_t;
    // SAFETY: the address is a whole sockaddr_in, of the size that is passed.
    match unsafe { libc::connect(socket.as_raw_fd(), (&raw const address).cast(), size) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

fn send(socket: &OwnedFd, packet: &[u8]) -> Result<(), Error> {
    // SAFETY: the pointer and the length are of one slice.
    match unsafe { libc::send(socket.as_raw_fd(), packet.as_ptr().cast(), packet.len(), 0) } {
        -1 => Err(Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Waits for the answer: None when it does not come, else its TTL where the socket shows it.
fn wait(
    socket: &OwnedFd,
    raw: bool,
    id: u16,
    seq: u16,
    until: Instant,
) -> Result<Option<Option<u8>>, Error> {
    let mut buffer = [0; 2048];
    loop {
        // Rounded up: a remainder under a millisecond would spin.
        let left = until
            .saturating_duration_since(Instant::now())
            .as_micros()
            .div_ceil(1000) as libc::c_int;
        let mut poll = libc::pollfd {
            fd: socket.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one pollfd, of a descriptor that stays open.
        if unsafe { libc::poll(&mut poll, 1, left) } == 0 {
            return Ok(None);
        }
        // SAFETY: the pointer and the length are of one array.
        let n = unsafe {
            libc::recv(
                socket.as_raw_fd(),
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                0,
            )
        };
        let Ok(n) = usize::try_from(n) else {
            let error = Error::last_os_error();
            match error.raw_os_error() {
                // The host that does not answer is reported on the socket.
                Some(libc::EHOSTUNREACH) => return Ok(None),
                Some(libc::EINTR) => continue,
                _ => return Err(error),
            }
        };
        let packet = &buffer[..n];
        let (ttl, packet) = match packet.first() {
            Some(first) if raw => (
                packet.get(8).copied(),
                packet.get(usize::from(first & 15) * 4..),
            ),
            _ => (None, Some(packet)),
        };
        // On a ping socket the kernel picks the id, and hands on only our own.
        if let Some(&[ECHO_REPLY, _, _, _, i0, i1, s0, s1, ..]) = packet
            && (!raw || u16::from_be_bytes([i0, i1]) == id)
            && u16::from_be_bytes([s0, s1]) == seq
        {
            return Ok(Some(ttl));
        }
    }
}

fn echo(id: u16, seq: u16) -> Vec<u8> {
    let mut packet = vec![ECHO, 0, 0, 0];
    packet.extend(id.to_be_bytes());
    packet.extend(seq.to_be_bytes());
    packet.extend((0..DATA).map(|n| n as u8));
    let sum = checksum(&packet);
    packet[2..4].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// RFC 1071.
fn checksum(packet: &[u8]) -> u16 {
    let mut sum: u32 = packet
        .chunks(2)
        .map(|two| u32::from(two[0]) << 8 | u32::from(*two.get(1).unwrap_or(&0)))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_with_its_checksum_sums_to_nothing() {
        assert_eq!(checksum(&echo(0x1234, 7)), 0);
        assert_eq!(
            checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]),
            0x220d
        ); // RFC 1071, 3
    }

    #[test]
    fn words() {
        let parse = |text: &str| parse(&mut Parser::from_args(text.split(' ')));
        let options = parse("-q -c 2 -W 0.5 10.1.1.1").unwrap();
        assert_eq!(
            (options.count, options.quiet, options.wait.as_millis()),
            (2, true, 500)
        );
        assert_eq!(options.to, Ipv4Addr::new(10, 1, 1, 1));
        for bad in [
            "-c",
            "-c 0 10.1.1.1",
            "host",
            "10.1.1.1 10.1.1.2",
            "-W -1 10.1.1.1",
            "-x",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
