//! Shell patterns.

/// Whether a pattern with `*`, `?` and `[...]` matches all of a text. What does not fit after a `*` is tried one byte
/// later; only the last `*` is ever come back to.
pub fn is_match(mut pattern: &[u8], mut text: &[u8]) -> bool {
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        if let Some(rest) = pattern.strip_prefix(b"*") {
            star = Some((rest, text));
            pattern = rest;
            continue;
        }
        if pattern.is_empty() && text.is_empty() {
            return true;
        }
        let fits = |(byte, later): (&u8, _)| Some((match_byte(pattern, *byte)?, later));
        match (text.split_first().and_then(fits), star) {
            (Some(next), _) => (pattern, text) = next,
            (None, Some((rest, [_, later @ ..]))) => {
                star = Some((rest, later));
                (pattern, text) = (rest, later);
            }
            _ => return false,
        }
    }
}

/// The pattern behind the part of it that stands for one byte; `None` if that part does not match the byte.
fn match_byte(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (&first, rest) = pattern.split_first()?;
    let start = usize::from(matches!(rest.first(), Some(b'!' | b'^')));
    // The first byte of a set belongs to it, also if it is a bracket.
    let mut end = start + 1;
    while end < rest.len() && rest[end] != b']' {
        end += 1;
    }
    if first == b'[' && end < rest.len() {
        let mut set = &rest[start..end];
        let mut found = false;
        while let Some((&low, after)) = set.split_first() {
            let (high, after) = match after {
                [b'-', high, after @ ..] => (*high, after),
                _ => (low, after),
            };
            found |= (low..=high).contains(&byte);
            set = after;
        }
        return (found != (start > 0)).then_some(&rest[end + 1..]);
    }
    match (first, rest.split_first()) {
        (b'?', _) => Some(rest),
        (b'\\', Some((escaped, rest))) => (*escaped == byte).then_some(rest),
        _ => (first == byte).then_some(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn globs() {
        for (pattern, text, matches) in [
            ("eth0:*", "eth0:1", true),
            ("eth0:*", "eth0", false),
            ("*", "", true),
            ("?th[0-9]", "eth5", true),
            ("[!a-d]*", "b", false),
            ("[]]", "]", true),
            ("[ab][cd]", "ad", true),
            ("[!a][^b]", "ba", true),
            ("[!a]]", "b]", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("[", "[", true),
        ] {
            assert_eq!(
                is_match(pattern.as_bytes(), text.as_bytes()),
                matches,
                "{pattern} {text}"
            );
        }
    }
}
