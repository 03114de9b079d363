//! `cargo xtask picture`: plays tests/session.txt and draws it as a terminal, tests/session.svg, for README.md.
//!
//! The picture is one file without scripts, fonts or links, so that a forge shows it. It has its own background, and is read as
//! well on a dark page as on a light one. Where the reader's system allows motion, one command after the other is lit up, once.
//! Everywhere else, and in a viewer that knows no animation, the whole session stands there at once.

use crate::{Res, at, demo, root, shown};
use std::fmt::Write as _;
use std::fs;

const SCRIPT: &str = "tests/session.txt";
const PICTURE: &str = "tests/session.svg";

/// The widest line that fits, in characters.
const COLUMNS: usize = 80;
/// What a character takes of the line, in pixels; 0.6 of the font's size, as in nearly all fonts of a fixed width.
const ADVANCE: f32 = 7.8;
const FONT_SIZE: usize = 13;
const LINE: usize = 19;
const MARGIN: usize = 18;
const TITLE_BAR: usize = 32;

/// Seconds between one command and the next.
const STEP: f32 = 1.2;
/// The opacity of what is still to come: a picture that has not begun to move, or never will, can be read.
const DIM: f32 = 0.5;

pub fn main() -> Res<()> {
    let root = root();
    let read = |path| fs::read_to_string(root.join(path)).map_err(|e| at(&root.join(path), e));
    let script = read(SCRIPT)?;
    let path = demo::enter(&root, &demo::host_build(&root)?)?;
    let mut transcript = Vec::new();
    let (played, wrong) = demo::play(&script, &path, &mut transcript)?;
    let transcript = String::from_utf8_lossy(&transcript);
    if wrong > 0 {
        return Err(format!(
            "picture: {wrong} of {played} commands did not do what they should\n{transcript}"
        ));
    }
    let picture = draw(&excerpt(&transcript))?;
    let file = root.join(PICTURE);
    fs::write(&file, &picture).map_err(|e| at(&file, e))?;
    println!("{}: {} bytes", shown(&file), picture.len());
    Ok(())
}

/// What the picture has of a transcript: of each command what it prints up to the first empty line, which is where the
/// statistics of ping begin; no blanks at the ends of lines; and always the same time for a packet, so that the picture changes
/// when what ipso prints does, and not otherwise.
fn excerpt(transcript: &str) -> String {
    let mut text = String::new();
    let mut printing = false;
    for line in transcript.lines() {
        match line.as_bytes() {
            [b'#', ..] => {
                let between = if text.is_empty() { "" } else { "\n" };
                let _ = writeln!(text, "{between}{line}");
            }
            [b'$', ..] => {
                let _ = writeln!(text, "{line}");
                printing = true;
            }
            [] => printing = false,
            _ if printing => {
                let line = match line.split_once("time=") {
                    Some((before, _)) => format!("{before}time=0.05 ms"),
                    None => line.trim_end().to_owned(),
                };
                let _ = writeln!(text, "{line}");
            }
            _ => {}
        }
    }
    text
}

/// The picture of an excerpt. That stands in it as its description too: for who cannot see it, and for the tests.
fn draw(excerpt: &str) -> Res<String> {
    if let Some(line) = excerpt.lines().find(|line| line.chars().count() > COLUMNS) {
        return Err(format!(
            "picture: longer than {COLUMNS} characters: {line:?}"
        ));
    }
    let width = (COLUMNS as f32 * ADVANCE) as usize + 2 * MARGIN;
    let height = TITLE_BAR + excerpt.lines().count() * LINE + MARGIN + 4;
    let mut body = String::new();
    let mut second = 0.0;
    let mut in_group = false;
    let mut previous = "";
    for (number, line) in excerpt.lines().enumerate() {
        let class = match line.as_bytes() {
            [b'#', ..] => "r",
            [b'$', ..] => "c",
            _ => "o",
        };
        // A command, what is said of it above, and what it prints below come into view together.
        if class == "r" || class == "c" && previous != "r" {
            body += if in_group { "</g>\n" } else { "" };
            let _ = writeln!(body, "<g style=\"animation-delay:{second:.1}s\">");
            second += STEP;
            in_group = true;
        }
        previous = class;
        if line.is_empty() {
            continue;
        }
        let y = TITLE_BAR + MARGIN + number * LINE;
        let text = escape(line);
        let text = match text.strip_prefix('$') {
            Some(command) => format!("<tspan class=\"p\">$</tspan>{command}"),
            None => text,
        };
        let _ = writeln!(
            body,
            "<text class=\"{class}\" x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">{text}</text>"
        );
    }
    body += if in_group { "</g>\n" } else { "" };
    let middle = width / 2;
    let right = width - 1;
    let bottom = height - 1;
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title description">
<title id="title">A session with ip and isolate</title>
<desc id="description">
{description}</desc>
<style>
text{{font:{FONT_SIZE}px ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;white-space:pre}}
.o{{fill:#c9d1d9}}
.c{{fill:#ffffff;font-weight:600}}
.p{{fill:#7ee787}}
.r,.t{{fill:#9da7b3}}
@media (prefers-reduced-motion:no-preference){{
g{{animation:appear .6s both}}
@keyframes appear{{from{{opacity:{DIM}}}}}
}}
</style>
<rect x=".5" y=".5" width="{right}" height="{bottom}" rx="8" fill="#0d1117" stroke="#6e7681"/>
<circle cx="20" cy="17" r="5" fill="#ff5f57"/><circle cx="38" cy="17" r="5" fill="#febc2e"/><circle cx="56" cy="17" r="5" fill="#28c840"/>
<text class="t" x="{middle}" y="21" text-anchor="middle">ipso</text>
{body}</svg>
"##,
        description = escape(excerpt),
    ))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> String {
        fs::read_to_string(root().join(PICTURE)).expect(PICTURE)
    }

    /// The excerpt that a picture was made from.
    fn described(picture: &str) -> String {
        let (_, after) = picture
            .split_once("<desc id=\"description\">\n")
            .expect("a description");
        let (text, _) = after.split_once("</desc>").expect("its end");
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }

    #[test]
    fn the_picture_is_drawn_by_this() {
        let picture = picture();
        let drawn = draw(&described(&picture)).expect("a picture");
        assert!(picture == drawn, "draw it anew: cargo xtask picture");
        assert!(drawn.len() < 30_000, "{} bytes", drawn.len());
    }

    #[test]
    fn the_picture_is_of_the_session() {
        let script = fs::read_to_string(root().join(SCRIPT)).expect(SCRIPT);
        let told = script.lines().filter(|line| !line.starts_with("##"));
        let told = told.map(|line| match line.starts_with('#') {
            true => line.to_owned(),
            false => format!("$ {line}"),
        });
        let described = described(&picture());
        let shown = described
            .lines()
            .filter(|line| line.starts_with(['#', '$']));
        assert!(shown.eq(told), "draw it anew: cargo xtask picture");
    }

    #[test]
    fn every_element_is_closed_and_nothing_is_loaded() {
        let picture = picture();
        for name in ["svg", "title", "desc", "style", "g", "text", "tspan"] {
            let (open, closed) = (format!("<{name}"), format!("</{name}>"));
            assert_eq!(
                picture.matches(&open).count(),
                picture.matches(&closed).count(),
                "{name}"
            );
        }
        for word in ["<script", "href", "url(", "@import", "@font-face"] {
            assert!(!picture.contains(word), "{word}");
        }
    }

    #[test]
    fn what_a_command_prints_ends_at_an_empty_line() {
        let transcript = "\n# One.\n$ ping x\n1 bytes: time=3.14 ms\n\n--- statistics\n\n# Two.\n$ ip\na \n    b\n";
        assert_eq!(
            excerpt(transcript),
            "# One.\n$ ping x\n1 bytes: time=0.05 ms\n\n# Two.\n$ ip\na\n    b\n"
        );
    }

    #[test]
    fn lines_that_are_too_long_are_refused() {
        let long = "x".repeat(COLUMNS + 1);
        assert!(draw(&long).unwrap_err().contains(&long));
        assert!(draw(&long[1..]).is_ok());
        assert!(
            draw("$ a <b> & c\n")
                .unwrap()
                .contains("a &lt;b&gt; &amp; c")
        );
    }
}
