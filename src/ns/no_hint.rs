//! What stands in for hint.rs in a build without the part `hints`: every error stays as it is.

use crate::error::Error;

/// Would add why namespaces could not be made.
pub fn explain_creation(e: Error) -> Error {
    e
}

/// Would add why a call that needs privileges was refused.
pub fn explain_refusal(e: Error) -> Error {
    e
}

/// Would add what to do where /dev/net/tun is missing.
pub fn explain_tun(e: Error) -> Error {
    e
}

/// Would add which module is missing.
pub fn explain_module(e: Error, _: &[u8]) -> Error {
    e
}

/// Would add how to get rid of a name that is no namespace.
pub fn explain_stale(e: Error, _: &[u8]) -> Error {
    e
}

/// Would add the name of a namespace that may have been meant.
pub fn suggest_name(e: Error, _: &[u8]) -> Error {
    e
}

/// Would add the word that may have been meant.
pub fn suggest_word(e: Error, _: &[u8], _: &mut dyn Iterator<Item = &[u8]>) -> Error {
    e
}
