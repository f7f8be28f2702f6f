//! How connections to a server are encrypted, and what helps when that fails.

use std::path::{Path, PathBuf};

use crate::db::{Tls, TlsMode};
use crate::driver::url::configuration;
use crate::error::Result;

/// How connections to a server are encrypted.
#[derive(Debug, Clone)]
pub(in crate::driver) struct Encryption {
    pub(in crate::driver) how: How,
    root: Option<PathBuf>,
    client: Option<(PathBuf, PathBuf)>,
    names: &'static Names,
}

/// [`TlsMode`], and what is done where nobody has said anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum How {
    Off,
    IfOffered,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What the parameters are called in URLs of a database; the first of several is the one that errors name.
#[derive(Debug)]
pub(in crate::driver) struct Names {
    pub(in crate::driver) verify_ca: &'static str,
    pub(in crate::driver) verify_full: &'static str,
    pub(in crate::driver) root: &'static [&'static str],
    pub(in crate::driver) certificate: &'static [&'static str],
    pub(in crate::driver) key: &'static [&'static str],
}

impl Encryption {
    /// What the URL and the builder say together; the builder comes first. `how` is what the URL says alone.
    pub(in crate::driver) fn of(
        url: &str,
        how: How,
        given: &Tls,
        names: &'static Names,
    ) -> Result<Self> {
        let found = Self::said(url, how, given, names)?;
        found.possible(cfg!(feature = "tls"))
    }

    fn said(url: &str, how: How, given: &Tls, names: &'static Names) -> Result<Self> {
        let root = given.root.clone().or_else(|| file(url, names.root));
        let client = match &given.client {
            Some(both) => Some(both.clone()),
            None => match (file(url, names.certificate), file(url, names.key)) {
                (Some(certificate), Some(key)) => Some((certificate, key)),
                (None, None) => None,
                _ => {
                    return Err(configuration(format!(
                        "a client certificate and its key belong together; the URL gives one of `{}` and `{}`",
                        names.certificate[0], names.key[0]
                    )));
                }
            },
        };
        let mut how = match given.mode {
            None => how,
            Some(TlsMode::Off) => How::Off,
            Some(TlsMode::Require) => How::Require,
            Some(TlsMode::VerifyCa) => How::VerifyCa,
            Some(TlsMode::VerifyFull) => How::VerifyFull,
        };
        // An authority that is named and not asked would be a false comfort.
        if how == How::Require && root.is_some() {
            how = How::VerifyCa;
        }
        if how == How::IfOffered && (root.is_some() || client.is_some()) {
            return Err(configuration(format!(
                "a certificate is given, and not that the connection must be encrypted; add `tls(TlsMode::VerifyFull)` to the builder, \
                 or `{}` to the URL",
                names.verify_full
            )));
        }
        Ok(Self {
            how,
            root,
            client,
            names,
        })
    }

    /// Refuses what this program was built without.
    fn possible(self, available: bool) -> Result<Self> {
        if self.how.always() && !available {
            return Err(super::without_tls());
        }
        Ok(self)
    }

    /// The authorities, and the client's certificate and key, that the builder gives.
    pub(in crate::driver) fn files(&self) -> (Option<&Path>, Option<(&Path, &Path)>) {
        let client = self.client.as_ref();
        (
            self.root.as_deref(),
            client.map(|(certificate, key)| (certificate.as_path(), key.as_path())),
        )
    }

    /// What helps, where an attempt to connect has failed because of encryption or certificates.
    pub(in crate::driver) fn advice(&self, failure: &sqlx::Error, said: &str) -> Option<String> {
        let names = self.names;
        let by = |method: &str, parameter: &str| {
            format!("`{method}` of the builder, or `{parameter}` in the URL")
        };
        let encrypted = || by("tls(TlsMode::VerifyFull)", names.verify_full);
        let root = || by("root_certificate", &format!("{}=…", names.root[0]));
        let client = || {
            let parameters = format!("{}=…&{}=…", names.certificate[0], names.key[0]);
            by("client_certificate", &parameters)
        };
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if failure.as_database_error().is_some() {
            // Servers say in different words that they wanted a certificate, or encryption.
            return if has(&["valid client certificate"]) && self.client.is_none() {
                Some(format!(
                    "the server lets in only who shows a certificate; give yours by {}",
                    client()
                ))
            } else if has(&["certificate authentication failed"]) {
                Some("the client certificate is for another user: its common name must be the user's name".to_owned())
            } else if has(&["no encryption", "SSL off", "insecure transport"]) {
                Some(format!(
                    "the server lets in only who connects encrypted; ask for it by {}",
                    encrypted()
                ))
            } else if has(&["Access denied"]) && self.how == How::Off {
                Some(format!(
                    "if user and password are right, this user may have to connect encrypted: by {}",
                    encrypted()
                ))
            } else if has(&["Access denied"]) && self.how.always() && self.client.is_none() {
                Some(format!(
                    "if user and password are right, this user may have to show a certificate: by {}",
                    client()
                ))
            } else {
                None
            };
        }
        if !self.how.always() {
            return None;
        }
        if let Some(unreadable) = self.unreadable() {
            return Some(unreadable);
        }
        if has(&["does not support TLS"]) {
            return Some(
                "the server has no certificate of its own yet, or is not the one that was meant"
                    .to_owned(),
            );
        }
        if has(&["UnknownIssuer", "BadSignature"]) {
            return Some(format!(
                "no known authority has signed the server's certificate; give the authority's own by {}",
                root()
            ));
        }
        if has(&["not valid for name", "NotValidForName"]) {
            return Some(format!(
                "connect to a name that the certificate has, or, if the network is to be trusted with names, by {}",
                by("tls(TlsMode::VerifyCa)", names.verify_ca)
            ));
        }
        if has(&["expired", "Expired"]) {
            return Some("the server's certificate must be renewed".to_owned());
        }
        if has(&["CertificateRequired"]) {
            return Some(format!("give yours by {}", client()));
        }
        if has(&["UnknownCA", "BadCertificate", "CertificateUnknown"]) {
            return Some("the server does not accept the client certificate".to_owned());
        }
        None
    }

    /// The first of the files that cannot be read, and why.
    fn unreadable(&self) -> Option<String> {
        let (root, client) = self.files();
        let files = [
            ("certificates of the authorities", root),
            ("client certificate", client.map(|(file, _)| file)),
            ("key of the client certificate", client.map(|(_, key)| key)),
        ];
        let mut files = files
            .into_iter()
            .filter_map(|(what, file)| Some((what, file?)));
        files.find_map(|(what, file)| {
            let error = std::fs::File::open(file).err()?;
            Some(format!("the {what}, `{}`: {error}", file.display()))
        })
    }
}

impl How {
    /// Whether a connection is encrypted in any case.
    fn always(self) -> bool {
        matches!(self, Self::Require | Self::VerifyCa | Self::VerifyFull)
    }
}

/// The file that a parameter of the URL names; a certificate may stand there itself.
fn file(url: &str, names: &[&str]) -> Option<PathBuf> {
    let (_, parameters) = url.split('#').next()?.split_once('?')?;
    let found = parameters
        .split('&')
        .filter_map(|parameter| parameter.split_once('='));
    let text = found
        .filter(|(name, _)| names.contains(name))
        .map(|(_, text)| decoded(text))
        .next_back()?;
    Some(PathBuf::from(text))
}

/// A parameter's text, of which `%2F` is a slash and `+` a space.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        let hex = |at: usize| char::from(*behind.get(at)?).to_digit(16);
        match (byte, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = &behind[2..];
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names = Names {
        verify_ca: "sslmode=verify-ca",
        verify_full: "sslmode=verify-full",
        root: &["sslrootcert", "ssl-ca"],
        certificate: &["sslcert"],
        key: &["sslkey"],
    };

    fn of(parameters: &str, how: How, mode: Option<TlsMode>) -> Result<Encryption> {
        let given = Tls {
            mode,
            ..Tls::default()
        };
        let url = format!("postgres://ann:secret@host/app?{parameters}");
        Encryption::said(&url, how, &given, &NAMES)
    }

    #[test]
    fn files_are_read_from_the_url_as_they_are_written_there() {
        let url = "postgres://h/a?sslrootcert=%2Fetc%2Fmy+ca.pem&x=1#sslcert=no";
        assert_eq!(file(url, NAMES.root), Some("/etc/my ca.pem".into()));
        assert_eq!(file(url, NAMES.certificate), None);
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%c3%a4"), "%zzä");
    }

    #[test]
    fn a_certificate_that_nobody_would_look_at_is_an_error() {
        for parameters in ["sslrootcert=/ca", "sslcert=/c&sslkey=/k", "ssl-ca=/ca"] {
            let error = of(parameters, How::IfOffered, None)
                .unwrap_err()
                .to_string();
            assert!(error.contains("sslmode=verify-full"), "{error}");
            assert!(!error.contains("secret"), "{error}");
            assert!(of(parameters, How::IfOffered, Some(TlsMode::Off)).is_ok());
        }
        let half = of("sslkey=/k", How::Off, None).unwrap_err().to_string();
        assert!(half.contains("`sslcert` and `sslkey`"), "{half}");
    }

    #[test]
    fn who_names_an_authority_has_it_asked() {
        let how = |parameters, how, mode| of(parameters, how, mode).unwrap().how;
        assert_eq!(how("", How::Require, None), How::Require);
        assert_eq!(how("sslrootcert=/ca", How::Require, None), How::VerifyCa);
        let builder = Some(TlsMode::Require);
        assert_eq!(
            how("sslrootcert=/ca", How::IfOffered, builder),
            How::VerifyCa
        );
        assert_eq!(how("", How::VerifyFull, Some(TlsMode::Off)), How::Off);
    }

    #[test]
    fn without_its_feature_encryption_is_an_error_if_it_is_asked_for() {
        let possible = |how, available| of("", how, None).unwrap().possible(available);
        for how in [How::Require, How::VerifyCa, How::VerifyFull] {
            let error = possible(how, false).unwrap_err().to_string();
            assert!(error.contains("feature `tls`"), "{error}");
            assert!(possible(how, true).is_ok());
        }
        assert!(possible(How::Off, false).is_ok() && possible(How::IfOffered, false).is_ok());
    }
}
