//! The C library's functions.
//!
//! # Invariants
//! - What these functions return lies in static memory of the library: it is copied at once, under the interpreter's
//!   lock, before the next call.

use std::ffi::{CStr, c_char};

pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub uid: u32,
    pub gid: u32,
    pub gecos: Vec<u8>,
    pub home: Vec<u8>,
    pub shell: Vec<u8>,
}

pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub gid: u32,
    pub members: Vec<Vec<u8>>,
}

/// # Safety
/// Null, or a live C string.
unsafe fn copy(s: *const c_char) -> Vec<u8> {
    if s.is_null() {
        return Vec::new();
    }
    // SAFETY: as the caller promises.
    unsafe { CStr::from_ptr(s) }.to_bytes().to_vec()
}

/// # Safety
/// Null, or what the library has just returned.
unsafe fn user(p: *const libc::passwd) -> Option<User> {
    // SAFETY: as the caller promises.
    unsafe {
        p.as_ref().map(|p| User {
            name: copy(p.pw_name),
            password: copy(p.pw_passwd),
            uid: p.pw_uid,
            gid: p.pw_gid,
            gecos: copy(p.pw_gecos),
            home: copy(p.pw_dir),
            shell: copy(p.pw_shell),
        })
    }
}

/// # Safety
/// As for [`user`].
unsafe fn group(p: *const libc::group) -> Option<Group> {
    // SAFETY: as the caller promises; the members end with a null pointer.
    unsafe {
        p.as_ref().map(|p| {
            let mut members = Vec::new();
            let mut at = p.gr_mem;
            while !at.is_null() && !(*at).is_null() {
                members.push(copy(*at));
                at = at.add(1);
            }
            Group { name: copy(p.gr_name), password: copy(p.gr_passwd), gid: p.gr_gid, members }
        })
    }
}

pub fn user_by_id(uid: u32) -> Option<User> {
    // SAFETY: the module's invariant.
    unsafe { user(libc::getpwuid(uid)) }
}
pub fn user_by_name(name: &CStr) -> Option<User> {
    // SAFETY: the module's invariant; a live C string.
    unsafe { user(libc::getpwnam(name.as_ptr())) }
}
pub fn all_users() -> Vec<User> {
    // SAFETY: the module's invariant.
    unsafe {
        libc::setpwent();
        let all = std::iter::from_fn(|| user(libc::getpwent())).collect();
        libc::endpwent();
        all
    }
}
pub fn group_by_id(gid: u32) -> Option<Group> {
    // SAFETY: the module's invariant.
    unsafe { group(libc::getgrgid(gid)) }
}
pub fn group_by_name(name: &CStr) -> Option<Group> {
    // SAFETY: the module's invariant; a live C string.
    unsafe { group(libc::getgrnam(name.as_ptr())) }
}
pub fn all_groups() -> Vec<Group> {
    // SAFETY: the module's invariant.
    unsafe {
        libc::setgrent();
        let all = std::iter::from_fn(|| group(libc::getgrent())).collect();
        libc::endgrent();
        all
    }
}
