//! The parts of the library that these tests are linked with. The program under test may be another build.

use crate::common::{not_built, part};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// What was said to be left out.
static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Whether the library has a part. If not, it says once that `what` is left out.
pub fn has_part(what: &str, name: &str) -> bool {
    assert!(part::ALL.contains(&name), "no such part: {name}");
    let has = ipso::parts::PARTS.contains(&name);
    let mut said = SAID.lock().expect("no panic while it is held");
    if !has && said.insert(format!("{what} {name}")) {
        not_built(what, name);
    }
    has
}
