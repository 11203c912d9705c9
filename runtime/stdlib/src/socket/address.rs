//! Addresses as Python writes them.

use super::sys;
use crate::buffer::bytes_of;
use crate::os_text::{c_string, fs_decode, fs_encode};
use socket2::SockAddr;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use taipan_runtime::error::{PyResult, raise_exception};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call2;
use taipan_runtime::protocol::index::index;
use taipan_runtime::raise;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::{bytes, int};
use taipan_runtime::value::{NONE, Value};

/// Marks `socket.gaierror`.
pub struct GaiError;

/// Raise `gaierror`.
pub fn gai_error<T>(code: i32) -> PyResult<T> {
    let class = crate::construct::exception::<GaiError>()?;
    let (number, text) = (int::new(code.into()), Ref::from(sys::info_error(code).as_str()));
    raise_exception(call2(class.value(), *number, *text)?)
}

/// The address as Python sees it.
pub fn to_python(address: &SockAddr) -> Ref {
    if let Some(socket) = address.as_socket() {
        let (host, port) = (Ref::from(socket.ip().to_string().as_str()), int::new(socket.port().into()));
        let mut parts = vec![host, port];
        if let SocketAddr::V6(v6) = socket {
            parts.push(int::new(v6.flowinfo().into()));
            parts.push(int::new(v6.scope_id().into()));
        }
        return tuple::from_refs(parts).erase();
    }
    if let Some(path) = address.as_pathname() {
        return fs_decode(path.as_os_str().as_bytes());
    }
    if let Some(name) = address.as_abstract_namespace() {
        return bytes::new(&[b"\0", name].concat()).erase();
    }
    if address.is_unix() { Ref::from("") } else { Ref::from_raw(NONE) }
}

/// Host text: idna for str, as it is for bytes.
pub fn host_text(v: Value) -> PyResult<Vec<u8>> {
    match v.as_str() {
        Some(s) if s.is_ascii() => Ok(s.as_ascii().unwrap_or_default().as_bytes().to_vec()),
        Some(_) => {
            let idna = Ref::from("idna");
            bytes_of(*taipan_runtime::protocol::call::call_method_text(v, "encode", &[*idna])?)
        }
        None => bytes_of(v),
    }
}

/// The IP address of a host name.
pub fn resolve(host: Value, family: i32) -> PyResult<IpAddr> {
    let text = host_text(host)?;
    match &text[..] {
        b"" => {
            return Ok(if family == libc::AF_INET6 {
                IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED)
            } else {
                IpAddr::V4(Ipv4Addr::UNSPECIFIED)
            });
        }
        b"<broadcast>" | b"255.255.255.255" if family == libc::AF_INET => {
            return Ok(IpAddr::V4(Ipv4Addr::BROADCAST));
        }
        _ => {}
    }
    let name = c_string(text)?;
    let asked = [family, 0, 0, 0];
    let found = taipan_runtime::gil::released(|| sys::address_info(Some(&name), None, asked));
    match found {
        Ok(list) => match list.iter().find_map(|i| i.address.as_socket()) {
            Some(socket) => Ok(socket.ip()),
            None => raise!(OSError, "unsupported address family"),
        },
        Err(code) => gai_error(code),
    }
}

fn number(v: Value, max: i64, message: &str) -> PyResult<i64> {
    match index(v)?.as_i64() {
        Some(i) if (0..=max).contains(&i) => Ok(i),
        _ => raise!(OverflowError, "{message}"),
    }
}

/// The address that a Python object means for a family; `function` is for messages.
pub fn from_python(v: Value, family: i32, function: &str) -> PyResult<SockAddr> {
    match family {
        libc::AF_INET | libc::AF_INET6 => {
            let what = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
            let Some(t) = v.downcast::<Tuple>() else {
                let got = v.class().name();
                return raise!(TypeError, "{function}(): {what} address must be tuple, not {got}");
            };
            let items = t.items();
            let most = if family == libc::AF_INET { 2 } else { 4 };
            if items.len() < 2 || items.len() > most {
                return raise!(TypeError, "{function}(): wrong format for {what} address");
            }
            let port = number(items[1], 65535, &format!("{function}(): port must be 0-65535."))? as u16;
            let part = |i: usize| items.get(i).map_or(Ok(0), |&v| number(v, u32::MAX.into(), "out of range"));
            Ok(match resolve(items[0], family)? {
                IpAddr::V4(ip) => SocketAddr::V4(SocketAddrV4::new(ip, port)).into(),
                IpAddr::V6(ip) => {
                    SocketAddr::V6(SocketAddrV6::new(ip, port, part(2)? as u32, part(3)? as u32)).into()
                }
            })
        }
        libc::AF_UNIX => {
            let path = match v.as_str() {
                Some(s) => fs_encode(s)?,
                None => bytes_of(v)?,
            };
            match SockAddr::unix(std::ffi::OsString::from_vec(path)) {
                Ok(address) => Ok(address),
                Err(_) => raise!(OSError, "AF_UNIX path too long"),
            }
        }
        _ => raise!(OSError, "{function}(): bad family"),
    }
}
