//! The table for people and the JSON for programs.

use crate::arguments::Arguments;
use crate::contender::Contender;
use crate::measure::{Outcome, Row};
use comfy_table::{CellAlignment, Table, presets::ASCII_MARKDOWN};
use serde_json::{Value, json};

/// One line on stderr when a program is done.
pub fn progress(row: &Row, contenders: &[Contender]) {
    let cells: Vec<String> = contenders
        .iter()
        .zip(&row.outcomes)
        .map(|(contender, outcome)| format!("{} {}", contender.name, milliseconds(outcome)))
        .collect();
    eprintln!("{:<16} {}", row.program, cells.join(", "));
}

/// The index of the contender that ratios refer to.
///
/// # Errors
/// A message when there is none of that name.
pub fn baseline(contenders: &[Contender], name: Option<&str>) -> Result<usize, String> {
    let Some(name) = name else {
        return Ok(contenders.iter().position(|c| !c.name.starts_with("taipan")).unwrap_or(0));
    };
    contenders.iter().position(|c| c.name == name).ok_or_else(|| format!("nobody is named {name:?}"))
}

/// Medians in milliseconds, each followed by its speed as a multiple of the baseline's, with the
/// geometric means of speeds and the medians of memory below.
pub fn table(rows: &[Row], contenders: &[Contender], baseline: usize) -> Table {
    let mut table = Table::new();
    table.load_preset(ASCII_MARKDOWN);
    let mut header = vec!["program".to_owned()];
    for (index, contender) in contenders.iter().enumerate() {
        header.push(format!("{} ms", contender.name));
        if index != baseline {
            header.push("speed".to_owned());
        }
    }
    table.set_header(header);
    for row in rows {
        let mut cells = vec![row.program.clone()];
        for (index, outcome) in row.outcomes.iter().enumerate() {
            cells.push(milliseconds(outcome));
            if index != baseline {
                let speed = ratio(row, baseline, index, Outcome::median);
                cells.push(speed.map_or_else(String::new, |speed| format!("{speed:.2}")));
            }
        }
        table.add_row(cells);
    }
    // For memory the ratio is turned round: a share of the baseline's.
    for (name, of, turned) in [
        ("geometric mean", Outcome::median as fn(&Outcome) -> Option<f64>, false),
        ("worst", Outcome::median, false),
        ("memory, share", Outcome::memory, true),
    ] {
        let mut cells = vec![name.to_owned()];
        for index in 0..contenders.len() {
            cells.push(String::new());
            if index != baseline {
                let (from, to) = if turned { (index, baseline) } else { (baseline, index) };
                let ratios: Vec<f64> = rows.iter().filter_map(|row| ratio(row, from, to, of)).collect();
                let value = match name {
                    "worst" => ratios.iter().copied().reduce(f64::min),
                    _ => geometric_mean(&ratios),
                };
                cells.push(value.map_or_else(String::new, |value| format!("{value:.2}")));
            }
        }
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// `over`'s figure divided by `under`'s.
fn ratio(row: &Row, over: usize, under: usize, of: fn(&Outcome) -> Option<f64>) -> Option<f64> {
    Some(of(&row.outcomes[over])? / of(&row.outcomes[under])?)
}

fn geometric_mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let logarithms: f64 = values.iter().map(|value| value.ln()).sum();
    Some((logarithms / values.len() as f64).exp())
}

fn milliseconds(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(_) => "FAILED".to_owned(),
        Outcome::Absent => String::new(),
        Outcome::Ran(_) => {
            outcome.median().map_or_else(String::new, |seconds| format!("{:.1}", seconds * 1e3))
        }
    }
}

/// Every sample, with the medians and the conditions.
pub fn json(rows: &[Row], contenders: &[Contender], arguments: &Arguments) -> String {
    let programs: Vec<Value> = rows
        .iter()
        .map(|row| {
            let results: serde_json::Map<String, Value> = contenders
                .iter()
                .zip(&row.outcomes)
                .map(|(contender, outcome)| (contender.name.clone(), result(outcome)))
                .collect();
            json!({ "program": row.program, "results": results })
        })
        .collect();
    let commands: serde_json::Map<String, Value> = contenders
        .iter()
        .map(|contender| (contender.name.clone(), Value::from(contender.description())))
        .collect();
    let document = json!({
        "size": if arguments.small { "small" } else { "default" },
        "runs": arguments.runs,
        "commands": commands,
        "programs": programs,
    });
    format!("{document:#}\n")
}

fn result(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Absent => Value::Null,
        Outcome::Failed(message) => json!({ "error": message }),
        Outcome::Ran(samples) => json!({
            "median_s": outcome.median(),
            "wall_s": samples.iter().map(|sample| sample.wall).collect::<Vec<_>>(),
            "cpu_s": samples.iter().map(|sample| sample.cpu).collect::<Vec<_>>(),
            "peak_memory_bytes": samples.iter().map(|sample| sample.peak_memory).collect::<Vec<_>>(),
        }),
    }
}

#[cfg(test)]
mod checks {
    use super::geometric_mean;

    #[test]
    fn geometric_means() {
        assert_eq!(geometric_mean(&[]), None);
        let mean = geometric_mean(&[0.5, 8.0]).expect("two values");
        assert!((mean - 2.0).abs() < 1e-12);
    }
}
