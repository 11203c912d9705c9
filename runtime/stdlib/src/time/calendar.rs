//! `struct_time` and what is made of it.

use super::sys::{self, Tm};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{P, Ref};
use taipan_runtime::raise;
use taipan_runtime::types::exception::os_error::raise_errno;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, str};
use taipan_runtime::value::Value;

/// `time.struct_time`
pub static STRUCT_TIME: Spec = Spec {
    module: "time",
    name: "struct_time",
    doc: "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and \
          strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the \
          same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field \
          tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.",
    fields: &[
        ("tm_year", "year, for example, 1993"),
        ("tm_mon", "month of year, range [1, 12]"),
        ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"),
        ("tm_min", "minutes, range [0, 59]"),
        ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"),
        ("tm_yday", "day of year, range [1, 366]"),
        ("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
        ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ],
    visible: 9,
    constructible: true,
};

/// Seconds of an argument: a number or `None` for now.
pub fn seconds(v: Option<Value>) -> PyResult<i64> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return match sys::clock(libc::CLOCK_REALTIME) {
            Ok(ns) => Ok(ns.div_euclid(1_000_000_000) as i64),
            Err(e) => raise_errno(e, None),
        };
    };
    if let Some(f) = v.as_float() {
        if f.is_nan() {
            return raise!(ValueError, "Invalid value NaN (not a number)");
        }
        let whole = f.floor();
        if !(-9.3e18..9.2e18).contains(&whole) {
            return raise!(OverflowError, "timestamp out of range for platform time_t");
        }
        return Ok(whole as i64);
    }
    let i = taipan_runtime::protocol::index::index(v)?;
    match i.as_i64() {
        Some(i) => Ok(i),
        None => raise!(OverflowError, "timestamp out of range for platform time_t"),
    }
}

/// A `struct_time` of a C time.
pub fn from_tm(class: P<TypeObject>, tm: &Tm, zone: &str) -> Ref {
    let n = |i: i32| int::new(i.into());
    let fields = vec![
        int::new(i64::from(tm.tm_year) + 1900),
        n(tm.tm_mon + 1),
        n(tm.tm_mday),
        n(tm.tm_hour),
        n(tm.tm_min),
        n(tm.tm_sec),
        n((tm.tm_wday + 6) % 7),
        n(tm.tm_yday + 1),
        n(tm.tm_isdst),
        str::new(zone).erase(),
        int::new(tm.tm_gmtoff),
    ];
    structseq::new(class, fields)
}

/// The C time of a time tuple; also its zone, if it has one.
pub fn to_tm(v: Value, what: &str) -> PyResult<(Tm, Option<String>)> {
    let Some(t) = v.downcast::<Tuple>() else {
        return raise!(TypeError, "Tuple or struct_time argument required");
    };
    if t.len != 9 {
        return raise!(TypeError, "{what}(): illegal time tuple argument");
    }
    let mut n = [0i64; 9];
    for (slot, v) in n.iter_mut().zip(t.items()) {
        let i = taipan_runtime::protocol::index::index(*v)?;
        *slot = match i.as_i64().filter(|&i| i32::try_from(i).is_ok()) {
            Some(i) => i,
            None => return raise!(OverflowError, "signed integer is greater than maximum"),
        };
    }
    if n[0] < i64::from(i32::MIN) + 1900 {
        return raise!(OverflowError, "year out of range");
    }
    let mut tm = sys::empty_tm();
    tm.tm_year = (n[0] - 1900) as i32;
    tm.tm_mon = n[1] as i32 - 1;
    tm.tm_mday = n[2] as i32;
    tm.tm_hour = n[3] as i32;
    tm.tm_min = n[4] as i32;
    tm.tm_sec = n[5] as i32;
    tm.tm_wday = (n[6] as i32 + 1) % 7;
    tm.tm_yday = n[7] as i32 - 1;
    tm.tm_isdst = n[8] as i32;
    let mut zone = None;
    if v.class().has(taipan_runtime::types::type_object::flags::TRAILING) {
        let z = taipan_runtime::protocol::attr::getattr_text(v, "tm_zone")?;
        zone = z.as_str().map(|s| s.to_lossy());
        let offset = taipan_runtime::protocol::attr::getattr_text(v, "tm_gmtoff")?;
        tm.tm_gmtoff = offset.as_i64().unwrap_or(0);
    }
    Ok((tm, zone))
}

/// Zeroes where that is harmless, errors elsewhere (as CPython's `checktm`).
pub fn checked(mut tm: Tm) -> PyResult<Tm> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let ranges = [
        (tm.tm_mon, 11, "month"),
        (tm.tm_mday, 31, "day of month"),
        (tm.tm_hour, 23, "hour"),
        (tm.tm_min, 59, "minute"),
        (tm.tm_sec, 61, "seconds"),
    ];
    for (value, most, name) in ranges {
        if !(0..=most).contains(&value) || (name == "day of month" && value < 1) {
            return raise!(ValueError, "{name} out of range");
        }
    }
    if tm.tm_wday < 0 {
        return raise!(ValueError, "day of week out of range");
    }
    if !(0..=365).contains(&tm.tm_yday) {
        return raise!(ValueError, "day of year out of range");
    }
    Ok(tm)
}

/// `asctime`'s text.
pub fn ascii_time(tm: &Tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    )
}

/// `strftime` of a text that may hold anything: what C's `strftime` cannot see is copied.
pub fn format_time(format: &str, tm: &Tm, zone: Option<&str>) -> String {
    let mut out = Vec::new();
    for (i, part) in format.split('\0').enumerate() {
        if i > 0 {
            out.push(0);
        }
        if !part.is_empty() {
            out.extend(sys::strftime(part.as_bytes(), tm, zone));
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
