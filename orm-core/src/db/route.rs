//! One primary and its replicas: who is what, who can be used, and where each statement goes.
//!
//! `choice`, `health`, `lag`, `roles` and `token` decide and know no servers; `cluster` keeps what is known of each node, `watch` finds it
//! out, and `read` and `write` carry statements out.

mod builder;
mod choice;
mod cluster;
mod handle;
mod health;
mod lag;
mod node;
mod read;
mod roles;
mod scope;
mod token;
mod watch;
mod write;

pub(super) use builder::ReplicaConfig;
pub(super) use cluster::Cluster;
pub use node::{NodeHealth, NodeStats};
pub use roles::NodeRole;
pub(super) use scope::Route;
pub use token::ReadToken;
pub(super) use write::OnNode;
