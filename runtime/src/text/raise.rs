//! Text errors as raised exceptions.

use super::TextError;
use crate::error::{Raised, raise_message};

impl From<TextError> for Raised {
    #[cold]
    fn from(e: TextError) -> Raised {
        match raise_message::<std::convert::Infallible>(e.exc, &e.message) {
            Err(raised) => raised,
            Ok(never) => match never {},
        }
    }
}
