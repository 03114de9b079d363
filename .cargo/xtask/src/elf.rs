//! The product's ELF file: what it must not have, and what it does not need.

use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, FileKind, pod};

/// Said of a file that moves itself to where it is loaded, or that needs an interpreter to do it.
const DYNAMIC: &str = "not static: it has a dynamic section";
const CUT: &str = "the file is cut short";

/// Refuses a file that is not static and cuts off the section headers, which only debuggers and linkers read: the
/// kernel loads by program headers.
pub fn trim(file: &mut Vec<u8>) -> Result<(), String> {
    // The headers of both classes have fields of the same names.
    macro_rules! trim {
        ($header:ident) => {{
            let loaded = Loaded::read::<$header<Endianness>>(file)?;
            if loaded.dynamic {
                return Err(DYNAMIC.into());
            }
            file.truncate(loaded.end);
            let (header, _) = pod::from_bytes_mut::<$header<Endianness>>(file).map_err(|()| CUT)?;
            // The same in each order of bytes.
            let any = Endianness::Little;
            header.e_shoff.set(any, 0);
            header.e_shnum.set(any, 0);
            header.e_shstrndx.set(any, elf::SHN_UNDEF);
        }};
    }
    match FileKind::parse(&**file) {
        Ok(FileKind::Elf32) => trim!(FileHeader32),
        Ok(FileKind::Elf64) => trim!(FileHeader64),
        _ => return Err("not an ELF file".into()),
    }
    Ok(())
}

/// What the kernel loads of a file that names no interpreter.
struct Loaded {
    /// Where it ends, with the headers that it is found by.
    end: usize,
    dynamic: bool,
}

impl Loaded {
    fn read<Header: FileHeader<Endian = Endianness>>(file: &[u8]) -> Result<Loaded, String> {
        let wrong = |error: object::Error| error.to_string();
        let header = Header::parse(file).map_err(wrong)?;
        let endian = header.endian().map_err(wrong)?;
        let segments = header.program_headers(endian, file).map_err(wrong)?;
        let start: u64 = header.e_phoff(endian).into();
        let mut end = (start + size_of_val(segments) as u64).max(size_of::<Header>() as u64);
        let mut dynamic = false;
        for segment in segments {
            match segment.p_type(endian) {
                elf::PT_INTERP => return Err("not static: it names an interpreter".into()),
                elf::PT_DYNAMIC => dynamic = true,
                _ => {}
            }
            let (offset, size) = segment.file_range(endian);
            // A segment of zeros alone has no place in the file.
            if size > 0 {
                end = end.max(offset.checked_add(size).ok_or(CUT)?);
            }
        }
        if end > file.len() as u64 {
            return Err(CUT.into());
        }
        let end = end as usize;
        Ok(Loaded { end, dynamic })
    }
}

/// The kernel can start it alone: no interpreter has to be there.
pub fn stands_alone(file: &[u8]) -> bool {
    match trim(&mut file.to_vec()) {
        Ok(()) => true,
        Err(text) => text == DYNAMIC,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Where fields of the headers lie, in a file of 64 bits.
    const E_PHOFF: usize = 32;
    const E_SHOFF: usize = 40;
    const E_PHENTSIZE: usize = 54;
    const E_SHNUM: usize = 60;
    const P_OFFSET: usize = 8;
    const P_FILESZ: usize = 32;

    /// An ELF64 header, one program header of the given type over the whole of both, four bytes of "sections".
    fn sample(kind: u8) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        file[E_PHOFF] = 64;
        file[E_SHOFF] = 120;
        file[E_PHENTSIZE] = 56;
        file[E_PHENTSIZE + 2] = 1;
        file[E_SHNUM] = 9;
        file[E_SHNUM + 2] = 8;
        file[64] = kind;
        file[64 + P_FILESZ] = 120;
        file.extend(*b"sect");
        file
    }

    #[test]
    fn sections_are_cut() {
        let mut file = sample(1);
        trim(&mut file).unwrap();
        assert_eq!(file.len(), 120);
        assert_eq!((file[E_SHOFF], file[E_SHNUM], file[E_SHNUM + 2]), (0, 0, 0));
    }

    #[test]
    fn zeros_take_no_place() {
        let mut file = sample(1);
        file[64 + P_OFFSET + 1] = 0x10;
        file[64 + P_FILESZ] = 0;
        trim(&mut file).unwrap();
        assert_eq!(file.len(), 120);
    }

    #[test]
    fn big_endian() {
        let mut file = sample(1);
        file[5] = elf::ELFDATA2MSB.0;
        // Each of the numbers has one byte, the first: it goes last.
        for (at, width) in [
            (E_PHOFF, 8),
            (E_PHENTSIZE, 2),
            (E_PHENTSIZE + 2, 2),
            (64, 4),
            (64 + P_FILESZ, 8),
        ] {
            file[at..at + width].reverse();
        }
        trim(&mut file).unwrap();
        assert_eq!(file.len(), 120);
    }

    #[test]
    fn what_is_not_static_is_refused() {
        assert!(trim(&mut sample(2)).unwrap_err().contains("dynamic"));
        assert!(trim(&mut sample(3)).unwrap_err().contains("interpreter"));
        assert!(stands_alone(&sample(1)) && stands_alone(&sample(2)));
        assert!(!stands_alone(&sample(3)) && !stands_alone(b"#!/bin/sh\n"));
    }

    #[test]
    fn a_cut_file_is_refused() {
        for len in 0..120 {
            assert!(trim(&mut sample(1)[..len].to_vec()).is_err(), "{len}");
        }
    }
}
