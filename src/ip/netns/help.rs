//! What `ip netns help` says: the lines of the commands that this build has.

use super::HELP;
use crate::error::Error;

/// Before the first line.
const BEGIN: &str = "Usage:";
/// Before each line.
const TAB: &str = "\t";
const END: &str = "\
NETNSID := auto | POSITIVE-INT
NAMESPACE := NAME | PATH | PID | fd:N";

/// A text of fixed size that is being put together while this is compiled.
struct Text<const SIZE: usize> {
    bytes: [u8; SIZE],
    len: usize,
}

impl<const SIZE: usize> Text<SIZE> {
    /// Adds a piece, of which only so much is kept as there is room for.
    const fn add(mut self, piece: &str) -> Text<SIZE> {
        let piece = piece.as_bytes();
        let mut at = 0;
        while at < piece.len() {
            if self.len < SIZE {
                self.bytes[self.len] = piece[at];
            }
            self.len += 1;
            at += 1;
        }
        self
    }

    /// The whole text.
    const fn make() -> Text<SIZE> {
        let mut text = Text {
            bytes: [0; SIZE],
            len: 0,
        };
        text = text.add(BEGIN);
        let mut line = 0;
        while line < HELP.len() {
            let pieces = HELP[line];
            let mut at = 0;
            while at < pieces.len() {
                if at == 0 {
                    text = text.add(TAB);
                }
                text = text.add(pieces[at]);
                at += 1;
            }
            if at > 0 {
                text = text.add("\n");
            }
            line += 1;
        }
        text.add(END)
    }
}

static TEXT: [u8; Text::<0>::make().len] = Text::make().bytes;

/// What `ip netns help` says.
pub fn usage() -> Error {
    Error::help(TEXT)
}
