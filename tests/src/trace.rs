//! What `-X jit-dump=ir,opt -X jit-log=/dev/stderr` says of the loops of a program, and what comments in the program
//! expect of them.
//!
//! ```text
//! for i in range(n):  # LOOP calls=0 guards<=2 counts=0
//! ```
//!
//! speaks of the optimized graph of the region that starts at this line: of the instructions in its cycles, so not of
//! what happens once before the loop. A name is one of [`GROUPS`] or an instruction's own.

use std::collections::{HashMap, HashSet};

/// Names for several instructions.
const GROUPS: [(&str, &[&str]); 7] = [
    ("calls", &["call", "invoke"]),
    ("allocs", &["alloc", "box_float"]),
    ("counts", &["incref", "decref"]),
    ("loads", &["load", "load_elem", "slot_load"]),
    ("stores", &["store", "store_elem", "slot_store"]),
    ("unboxes", &["unbox_int", "unbox_float", "unbox_bool"]),
    ("checked", &["add_checked", "sub_checked", "mul_checked", "shl_checked", "neg_checked"]),
];

/// A compiled region, as it was compiled last.
pub struct Region {
    /// The line of its header.
    pub line: usize,
    /// The root and its side traces.
    fragments: usize,
    /// The instructions in cycles, by name.
    ops: HashMap<String, usize>,
}

/// An expectation: `NAME=NUMBER` or `NAME<=NUMBER`.
struct Expected<'a> {
    name: &'a str,
    at_most: bool,
    number: usize,
}

/// The regions of a file, by the line of their header.
pub fn regions(dumps: &str, file: &str) -> HashMap<usize, Region> {
    let (mut lines, mut found) = (HashMap::new(), HashMap::new());
    let (mut compiled, mut region, mut fragments) = (None, None, 0);
    let mut rest = dumps.lines().peekable();
    while let Some(line) = rest.next() {
        if let Some(place) = line.strip_prefix("compile ") {
            compiled = place.split_once(file).and_then(|(_, after)| {
                after.strip_prefix(':')?.split(' ').next().and_then(|number| number.parse::<usize>().ok())
            });
        } else if line.starts_with("region ") {
            region = Some(line);
            fragments = 0;
            // A side trace's place is where it starts: the first compilation says where the region does.
            if let Some(at) = compiled {
                lines.entry(line).or_insert(at);
            }
        } else if line.starts_with("fragment ") {
            fragments += 1;
        } else if line == "--- opt" {
            let mut graph = Vec::new();
            while let Some(line) = rest.next_if(|line| line.starts_with(['b', ' ', '@'])) {
                graph.push(line);
            }
            if let Some(&at) = region.and_then(|region| lines.get(region)) {
                found.insert(at, Region { line: at, fragments, ops: in_cycles(&graph) });
            }
        }
    }
    found
}

/// Counts the instructions of the blocks that lead back to themselves.
fn in_cycles(graph: &[&str]) -> HashMap<String, usize> {
    // Exits that a side trace continues lead to its block.
    let continued: HashMap<&str, &str> = graph
        .iter()
        .filter(|line| line.starts_with('@'))
        .filter_map(|line| Some((line.split(' ').next()?, line.split_once(" continues ")?.1.trim())))
        .collect();
    let mut blocks: HashMap<&str, (Vec<&str>, Vec<&str>)> = HashMap::new();
    let mut current = "";
    for line in graph.iter().take_while(|line| !line.starts_with('@')) {
        if let Some(head) = line.strip_prefix("block ") {
            current = head.split('(').next().unwrap_or(head);
            continue;
        }
        // What runs once in many turns does not count.
        if line.starts_with(';') || current.ends_with(" rare") {
            continue;
        }
        let (ops, next) = blocks.entry(current).or_default();
        let op = line.trim().split_once(" = ").map_or(line.trim(), |(_, op)| op);
        ops.push(op.split(' ').next().unwrap_or(op));
        next.extend(op.strip_prefix("jump ").and_then(|to| to.split('(').next()));
        next.extend(op.split(' ').filter_map(|word| continued.get(word).copied()));
    }
    let returns = |start: &str| {
        let (mut work, mut seen) = (vec![start], HashSet::new());
        while let Some(block) = work.pop() {
            for &to in blocks.get(block).map_or(&[][..], |(_, next)| next.as_slice()) {
                if to == start {
                    return true;
                }
                if seen.insert(to) {
                    work.push(to);
                }
            }
        }
        false
    };
    let mut counts = HashMap::new();
    for (name, (ops, _)) in &blocks {
        if returns(name) {
            for op in ops {
                *counts.entry((*op).to_owned()).or_insert(0) += 1;
            }
        }
    }
    counts
}

impl Region {
    fn count(&self, name: &str) -> usize {
        let number = |op: &str| self.ops.get(op).copied().unwrap_or(0);
        match name {
            "fragments" => self.fragments,
            "guards" => self.ops.iter().filter(|(op, _)| op.starts_with("guard_")).map(|(_, n)| n).sum(),
            _ => match GROUPS.iter().find(|group| group.0 == name) {
                Some((_, ops)) => ops.iter().map(|op| number(op)).sum(),
                None => number(name),
            },
        }
    }
    /// Compare with the text behind `# LOOP`.
    ///
    /// # Errors
    /// What is not as expected, or what cannot be read.
    pub fn check(&self, expected: &str) -> Result<(), String> {
        if self.ops.is_empty() {
            return Err("the region has no loop".to_owned());
        }
        let mut wrong = Vec::new();
        for text in expected.split_whitespace() {
            let e =
                parse(text).ok_or_else(|| format!("an expectation is NAME=N or NAME<=N, not {text:?}"))?;
            let n = self.count(e.name);
            if n > e.number || (n < e.number && !e.at_most) {
                wrong.push(format!("{text}: {n}"));
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("{}; in the loop: {:?}", wrong.join(", "), self.ops))
        }
    }
}

fn parse(text: &str) -> Option<Expected<'_>> {
    let (name, number) = text.split_once('=')?;
    let at_most = name.ends_with('<');
    Some(Expected { name: name.trim_end_matches('<'), at_most, number: number.parse().ok()? })
}

#[cfg(test)]
mod checks {
    use super::regions;

    const DUMPS: &str = "compile /a/x.py:3 f: 10 recorded ops\n--- ir\nregion 0x0\nfragment root\n  v0 = thread\n\
        --- opt\nblock b0\n  v0 = slot_load 0 1\n  jump b1(v0)\nblock b1(v1:i64)\n  v2 = lt v1 9\n  \
        guard_true v2 @0\n  jump b1(v1)\nblock b2\n  v3 = call F()\n  jump b1(v3)\n@0 = 0@0 resume continues b2\n\
        compile /a/x.py:7 g: 10 recorded ops\n--- ir\nregion 0x1\nfragment root\n--- opt\nblock b0\n  exit @0\n";

    #[test]
    fn cycles_go_through_continued_exits() {
        let found = regions(DUMPS, "x.py");
        let region = &found[&3];
        assert_eq!(region.check("calls=1 guards=1 loads=0 fragments=1 lt<=1"), Ok(()));
        assert!(region.check("calls=0").is_err());
        assert!(region.check("guards<=0").is_err());
        assert!(region.check("guards").is_err());
        assert!(found[&7].check("calls=0").is_err(), "there is no loop");
    }
}
