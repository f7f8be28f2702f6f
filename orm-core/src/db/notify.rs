//! Messages between the sessions of one database: `NOTIFY` and `LISTEN`.

mod payload;
mod silence;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

pub use payload::Payload;
use silence::Silence;

use super::Db;
use crate::driver::Listening;
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Raw, RawPart};
use crate::value::Value;

/// Bytes that a message may have; 8000 with the zero behind it.
const MOST_BYTES: usize = 7999;
/// Bytes that a channel's name may have. A longer one would be cut when it is listened to, and refused when it is sent to.
const NAME_BYTES: usize = 63;
/// How often a listener looks whether the pool has been closed.
const LOOK: Duration = Duration::from_secs(1);
/// How long to wait between attempts to connect again, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// A channel of PostgreSQL, by which sessions of one database tell each other something: a message of type `T`.
///
/// A message is delivered when the transaction that sends it is committed, to those who listen at that time. It is a hint and no queue:
/// who was away has missed it, so a message should say where to look rather than what is there. Other databases have no such thing, and
/// there it is an error ([`is_unsupported`](Error::is_unsupported)) before anything is sent.
///
/// ```no_run
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # async fn example(db: &Db) -> orm::Result<()> {
/// use orm::db::{Channel, Notice};
///
/// const PUBLISHED: Channel<Id<Post>> = Channel::new("published");
///
/// let mut listener = PUBLISHED.listen(db).await?;
/// db.transaction(async |tx| {
///     let post = Post::find(2).one(&tx).await?.update().published(true).save(&tx).await?;
///     PUBLISHED.notify(&post.id, &tx).await
/// }).await?;
///
/// loop {
///     match listener.next().await? {
///         Notice::Message(id) => println!("post {id} was published"),
///         Notice::Reconnected => println!("something may have been missed: look at all posts"),
///     }
/// }
/// # }
/// # fn main() {}
/// ```
pub struct Channel<T> {
    name: Cow<'static, str>,
    payload: PhantomData<fn(T) -> T>,
}

impl<T: Payload> Channel<T> {
    /// The channel of this name. Upper and lower case are different.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            payload: PhantomData,
        }
    }

    /// The channel for one of several things: `new("room").of(17)` is the one of the name `room:17`.
    #[must_use]
    pub fn of(self, which: impl fmt::Display) -> Self {
        Self {
            name: format!("{}:{which}", self.name).into(),
            payload: PhantomData,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a message to all who listen now; inside a transaction, when that is committed. See [`Channel`].
    ///
    /// Equal messages of one transaction are delivered once.
    ///
    /// # Errors
    /// When the database has no channels, or the message is longer than 7999 bytes; then nothing is sent.
    pub async fn notify(&self, message: &T, db: &Db) -> Result<()> {
        let Some([before, between, behind]) = db.dialect().notify() else {
            return Err(unsupported(db));
        };
        check_name(&self.name)?;
        let text = message.write().map_err(|error| self.unfit(error.0))?;
        if text.len() > MOST_BYTES {
            let reason = "a message has at most 7999 bytes; store what is longer, and send its key";
            return Err(self.unfit(reason.into()));
        }
        if text.contains('\0') {
            return Err(self.unfit("a message cannot hold a zero byte".into()));
        }
        let bind = |name, text| RawPart::Bind(name, Ok(Value::Text(text)));
        Raw::new(vec![
            RawPart::Text(before),
            bind("channel", self.name.clone().into_owned()),
            RawPart::Text(between),
            bind("message", text),
            RawPart::Text(behind),
        ])
        .execute(db)
        .await?;
        Ok(())
    }

    /// Listens to the channel, on a connection of its own beside the pool. See [`Channel`].
    ///
    /// # Errors
    /// When the database has no channels, or cannot be reached.
    pub async fn listen(&self, db: &Db) -> Result<Listener<T>> {
        let notifications = db.listen([self.name.clone()]).await?;
        Ok(Listener {
            notifications,
            channel: self.clone(),
        })
    }

    /// The message in a notification of [`Db::listen`]; `None` if it came by another channel.
    pub fn read(&self, notification: &Notification) -> Option<Result<T>> {
        (notification.channel == self.name).then(|| {
            T::read(&notification.payload).map_err(|error| {
                Error::new(ErrorKind::Decode {
                    column: self.name.clone().into_owned(),
                    target: std::any::type_name::<T>(),
                    reason: error.0,
                })
            })
        })
    }

    fn unfit(&self, reason: Cow<'static, str>) -> Error {
        Error::new(ErrorKind::Encode {
            field: format!("a message to `{}`", self.name).into(),
            reason,
        })
    }
}

impl<T> Clone for Channel<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            payload: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Channel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Channel").field(&self.name).finish()
    }
}

/// What a listener is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice<T> {
    /// Somebody has sent this.
    Message(T),
    /// The connection was lost and made again. What was sent in between is gone, so look for yourself what has changed.
    Reconnected,
}

/// Receives the messages of one channel. See [`Channel`].
#[derive(Debug)]
pub struct Listener<T> {
    notifications: Notifications,
    channel: Channel<T>,
}

impl<T: Payload> Listener<T> {
    /// Waits for the next message. A lost connection is made again, for as long as it takes, and reported. The future may be dropped at any
    /// time, as `select!` does: no message is lost by it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for a message that is no `T`, after which the next one can be waited for; when the pool has been closed, and
    /// when the server refuses the login.
    pub async fn next(&mut self) -> Result<Notice<T>> {
        loop {
            match self.notifications.next().await? {
                Notice::Reconnected => return Ok(Notice::Reconnected),
                Notice::Message(notification) => {
                    if let Some(message) = self.channel.read(&notification) {
                        return message.map(Notice::Message);
                    }
                }
            }
        }
    }
}

/// A message as it came, of whatever channel.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notification {
    /// The channel's name.
    pub channel: String,
    /// The text that was sent.
    pub payload: String,
}

/// Without what was sent.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Notification {
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "only one database has channels")
    )]
    pub(crate) fn new(channel: &str, payload: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            payload: payload.to_owned(),
        }
    }
}

/// Receives the messages of several channels on one connection; made by [`Db::listen`].
pub struct Notifications {
    db: Db,
    channels: Vec<String>,
    connection: Option<Listening>,
    silence: Silence,
    pause: Duration,
}

impl Db {
    /// Listens to several channels on one connection beside the pool. For one channel, [`Channel::listen`] is simpler.
    ///
    /// ```no_run
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # async fn example(db: &Db) -> orm::Result<()> {
    /// use orm::db::{Channel, Notice};
    ///
    /// const PUBLISHED: Channel<Id<Post>> = Channel::new("published");
    /// const SETTINGS: Channel<()> = Channel::new("settings");
    ///
    /// let mut notifications = db.listen([PUBLISHED.name(), SETTINGS.name()]).await?;
    /// while let Notice::Message(notification) = notifications.next().await? {
    ///     if let Some(id) = PUBLISHED.read(&notification) {
    ///         println!("post {} was published", id?);
    ///     } else if SETTINGS.read(&notification).is_some() {
    ///         println!("the settings were changed");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// When the database has no channels, a name is longer than 63 bytes, or the server cannot be reached.
    pub async fn listen(
        &self,
        channels: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Notifications> {
        if self.dialect().notify().is_none() {
            return Err(unsupported(self));
        }
        let channels: Vec<String> = channels.into_iter().map(Into::into).collect();
        for name in &channels {
            check_name(name)?;
        }
        let connection = self.shared.primary_pool().listen(&channels).await?;
        Ok(Notifications {
            db: self.clone(),
            channels,
            connection: Some(connection),
            silence: Silence::default(),
            pause: PAUSES.0,
        })
    }
}

impl Notifications {
    /// Waits for the next message. See [`Listener::next`].
    ///
    /// # Errors
    /// When the pool has been closed, and when the server refuses the login.
    pub async fn next(&mut self) -> Result<Notice<Notification>> {
        loop {
            if self.db.shared.primary_pool().is_closed() {
                self.connection = None;
                return Err(Error::new(ErrorKind::PoolClosed));
            }
            let Some(connection) = &mut self.connection else {
                self.reconnect().await?;
                if self.connection.is_some() {
                    return Ok(Notice::Reconnected);
                }
                continue;
            };
            // A connection whose other end has gone without a word looks like one on which nothing happens. The question outlives this
            // future, which may be dropped again and again before there is an answer.
            if let Some(limit) = self.silence.question() {
                match connection.is_alive(limit).await {
                    true => self.silence = Silence::default(),
                    false => self.connection = None,
                }
                continue;
            }
            match tokio::time::timeout(LOOK, connection.receive()).await {
                Ok(Some(notification)) => {
                    self.silence = Silence::default();
                    return Ok(Notice::Message(notification));
                }
                Ok(None) => self.connection = None,
                Err(_) => {}
            }
        }
    }

    async fn reconnect(&mut self) -> Result<()> {
        match self.db.shared.primary_pool().listen(&self.channels).await {
            Ok(connection) => {
                self.connection = Some(connection);
                self.silence = Silence::default();
                self.pause = PAUSES.0;
                Ok(())
            }
            Err(error) if error.is_connection() && !error.is_refused_login() => {
                tokio::time::sleep(self.pause).await;
                self.pause = (self.pause * 2).min(PAUSES.1);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Notifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifications")
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

fn unsupported(db: &Db) -> Error {
    Error::unsupported(
        "channels (`notify`, `listen`); look again from time to time",
        db.dialect().name(),
    )
}

fn check_name(name: &str) -> Result<()> {
    let wrong = match name {
        "" => "is empty",
        name if name.len() > NAME_BYTES => "has more than 63 bytes",
        name if name.contains('\0') => "holds a zero byte",
        _ => return Ok(()),
    };
    Err(Error::invalid_query(format!(
        "the name of a channel {wrong}: {name:?}"
    )))
}
