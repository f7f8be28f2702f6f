//! A line to a server that can be slow, go dead, or end at the worst moment.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A TCP proxy on a port of its own. Connections that go through it end when it is dropped.
pub struct Proxy {
    port: u16,
    line: Arc<Line>,
}

/// What holds for all connections.
#[derive(Default)]
struct Line {
    calls: Mutex<Vec<Call>>,
    made: AtomicUsize,
    /// Whether everything is swallowed, on new connections as well.
    hole: AtomicBool,
    /// Whether new connections are ended at once.
    refusing: AtomicBool,
    /// Whether it is gone for good.
    ended: AtomicBool,
    /// Milliseconds by which everything is late.
    delay: AtomicU64,
    /// What a client must send for its connection to end behind it, before the answer.
    trap: Mutex<Option<Vec<u8>>>,
}

#[derive(Clone)]
struct Call {
    dead: Arc<AtomicBool>,
    ends: Arc<[TcpStream; 2]>,
}

impl Call {
    fn end(&self) {
        for end in self.ends.iter() {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

/// The address in a URL: `127.0.0.1:5432` of `postgres://user@127.0.0.1:5432/name`.
pub fn address(url: &str) -> &str {
    let rest = url.split_once("://").unwrap().1;
    let rest = rest.split(['/', '?']).next().unwrap();
    rest.rsplit_once('@').map_or(rest, |(_, address)| address)
}

#[allow(dead_code, reason = "each fault is some test's")]
impl Proxy {
    /// A line to the server that the URL names.
    pub fn to(url: &str) -> Self {
        let server = address(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Line::default());
        let shared = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.ended.load(Ordering::SeqCst) {
                    return;
                }
                if !shared.refusing.load(Ordering::SeqCst) {
                    shared.connect(client, &server);
                }
            }
        });
        Self { port, line }
    }

    /// The URL, with the proxy in place of the server.
    pub fn url(&self, url: &str) -> String {
        url.replacen(address(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// How many connections were made so far.
    pub fn connections(&self) -> usize {
        self.line.made.load(Ordering::SeqCst)
    }

    /// Makes the connections that are open go dead: what is sent is swallowed, and nothing ends. New ones work.
    pub fn cut(&self) {
        for call in self.line.calls.lock().unwrap().iter() {
            call.dead.store(true, Ordering::SeqCst);
        }
    }

    /// Swallows everything that is sent, on new connections as well, until it is turned off.
    pub fn black_hole(&self, on: bool) {
        self.line.hole.store(on, Ordering::SeqCst);
        if on {
            self.cut();
        }
    }

    /// Ends new connections at once, until it is turned off.
    pub fn refuse(&self, on: bool) {
        self.line.refusing.store(on, Ordering::SeqCst);
    }

    /// Ends the connections that are open.
    pub fn hang_up(&self) {
        for call in self.line.calls.lock().unwrap().drain(..) {
            call.end();
        }
    }

    /// Makes everything late by this much, in each direction.
    pub fn delay(&self, late: Duration) {
        let millis = u64::try_from(late.as_millis()).unwrap();
        self.line.delay.store(millis, Ordering::SeqCst);
    }

    /// Ends the next connection on which a client sends this text, when the server has it and the client has no answer.
    pub fn hang_up_behind(&self, text: &str) {
        *self.line.trap.lock().unwrap() = Some(text.as_bytes().to_vec());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.ended.store(true, Ordering::SeqCst);
        self.hang_up();
        // Wakes the listener, so that it sees that it has ended.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Line {
    fn connect(self: &Arc<Self>, client: TcpStream, server: &str) {
        self.made.fetch_add(1, Ordering::SeqCst);
        // The client sees a connection that ends, as it would when the server's port is closed behind a load balancer.
        let Ok(server) = TcpStream::connect(server) else {
            return;
        };
        for end in [&client, &server] {
            let _ = end.set_nodelay(true);
        }
        let dead = Arc::new(AtomicBool::new(self.hole.load(Ordering::SeqCst)));
        let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else {
            return;
        };
        let call = Call {
            dead,
            ends: Arc::new([client, server]),
        };
        self.calls.lock().unwrap().push(call.clone());
        let (Ok(back), Ok(home)) = (to.try_clone(), from.try_clone()) else {
            return;
        };
        self.copy(from, to, call.clone(), true);
        self.copy(back, home, call, false);
    }

    fn copy(self: &Arc<Self>, mut from: TcpStream, mut to: TcpStream, call: Call, request: bool) {
        let line = Arc::clone(self);
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                let sent = &buffer[..length];
                let late = line.delay.load(Ordering::SeqCst);
                if late > 0 {
                    std::thread::sleep(Duration::from_millis(late));
                }
                let trapped = request && line.is_trapped(sent);
                if trapped {
                    // The answer must not overtake the end.
                    call.dead.store(true, Ordering::SeqCst);
                    let _ = to.write_all(sent);
                    // The server gets the time to carry it out.
                    std::thread::sleep(Duration::from_millis(150));
                    call.end();
                    return;
                }
                if !call.dead.load(Ordering::SeqCst) && to.write_all(sent).is_err() {
                    break;
                }
            }
            // A dead line does not say that the other end has hung up.
            if !call.dead.load(Ordering::SeqCst) {
                let _ = to.shutdown(Shutdown::Write);
            }
        });
    }

    fn is_trapped(&self, sent: &[u8]) -> bool {
        let mut trap = self.trap.lock().unwrap();
        let found = trap
            .as_ref()
            .is_some_and(|text| sent.windows(text.len()).any(|part| part == text));
        if found {
            *trap = None;
        }
        found
    }
}
