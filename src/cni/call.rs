//! What a runtime asks of a plugin, by its environment and on standard input.

use crate::append::Append;
use std::cell::Cell;

use crate::args::{is_ifname, plain};
use crate::cni::json::{self, Each, Json, NULL};
use crate::cni::protocol::{
    Answer, CONFIG, ENVIRONMENT, Fault, V0_4_0, V1_1_0, Version, undecodable, wrong,
};
use crate::cni::texts::Text;
use crate::keywords;
use crate::sys;
use crate::text::{add_one, cut, piece, quote, same};

keywords! {
    /// `CNI_COMMAND`.
    pub enum Command {
        /// Joins a container to a network.
        Add = "=ADD",
        /// Undoes that.
        Del = "=DEL",
        /// Says whether all is as it was made.
        Check = "=CHECK",
        /// Takes away what is of no valid attachment.
        Gc = "=GC",
        /// Says whether ADD could be done.
        Status = "=STATUS",
        /// Prints the versions.
        Version = "=VERSION",
    }
}

impl Command {
    /// Its word.
    pub fn name(self) -> Text {
        plain(piece(Command::SPELLINGS.as_bytes(), b'|', self as usize))
    }
}

/// A variable of the environment, and the commands that need it.
const VARIABLES: [(&str, &[Command]); 4] = {
    use Command::*;
    [
        ("CNI_CONTAINERID", &[Add, Check, Del]),
        ("CNI_NETNS", &[Add, Check]),
        ("CNI_IFNAME", &[Add, Check, Del]),
        ("CNI_PATH", &[Add, Check, Del, Gc]),
    ]
};

/// What is asked of a plugin.
#[derive(Clone, Copy)]
pub struct Call {
    /// What is to be done.
    pub command: Command,
    /// The id of the container.
    pub container: Text,
    /// The path of its network namespace; DEL may have none.
    pub netns: Text,
    /// The name of the interface inside.
    pub ifname: Text,
    /// `CNI_ARGS`: `NAME=VALUE` joined by `;`.
    pub args: Text,
    /// The folders of plugins, joined by `:`.
    pub path: Text,
    /// The configuration of the network.
    pub config: Json<'static>,
    /// Its version, and that of the result.
    pub version: Version,
    /// The name of the network.
    pub name: Text,
    /// The first fault of what was read: see [`Call::refuse_with`].
    pub refusal: &'static Cell<Option<Fault>>,
}

impl Call {
    /// What the environment says, of the command `word`. Code 4 for what is missing.
    pub fn of_environment(word: &[u8]) -> Answer<Call> {
        let command = Command::pick(word)
            .ok_or_else(|| Fault::of(ENVIRONMENT, "unknown CNI_COMMAND: %", word))?;
        let mut values = [&b""[..]; 4];
        let mut missing = Vec::new();
        for (value, (name, needed)) in values.iter_mut().zip(&VARIABLES) {
            *value = sys::env(name.as_bytes()).unwrap_or_default();
            if value.is_empty() && needed.contains(&command) {
                let form = if missing.is_empty() { "%" } else { ",%" };
                add_one(&mut missing, form, name.as_bytes());
            }
        }
        if !missing.is_empty() {
            let text = "required env variables [%] missing";
            return Err(Fault::of(ENVIRONMENT, text, &missing));
        }
        let [container, netns, ifname, path] = values;
        Ok(Call {
            command,
            container,
            netns,
            ifname,
            args: sys::env(b"CNI_ARGS").unwrap_or_default(),
            path,
            config: NULL,
            version: Version(0),
            name: b"",
            refusal: Box::leak(Box::default()),
        })
    }

    /// Reads the configuration, and checks all that is the same for every plugin.
    pub fn read(&mut self, text: Text) -> Answer<()> {
        self.config = json::read(text)
            .filter(|json| json.is_object())
            .ok_or_else(undecodable)?;
        self.version = Version::of(self.config)?;
        self.name = self.text("name");
        self.check()?;
        let (code, text, details) = self.unfit();
        match text.is_empty() {
            true => self.fits_version(),
            false => Err(Fault::new(code, 0, text, details)),
        }
    }

    /// The code, the text and the details of what is wrong with the names; no text if nothing is.
    fn unfit(&self) -> (u16, Text, Text) {
        if self.name.is_empty() {
            return (CONFIG, b"missing network name", b"");
        }
        if !is_id(self.name) {
            let text = b"invalid characters found in network name";
            return (CONFIG, text, self.name);
        }
        if !matches!(self.command, Command::Add | Command::Check | Command::Del) {
            return (0, b"", b"");
        }
        if !is_id(self.container) {
            let text = b"invalid characters in containerID";
            return (ENVIRONMENT, text, self.container);
        }
        let (text, details): (Text, Text) = match self.ifname {
            b"." | b".." => (b"interface name is . or ..", b""),
            name if name.len() > 15 => (
                b"interface name is too long",
                b"interface name should be less than 16 characters",
            ),
            name if !is_ifname(name) || name.contains(&b':') => (
                b"interface name contains / or : or whitespace characters",
                b"",
            ),
            _ => (b"", b""),
        };
        (ENVIRONMENT, text, details)
    }

    /// Whether the version of the configuration has the command.
    fn fits_version(&self) -> Answer<()> {
        let since = match self.command {
            Command::Check => V0_4_0,
            Command::Gc | Command::Status => V1_1_0,
            _ => return Ok(()),
        };
        match self.version < since {
            true => Err(Fault::of(
                1,
                "config version does not allow %",
                self.command.name(),
            )),
            false => Ok(()),
        }
    }

    /// Remembers a fault, if it is the first one. The next [`Call::check`] returns it. Until then the configuration is read on,
    /// so that no member has to be tested by itself.
    pub fn refuse_with(&self, fault: Fault) {
        if self.refusal.get().is_none() {
            self.refusal.set(Some(fault));
        }
    }

    /// The same for a fault without a number of its own. The text has one `%`, or none and the part is ignored.
    pub fn refuse(&self, text: &str, part: &[u8]) {
        self.refuse_with(Fault::other(text, part));
    }

    /// The fault of what was read since the last check.
    pub fn check(&self) -> Answer<()> {
        match self.refusal.take() {
            None => Ok(()),
            Some(fault) => Err(fault),
        }
    }

    /// A member of an object, which is to be of a type: `null` if there is none, and where it is of another, which is refused.
    pub fn member(
        &self,
        object: Json<'static>,
        name: &str,
        is_right: fn(Json<'static>) -> bool,
    ) -> Json<'static> {
        let value = object.get(name);
        if value.is_null() || is_right(value) {
            return value;
        }
        self.refuse_with(wrong(name));
        NULL
    }

    /// A text of an object, empty if there is none.
    pub fn text_of(&self, object: Json<'static>, name: &str) -> Text {
        let value = self.member(object, name, |value| value.text().is_some());
        value.text().unwrap_or_default()
    }

    /// A whole number of an object, 0 if there is none.
    pub fn number_of(&self, object: Json<'static>, name: &str) -> i64 {
        let value = self.member(object, name, |value| value.number().is_some());
        value.number().unwrap_or_default()
    }

    /// The same of 32 bits.
    pub fn u32_of(&self, object: Json<'static>, name: &str) -> u32 {
        let number = self.number_of(object, name);
        u32::try_from(number).unwrap_or_else(|_| {
            self.refuse_with(wrong(name));
            0
        })
    }

    /// The elements of a list of an object; none if there is no list.
    pub fn list_of(&self, object: Json<'static>, name: &str) -> Each<'static> {
        self.member(object, name, Json::is_array).each()
    }

    /// `true` or `false` of an object, `None` if there is none.
    pub fn bool_of(&self, object: Json<'static>, name: &str) -> Option<bool> {
        let value = self.member(object, name, |value| value.bool().is_some());
        value.bool()
    }

    /// Refuses settings of other plugins that are not here, but for the values that change nothing. Code 2.
    pub fn refuse_settings(&self, names: &[&str], harmless: &[&[u8]]) -> Answer<()> {
        for name in names {
            if !harmless.contains(&self.config.get(name).raw()) {
                return Err(Fault::of(2, "unsupported field %", name.as_bytes()));
            }
        }
        Ok(())
    }

    /// A text of the configuration, empty if there is none.
    pub fn text(&self, name: &str) -> Text {
        self.text_of(self.config, name)
    }

    /// A setting that is on or off; off if there is none.
    pub fn is_on(&self, name: &str) -> bool {
        self.bool_of(self.config, name) == Some(true)
    }

    /// A member of the configuration that is an object, or `null`.
    pub fn object(&self, name: &str) -> Json<'static> {
        self.member(self.config, name, Json::is_object)
    }

    /// What the configuration's `args` have for plugins.
    pub fn config_args(&self) -> Json<'static> {
        self.object("args").get("cni")
    }

    /// What the runtime gives.
    pub fn runtime(&self) -> Json<'static> {
        self.object("runtimeConfig")
    }

    /// The attachments that are left, of GC: container and interface. Where one is not named, all that is there would be taken
    /// away as none of them.
    pub fn valid_attachments(&self) -> Answer<&'static [[Text; 2]]> {
        const LIST: &str = "cni.dev/valid-attachments";
        let mut valid = Vec::new();
        let mut list = self.list_of(self.config, LIST);
        while list.advance() {
            let container = self.text_of(list.value, "containerID");
            let ifname = self.text_of(list.value, "ifname");
            if container.is_empty() || ifname.is_empty() {
                self.refuse_with(wrong(LIST));
            }
            valid.push([container, ifname]);
        }
        self.check()?;
        Ok(valid.leak())
    }

    /// Reads the values of `CNI_ARGS` that a plugin knows, by their names. Others are refused unless `IgnoreUnknown` says
    /// otherwise.
    pub fn read_args(&self, known: &[&str], values: &mut [Text]) {
        let mut unknown = Vec::new();
        let mut ignores = false;
        let mut args = self.args;
        while let Some(pair) = cut(&mut args, b';') {
            let mut value = pair;
            let name = cut(&mut value, b'=').unwrap_or_default();
            let at = known.iter().position(|known| known.as_bytes() == name);
            if pair.is_empty() {
                continue;
            }
            if name.len() == pair.len() || value.contains(&b'=') {
                self.refuse("ARGS: invalid pair \"%\"", pair);
            } else if let Some(at) = at {
                values[at] = value;
            } else if name == b"IgnoreUnknown" {
                ignores = value == b"1" || same(value, b"true");
                if !ignores && value != b"0" && !same(value, b"false") {
                    let text = "ARGS: error parsing value of pair \"%\"";
                    self.refuse(text, pair);
                }
            } else {
                unknown.append_bytes(if unknown.is_empty() { b"" } else { b" " });
                quote(&mut unknown, pair);
            }
        }
        if !unknown.is_empty() && !ignores {
            self.refuse("ARGS: unknown args [%]", &unknown);
        }
    }
}

/// Whether a word can be the name of a network or the id of a container: a letter or digit, then letters, digits, `_`, `.`
/// and `-`.
fn is_id(word: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    word.first().is_some_and(u8::is_ascii_alphanumeric) && word.iter().all(is_plain)
}
