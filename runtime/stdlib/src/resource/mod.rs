//! `resource`

#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;

use taipan_runtime::types::structseq::Spec;

/// Information about resource usage; see CPython's docstrings for the fields.
static RUSAGE: Spec = Spec {
    module: "resource",
    name: "struct_rusage",
    doc: "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    \
          (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor \
          via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    fields: &[
        ("ru_utime", "user time used"),
        ("ru_stime", "system time used"),
        ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"),
        ("ru_idrss", "unshared data size"),
        ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"),
        ("ru_majflt", "page faults requiring I/O"),
        ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"),
        ("ru_oublock", "block output operations"),
        ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ],
    visible: 16,
    constructible: true,
};

#[taipan_runtime::pymodule(name = "resource")]
mod module {
    use super::*;
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::protocol::iter;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::exception_class;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::structseq;
    use taipan_runtime::types::type_object::TypeObject;
    use taipan_runtime::types::{float, int, tuple};
    use taipan_runtime::value::Value;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        m.set("error", exception_class(Exc::OSError).value());
        m.set("struct_rusage", structseq::make_class(&RUSAGE).value());
        let numbers: &[(&str, i64)] = &[
            ("RLIMIT_CPU", libc::RLIMIT_CPU as i64),
            ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i64),
            ("RLIMIT_DATA", libc::RLIMIT_DATA as i64),
            ("RLIMIT_STACK", libc::RLIMIT_STACK as i64),
            ("RLIMIT_CORE", libc::RLIMIT_CORE as i64),
            ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i64),
            ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64),
            ("RLIMIT_AS", libc::RLIMIT_AS as i64),
            ("RLIMIT_RSS", libc::RLIMIT_RSS as i64),
            ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i64),
            ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i64),
            ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as i64),
            ("RLIMIT_NICE", libc::RLIMIT_NICE as i64),
            ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as i64),
            ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as i64),
            ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as i64),
            ("RUSAGE_SELF", libc::RUSAGE_SELF as i64),
            ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN as i64),
            ("RUSAGE_THREAD", libc::RUSAGE_THREAD as i64),
            ("RLIM_INFINITY", -1),
        ];
        for &(name, value) in numbers {
            m.set(name, *int::new(value));
        }
        Ok(())
    }

    /// Infinity is -1.
    fn limit(n: u64) -> Ref {
        int::new(n as i64)
    }

    fn check(resource: i64) -> PyResult<u32> {
        match u32::try_from(resource) {
            Ok(r) if r < 16 => Ok(r),
            _ => raise!(ValueError, "invalid resource specified"),
        }
    }

    fn pair(limits: Value) -> PyResult<(u64, u64)> {
        let items = iter::collect(limits)?;
        let [soft, hard] = &items[..] else {
            return raise!(ValueError, "expected a tuple of 2 integers");
        };
        let number = |v: &Ref| -> PyResult<u64> {
            match index(**v)?.as_i64() {
                Some(n) => Ok(n as u64),
                None => raise!(OverflowError, "Python int too large to convert to C rlim_t"),
            }
        };
        Ok((number(soft)?, number(hard)?))
    }

    fn raise_limit<T>(code: i32) -> PyResult<T> {
        match code {
            libc::EINVAL => raise!(ValueError, "current limit exceeds maximum limit"),
            libc::EPERM => raise!(ValueError, "not allowed to raise maximum limit"),
            code => crate::posix_raise(code),
        }
    }

    #[pyfunction("(who, /)")]
    fn getrusage(who: i32) -> PyResult {
        let usage = match sys::usage(who) {
            Ok(usage) => usage,
            Err(libc::EINVAL) => return raise!(ValueError, "invalid who parameter"),
            Err(code) => return crate::posix_raise(code),
        };
        let seconds = |t: libc::timeval| float::new(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
        let mut fields = vec![seconds(usage.ru_utime), seconds(usage.ru_stime)];
        let counts = [
            usage.ru_maxrss,
            usage.ru_ixrss,
            usage.ru_idrss,
            usage.ru_isrss,
            usage.ru_minflt,
            usage.ru_majflt,
            usage.ru_nswap,
            usage.ru_inblock,
            usage.ru_oublock,
            usage.ru_msgsnd,
            usage.ru_msgrcv,
            usage.ru_nsignals,
            usage.ru_nvcsw,
            usage.ru_nivcsw,
        ];
        fields.extend(counts.map(int::new));
        let class = crate::startup::import_from("resource", "struct_rusage")?;
        match class.downcast::<TypeObject>() {
            Some(class) => Ok(structseq::new(class, fields)),
            None => raise!(SystemError, "resource.struct_rusage is no class"),
        }
    }
    #[pyfunction("(resource, /)")]
    fn getrlimit(resource: i64) -> PyResult {
        let (soft, hard) = sys::limits(0, check(resource)?, None).or_else(crate::posix_raise)?;
        Ok(tuple::from_refs(vec![limit(soft), limit(hard)]).erase())
    }
    #[pyfunction("(resource, limits, /)")]
    fn setrlimit(resource: i64, limits: Value) -> PyResult<()> {
        let resource = check(resource)?;
        sys::limits(0, resource, Some(pair(limits)?)).map(drop).or_else(raise_limit)
    }
    #[pyfunction("(pid, resource, limits=None, /)")]
    fn prlimit(pid: i32, resource: i64, limits: Option<Value>) -> PyResult {
        let resource = check(resource)?;
        let new = limits.filter(|v| !v.is_none()).map(pair).transpose()?;
        let (soft, hard) = sys::limits(pid, resource, new).or_else(raise_limit)?;
        Ok(tuple::from_refs(vec![limit(soft), limit(hard)]).erase())
    }
    #[pyfunction("()")]
    fn getpagesize() -> PyResult<i64> {
        crate::sys_call::sysconf(libc::_SC_PAGESIZE).or_else(crate::posix_raise)
    }
}
