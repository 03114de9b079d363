//! Servers that tell their clients which address they see, and their clients, in network namespaces.

use super::{check, until};
use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::thread;
use std::time::Duration;

/// How long an answer may take. What is refused is refused at once, with another error than that of this time.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `body` in a namespace.
pub fn within<T: Send>(namespace: &str, body: impl FnOnce() -> T + Send) -> T {
    if namespace.is_empty() {
        return body();
    }
    let path = format!("/run/netns/{namespace}");
    let file = File::open(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    thread::scope(|scope| {
        let played = scope.spawn(|| {
            // SAFETY: takes numbers only, and changes this thread alone.
            check(unsafe { libc::setns(file.as_raw_fd(), libc::CLONE_NEWNET) }).expect("setns");
            body()
        });
        played.join().expect("no panic inside")
    })
}

pub fn address(text: &str) -> SocketAddr {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Answers on a port of TCP and of UDP, as long as the test runs, with the address of the client.
pub fn serve(namespace: &str, at: &str) {
    let at = address(at);
    let (tcp, udp) = within(namespace, || {
        // An address of IPv6 may still be looked for at others.
        let mut both = None;
        until(&format!("{at} to be had"), || {
            both = TcpListener::bind(at)
                .and_then(|tcp| Ok((tcp, UdpSocket::bind(at)?)))
                .ok();
            both.is_some()
        });
        both.expect("two sockets")
    });
    thread::spawn(move || {
        for stream in tcp.incoming() {
            let mut stream = stream.expect("a client");
            let client = stream.peer_addr().expect("its address").ip();
            let _ = stream.write_all(client.to_string().as_bytes());
        }
    });
    thread::spawn(move || {
        let mut buf = [0; 16];
        while let Ok((_, client)) = udp.recv_from(&mut buf) {
            let _ = udp.send_to(client.ip().to_string().as_bytes(), client);
        }
    });
}

/// What a server of TCP answers, or how the connection fails.
pub fn ask_tcp(namespace: &str, at: &str) -> Result<String, ErrorKind> {
    let at = address(at);
    within(namespace, || {
        let mut text = String::new();
        let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.read_to_string(&mut text)?;
        Ok(text)
    })
    .map_err(|e: std::io::Error| e.kind())
}

/// The same for UDP.
pub fn ask_udp(namespace: &str, at: &str) -> Result<String, ErrorKind> {
    let at = address(at);
    within(namespace, || {
        let any = if at.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.connect(at)?;
        socket.send(b"?")?;
        let mut buf = [0; 64];
        let len = socket.recv(&mut buf)?;
        Ok(String::from_utf8_lossy(&buf[..len]).into_owned())
    })
    .map_err(|e: std::io::Error| e.kind())
}

/// Clients of TCP and UDP at this address see this answer.
#[track_caller]
pub fn answers(namespace: &str, at: &str, seen: &str) {
    assert_eq!(ask_tcp(namespace, at).as_deref(), Ok(seen), "TCP {at}");
    assert_eq!(ask_udp(namespace, at).as_deref(), Ok(seen), "UDP {at}");
}

pub const REFUSED: Result<&str, ErrorKind> = Err(ErrorKind::ConnectionRefused);

/// Clients of TCP and UDP at this address are refused at once.
#[track_caller]
pub fn refuses(namespace: &str, at: &str) {
    assert_eq!(
        ask_tcp(namespace, at).as_deref().map_err(|e| *e),
        REFUSED,
        "TCP {at}"
    );
    assert_eq!(
        ask_udp(namespace, at).as_deref().map_err(|e| *e),
        REFUSED,
        "UDP {at}"
    );
}
