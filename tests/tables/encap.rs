//! Words of encapsulations.

use crate::support::{encapsulations, row_spellings, text};
use std::collections::HashSet;

/// iproute2 takes them whole, and a word that means two things would mean the first alone.
#[test]
fn words_of_encapsulations_are_whole_and_different() {
    for rows in encapsulations() {
        let mut seen = HashSet::new();
        for row in rows {
            let spellings = text(row.spellings());
            assert!(spellings.is_empty() || spellings.starts_with('='));
            for word in row_spellings(&row) {
                assert!(seen.insert(word.clone()), "{word} twice");
            }
        }
        assert!(rows.count() > 0);
    }
}
