//! Source lines for tracebacks: files, and sources that are no files (`-c`, frozen modules, the prompt).

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use taipan_bytecode::{Code, Const};

/// Where source lines come from, apart from files.
#[derive(Default)]
pub struct Sources {
    /// Source by file name, such as `<string>`.
    registered: RefCell<hashbrown::HashMap<String, String>>,
    /// Sources of code objects whose file name means nothing: `-c`. The codes are kept alive, and told apart by
    /// their addresses.
    codes: RefCell<Vec<(Arc<Code>, String)>>,
    /// Finds the source of frozen code.
    frozen: Cell<Option<fn(&str) -> Option<String>>>,
    /// The file read last, as lines.
    last: RefCell<Option<(String, Vec<String>)>>,
}

impl Sources {
    /// Remember the source of code that comes from no file.
    pub fn register(&self, filename: &str, source: &str) {
        self.registered.borrow_mut().insert(filename.to_owned(), source.to_owned());
        self.last.replace(None);
    }
    /// Remember the source of a code object and those nested in it, whatever their file name.
    pub fn register_code(&self, code: &Arc<Code>, source: &str) {
        let mut codes = self.codes.borrow_mut();
        codes.push((code.clone(), source.to_owned()));
        let mut at = codes.len() - 1;
        while at < codes.len() {
            let nested: Vec<Arc<Code>> = codes[at].0.consts.iter().filter_map(nested).collect();
            codes.extend(nested.into_iter().map(|code| (code, source.to_owned())));
            at += 1;
        }
    }
    /// The lines registered for a code object.
    pub fn lines_of(&self, code: &Arc<Code>) -> Option<Vec<String>> {
        let codes = self.codes.borrow();
        codes.iter().find(|(known, _)| Arc::ptr_eq(known, code)).map(|(_, text)| split(text))
    }
    /// Set what finds the source of frozen code, given its file name.
    pub fn set_frozen(&self, f: fn(&str) -> Option<String>) {
        self.frozen.set(Some(f));
    }
    /// Forget the file read last: it may have changed.
    pub fn forget(&self) {
        self.last.replace(None);
    }
    fn whole(&self, filename: &str) -> Option<String> {
        if let Some(text) = self.registered.borrow().get(filename) {
            return Some(text.clone());
        }
        if let Some(text) = self.frozen.get().and_then(|f| f(filename)) {
            return Some(text);
        }
        decode(&std::fs::read(filename).ok()?)
    }
    /// Line `number` (from 1) of a file without the white space at its end; `None` if there is none.
    pub fn line(&self, filename: &str, number: u32) -> Option<String> {
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(name, _)| name != filename) {
            let lines = self.whole(filename).map(|text| split(&text)).unwrap_or_default();
            *last = Some((filename.to_owned(), lines));
        }
        let (_, lines) = last.as_ref()?;
        lines.get((number as usize).checked_sub(1)?).map(|l| l.trim_end().to_owned())
    }
}

fn nested(c: &Const) -> Option<Arc<Code>> {
    match c {
        Const::Code(code) => Some(code.clone()),
        _ => None,
    }
}

fn split(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect()
}

/// The text of a source file: UTF-8, or Latin-1 if a coding cookie says so.
fn decode(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let head: String = bytes.split(|&b| b == b'\n').take(2).flatten().map(|&b| b as char).collect();
    let head = head.to_ascii_lowercase();
    let latin = ["latin-1", "iso-8859-1", "latin1", "iso8859-1"].iter().any(|name| head.contains(name));
    if latin && head.contains("coding") { Some(bytes.iter().map(|&b| b as char).collect()) } else { None }
}
