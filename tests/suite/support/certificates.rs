//! Certificates for servers that the tests start, made once by the program `openssl`, which comes with PostgreSQL on Debian.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::cluster::{Folder, available, is_root, run};

/// A folder with two authorities and what the first one has signed.
pub struct Certificates {
    folder: Folder,
}

const CONFIG: &str = "
[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[server]
subjectAltName = DNS:localhost
extendedKeyUsage = serverAuth
[client]
extendedKeyUsage = clientAuth
";

impl Certificates {
    /// The certificates; `None` where `openssl` is missing, which is said loudly. `server` is the one that the test is about.
    pub fn get(server: &str) -> Option<&'static Self> {
        static MADE: OnceLock<Certificates> = OnceLock::new();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join("openssl"))
            .find(|program| program.exists());
        available(
            server,
            "certificates, for which `openssl` is needed",
            program,
        )?;
        Some(MADE.get_or_init(Self::make))
    }

    fn make() -> Self {
        let made = Self {
            folder: Folder::new("tls"),
        };
        std::fs::write(made.file("config"), CONFIG).unwrap();
        for authority in ["authority", "stranger"] {
            made.new_key(
                authority,
                &["-x509", "-extensions", "authority", "-days", "2", "-out"],
                "pem",
                authority,
            );
        }
        // PostgreSQL takes the common name for the user's.
        for (name, subject) in [("server", "server"), ("client", "app")] {
            made.new_key(name, &["-out"], "request", subject);
            run(made
                .openssl("x509")
                .args(["-req", "-in"])
                .arg(made.file(&format!("{name}.request")))
                .arg("-CA")
                .arg(made.file("authority.pem"))
                .arg("-CAkey")
                .arg(made.file("authority.key"))
                .args(["-CAcreateserial", "-days", "2", "-extensions", name])
                .arg("-extfile")
                .arg(made.file("config"))
                .arg("-out")
                .arg(made.file(&format!("{name}.pem"))));
        }
        if is_root() {
            // The servers do not run as root.
            let mut files = Command::new("chown");
            run(files
                .arg("postgres:")
                .arg(&made.folder.path)
                .arg(made.file("server.key")));
        }
        made
    }

    fn openssl(&self, command: &str) -> Command {
        let mut openssl = Command::new("openssl");
        openssl.arg(command);
        openssl
    }

    /// Makes a key, and what is to be made of it.
    fn new_key(&self, name: &str, arguments: &[&str], kind: &str, subject: &str) {
        run(self
            .openssl("req")
            .args(["-new", "-newkey", "ec", "-nodes"])
            .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .arg("-config")
            .arg(self.file("config"))
            .arg("-subj")
            .arg(format!("/CN={subject}"))
            .arg("-keyout")
            .arg(self.file(&format!("{name}.key")))
            .args(arguments)
            .arg(self.file(&format!("{name}.{kind}"))));
    }

    /// The path of `authority.pem`, `stranger.pem`, `server.pem`, `client.pem`, or of a key of these.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Such a path as a text.
    pub fn text(&self, name: &str) -> String {
        Path::display(&self.file(name)).to_string()
    }
}
