//! One core for everything: wake-ups across cores make latencies bimodal.

use crate::{args::Pin, contender::Result};

/// Puts this process, with all threads to come, on one core, which is returned.
#[cfg(target_os = "linux")]
pub fn this_process(pin: Pin) -> Result<usize> {
    use nix::{
        sched::{CpuSet, sched_getaffinity},
        unistd::Pid,
    };
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let core = match pin {
        Pin::Core(core) => core,
        Pin::Any => (0..CpuSet::count())
            .find(|&core| allowed.is_set(core).unwrap_or(false))
            .ok_or("this process may run on no core")?,
    };
    process(0, core)?;
    Ok(core)
}

#[cfg(target_os = "linux")]
fn process(pid: i32, core: usize) -> Result<()> {
    use nix::{
        sched::{CpuSet, sched_setaffinity},
        unistd::Pid,
    };
    let mut set = CpuSet::new();
    set.set(core)?;
    Ok(sched_setaffinity(Pid::from_raw(pid), &set)?)
}

/// Puts the server's process for a connection to `database` on the core, if it runs here and we may.
#[cfg(target_os = "linux")]
pub fn postgres_backend(pid: i32, database: &str, core: usize) -> Result<()> {
    // The number may mean another process if the server runs elsewhere; a backend's title tells.
    let title = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let title = String::from_utf8_lossy(&title);
    if !(title.starts_with("postgres: ") && title.contains(database)) {
        return Err("it does not run on this machine".into());
    }
    process(pid, core)
}

#[cfg(not(target_os = "linux"))]
pub fn this_process(_: Pin) -> Result<usize> {
    Err("--pin works on Linux only".into())
}

#[cfg(not(target_os = "linux"))]
pub fn postgres_backend(_: i32, _: &str, _: usize) -> Result<()> {
    Err("--pin works on Linux only".into())
}
