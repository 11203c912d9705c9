//! `sys.monitoring` and `sys._jit`.
//!
//! Tools, events and callbacks are kept as CPython keeps them; the interpreter does not deliver events yet.

pub use events::MODULE as MONITORING;
pub use jit::MODULE as JIT;

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Own, P};
use taipan_runtime::raise;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::value::Value;

/// Names and bits of the events.
const EVENTS: [(&str, i64); 19] = [
    ("PY_START", 1 << 0),
    ("PY_RESUME", 1 << 1),
    ("PY_RETURN", 1 << 2),
    ("PY_YIELD", 1 << 3),
    ("CALL", 1 << 4),
    ("LINE", 1 << 5),
    ("INSTRUCTION", 1 << 6),
    ("JUMP", 1 << 7),
    ("BRANCH_LEFT", 1 << 8),
    ("BRANCH_RIGHT", 1 << 9),
    ("STOP_ITERATION", 1 << 10),
    ("RAISE", 1 << 11),
    ("EXCEPTION_HANDLED", 1 << 12),
    ("PY_UNWIND", 1 << 13),
    ("PY_THROW", 1 << 14),
    ("RERAISE", 1 << 15),
    ("C_RETURN", 1 << 16),
    ("C_RAISE", 1 << 17),
    ("BRANCH", 1 << 18),
];
/// `C_RETURN` and `C_RAISE` come with `CALL`.
const C_EVENTS: i64 = 1 << 16 | 1 << 17;
const LOCAL_EVENTS: i64 = ((1 << 11) - 1) | (1 << 18);

/// One of the tables of this module, by its name.
fn table(name: &'static str) -> Own<Dict> {
    if let Some(d) = crate::state::get(name).and_then(|d| d.downcast::<Dict>().map(P::own_typed)) {
        return d;
    }
    let d = dict::new();
    crate::state::set(name, d.clone().erase());
    d
}

fn check_tool(id: i64) -> PyResult<()> {
    if (0..6).contains(&id) {
        Ok(())
    } else {
        raise!(ValueError, "invalid tool {id} (must be between 0 and 5)")
    }
}

/// The tool must be in use.
fn used(id: i64) -> PyResult<()> {
    check_tool(id)?;
    match table("monitoring.tools").get(Value::small_int(id))? {
        Some(_) => Ok(()),
        None => raise!(ValueError, "tool {id} is not in use"),
    }
}

fn checked_events(set: i64) -> PyResult<i64> {
    if !(0..1 << 19).contains(&set) {
        return raise!(ValueError, "invalid event set 0x{set:x}");
    }
    if set & C_EVENTS != 0 && set & 1 << 4 == 0 {
        return raise!(ValueError, "cannot set C_RETURN or C_RAISE events independently");
    }
    Ok(set & !C_EVENTS)
}

/// Monitoring of events.
#[taipan_runtime::pymodule(name = "sys.monitoring")]
mod events {
    use super::*;
    use taipan_runtime::object::Ref;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::value::NONE;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let namespace = taipan_runtime::protocol::call::call(
            types().namespace.value(),
            taipan_runtime::slots::Args::EMPTY,
        )?;
        for (name, bit) in EVENTS {
            let name = taipan_runtime::types::str::interned(name);
            taipan_runtime::protocol::attr::setattr(*namespace, name, Value::small_int(bit))?;
        }
        let name = taipan_runtime::types::str::interned("NO_EVENTS");
        taipan_runtime::protocol::attr::setattr(*namespace, name, Value::small_int(0))?;
        m.set("events", *namespace);
        for name in ["DISABLE", "MISSING"] {
            let marker = taipan_runtime::protocol::call::call0(types().object.value())?;
            m.set(name, *marker);
        }
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            m.set(name, *int::new(id));
        }
        Ok(())
    }

    #[pyfunction("(tool_id, name, /)")]
    fn use_tool_id(tool_id: i64, name: Value) -> PyResult<()> {
        check_tool(tool_id)?;
        if name.as_str().is_none() {
            return raise!(ValueError, "tool name must be a str");
        }
        let tools = table("monitoring.tools");
        if tools.get(Value::small_int(tool_id))?.is_some() {
            return raise!(ValueError, "tool {tool_id} is already in use");
        }
        tools.insert(Value::small_int(tool_id), name.own())
    }
    #[pyfunction("(tool_id, /)")]
    fn clear_tool_id(tool_id: i64) -> PyResult<()> {
        check_tool(tool_id)?;
        for name in ["monitoring.events", "monitoring.callbacks", "monitoring.local"] {
            drop(table(name).remove(Value::small_int(tool_id))?);
        }
        Ok(())
    }
    #[pyfunction("(tool_id, /)")]
    fn free_tool_id(tool_id: i64) -> PyResult<()> {
        clear_tool_id(tool_id)?;
        drop(table("monitoring.tools").remove(Value::small_int(tool_id))?);
        Ok(())
    }
    #[pyfunction("(tool_id, /)")]
    fn get_tool(tool_id: i64) -> PyResult<Option<Ref>> {
        check_tool(tool_id)?;
        Ok(table("monitoring.tools").get(Value::small_int(tool_id))?.map(Value::own))
    }
    /// A table of a tool's, made on first use.
    fn of_tool(name: &'static str, id: i64) -> PyResult<Own<Dict>> {
        let all = table(name);
        if let Some(d) = all.get(Value::small_int(id))?.and_then(|d| d.downcast::<Dict>()) {
            return Ok(d.own_typed());
        }
        let d = dict::new();
        all.insert(Value::small_int(id), d.clone().erase())?;
        Ok(d)
    }
    #[pyfunction("(tool_id, event, func, /)")]
    fn register_callback(tool_id: i64, event: i64, func: Value) -> PyResult {
        check_tool(tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return raise!(ValueError, "The callback can only be set for one event at a time");
        }
        if event >= 1 << 19 {
            return raise!(ValueError, "invalid event {event}");
        }
        let callbacks = of_tool("monitoring.callbacks", tool_id)?;
        let old = callbacks.remove(Value::small_int(event))?.map(|(_, f)| f);
        if !func.is_none() {
            callbacks.insert(Value::small_int(event), func.own())?;
        }
        Ok(old.unwrap_or_else(|| Ref::from_raw(NONE)))
    }
    #[pyfunction("(tool_id, /)")]
    fn get_events(tool_id: i64) -> PyResult<i64> {
        used(tool_id)?;
        Ok(table("monitoring.events").get(Value::small_int(tool_id))?.and_then(Value::as_i64).unwrap_or(0))
    }
    #[pyfunction("(tool_id, event_set, /)")]
    fn set_events(tool_id: i64, event_set: i64) -> PyResult<()> {
        check_tool(tool_id)?;
        let set = checked_events(event_set)?;
        used(tool_id)?;
        table("monitoring.events").insert(Value::small_int(tool_id), int::new(set))
    }
    fn code_of(v: Value) -> PyResult<Value> {
        match v.exact::<taipan_runtime::types::code::Code>() {
            Some(_) => Ok(v),
            None => raise!(TypeError, "code must be a code object"),
        }
    }
    #[pyfunction("(tool_id, code, /)")]
    fn get_local_events(tool_id: i64, code: Value) -> PyResult<i64> {
        let code = code_of(code)?;
        used(tool_id)?;
        Ok(of_tool("monitoring.local", tool_id)?.get(code)?.and_then(Value::as_i64).unwrap_or(0))
    }
    #[pyfunction("(tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i64, code: Value, event_set: i64) -> PyResult<()> {
        let code = code_of(code)?;
        let set = checked_events(event_set)?;
        used(tool_id)?;
        if set & !LOCAL_EVENTS != 0 {
            return raise!(ValueError, "invalid local event set 0x{set:x}");
        }
        of_tool("monitoring.local", tool_id)?.insert(code, int::new(set))
    }
    #[pyfunction("()")]
    fn restart_events() {}
    /// The tools that want each event.
    #[pyfunction("()")]
    fn _all_events() -> PyResult<Own<Dict>> {
        let all = dict::new();
        let events: Vec<(i64, i64)> = table("monitoring.events")
            .iter()
            .filter_map(|(tool, set)| Some((tool.as_i64()?, set.as_i64()?)))
            .collect();
        for (name, bit) in EVENTS {
            let tools =
                events.iter().filter(|(_, set)| set & bit != 0).fold(0, |mask, (tool, _)| mask | 1 << tool);
            if tools != 0 {
                all.insert_text(name, int::new(tools));
            }
        }
        Ok(all)
    }
}

/// Utilities for observing just-in-time compilation.
#[taipan_runtime::pymodule(name = "sys._jit")]
mod jit {
    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[pyfunction("()")]
    fn is_available() -> bool {
        true
    }
    /// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and
    /// False otherwise.
    #[pyfunction("()")]
    fn is_enabled() -> bool {
        taipan_runtime::runtime::runtime().jit_threshold.get() != u32::MAX
    }
    /// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and
    /// False otherwise.
    #[pyfunction("()")]
    fn is_active() -> bool {
        false
    }
}
