//! A JSON value that conforms to a schema, made of what there is to say.
//!
//! Heard: `$ref` within the schema, `allOf`, the first of `anyOf` and `oneOf`, `const`, `enum`, `type`, `properties`,
//! `required`, `minProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, `minLength`, `maxLength`,
//! `pattern` (plain ones), `format`, `minimum`, `maximum`, their exclusive forms, and `multipleOf`. What else a schema
//! asks (`not`, `if`, `contains`) is left to chance, and the check of the answer says so.

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::pattern;

/// How deep a schema that names itself is followed; below it only what is required.
const DEEP: usize = 5;
/// Below this nothing is made any more: such a schema has no finite instance.
const DEEPEST: usize = 24;

/// Makes instances.
pub(super) struct Maker {
    pub chance: Chance,
    /// What a title is.
    pub title: String,
    /// Sentences to make texts of; never empty.
    pub said: Vec<String>,
    /// What a score is, 0 to 100.
    pub score: f64,
}

/// Where in the instance something is made.
#[derive(Clone, Copy)]
struct Place<'a> {
    path: &'a str,
    depth: usize,
    /// Counts the tries for an item that must not stand twice.
    again: usize,
}

impl Maker {
    /// An instance of `schema`, which is also the root of its references.
    pub(super) fn instance(&self, schema: &Value) -> Value {
        self.make(schema, schema, Place { path: "", depth: 0, again: 0 })
    }

    fn make(&self, root: &Value, schema: &Value, place: Place) -> Value {
        let schema = flattened(root, schema, 0);
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty())
        {
            return values[(self.number(place) as usize).wrapping_add(place.again) % values.len()].clone();
        }
        if place.depth > DEEPEST {
            return Value::Null;
        }
        match kind(&schema) {
            "object" => self.object(root, &schema, place),
            "array" => self.array(root, &schema, place),
            "number" => json!(self.quantity(&schema, place)),
            "integer" => json!(self.quantity(&schema, place).round() as i64),
            "boolean" => {
                Value::Bool((self.number(place) as usize).wrapping_add(place.again).is_multiple_of(2))
            }
            "null" => Value::Null,
            _ => Value::String(self.text(&schema, place)),
        }
    }

    fn number(&self, place: Place) -> u64 {
        self.chance.at(place.path, 0) >> 1
    }

    fn object(&self, root: &Value, schema: &Map<String, Value>, place: Place) -> Value {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut object = Map::new();
        let put = |name: &str, object: &mut Map<String, Value>| {
            let any = Value::Object(Map::new());
            let path = format!("{}/{name}", place.path);
            let inside = Place { path: &path, depth: place.depth + 1, again: place.again };
            let value = self.make(root, properties.get(name).unwrap_or(&any), inside);
            object.insert(name.to_owned(), value);
        };
        for name in &required {
            put(name, &mut object);
        }
        let least = size(schema, "minProperties").unwrap_or(0);
        // A schema that requires nothing still says what it is about.
        let wanted = if required.is_empty() && place.depth < DEEP { properties.len() } else { least };
        for name in properties.keys() {
            if object.len() < wanted.max(least) && !object.contains_key(name) {
                put(name, &mut object);
            }
        }
        for number in 1.. {
            if object.len() >= least {
                break;
            }
            put(&format!("field_{number}"), &mut object);
        }
        Value::Object(object)
    }

    fn array(&self, root: &Value, schema: &Map<String, Value>, place: Place) -> Value {
        let least = size(schema, "minItems").unwrap_or(0);
        let most = size(schema, "maxItems").unwrap_or(usize::MAX);
        let any = Value::Object(Map::new());
        let first = schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let closed = schema.get("items") == Some(&Value::Bool(false));
        let items = schema.get("items").filter(|items| items.is_object());
        let free = if place.depth < DEEP && items.is_some() { 2 } else { 0 };
        let count = least.max(first.len()).max(if closed { 0 } else { free }).min(most);
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut out: Vec<Value> = Vec::new();
        for index in 0..count {
            let path = format!("{}/{index}", place.path);
            let schema = first.get(index).or(items).unwrap_or(&any);
            let tries = (0..if unique { 64 } else { 1 }).map(|again| {
                self.make(
                    root,
                    schema,
                    Place { path: &path, depth: place.depth + 1, again: place.again + again },
                )
            });
            match tries.into_iter().find(|item| !unique || !out.contains(item)) {
                Some(item) => out.push(item),
                // Fewer different ones than wished: what is not required is left out.
                None => break,
            }
        }
        Value::Array(out)
    }

    fn quantity(&self, schema: &Map<String, Value>, place: Place) -> f64 {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        let whole = kind(schema) == "integer";
        let step = bound("multipleOf").filter(|step| *step > 0.0);
        let grain = step.unwrap_or(if whole { 1.0 } else { 0.01 });
        let above = bound("exclusiveMinimum").map(|least| least + grain);
        let below = bound("exclusiveMaximum").map(|most| most - grain);
        let is_score = ["score", "quality", "rating"].iter().any(|name| last_name(place.path).contains(name));
        let least = bound("minimum").into_iter().chain(above).reduce(f64::max);
        let most = bound("maximum").into_iter().chain(below).reduce(f64::min);
        let (least, most) = match (least, most) {
            (Some(least), Some(most)) => (least, most.max(least)),
            (Some(least), None) => (least, if is_score { least.max(100.0) } else { least + 10.0 }),
            (None, Some(most)) => (if most > 0.0 { 0.0 } else { most - 10.0 }, most),
            (None, None) => (0.0, if is_score { 100.0 } else { 10.0 }),
        };
        let part = if is_score { self.score / 100.0 } else { (self.number(place) % 101) as f64 / 100.0 };
        let wished = least + (most - least) * part + grain * place.again as f64;
        let onto =
            |number: f64| if whole || step.is_some() { (number / grain).round() * grain } else { number };
        let mut number =
            onto(if wished > most { least + (wished - most) % (most - least).max(grain) } else { wished });
        if number > most {
            number = (most / grain).floor() * grain;
        }
        if number < least {
            number = (least / grain).ceil() * grain;
        }
        number
    }

    fn text(&self, schema: &Map<String, Value>, place: Place) -> String {
        let least = size(schema, "minLength").unwrap_or(0);
        let most = size(schema, "maxLength").unwrap_or(usize::MAX);
        if let Some(text) = schema.get("pattern").and_then(Value::as_str).and_then(pattern::matching) {
            return text;
        }
        if let Some(text) = schema.get("format").and_then(Value::as_str).and_then(of_format) {
            return text.to_owned();
        }
        let name = last_name(place.path);
        let named = ["title", "name", "id", "slug"].iter().any(|known| name == *known);
        let from = self.number(place) as usize;
        let mut text = if named && place.again == 0 {
            self.title.clone()
        } else {
            self.said[from.wrapping_add(place.again) % self.said.len()].clone()
        };
        if place.again >= self.said.len() {
            text = format!("{} {text}", place.again);
        }
        for more in 1.. {
            if text.chars().count() >= least {
                break;
            }
            text = format!("{text} {}", self.said[from.wrapping_add(more) % self.said.len()]);
        }
        if text.chars().count() > most {
            text = text.chars().take(most).collect();
        }
        text
    }
}

fn last_name(path: &str) -> String {
    path.rsplit('/').find(|name| !name.bytes().all(|b| b.is_ascii_digit())).unwrap_or_default().to_lowercase()
}

fn size(schema: &Map<String, Value>, name: &str) -> Option<usize> {
    const MOST: u64 = 10_000;
    schema.get(name).and_then(Value::as_u64).map(|size| size.min(MOST) as usize)
}

/// The type that is made, from `type` or else from what the schema speaks of.
fn kind(schema: &Map<String, Value>) -> &str {
    let named = match schema.get("type") {
        Some(Value::String(kind)) => Some(kind.as_str()),
        Some(Value::Array(kinds)) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.iter().copied().find(|kind| *kind != "null").or(kinds.first().copied())
        }
        _ => None,
    };
    let speaks_of = |names: &[&str]| names.iter().any(|name| schema.contains_key(*name));
    named.unwrap_or_else(|| {
        if speaks_of(&["properties", "required", "minProperties"]) {
            "object"
        } else if speaks_of(&["items", "prefixItems", "minItems"]) {
            "array"
        } else if speaks_of(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
            "number"
        } else {
            "string"
        }
    })
}

/// The schema with its references and `allOf` in it, and the first of its alternatives.
fn flattened(root: &Value, schema: &Value, depth: usize) -> Map<String, Value> {
    let Some(own) = schema.as_object() else { return Map::new() };
    let mut out = own.clone();
    if depth > DEEPEST {
        return out;
    }
    let target = own.get("$ref").and_then(Value::as_str).and_then(|to| root.pointer(to.strip_prefix('#')?));
    let list = |name: &str| own.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let firsts = list("anyOf").first().into_iter().chain(list("oneOf").first());
    for part in target.into_iter().chain(list("allOf")).chain(firsts) {
        for (name, value) in flattened(root, part, depth + 1) {
            merge(&mut out, name, value);
        }
    }
    out
}

fn merge(into: &mut Map<String, Value>, name: String, value: Value) {
    match (into.get_mut(&name), value) {
        (Some(Value::Object(known)), Value::Object(more)) if name == "properties" => {
            for (name, value) in more {
                known.entry(name).or_insert(value);
            }
        }
        (Some(Value::Array(known)), Value::Array(more)) if name == "required" => {
            for item in more {
                if !known.contains(&item) {
                    known.push(item);
                }
            }
        }
        (Some(known), value) if name.starts_with("min") && known.as_f64() < value.as_f64() => *known = value,
        (Some(known), value) if name.starts_with("max") && known.as_f64() > value.as_f64() => *known = value,
        (Some(_), _) => {}
        (None, value) => {
            into.insert(name, value);
        }
    }
}

fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2000-01-01",
        "date-time" => "2000-01-01T12:00:00Z",
        "time" => "12:00:00Z",
        "email" => "author@example.com",
        "uri" | "uri-reference" | "iri" => "https://example.com/",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "duration" => "P1D",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(schema: &Value, seed: u64) -> Value {
        let said = ["The sea rises.", "Nobody minds.", "The road goes under."].map(str::to_owned).to_vec();
        Maker { chance: Chance::new(seed, &[]), title: "Ice".into(), said, score: 88.0 }.instance(schema)
    }

    fn assert_conforms(schema: &Value, seed: u64) -> Value {
        let instance = made(schema, seed);
        let validator = jsonschema::validator_for(schema).expect("a schema");
        let faults: Vec<String> = validator.iter_errors(&instance).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{schema} made {instance}: {faults:?}");
        instance
    }

    #[test]
    fn instances_conform_to_schemas_as_workflows_have_them() {
        let outline = json!({"$defs": {"section": {"type": "object", "required": ["heading", "points"], "properties": {
                "heading": {"type": "string", "minLength": 5, "maxLength": 60},
                "points": {"type": "array", "minItems": 3, "maxItems": 5, "uniqueItems": true, "items": {"type": "string"}},
                "sections": {"type": "array", "items": {"$ref": "#/$defs/section"}}}}},
            "type": "object", "additionalProperties": false, "required": ["title", "slug", "sections", "kind", "state"],
            "properties": {"title": {"type": "string", "maxLength": 2}, "slug": {"type": "string", "pattern": "^[a-z]+(-[a-z0-9]+)*$"},
                "kind": {"const": "outline"}, "state": {"enum": ["new", "old"]},
                "sections": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/section"}}}});
        let numbers = json!({"type": "object", "required": ["a", "b", "c", "d", "score", "quality_score"], "properties": {
            "a": {"type": "integer", "minimum": 3, "maximum": 4}, "b": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "c": {"type": "integer", "multipleOf": 7, "minimum": 15}, "d": {"type": ["null", "number"], "maximum": -3},
            "score": {"type": "number", "minimum": 0, "maximum": 1}, "quality_score": {"type": "number", "minimum": 0, "maximum": 100}}});
        let mixed = json!({"allOf": [{"type": "object", "required": ["x"]}, {"properties": {"x": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}}}],
            "required": ["when", "pair"], "properties": {"when": {"type": "string", "format": "date"},
                "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false, "minItems": 2}}});
        for seed in 0..30 {
            assert_conforms(&outline, seed);
            let numbers = assert_conforms(&numbers, seed);
            assert_eq!((&numbers["score"], &numbers["quality_score"]), (&json!(0.88), &json!(88.0)));
            assert_conforms(&mixed, seed);
        }
        for schema in [
            include_str!("../../../assets/schemas/review_report.json"),
            include_str!("../../../assets/schemas/polish.json"),
        ] {
            assert_conforms(&serde_json::from_str(schema).expect("a schema"), 1);
        }
        assert_eq!(made(&outline, 3), made(&outline, 3));
    }

    /// Schemas of every kind that is heard, one in another.
    fn schema() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            (0_u64..40, 0_u64..40).prop_map(
                |(least, more)| json!({"type": "string", "minLength": least, "maxLength": least + more})
            ),
            (-50_i64..50, 0_i64..50).prop_map(
                |(least, more)| json!({"type": "integer", "minimum": least, "maximum": least + more})
            ),
            (-50_i64..50, 1_i64..50).prop_map(
                |(least, more)| json!({"type": "number", "exclusiveMinimum": least, "maximum": least + more})
            ),
            (1_i64..9, -50_i64..50)
                .prop_map(|(step, least)| json!({"type": "integer", "multipleOf": step, "minimum": least})),
            Just(json!({"type": "boolean"})),
            Just(json!({"type": ["string", "null"]})),
            Just(json!({"enum": ["a", 1, null]})),
            Just(json!({"const": {"a": [1]}})),
            Just(json!({"type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}$"})),
            Just(json!({})),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                (inner.clone(), 0_usize..4, 0_usize..4).prop_map(|(items, least, more)| {
                    json!({"type": "array", "items": items, "minItems": least, "maxItems": least + more})
                }),
                (prop::collection::btree_map("[a-z]{1,6}|score", inner.clone(), 0..4), any::<bool>()).prop_map(
                    |(properties, all)| {
                        let required: Vec<&String> = properties.keys().take(if all { 9 } else { 1 }).collect();
                        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
                    }
                ),
                inner.clone().prop_map(|one| json!({"allOf": [one]})),
                inner.prop_map(|one| json!({"anyOf": [one, {"type": "null"}]})),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_instance_conforms_whatever_its_schema(schema in schema(), seed in any::<u64>()) {
            assert_conforms(&schema, seed);
        }
    }
}
