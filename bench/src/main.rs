//! Runs the programs of `bench/programs` with `taipan` and other interpreters and compares them.
//!
//! ```text
//! cargo run --release -p bench -- [PROGRAM...] [--mode on,off] [--against NAME=COMMAND]...
//!     [--only-against] [--baseline NAME] [--runs N] [--size small|default] [--kernels]
//!     [--timeout SECONDS] [--json FILE] [--list]
//! ```
//!
//! Every measurement is a fresh process, and the interpreters take turns, so that a change in the
//! machine's speed meets all of them. All outputs must be equal.

mod arguments;
mod contender;
mod measure;
mod program;
mod report;
mod rusage;

use arguments::Arguments;
use contender::Contender;
use measure::{Outcome, Row};
use program::Program;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether every interpreter ran every program with the same output.
fn run() -> Result<bool, String> {
    let Some(arguments) = arguments::parse()? else { return Ok(true) };
    let programs = program::find(&arguments.programs)?;
    if arguments.list {
        for program in &programs {
            println!("{:<16} {}", program.name, program.summary);
        }
        return Ok(true);
    }
    let contenders = contender::all(&arguments)?;
    eprintln!(
        "{} programs, {} runs each, size {}",
        programs.len(),
        arguments.runs,
        if arguments.small { "small" } else { "default" }
    );
    for contender in &contenders {
        eprintln!("  {:<12} {}", contender.name, contender.description());
    }
    let mut rows = Vec::new();
    for program in &programs {
        let row = compare(program, &contenders, &arguments)?;
        report::progress(&row, &contenders);
        rows.push(row);
    }
    let baseline = report::baseline(&contenders, arguments.baseline.as_deref())?;
    println!("{}", report::table(&rows, &contenders, baseline));
    if let Some(path) = &arguments.json {
        let text = report::json(&rows, &contenders, &arguments);
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let mut good = true;
    for row in &rows {
        for (contender, outcome) in contenders.iter().zip(&row.outcomes) {
            if let Outcome::Failed(message) = outcome {
                good = false;
                println!("{} {}: {message}", row.program, contender.name);
            }
        }
    }
    Ok(good)
}

/// Run one program with every contender in turn, `runs` times over.
fn compare(program: &Program, contenders: &[Contender], arguments: &Arguments) -> Result<Row, String> {
    let mut outcomes: Vec<Outcome> = contenders.iter().map(|_| Outcome::Ran(Vec::new())).collect();
    let mut expected = if arguments.small { Some(program.expected()?) } else { None };
    for _ in 0..arguments.runs {
        for (contender, outcome) in contenders.iter().zip(&mut outcomes) {
            let Outcome::Ran(samples) = outcome else { continue };
            let Some(mut command) = contender.command(program, arguments.small)? else {
                *outcome = Outcome::Absent;
                continue;
            };
            match measure::once(&mut command, arguments.timeout) {
                Ok((sample, output)) => {
                    let wanted = expected.get_or_insert_with(|| output.clone());
                    if *wanted == output {
                        samples.push(sample);
                    } else {
                        *outcome = Outcome::Failed("its output differs".to_owned());
                    }
                }
                Err(message) => *outcome = Outcome::Failed(message),
            }
        }
    }
    Ok(Row { program: program.name.clone(), outcomes })
}
