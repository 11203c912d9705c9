//! `_socket`

mod address;
mod constants;
mod object;
#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;

use std::time::Duration;
use taipan_runtime::protocol::index::to_f64;
use taipan_runtime::types::float;

/// The timeout of new sockets.
fn default_timeout() -> Option<Duration> {
    let seconds = crate::state::get("socket.timeout").filter(|v| !v.is_none())?;
    to_f64(*seconds).ok().map(Duration::from_secs_f64)
}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[taipan_runtime::pymodule(name = "_socket")]
mod module {
    use super::object::{Socket, duration};
    use super::*;
    use crate::buffer::bytes_of;
    use crate::construct::{add_class, add_exception};
    use crate::os_text::{c_string, fs_decode};
    use std::ffi::CString;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::gil::released;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::types::type_object::flags::{BASETYPE, TRAILING};
    use taipan_runtime::types::{bytes, int, list, tuple};
    use taipan_runtime::value::{NONE, Value};

    /// Marks `socket.herror`.
    struct HostError;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let os_error = exception_class(Exc::OSError);
        m.set("error", os_error.value());
        m.set("timeout", exception_class(Exc::TimeoutError).value());
        add_exception::<HostError>(m, "socket", "herror", os_error);
        add_exception::<address::GaiError>(m, "socket", "gaierror", os_error);
        let flags = BASETYPE | TRAILING;
        let class = add_class::<Socket>(m, "socket", types().object, flags, Socket::install);
        m.set("SocketType", class.value());
        m.set("has_ipv6", Value::bool(true));
        for &(name, value) in constants::CONSTANTS {
            m.set(name, *int::new(value));
        }
        Ok(())
    }

    fn pair(a: Ref, b: Ref) -> Ref {
        tuple::from_refs(vec![a, b]).erase()
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    #[pyfunction("(family=None, type=1, proto=0, /)")]
    fn socketpair(family: Option<Value>, kind: Option<i32>, proto: Option<i32>) -> PyResult {
        let family = match family.filter(|v| !v.is_none()) {
            Some(v) => v.as_i64().unwrap_or(0) as i32,
            None => libc::AF_UNIX,
        };
        let (kind, proto) = (kind.unwrap_or(libc::SOCK_STREAM), proto.unwrap_or(0));
        let (a, b) = sys::pair(family, kind, proto).or_else(crate::posix_raise)?;
        let make = |fd: i32| -> PyResult {
            let class = crate::startup::import_from("_socket", "socket")?;
            let parts: Vec<Ref> = [family, kind, proto, fd].iter().map(|&i| int::new(i.into())).collect();
            let values: Vec<Value> = parts.iter().map(Ref::value).collect();
            taipan_runtime::protocol::call::call(*class, taipan_runtime::slots::Args::positional(&values))
        };
        Ok(pair(make(a)?, make(b)?))
    }
    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[pyfunction("(fd, /)")]
    fn close(fd: i32) -> PyResult<()> {
        crate::sys_call::close(fd).or_else(crate::posix_raise)
    }
    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.
    #[pyfunction("(fd, /)")]
    fn dup(fd: i32) -> PyResult<i32> {
        crate::sys_call::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0).or_else(crate::posix_raise)
    }
    /// gethostname() -> string
    #[pyfunction("()")]
    fn gethostname() -> PyResult {
        Ok(fs_decode(&sys::host_name().or_else(crate::posix_raise)?))
    }
    /// gethostbyname(host) -> address
    #[pyfunction("(host, /)")]
    fn gethostbyname(host: Value) -> PyResult<String> {
        Ok(address::resolve(host, libc::AF_INET)?.to_string())
    }
    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    #[pyfunction("(host, /)")]
    fn gethostbyname_ex(host: Value) -> PyResult {
        let name = c_string(address::host_text(host)?)?;
        let asked = [libc::AF_INET, libc::SOCK_STREAM, 0, libc::AI_CANONNAME];
        let found = match released(|| sys::address_info(Some(&name), None, asked)) {
            Ok(found) => found,
            Err(code) => return address::gai_error(code),
        };
        let canonical = found.iter().find_map(|i| i.canonical.clone());
        let text = |socket: SocketAddr| Ref::from(socket.ip().to_string().as_str());
        let all = found.iter().filter_map(|i| i.address.as_socket()).map(text).collect();
        let name = fs_decode(&canonical.unwrap_or_else(|| name.to_bytes().to_vec()));
        let parts = vec![name, list::new(Vec::new()).erase(), list::new(all).erase()];
        Ok(tuple::from_refs(parts).erase())
    }
    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    #[pyfunction("(host, /)")]
    fn gethostbyaddr(host: Value) -> PyResult {
        let ip = address::resolve(host, libc::AF_UNSPEC)?;
        let target = SocketAddr::new(ip, 0).into();
        match released(|| sys::name_info(&target, libc::NI_NAMEREQD)) {
            Ok((name, _)) => {
                let parts = vec![
                    fs_decode(&name),
                    list::new(Vec::new()).erase(),
                    list::new(vec![Ref::from(ip.to_string().as_str())]).erase(),
                ];
                Ok(tuple::from_refs(parts).erase())
            }
            Err(code) => {
                let class = crate::construct::exception::<HostError>()?;
                let (code, text) = (int::new(code.into()), Ref::from("Unknown host"));
                let e = taipan_runtime::protocol::call::call2(class.value(), *code, *text)?;
                taipan_runtime::error::raise_exception(e)
            }
        }
    }
    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    #[pyfunction("(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(
        host: Value,
        port: Value,
        family: Option<i32>,
        kind: Option<i32>,
        proto: Option<i32>,
        flags: Option<i32>,
    ) -> PyResult {
        let host: Option<CString> =
            if host.is_none() { None } else { Some(c_string(address::host_text(host)?)?) };
        let service: Option<CString> = if port.is_none() {
            None
        } else if port.is_int_like() {
            Some(c_string(taipan_runtime::protocol::repr::repr_text(port)?.into_bytes())?)
        } else if port.as_str().is_some() || bytes::buffer(port).is_some() {
            Some(c_string(address::host_text(port)?)?)
        } else {
            return raise!(OSError, "Int or String expected");
        };
        let or_zero = |v: Option<i32>| v.unwrap_or(0);
        let asked = [or_zero(family), or_zero(kind), or_zero(proto), or_zero(flags)];
        let found = match released(|| sys::address_info(host.as_deref(), service.as_deref(), asked)) {
            Ok(found) => found,
            Err(code) => return address::gai_error(code),
        };
        let row = |i: &sys::Info| {
            let parts = vec![
                int::new(i.family.into()),
                int::new(i.kind.into()),
                int::new(i.protocol.into()),
                fs_decode(i.canonical.as_deref().unwrap_or_default()),
                address::to_python(&i.address),
            ];
            tuple::from_refs(parts).erase()
        };
        Ok(list::new(found.iter().map(row).collect()).erase())
    }
    /// getnameinfo(sockaddr, flags) --> (host, port)
    #[pyfunction("(sockaddr, flags, /)")]
    fn getnameinfo(sockaddr: Value, flags: i32) -> PyResult {
        let Some(t) = sockaddr.downcast::<taipan_runtime::types::tuple::Tuple>() else {
            return raise!(TypeError, "getnameinfo() argument 1 must be a tuple");
        };
        let family = if t.items().len() > 2 { libc::AF_INET6 } else { libc::AF_INET };
        let target = address::from_python(sockaddr, family, "getnameinfo")?;
        match released(|| sys::name_info(&target, flags)) {
            Ok((host, service)) => Ok(pair(fs_decode(&host), fs_decode(&service))),
            Err(code) => address::gai_error(code),
        }
    }
    fn optional_text(v: Option<P<Str>>) -> PyResult<Option<CString>> {
        v.map(|s| c_string(s.to_lossy().into_bytes())).transpose()
    }
    /// getservbyname(servicename[, protocolname]) -> integer
    #[pyfunction("(servicename, protocolname=None, /)")]
    fn getservbyname(name: P<Str>, protocol: Option<P<Str>>) -> PyResult<i64> {
        let (name, protocol) = (c_string(name.to_lossy().into_bytes())?, optional_text(protocol)?);
        match sys::service_port(&name, protocol.as_deref()) {
            Some(port) => Ok(port.into()),
            None => raise!(OSError, "service/proto not found"),
        }
    }
    /// getservbyport(port[, protocolname]) -> string
    #[pyfunction("(port, protocolname=None, /)")]
    fn getservbyport(port: i64, protocol: Option<P<Str>>) -> PyResult {
        let Ok(port) = u16::try_from(port) else {
            return raise!(OverflowError, "getservbyport: port must be 0-65535.");
        };
        match sys::service_name(port, optional_text(protocol)?.as_deref()) {
            Some(name) => Ok(fs_decode(&name)),
            None => raise!(OSError, "port/proto not found"),
        }
    }
    /// getprotobyname(name) -> integer
    #[pyfunction("(name, /)")]
    fn getprotobyname(name: P<Str>) -> PyResult<i32> {
        match sys::protocol_number(&c_string(name.to_lossy().into_bytes())?) {
            Some(n) => Ok(n),
            None => raise!(OSError, "protocol not found"),
        }
    }
    /// Returns the interface index corresponding to the interface name if_name.
    #[pyfunction("(oname, /)")]
    fn if_nametoindex(name: P<Str>) -> PyResult<u32> {
        sys::interface_index(&c_string(name.to_lossy().into_bytes())?).or_else(crate::posix_raise)
    }
    /// getdefaulttimeout() -> timeout
    #[pyfunction("()")]
    fn getdefaulttimeout() -> Option<Ref> {
        default_timeout().map(|d| float::new(d.as_secs_f64()))
    }
    /// setdefaulttimeout(timeout)
    #[pyfunction("(timeout, /)")]
    fn setdefaulttimeout(timeout: Value) -> PyResult<()> {
        let kept = duration(timeout)?.map_or_else(|| NONE.own(), |d| float::new(d.as_secs_f64()));
        crate::state::set("socket.timeout", kept);
        Ok(())
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[pyfunction("(x, /)")]
    fn ntohs(x: i64) -> PyResult<i64> {
        match u16::try_from(x) {
            Ok(n) => Ok(u16::from_be(n).into()),
            Err(_) if x < 0 => {
                raise!(OverflowError, "ntohs: can't convert negative Python int to C 16-bit unsigned integer")
            }
            Err(_) => {
                raise!(OverflowError, "ntohs: Python int too large to convert to C 16-bit unsigned integer")
            }
        }
    }
    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[pyfunction("(x, /)")]
    fn ntohl(x: i64) -> PyResult<i64> {
        match u32::try_from(x) {
            Ok(n) => Ok(u32::from_be(n).into()),
            Err(_) if x < 0 => raise!(OverflowError, "can't convert negative value to unsigned int"),
            Err(_) => raise!(OverflowError, "int larger than 32 bits"),
        }
    }
    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[pyfunction("(x, /)")]
    fn htons(x: i64) -> PyResult<i64> {
        match u16::try_from(x) {
            Ok(n) => Ok(n.to_be().into()),
            Err(_) if x < 0 => {
                raise!(OverflowError, "htons: can't convert negative Python int to C 16-bit unsigned integer")
            }
            Err(_) => {
                raise!(OverflowError, "htons: Python int too large to convert to C 16-bit unsigned integer")
            }
        }
    }
    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[pyfunction("(x, /)")]
    fn htonl(x: i64) -> PyResult<i64> {
        ntohl(x)
    }
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[pyfunction("(ip_addr, /)")]
    fn inet_aton(ip: P<Str>) -> PyResult {
        match ip.to_lossy().parse::<Ipv4Addr>() {
            Ok(ip) => Ok(bytes::new(&ip.octets()).erase()),
            Err(_) => raise!(OSError, "illegal IP address string passed to inet_aton"),
        }
    }
    /// Convert an IP address from 32-bit packed binary format to string format.
    #[pyfunction("(packed_ip, /)")]
    fn inet_ntoa(packed: Value) -> PyResult<String> {
        match <[u8; 4]>::try_from(bytes_of(packed)?) {
            Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
            Err(_) => raise!(OSError, "packed IP wrong length"),
        }
    }
    /// inet_pton(af, ip) -> packed IP address string
    #[pyfunction("(address_family, ip_string, /)")]
    fn inet_pton(family: i32, ip: P<Str>) -> PyResult {
        let text = ip.to_lossy();
        let packed = match family {
            libc::AF_INET => text.parse::<Ipv4Addr>().map(|ip| ip.octets().to_vec()),
            libc::AF_INET6 => text.parse::<Ipv6Addr>().map(|ip| ip.octets().to_vec()),
            _ => return crate::posix_raise(libc::EAFNOSUPPORT),
        };
        match packed {
            Ok(data) => Ok(bytes::new(&data).erase()),
            Err(_) => raise!(OSError, "illegal IP address string passed to inet_pton"),
        }
    }
    /// inet_ntop(af, packed_ip) -> string formatted IP address
    #[pyfunction("(address_family, packed_ip, /)")]
    fn inet_ntop(family: i32, packed: Value) -> PyResult<String> {
        let data = bytes_of(packed)?;
        let ip = match family {
            libc::AF_INET => <[u8; 4]>::try_from(data).map(IpAddr::from),
            libc::AF_INET6 => <[u8; 16]>::try_from(data).map(IpAddr::from),
            _ => return raise!(ValueError, "unknown address family {family}"),
        };
        match ip {
            Ok(ip) => Ok(ip.to_string()),
            Err(_) => raise!(ValueError, "invalid length of packed IP address string"),
        }
    }
}
