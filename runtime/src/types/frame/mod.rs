//! `frame`: the object behind `sys._getframe()` and tracebacks, made only when somebody asks.
//!
//! While the frame runs, the object points at its record; when the frame ends, the locals move into the object.

#[allow(unsafe_code, reason = "points at frame records")]
mod layout;
mod methods;
mod proxy;
pub use layout::{FrameObject, Place, detach, detach_suspended, ended, of, of_generator, resumed, suspend};
pub use methods::getframe;
pub use proxy::{FrameLocalsProxy, snapshot};

use crate::object::{Kind, P};
use crate::types::type_object::{TypeObject, flags};

/// Fill in the class of this kind; `false` if it is none of these.
pub fn configure(kind: Kind, class: P<TypeObject>) -> bool {
    match kind {
        Kind::Frame => {
            class.set_layout::<FrameObject>();
            class.set_flag(flags::NO_NEW, true);
            FrameObject::install(class);
        }
        Kind::FrameLocalsProxy => {
            class.set_layout::<FrameLocalsProxy>();
            class.set_flag(flags::MAPPING, true);
            class.slots.hash.set(Some(crate::protocol::compare::hash_not_implemented));
            FrameLocalsProxy::install(class);
        }
        _ => return false,
    }
    true
}
