//! Binding the arguments of a call to the parameters of a Python function, with CPython's messages.
//!
//! # Invariants
//! [`bind`] writes every local slot of the frame at `fp`: an owned word or `UNBOUND`. On `Err` none is owned.

use crate::error::PyResult;
use crate::exec::code::ExecCode;
use crate::object::{P, Ref, decref};
use crate::raise;
use crate::slots::Args;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{UNBOUND, Value};
use taipan_bytecode::CodeFlags;

struct Binder<'a> {
    f: P<Function>,
    exec: &'a ExecCode,
    fp: *mut Value,
    /// Positional parameters, positional-only ones, and those together with keyword-only ones.
    argcount: usize,
    posonly: usize,
    named: usize,
}

/// Bind `args` to the parameters of `f`, in the slots at `fp`.
///
/// # Safety
/// There is room for the code's locals at `fp`, and nothing is owned there.
pub unsafe fn bind(f: P<Function>, args: Args<'_>, fp: *mut Value) -> PyResult<()> {
    let exec = f.exec();
    // SAFETY: as the caller promises.
    if exec.simple && args.names.is_empty() && unsafe { bind_defaults(f, exec, args.values, fp) } {
        return Ok(());
    }
    for i in 0..exec.locals as usize {
        // SAFETY: as the caller promises.
        unsafe { fp.add(i).write(UNBOUND) };
    }
    let argcount = exec.argcount as usize;
    let b = Binder {
        f,
        exec,
        fp,
        argcount,
        posonly: exec.code.posonlyargcount as usize,
        named: argcount + exec.code.kwonlyargcount as usize,
    };
    let r = b.run(args);
    if r.is_err() {
        for i in 0..exec.locals as usize {
            decref(b.slot(i));
        }
    }
    r
}

/// The short way for positional arguments of which only some with defaults are missing; `false` where there is more to
/// do, and nothing was written.
///
/// # Safety
/// As for [`bind`].
#[inline]
unsafe fn bind_defaults(f: P<Function>, exec: &ExecCode, given: &[Value], fp: *mut Value) -> bool {
    let argcount = exec.argcount as usize;
    let defaults = match f.defaults.get().downcast::<Tuple>() {
        Some(t) => t,
        None => return false,
    };
    let defaults = defaults.items();
    if given.len() > argcount || given.len() + defaults.len() < argcount {
        return false;
    }
    let missing = &defaults[defaults.len().saturating_sub(argcount - given.len())..];
    for (i, v) in given.iter().chain(missing).enumerate() {
        // SAFETY: parameters are locals.
        unsafe { fp.add(i).write(v.own().into_raw()) };
    }
    for i in argcount..exec.locals as usize {
        // SAFETY: as above.
        unsafe { fp.add(i).write(UNBOUND) };
    }
    true
}

impl Binder<'_> {
    fn slot(&self, i: usize) -> Value {
        // SAFETY: below the code's locals, written by `bind`.
        unsafe { *self.fp.add(i) }
    }
    fn set(&self, i: usize, v: Ref) {
        // SAFETY: below the code's locals.
        unsafe { *self.fp.add(i) = v.into_raw() }
    }
    fn name(&self, i: usize) -> P<Str> {
        self.exec.local_names[i]
    }
    fn function_name(&self) -> String {
        self.f.qualname.get().as_str().map_or_else(String::new, |s| s.to_lossy())
    }
    fn has(&self, flag: CodeFlags) -> bool {
        self.exec.code.flags.contains(flag)
    }

    fn run(&self, args: Args<'_>) -> PyResult<()> {
        let pos = args.pos();
        let n = pos.len().min(self.argcount);
        for (i, v) in pos[..n].iter().enumerate() {
            self.set(i, v.own());
        }
        if self.has(CodeFlags::VARARGS) {
            self.set(self.named, crate::types::tuple::from_values(&pos[n..]).erase());
        }
        let extra = if self.has(CodeFlags::VARKEYWORDS) {
            let d = crate::types::dict::new();
            let p = d.p();
            self.set(self.named + usize::from(self.has(CodeFlags::VARARGS)), d.erase());
            Some(p)
        } else {
            None
        };
        for (name, v) in args.keywords() {
            self.keyword(name, v, extra, args)?;
        }
        if pos.len() > self.argcount && !self.has(CodeFlags::VARARGS) {
            return self.too_many(pos.len());
        }
        self.defaults(pos.len())?;
        self.keyword_defaults()
    }

    fn keyword(&self, name: Value, v: Value, extra: Option<P<Dict>>, args: Args<'_>) -> PyResult<()> {
        let Some(key) = name.as_str() else {
            return raise!(TypeError, "{}() keywords must be strings", self.function_name());
        };
        // Names are interned, and so are the keywords of most calls.
        let mut places = self.posonly..self.named;
        let found = places.clone().find(|&i| self.name(i) == key);
        let found = found.or_else(|| places.find(|&i| self.name(i).equals(&key)));
        match (found, extra) {
            (Some(i), _) if self.slot(i).is_unbound() => {
                self.set(i, v.own());
                Ok(())
            }
            (Some(_), _) => raise!(
                TypeError,
                "{}() got multiple values for argument '{}'",
                self.function_name(),
                key.to_lossy()
            ),
            (None, Some(extra)) => extra.insert(name, v.own()),
            (None, None) => self.unexpected(key, args),
        }
    }

    #[cold]
    fn unexpected(&self, key: P<Str>, args: Args<'_>) -> PyResult<()> {
        let posonly: Vec<String> = (0..self.posonly)
            .map(|i| self.name(i))
            .filter(|n| args.names.iter().any(|k| k.as_str().is_some_and(|k| k.equals(n))))
            .map(|n| n.to_lossy())
            .collect();
        if !posonly.is_empty() {
            return raise!(
                TypeError,
                "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                self.function_name(),
                posonly.join(", ")
            );
        }
        let names: Vec<String> = (self.posonly..self.named).map(|i| self.name(i).to_lossy()).collect();
        let hint = crate::suggest::closest(&key.to_lossy(), names.iter().map(String::as_str));
        let hint = hint.map_or(String::new(), |h| format!(". Did you mean '{h}'?"));
        let name = self.function_name();
        raise!(TypeError, "{name}() got an unexpected keyword argument '{}'{hint}", key.to_lossy())
    }

    fn default_tuple(&self) -> &[Value] {
        match self.f.defaults.get().downcast::<Tuple>() {
            // SAFETY: the function owns the tuple for as long as the binding takes.
            Some(t) => unsafe { std::slice::from_raw_parts(t.items().as_ptr(), t.items().len()) },
            None => &[],
        }
    }

    fn defaults(&self, given: usize) -> PyResult<()> {
        if given >= self.argcount {
            return Ok(());
        }
        let defaults = self.default_tuple();
        let first = self.argcount - defaults.len().min(self.argcount);
        let missing: Vec<usize> = (given..first).filter(|&i| self.slot(i).is_unbound()).collect();
        if !missing.is_empty() {
            return self.missing(&missing, "positional");
        }
        for i in given.max(first)..self.argcount {
            if self.slot(i).is_unbound() {
                self.set(i, defaults[i - first].own());
            }
        }
        Ok(())
    }

    fn keyword_defaults(&self) -> PyResult<()> {
        let mut missing = Vec::new();
        let kwdefaults = self.f.kwdefaults.get().downcast::<Dict>();
        for i in self.argcount..self.named {
            if !self.slot(i).is_unbound() {
                continue;
            }
            match kwdefaults.map(|d| d.get_str(self.name(i))).transpose()?.flatten() {
                Some(v) => self.set(i, v.own()),
                None => missing.push(i),
            }
        }
        if missing.is_empty() { Ok(()) } else { self.missing(&missing, "keyword-only") }
    }

    #[cold]
    fn missing(&self, which: &[usize], kind: &str) -> PyResult<()> {
        let names: Vec<String> = which.iter().map(|&i| format!("'{}'", self.name(i).to_lossy())).collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
            [] => String::new(),
        };
        let n = names.len();
        let s = if n == 1 { "" } else { "s" };
        raise!(TypeError, "{}() missing {n} required {kind} argument{s}: {list}", self.function_name())
    }

    #[cold]
    fn too_many(&self, given: usize) -> PyResult<()> {
        let defaults = self.default_tuple().len();
        let kwonly = (self.argcount..self.named).filter(|&i| !self.slot(i).is_unbound()).count();
        let plural = if defaults > 0 { self.argcount > 0 } else { self.argcount != 1 };
        let takes = if defaults > 0 {
            format!("from {} to {}", self.argcount - defaults, self.argcount)
        } else {
            self.argcount.to_string()
        };
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let (extra, verb) = if kwonly > 0 {
            let text =
                format!(" positional argument{} (and {kwonly} keyword-only argument{})", s(given), s(kwonly));
            (text, "were")
        } else {
            (String::new(), if given == 1 { "was" } else { "were" })
        };
        let name = self.function_name();
        let plural = if plural { "s" } else { "" };
        raise!(
            TypeError,
            "{name}() takes {takes} positional argument{plural} but {given}{extra} {verb} given"
        )
    }
}
