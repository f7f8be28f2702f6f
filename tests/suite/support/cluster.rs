//! Servers of a test's own, in private folders and on free ports, which may be stopped, paused and broken.
//!
//! A *keeper*, a small shell process, waits for the end of its input, which comes when the server is dropped, when the test panics and
//! when the test's process is killed; then it ends the server and removes the folder.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

/// How long a server gets to start or to end; the computer may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A PostgreSQL server of a test's own.
pub struct PostgresServer {
    folder: Folder,
    port: u16,
}

/// A MariaDB server of a test's own.
#[allow(dead_code, reason = "each server is some test's")]
pub struct MariadbServer {
    folder: Folder,
    port: u16,
    running: Mutex<Option<Child>>,
}

/// How a server is stopped.
#[allow(dead_code, reason = "each way is some test's")]
#[derive(Debug, Clone, Copy)]
pub enum Stop {
    /// Its connections are ended, and it shuts down in order.
    Fast,
    /// As if the power failed.
    Immediate,
}

/// A folder, and the keeper that sees to its end.
pub struct Folder {
    pub path: PathBuf,
    keeper: Child,
}

impl Folder {
    /// An empty folder, whose `pid` or `data/postmaster.pid` will name the server.
    pub fn new(kind: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Short, since the path of a socket must be.
        let name = format!("orm_{kind}_{}_{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let keeper = Command::new("sh")
            .arg("-c")
            .arg(KEEPER)
            .arg("keeper")
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { path, keeper }
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What the server wrote last, for the message of a failure.
    fn log(&self) -> String {
        let log = std::fs::read_to_string(self.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// A server that is paused cannot end, so it is woken first.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
for file in "$1/data/postmaster.pid" "$1/pid"; do
    [ -s "$file" ] || continue
    pid=$(head -n 1 "$file")
    for each in "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do kill -CONT "$each"; done
    kill -QUIT "$pid"
    tries=0
    while kill -0 "$pid" && [ $tries -lt 50 ]; do
        tries=$((tries + 1))
        # MariaDB ends only in order, which may take long.
        [ $tries = 10 ] && kill -KILL "$pid"
        sleep 0.1
    done
done
rm -rf "$1"
"#;

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Whether a program for tests with a server is here. If it is not, that is said once, or a failure where `ORM_TEST_REQUIRE` asks for it.
pub fn available(server: &str, what: &str, program: Option<PathBuf>) -> Option<PathBuf> {
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    if program.is_none() {
        let required = std::env::var("ORM_TEST_REQUIRE").unwrap_or_default();
        let required = required.split(',').any(|name| name.trim() == server);
        assert!(
            !required,
            "{what} are not here, and ORM_TEST_REQUIRE asks for `{server}`"
        );
        let mut said = SAID.lock().unwrap();
        if !said.iter().any(|name| name == what) {
            said.push(what.to_owned());
            let line = "=".repeat(100);
            let message = format!("\n{line}\nTESTS ARE LEFT OUT: {what} are not here\n{line}\n");
            // Not by `eprintln!`, which the test harness hides.
            let _ = std::io::stderr().write_all(message.as_bytes());
        }
    }
    program
}

/// The folder of PostgreSQL's programs.
fn postgres_programs() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let debian = std::fs::read_dir("/usr/lib/postgresql").ok();
        let mut folders: Vec<PathBuf> = debian
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect();
        folders.sort();
        let path = std::env::var_os("PATH").unwrap_or_default();
        folders.extend(std::env::split_paths(&path));
        folders.into_iter().rev().find(|folder| {
            ["initdb", "postgres", "pg_ctl", "pg_basebackup"]
                .iter()
                .all(|program| folder.join(program).exists())
        })
    };
    available(
        "postgres",
        "the programs of a PostgreSQL server",
        FOUND.get_or_init(find).clone(),
    )
}

fn mariadb_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|program| program.exists())
}

pub fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let id = Command::new("id").arg("-u").output().unwrap();
        id.stdout == b"0\n"
    })
}

/// A program of PostgreSQL, which refuses to run as root.
fn postgres_command(program: &str) -> Command {
    let program = postgres_programs().unwrap().join(program);
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

#[track_caller]
pub fn run(command: &mut Command) {
    let output = command
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-a").arg(from).arg(to));
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn signal(name: &str, processes: &[u32]) {
    let processes = processes.iter().map(u32::to_string);
    let _ = Command::new("kill")
        .arg(format!("-{name}"))
        .args(processes)
        .stderr(Stdio::null())
        .status();
}

/// A process and its children.
fn family(parent: u32) -> Vec<u32> {
    let mut found = vec![parent];
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|id| id.parse().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold spaces; behind it stand the state and the parent.
        let rest = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        if rest.split(' ').nth(1) == Some(&parent.to_string()) {
            found.push(id);
        }
    }
    found
}

#[allow(dead_code, reason = "each of them is some test's")]
impl PostgresServer {
    /// Starts a server; `None` where its programs are not installed, which is said loudly.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Starts a server with more settings, a line each.
    pub fn start_with(settings: &str) -> Option<Self> {
        let server = Self::create(settings)?;
        server.start_again();
        Some(server)
    }

    /// A server that is not started yet.
    pub fn create(settings: &str) -> Option<Self> {
        postgres_programs()?;
        let server = Self {
            folder: Self::folder(),
            port: free_port(),
        };
        copy(Self::template(), &server.data());
        server.configure(settings);
        Some(server)
    }

    fn folder() -> Folder {
        let folder = Folder::new("pg");
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(&folder.path));
        }
        folder
    }

    /// A database cluster that is made once and copied.
    fn template() -> &'static Path {
        static TEMPLATE: OnceLock<Folder> = OnceLock::new();
        let folder = TEMPLATE.get_or_init(|| {
            let folder = Self::folder();
            run(postgres_command("initdb")
                .args(["--no-sync", "--auth=trust", "--username=postgres"])
                .args(["--encoding=UTF8", "--locale=C", "--wal-segsize=1"])
                .arg("-D")
                .arg(folder.join("template")));
            folder
        });
        // The keeper of the template sees to its end, when the process has ended.
        Box::leak(folder.join("template").into_boxed_path())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn configure(&self, settings: &str) {
        let socket = self.folder.path.display();
        let port = self.port;
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(self.data().join("postgresql.conf"))
            .unwrap();
        write!(
            file,
            "\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\nfsync = off\n\
             shared_buffers = 16MB\nmax_connections = 50\nwal_level = replica\nmax_wal_senders = 8\nmin_wal_size = 4MB\n\
             wal_keep_size = 64MB\nautovacuum = off\n{settings}\n"
        )
        .unwrap();
    }

    /// A replica of this server, started, with more settings.
    pub fn replica(&self, settings: &str) -> Self {
        let replica = Self {
            folder: Self::folder(),
            port: free_port(),
        };
        run(postgres_command("pg_basebackup")
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p"])
            .arg(self.port.to_string())
            .args([
                "-R",
                "--checkpoint=fast",
                "--wal-method=stream",
                "--no-sync",
                "-D",
            ])
            .arg(replica.data()));
        replica.configure(settings);
        replica.start_again();
        replica
    }

    /// Its URL over TCP.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Its URL over the Unix socket.
    pub fn socket_url(&self) -> String {
        let folder = self.folder.path.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/postgres", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A folder for files of the test, readable for the server, gone with it.
    pub fn path(&self) -> &Path {
        &self.folder.path
    }

    fn control(&self, arguments: &[&str]) {
        let mut command = postgres_command("pg_ctl");
        command.arg("-D").arg(self.data()).args(arguments);
        let output = command
            .current_dir("/")
            .stdin(Stdio::null())
            // The server keeps what it inherits, so a pipe would not end.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(output.success(), "{command:?}\n{}", self.folder.log());
    }

    /// Starts it after it was stopped, and waits until it takes connections.
    pub fn start_again(&self) {
        let log = self.folder.join("log").display().to_string();
        self.control(&["start", "-w", "-t", "60", "-l", &log]);
    }

    /// Starts it, and does not wait.
    pub fn start_unseen(&self) {
        let log = self.folder.join("log").display().to_string();
        self.control(&["start", "-W", "-l", &log]);
    }

    pub fn stop(&self, how: Stop) {
        let mode = match how {
            Stop::Fast => "fast",
            Stop::Immediate => "immediate",
        };
        self.control(&["stop", "-w", "-t", "60", "-m", mode]);
    }

    pub fn restart(&self) {
        self.stop(Stop::Fast);
        self.start_again();
    }

    /// Makes a replica a primary.
    pub fn promote(&self) {
        self.control(&["promote", "-w", "-t", "60"]);
    }

    /// Makes it a replica of another one when it is started again; it must have stopped in order.
    pub fn follow(&self, primary: &Self) {
        let standby = self.data().join("standby.signal");
        std::fs::write(&standby, "").unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(&standby));
        }
        let port = primary.port;
        self.configure(&format!(
            "primary_conninfo = 'host=127.0.0.1 port={port} user=postgres'"
        ));
    }

    /// Replaces the rules by which it lets clients in.
    pub fn let_in(&self, rules: &str) {
        std::fs::write(self.data().join("pg_hba.conf"), rules).unwrap();
        self.control(&["reload"]);
    }

    fn process(&self) -> u32 {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Stops all its processes where they are: connections stay open, and nothing answers.
    pub fn pause(&self) {
        signal("STOP", &family(self.process()));
    }

    /// Lets it go on.
    pub fn resume(&self) {
        signal("CONT", &family(self.process()));
    }
}

#[allow(dead_code, reason = "each of them is some test's")]
impl MariadbServer {
    /// Starts a server; `None` where its programs are not installed, which is said loudly.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// Starts a server with more options, such as `--max-connections=5`.
    pub fn start_with(options: &[&str]) -> Option<Self> {
        let program = mariadb_program("mariadbd");
        let installer = mariadb_program("mariadb-install-db");
        available(
            "mysql",
            "the programs of a MariaDB server",
            program.and(installer),
        )?;
        let server = Self {
            folder: Folder::new("my"),
            port: free_port(),
            running: Mutex::new(None),
        };
        copy(Self::template(), &server.folder.join("data"));
        std::fs::write(server.folder.join("options"), options.join("\n")).unwrap();
        server.start_again();
        Some(server)
    }

    /// A data directory that is made once and copied.
    fn template() -> &'static Path {
        static TEMPLATE: OnceLock<Folder> = OnceLock::new();
        let folder = TEMPLATE.get_or_init(|| {
            let folder = Folder::new("my");
            run(Command::new(mariadb_program("mariadb-install-db").unwrap())
                .env("TMPDIR", &folder.path)
                .args([
                    "--no-defaults",
                    "--skip-test-db",
                    "--innodb-log-file-size=4M",
                ])
                .args(["--auth-root-authentication-method=normal"])
                .args(is_root().then_some("--user=root"))
                .arg(format!("--datadir={}", folder.join("template").display())));
            folder
        });
        Box::leak(folder.join("template").into_boxed_path())
    }

    /// Starts it after it was stopped, and waits until it takes connections.
    pub fn start_again(&self) {
        let options = std::fs::read_to_string(self.folder.join("options")).unwrap();
        let log = std::fs::File::create(self.folder.join("log")).unwrap();
        let child = Command::new(mariadb_program("mariadbd").unwrap())
            .arg("--no-defaults")
            .args(is_root().then_some("--user=root"))
            .arg(format!("--datadir={}", self.folder.join("data").display()))
            .arg(format!("--socket={}", self.socket().display()))
            .arg(format!("--pid-file={}", self.folder.join("pid").display()))
            .arg(format!("--port={}", self.port))
            .args(["--bind-address=127.0.0.1", "--innodb-log-file-size=4M"])
            .args([
                "--innodb-buffer-pool-size=16M",
                "--innodb-flush-log-at-trx-commit=0",
            ])
            .args(["--key-buffer-size=1M", "--aria-pagecache-buffer-size=8M"])
            .args(options.lines())
            // A server that starts removes what it takes for its own leftovers in the directory for temporary tables.
            .env("TMPDIR", &self.folder.path)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        *self.running.lock().unwrap() = Some(child);
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{}", self.folder.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }

    /// Its URL over TCP.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/mysql", self.port)
    }

    /// Its URL over the Unix socket.
    pub fn socket_url(&self) -> String {
        format!(
            "mysql://root@localhost/mysql?socket={}",
            self.socket().display()
        )
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// A folder for files of the test, gone with the server.
    pub fn path(&self) -> &Path {
        &self.folder.path
    }

    pub fn stop(&self, how: Stop) {
        let Some(mut child) = self.running.lock().unwrap().take() else {
            return;
        };
        let name = match how {
            Stop::Fast => "TERM",
            Stop::Immediate => "KILL",
        };
        signal(name, &[child.id()]);
        let _ = child.wait();
        let _ = std::fs::remove_file(self.folder.join("pid"));
    }

    pub fn restart(&self) {
        self.stop(Stop::Fast);
        self.start_again();
    }

    /// Stops it where it is: connections stay open, and nothing answers.
    pub fn pause(&self) {
        if let Some(child) = &*self.running.lock().unwrap() {
            signal("STOP", &[child.id()]);
        }
    }

    /// Lets it go on.
    pub fn resume(&self) {
        if let Some(child) = &*self.running.lock().unwrap() {
            signal("CONT", &[child.id()]);
        }
    }
}

impl Drop for MariadbServer {
    fn drop(&mut self) {
        self.resume();
        // Nothing of it is needed any more.
        self.stop(Stop::Immediate);
    }
}
