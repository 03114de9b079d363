//! A validator for the keywords of JSON Schema (draft 2020-12) that the schema uses. It refuses any other, so that none is
//! passed over in silence.

use crate::common::regex;
use serde_json::{Map, Value};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Keywords that say nothing about a value.
const ANNOTATIONS: &[&str] = &["$schema", "$id", "$defs", "title", "description"];
/// Keywords whose value is a schema, a list of schemas, and an object of schemas.
const SCHEMA: &[&str] = &["items", "if", "then", "else"];
const SCHEMAS: &[&str] = &["anyOf", "allOf"];
const NAMED_SCHEMAS: &[&str] = &["$defs", "properties"];
/// Keywords that are `false` where they are there.
const FALSE: &[&str] = &["additionalProperties", "unevaluatedProperties"];
/// The other keywords.
const OTHERS: &[&str] = &[
    "$ref",
    "type",
    "const",
    "enum",
    "required",
    "minimum",
    "maximum",
    "pattern",
    "minLength",
    "minItems",
    "maxItems",
    "maxProperties",
];

pub struct Schema(Value);

impl Schema {
    /// A schema all of whose keywords are known here, and whose references lead to a definition.
    pub fn new(text: &str) -> Schema {
        let schema = Schema(serde_json::from_str(text).expect("JSON"));
        schema.each(&schema.0, "#", &mut |schema, at| {
            for (keyword, value) in schema {
                let keyword = keyword.as_str();
                let lists = [ANNOTATIONS, SCHEMA, SCHEMAS, NAMED_SCHEMAS, FALSE, OTHERS];
                assert!(
                    lists.iter().any(|list| list.contains(&keyword)),
                    "{at}: the validator does not know {keyword}"
                );
                assert!(
                    !FALSE.contains(&keyword) || value == false,
                    "{at}: {keyword} is not false"
                );
            }
        });
        schema
    }

    /// Calls `visit` for each schema in this one that is an object, with its place.
    pub fn visit(&self, visit: &mut dyn FnMut(&Map<String, Value>, &str)) {
        self.each(&self.0, "#", visit);
    }

    fn each(&self, schema: &Value, at: &str, visit: &mut dyn FnMut(&Map<String, Value>, &str)) {
        let members = match schema {
            Value::Bool(_) => return,
            Value::Object(members) => members,
            _ => panic!("{at}: no schema"),
        };
        visit(members, at);
        for (keyword, value) in members {
            let at = format!("{at}/{keyword}");
            let name = keyword.as_str();
            if SCHEMA.contains(&name) {
                self.each(value, &at, visit);
            } else if SCHEMAS.contains(&name) {
                for schema in value.as_array().expect("a list of schemas") {
                    self.each(schema, &at, visit);
                }
            } else if NAMED_SCHEMAS.contains(&name) {
                for (name, schema) in value.as_object().expect("an object of schemas") {
                    self.each(schema, &format!("{at}/{name}"), visit);
                }
            } else if name == "$ref" {
                self.definition(value);
            }
        }
    }

    /// What a reference leads to.
    pub fn definition(&self, reference: &Value) -> &Value {
        let name = reference.as_str().and_then(|r| r.strip_prefix("#/$defs/"));
        let definition = name.and_then(|name| self.0["$defs"].get(name));
        definition.unwrap_or_else(|| panic!("{reference} leads nowhere"))
    }

    /// The names of all definitions.
    pub fn definitions(&self) -> impl Iterator<Item = &str> {
        let all = self.0["$defs"].as_object().expect("definitions");
        all.keys().map(String::as_str)
    }

    /// What is wrong with a value by a definition; empty if nothing is.
    pub fn check(&self, definition: &str, value: &Value) -> Vec<String> {
        let reference = Value::from(format!("#/$defs/{definition}"));
        let mut wrong = Vec::new();
        self.apply(self.definition(&reference), value, "", &mut wrong);
        wrong
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut wrong = Vec::new();
        self.apply(schema, value, "", &mut wrong);
        wrong.is_empty()
    }

    /// Adds what is wrong with a value, and returns the members that the schema has looked at.
    fn apply(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        wrong: &mut Vec<String>,
    ) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let Value::Object(schema) = schema else {
            if schema == false {
                wrong.push(format!("{at}: should not be there"));
            }
            return seen;
        };
        if let Some(schema) = schema.get("$ref").map(|r| self.definition(r)) {
            seen.extend(self.apply(schema, value, at, wrong));
        }
        for schema in list(schema, "allOf") {
            seen.extend(self.apply(schema, value, at, wrong));
        }
        let choices = list(schema, "anyOf");
        if !choices.is_empty() {
            let tried = choices.iter().map(|schema| {
                let mut wrong = Vec::new();
                let seen = self.apply(schema, value, at, &mut wrong);
                (wrong, seen)
            });
            // Where none fits, the one that knows most of the members says why.
            let best = tried.min_by_key(|(wrong, seen)| (!wrong.is_empty(), Reverse(seen.len())));
            let (best, looked_at) = best.expect("one choice at least");
            wrong.extend(best);
            seen.extend(looked_at);
        }
        if let Some(condition) = schema.get("if") {
            let branch = if self.fits(condition, value) {
                "then"
            } else {
                "else"
            };
            if let Some(schema) = schema.get(branch) {
                seen.extend(self.apply(schema, value, at, wrong));
            }
        }
        let mut expect = |fits: bool, keyword: &str| {
            if !fits {
                wrong.push(format!("{at}: {keyword} {}: {value}", schema[keyword]));
            }
        };
        if let Some(types) = schema.get("type") {
            let is_one = match types {
                Value::Array(types) => types.iter().any(|name| is_of(value, name)),
                name => is_of(value, name),
            };
            expect(is_one, "type");
        }
        if let Some(wanted) = schema.get("const") {
            expect(value == wanted, "const");
        }
        if let Some(Value::Array(wanted)) = schema.get("enum") {
            expect(wanted.contains(value), "enum");
        }
        let number = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        if let Some(n) = value.as_f64() {
            expect(number("minimum").is_none_or(|least| n >= least), "minimum");
            expect(number("maximum").is_none_or(|most| n <= most), "maximum");
        }
        if let Some(text) = value.as_str() {
            let least = number("minLength").unwrap_or(0.0);
            expect(text.chars().count() as f64 >= least, "minLength");
            if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
                expect(regex(pattern).is_match(text), "pattern");
            }
        }
        if let Some(items) = value.as_array() {
            let count = items.len() as f64;
            expect(
                number("minItems").is_none_or(|least| count >= least),
                "minItems",
            );
            expect(
                number("maxItems").is_none_or(|most| count <= most),
                "maxItems",
            );
            if let Some(schema) = schema.get("items") {
                for (n, item) in items.iter().enumerate() {
                    self.apply(schema, item, &format!("{at}/{n}"), wrong);
                }
            }
        }
        if let Some(members) = value.as_object() {
            self.apply_to_members(schema, members, at, wrong, &mut seen);
        }
        seen
    }

    fn apply_to_members(
        &self,
        schema: &Map<String, Value>,
        members: &Map<String, Value>,
        at: &str,
        wrong: &mut Vec<String>,
        seen: &mut BTreeSet<String>,
    ) {
        let mut refuse = |text: String| wrong.push(format!("{at}: {text}"));
        for name in list(schema, "required").iter().filter_map(Value::as_str) {
            if !members.contains_key(name) {
                refuse(format!("{name} is missing"));
            }
        }
        let most = schema.get("maxProperties").and_then(Value::as_f64);
        if most.is_some_and(|most| members.len() as f64 > most) {
            refuse("has too many members".into());
        }
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, value) in members {
            match known.and_then(|known| known.get(name)) {
                Some(schema) => {
                    self.apply(schema, value, &format!("{at}/{name}"), wrong);
                    seen.insert(name.clone());
                }
                None if schema.contains_key("additionalProperties") => {
                    wrong.push(format!("{at}/{name}: is not in the schema: {value}"));
                }
                None => {}
            }
        }
        if schema.contains_key("unevaluatedProperties") {
            for name in members.keys().filter(|name| !seen.contains(*name)) {
                wrong.push(format!(
                    "{at}/{name}: is not in the schema: {}",
                    members[name]
                ));
            }
        }
    }
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    let list = schema.get(keyword).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str().expect("the name of a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("there is no type {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(definition: Value) -> Schema {
        let all =
            json!({"$defs": {"x": definition, "name": {"type": "string", "pattern": "^[a-z]+$"}}});
        Schema::new(&all.to_string())
    }

    #[track_caller]
    fn wrong(definition: &Value, value: Value) -> usize {
        schema(definition.clone()).check("x", &value).len()
    }

    #[test]
    fn values_are_checked() {
        let definition = json!({
            "type": "object",
            "properties": {
                "name": {"$ref": "#/$defs/name"},
                "id": {"type": "integer", "minimum": 0, "maximum": 9},
                "list": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"enum": ["a", null]}},
                "on": {"const": true},
                "either": {"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]}
            },
            "required": ["name"],
            "additionalProperties": false
        });
        let of = |value| wrong(&definition, value);
        assert_eq!(
            of(json!({"name": "a", "id": 9, "list": ["a", null], "on": true, "either": 1})),
            0
        );
        for value in [
            json!([]),
            json!({"id": 1}),
            json!({"name": "A"}),
            json!({"name": 1}),
            json!({"name": "a", "id": 10}),
            json!({"name": "a", "id": -1}),
            json!({"name": "a", "id": 1.5}),
            json!({"name": "a", "list": []}),
            json!({"name": "a", "list": ["a", "a", "a"]}),
            json!({"name": "a", "list": ["b"]}),
            json!({"name": "a", "on": false}),
            json!({"name": "a", "either": "x"}),
            json!({"name": "a", "other": 1}),
        ] {
            assert_eq!(of(value.clone()), 1, "{value}");
        }
    }

    #[test]
    fn members_that_no_schema_has_looked_at_are_refused() {
        let definition = json!({
            "allOf": [
                {"properties": {"a": {"type": "integer"}}},
                {
                    "if": {"properties": {"a": {"const": 1}}, "required": ["a"]},
                    "then": {"properties": {"b": {"type": "null"}}},
                    "else": {"properties": {"b": false}}
                }
            ],
            "properties": {"c": {"type": "null"}},
            "unevaluatedProperties": false
        });
        let of = |value| wrong(&definition, value);
        assert_eq!(of(json!({"a": 1, "b": null, "c": null})), 0);
        assert_eq!(of(json!({"a": 2, "c": null})), 0);
        assert_eq!(of(json!({"a": 2, "b": null})), 1);
        assert_eq!(of(json!({"a": 1, "d": null})), 1);
    }

    #[test]
    #[should_panic(expected = "does not know format")]
    fn unknown_keywords_are_refused() {
        schema(json!({"type": "string", "format": "ipv4"}));
    }

    #[test]
    #[should_panic(expected = "leads nowhere")]
    fn references_lead_to_definitions() {
        schema(json!({"items": {"$ref": "#/$defs/y"}}));
    }
}
