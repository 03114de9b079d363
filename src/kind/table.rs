//! The list of all kinds that are more than their name, or that refuse further words.

use crate::error::Error;
use crate::kind::kind::Kind;

/// The families in this build, and the names of kinds that need a part which it does not have.
macro_rules! families {
    ($($family:ident $((part $part:literal: $names:literal))?;)*) => {
        /// The kinds in this build, by families.
        pub static FAMILIES: &[&[Kind]] = &[$(
            $(#[cfg(feature = $part)])?
            crate::kind::$family::KINDS,
        )*];

        /// Names of kinds, and the part that each needs.
        static ELSEWHERE: &[(&str, &str)] = &[$($(
            #[cfg(not(feature = $part))]
            ($names, $part),
        )?)*];

        /// What the table above says of the families that belong to a part: names, and the kinds themselves.
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

/// The kind of that name, if its options are known and in this build.
pub fn find_kind(name: &[u8]) -> Option<&'static Kind> {
    each_kind().find(|kind| kind.each_name().any(|known| known == name))
}

/// All kinds of this build.
pub fn each_kind() -> impl Iterator<Item = &'static Kind> {
    FAMILIES.iter().copied().flatten()
}

/// Why the options of a kind are not known, if they are in a part that this build does not have.
pub fn missing_kind(name: &[u8]) -> Option<Error> {
    let mut elsewhere = ELSEWHERE.iter();
    let (_, part) = elsewhere.find(|(names, _)| {
        names
            .as_bytes()
            .split(|byte| *byte == b',')
            .any(|known| known == name)
    })?;
    Some(Error::missing_part("Kind", name, part))
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
