//! A wire that counts the bytes between the program and a server, both ways.

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A port of this machine from which everything goes to the server.
pub struct Wire {
    pub port: u16,
    counted: Arc<[AtomicU64; 2]>,
}

/// Bytes since the last time, of the content of TCP.
#[derive(Debug, Clone, Copy)]
pub struct Traffic {
    pub sent: u64,
    pub received: u64,
}

impl Wire {
    pub fn new(to: String) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let wire = Self { port: listener.local_addr()?.port(), counted: Arc::default() };
        let counted = wire.counted.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let Ok(far) = TcpStream::connect(&to) else { continue };
                for stream in [&near, &far] {
                    drop(stream.set_nodelay(true));
                }
                if let (Ok(from), Ok(back)) = (near.try_clone(), far.try_clone()) {
                    let (up, down) = (counted.clone(), counted.clone());
                    std::thread::spawn(move || pass_on(from, far, &up[0]));
                    std::thread::spawn(move || pass_on(back, near, &down[1]));
                }
            }
        });
        Ok(wire)
    }

    pub fn take(&self) -> Traffic {
        let [sent, received] = [0, 1].map(|way| self.counted[way].swap(0, Ordering::SeqCst));
        Traffic { sent, received }
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, counted: &AtomicU64) {
    let mut buffer = [0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        counted.fetch_add(length as u64, Ordering::SeqCst);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Both));
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes to the server and {} back", self.sent, self.received)
    }
}
