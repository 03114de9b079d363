//! iproute2's own orders of words. A prefix picks the first word that it is a prefix of.

use std::collections::HashSet;

/// Words in the order in which iproute2 tries them. `=` in front of a word: it has no prefixes. `-`: this program does
/// not have it. Other spellings of a word follow it, joined by commas.
pub type Order = &'static str;

/// A spelling in an order.
pub struct Spelling {
    /// Whether it has no prefixes.
    pub is_exact: bool,
    /// Whether the program has it.
    pub is_here: bool,
    pub text: &'static str,
    /// The first spelling of the same word.
    pub word: &'static str,
}

pub fn spellings(order: Order) -> Vec<Spelling> {
    let mut all = Vec::new();
    for word in order.split_whitespace() {
        let (is_here, word) = match word.strip_prefix('-') {
            Some(word) => (false, word),
            None => (true, word),
        };
        let first = word.split(',').next().unwrap_or_default();
        for spelling in word.split(',') {
            let text = spelling.trim_start_matches('=');
            all.push(Spelling {
                is_exact: text.len() < spelling.len(),
                is_here,
                text,
                word: first.trim_start_matches('='),
            });
        }
    }
    all
}

/// What iproute2 picks: the first that matches.
pub fn pick<'a>(order: &'a [Spelling], prefix: &str) -> Option<&'a Spelling> {
    order.iter().find(|spelling| match spelling.is_exact {
        true => spelling.text == prefix,
        false => !prefix.is_empty() && spelling.text.starts_with(prefix),
    })
}

/// The word that a prefix picks, if the program has it.
pub fn pick_word(order: &[Spelling], prefix: &str) -> Option<&'static str> {
    let picked = pick(order, prefix).filter(|spelling| spelling.is_here);
    picked.map(|spelling| spelling.word)
}

/// Every prefix of every word, once.
pub fn prefixes(order: &[Spelling]) -> Vec<&'static str> {
    let mut seen = HashSet::new();
    let all = order
        .iter()
        .flat_map(|known| (1..=known.text.len()).map(|len| &known.text[..len]));
    all.filter(|prefix| seen.insert(*prefix)).collect()
}

/// The words of an order that the program has.
pub fn words_here(order: Order) -> HashSet<&'static str> {
    let spellings = spellings(order).into_iter();
    let here = spellings.filter(|spelling| spelling.is_here);
    here.map(|spelling| spelling.word).collect()
}

/// Holds an order against a list by hand: `PREFIX=WORD`, and `-` where a prefix picks nothing.
pub fn check_by_hand(order: &[Spelling], by_hand: &str) {
    for pair in by_hand.split_whitespace() {
        let (prefix, word) = pair.split_once('=').expect("PREFIX=WORD");
        let picked = pick(order, prefix).map_or("-", |spelling| spelling.word);
        assert_eq!(picked, word, "{prefix}");
    }
}
