//! `termios`

#[allow(unsafe_code, reason = "calls of the C library")]
mod sys;

pub use module::MODULE;

/// Marks `termios.error`.
pub struct TermiosError;

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

/// The constants of the system.
const NUMBERS: &[(&str, i64)] = numbers! {
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400 B460800
    B500000 B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000
    CSIZE CS5 CS6 CS7 CS8 CSTOPB CREAD PARENB PARODD HUPCL CLOCAL CRTSCTS CBAUD CBAUDEX CIBAUD CMSPAR
    TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH TCIOFLUSH TCOOFF TCOON TCIOFF TCION
    IGNBRK BRKINT IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8
    OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL NLDLY NL0 NL1 CRDLY CR0 CR1 CR2 CR3 TABDLY TAB0 TAB1 TAB2 TAB3 XTABS
    BSDLY BS0 BS1 VTDLY VT0 VT1 FFDLY FF0 FF1
    ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL ECHOCTL ECHOPRT ECHOKE FLUSHO NOFLSH TOSTOP PENDIN IEXTEN EXTPROC
    VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSWTC VSTART VSTOP VSUSP VEOL VREPRINT VDISCARD VWERASE VLNEXT VEOL2 NCCS
    TIOCCONS TIOCEXCL TIOCGETD TIOCGPGRP TIOCGSERIAL TIOCGSOFTCAR TIOCGWINSZ TIOCINQ TIOCLINUX TIOCMBIC TIOCMBIS
    TIOCMGET TIOCMSET TIOCNOTTY TIOCNXCL TIOCOUTQ TIOCPKT
    TIOCSCTTY TIOCSERCONFIG TIOCSERGETLSR TIOCSETD
    TIOCSPGRP TIOCSSOFTCAR TIOCSTI TIOCSWINSZ FIOASYNC FIOCLEX FIONBIO FIONCLEX FIONREAD TCSBRK TCSBRKP TCFLSH TCGETA
    TCGETS TCSETA TCSETAF TCSETAW TCSETS TCSETSF TCSETSW TCXONC
};

/// This module provides an interface to the Posix calls for tty I/O control.
///
/// For a complete description of these calls, see the Posix or Unix manual
/// pages. It is only available for those Unix versions that support Posix
/// termios style tty I/O control (and then only if configured at installation
/// time).
///
/// All functions in this module take a file descriptor fd as their first
/// argument. This can be an integer file descriptor, such as returned by
/// sys.stdin.fileno(), or a file object, such as sys.stdin itself.
#[taipan_runtime::pymodule(name = "termios")]
mod module {
    use super::*;
    use crate::construct::{add_exception, raise_own_with};
    use crate::select::descriptor;
    use crate::sys_call::Sys;
    use taipan_runtime::error::{Exc, PyResult};
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::iter;
    use taipan_runtime::raise;
    use taipan_runtime::runtime::exception_class;
    use taipan_runtime::types::list::List;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::tuple::{self, Tuple};
    use taipan_runtime::types::{bytes, int, list};
    use taipan_runtime::value::Value;

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        add_exception::<TermiosError>(m, "termios", "error", exception_class(Exc::Exception));
        for (name, value) in NUMBERS {
            m.set(name, *int::new(*value));
        }
        for (name, value) in [("EXTA", libc::EXTA), ("EXTB", libc::EXTB)] {
            m.set(name, *int::new(value.into()));
        }
        // What the other end of a pseudo-terminal reads in packet mode; the same on all of Linux.
        let packets = ["DATA", "FLUSHREAD", "FLUSHWRITE", "STOP", "START", "NOSTOP", "DOSTOP"];
        for (at, name) in packets.iter().enumerate() {
            m.set(&format!("TIOCPKT_{name}"), *int::new([0, 1, 2, 4, 8, 16, 32][at]));
        }
        Ok(())
    }

    fn or_raise<T>(r: Sys<T>) -> PyResult<T> {
        let code = match r {
            Ok(v) => return Ok(v),
            Err(code) => code,
        };
        let text = std::io::Error::from_raw_os_error(code).to_string();
        let text = text.split(" (os error").next().unwrap_or_default().to_owned();
        raise_own_with::<TermiosError, T>(&[int::new(code.into()), Ref::from(text.as_str())])
    }

    /// Get the tty attributes for file descriptor fd.
    #[pyfunction("(fd, /)")]
    fn tcgetattr(fd: Value) -> PyResult {
        let (t, input, output) = or_raise(sys::attributes(descriptor(fd)?))?;
        let canonical = t.c_lflag & libc::ICANON != 0;
        let characters = t.c_cc.iter().enumerate().map(|(at, c)| {
            if !canonical && (at == libc::VMIN || at == libc::VTIME) {
                int::new((*c).into())
            } else {
                bytes::new(&[*c]).erase()
            }
        });
        let flags = [t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, input, output];
        let mut all: Vec<Ref> = flags.iter().map(|f| int::new((*f).into())).collect();
        all.push(list::new(characters.collect()).erase());
        Ok(list::new(all).erase())
    }
    /// Set the tty attributes for file descriptor fd.
    #[pyfunction("(fd, when, attributes, /)")]
    fn tcsetattr(fd: Value, when: i32, attributes: Value) -> PyResult<()> {
        let fd = descriptor(fd)?;
        let items = match attributes.downcast::<List>() {
            Some(_) => iter::collect(attributes)?,
            None => Vec::new(),
        };
        let [flags @ .., characters] = items.as_slice() else {
            return raise!(TypeError, "tcsetattr, arg 3: must be 7 element list");
        };
        if flags.len() != 6 {
            return raise!(TypeError, "tcsetattr, arg 3: must be 7 element list");
        }
        let (mut t, ..) = or_raise(sys::attributes(fd))?;
        let mut numbers = [0u32; 6];
        for (slot, v) in numbers.iter_mut().zip(flags) {
            match v.as_i64().and_then(|n| u32::try_from(n).ok()) {
                Some(n) => *slot = n,
                None => return raise!(TypeError, "an integer is required (got type {})", v.class().name()),
            }
        }
        let [input, output, control, local, ispeed, ospeed] = numbers;
        (t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag) = (input, output, control, local);
        let characters = match characters.downcast::<List>() {
            Some(_) => iter::collect(**characters)?,
            None => Vec::new(),
        };
        if characters.len() != t.c_cc.len() {
            return raise!(TypeError, "tcsetattr: attributes[6] must be {} element list", t.c_cc.len());
        }
        for (slot, v) in t.c_cc.iter_mut().zip(&characters) {
            let byte =
                v.downcast::<bytes::Bytes>().filter(|b| b.as_slice().len() == 1).map(|b| b.as_slice()[0]);
            match byte.or_else(|| v.as_i64().map(|n| n as u8)) {
                Some(c) => *slot = c,
                None => {
                    return raise!(
                        TypeError,
                        "tcsetattr: elements of attributes must be characters or integers"
                    );
                }
            }
        }
        or_raise(sys::set_attributes(fd, when, t, ispeed, ospeed))
    }
    /// Send a break on file descriptor fd.
    #[pyfunction("(fd, duration, /)")]
    fn tcsendbreak(fd: Value, duration: i32) -> PyResult<()> {
        or_raise(sys::send_break(descriptor(fd)?, duration))
    }
    /// Wait until all output written to file descriptor fd has been transmitted.
    #[pyfunction("(fd, /)")]
    fn tcdrain(fd: Value) -> PyResult<()> {
        let fd = descriptor(fd)?;
        or_raise(taipan_runtime::gil::released(|| sys::drain(fd)))
    }
    /// Discard queued data on file descriptor fd.
    #[pyfunction("(fd, queue, /)")]
    fn tcflush(fd: Value, queue: i32) -> PyResult<()> {
        or_raise(sys::flush(descriptor(fd)?, queue))
    }
    /// Suspend or resume input or output on file descriptor fd.
    #[pyfunction("(fd, action, /)")]
    fn tcflow(fd: Value, action: i32) -> PyResult<()> {
        or_raise(sys::flow(descriptor(fd)?, action))
    }
    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[pyfunction("(fd, /)")]
    fn tcgetwinsize(fd: Value) -> PyResult {
        let (rows, columns) = or_raise(sys::window_size(descriptor(fd)?))?;
        Ok(tuple::from_refs(vec![int::new(rows.into()), int::new(columns.into())]).erase())
    }
    /// Set the tty winsize for file descriptor fd.
    #[pyfunction("(fd, winsize, /)")]
    fn tcsetwinsize(fd: Value, winsize: Value) -> PyResult<()> {
        let fd = descriptor(fd)?;
        let items = if winsize.downcast::<Tuple>().is_some() || winsize.downcast::<List>().is_some() {
            iter::collect(winsize)?
        } else {
            Vec::new()
        };
        let [rows, columns] = items.as_slice() else {
            return raise!(TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
        };
        let number = |v: &Ref| v.as_i64().and_then(|n| u16::try_from(n).ok());
        match (number(rows), number(columns)) {
            (Some(rows), Some(columns)) => or_raise(sys::set_window_size(fd, rows, columns)),
            _ => raise!(OverflowError, "winsize value(s) out of range."),
        }
    }
}
