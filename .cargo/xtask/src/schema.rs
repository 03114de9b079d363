//! `cargo xtask schema`: brings the JSON schema of what `-j` prints up to date, .cargo/xtask/schema/ipso.schema.json.
//!
//! What links, addresses, routes and namespaces have is written by hand, in that file. The options of the kinds of links and of
//! the encapsulations of routes are made from their rows, which know the names and the types. What functions print, and the
//! units of numbers, no row knows: `options.json` beside the file has them.

use crate::{Res, at, root, shown};
use ipso::ip::encap;
use ipso::kind::table::each_kind;
use ipso::row::option::{Row, Rows};
use ipso::row::types::{Print, Show, Wire};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::PathBuf;

/// The schema's name in archives and packages.
pub const NAME: &str = "ipso.schema.json";

const OPTIONS: &str = include_str!("../schema/options.json");

/// The definitions that are made. All behind the first of them are.
const KINDS: &str = "kinds";
const PORT_KINDS: &str = "port-kinds";
const ENCAP: &str = "encap";

/// `LWTUNNEL_ENCAP_*` from 1 on, the order of [`encap::TYPES`].
const ENCAPS: [&str; 10] = [
    "mpls",
    "ip",
    "ila",
    "ip6",
    "seg6",
    "bpf",
    "seg6local",
    "rpl",
    "ioam6",
    "xfrm",
];

/// Where the schema lies.
pub fn path() -> PathBuf {
    root().join(".cargo/xtask/schema").join(NAME)
}

pub fn main() -> Res<()> {
    let file = path();
    let text = fs::read_to_string(&file).map_err(|e| at(&file, e))?;
    let text = updated(&text)?;
    fs::write(&file, &text).map_err(|e| at(&file, e))?;
    println!("{}: {} bytes", shown(&file), text.len());
    Ok(())
}

/// The schema with its made definitions as they are to be now.
fn updated(text: &str) -> Res<String> {
    let wrong = |e| format!("the schema: {e}");
    let mut schema: Value = serde_json::from_str(text).map_err(wrong)?;
    let defs = schema["$defs"].as_object_mut().ok_or("no $defs")?;
    let by_hand = defs
        .iter()
        .take_while(|(name, _)| *name != KINDS)
        .map(|(name, def)| (name.clone(), def.clone()));
    let mut all: Map<String, Value> = by_hand.collect();
    all.extend(made()?);
    *defs = all;
    let mut text = String::new();
    add_json(&schema, 0, &mut text);
    text.push('\n');
    Ok(text)
}

/// Adds JSON with indents, of which a value that fits on a line is on one.
fn add_json(value: &Value, depth: usize, text: &mut String) {
    const WIDTH: usize = 160;
    let compact = compact(value);
    let is_short = compact.len() + 4 * depth <= WIDTH && depth > 1;
    let (open, close, items) = match value {
        Value::Object(members) if !is_short => {
            let member = |(key, value): (&String, &Value)| {
                let mut text = format!("{}: ", json!(key));
                add_json(value, depth + 1, &mut text);
                text
            };
            ('{', '}', members.iter().map(member).collect::<Vec<_>>())
        }
        Value::Array(items) if !is_short => {
            let item = |value: &Value| {
                let mut text = String::new();
                add_json(value, depth + 1, &mut text);
                text
            };
            ('[', ']', items.iter().map(item).collect())
        }
        _ => {
            *text += &compact;
            return;
        }
    };
    let indent = " ".repeat(2 * depth);
    text.push(open);
    text.push('\n');
    let lines: Vec<_> = items
        .iter()
        .map(|item| format!("{indent}  {item}"))
        .collect();
    *text += &lines.join(",\n");
    *text += &format!("\n{indent}{close}");
}

/// JSON on one line, with blanks behind colons and commas.
fn compact(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", json!(key), compact(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(compact).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// Options that are printed together: the definition that has them, and the names of what they are of.
struct Family {
    def: String,
    names: Vec<String>,
}

/// What is made.
fn made() -> Res<Map<String, Value>> {
    let options: Value = serde_json::from_str(OPTIONS).map_err(|e| format!("options.json: {e}"))?;
    let options = options.as_object().ok_or("options.json: no object")?;
    let mut defs = Map::new();
    let (mut kinds, mut ports, mut encaps) = (Vec::new(), Vec::new(), Vec::new());
    let mut objects = Map::new();
    for kind in each_kind().filter(|kind| kind.is_shown()) {
        let names: Vec<_> = kind.each_name().map(text).collect();
        let def = format!("kind.{}", names[0]);
        let about = format!("The options of {}.", joined(&names));
        let properties = properties(&names[0], kind.rows(), options);
        objects.insert(def.clone(), object(&about, properties));
        let is_port = names[0].ends_with("_slave");
        if is_port { &mut ports } else { &mut kinds }.push(Family { def, names });
    }
    let mut types = Map::new();
    for (name, encap) in ENCAPS.iter().zip(&encap::TYPES) {
        let mut all = Map::new();
        let about = "The type of the encapsulation.";
        all.insert(
            "encap_type".into(),
            json!({"description": about, "const": name}),
        );
        all.extend(properties(&format!("encap {name}"), encap.rows, options));
        let def = format!("encap.{name}");
        let mut object = object(&format!("The encapsulation {name}."), all);
        object["required"] = json!(["encap_type"]);
        types.insert(def.clone(), object);
        encaps.push(json!({"$ref": format!("#/$defs/{def}")}));
    }
    encaps.push(json!({
        "type": "object",
        "properties": {"encap_type": {"description": "A type without a name.", "const": "unknown"}},
        "required": ["encap_type"],
        "additionalProperties": false,
    }));
    let about = "Each kind of link has options of its own; of others none are shown.";
    defs.insert(
        KINDS.into(),
        choice(about, "info_kind", "info_data", &kinds, ""),
    );
    let about = "So has a port of each kind of master.";
    let port_kinds = choice(
        about,
        "info_slave_kind",
        "info_slave_data",
        &ports,
        "_slave",
    );
    defs.insert(PORT_KINDS.into(), port_kinds);
    let about = "The encapsulation of a route or nexthop.";
    defs.insert(ENCAP.into(), json!({"description": about, "anyOf": encaps}));
    defs.extend(objects);
    defs.extend(types);
    Ok(defs)
}

/// A schema of an object whose member `data` is by the definition of its member `kind`, and missing where no family has that.
/// The names of the families end with `suffix` more.
fn choice(about: &str, kind: &str, data: &str, families: &[Family], suffix: &str) -> Value {
    let mut all = Vec::new();
    let mut known = Vec::new();
    let is = |names: &[&str]| json!({"properties": {kind: {"enum": names}}, "required": [kind]});
    for family in families {
        let names = family.names.iter();
        let names: Vec<_> = names.filter_map(|name| name.strip_suffix(suffix)).collect();
        let def = json!({"$ref": format!("#/$defs/{}", family.def)});
        all.push(json!({"if": is(&names), "then": {"properties": {data: def}}}));
        known.extend(names);
    }
    all.push(json!({"if": is(&known), "else": {"properties": {data: false}}}));
    json!({"description": about, "allOf": all})
}

fn object(about: &str, properties: Map<String, Value>) -> Value {
    json!({
        "description": about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The members that rows are printed as; `name` is what `options.json` may have more of.
fn properties(name: &str, rows: Rows, options: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::new();
    for row in rows {
        if matches!(row.show, Show::Never | Show::TextOnly) {
            continue;
        }
        if row.print == Print::FlagBit {
            add_flag(&row, &mut all);
            continue;
        }
        let member = text(row.name(true));
        // What sets an attribute may be another row than what shows it.
        let sets = |other: &Row| other.attr == row.attr && !other.spellings().is_empty();
        let setter = match row.spellings() {
            [] => rows.into_iter().find(sets),
            _ => Some(row),
        };
        let about = match setter {
            Some(setter) => format!("Set by the option `{}`", text(setter.word())),
            None => "Only shown".into(),
        };
        for (member, schema) in shown_as(&row, member, &about) {
            add(member, schema, &mut all);
        }
    }
    for (names, members) in options {
        if !names.split(',').any(|known| known == name) {
            continue;
        }
        for (member, more) in members.as_object().into_iter().flatten() {
            let known = all.entry(member.clone()).or_insert_with(|| json!({}));
            complete(known, more);
        }
    }
    // What functions print under other names.
    all.retain(|_, schema| has_type(schema));
    all
}

/// Adds what `options.json` has to say of a member. A unit is added to its description.
fn complete(schema: &mut Value, more: &Value) {
    if let Some(schema) = schema.as_object_mut()
        && ["type", "$ref", "enum", "const"]
            .iter()
            .any(|key| more.get(key).is_some())
    {
        schema.retain(|key, _| key == "description");
    }
    for (key, value) in more.as_object().into_iter().flatten() {
        if key != "unit" {
            schema[key] = value.clone();
            continue;
        }
        let about = schema["description"].as_str().unwrap_or_default();
        let about = about.trim_end_matches('.');
        let unit = value.as_str().unwrap_or_default();
        schema["description"] = json!(format!("{about}: in {unit}."));
    }
}

/// Whether a schema says more than a description: rows that functions print do not.
fn has_type(schema: &Value) -> bool {
    let mut members = schema.as_object().into_iter().flatten();
    members.any(|(keyword, _)| keyword != "description")
}

/// Adds a member. Of several rows of one name the first counts that has a type.
fn add(member: String, schema: Value, all: &mut Map<String, Value>) {
    match all.get_mut(&member) {
        None => _ = all.insert(member, schema),
        Some(known) if !has_type(known) => *known = schema,
        Some(_) => {}
    }
}

/// A flag is an element of one list.
fn add_flag(row: &Row, all: &mut Map<String, Value>) {
    let about = "The flags that are set, each by the option of its name.";
    let empty = json!({"description": about, "type": "array", "items": {"enum": []}});
    let list = all.entry("flags").or_insert(empty);
    if let Some(names) = list["items"]["enum"].as_array_mut() {
        names.push(json!(text(row.name(false)).to_uppercase()));
    }
}

/// What is printed of a row: its members with their schemas. One that a function prints has a description alone.
fn shown_as(row: &Row, member: String, about: &str) -> Vec<(String, Value)> {
    let words = || row.values().map(|value| text(value.0));
    let with = |more: &[&str]| -> Vec<String> {
        words()
            .chain(more.iter().map(|&word| word.to_owned()))
            .collect()
    };
    let mut detail = "";
    let mut schema = match row.print {
        Print::Nothing => return Vec::new(),
        Print::Custom if member.is_empty() => return Vec::new(),
        Print::Custom => json!({}),
        Print::Decimal => number(row.wire),
        Print::Signed => json!({"type": "integer"}),
        Print::MaskedBit => json!({"type": "integer", "minimum": 0, "maximum": 1}),
        Print::Hex => {
            detail = "in hexadecimal";
            json!({"type": "string", "pattern": "^(0|0x[0-9a-f]+)$"})
        }
        Print::Word => json!({"enum": with(&["unknown"])}),
        Print::WordOrUnknownMark => json!({"enum": with(&["<unknown>"])}),
        Print::WordOrUnknown => json!({"enum": with(&["UNKNOWN"])}),
        Print::WordOrNull => {
            let mut all: Vec<Value> = with(&["UNKNOWN"]).into_iter().map(Value::from).collect();
            for word in &mut all {
                if word == "none" {
                    *word = Value::Null;
                }
            }
            json!({"enum": all})
        }
        Print::WordIfKnown => json!({"enum": with(&[])}),
        Print::WordOrNumber | Print::WordOrBareNumber => match row.json_number() {
            None => json!({"anyOf": [{"enum": with(&[])}, {"type": "integer", "minimum": 0}]}),
            Some(number) => {
                let word = described(json!({"enum": with(&[])}), about, "");
                let schema = json!({"type": "integer", "minimum": 0});
                let schema = described(schema, about, "a number without a word");
                return vec![(member, word), (text(number), schema)];
            }
        },
        Print::OnOff | Print::Toggle => json!({"type": "boolean"}),
        Print::Name | Print::NameIfSet | Print::NameIfBit | Print::NameIfEqual => {
            json!({"const": true})
        }
        Print::NameOrNull => {
            detail = "there where it is on. The null is iproute2's";
            json!({"type": "null"})
        }
        Print::FlagBit => return Vec::new(),
        Print::Centiseconds => {
            detail = "in seconds";
            json!({"type": "number", "minimum": 0})
        }
        Print::Nanoseconds => {
            detail = "a time with its unit";
            json!({"type": "string"})
        }
        Print::Ethertype => {
            detail = "the name of an ethertype, or its number in brackets";
            json!({"type": "string"})
        }
        Print::Mac => json!({"$ref": "#/$defs/lladdr"}),
        Print::Address => json!({"$ref": "#/$defs/ip"}),
        Print::Device => {
            detail = "the name of an interface";
            json!({"$ref": "#/$defs/ifname"})
        }
        Print::HexBytes => {
            detail = "in hexadecimal";
            json!({"type": "string", "pattern": "^[0-9a-f]*$"})
        }
        Print::BridgeId => {
            detail = "a priority in hexadecimal, a point, and a link-layer address";
            json!({"type": "string"})
        }
        Print::Text => json!({"type": "string"}),
    };
    if row.has_values() && row.print == Print::Decimal {
        let special = row
            .values()
            .map(|(word, number)| format!("{number} is {}", text(word)));
        let special = special.collect::<Vec<_>>().join(", ");
        schema = described(schema, about, &special);
    } else {
        schema = described(schema, about, detail);
    }
    vec![(member, schema)]
}

/// A schema behind its description.
fn described(schema: Value, about: &str, detail: &str) -> Value {
    let description = match detail {
        "" => format!("{about}."),
        detail => format!("{about}: {detail}."),
    };
    let mut all = json!({"description": description});
    if let (Some(all), Some(schema)) = (all.as_object_mut(), schema.as_object()) {
        all.extend(schema.clone());
    }
    all
}

fn number(wire: Wire) -> Value {
    let max = u64::MAX >> (64 - 8 * u32::from(wire.width().max(1)));
    match wire {
        Wire::Bytes | Wire::U64 | Wire::Be64 => json!({"type": "integer", "minimum": 0}),
        _ => json!({"type": "integer", "minimum": 0, "maximum": max}),
    }
}

fn joined(names: &[String]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => names.join(""),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_the_options_of_the_rows() {
        let file = path();
        let text = fs::read_to_string(&file).expect("the schema");
        let updated = updated(&text).expect("a schema");
        assert!(text == updated, "bring it up to date: cargo xtask schema");
    }

    /// A kind that options.json names by mistake would have no members more.
    #[test]
    fn all_of_options_json_is_of_a_kind_or_an_encapsulation() {
        let options: Value = serde_json::from_str(OPTIONS).expect("JSON");
        let mut known: Vec<String> = each_kind()
            .filter_map(|kind| kind.each_name().next())
            .map(super::text)
            .collect();
        known.extend(ENCAPS.map(|name| format!("encap {name}")));
        for names in options.as_object().expect("an object").keys() {
            for name in names.split(',') {
                assert!(known.iter().any(|known| known == name), "{name}");
            }
        }
    }
}
