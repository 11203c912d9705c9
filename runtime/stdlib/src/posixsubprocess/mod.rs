//! `_posixsubprocess`

#[allow(unsafe_code, reason = "between fork and exec")]
mod child;

pub use module::MODULE;

/// A POSIX helper for the subprocess module.
#[taipan_runtime::pymodule(name = "_posixsubprocess")]
mod module {
    use super::child::{Plan, fork_exec as start};
    use crate::buffer::bytes_of;
    use crate::os_text::{c_string, fs_encode};
    use std::ffi::CString;
    use taipan_runtime::error::{PyResult, Raised, take};
    use taipan_runtime::protocol::call::call0;
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::protocol::iter;
    use taipan_runtime::protocol::truth::truth;
    use taipan_runtime::raise;
    use taipan_runtime::value::Value;

    fn text(v: Value) -> PyResult<CString> {
        let path = crate::posix::path::fspath(v)?;
        match path.as_str() {
            Some(s) => c_string(fs_encode(s)?),
            None => c_string(bytes_of(*path)?),
        }
    }

    fn texts(v: Value) -> PyResult<Vec<CString>> {
        iter::collect(v)?.iter().map(|v| text(**v)).collect()
    }

    fn int(v: Value) -> PyResult<i32> {
        match index(v)?.as_i64().and_then(|i| i32::try_from(i).ok()) {
            Some(i) => Ok(i),
            None => raise!(OverflowError, "Python int too large to convert to C int"),
        }
    }

    fn some<T>(v: Value, convert: impl FnOnce(Value) -> PyResult<T>) -> PyResult<Option<T>> {
        if v.is_none() { Ok(None) } else { convert(v).map(Some) }
    }

    fn id(v: Value) -> PyResult<u32> {
        Ok(index(v)?.as_i64().unwrap_or(-1) as u32)
    }

    fn plan(a: &[Value; 22]) -> PyResult<Plan> {
        let mut keep = Vec::new();
        for v in iter::collect(a[3])? {
            keep.push(int(*v)?);
        }
        if !keep.is_sorted() || keep.first().is_some_and(|&fd| fd < 0) {
            return raise!(ValueError, "bad value(s) in fds_to_keep");
        }
        let close_fds = truth(a[2])?;
        let error_pipe = int(a[13])?;
        if close_fds && error_pipe < 3 {
            return raise!(ValueError, "errpipe_write must be >= 3");
        }
        let groups = |v: Value| iter::collect(v)?.iter().map(|v| id(**v)).collect::<PyResult<Vec<u32>>>();
        Ok(Plan {
            executables: texts(a[1])?,
            args: texts(a[0])?,
            env: some(a[5], texts)?,
            cwd: some(a[4], text)?,
            stdio: [int(a[6])?, int(a[9])?, int(a[11])?],
            parents: [int(a[7])?, int(a[8])?, int(a[10])?],
            error_pipe,
            close_fds,
            keep,
            restore_signals: truth(a[14])?,
            new_session: truth(a[15])?,
            group: int(a[16])?,
            gid: some(a[17], id)?,
            groups: some(a[18], groups)?,
            uid: some(a[19], id)?,
            umask: int(a[20])?,
        })
    }

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those listed
    /// in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing file
    /// descriptors and exec.
    ///
    /// Returns: the child process's PID.
    #[pyfunction("(*args)")]
    fn fork_exec(args: &[Value]) -> PyResult<i32> {
        let Ok(args) = <&[Value; 22]>::try_from(args) else {
            return raise!(TypeError, "fork_exec expected 22 arguments, got {}", args.len());
        };
        let plan = plan(args)?;
        let preexec = args[21];
        let started = if preexec.is_none() {
            start(&plan, None)
        } else {
            let mut run = || {
                taipan_runtime::gil::after_fork();
                crate::thread::after_fork();
                match call0(preexec) {
                    Ok(_) => true,
                    Err(Raised) => {
                        drop(take());
                        false
                    }
                }
            };
            start(&plan, Some(&mut run))
        };
        started.or_else(crate::posix_raise)
    }
}
