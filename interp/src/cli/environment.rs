//! The environment variables, and where the executable is.

use super::options::{self, Options};
use std::ffi::{OsStr, OsString};
use std::path::Path;

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|v| !v.is_empty())
}

/// A variable that counts: 1 if it is set to anything but a number.
fn number(name: &str) -> Option<i64> {
    let v = variable(name)?;
    Some(v.to_str().and_then(|t| t.parse().ok()).unwrap_or(1).max(0))
}

/// Take the environment into the options, unless `-E` forbids it; options given win.
pub fn apply(o: &mut Options) -> Result<(), String> {
    if !o.config.ignore_environment {
        flags(o);
        if let Some(v) = variable("PYTHONWARNINGS") {
            let given = std::mem::take(&mut o.config.warn_options);
            let text = v.to_string_lossy().into_owned();
            o.config.warn_options = text.split(',').map(str::to_owned).chain(given).collect();
        }
        o.config.python_path = variable("PYTHONPATH");
        o.config.io_encoding = variable("PYTHONIOENCODING").map(|v| v.to_string_lossy().into_owned());
        if o.config.pycache_prefix.is_none() {
            o.config.pycache_prefix = variable("PYTHONPYCACHEPREFIX");
        }
        if let Some(v) = variable("PYTHONINTMAXSTRDIGITS")
            && !o.config.x_options.iter().any(|(n, _)| n == "int_max_str_digits")
        {
            o.config.int_max_str_digits = options::digits(&v.to_string_lossy())
                .map_err(|_| "config_init_int_max_str_digits: PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.")?;
        }
    }
    if o.config.dev_mode {
        o.config.warn_options.insert(0, "default".to_owned());
    }
    match o.config.bytes_warning {
        0 => {}
        1 => o.config.warn_options.push("default::BytesWarning".to_owned()),
        _ => o.config.warn_options.push("error::BytesWarning".to_owned()),
    }
    o.hash_key = hash_key(o)?;
    Ok(())
}

fn flags(o: &mut Options) {
    let c = &mut o.config;
    for (name, slot) in [
        ("PYTHONDEBUG", &mut c.debug),
        ("PYTHONVERBOSE", &mut c.verbose),
        ("PYTHONOPTIMIZE", &mut c.optimize),
        ("PYTHONINSPECT", &mut c.inspect),
    ] {
        *slot = (*slot).max(number(name).unwrap_or(0));
    }
    for (name, slot) in [
        ("PYTHONDONTWRITEBYTECODE", &mut c.dont_write_bytecode),
        ("PYTHONNOUSERSITE", &mut c.no_user_site),
        ("PYTHONUNBUFFERED", &mut c.unbuffered),
        ("PYTHONSAFEPATH", &mut c.safe_path),
        ("PYTHONDEVMODE", &mut c.dev_mode),
        ("PYTHONWARNDEFAULTENCODING", &mut c.warn_default_encoding),
    ] {
        *slot |= variable(name).is_some();
    }
    c.utf8_mode |= variable("PYTHONUTF8").is_some_and(|v| v == "1");
}

/// The key of string hashes: random, or from `PYTHONHASHSEED`, where 0 means no randomness.
fn hash_key(o: &mut Options) -> Result<[u64; 2], String> {
    let seed = if o.config.ignore_environment { None } else { variable("PYTHONHASHSEED") };
    let seed = seed.filter(|s| s != "random");
    let Some(seed) = seed else {
        let mut bytes = [0u8; 16];
        random(&mut bytes);
        let half = |b: &[u8]| b.iter().fold(0u64, |n, &b| n << 8 | u64::from(b));
        return Ok([half(&bytes[..8]), half(&bytes[8..])]);
    };
    let Some(seed) = seed.to_str().and_then(|s| s.parse::<u32>().ok()) else {
        return Err(
            "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                .to_owned(),
        );
    };
    o.config.hash_randomization = seed != 0;
    if seed == 0 {
        return Ok([0, 0]);
    }
    // The linear congruential generator that CPython fills its key with.
    let mut x = seed;
    let mut bytes = [0u8; 16];
    for b in &mut bytes {
        x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
        *b = (x >> 16) as u8;
    }
    let half = |b: &[u8]| b.iter().rev().fold(0u64, |n, &b| n << 8 | u64::from(b));
    Ok([half(&bytes[..8]), half(&bytes[8..])])
}

/// Random bytes of the system. Without any (no `/dev/urandom`), the clock and the process have to do.
fn random(bytes: &mut [u8]) {
    use std::io::Read;
    let filled = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(bytes));
    if filled.is_err() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let mut n = now.map_or(1, |d| d.as_nanos() as u64) ^ u64::from(std::process::id());
        for b in bytes {
            n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *b = (n >> 56) as u8;
        }
    }
}

/// The absolute path of the program that was called: found as the shell found it.
pub fn executable(program: &OsStr) -> OsString {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = Path::new(program);
    if path.as_os_str().as_encoded_bytes().contains(&b'/') {
        return absolute(path).into_os_string();
    }
    let search = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&search).map(|d| d.join(path)).find(|p| p.is_file());
    match found.map(|p| absolute(&p)).or_else(|| std::env::current_exe().ok()) {
        Some(p) => p.into_os_string(),
        None => OsString::new(),
    }
}
