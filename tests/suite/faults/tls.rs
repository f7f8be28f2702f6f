//! Encrypted connections and client certificates, to servers that have certificates of their own.

use std::time::{Duration, Instant};

use orm::db::TlsMode;
use orm::prelude::*;

use super::{number, run};
use crate::support::certificates::Certificates;
use crate::support::cluster::{MariadbServer, PostgresServer};

const PASSWORD: &str = "s3cret";

/// A server that lets in encrypted connections only. The user `ann` needs no certificate, `app` does.
struct Server {
    url: String,
    is_postgres: bool,
    certificates: &'static Certificates,
    #[allow(dead_code, reason = "it ends when it is dropped")]
    running: Running,
}

#[allow(dead_code, reason = "it ends when it is dropped")]
enum Running {
    Postgres(PostgresServer),
    Mariadb(MariadbServer),
}

async fn postgres() -> orm::Result<Option<Server>> {
    let Some(certificates) = Certificates::get("postgres") else {
        return Ok(None);
    };
    let settings = format!(
        "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\nssl_ca_file = '{}'",
        certificates.text("server.pem"),
        certificates.text("server.key"),
        certificates.text("authority.pem"),
    );
    let Some(server) = PostgresServer::start_with(&settings) else {
        return Ok(None);
    };
    let admin = Db::connect(&server.socket_url()).await?;
    admin
        .execute_script("CREATE ROLE ann LOGIN; CREATE ROLE app LOGIN")
        .await?;
    server.let_in("local all all trust\nhostssl all ann all trust\nhostssl all app all cert\n");
    Ok(Some(Server {
        url: server.url(),
        is_postgres: true,
        certificates,
        running: Running::Postgres(server),
    }))
}

async fn mariadb() -> orm::Result<Option<Server>> {
    let Some(certificates) = Certificates::get("mysql") else {
        return Ok(None);
    };
    let options = [
        format!("--ssl-cert={}", certificates.text("server.pem")),
        format!("--ssl-key={}", certificates.text("server.key")),
        format!("--ssl-ca={}", certificates.text("authority.pem")),
        "--require-secure-transport=ON".to_owned(),
    ];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let Some(server) = MariadbServer::start_with(&options) else {
        return Ok(None);
    };
    let admin = Db::connect(&server.socket_url()).await?;
    admin
        .execute_script(&format!(
            "CREATE USER ann@localhost IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON mysql.* TO ann@localhost; \
             CREATE USER app@localhost IDENTIFIED BY '{PASSWORD}' REQUIRE X509; GRANT ALL ON mysql.* TO app@localhost"
        ))
        .await?;
    Ok(Some(Server {
        url: server.url(),
        is_postgres: false,
        certificates,
        running: Running::Mariadb(server),
    }))
}

/// What a program says of encryption.
#[derive(Clone, Copy, Default)]
struct Wish<'w> {
    mode: Option<TlsMode>,
    root: Option<&'w str>,
    client: Option<&'w str>,
}

impl<'w> Wish<'w> {
    fn mode(mode: TlsMode) -> Self {
        Self {
            mode: Some(mode),
            ..Self::default()
        }
    }

    fn root(self, root: &'w str) -> Self {
        Self {
            root: Some(root),
            ..self
        }
    }

    fn client(self, client: &'w str) -> Self {
        Self {
            client: Some(client),
            ..self
        }
    }
}

impl Server {
    fn address(&self, user: &str, host: &str) -> String {
        let login = format!("{user}:{PASSWORD}@");
        let url = self.url.replace("postgres@", &login);
        url.replace("root@", &login).replace("127.0.0.1", host)
    }

    fn builder(&self, address: &str, wish: Wish<'_>) -> orm::DbBuilder {
        let file = |name: String| self.certificates.file(&name);
        let mut builder = Db::builder(address);
        if let Some(mode) = wish.mode {
            builder = builder.tls(mode);
        }
        if let Some(root) = wish.root {
            builder = builder.root_certificate(file(format!("{root}.pem")));
        }
        if let Some(client) = wish.client {
            builder = builder
                .client_certificate(file(format!("{client}.pem")), file(format!("{client}.key")));
        }
        builder
    }

    fn with_parameters(&self, address: &str, wish: Wish<'_>) -> String {
        let (how, root, certificate, key) = if self.is_postgres {
            ("sslmode", "sslrootcert", "sslcert", "sslkey")
        } else {
            ("ssl-mode", "ssl-ca", "ssl-cert", "ssl-key")
        };
        let mode = wish.mode.map(|mode| match (mode, self.is_postgres) {
            (TlsMode::Off, true) => "disable",
            (TlsMode::Off, false) => "disabled",
            (TlsMode::Require, true) => "require",
            (TlsMode::Require, false) => "required",
            (TlsMode::VerifyCa, true) => "verify-ca",
            (TlsMode::VerifyCa, false) => "verify_ca",
            (_, true) => "verify-full",
            (_, false) => "verify_identity",
        });
        let file = |name: String| self.certificates.text(&name);
        let mut parameters = Vec::new();
        parameters.extend(mode.map(|mode| format!("{how}={mode}")));
        if let Some(name) = wish.root {
            parameters.push(format!("{root}={}", file(format!("{name}.pem"))));
        }
        if let Some(client) = wish.client {
            parameters.push(format!("{certificate}={}", file(format!("{client}.pem"))));
            parameters.push(format!("{key}={}", file(format!("{client}.key"))));
        }
        format!("{address}?{}", parameters.join("&"))
    }

    /// Connects by the builder's methods and by the URL's parameters, which must come to the same.
    async fn connect(&self, user: &str, host: &str, wish: Wish<'_>) -> Result<Db, String> {
        let address = self.address(user, host);
        let parameters = self.with_parameters(&address, wish);
        let by_builder = opened(self.builder(&address, wish)).await;
        let by_url = opened(Db::builder(parameters)).await;
        assert_eq!(by_builder.as_ref().err(), by_url.as_ref().err());
        for db in [&by_builder, &by_url].into_iter().flatten() {
            assert!(self.is_encrypted(db).await, "{user} at {host}");
        }
        by_builder
    }

    async fn is_encrypted(&self, db: &Db) -> bool {
        let sql = if self.is_postgres {
            "SELECT count(*) FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl"
        } else {
            "SELECT count(*) FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher' AND variable_value <> ''"
        };
        number(db, sql).await.unwrap() == 1
    }
}

/// A pool, or the words of the error, which hold no password.
async fn opened(builder: orm::DbBuilder) -> Result<Db, String> {
    let begun = Instant::now();
    let error = match builder.connect().await {
        Ok(db) => return Ok(db),
        Err(error) => error,
    };
    assert!(begun.elapsed() < Duration::from_secs(5), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    Err(error.to_string())
}

#[track_caller]
fn assert_says(refused: Result<Db, String>, words: &[&str]) {
    let said = refused.map(drop).unwrap_err();
    for word in words {
        assert!(said.contains(word), "`{word}` is missing: {said}");
    }
}

async fn certificates_are_looked_at(server: &Server) {
    let full = Wish::mode(TlsMode::VerifyFull);
    let connect = async |host, wish| server.connect("ann", host, wish).await;
    let root = if server.is_postgres {
        "`sslrootcert=…`"
    } else {
        "`ssl-ca=…`"
    };

    connect("localhost", full.root("authority")).await.unwrap();
    // Another authority, and those that everybody knows.
    let unknown = ["UnknownIssuer", "`root_certificate`", root];
    assert_says(connect("localhost", full.root("stranger")).await, &unknown);
    assert_says(connect("localhost", full).await, &unknown);
    assert_says(
        connect("localhost", full.root("nowhere")).await,
        &["nowhere.pem", "authorities", "No such file"],
    );
    // Another name.
    assert_says(
        connect("127.0.0.1", full.root("authority")).await,
        &["127.0.0.1", "localhost", "`tls(TlsMode::VerifyCa)`"],
    );
    let authority = Wish::mode(TlsMode::VerifyCa);
    connect("127.0.0.1", authority.root("authority"))
        .await
        .unwrap();
    assert_says(
        connect("127.0.0.1", authority.root("stranger")).await,
        &unknown,
    );
}

async fn encryption_is_as_it_was_asked_for(server: &Server) {
    let connect = async |wish| server.connect("ann", "127.0.0.1", wish).await;
    let require = Wish::mode(TlsMode::Require);
    connect(require).await.unwrap();
    // Who names an authority has it asked.
    connect(require.root("authority")).await.unwrap();
    assert_says(connect(require.root("stranger")).await, &["UnknownIssuer"]);
    // Encrypted where that is offered, if nothing is said.
    connect(Wish::default()).await.unwrap();
    let full = if server.is_postgres {
        "`sslmode=verify-full`"
    } else {
        "`ssl-mode=verify_identity`"
    };
    assert_says(
        connect(Wish::mode(TlsMode::Off)).await,
        &["`tls(TlsMode::VerifyFull)`", full],
    );
    for unsaid in [
        Wish::default().root("authority"),
        Wish::default().client("client"),
    ] {
        assert_says(
            connect(unsaid).await,
            &["must be encrypted", "`tls(TlsMode::VerifyFull)`", full],
        );
    }
}

async fn clients_show_certificates(server: &Server) {
    let full = Wish::mode(TlsMode::VerifyFull).root("authority");
    let connect = async |user, wish| server.connect(user, "localhost", wish).await;
    connect("app", full.client("client")).await.unwrap();
    connect("ann", full.client("client")).await.unwrap();
    let certificate = if server.is_postgres {
        "`sslcert=…&sslkey=…`"
    } else {
        "`ssl-cert=…&ssl-key=…`"
    };
    assert_says(
        connect("app", full).await,
        &["certificate", "`client_certificate`", certificate],
    );
    assert_says(
        connect("app", full.client("stranger")).await,
        &["does not accept the client certificate"],
    );
    assert_says(
        connect("app", full.client("nobody")).await,
        &["nobody.pem", "client certificate"],
    );
}

/// What the driver does beside its connections goes encrypted as well.
async fn statements_are_stopped(server: &Server) -> orm::Result<()> {
    let full = Wish::mode(TlsMode::VerifyFull).root("authority");
    let db = server
        .builder(&server.address("app", "localhost"), full.client("client"))
        .max_connections(1)
        .connect()
        .await?;
    let connection = super::connection(&db, server.is_postgres).await?;
    let endless = if server.is_postgres {
        "SELECT count(*) FROM generate_series(1, 10000000000)"
    } else {
        "SELECT count(*) FROM seq_1_to_10000000 a, seq_1_to_10000000 b"
    };
    let error = number(&db.statement_timeout(Duration::from_millis(100)), endless)
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        super::connection(&db, server.is_postgres).await?,
        connection
    );
    Ok(())
}

async fn all(server: Option<Server>) -> orm::Result<()> {
    let Some(server) = server else { return Ok(()) };
    certificates_are_looked_at(&server).await;
    encryption_is_as_it_was_asked_for(&server).await;
    clients_show_certificates(&server).await;
    statements_are_stopped(&server).await
}

#[test]
fn connections_are_encrypted_and_certificates_checked_on_postgres() {
    run(async { all(postgres().await?).await });
}

#[test]
fn connections_are_encrypted_and_certificates_checked_on_mariadb() {
    run(async { all(mariadb().await?).await });
}

#[test]
fn a_server_without_tls_is_not_spoken_to_in_the_clear() {
    let urls = [
        PostgresServer::start().map(|server| (server.url(), Running::Postgres(server))),
        MariadbServer::start().map(|server| (server.url(), Running::Mariadb(server))),
    ];
    run(async {
        for (url, _running) in urls.into_iter().flatten() {
            let require = Db::builder(&url).tls(TlsMode::Require);
            assert_says(
                opened(require).await,
                &["does not support TLS", "has no certificate"],
            );
            Db::connect(&url).await?;
        }
        Ok(())
    });
}
