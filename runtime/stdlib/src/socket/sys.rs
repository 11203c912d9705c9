//! The system calls that `socket2` does not cover.
//!
//! # Invariants
//! - Pointers handed to the C library come from live Rust values of the right size; lists that the library makes are
//!   freed once, after they have been copied.
//! - Descriptors are Python's: they are borrowed here, and closing one cannot break memory safety.

use crate::sys_call::{Sys, errno};
use socket2::{SockAddr, SockRef};
use std::ffi::{CStr, CString};
use std::os::fd::BorrowedFd;

/// Work with a descriptor as a socket.
pub fn with<T>(fd: i32, work: impl FnOnce(SockRef<'_>) -> std::io::Result<T>) -> Sys<T> {
    if fd < 0 {
        return Err(libc::EBADF);
    }
    // SAFETY: not -1; the descriptor is only used for the call.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    work(SockRef::from(&borrowed)).map_err(|e| e.raw_os_error().unwrap_or(libc::EIO))
}

fn check(r: i32) -> Sys<i32> {
    if r < 0 { Err(errno()) } else { Ok(r) }
}

pub fn socket(family: i32, kind: i32, protocol: i32) -> Sys<i32> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })
}

pub fn pair(family: i32, kind: i32, protocol: i32) -> Sys<(i32, i32)> {
    let mut fds = [0; 2];
    // SAFETY: room for two ints.
    check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, fds.as_mut_ptr()) })?;
    Ok((fds[0], fds[1]))
}

/// `accept4(2)`
pub fn accept(fd: i32) -> Sys<(i32, SockAddr)> {
    // SAFETY: `try_init` hands out room for any address and takes the length that the call has set.
    let accepted = unsafe {
        SockAddr::try_init(|storage, len| match libc::accept4(fd, storage.cast(), len, libc::SOCK_CLOEXEC) {
            -1 => Err(std::io::Error::last_os_error()),
            fd => Ok(fd),
        })
    };
    accepted.map_err(|e| e.raw_os_error().unwrap_or(libc::EIO))
}

/// `recvfrom(2)`: bytes and the sender's address.
pub fn recv_from(fd: i32, buffer: &mut [u8], flags: i32) -> Sys<(usize, SockAddr)> {
    // SAFETY: as in `accept`; the buffer is live.
    let received = unsafe {
        SockAddr::try_init(|storage, len| {
            match libc::recvfrom(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags, storage.cast(), len) {
                -1 => Err(std::io::Error::last_os_error()),
                n => Ok(n as usize),
            }
        })
    };
    received.map_err(|e| e.raw_os_error().unwrap_or(libc::EIO))
}

pub fn recv(fd: i32, buffer: &mut [u8], flags: i32) -> Sys<usize> {
    // SAFETY: a live buffer.
    let n = unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) };
    usize::try_from(n).map_err(|_| errno())
}

pub fn send(fd: i32, data: &[u8], flags: i32) -> Sys<usize> {
    // SAFETY: a live buffer.
    let n = unsafe { libc::send(fd, data.as_ptr().cast(), data.len(), flags) };
    usize::try_from(n).map_err(|_| errno())
}

pub fn set_option(fd: i32, level: i32, name: i32, value: Option<&[u8]>, length: u32) -> Sys<i32> {
    let p = value.map_or(std::ptr::null(), <[u8]>::as_ptr);
    // SAFETY: a live buffer of this length, or none.
    check(unsafe { libc::setsockopt(fd, level, name, p.cast(), length) })
}

pub fn get_option(fd: i32, level: i32, name: i32, buffer: &mut [u8]) -> Sys<usize> {
    let mut length = buffer.len() as u32;
    // SAFETY: a live buffer of this length.
    check(unsafe { libc::getsockopt(fd, level, name, buffer.as_mut_ptr().cast(), &raw mut length) })?;
    Ok(length as usize)
}

pub fn host_name() -> Sys<Vec<u8>> {
    let mut buffer = vec![0u8; 1025];
    // SAFETY: a live buffer; one byte is left for the end.
    check(unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len() - 1) })?;
    let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
    buffer.truncate(end);
    Ok(buffer)
}

/// An answer of `getaddrinfo`.
pub struct Info {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub canonical: Option<Vec<u8>>,
    pub address: SockAddr,
}

/// `getaddrinfo(3)`; an error is its code.
pub fn address_info(
    host: Option<&CStr>,
    service: Option<&CStr>,
    [family, kind, protocol, flags]: [i32; 4],
) -> Result<Vec<Info>, i32> {
    let mut found = Vec::new();
    // SAFETY: zeroed hints are valid; the list is walked while it is alive and freed once.
    unsafe {
        let mut hints: libc::addrinfo = std::mem::zeroed();
        (hints.ai_family, hints.ai_socktype) = (family, kind);
        (hints.ai_protocol, hints.ai_flags) = (protocol, flags);
        let mut list: *mut libc::addrinfo = std::ptr::null_mut();
        let p = |s: Option<&CStr>| s.map_or(std::ptr::null(), CStr::as_ptr);
        let code = libc::getaddrinfo(p(host), p(service), &raw const hints, &raw mut list);
        if code != 0 {
            return Err(code);
        }
        let mut at = list;
        while let Some(info) = at.as_ref() {
            let ((), address) = SockAddr::try_init(|storage, len| {
                let n = (info.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
                std::ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), storage.cast::<u8>(), n);
                *len = n as u32;
                Ok(())
            })
            .map_err(|_| libc::EAI_SYSTEM)?;
            let canonical =
                (!info.ai_canonname.is_null()).then(|| CStr::from_ptr(info.ai_canonname).to_bytes().to_vec());
            found.push(Info {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                canonical,
                address,
            });
            at = info.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(found)
}

/// The text of a `getaddrinfo` error.
pub fn info_error(code: i32) -> String {
    // SAFETY: a static C string.
    unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned()
}

/// `getnameinfo(3)`: host and service.
pub fn name_info(address: &SockAddr, flags: i32) -> Result<(Vec<u8>, Vec<u8>), i32> {
    let (mut host, mut service) = (vec![0u8; 1025], vec![0u8; 32]);
    // SAFETY: live buffers of these lengths.
    let code = unsafe {
        libc::getnameinfo(
            address.as_ptr().cast(),
            address.len(),
            host.as_mut_ptr().cast(),
            host.len() as u32,
            service.as_mut_ptr().cast(),
            service.len() as u32,
            flags,
        )
    };
    if code != 0 {
        return Err(code);
    }
    let text = |b: &[u8]| b[..b.iter().position(|&b| b == 0).unwrap_or(0)].to_vec();
    Ok((text(&host), text(&service)))
}

/// The port of a service.
pub fn service_port(name: &CStr, protocol: Option<&CStr>) -> Option<u16> {
    // SAFETY: live C strings; the answer is read at once, under the interpreter's lock.
    unsafe {
        let found = libc::getservbyname(name.as_ptr(), protocol.map_or(std::ptr::null(), CStr::as_ptr));
        found.as_ref().map(|s| u16::from_be(s.s_port as u16))
    }
}

/// The service of a port.
pub fn service_name(port: u16, protocol: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: as above.
    unsafe {
        let p = protocol.map_or(std::ptr::null(), CStr::as_ptr);
        let found = libc::getservbyport(i32::from(port.to_be()), p);
        found.as_ref().map(|s| CStr::from_ptr(s.s_name).to_bytes().to_vec())
    }
}

/// The number of a protocol.
pub fn protocol_number(name: &CStr) -> Option<i32> {
    // SAFETY: as above.
    unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|p| p.p_proto) }
}

/// The number of a network interface.
pub fn interface_index(name: &CString) -> Sys<u32> {
    // SAFETY: a live C string.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(errno()),
        n => Ok(n),
    }
}
