//! `time`

mod calendar;
#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;

/// This module provides various functions to manipulate time values.
///
/// There are two standard representations of time.  One is the number
/// of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer
/// or a floating-point number (to represent fractions of seconds).
/// The epoch is the point where the time starts, the return value of time.gmtime(0).
/// It is January 1, 1970, 00:00:00 (UTC) on all platforms.
///
/// The other representation is a tuple of 9 integers giving local time.
#[taipan_runtime::pymodule(name = "time")]
mod module {
    use super::calendar::*;
    use super::sys;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::raise;
    use taipan_runtime::types::exception::os_error::raise_errno;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::types::type_object::TypeObject;
    use taipan_runtime::types::{float, int, namespace, str, structseq, tuple};
    use taipan_runtime::value::Value;

    #[init]
    fn attributes(m: P<Module>) -> PyResult<()> {
        let clocks = [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_TAI", libc::CLOCK_TAI),
        ];
        for (name, id) in clocks {
            m.set(name, int::new(id.into()));
        }
        m.set("_STRUCT_TM_ITEMS", int::new(11));
        m.set("struct_time", structseq::make_class(&STRUCT_TIME).value());
        set_zone(m)
    }

    /// `timezone`, `altzone`, `daylight`, `tzname` from the zone's offsets in January and July.
    fn set_zone(m: P<Module>) -> PyResult<()> {
        sys::read_zone();
        let year = 365 * 24 * 3600 + 6 * 3600;
        let now = seconds(None)? / year * year;
        let (Ok(winter), Ok(summer)) = (sys::localtime(now), sys::localtime(now + year / 2)) else {
            return raise!(RuntimeError, "cannot initialize time zone");
        };
        let (january, july) = (-winter.tm_gmtoff, -summer.tm_gmtoff);
        let (winter_name, summer_name) = (sys::zone(&winter), sys::zone(&summer));
        // In the southern hemisphere summer time is in January.
        let south = january < july;
        let (standard, other) = if south { (july, january) } else { (january, july) };
        let names = if south { [summer_name, winter_name] } else { [winter_name, summer_name] };
        m.set("timezone", int::new(standard));
        m.set("altzone", int::new(other));
        m.set("daylight", int::new(i64::from(january != july)));
        m.set("tzname", tuple::from_refs(names.iter().map(|n| str::new(n).erase()).collect()));
        Ok(())
    }

    fn time_class(m: P<Module>) -> PyResult<P<TypeObject>> {
        match m.get("struct_time").and_then(|c| c.downcast::<TypeObject>()) {
            Some(c) => Ok(c),
            None => raise!(SystemError, "time.struct_time is gone"),
        }
    }

    fn clock(id: libc::clockid_t) -> PyResult<i128> {
        sys::clock(id).or_else(|e| raise_errno(e, None))
    }
    fn as_seconds(ns: i128) -> f64 {
        (ns / 1_000_000_000) as f64 + (ns % 1_000_000_000) as f64 / 1e9
    }
    fn as_ns(ns: i128) -> Ref {
        int::from_big(dashu_int::IBig::from(ns))
    }

    /// time() -> floating-point number
    ///
    /// Return the current time in seconds since the Epoch.
    /// Fractions of a second may be present if the system clock provides them.
    #[pyfunction("()")]
    fn time() -> PyResult<f64> {
        clock(libc::CLOCK_REALTIME).map(as_seconds)
    }
    /// time_ns() -> int
    ///
    /// Return the current time in nanoseconds since the Epoch.
    #[pyfunction("()")]
    fn time_ns() -> PyResult {
        clock(libc::CLOCK_REALTIME).map(as_ns)
    }
    /// monotonic() -> float
    ///
    /// Monotonic clock, cannot go backward.
    #[pyfunction("()")]
    fn monotonic() -> PyResult<f64> {
        clock(libc::CLOCK_MONOTONIC).map(as_seconds)
    }
    /// monotonic_ns() -> int
    ///
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[pyfunction("()")]
    fn monotonic_ns() -> PyResult {
        clock(libc::CLOCK_MONOTONIC).map(as_ns)
    }
    /// perf_counter() -> float
    ///
    /// Performance counter for benchmarking.
    #[pyfunction("()")]
    fn perf_counter() -> PyResult<f64> {
        clock(libc::CLOCK_MONOTONIC).map(as_seconds)
    }
    /// perf_counter_ns() -> int
    ///
    /// Performance counter for benchmarking as nanoseconds.
    #[pyfunction("()")]
    fn perf_counter_ns() -> PyResult {
        clock(libc::CLOCK_MONOTONIC).map(as_ns)
    }
    /// process_time() -> float
    ///
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn process_time() -> PyResult<f64> {
        clock(libc::CLOCK_PROCESS_CPUTIME_ID).map(as_seconds)
    }
    /// process_time() -> int
    ///
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn process_time_ns() -> PyResult {
        clock(libc::CLOCK_PROCESS_CPUTIME_ID).map(as_ns)
    }
    /// thread_time() -> float
    ///
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn thread_time() -> PyResult<f64> {
        clock(libc::CLOCK_THREAD_CPUTIME_ID).map(as_seconds)
    }
    /// thread_time() -> int
    ///
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn thread_time_ns() -> PyResult {
        clock(libc::CLOCK_THREAD_CPUTIME_ID).map(as_ns)
    }
    /// Return the time of the specified clock clk_id as a float.
    #[pyfunction("(clk_id, /)")]
    fn clock_gettime(clk_id: i32) -> PyResult<f64> {
        clock(clk_id).map(as_seconds)
    }
    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[pyfunction("(clk_id, /)")]
    fn clock_gettime_ns(clk_id: i32) -> PyResult {
        clock(clk_id).map(as_ns)
    }
    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[pyfunction("(clk_id, /)")]
    fn clock_getres(clk_id: i32) -> PyResult<f64> {
        sys::resolution(clk_id).map(as_seconds).or_else(|e| raise_errno(e, None))
    }
    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[pyfunction("(clk_id, time, /)")]
    fn clock_settime(clk_id: i32, time: f64) -> PyResult<()> {
        sys::set_clock(clk_id, (time * 1e9).floor() as i128).or_else(|e| raise_errno(e, None))
    }
    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[pyfunction("(clk_id, time, /)")]
    fn clock_settime_ns(clk_id: i32, time: i64) -> PyResult<()> {
        sys::set_clock(clk_id, time.into()).or_else(|e| raise_errno(e, None))
    }
    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[pyfunction("(thread_id, /)")]
    fn pthread_getcpuclockid(thread_id: u64) -> PyResult<i32> {
        // The C library takes the number for an address.
        if !taipan_runtime::gil::threads().iter().any(|t| t.ident == thread_id) {
            return raise_errno(libc::ESRCH, None);
        }
        sys::thread_clock(thread_id).or_else(|e| raise_errno(e, None))
    }
    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[pyfunction("(name, /)")]
    fn get_clock_info(name: P<Str>) -> PyResult {
        let (id, text, monotonic, adjustable) = match name.to_lossy().as_str() {
            "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
            "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true, false),
            "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true, false),
            _ => return raise!(ValueError, "unknown clock"),
        };
        let implementation = str::new(&format!("clock_gettime({text})")).erase();
        let resolution = float::new(clock_getres(id)?);
        let info = [
            ("implementation", implementation.value()),
            ("monotonic", Value::bool(monotonic)),
            ("adjustable", Value::bool(adjustable)),
            ("resolution", resolution.value()),
        ];
        Ok(namespace::new(&info).erase())
    }
    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[pyfunction("(object, /)")]
    fn sleep(object: Value) -> PyResult<()> {
        let ns = if let Some(f) = object.as_float() {
            if f.is_nan() {
                return raise!(ValueError, "Invalid value NaN (not a number)");
            }
            let ns = (f * 1e9).ceil();
            if ns.abs() > 9e18 {
                return raise!(OverflowError, "timestamp too large to convert to C PyTime_t");
            }
            ns as i128
        } else if taipan_runtime::protocol::index::has_index(object) {
            let i = taipan_runtime::protocol::index::index(object)?;
            match i.as_i64().filter(|i| i.unsigned_abs() < 9_000_000_000) {
                Some(i) => i128::from(i) * 1_000_000_000,
                None => return raise!(OverflowError, "timestamp too large to convert to C PyTime_t"),
            }
        } else {
            let got = object.class().name();
            return raise!(TypeError, "'{got}' object cannot be interpreted as an integer or float");
        };
        if ns < 0 {
            return raise!(ValueError, "sleep length must be non-negative");
        }
        let deadline = clock(libc::CLOCK_MONOTONIC)? + ns;
        loop {
            match taipan_runtime::gil::released(|| sys::sleep_until(deadline)) {
                Ok(true) => return Ok(()),
                // A signal: its Python handler may raise; otherwise the sleep goes on (PEP 475).
                Ok(false) => {
                    if let Some(handle) = taipan_runtime::eval_hook::hooks().signals {
                        handle()?;
                    }
                }
                Err(e) => return raise_errno(e, None),
            }
        }
    }
    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[pyfunction("($module, seconds=None, /)")]
    fn gmtime(m: P<Module>, secs: Option<Value>) -> PyResult {
        match sys::gmtime(seconds(secs)?) {
            Ok(tm) => Ok(from_tm(time_class(m)?, &tm, &sys::zone(&tm))),
            Err(e) => raise_errno(e, None),
        }
    }
    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[pyfunction("($module, seconds=None, /)")]
    fn localtime(m: P<Module>, secs: Option<Value>) -> PyResult {
        match sys::localtime(seconds(secs)?) {
            Ok(tm) => Ok(from_tm(time_class(m)?, &tm, &sys::zone(&tm))),
            Err(e) => raise_errno(e, None),
        }
    }
    /// mktime(time_tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[pyfunction("(time_tuple, /)")]
    fn mktime(time_tuple: Value) -> PyResult<f64> {
        let (tm, _) = to_tm(time_tuple, "mktime")?;
        match sys::mktime(tm) {
            Some(t) => Ok(t as f64),
            None => raise!(OverflowError, "mktime argument out of range"),
        }
    }
    fn given_or_now(v: Option<Value>, what: &str) -> PyResult<(sys::Tm, Option<String>)> {
        match v {
            Some(v) => {
                let (tm, zone) = to_tm(v, what)?;
                Ok((checked(tm)?, zone))
            }
            None => match sys::localtime(seconds(None)?) {
                Ok(tm) => {
                    let zone = sys::zone(&tm);
                    Ok((tm, Some(zone)))
                }
                Err(e) => raise_errno(e, None),
            },
        }
    }
    /// asctime([time_tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[pyfunction("(time_tuple=None, /)")]
    fn asctime(time_tuple: Option<Value>) -> PyResult<String> {
        given_or_now(time_tuple, "asctime").map(|(tm, _)| ascii_time(&tm))
    }
    /// ctime([seconds]) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
    /// passed in, convert the current time instead.
    #[pyfunction("(seconds=None, /)")]
    fn ctime(secs: Option<Value>) -> PyResult<String> {
        match sys::localtime(seconds(secs)?) {
            Ok(tm) => Ok(ascii_time(&tm)),
            Err(e) => raise_errno(e, None),
        }
    }
    /// strftime(format[, time_tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    #[pyfunction("(format, time_tuple=None, /)")]
    fn strftime(format: Value, time_tuple: Option<Value>) -> PyResult<String> {
        let Some(text) = format.as_str() else {
            return raise!(TypeError, "strftime() argument 1 must be str, not {}", format.class().name());
        };
        let (mut tm, zone) = given_or_now(time_tuple, "strftime")?;
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        Ok(format_time(&text.to_lossy(), &tm, zone.as_deref()))
    }
    /// strptime(string, format) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    #[pyfunction("(*args)")]
    fn strptime(args: &[Value]) -> PyResult {
        let module = crate::construct::import("_strptime")?;
        let f = taipan_runtime::protocol::attr::getattr_text(module.value(), "_strptime_time")?;
        taipan_runtime::protocol::call::call(f.value(), taipan_runtime::slots::Args::positional(args))
    }
    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ']. The TZ environment variable should be specified in
    /// standard Unix timezone format as documented in the tzset man page
    /// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
    /// fall back to UTC. If the TZ environment variable is not set, the local
    /// timezone is set to the systems best guess of wallclock time.
    /// Changing the TZ environment variable without calling tzset *may* change
    /// the local timezone used by methods such as localtime, but this behaviour
    /// should not be relied on.
    #[pyfunction("($module)")]
    fn tzset(m: P<Module>) -> PyResult<()> {
        set_zone(m)
    }
}
