//! Reads the product's ELF file, its line tables and its relocations.

use super::constants::{self, Constant, Reference};
use super::module::Module;
use addr2line::gimli::{DwarfSections, EndianSlice, RunTimeEndian};
use object::{
    Object, ObjectSection, ObjectSymbol, RelocationKind, RelocationTarget, SectionFlags,
    SectionKind, elf,
};
use std::borrow::Cow;

/// Instructions next to each other that come from the same modules.
pub struct Piece {
    start: u64,
    pub len: u64,
    /// That of the source line, after all inlining.
    pub line: Module,
    /// That of the function.
    pub function: Module,
}

pub struct Image {
    pub code: Vec<Piece>,
    pub constants: Vec<Constant>,
    /// Addresses among the constants, and the bytes of one.
    pub pointers: u64,
    pub pointer_size: u64,
    /// Bytes of data that can change, as they are in the file.
    pub data: u64,
}

type Lines<'a> = addr2line::Context<EndianSlice<'a, RunTimeEndian>>;

/// What a section loads.
#[derive(PartialEq)]
enum Content {
    Code,
    Constants,
    /// What can change.
    Data,
}

impl Content {
    /// None of a section that is not loaded, or that has no bytes in the file.
    fn of(section: &object::Section) -> Option<Content> {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
            return None;
        };
        let is = |flag| sh_flags.contains(flag);
        match section.kind() {
            SectionKind::UninitializedData | SectionKind::UninitializedTls => None,
            _ if !is(elf::SHF_ALLOC) => None,
            _ if is(elf::SHF_EXECINSTR) => Some(Content::Code),
            _ if is(elf::SHF_WRITE) => Some(Content::Data),
            _ => Some(Content::Constants),
        }
    }
}

impl Image {
    pub fn read(file: &[u8]) -> Result<Image, String> {
        let file = object::File::parse(file).map_err(|e| e.to_string())?;
        let sections = debug_sections(&file)?;
        let endian = if file.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        let dwarf = sections.borrow(|bytes| EndianSlice::new(bytes, endian));
        let lines = Lines::from_dwarf(dwarf).map_err(|e| e.to_string())?;
        let mut image = Image {
            code: Vec::new(),
            constants: Vec::new(),
            pointers: 0,
            pointer_size: if file.is_64() { 8 } else { 4 },
            data: 0,
        };
        for section in file.sections() {
            match Content::of(&section) {
                Some(Content::Code) => {
                    image.read_code(&lines, section.address(), section.size())?
                }
                Some(Content::Data) => image.data += section.size(),
                _ => {}
            }
        }
        image.code.sort_by_key(|piece| piece.start);
        if !image.code.iter().any(|piece| piece.line.is_own()) {
            return Err("has no lines of this tree".into());
        }
        let references = references(&file);
        for section in file.sections() {
            if Content::of(&section) == Some(Content::Constants) {
                let (start, bytes) = (
                    section.address(),
                    section.data().map_err(|e| e.to_string())?,
                );
                let modules = |at| image.modules_at(at);
                let constants = constants::cut(start, bytes, &references, &modules);
                image.constants.extend(constants);
                let end = start + bytes.len() as u64;
                let inside = references
                    .iter()
                    .filter(|one| (start..end).contains(&one.from));
                image.pointers += inside.count() as u64;
            }
        }
        Ok(image)
    }

    /// Cuts a section of code at each change of module.
    fn read_code(&mut self, lines: &Lines, start: u64, len: u64) -> Result<(), String> {
        let end = start + len;
        let mut begins = vec![start];
        let ranges = lines
            .find_location_range(start, end)
            .map_err(|e| e.to_string())?;
        for (at, len, _) in ranges {
            begins.extend(
                [at, at + len]
                    .into_iter()
                    .filter(|at| (start..end).contains(at)),
            );
        }
        begins.sort_unstable();
        begins.dedup();
        for (n, begin) in begins.iter().enumerate() {
            let len = begins.get(n + 1).unwrap_or(&end) - begin;
            let (line, function) = find_modules(lines, *begin)?;
            match self.code.last_mut() {
                Some(last)
                    if last.start + last.len == *begin
                        && last.line == line
                        && last.function == function =>
                {
                    last.len += len;
                }
                _ => self.code.push(Piece {
                    start: *begin,
                    len,
                    line,
                    function,
                }),
            }
        }
        Ok(())
    }

    /// The modules of the line and of the function at an address.
    fn modules_at(&self, at: u64) -> Option<(Module, Module)> {
        let after = self.code.partition_point(|piece| piece.start <= at);
        let piece = self.code.get(after.checked_sub(1)?)?;
        (at < piece.start + piece.len).then(|| (piece.line.clone(), piece.function.clone()))
    }
}

/// The module of the source line at an address, and that of the function. What is inlined from another crate belongs to the
/// module of ours that uses it, if there is one.
fn find_modules(lines: &Lines, at: u64) -> Result<(Module, Module), String> {
    let mut frames = lines
        .find_frames(at)
        .skip_all_loads()
        .map_err(|e| e.to_string())?;
    let mut own = None;
    let mut function = None;
    while let Some(frame) = frames.next().map_err(|e| e.to_string())? {
        if let Some(file) = frame.location.and_then(|location| location.file) {
            let module = Module::of_file(file);
            if own.is_none() && module.is_own() {
                own = Some(module.clone());
            }
            // The outermost comes last.
            function = Some(module);
        }
    }
    let function = function.unwrap_or_else(Module::without_lines);
    Ok((own.unwrap_or_else(|| function.clone()), function))
}

fn debug_sections<'a>(file: &object::File<'a>) -> Result<DwarfSections<Cow<'a, [u8]>>, String> {
    DwarfSections::load(|id| match file.section_by_name(id.name()) {
        Some(section) => section.uncompressed_data().map_err(|e| e.to_string()),
        None => Ok(Cow::Borrowed(&[][..])),
    })
}

/// The relocations of all that is loaded. The linker has applied them, and keeps them on demand.
fn references(file: &object::File) -> Vec<Reference> {
    let mut found = Vec::new();
    for section in file
        .sections()
        .filter(|section| Content::of(section).is_some())
    {
        for (from, relocation) in section.relocations() {
            // An addend that is among the instructions is beyond what this reads: those constants are left in one piece.
            if relocation.has_implicit_addend() {
                continue;
            }
            let symbol = match relocation.target() {
                RelocationTarget::Symbol(index) => file.symbol_by_index(index).ok(),
                _ => None,
            };
            let Some(symbol) = symbol else { continue };
            let mut to = symbol.address().wrapping_add_signed(relocation.addend());
            if relocation.kind() == RelocationKind::Relative && relocation.size() == 32 {
                // Counted from the end of the word.
                to = to.wrapping_add(4);
            }
            found.push(Reference { from, to });
        }
    }
    found
}
