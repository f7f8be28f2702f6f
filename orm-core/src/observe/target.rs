//! The database that statements go to, as metrics and spans name it.

/// Where a database is: without user and password.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Target {
    /// The system: `postgresql`, for example. The names are those of OpenTelemetry.
    pub system: String,
    /// The database's name, or its file.
    pub namespace: Option<String>,
    /// The server's host.
    pub address: Option<String>,
    /// The server's port, if the URL names it.
    pub port: Option<u16>,
}
