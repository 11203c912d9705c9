//! `_csv_rows`: reading and writing rows of delimited text. Dialects, and their names, are `lib/_csv.py`'s.

mod reader;
mod rules;
mod writer;

pub use module::MODULE;

use crate::construct::raise_own;
use taipan_runtime::error::PyResult;

/// Marks `_csv.Error`.
pub struct CsvError;

/// Raise `_csv.Error`.
#[cold]
fn fail<T>(message: &str) -> PyResult<T> {
    raise_own::<CsvError, T>(message)
}

/// The rows behind the csv module.
#[taipan_runtime::pymodule(name = "_csv_rows")]
mod module {
    use super::CsvError;
    use super::reader::{self, Reader};
    use super::writer::{self, Writer};
    use crate::construct::{add_exception, set_doc};
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::native::new_class;
    use taipan_runtime::object::P;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::NO_NEW;
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let class = new_class::<Reader>("_csv", "reader", object, NO_NEW, Reader::install);
        set_doc(
            class,
            "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.",
        );
        m.set("Reader", class.value());
        let class = new_class::<Writer>("_csv", "writer", object, NO_NEW, Writer::install);
        set_doc(
            class,
            "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence \
             input.",
        );
        m.set("Writer", class.value());
        add_exception::<CsvError>(m, "_csv", "Error", exception_class(Exc::Exception));
        Ok(())
    }

    /// A reader of the lines that an iterator gives.
    #[pyfunction("(iterator, dialect, /)")]
    fn new_reader(iterator: Value, dialect: Value) -> PyResult {
        reader::new(iterator, dialect)
    }
    /// A writer that gives its rows to a function.
    #[pyfunction("(write, dialect, /)")]
    fn new_writer(write: Value, dialect: Value) -> PyResult {
        writer::new(write, dialect)
    }
    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned.
    #[pyfunction("(new_limit=None)")]
    fn field_size_limit(new_limit: Option<Value>) -> PyResult<i64> {
        let new = match new_limit {
            None => None,
            Some(v) if v.class() == types().int => Some(taipan_runtime::protocol::index::to_i64(v)?),
            Some(_) => return raise!(TypeError, "limit must be an integer"),
        };
        reader::field_size_limit(new)
    }
}
