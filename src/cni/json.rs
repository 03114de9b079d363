//! JSON (RFC 8259): a strict reader that checks a text once, keeps it as it is, and finds values in it.

use crate::append::Append;
use crate::text::same;

/// How deep arrays and objects may lie in each other.
pub const DEPTH: u32 = 100;

/// A value of a text that was checked, without blanks around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Json<'j>(&'j [u8]);

/// What stands where there is nothing: `null`.
pub const NULL: Json<'static> = Json(b"null");

/// Checks a whole text. `None` if it is not one value, or lies too deep.
pub fn read(text: &[u8]) -> Option<Json<'_>> {
    let mut scan = Scan(text);
    scan.blanks();
    let value = scan.value(0)?;
    scan.blanks();
    scan.0.is_empty().then_some(value)
}

/// What is left of a text.
struct Scan<'j>(&'j [u8]);

impl<'j> Scan<'j> {
    fn blanks(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.0 {
            self.0 = rest;
        }
    }

    /// Takes a byte, if it is next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        self.0 = &self.0[usize::from(found)..];
        found
    }

    /// Takes a byte with the blanks before and behind it, if it is next.
    fn take_spaced(&mut self, byte: u8) -> bool {
        self.blanks();
        let found = self.take(byte);
        self.blanks();
        found
    }

    /// Takes digits; false if there are none.
    fn digits(&mut self) -> bool {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        !digits.is_empty()
    }

    /// Takes a value that lies in so many others.
    fn value(&mut self, depth: u32) -> Option<Json<'j>> {
        let whole = self.0;
        match whole.first()? {
            b'"' => self.string()?,
            open @ (b'{' | b'[') => self.list(*open, depth)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => {
                let words = [&b"true"[..], b"false", b"null"];
                self.0 = words.iter().find_map(|word| whole.strip_prefix(*word))?;
            }
        }
        Some(Json(&whole[..whole.len() - self.0.len()]))
    }

    /// Takes an array or an object.
    fn list(&mut self, open: u8, depth: u32) -> Option<()> {
        // In ASCII `]` and `}` are two behind `[` and `{`.
        let close = open + 2;
        if depth == DEPTH {
            return None;
        }
        self.take(open);
        self.blanks();
        if self.take(close) {
            return Some(());
        }
        loop {
            if open == b'{' {
                self.string()?;
                if !self.take_spaced(b':') {
                    return None;
                }
            }
            self.value(depth + 1)?;
            if !self.take_spaced(b',') {
                return self.take(close).then_some(());
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        if !self.take(b'"') {
            return None;
        }
        loop {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            match byte {
                b'"' => return Some(()),
                0..=0x1f => return None,
                b'\\' => {
                    let (letter, rest) = rest.split_first()?;
                    self.0 = rest;
                    match letter {
                        b'u' => {
                            hexadecimal(rest)?;
                            self.0 = &rest[4..];
                        }
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                        _ => return None,
                    }
                }
                _ => {}
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        self.take(b'-');
        if !self.take(b'0') && !self.digits() {
            return None;
        }
        if self.take(b'.') && !self.digits() {
            return None;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if !self.digits() {
                return None;
            }
        }
        Some(())
    }
}

/// The number that four hexadecimal digits are.
fn hexadecimal(text: &[u8]) -> Option<u32> {
    let digit = |n, byte: &u8| Some(n << 4 | char::from(*byte).to_digit(16)?);
    text.get(..4)?.iter().try_fold(0, digit)
}

impl<'j> Json<'j> {
    /// The text of the value.
    pub fn raw(self) -> &'j [u8] {
        self.0
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0 == NULL.0
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.0.starts_with(b"[")
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.0.starts_with(b"{")
    }

    /// The text of an object; empty if it is something else.
    pub fn object_text(self) -> &'j [u8] {
        if self.is_object() { self.0 } else { b"" }
    }

    /// The members of an object, or the elements of an array, whose names are empty; none of anything else.
    pub fn each(self) -> Each<'j> {
        let mut scan = Scan(self.0);
        let is_object = scan.take(b'{');
        if !is_object && !scan.take(b'[') {
            scan.0 = b"";
        }
        Each {
            scan,
            is_object,
            name: Json(b""),
            value: NULL,
        }
    }

    /// The last member of that name, in whatever letters, as Go's reader finds it; `null` if there is none.
    pub fn get(self, name: &str) -> Json<'j> {
        let mut found = NULL;
        let mut members = self.each();
        while members.is_object && members.advance() {
            let key = members.name.text().unwrap_or_default();
            if same(key, name.as_bytes()) {
                found = members.value;
            }
        }
        found
    }

    /// The bytes of a string. A surrogate that is alone is the replacement character.
    pub fn text(self) -> Option<&'j [u8]> {
        let inside = self.0.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if !inside.contains(&b'\\') {
            return Some(inside);
        }
        let mut text = Vec::new();
        let mut rest = inside;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            if byte != b'\\' {
                text.push(byte);
                continue;
            }
            let (&letter, after) = rest.split_first()?;
            rest = after;
            text.push(match letter {
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let mut code = hexadecimal(rest)?;
                    rest = &rest[4..];
                    if code & 0xfc00 == 0xd800
                        && let Some(after) = rest.strip_prefix(b"\\u")
                        && let Some(low) = hexadecimal(after).filter(|low| low & 0xfc00 == 0xdc00)
                    {
                        code = 0x10000 + ((code & 0x3ff) << 10 | low & 0x3ff);
                        rest = &after[4..];
                    }
                    let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    text.append_bytes(c.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                plain => plain,
            });
        }
        // As long as the program runs, which is not long.
        Some(text.leak())
    }

    /// A whole number without a fraction or an exponent.
    pub fn number(self) -> Option<i64> {
        let digits = self.0.strip_prefix(b"-").unwrap_or(self.0);
        let number = digits.iter().try_fold(0_i64, |n, byte| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            n.checked_mul(10)?.checked_add(digit)
        })?;
        Some(if digits.len() < self.0.len() {
            -number
        } else {
            number
        })
    }

    /// `true` or `false`.
    pub fn bool(self) -> Option<bool> {
        match self.0 {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        }
    }
}

/// Goes through an array or an object: see [`Json::each`].
pub struct Each<'j> {
    scan: Scan<'j>,
    is_object: bool,
    /// The name of the member; empty for an element.
    pub name: Json<'j>,
    /// The member, or the element.
    pub value: Json<'j>,
}

impl Each<'_> {
    /// Goes to the next one; false at the end.
    pub fn advance(&mut self) -> bool {
        let scan = &mut self.scan;
        scan.take_spaced(b',');
        if self.is_object {
            let start = scan.0;
            if scan.string().is_none() {
                return false;
            }
            self.name = Json(&start[..start.len() - scan.0.len()]);
            scan.take_spaced(b':');
        }
        // The end is no value.
        let value = scan.value(0);
        self.value = value.unwrap_or(NULL);
        value.is_some()
    }
}
