//! `_tokenize`: the compiler's tokens one by one.

use std::cell::{Cell, RefCell};
use taipan_bytecode::syntax::Token;
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::eval_hook::hooks;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, OwnedCell, P, Ref, alloc_in};
use taipan_runtime::protocol::call::{call_method_text, call0};
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{bytes, int, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

pub use module::MODULE;

static NEW: NativeDef = crate::constructor!("tokenizeriter", Either readline, KeywordOnly extra_tokens, KeywordOnly encoding = None);

/// Reads its source when the first token is asked for.
#[repr(C)]
pub struct TokenizerIter {
    head: Header,
    readline: OwnedCell,
    encoding: OwnedCell,
    extra: bool,
    started: Cell<bool>,
    tokens: RefCell<std::vec::IntoIter<Token>>,
    /// Raised after the last token.
    error: OwnedCell,
}
object_layout!(TokenizerIter, Kind::Native, container, [readline, encoding, error]);

impl TokenizerIter {
    /// The whole source.
    fn read(&self) -> PyResult<String> {
        let mut text = String::new();
        let readline = self.readline.or_none().own();
        loop {
            let line = match call0(*readline) {
                Ok(line) => line,
                Err(raised) if take_if(Exc::StopIteration).is_none() => return Err(raised),
                Err(_) => return Ok(text),
            };
            let line = match self.encoding.get() {
                None => line,
                Some(_) if bytes::buffer(*line).is_none() => {
                    return raise!(TypeError, "readline() returned a non-bytes object");
                }
                Some(encoding) => {
                    let mode = Ref::from("replace");
                    call_method_text(*line, "decode", &[encoding, *mode])?
                }
            };
            let Some(s) = line.as_str() else {
                return raise!(TypeError, "readline() returned a non-string object");
            };
            if s.is_empty() {
                return Ok(text);
            }
            text.push_str(&s.to_lossy());
        }
    }

    fn start(&self) -> PyResult<()> {
        let text = self.read()?;
        let (tokens, error) = (hooks().tokenize)(&text, self.extra);
        *self.tokens.borrow_mut() = tokens.into_iter();
        self.error.set(error);
        Ok(())
    }
}

#[pymethods]
impl TokenizerIter {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([readline, extra, encoding], _) = crate::construct::arguments(&NEW, class, args)?;
        let extra = match extra {
            Some(v) => taipan_runtime::protocol::truth::truth(v)?,
            None => false,
        };
        let it = TokenizerIter {
            head: Header::new(class),
            readline: OwnedCell::new(readline.map(Value::own)),
            encoding: OwnedCell::new(encoding.filter(|v| !v.is_none()).map(Value::own)),
            extra,
            started: Cell::new(false),
            tokens: RefCell::new(Vec::new().into_iter()),
            error: OwnedCell::new(None),
        };
        Ok(alloc_in(class, it).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<TokenizerIter>) -> PyResult<Option<Ref>> {
        if !this.started.replace(true) {
            this.start()?;
        }
        let Some(token) = this.tokens.borrow_mut().next() else {
            return match this.error.take() {
                Some(e) => taipan_runtime::error::raise_exception(e),
                None => Ok(None),
            };
        };
        let number = kind_number(token.kind)?;
        let pair = |(line, col): (u32, u32)| {
            tuple::from_refs(vec![int::new(line.into()), int::new(col.into())]).erase()
        };
        let parts = vec![
            number,
            Ref::from(token.text.as_str()),
            pair(token.start),
            pair(token.end),
            Ref::from(token.line.as_str()),
        ];
        Ok(Some(tuple::from_refs(parts).erase()))
    }
}

/// The number of a kind of token: `token.NAME`.
fn kind_number(kind: &str) -> PyResult {
    let module = crate::construct::import("token")?;
    taipan_runtime::protocol::attr::getattr_text(*module, kind)
}

#[taipan_runtime::pymodule(name = "_tokenize")]
mod module {
    use super::*;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        crate::construct::add_class::<TokenizerIter>(
            m,
            "TokenizerIter",
            types().object,
            0,
            TokenizerIter::install,
        );
        Ok(())
    }
}
