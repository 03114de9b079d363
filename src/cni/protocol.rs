//! The CNI specification, 0.1.0 to 1.1.0: its versions, and how a plugin refuses.

use crate::cni::json::{self, Json};
use crate::cni::texts::{Text, copy, fill, fill_two, join};
use crate::cni::writer::Writer;
use crate::error::Error;
use crate::text::{add_one, cut, piece};

/// The versions of the protocol, in their order.
pub const VERSIONS: &str = "0.1.0|0.2.0|0.3.0|0.3.1|0.4.0|1.0.0|1.1.0";

/// A version, by its place in [`VERSIONS`].
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Version(pub u8);

/// The first version whose results have interfaces.
pub const V0_3_0: Version = Version(2);
/// The first version with CHECK.
pub const V0_4_0: Version = Version(4);
/// The first version whose addresses do not say their family.
pub const V1_0_0: Version = Version(5);
/// The first version with GC and STATUS.
pub const V1_1_0: Version = Version(6);

impl Version {
    /// Its text.
    pub fn text(self) -> &'static [u8] {
        piece(VERSIONS.as_bytes(), b'|', self.0.into())
    }

    /// The version of a configuration; one that says none is the first. Code 6 if that is no text, 1 if it is unknown.
    pub fn of(config: Json) -> Answer<Version> {
        let given = config.get("cniVersion");
        let text = match given.is_null() {
            true => b"",
            false => given.text().ok_or_else(undecodable)?,
        };
        let mut list = VERSIONS.as_bytes();
        let mut supported = Vec::new();
        let mut place = 0;
        while let Some(known) = cut(&mut list, b'|') {
            if known == text {
                return Ok(Version(place));
            }
            place += 1;
            let form = if list.is_empty() { "\"%\"" } else { "\"%\" " };
            add_one(&mut supported, form, known);
        }
        if text.is_empty() {
            return Ok(Version(0));
        }
        let details = fill_two("config is \"%\", plugin supports [%]", text, &supported);
        Err(Fault::new(1, 0, b"incompatible CNI versions", details))
    }
}

/// What a plugin does not do, and why.
#[derive(Clone, Copy)]
pub struct Fault(&'static Inner);

struct Inner {
    code: u16,
    errno: i32,
    msg: Text,
    details: Text,
}

/// What a plugin answers.
pub type Answer<T> = std::result::Result<T, Fault>;

/// This is the child that was to become a plugin: it says why not, to its parent, and does nothing else.
pub const ENDS: u16 = 0;
/// A variable of the environment is wrong.
pub const ENVIRONMENT: u16 = 4;
/// There is no such plugin here.
pub const MISSING: &str = "ipso has no plugin \"%\"";
/// What is read is not what it has to be.
pub const DECODE: u16 = 6;
/// The configuration is wrong.
pub const CONFIG: u16 = 7;
/// All that the specification has no number for, as the reference plugins have it.
pub const OTHER: u16 = 999;

impl Fault {
    /// A refusal with all that is known of it.
    pub fn new(code: u16, errno: i32, msg: Text, details: Text) -> Fault {
        let inner = Inner {
            code,
            errno,
            msg,
            details,
        };
        Fault(Box::leak(Box::new(inner)))
    }

    /// The specification's number, or 999.
    pub fn code(self) -> u16 {
        self.0.code
    }

    /// That of the kernel's refusal, or 0.
    pub fn errno(self) -> i32 {
        self.0.errno
    }

    /// A refusal with a number. The text has one `%`, or none and the part is ignored.
    pub fn of(code: u16, text: &str, part: &[u8]) -> Fault {
        Fault::new(code, 0, fill(text, part), b"")
    }

    /// One without a number of its own.
    pub fn other(text: &str, part: &[u8]) -> Fault {
        Fault::of(OTHER, text, part)
    }

    /// The same for a text with two `%`.
    pub fn other_two(text: &str, first: &[u8], second: &[u8]) -> Fault {
        Fault::new(OTHER, 0, fill_two(text, first, second), b"")
    }

    /// The same with what was tried in front.
    pub fn context(self, text: &str, part: &[u8]) -> Fault {
        let msg = join(&[fill(text, part), b": ", self.0.msg]);
        Fault::new(self.0.code, self.0.errno, msg, self.0.details)
    }
}

impl From<Error> for Fault {
    fn from(e: Error) -> Fault {
        Fault::new(OTHER, e.errno(), copy(e.text()), b"")
    }
}

/// What is read is not what it has to be.
pub fn undecodable() -> Fault {
    let text = "error unmarshall network config: it is not the JSON that is expected";
    Fault::of(DECODE, text, b"")
}

/// A member is not of the type that it has to be.
pub fn wrong(name: &str) -> Fault {
    let text = "invalid network config: \"%\" is of another type";
    Fault::of(CONFIG, text, name.as_bytes())
}

/// Begins the object of an answer, which says its version first.
pub fn begin_answer(version: Version, writer: &mut Writer) {
    writer.open(b"", b'{');
    writer.string(b"cniVersion", version.text());
}

/// Writes a refusal as the protocol's object.
pub fn write_fault(fault: Fault, version: Version, writer: &mut Writer) {
    begin_answer(version, writer);
    writer.number(b"code", fault.0.code.into());
    writer.string(b"msg", fault.0.msg);
    writer.string_if_any(b"details", fault.0.details);
    writer.close(b'}');
}

/// Writes the versions, for VERSION.
pub fn write_versions(version: Version, writer: &mut Writer) {
    begin_answer(version, writer);
    writer.open(b"supportedVersions", b'[');
    let mut list = VERSIONS.as_bytes();
    while let Some(known) = cut(&mut list, b'|') {
        writer.string(b"", known);
    }
    writer.close(b']');
    writer.close(b'}');
}

/// The version that VERSION answers in: that of the configuration if it is known, else the newest.
pub fn newest_of(text: &[u8]) -> Version {
    let config = json::read(text).unwrap_or(json::NULL);
    match Version::of(config) {
        Ok(version) if !config.get("cniVersion").is_null() => version,
        _ => V1_1_0,
    }
}
