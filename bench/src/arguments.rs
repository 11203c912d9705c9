//! The command line.

use lexopt::prelude::*;
use std::path::PathBuf;
use std::time::Duration;

const HELP: &str = "\
usage: bench [PROGRAM...] [OPTION...]

  PROGRAM               names (or parts of names) of bench/programs; default: all
  --mode on,off         the modes to run taipan in (-X jit=MODE); default: on,off
  --against NAME=COMMAND  another interpreter; may be repeated
  --only-against        no python3.14 and pypy3 of PATH, $PEERS or ~/.cache/python-peers
  --baseline NAME       what ratios refer to; default: the first that is not taipan
  --runs N              fresh processes for each program and interpreter; default: 5
  --size small|default  the size for tests, or the one that takes CPython 1-2 s; default: default
  --kernels             build bench/kernels/*.c with gcc -O2 and compare with them, too
  --timeout SECONDS     for one process; default: 120
  --json FILE           write all samples
  --list                show the programs and end";

/// What was asked for.
pub struct Arguments {
    /// Parts of program names; none means all.
    pub programs: Vec<String>,
    /// taipan's modes.
    pub modes: Vec<String>,
    /// Further interpreters: name and command.
    pub against: Vec<(String, String)>,
    /// Leave the installed peers out.
    pub only_against: bool,
    /// The interpreter that ratios refer to.
    pub baseline: Option<String>,
    /// Measurements of each pair.
    pub runs: usize,
    /// The test size instead of the default one.
    pub small: bool,
    /// Compare with the C kernels.
    pub kernels: bool,
    /// The limit of one process.
    pub timeout: Duration,
    /// Where the samples go.
    pub json: Option<PathBuf>,
    /// Only list the programs.
    pub list: bool,
}

/// The parsed command line; nothing after `--help`.
///
/// # Errors
/// A message for an argument that is unknown or has a bad value.
pub fn parse() -> Result<Option<Arguments>, String> {
    parse_from(lexopt::Parser::from_env()).map_err(|error| format!("{error}\n{HELP}"))
}

fn parse_from(mut parser: lexopt::Parser) -> Result<Option<Arguments>, lexopt::Error> {
    let mut arguments = Arguments {
        programs: Vec::new(),
        modes: vec!["on".to_owned(), "off".to_owned()],
        against: Vec::new(),
        only_against: false,
        baseline: None,
        runs: 5,
        small: false,
        kernels: false,
        timeout: Duration::from_secs(120),
        json: None,
        list: false,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("mode") => {
                let modes = parser.value()?.string()?;
                arguments.modes =
                    modes.split(',').filter(|mode| !mode.is_empty()).map(str::to_owned).collect();
            }
            Long("against") => {
                let text = parser.value()?.string()?;
                let (name, command) = text.split_once('=').ok_or("--against takes NAME=COMMAND")?;
                arguments.against.push((name.to_owned(), command.to_owned()));
            }
            Long("only-against") => arguments.only_against = true,
            Long("baseline") => arguments.baseline = Some(parser.value()?.string()?),
            Long("runs") => arguments.runs = parser.value()?.parse::<usize>()?.max(1),
            Long("size") => {
                arguments.small = match parser.value()?.string()?.as_str() {
                    "small" => true,
                    "default" => false,
                    other => return Err(format!("--size is small or default, not {other}").into()),
                }
            }
            Long("kernels") => arguments.kernels = true,
            Long("timeout") => arguments.timeout = Duration::from_secs(parser.value()?.parse()?),
            Long("json") => arguments.json = Some(parser.value()?.into()),
            Long("list") => arguments.list = true,
            Long("help") | Short('h') => {
                println!("{HELP}");
                return Ok(None);
            }
            Value(name) => arguments.programs.push(name.string()?),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(arguments))
}
