//! The flags of an address, by their words.

use crate::ip::ifaddr::record::Record;
use crate::name_table;
use crate::names::table::Table;
use crate::nl::uapi::{af, ifa_f};
use crate::out::Out;
use crate::text::hexadecimal;

/// `IFA_F_*` by the number of the bit, in the order in which they are shown. The first bit has a word for each family.
pub(crate) static FLAGS: Table = name_table!(
    "0 secondary|0 temporary|1 nodad|2 optimistic|3 dadfailed|4 home|5 deprecated|6 tentative|\
    7 permanent|8 mngtmpaddr|9 noprefixroute|10 autojoin|11 stable-privacy"
);

/// The flag of a word.
pub fn find_flag(word: &[u8]) -> Option<u32> {
    FLAGS.number_of(word).map(|bit| 1 << bit)
}

/// All words for flags.
pub fn flag_words() -> impl Iterator<Item = &'static [u8]> {
    FLAGS.0.map(|(_, word)| word)
}

/// Shows the flags of an address.
pub fn show_flags(record: &Record, out: &mut Out) {
    let other_family: &[u8] = if record.family == af::INET6 {
        b"secondary"
    } else {
        b"temporary"
    };
    // An address that is not permanent is shown as `dynamic`.
    let mut rest = record.flags ^ ifa_f::PERMANENT;
    for (bit, word) in FLAGS.0 {
        // As of most addresses.
        if rest == 0 {
            return;
        }
        if word == other_family {
            continue;
        }
        let flag = 1 << bit;
        if rest & flag != 0 {
            out.word(if flag == ifa_f::PERMANENT {
                b"dynamic"
            } else {
                word
            });
        }
        rest &= !flag;
    }
    if rest != 0 {
        hexadecimal(out.value(), rest.into(), 2);
        out.put("ifa_flags|flags % ", true);
    }
}
