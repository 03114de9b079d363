//! The reader of JSON: texts that RFC 8259 allows, that it refuses, and those in which readers differ; and what is found in them.

use ipso::cni::json::{DEPTH, Json, NULL, read};

/// Texts that are JSON.
const GOOD: &[&str] = &[
    // Values that stand alone, and blanks.
    "null",
    "true",
    "false",
    "0",
    "\"\"",
    "[]",
    "{}",
    " null",
    "null ",
    "\tnull\r\n",
    "\n\n[\r]\t",
    " { } ",
    "[ 1 , 2 ]",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "[\n\t1\r,\n2]",
    // Numbers.
    "-0",
    "1",
    "10",
    "-1",
    "1234567890",
    "0.0",
    "-0.0",
    "0.5",
    "1.25",
    "10.01",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "1E+01",
    "0e0",
    "0e1",
    "0E-0",
    "-1.5e-07",
    "123.456e78",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "123456789012345678901234567890",
    "0.000000000000000000000000000000000000001",
    "1e400",
    "-1e400",
    "1e-400",
    "[1e1,-1,0]",
    // Strings.
    r#""a""#,
    r#"" ""#,
    r#""\"""#,
    r#""\\""#,
    r#""\/""#,
    r#""\b\f\n\r\t""#,
    r#""/""#,
    r#""\u0000""#,
    r#""\u0041""#,
    r#""\u00e9\u00E9""#,
    r#""\uABCD\uabcd""#,
    r#""\u2028\u2029""#,
    r#""\ud834\udd1e""#,
    r#""\uD834\uDD1E""#,
    r#""\\u0041""#,
    r#""\\n""#,
    r#""\\\\""#,
    r#""\\\"""#,
    r#""'""#,
    r##""#,:{}[]""##,
    "\"\u{7f}\"",
    "\"\u{80}\"",
    "\"é\"",
    "\"\u{2028}\"",
    "\"\u{feff}\"",
    "\"𝄞\"",
    "\"\u{10ffff}\"",
    r#""\uffff""#,
    r#""\uFFFE""#,
    // Arrays.
    "[null]",
    "[1]",
    "[[]]",
    "[[],[]]",
    "[{}]",
    "[[[[[[]]]]]]",
    "[1,\"a\",null,true,false,[],{}]",
    "[\"\"]",
    "[0,0,0,0]",
    // Objects.
    r#"{"":0}"#,
    r#"{"a":null}"#,
    r#"{"a":{}}"#,
    r#"{"a":[]}"#,
    r#"{"a":1,"b":2}"#,
    r#"{"a":1,"a":1}"#,
    r#"{"a":1,"a":2}"#,
    r#"{"\u0061":1}"#,
    r#"{"a b":1}"#,
    r#"{"\"":1}"#,
    r#"{"a":{"b":{"c":[{}]}}}"#,
    "{\n\"a\"\n:\n1\n}",
];

/// Texts that are none.
const BAD: &[&str] = &[
    // Nothing, and more than one value.
    "",
    " ",
    "\n",
    "null null",
    "1 2",
    "[][]",
    "{}{}",
    "[]x",
    "{}#",
    "null,",
    ",",
    "[],",
    "\"a\" \"b\"",
    "\"a\"b",
    "]",
    "}",
    ":",
    // Marks that are no blanks.
    "\u{feff}{}",
    "\u{feff}",
    "\u{a0}[]",
    "[]\u{a0}",
    "[\u{b}]",
    "[\u{c}]",
    "\u{c}null",
    "[1\u{2028}]",
    "\0",
    "[]\0",
    "[\0]",
    // Words.
    "nul",
    "nulll",
    "Null",
    "NULL",
    "True",
    "TRUE",
    "tru",
    "truefalse",
    "fals",
    "nil",
    "undefined",
    "a",
    "x",
    "'a'",
    // Numbers.
    "-",
    "+1",
    "--1",
    "-a",
    "- 1",
    "01",
    "-01",
    "00",
    "1.",
    ".5",
    "-.5",
    "1.e1",
    "0.e1",
    "1e",
    "1E",
    "1e+",
    "1e-",
    "1e1.0",
    "1e1e1",
    "1..2",
    "1.2.3",
    "0x1",
    "1_000",
    "1,000",
    "1 000",
    "0 1",
    "NaN",
    "-NaN",
    "Infinity",
    "-Infinity",
    "inf",
    "1a",
    "1f",
    "0b1",
    "1+2",
    "\u{ff11}",
    // Strings.
    "\"",
    "\"a",
    "a\"",
    "\"\\",
    "\"\\\"",
    "\"\n\"",
    "\"\t\"",
    "\"\r\"",
    "\"\0\"",
    "\"\u{1f}\"",
    "\"\u{1}\"",
    r#""\a""#,
    r#""\x41""#,
    r#""\0""#,
    r#""\'""#,
    r#""\ ""#,
    r#""\U0041""#,
    r#""\u""#,
    r#""\u0""#,
    r#""\u00""#,
    r#""\u004""#,
    r#""\u004g""#,
    r#""\u 041""#,
    r#""\u+041""#,
    r#""\u-041""#,
    r#""\u00A""#,
    r#""\ud834\""#,
    r#""\ud834\u""#,
    r#""\ud834\udd1""#,
    "\"\\\u{e9}\"",
    "\"\\\n\"",
    "\"a\"\"",
    // Arrays.
    "[",
    "[1",
    "[1,",
    "[,",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[,]",
    "[1 2]",
    "[1:2]",
    "[1;2]",
    "[}",
    "[1}",
    "[[]",
    "[]]",
    "[\"a\"",
    "[\"a",
    "[1,\n",
    "[a]",
    "[-]",
    "[*]",
    "<1>",
    "[\"a\":1]",
    "(1)",
    // Objects.
    "{",
    "{]",
    "{a",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{,}",
    "{\"a\"}",
    "{\"a\" 1}",
    "{\"a\",1}",
    "{\"a\":}",
    "{:1}",
    "{\"a\"::1}",
    "{\"a\":1:2}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1;\"b\":2}",
    "{\"a\":1,,\"b\":2}",
    "{a:1}",
    "{1:1}",
    "{null:1}",
    "{'a':1}",
    "{[]:1}",
    "{{}:1}",
    "{\"a\":a}",
    "{\"a\":\"b",
    "{\"a\":1}}",
    "{\"a\":1]",
    "{\"a\"=1}",
    "{\"\\u00g0\":1}",
    // Comments.
    "// none\n{}",
    "{} // none",
    "/* none */ {}",
    "{/**/}",
    "# none\n{}",
    "[1,#\n2]",
];

#[test]
fn what_is_json_is_read() {
    for text in GOOD {
        let value = read(text.as_bytes());
        let blanks = |c| " \t\r\n".contains(c);
        let inside = text.trim_matches(blanks).as_bytes();
        assert_eq!(value.map(Json::raw), Some(inside), "{text:?}");
        // Where serde_json agrees (it has no numbers beyond a double's), there is no mistake in the list.
        if !text.contains("e400") {
            let known = serde_json::from_str::<serde_json::Value>(text);
            assert!(known.is_ok(), "{text:?}");
        }
    }
}

#[test]
fn what_is_no_json_is_refused() {
    for text in BAD {
        assert_eq!(read(text.as_bytes()), None, "{text:?}");
        let known = serde_json::from_str::<serde_json::Value>(text);
        assert!(known.is_err(), "{text:?}");
    }
    let many = GOOD.len() + BAD.len();
    assert!(many >= 150, "{many}");
}

/// Bytes that are no UTF-8 are passed through: names of files are bytes as well. Outside of strings they are nothing.
#[test]
fn bytes_that_are_no_utf8_stay_in_strings() {
    for text in [
        &b"\"\xff\""[..],
        b"\"\x80\"",
        b"\"\xc3\"",
        b"\"\xe9\x80\"",
        b"\"\xc0\xaf\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf4\xbf\xbf\xbf\"",
    ] {
        let value = read(text).expect("a string");
        let inside = &text[1..text.len() - 1];
        assert_eq!(value.text(), Some(inside));
    }
    for text in [
        &b"\xff"[..],
        b"[\xff]",
        b"{\xff:1}",
        b"1\xff",
        b"\xff\xfe[\0]\0",
        b"\0[\0]",
    ] {
        assert_eq!(read(text), None, "{text:?}");
    }
}

fn nested(open: &str, inside: &str, close: &str, depth: u32) -> String {
    let depth = depth as usize;
    [&open.repeat(depth), inside, &close.repeat(depth)].concat()
}

#[test]
fn values_lie_a_hundred_deep_and_no_deeper() {
    assert_eq!(DEPTH, 100);
    for (open, inside, close) in [("[", "", "]"), ("[", "1", "]"), ("{\"a\":", "{}", "}")] {
        let own = u32::from(inside == "{}");
        let fits = nested(open, inside, close, DEPTH - own);
        assert!(read(fits.as_bytes()).is_some(), "{fits}");
        let deeper = nested(open, inside, close, DEPTH - own + 1);
        assert_eq!(read(deeper.as_bytes()), None, "{deeper}");
    }
    // Beside each other as many as there are.
    let wide = format!("[{}[]]", "[],".repeat(10_000));
    assert!(read(wide.as_bytes()).is_some());
}

#[test]
fn a_hundred_thousand_brackets_are_refused() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let text = open.repeat(100_000);
        assert_eq!(read(text.as_bytes()), None);
    }
    assert_eq!(read("]".repeat(100_000).as_bytes()), None);
}

#[test]
fn a_long_text_is_read() {
    let long = format!("\"{}\"", "\\n".repeat(500_000));
    let value = read(long.as_bytes()).expect("a string");
    assert_eq!(value.text().expect("a text").len(), 500_000);
    let digits = "9".repeat(100_000);
    let value = read(digits.as_bytes()).expect("a number");
    assert_eq!(value.number(), None);
}

#[track_caller]
fn value(text: &str) -> Json<'_> {
    read(text.as_bytes()).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn strings_are_unescaped() {
    for (text, meant) in [
        (r#""""#, ""),
        (r#""abc""#, "abc"),
        (r#""\"\\\/""#, "\"\\/"),
        (r#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u20AC""#, "Aé€"),
        (r#""\u0000""#, "\0"),
        (r#""\ud834\udd1e""#, "𝄞"),
        (r#""\udbff\udfff""#, "\u{10ffff}"),
        (r#""\uD800\uDC00""#, "\u{10000}"),
        (r#""x\ud834""#, "x\u{fffd}"),
        (r#""\ud834x""#, "\u{fffd}x"),
        (r#""\udd1e""#, "\u{fffd}"),
        (r#""\udd1e\ud834""#, "\u{fffd}\u{fffd}"),
        (r#""\ud834\ud834\udd1e""#, "\u{fffd}𝄞"),
        (r#""\ud834\u0041""#, "\u{fffd}A"),
        (r#""\ud834\n""#, "\u{fffd}\n"),
        (r#""\\u0041""#, "\\u0041"),
        (r#""\\\"""#, "\\\""),
        ("\"é𝄞\"", "é𝄞"),
    ] {
        let found = value(text).text();
        assert_eq!(found, Some(meant.as_bytes()), "{text}");
    }
    for other in ["null", "1", "[]", "{}", "true"] {
        assert_eq!(value(other).text(), None, "{other}");
    }
}

#[test]
fn numbers_are_whole_ones_or_none() {
    for (text, meant) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("7", Some(7)),
        ("-1", Some(-1)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775807", Some(-i64::MAX)),
        ("9223372036854775808", None),
        ("18446744073709551616", None),
        ("-99999999999999999999", None),
        ("1.0", None),
        ("1.5", None),
        ("1e1", None),
        ("1E400", None),
        ("\"1\"", None),
        ("null", None),
        ("true", None),
        ("[1]", None),
    ] {
        assert_eq!(value(text).number(), meant, "{text}");
    }
}

#[test]
fn the_other_types_are_told_apart() {
    for (text, is_null, is_array, is_object, bool) in [
        ("null", true, false, false, None),
        ("true", false, false, false, Some(true)),
        ("false", false, false, false, Some(false)),
        ("[]", false, true, false, None),
        ("{}", false, false, true, None),
        ("\"null\"", false, false, false, None),
        ("\"true\"", false, false, false, None),
        ("0", false, false, false, None),
    ] {
        let value = value(text);
        let found = (
            value.is_null(),
            value.is_array(),
            value.is_object(),
            value.bool(),
        );
        assert_eq!(found, (is_null, is_array, is_object, bool), "{text}");
    }
}

#[test]
fn members_are_found_by_name() {
    let object = value(r#" {"a":1, "B" : [2] ,"c":{"d":null},"a":3,"":4,"\u0065f":5,"K":6} "#);
    for (name, meant) in [
        // The last of a name, in whatever letters.
        ("a", "3"),
        ("A", "3"),
        ("b", "[2]"),
        ("c", r#"{"d":null}"#),
        ("", "4"),
        ("ef", "5"),
        ("k", "6"),
        ("d", "null"),
        ("nosuch", "null"),
    ] {
        assert_eq!(object.get(name).raw(), meant.as_bytes(), "{name}");
    }
    for other in ["[1]", "\"a\"", "null", "1"] {
        assert_eq!(value(other).get("a"), NULL, "{other}");
    }
}

#[test]
fn elements_and_members_come_in_their_order() {
    let texts = |text| -> Vec<(String, String)> {
        let string = |value: Json| String::from_utf8_lossy(value.raw()).into_owned();
        let mut each = value(text).each();
        let mut all = Vec::new();
        while each.advance() {
            all.push((string(each.name), string(each.value)));
        }
        all
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        texts("[ 1 ,[2, 3],\n\"x,]\" , {} ]"),
        ["1", "[2, 3]", "\"x,]\"", "{}"].map(|value| pair("", value))
    );
    assert_eq!(
        texts(r#"{ "a" : 1 , "b,}" : {"c":[2]} , "a":null}"#),
        [
            pair("\"a\"", "1"),
            pair("\"b,}\"", r#"{"c":[2]}"#),
            pair("\"a\"", "null")
        ]
    );
    for none in ["[]", "{}", "[ ]", "{ }", "null", "1", "\"[1]\""] {
        assert_eq!(texts(none), [], "{none}");
    }
}

/// Goes through a value and all that is in it, in every way that there is.
fn walk(value: Json) {
    let _ = (value.text(), value.number(), value.bool(), value.get("a"));
    let mut each = value.each();
    while each.advance() {
        let _ = each.name.text();
        walk(each.value);
    }
}

const SAMPLE: &[u8] =
    br#" {"cniVersion":"1.0.0","name":"n\u00e9t\\\"","a":[1,-2.5e+3,{"b":null,"c":[true,false]}],
    "ipam":{"type":"host-local","ranges":[[{"subnet":"10.0.0.0\/8"}],[]]}} "#;

/// What differs from a good text in one byte is JSON for this reader if it is for another one.
#[test]
fn damage_is_no_panic_and_what_is_cut_is_refused() {
    assert!(read(SAMPLE).is_some());
    let end = SAMPLE.trim_ascii_end().len();
    for len in 0..end {
        assert_eq!(read(&SAMPLE[..len]), None, "{len}");
    }
    let mut text = SAMPLE.to_vec();
    for at in 0..SAMPLE.len() {
        for byte in 0..=255 {
            text[at] = byte;
            let found = read(&text);
            if let Some(value) = found {
                walk(value);
            }
            if let Ok(text) = str::from_utf8(&text) {
                let known = serde_json::from_str::<serde_json::Value>(text);
                assert_eq!(found.is_some(), known.is_ok(), "{text}");
            }
        }
        text[at] = SAMPLE[at];
    }
}

/// As a runtime's own damage: a byte is left out, or there twice.
#[test]
fn bytes_that_are_missing_or_double_are_no_panic() {
    let surrogates = br#"["\ud834\udd1e", {"\udd1e\ud834": "\ud834"}]"#;
    for sample in [SAMPLE, surrogates] {
        for at in 0..sample.len() {
            let without = [&sample[..at], &sample[at + 1..]].concat();
            let twice = [&sample[..=at], &sample[at..]].concat();
            for text in [without, twice] {
                read(&text).into_iter().for_each(walk);
            }
        }
    }
}
