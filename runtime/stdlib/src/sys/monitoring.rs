//! `sys.monitoring` and `sys._jit`.
//!
//! See [`taipan_runtime::monitoring`].

pub use events::MODULE as MONITORING;
pub use jit::MODULE as JIT;

use taipan_runtime::error::PyResult;
use taipan_runtime::monitoring::{Event, Monitoring, TOOLS, Tool};
use taipan_runtime::object::P;
use taipan_runtime::raise;
use taipan_runtime::runtime::runtime;

/// `C_RETURN` and `C_RAISE` come with `CALL`.
const C_EVENTS: u32 = Event::CReturn.bit() | Event::CRaise.bit();

fn monitoring() -> &'static Monitoring {
    &runtime().monitoring
}

fn check_tool(id: i64) -> PyResult<usize> {
    match usize::try_from(id) {
        Ok(id) if id < TOOLS => Ok(id),
        _ => raise!(ValueError, "invalid tool {id} (must be between 0 and 5)"),
    }
}

/// The tool must be in use.
fn used(id: i64) -> PyResult<(usize, &'static Tool)> {
    let n = check_tool(id)?;
    let tool = monitoring().tool(n);
    if tool.name.get().is_none() {
        return raise!(ValueError, "tool {id} is not in use");
    }
    Ok((n, tool))
}

fn checked_events(set: i64) -> PyResult<u32> {
    let Some(set) = u32::try_from(set).ok().filter(|set| *set < 1 << Event::ALL.len()) else {
        return raise!(ValueError, "invalid event set 0x{set:x}");
    };
    if set & C_EVENTS != 0 && set & Event::Call.bit() == 0 {
        return raise!(ValueError, "cannot set C_RETURN or C_RAISE events independently");
    }
    Ok(set & !C_EVENTS)
}

/// Monitoring of events.
#[taipan_runtime::pymodule(name = "sys.monitoring")]
mod events {
    use super::*;
    use taipan_runtime::object::{Own, Ref};
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::code::Code;
    use taipan_runtime::types::dict::{self, Dict};
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::value::{NONE, Value};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let namespace = taipan_runtime::protocol::call::call(
            types().namespace.value(),
            taipan_runtime::slots::Args::EMPTY,
        )?;
        for (name, event) in Event::ALL {
            let name = taipan_runtime::types::str::interned(name);
            taipan_runtime::protocol::attr::setattr(*namespace, name, Value::small_int(event.bit().into()))?;
        }
        let name = taipan_runtime::types::str::interned("NO_EVENTS");
        taipan_runtime::protocol::attr::setattr(*namespace, name, Value::small_int(0))?;
        m.set("events", *namespace);
        for (name, cell) in [("DISABLE", &monitoring().disable), ("MISSING", &monitoring().missing)] {
            let marker = taipan_runtime::protocol::call::call0(types().object.value())?;
            m.set(name, *marker);
            cell.set(Some(marker));
        }
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            m.set(name, *int::new(id));
        }
        Ok(())
    }

    #[pyfunction("(tool_id, name, /)")]
    fn use_tool_id(tool_id: i64, name: Value) -> PyResult<()> {
        let tool = monitoring().tool(check_tool(tool_id)?);
        if name.as_str().is_none() {
            return raise!(ValueError, "tool name must be a str");
        }
        if tool.name.get().is_some() {
            return raise!(ValueError, "tool {tool_id} is already in use");
        }
        tool.name.set(Some(name.own()));
        Ok(())
    }
    #[pyfunction("(tool_id, /)")]
    fn clear_tool_id(tool_id: i64) -> PyResult<()> {
        monitoring().clear(check_tool(tool_id)?);
        Ok(())
    }
    #[pyfunction("(tool_id, /)")]
    fn free_tool_id(tool_id: i64) -> PyResult<()> {
        let id = check_tool(tool_id)?;
        monitoring().clear(id);
        monitoring().tool(id).name.set(None);
        Ok(())
    }
    #[pyfunction("(tool_id, /)")]
    fn get_tool(tool_id: i64) -> PyResult<Option<Ref>> {
        Ok(monitoring().tool(check_tool(tool_id)?).name.get().map(Value::own))
    }
    #[pyfunction("(tool_id, event, func, /)")]
    fn register_callback(tool_id: i64, event: i64, func: Value) -> PyResult {
        let id = check_tool(tool_id)?;
        if event <= 0 || event.count_ones() != 1 {
            return raise!(ValueError, "The callback can only be set for one event at a time");
        }
        let number = event.trailing_zeros() as usize;
        if number >= Event::ALL.len() {
            return raise!(ValueError, "invalid event {event}");
        }
        let function = Some(func).filter(|f| !f.is_none()).map(Value::own);
        let old = monitoring().tool(id).register(number as u8, function);
        Ok(old.unwrap_or_else(|| Ref::from_raw(NONE)))
    }
    #[pyfunction("(tool_id, /)")]
    fn get_events(tool_id: i64) -> PyResult<u32> {
        Ok(monitoring().tool(check_tool(tool_id)?).events())
    }
    #[pyfunction("(tool_id, event_set, /)")]
    fn set_events(tool_id: i64, event_set: i64) -> PyResult<()> {
        check_tool(tool_id)?;
        let set = checked_events(event_set)?;
        monitoring().set_events(used(tool_id)?.0, set);
        Ok(())
    }
    fn code_of(v: Value) -> PyResult<P<Code>> {
        match v.exact::<Code>() {
            Some(code) => Ok(code),
            None => raise!(TypeError, "code must be a code object"),
        }
    }
    #[pyfunction("(tool_id, code, /)")]
    fn get_local_events(tool_id: i64, code: Value) -> PyResult<u32> {
        let code = code_of(code)?;
        Ok(monitoring().tool(check_tool(tool_id)?).local_events(code))
    }
    #[pyfunction("(tool_id, code, event_set, /)")]
    fn set_local_events(tool_id: i64, code: Value, event_set: i64) -> PyResult<()> {
        let code = code_of(code)?;
        let set = checked_events(event_set)?;
        let (id, _) = used(tool_id)?;
        if Event::ALL.iter().any(|(_, event)| set & event.bit() != 0 && !event.is_local()) {
            return raise!(ValueError, "invalid local event set 0x{set:x}");
        }
        monitoring().set_local_events(id, code, set);
        Ok(())
    }
    #[pyfunction("()")]
    fn restart_events() {
        monitoring().restart();
    }
    /// The tools that want each event.
    #[pyfunction("()")]
    fn _all_events() -> PyResult<Own<Dict>> {
        let all = dict::new();
        for (name, event) in Event::ALL {
            let wants = |id: &usize| monitoring().tool(*id).events() & event.bit() != 0;
            let tools = (0..TOOLS).filter(wants).fold(0, |mask, id| mask | 1 << id);
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
