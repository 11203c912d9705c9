//! The options.

use crate::params::Params;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use taipan_stdlib::sys::config::Config;

/// What is run.
#[derive(Clone, Debug)]
pub enum Target {
    /// `-c`
    Command(String),
    /// `-m`
    Module(String),
    /// A file, directory or zip archive.
    File(OsString),
    /// Standard input.
    Stdin,
}

/// What is shown instead of running anything.
#[derive(Clone, Copy, Debug)]
pub enum Show {
    /// `-V`, how often.
    Version(u32),
    /// `-h`
    Help,
    /// `--help-env`
    Environment,
    /// `--help-xoptions`
    XOptions,
    /// `--help-all`
    All,
}

/// The command line, taken apart.
pub struct Options {
    /// What `sys` is told.
    pub config: Config,
    /// What is run.
    pub target: Target,
    /// `-x`
    pub skip_first_line: bool,
    /// What is shown instead.
    pub show: Option<Show>,
    /// The JIT's parameters.
    pub params: Params,
    /// The key of the hashes of strings.
    pub hash_key: [u64; 2],
}

/// Options with a value: for "Argument expected".
const WITH_VALUE: &[char] = &['c', 'm', 'W', 'X'];

/// Take the command line apart; the message for one that cannot be.
pub fn parse(args: &[OsString]) -> Result<Options, String> {
    let mut o = Options {
        config: Config { orig_argv: args.to_vec(), ..Config::default() },
        target: Target::Stdin,
        skip_first_line: false,
        show: None,
        params: Params::new(),
        hash_key: [0, 0],
    };
    let mut parser = Parser::from_iter(args);
    let mut versions = 0;
    let first = loop {
        let arg = parser.next().map_err(|e| e.to_string())?;
        let Some(arg) = arg else { break None };
        match arg {
            Arg::Value(v) => break Some(v),
            Arg::Short('c') => {
                o.target = Target::Command(value(&mut parser, 'c')?);
                break Some("-c".into());
            }
            Arg::Short('m') => {
                o.target = Target::Module(value(&mut parser, 'm')?);
                break Some("-m".into());
            }
            Arg::Short('V') => versions += 1,
            Arg::Long("version") => versions += 1,
            Arg::Short(c) => short(&mut o, &mut parser, c)?,
            Arg::Long(name) => {
                let name = name.to_owned();
                long(&mut o, &mut parser, &name)?;
            }
        }
    };
    if versions > 0 && o.show.is_none() {
        o.show = Some(Show::Version(versions));
    }
    let rest: Vec<OsString> = parser.raw_args().map_err(|e| e.to_string())?.collect();
    if let (Some(v), Target::Stdin) = (&first, &o.target)
        && v != "-"
    {
        o.target = Target::File(v.clone());
    }
    o.config.argv = std::iter::once(first.unwrap_or_default()).chain(rest).collect();
    Ok(o)
}

fn value(parser: &mut Parser, option: char) -> Result<String, String> {
    debug_assert!(WITH_VALUE.contains(&option));
    let expected = || format!("Argument expected for the -{option} option");
    let v = parser.value().map_err(|_| expected())?;
    v.string().map_err(|_| format!("-{option}: the argument is not UTF-8"))
}

fn short(o: &mut Options, parser: &mut Parser, c: char) -> Result<(), String> {
    let config = &mut o.config;
    match c {
        'b' => config.bytes_warning += 1,
        'B' => config.dont_write_bytecode = true,
        'd' => config.debug += 1,
        'E' => config.ignore_environment = true,
        'h' | '?' => o.show = Some(Show::Help),
        'i' => {
            config.inspect += 1;
            config.interactive += 1;
        }
        'I' => {
            config.isolated = true;
            config.ignore_environment = true;
            config.no_user_site = true;
            config.safe_path = true;
        }
        'O' => config.optimize += 1,
        'P' => config.safe_path = true,
        'q' => config.quiet = true,
        'R' => config.hash_randomization = true,
        's' => config.no_user_site = true,
        'S' => config.no_site = true,
        't' => {}
        'u' => config.unbuffered = true,
        'v' => config.verbose += 1,
        'x' => o.skip_first_line = true,
        'W' => {
            let v = value(parser, 'W')?;
            config.warn_options.push(v);
        }
        'X' => {
            let v = value(parser, 'X')?;
            x_option(o, &v)?;
        }
        _ => return Err(format!("Unknown option: -{c}")),
    }
    Ok(())
}

fn long(o: &mut Options, parser: &mut Parser, name: &str) -> Result<(), String> {
    match name {
        "help" => o.show = Some(Show::Help),
        "help-env" => o.show = Some(Show::Environment),
        "help-xoptions" => o.show = Some(Show::XOptions),
        "help-all" => o.show = Some(Show::All),
        "check-hash-based-pycs" => {
            let v = parser.value().ok().and_then(|v| v.into_string().ok()).unwrap_or_default();
            if !["always", "default", "never"].contains(&v.as_str()) {
                return Err(
                    "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".to_owned()
                );
            }
        }
        _ => return Err(format!("Unknown option: --{name}")),
    }
    Ok(())
}

/// Take in a `-X` option.
pub fn x_option(o: &mut Options, text: &str) -> Result<(), String> {
    let (name, value) = match text.split_once('=') {
        Some((n, v)) => (n, Some(v)),
        None => (text, None),
    };
    let config = &mut o.config;
    config.x_options.push((name.to_owned(), value.map(str::to_owned)));
    match name {
        "dev" => config.dev_mode = true,
        "utf8" => config.utf8_mode = value != Some("0"),
        "warn_default_encoding" => config.warn_default_encoding = true,
        "pycache_prefix" => config.pycache_prefix = value.filter(|v| !v.is_empty()).map(OsString::from),
        "int_max_str_digits" => config.int_max_str_digits = digits(value.unwrap_or_default())?,
        _ if (name == "jit" || name.starts_with("jit-")) && !o.params.option(text)? => {
            return Err(format!("Unknown option: -X {name}"));
        }
        _ => {}
    }
    Ok(())
}

/// The limit of digits in conversions between int and str.
pub fn digits(text: &str) -> Result<i64, String> {
    match text.parse::<i64>() {
        Ok(n) if n == 0 || (640..=i64::from(i32::MAX)).contains(&n) => Ok(n),
        _ => Err(
            "config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for \
                  unlimited."
                .to_owned(),
        ),
    }
}
