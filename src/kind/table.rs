//! The list of all kinds, by families; see the example in [`kind`](super).

use crate::error::{Error, Noun};
use crate::kind::kind::Kind;
use crate::text::cut;

/// Each family, and the part that it belongs to with the names of its kinds: a build without that part knows them as
/// missing.
macro_rules! families {
    ($($family:ident $((part $part:literal: $names:literal))?;)*) => {
        /// The kinds in this build, by families.
        pub static FAMILIES: &[&[Kind]] = &[$(
            $(#[cfg(feature = $part)])?
            crate::kind::$family::KINDS,
        )*];

        /// The parts that are not in this build, each with kinds that it has, joined by commas: a line each.
        static MISSING: &[u8] = $crate::joined!(&[$($(
            #[cfg(not(feature = $part))]
            concat!($part, ",", $names),
        )?)*]);

        /// The names that the list above has for families of a part, and the kinds themselves.
        #[cfg(test)]
        static NAMED: &[(&str, &[Kind])] = &[$($(
            #[cfg(feature = $part)]
            ($names, crate::kind::$family::KINDS),
        )?)*];
    };
}

families! {
    pair;
    bare;
    macvlan;
    bridge;
    vxlan (part "overlay": "vxlan");
    geneve (part "overlay": "geneve");
    bareudp (part "overlay": "bareudp");
    gtp (part "overlay": "gtp");
    amt (part "overlay": "amt");
    netkit (part "kinds": "netkit");
    vlan;
    ipvlan (part "kinds": "ipvlan,ipvtap");
    vrf (part "kinds": "vrf,vrf_slave");
    xfrm (part "kinds": "xfrm");
    hsr (part "kinds": "hsr");
    tun (part "kinds": "tun");
    ipoib (part "kinds": "ipoib");
    rmnet (part "kinds": "rmnet");
    dsa (part "kinds": "dsa");
    wwan (part "kinds": "wwan");
    ovpn (part "kinds": "ovpn");
    batadv (part "kinds": "batadv");
    bond (part "bond": "bond,bond_slave");
    macsec (part "macsec": "macsec");
    can (part "can": "can");
    gre (part "tunnel": "gre,gretap,erspan,ip6gre,ip6gretap,ip6erspan");
    iptun (part "tunnel": "ipip,sit,ip6tnl");
    vti (part "tunnel": "vti,vti6");
}

/// The kind of a name, if this build has a table for it.
pub fn find_kind(name: &[u8]) -> Option<&'static Kind> {
    for kind in each_kind() {
        let mut names = kind.names();
        while let Some(known) = cut(&mut names, b',') {
            if known == name {
                return Some(kind);
            }
        }
    }
    None
}

/// All kinds of this build.
pub fn each_kind() -> impl Iterator<Item = &'static Kind> {
    FAMILIES.iter().copied().flatten()
}

/// The error for the options of a kind whose part this build does not have; `None` for any other kind.
pub fn missing_kind(name: &[u8]) -> Option<Error> {
    let mut lines = MISSING;
    while let Some(mut names) = cut(&mut lines, b'\n') {
        let part = cut(&mut names, b',')?;
        while let Some(known) = cut(&mut names, b',') {
            if known == name {
                return Some(Error::missing_part(Noun::Kind, name, part));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_names_the_kinds_that_it_has() {
        for (names, kinds) in NAMED {
            let own: Vec<_> = kinds.iter().map(Kind::names).collect();
            assert_eq!(names.as_bytes(), own.join(&b','));
        }
    }
}
