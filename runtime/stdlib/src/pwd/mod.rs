//! `pwd` and `grp`: the databases of users and groups.

#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use groups::MODULE as GROUPS;
pub use users::MODULE as USERS;

use crate::os_text::{c_string, fs_decode, fs_encode};
use std::ffi::CString;
use taipan_runtime::error::{Exc, PyResult, raise_message};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::index::index;
use taipan_runtime::raise;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::structseq::{self, Spec};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, list};
use taipan_runtime::value::Value;

static PASSWD: Spec = Spec {
    module: "pwd",
    name: "struct_passwd",
    doc: "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  \
          (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the \
          above tuple.",
    fields: &[
        ("pw_name", "user name"),
        ("pw_passwd", "password"),
        ("pw_uid", "user id"),
        ("pw_gid", "group id"),
        ("pw_gecos", "real name"),
        ("pw_dir", "home directory"),
        ("pw_shell", "shell program"),
    ],
    visible: 7,
    constructible: true,
};
static GROUP: Spec = Spec {
    module: "grp",
    name: "struct_group",
    doc: "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  \
          (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
    fields: &[
        ("gr_name", "group name"),
        ("gr_passwd", "password"),
        ("gr_gid", "group id"),
        ("gr_mem", "group members"),
    ],
    visible: 4,
    constructible: true,
};

fn row(module: &str, class: &str, fields: Vec<Ref>) -> PyResult {
    let class = crate::startup::import_from(module, class)?;
    match class.downcast::<TypeObject>() {
        Some(class) => Ok(structseq::new(class, fields)),
        None => raise!(SystemError, "{module}: the class of rows is missing"),
    }
}

fn user_row(u: &sys::User) -> PyResult {
    let id = |n: u32| int::new(n.into());
    let fields = vec![
        fs_decode(&u.name),
        fs_decode(&u.password),
        id(u.uid),
        id(u.gid),
        fs_decode(&u.gecos),
        fs_decode(&u.home),
        fs_decode(&u.shell),
    ];
    row("pwd", "struct_passwd", fields)
}

fn group_row(g: &sys::Group) -> PyResult {
    let members = list::new(g.members.iter().map(|m| fs_decode(m)).collect()).erase();
    row(
        "grp",
        "struct_group",
        vec![fs_decode(&g.name), fs_decode(&g.password), int::new(g.gid.into()), members],
    )
}

/// A user or group number; `None` for one that cannot be in the database.
fn id(v: Value) -> PyResult<Option<u32>> {
    Ok(index(v)?.as_i64().and_then(|i| if i == -1 { Some(u32::MAX) } else { u32::try_from(i).ok() }))
}

fn text(name: P<Str>) -> PyResult<CString> {
    c_string(fs_encode(name)?)
}

fn missing<T>(message: &str) -> PyResult<T> {
    raise_message(Exc::KeyError, message)
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
#[taipan_runtime::pymodule(name = "pwd")]
mod users {
    use super::*;
    use taipan_runtime::protocol::repr::repr_text;
    use taipan_runtime::types::module::Module;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        m.set("struct_passwd", structseq::make_class(&PASSWD).value());
        Ok(())
    }
    /// Return the password database entry for the given numeric user ID.
    #[pyfunction("(uidobj, /)")]
    fn getpwuid(uid: Value) -> PyResult {
        match id(uid)?.and_then(sys::user_by_id) {
            Some(u) => user_row(&u),
            None => missing(&format!("getpwuid(): uid not found: {}", repr_text(uid)?)),
        }
    }
    /// Return the password database entry for the given user name.
    #[pyfunction("(name, /)")]
    fn getpwnam(name: P<Str>) -> PyResult {
        match sys::user_by_name(&text(name)?) {
            Some(u) => user_row(&u),
            None => missing(&format!("getpwnam(): name not found: {}", repr_text(name.value())?)),
        }
    }
    /// Return a list of all available password database entries, in arbitrary order.
    #[pyfunction("()")]
    fn getpwall() -> PyResult {
        let rows: PyResult<Vec<Ref>> = sys::all_users().iter().map(user_row).collect();
        Ok(list::new(rows?).erase())
    }
}

/// Access to the Unix group database.
#[taipan_runtime::pymodule(name = "grp")]
mod groups {
    use super::*;
    use taipan_runtime::protocol::repr::repr_text;
    use taipan_runtime::types::module::Module;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        m.set("struct_group", structseq::make_class(&GROUP).value());
        Ok(())
    }
    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[pyfunction("(id)")]
    fn getgrgid(gid: Value) -> PyResult {
        match id(gid)?.and_then(sys::group_by_id) {
            Some(g) => group_row(&g),
            None => missing(&format!("getgrgid(): gid not found: {}", repr_text(gid)?)),
        }
    }
    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[pyfunction("(name)")]
    fn getgrnam(name: P<Str>) -> PyResult {
        match sys::group_by_name(&text(name)?) {
            Some(g) => group_row(&g),
            None => missing(&format!("getgrnam(): name not found: {}", repr_text(name.value())?)),
        }
    }
    /// Return a list of all available group entries, in arbitrary order.
    #[pyfunction("()")]
    fn getgrall() -> PyResult {
        let rows: PyResult<Vec<Ref>> = sys::all_groups().iter().map(group_row).collect();
        Ok(list::new(rows?).erase())
    }
}
