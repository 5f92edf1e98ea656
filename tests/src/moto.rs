//! moto, which has backups, exports and imports, where `scripts/moto install` has put it.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;

use crate::engine;

/// A server of the test's own, which ends with it.
#[derive(Debug)]
pub struct Moto {
    server: Child,
    port: u16,
}

impl Moto {
    /// Starts one on a free port of 127.0.0.1; `None`, said loudly, where it is not installed.
    ///
    /// # Panics
    ///
    /// If it is installed and does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let home = std::env::var_os("MOTO_HOME").map_or_else(target, PathBuf::from);
        let program = home.join("bin").join("moto_server");
        if !program.exists() {
            engine::skip(&format!("{}; `scripts/moto install` puts it there", program.display()));
            return None;
        }
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = free.local_addr().expect("a listener has an address").port();
        drop(free);
        let server = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut moto = Self { server: server.expect("moto starts"), port };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = moto.server.try_wait().expect("the server is a child");
            assert!(ended.is_none(), "moto has ended: {ended:?}");
            assert!(begun.elapsed() < Duration::from_secs(60), "moto does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(moto)
    }

    /// A client of its DynamoDB.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::from_conf(engine::at(&format!("http://127.0.0.1:{}", self.port)).build())
    }

    /// Makes a bucket of its S3.
    pub fn create_bucket(&self, bucket: &str) {
        self.http("PUT", &format!("/{bucket}"));
    }

    /// The names of the objects in a bucket.
    #[must_use]
    pub fn objects(&self, bucket: &str) -> Vec<String> {
        let list = self.http("GET", &format!("/{bucket}?list-type=2"));
        let list = String::from_utf8_lossy(&list).into_owned();
        let keys = list.split("<Key>").skip(1);
        keys.filter_map(|key| Some(key.split_once("</Key>")?.0.to_owned())).collect()
    }

    /// The bytes of an object.
    #[must_use]
    pub fn object(&self, bucket: &str, name: &str) -> Vec<u8> {
        self.http("GET", &format!("/{bucket}/{name}"))
    }

    /// The body of an answer that ends with the connection.
    fn http(&self, method: &str, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("moto listens");
        // It looks at whose the request is, and not at the signature.
        let credential = "Credential=local/20230615/us-east-1/s3/aws4_request";
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: s3.amazonaws.com\r\nContent-Length: 0\r\n\
             Authorization: AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the answer is read");
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("it has a head");
        let head = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).into_owned();
        assert!(head.lines().next().is_some_and(|line| line.contains(" 200 ")), "{path}: {head}");
        answer.split_off(end + 4)
    }
}

/// What gzip makes of its bytes.
///
/// # Panics
///
/// If they are not gzip's.
#[must_use]
pub fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut gzip = gzip.expect("gzip starts");
    let mut input = gzip.stdin.take().expect("its input is a pipe");
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = gzip.wait_with_output().expect("gzip ends");
    writer.join().expect("the writer ends").expect("gzip reads all");
    assert!(output.status.success(), "gzip has failed");
    output.stdout
}

fn target() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/moto")
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Where it is, for messages of tests.
impl fmt::Display for Moto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "moto on 127.0.0.1:{}", self.port)
    }
}
