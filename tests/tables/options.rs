//! Global options.

use crate::support::said;

/// What a global option does, by how it changes what the program prints.
fn meaning_of(word: &str) -> &'static str {
    let found = said(&["ip", word, "-V"]);
    match (found.code, found.stderr.as_str()) {
        (0, "") if found.stdout.starts_with("ip utility, ") => {}
        (255, e) if e.contains("invalid protocol family") => return "family",
        (255, e) if e.starts_with("Usage: ip [ OPTIONS ]") => {
            // It takes `-V` for a number.
            let alone = said(&["ip", word]).stderr;
            return match alone == "Error: argument \"loop count\" is required\n" {
                true => "loops",
                false => "help",
            };
        }
        (255, "Invalid rcvbuf size '-V'\n") => return "rcvbuf",
        (255, e) if e.ends_with("it needs the part \"stats\".\n") => return "stats",
        (255, e) if e.ends_with("is unknown, try \"ip -help\".\n") => return "unknown",
        // These take `-V` for the name of a namespace, or of a file.
        (_, e) if e.contains("network namespace \"-V\"") => return "netns",
        (1, "Cannot open file \"-V\" for reading: No such file or directory\n") => return "batch",
        other => panic!("{word}: {other:?}"),
    }
    if said(&["ip", word]).code == 0 {
        return "Version";
    }
    let lo = |options: &[&str]| said(&[&["ip"], options, &["link", "show", "lo"]].concat()).stdout;
    let plain = lo(&[]);
    let shown = lo(&[word]);
    match () {
        () if shown == plain => match lo(&["-j"]) == lo(&["-j", word]) {
            true => "no difference",
            false => "pretty",
        },
        () if shown.starts_with('[') => "json",
        () if shown.contains('\x1b') => "color",
        () if shown.contains('\\') => "oneline",
        () if shown.contains("link/[772]") => "Numeric",
        () if shown.contains("RX:") => "stats",
        () if shown.contains("promiscuity") => "details",
        () if shown.starts_with("lo ") => "brief",
        () => panic!("{word}: {shown}"),
    }
}

/// Prefixes and what they do. `same` is no difference: a family, -human and -iec change nothing in the commands above.
const MEANINGS: &str = "\
    l=loops loops=loops f=family fa=family family=family 4=same 6=same 0=same M=same B=same h=same hu=same \
    human=same human-=same human-readable=same i=same iec=same s=stats st=stats stats=stats stati=stats \
    statistics=stats d=details det=details details=details r=same re=same resolve=same o=oneline one=oneline \
    oneline=oneline t=same ti=same timestamp=same ts=same tshort=same V=Version Ver=Version \
    Version=Version v=unknown fo=same force=same b=batch ba=batch bat=batch batch=batch br=brief brief=brief \
    j=json json=json jsonx=unknown p=pretty pretty=pretty rc=rcvbuf rcvbuf=rcvbuf c=color co=color color=color \
    he=help hel=help help=help n=netns ne=netns netns=netns N=Numeric Num=Numeric Numeric=Numeric n4=unknown \
    46=unknown a=same all=same fai=unknown fail=same e=unknown ech=unknown echo=same x=unknown colour=unknown \
    statsx=unknown";

#[test]
fn global_options_are_found_by_prefix() {
    for pair in MEANINGS.split_whitespace() {
        let (word, meaning) = pair.split_once('=').expect("WORD=MEANING");
        let meaning = if meaning == "same" {
            "no difference"
        } else {
            meaning
        };
        assert_eq!(meaning_of(&format!("-{word}")), meaning, "-{word}");
        assert_eq!(meaning_of(&format!("--{word}")), meaning, "--{word}");
    }
    for (word, same) in [
        ("-color=always", "-c"),
        ("-c=always", "-c"),
        ("-co=never", "-4"),
        ("-color=auto", "-4"),
    ] {
        assert_eq!(meaning_of(word), meaning_of(same), "{word}");
    }
    // The first of all begins with nothing, too.
    assert_eq!(meaning_of("-"), "loops");
    assert_eq!(meaning_of("-color=x"), "unknown");
    assert_eq!(meaning_of("-json=x"), "unknown");
}
