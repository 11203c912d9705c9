//! Who called whom, how often, and how long it took.

use hashbrown::HashMap;
use taipan_runtime::object::Ref;

/// What identifies a function: its code object, or its native implementation.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub u64);

/// Counts and times (in seconds) of a function, or of a function when another calls it.
#[derive(Default)]
pub struct Record {
    pub calls: i64,
    /// Calls while another one was running.
    pub recursive: i64,
    /// With callees; a recursive call counts as a part of the outermost one.
    pub total: f64,
    /// Without callees.
    pub inline: f64,
    /// Calls that run now.
    running: u32,
}

impl Record {
    fn end(&mut self, total: f64, inline: f64) {
        self.running = self.running.saturating_sub(1);
        self.calls += 1;
        self.inline += inline;
        if self.running == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
    }
}

/// A function.
pub struct Entry {
    /// The code object, or the name of a native function.
    pub code: Ref,
    pub record: Record,
    /// By index of the callee's entry.
    callees: Vec<(usize, Record)>,
}

struct Running {
    entry: usize,
    start: f64,
    /// Time in callees.
    inner: f64,
    /// Told apart by the caller?
    of_caller: bool,
}

/// What a profiler has collected.
#[derive(Default)]
pub struct Profile {
    index: HashMap<Key, usize>,
    entries: Vec<Entry>,
    running: Vec<Running>,
}

impl Profile {
    /// A function begins. `code` is kept, so that what `key` was made of lives as long.
    pub fn enter(&mut self, key: Key, code: Ref, now: f64, subcalls: bool) {
        let entries = &mut self.entries;
        let entry = *self.index.entry(key).or_insert_with(|| {
            entries.push(Entry { code, record: Record::default(), callees: Vec::new() });
            entries.len() - 1
        });
        entries[entry].record.running += 1;
        let caller = self.running.last().map(|r| r.entry).filter(|_| subcalls);
        if let Some(caller) = caller {
            self.callee(caller, entry).running += 1;
        }
        self.running.push(Running { entry, start: now, inner: 0.0, of_caller: caller.is_some() });
    }
    fn callee(&mut self, caller: usize, callee: usize) -> &mut Record {
        let callees = &mut self.entries[caller].callees;
        let at = callees.iter().position(|(c, _)| *c == callee).unwrap_or_else(|| {
            callees.push((callee, Record::default()));
            callees.len() - 1
        });
        &mut callees[at].1
    }
    /// The function that began last ends; nothing happens if it began before the profiler did.
    pub fn leave(&mut self, now: f64) {
        let Some(ended) = self.running.pop() else { return };
        let total = now - ended.start;
        let inline = total - ended.inner;
        self.entries[ended.entry].record.end(total, inline);
        if let Some(caller) = self.running.last_mut() {
            caller.inner += total;
            let caller = caller.entry;
            if ended.of_caller {
                self.callee(caller, ended.entry).end(total, inline);
            }
        }
    }
    /// Everything ends.
    pub fn leave_all(&mut self, now: f64) {
        while !self.running.is_empty() {
            self.leave(now);
        }
    }
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }
    /// What a function has called: counts and times, and which.
    pub fn callees<'a>(&'a self, e: &'a Entry) -> impl Iterator<Item = (&'a Record, &'a Ref)> {
        e.callees.iter().map(|(callee, record)| (record, &self.entries[*callee].code))
    }
}
