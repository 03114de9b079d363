//! Words of `ip rule`.

use crate::common::{has_parts, part};
use crate::order::{Order, check_by_hand, pick_word, prefixes, spellings};
use crate::support::said;
use ipso::args;
use ipso::ip::rule::words::{CHANGE, CHOICE};

/// `ip rule add` and `delete`; other words are actions.
const CHANGE_ORDER: Order = "\
    =not =from =to preference,order,priority =tos,dsfield =fwmark realms protocol tun_id table,=lookup \
    suppress_prefixlength,=sup_pl suppress_ifgroup,=sup_group =dev,=iif =oif =l3mdev =uidrange =nat,map-to =ipproto =sport \
    =dport =dscp =flowlabel =type";
const CHANGE_BY_HAND: &str = "\
    p=preference pr=preference pri=preference pro=protocol o=preference d=tos r=realms t=tun_id ta=table l=- s=suppress_prefixlength \
    suppress_i=suppress_ifgroup sup=suppress_prefixlength m=nat f=- n=-";

/// `ip rule show` and `flush`; other words are destinations.
const CHOICE_ORDER: Order = "\
    preference,order,priority =not =tos,=dsfield =fwmark =dev,=iif =oif =l3mdev =uidrange tun_id lookup,table from,src \
    protocol =ipproto =sport =dport =dscp =flowlabel dst,=to";
const CHOICE_BY_HAND: &str = "\
    p=preference pro=protocol o=preference d=dst ds=dst t=tun_id ta=lookup l=lookup f=from s=from n=- dsfield=tos";

#[test]
fn rule_words_pick_what_iproute2_picks() {
    for (table, order, by_hand) in [
        (CHANGE, CHANGE_ORDER, CHANGE_BY_HAND),
        (CHOICE, CHOICE_ORDER, CHOICE_BY_HAND),
    ] {
        let order = spellings(order);
        check_by_hand(&order, by_hand);
        let words: Vec<_> = table
            .split('|')
            .map(|row| args::plain(row.as_bytes()))
            .collect();
        let mut tried = prefixes(&order);
        tried.extend(["", "x", "tablex", "FROM"]);
        for prefix in tried {
            let found = args::pick(prefix.as_bytes(), (table, &words));
            let picked = pick_word(&order, prefix);
            assert_eq!(found, picked.map(str::as_bytes), "{prefix}");
        }
    }
}

#[test]
fn rule_words_are_explained() {
    if !has_parts("rule::rule_words_are_explained", &[part::HELP]) {
        return;
    }
    let help = said(&["ip", "rule", "help"]);
    assert_eq!((help.code, help.stdout.as_str()), (255, ""));
    let explained: Vec<&str> = help.stderr.split_whitespace().collect();
    let words = "add del flush list not from to tos fwmark iif oif pref l3mdev uidrange ipproto sport dport dscp flowlabel \
        tun_id table protocol nat realms goto nop suppress_prefixlength suppress_ifgroup local main default";
    for word in words.split_whitespace() {
        assert!(explained.contains(&word), "{word}");
    }
}
