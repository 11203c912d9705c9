//! `gc`

pub use module::MODULE;

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
/// set_debug() -- Set debugging flags.
/// get_debug() -- Get debugging flags.
/// set_threshold() -- Set the collection thresholds.
/// get_threshold() -- Return the current collection thresholds.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// is_tracked() -- Returns true if a given object is tracked.
/// is_finalized() -- Returns true if a given object has been already finalized.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// freeze() -- Freeze all tracked objects and ignore them for future collections.
/// unfreeze() -- Unfreeze all objects in the permanent generation.
/// get_freeze_count() -- Return the number of objects in the permanent generation.
#[taipan_runtime::pymodule(name = "gc")]
mod module {
    use taipan_runtime::error::PyResult;
    use taipan_runtime::gc::{all_containers, collect as run, debug, visit_references};
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::runtime;
    use taipan_runtime::types::list::{self, List};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::{dict, int, str, tuple};
    use taipan_runtime::value::{NONE, Value};

    #[init]
    fn attributes(m: P<Module>) -> PyResult<()> {
        let flags = [
            ("DEBUG_STATS", debug::STATS),
            ("DEBUG_COLLECTABLE", debug::COLLECTABLE),
            ("DEBUG_UNCOLLECTABLE", debug::UNCOLLECTABLE),
            ("DEBUG_SAVEALL", debug::SAVEALL),
            ("DEBUG_LEAK", debug::COLLECTABLE | debug::UNCOLLECTABLE | debug::SAVEALL),
        ];
        for (name, value) in flags {
            m.set(name, int::new(value.into()));
        }
        let gc = &runtime().gc;
        for (name, cell) in [("garbage", &gc.garbage), ("callbacks", &gc.callbacks)] {
            if cell.get().is_none() {
                cell.set(Some(list::new(Vec::new()).erase().into_raw()));
            }
            m.set(name, cell.get().unwrap_or(NONE));
        }
        Ok(())
    }

    /// Enable automatic garbage collection.
    #[pyfunction("()")]
    fn enable() {
        runtime().gc.enabled.set(true);
    }
    /// Disable automatic garbage collection.
    #[pyfunction("()")]
    fn disable() {
        runtime().gc.enabled.set(false);
    }
    /// Returns true if automatic garbage collection is enabled.
    #[pyfunction("()")]
    fn isenabled() -> bool {
        runtime().gc.enabled.get()
    }

    fn notify(phase: &str, generation: i64, collected: usize) -> PyResult<()> {
        let Some(callbacks) = runtime().gc.callbacks.get().and_then(|l| l.downcast::<List>()) else {
            return Ok(());
        };
        if callbacks.items.is_empty() {
            return Ok(());
        }
        let info = dict::new();
        info.insert_text("generation", int::new(generation));
        info.insert_text("collected", int::new(collected as i64));
        info.insert_text("uncollectable", int::new(0));
        let phase = str::new(phase);
        for f in callbacks.items.to_refs() {
            let r = taipan_runtime::protocol::call::call2(f.value(), phase.p().value(), info.p().value());
            if r.is_err() {
                taipan_runtime::error::write_unraisable(
                    "Exception ignored while calling GC callback",
                    Some(f.value()),
                );
            }
        }
        Ok(())
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[pyfunction("(generation=2)")]
    fn collect(generation: i64) -> PyResult<usize> {
        if !(0..=2).contains(&generation) {
            return raise!(ValueError, "invalid generation");
        }
        notify("start", generation, 0)?;
        let found = run();
        notify("stop", generation, found)?;
        Ok(found)
    }
    /// Set the garbage collection debugging flags.
    ///
    ///   flags
    ///     An integer that can have the following bits turned on:
    ///       DEBUG_STATS - Print statistics during collection.
    ///       DEBUG_COLLECTABLE - Print collectable objects found.
    ///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
    ///         found.
    ///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
    ///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
    ///
    /// Debugging information is written to sys.stderr.
    #[pyfunction("(flags, /)")]
    fn set_debug(flags: i32) {
        runtime().gc.debug.set(flags as u32);
    }
    /// Get the garbage collection debugging flags.
    #[pyfunction("()")]
    fn get_debug() -> u32 {
        runtime().gc.debug.get()
    }
    /// set_threshold(threshold0, [threshold1, [threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[pyfunction("(threshold0, threshold1=None, threshold2=None, /)")]
    fn set_threshold(threshold0: i64, threshold1: Option<i64>, threshold2: Option<i64>) {
        let gc = &runtime().gc;
        let old = gc.thresholds.get();
        gc.thresholds.set([threshold0, threshold1.unwrap_or(old[1]), threshold2.unwrap_or(old[2])]);
        runtime().heap.threshold.set(threshold0.max(1));
    }
    /// Return the current collection thresholds.
    #[pyfunction("()")]
    fn get_threshold() -> Ref {
        let all = runtime().gc.thresholds.get();
        tuple::from_refs(all.iter().map(|&n| int::new(n)).collect()).erase()
    }
    /// Return a three-tuple of the current collection counts.
    #[pyfunction("()")]
    fn get_count() -> Ref {
        let young = runtime().heap.young.get().max(0);
        tuple::from_refs(vec![int::new(young), int::new(0), int::new(0)]).erase()
    }
    /// Return a list of dictionaries containing per-generation statistics.
    #[pyfunction("()")]
    fn get_stats() -> Ref {
        let gc = &runtime().gc;
        let generation = |collections: u64, collected: u64| {
            let d = dict::new();
            d.insert_text("collections", int::from_u64(collections));
            d.insert_text("collected", int::from_u64(collected));
            d.insert_text("uncollectable", int::new(0));
            d.erase()
        };
        let all =
            vec![generation(0, 0), generation(0, 0), generation(gc.collections.get(), gc.collected.get())];
        list::new(all).erase()
    }
    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the collector
    /// that are in that generation.
    #[pyfunction("(generation=None)")]
    fn get_objects(generation: Option<Value>) -> PyResult {
        if let Some(g) = generation.filter(|g| !g.is_none()) {
            match taipan_runtime::protocol::index::to_i64(g)? {
                n if n < 0 => return raise!(ValueError, "generation parameter cannot be negative"),
                n if n > 2 => {
                    return raise!(
                        ValueError,
                        "generation parameter must be less than the number of available generations (3)"
                    );
                }
                // There is one generation here: the oldest.
                n if n < 2 => return Ok(list::new(Vec::new()).erase()),
                _ => {}
            }
        }
        Ok(list::new(all_containers().into_iter().map(|v| v.own()).collect()).erase())
    }
    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[pyfunction("(obj, /)")]
    fn is_tracked(obj: Value) -> bool {
        obj.is_pointer() && all_containers().iter().any(|v| v.is(obj))
    }
    /// Returns true if the object has been already finalized by the GC.
    #[pyfunction("(obj, /)")]
    fn is_finalized(obj: Value) -> bool {
        obj.is_pointer() && runtime().gc.is_finalized(obj)
    }
    /// Return the list of objects that directly refer to any of 'objs'.
    #[pyfunction("(*objs)")]
    fn get_referrers(objs: &[Value]) -> Ref {
        let refers = |v: &Value| {
            let mut found = false;
            visit_references(*v, &mut |refs| found |= refs.iter().any(|r| objs.iter().any(|o| o.is(*r))));
            found
        };
        list::new(all_containers().into_iter().filter(refers).map(|v| v.own()).collect()).erase()
    }
    /// Return the list of objects that are directly referred to by 'objs'.
    #[pyfunction("(*objs)")]
    fn get_referents(objs: &[Value]) -> Ref {
        let mut found = Vec::new();
        for &o in objs.iter().filter(|o| o.is_pointer()) {
            visit_references(o, &mut |refs| {
                found.extend(refs.iter().filter(|r| !r.is_unbound()).map(|r| r.own()));
            });
        }
        list::new(found).erase()
    }
    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write friendly.
    /// Note: collection before a POSIX fork() call may free pages for future allocation
    /// which can cause copy-on-write.
    #[pyfunction("()")]
    fn freeze() {
        runtime().gc.frozen.set(all_containers().len());
    }
    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[pyfunction("()")]
    fn unfreeze() {
        runtime().gc.frozen.set(0);
    }
    /// Return the number of objects in the permanent generation.
    #[pyfunction("()")]
    fn get_freeze_count() -> usize {
        runtime().gc.frozen.get()
    }
}
