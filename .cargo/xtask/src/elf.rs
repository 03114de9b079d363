//! The product's ELF file: what it must not have, and what it does not need.

const CLASS_64: u8 = 2;
const BIG_ENDIAN: u8 = 2;
const PT_DYNAMIC: u64 = 2;
const PT_INTERP: u64 = 3;

/// Where the fields lie, for one class (elf.h).
struct Class {
    word: usize,
    phoff: usize,
    shoff: usize,
    phentsize: usize,
    shnum: usize,
    p_offset: usize,
    p_filesz: usize,
    header: usize,
}

const ELF32: Class = Class {
    word: 4,
    phoff: 28,
    shoff: 32,
    phentsize: 42,
    shnum: 48,
    p_offset: 4,
    p_filesz: 16,
    header: 52,
};
const ELF64: Class = Class {
    word: 8,
    phoff: 32,
    shoff: 40,
    phentsize: 54,
    shnum: 60,
    p_offset: 8,
    p_filesz: 32,
    header: 64,
};

/// Said of a file that moves itself to where it is loaded, or that needs an interpreter to do it.
const DYNAMIC: &str = "not static: it has a dynamic section";

/// Refuses a file that is not static and cuts off the section headers, which only debuggers and linkers read: the
/// kernel loads by program headers.
pub fn trim(file: &mut Vec<u8>) -> Result<(), String> {
    if file.get(..4) != Some(b"\x7fELF") {
        return Err("not an ELF file".into());
    }
    let class = if file.get(4) == Some(&CLASS_64) {
        ELF64
    } else {
        ELF32
    };
    let cut = || String::from("the file is cut short");
    let phoff = get(file, class.phoff, class.word).ok_or_else(cut)? as usize;
    let phentsize = get(file, class.phentsize, 2).ok_or_else(cut)? as usize;
    let phnum = get(file, class.phentsize + 2, 2).ok_or_else(cut)? as usize;
    let mut end = class.header.max(phoff + phentsize * phnum);
    let mut dynamic = false;
    for n in 0..phnum {
        let at = phoff + n * phentsize;
        match get(file, at, 4).ok_or_else(cut)? {
            PT_INTERP => return Err("not static: it names an interpreter".into()),
            PT_DYNAMIC => dynamic = true,
            _ => {}
        }
        let offset = get(file, at + class.p_offset, class.word).ok_or_else(cut)?;
        let size = get(file, at + class.p_filesz, class.word).ok_or_else(cut)?;
        // A segment of zeros alone has no place in the file.
        if size > 0 {
            end = end.max((offset + size) as usize);
        }
    }
    if end > file.len() {
        return Err(cut());
    }
    if dynamic {
        return Err(DYNAMIC.into());
    }
    file.truncate(end);
    // shnum and shstrndx are neighbours.
    file[class.shoff..class.shoff + class.word].fill(0);
    file[class.shnum..class.shnum + 4].fill(0);
    Ok(())
}

/// The kernel can start it alone: no interpreter has to be there.
pub fn stands_alone(file: &[u8]) -> bool {
    match trim(&mut file.to_vec()) {
        Ok(()) => true,
        Err(text) => text == DYNAMIC,
    }
}

/// A number in the order of bytes that the file says it has.
fn get(file: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = file.get(at..at + width)?.iter();
    let next = |value, byte: &u8| value << 8 | u64::from(*byte);
    Some(match file.get(5) {
        Some(&BIG_ENDIAN) => bytes.fold(0, next),
        _ => bytes.rev().fold(0, next),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF64 header, one program header of the given type over the whole of both, four bytes of "sections".
    fn sample(kind: u8) -> Vec<u8> {
        let mut file = vec![0; 64 + 56];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[ELF64.phoff] = 64;
        file[ELF64.shoff] = 120;
        file[ELF64.phentsize] = 56;
        file[ELF64.phentsize + 2] = 1;
        file[ELF64.shnum] = 9;
        file[ELF64.shnum + 2] = 8;
        file[64] = kind;
        file[64 + ELF64.p_filesz] = 120;
        file.extend(*b"sect");
        file
    }

    #[test]
    fn sections_are_cut() {
        let mut file = sample(1);
        trim(&mut file).unwrap();
        assert_eq!(file.len(), 120);
        assert_eq!(
            (file[ELF64.shoff], file[ELF64.shnum], file[ELF64.shnum + 2]),
            (0, 0, 0)
        );
    }

    #[test]
    fn zeros_take_no_place() {
        let mut file = sample(1);
        file[64 + ELF64.p_offset + 1] = 0x10;
        file[64 + ELF64.p_filesz] = 0;
        trim(&mut file).unwrap();
        assert_eq!(file.len(), 120);
    }

    #[test]
    fn big_endian() {
        let mut file = sample(1);
        file[5] = BIG_ENDIAN;
        // Each of the numbers has one byte, the first: it goes last.
        for (at, width) in [
            (ELF64.phoff, 8),
            (ELF64.phentsize, 2),
            (ELF64.phentsize + 2, 2),
            (64, 4),
            (64 + ELF64.p_filesz, 8),
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
