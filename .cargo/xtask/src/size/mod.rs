//! `cargo xtask size`: where the bytes of the product are.
//!
//! The product is built once more with the same options, but with symbols, line tables and relocations; of what is loaded
//! they change a few bytes at the most. The line tables tell of each instruction which line it comes from, through all that
//! the optimizer has inlined; the relocations tell where constants begin, and who uses them.

mod constants;
mod image;
mod module;

use crate::product::{self, Parts};
use crate::{Options, Res, at, elf, shown, toolchain, tools};
use constants::Kind;
use image::Image;
use lexopt::Parser;
use module::Module;
use std::collections::BTreeMap;
use std::fmt::Write;

pub const USAGE: &str = "\
Usage: cargo xtask size [--core [--with PART,PART]] [--install] [--target TRIPLE]
       cargo xtask size --parts [--install] [--target TRIPLE]
Builds the product with symbols and prints its bytes by module:
  code       instructions of the module's lines, wherever they are inlined; what is inlined from other crates counts for
             the module that it is inlined into
  functions  the module's functions with all that is inlined into them
  constants  what the module's code alone refers to, also by way of tables
and its constants by kind. With --parts, by part instead: the product without each one, a build for each.";

pub fn main(words: &mut Parser) -> Result<(), lexopt::Error> {
    let mut options = Options::read(words, &["core", "with", "parts"])?;
    let triple = options
        .triples
        .pop()
        .unwrap_or_else(toolchain::default_triple);
    if !options.triples.is_empty() {
        return Err("One --target is enough".into());
    }
    let tools = tools(&triple, options.install)?;
    if options.by_part && options.parts != Parts::All {
        return Err("--parts is of all parts: there is no --core beside it".into());
    }
    if !options.by_part {
        let path = product::with_symbols(&tools, &triple, &options.parts)?;
        let mut file = std::fs::read(&path).map_err(|e| at(&path, e))?;
        let image = Image::read(&file).map_err(|text| format!("{}: {text}", shown(&path)))?;
        let mut text = modules(&image) + &kinds(&image);
        elf::trim(&mut file)?;
        text += &totals(&image, file.len() as u64);
        crate::help(text.trim_end());
        return Ok(());
    }
    let bytes = |parts: &Parts| Ok(product::bytes(&tools, &triple, parts)?.1.len() as u64);
    crate::help(parts(&product::parts()?, &bytes)?.trim_end());
    Ok(())
}

/// What each part costs: how much smaller the product is without it. A line that several parts need goes with none.
fn parts(names: &[String], bytes: &dyn Fn(&Parts) -> Res<u64>) -> Res<String> {
    let (all, core) = (bytes(&Parts::All)?, bytes(&Parts::CORE)?);
    let mut rows = Vec::new();
    for part in names {
        let others = names.iter().filter(|name| *name != part).cloned();
        let less = bytes(&Parts::Core(others.collect()))?;
        rows.push((all.saturating_sub(less), part.as_str()));
    }
    rows.sort_unstable_by(|a, b| b.cmp(a));
    let alone: u64 = rows.iter().map(|row| row.0).sum();
    let mut text = String::from("    bytes  part\n");
    for (bytes, name) in rows {
        line(&mut text, &[bytes], name);
    }
    line(
        &mut text,
        &[(all - core).saturating_sub(alone)],
        "(what several parts need)",
    );
    line(&mut text, &[core], "(core)");
    line(&mut text, &[all], "(all)");
    Ok(text)
}

/// A line of right-aligned numbers, and what they are of.
fn line(text: &mut String, numbers: &[u64], name: &str) {
    for number in numbers {
        // Writing to a string cannot fail.
        let _ = write!(text, "{number:>9}  ");
    }
    *text += name;
    *text += "\n";
}

/// Code, functions, constants.
type Columns = [u64; 3];

/// The modules in a folder.
#[derive(Default)]
struct Group<'a> {
    sum: Columns,
    modules: Vec<(Columns, &'a str)>,
}

/// The table of modules: the folders by size, and the modules in each by size.
fn modules(image: &Image) -> String {
    let mut table: BTreeMap<&Module, Columns> = BTreeMap::new();
    for piece in &image.code {
        table.entry(&piece.line).or_default()[0] += piece.len;
        table.entry(&piece.function).or_default()[1] += piece.len;
    }
    let mut shared = 0;
    for constant in &image.constants {
        match &constant.users[..] {
            [user] => table.entry(user).or_default()[2] += constant.len,
            _ => shared += constant.len,
        }
    }
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for (module, columns) in table {
        let group = groups.entry(&module.group).or_default();
        for (sum, column) in group.sum.iter_mut().zip(columns) {
            *sum += column;
        }
        group.modules.push((columns, &module.name));
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.sum));
    let mut text = String::from("     code  functions  constants  module\n");
    for (name, mut group) in groups {
        line(&mut text, &group.sum, name);
        group.modules.sort_by(|a, b| b.cmp(a));
        for (columns, module) in group.modules.iter().filter(|(_, module)| *module != name) {
            line(&mut text, columns, &format!("  {module}"));
        }
    }
    line(
        &mut text,
        &[0, 0, shared],
        "(of several modules, or of none)",
    );
    text
}

/// The table of constants by kind.
fn kinds(image: &Image) -> String {
    let mut text = String::from("\n    bytes  constants\n");
    for kind in Kind::ALL {
        let of_kind = image
            .constants
            .iter()
            .filter(|constant| constant.kind == *kind);
        let (count, bytes) = of_kind.fold((0, 0), |(n, sum), one| (n + 1, sum + one.len));
        line(&mut text, &[bytes], &format!("{} ({count})", kind.name()));
    }
    let pointers = image.pointers * image.pointer_size;
    line(&mut text, &[pointers], "(the pointers in tables)");
    text
}

fn totals(image: &Image, file: u64) -> String {
    let code: u64 = image.code.iter().map(|piece| piece.len).sum();
    let constants: u64 = image.constants.iter().map(|constant| constant.len).sum();
    let rest = file.saturating_sub(code + constants + image.data);
    let mut text = String::from("\n    bytes\n");
    line(&mut text, &[code], "code");
    line(&mut text, &[constants], "constants");
    line(&mut text, &[image.data], "data that can change");
    line(&mut text, &[rest], "headers and alignment");
    line(&mut text, &[file], "the file");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_by_what_is_missing_without_them() {
        let names = ["a", "b", "c"].map(String::from);
        // a and b share 7 bytes.
        let bytes = |parts: &Parts| {
            let has = |name: &str| match parts {
                Parts::All => true,
                Parts::Core(list) => list.iter().any(|part| part == name),
            };
            let each = [("a", 100), ("b", 20), ("c", 3)].map(|(name, n)| has(name) as u64 * n);
            Ok(1_000 + each.iter().sum::<u64>() + 7 * u64::from(has("a") || has("b")))
        };
        let text = parts(&names, &bytes).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim_start).collect();
        assert_eq!(
            lines,
            [
                "bytes  part",
                "100  a",
                "20  b",
                "3  c",
                "7  (what several parts need)",
                "1000  (core)",
                "1130  (all)"
            ]
        );
    }
}
