//! The JIT's parameters: one table for `-X jit-…`, its parsing and its help.

use std::cell::RefCell;
use std::io::Write;
use taipan_jit::inspect::Dumps;

/// `-X jit=…`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Hot loops are compiled.
    On,
    /// The interpreter alone.
    Off,
    /// Tiny thresholds, so that everything is compiled.
    Stress,
    /// The interpreter alone, and checks that instructions keep the rules of the semantics. For tests.
    Audit,
}

/// Where the log goes.
pub struct Log(RefCell<Box<dyn Write>>);

impl Log {
    /// Write a line; a log that cannot be written does not stop the program.
    pub fn line(&self, text: &str) {
        if let Err(e) = writeln!(self.0.borrow_mut(), "{text}") {
            eprintln!("taipan: jit-log: {e}");
        }
    }
}

/// Which stages are dumped to stderr.
pub struct Dump(Vec<String>);

impl Dump {
    /// Write the stages that were asked for.
    pub fn write(&self, texts: &Dumps) {
        for stage in &self.0 {
            let text = match stage.as_str() {
                "ir" => &texts.ir,
                "opt" => &texts.opt,
                "clif" => &texts.clif,
                "asm" => &texts.asm,
                "exits" => &texts.exits,
                _ => continue,
            };
            eprintln!("--- {stage}\n{text}");
        }
    }
}

macro_rules! parameters {
    ($($name:literal $field:ident $default:literal $stress:literal $help:literal;)*) => {
        /// The parameters; see the table.
        pub struct Params {
            /// On, off or stress.
            pub jit: Switch,
            /// `jit-log=FILE`
            pub log: Option<Log>,
            /// `jit-dump=…`
            pub dump: Option<Dump>,
            $(#[doc = $help] pub $field: u32,)*
        }
        impl Params {
            fn set_number(&mut self, name: &str, n: u32) -> bool {
                match name { $($name => self.$field = n,)* _ => return false }
                true
            }
            fn numbers(&mut self, stress: bool) {
                $(self.$field = if stress { $stress } else { $default };)*
            }
            /// Name, default and help of each.
            pub const HELP: &[(&str, u32, &str)] = &[$(($name, $default, $help)),*];
            /// The defaults.
            pub fn new() -> Params {
                Params { jit: Switch::On, log: None, dump: None, $($field: $default),* }
            }
        }
    };
}
parameters! {
    "jit-loop" loop_threshold 500 2 "back edges before a loop is recorded";
    "jit-call" call_threshold 800 3 "calls before a function is recorded";
    "jit-exit" exit_threshold 100 2 "times an exit is taken before a side trace is recorded";
    "jit-background" background 1 0 "compile on a thread of its own";
    "jit-ops" max_region_ops 5000 5000 "recorded ops of a region, after which it takes no more side traces";
    "jit-side" max_side_traces 250 250 "side traces of a region";
    "jit-fail" fail_at 0 0 "execution at which each guard leaves once although it holds, for tests; 0 is never";
    "jit-abandon" abandon 0 0 "instructions after which a recording is abandoned, each time more; 0 is never";
    "jit-code" code_limit 67108864 67108864 "bytes of machine code";
}

impl Default for Params {
    fn default() -> Self {
        Params::new()
    }
}

impl Params {
    /// Take in one `-X` option (`jit=off`, `jit-log=FILE`, …); `false` if it is not the JIT's.
    ///
    /// # Errors
    /// A message for a value that cannot be.
    pub fn option(&mut self, text: &str) -> Result<bool, String> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        match name {
            "jit" => {
                self.jit = match value {
                    "" | "on" => Switch::On,
                    "off" => Switch::Off,
                    "stress" => Switch::Stress,
                    "audit" if cfg!(debug_assertions) => Switch::Audit,
                    "audit" => return Err("-X jit=audit needs a build with debug assertions".to_owned()),
                    other => return Err(format!("-X jit: on, off or stress, not {other:?}")),
                };
                self.numbers(self.jit == Switch::Stress);
            }
            "jit-log" => {
                let file = std::fs::File::create(value).map_err(|e| format!("-X jit-log={value}: {e}"))?;
                self.log = Some(Log(RefCell::new(Box::new(file))));
            }
            "jit-dump" => {
                let stages: Vec<String> = value.split(',').map(str::to_owned).collect();
                let known = ["bytecode", "ir", "opt", "clif", "asm", "exits"];
                if let Some(wrong) = stages.iter().find(|s| !known.contains(&s.as_str())) {
                    return Err(format!("-X jit-dump: {} are the stages, not {wrong:?}", known.join(", ")));
                }
                self.dump = Some(Dump(stages));
            }
            _ => {
                let Ok(n) = value.parse() else { return Ok(false) };
                return Ok(self.set_number(name, n));
            }
        }
        Ok(true)
    }
}
