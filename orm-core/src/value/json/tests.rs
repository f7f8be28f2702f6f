use std::collections::BTreeMap;

use serde_json::json;

use super::*;

/// Theme, size and scale.
type Preferences = (String, Option<u32>, f64);

fn text<T: Field>(value: &T) -> String {
    match value.encode().unwrap() {
        Value::Json(text) => text,
        other => panic!("{other:?}"),
    }
}

fn back<T: Field>(value: &T) -> T {
    T::decode(Raw::Json(&text(value))).unwrap()
}

#[test]
fn documents_come_back_as_they_were() {
    let preferences = Json::<Preferences>(("dark \u{0} \u{1f980} \"'\\".into(), None, -0.1));
    assert_eq!(back(&preferences), preferences);
    let any = json!({ "big": u64::MAX, "small": i64::MIN, "deep": [[[{}]]], "none": null, "": "\u{10ffff}" });
    assert_eq!(back(&any), any);
    assert_eq!(
        back(&Json(None::<u8>)),
        Json(None),
        "JSON's null is a document"
    );
    assert_eq!(back(&Json(f64::MAX)), Json(f64::MAX));
    assert_eq!(
        Json::<Vec<u8>>::decode(Raw::Text("[1, 2]")),
        Ok(Json(vec![1, 2])),
        "text may hold JSON"
    );
}

#[test]
fn a_document_that_could_not_be_read_back_is_refused() {
    let error = Json(vec![1.0, f64::NAN]).encode().unwrap_err();
    assert!(error.0.contains("finite"));
    let nested = Json(
        BTreeMap::from([("a", Some((1, "null", f32::INFINITY)))])
            .into_values()
            .collect::<Vec<_>>(),
    );
    let outcome = write(&nested);
    assert!(outcome.unwrap_err().0.contains("finite"));
    assert!(write(&("null", None::<f64>, Preferences::default())).is_ok());

    let deep = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner, "[[{"]));
    assert_eq!(back(&deep(127)), deep(127));
    assert!(deep(128).encode().unwrap_err().0.contains("127 levels"));
    let wide = json!(vec![json!([{}]); 500]);
    assert_eq!(back(&wide), wide);
    assert!(back(&json!("\"[{".repeat(200))).is_string());

    let error = write(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
    assert!(error.0.contains("key must be a string"));
}

#[test]
fn what_does_not_fit_is_told_without_the_documents_content() {
    let read = |text| Json::<Preferences>::decode(Raw::Json(text)).unwrap_err().0;
    assert_eq!(
        read(r#"["dark", "secret, expected nothing", 1.5]"#),
        "the document does not fit at line 1, column 35: expected u32"
    );
    assert_eq!(
        read(r#"["dark", secret"#),
        "the text is not valid JSON at line 1, column 10"
    );
    let missing = serde::de::Error::missing_field("scale");
    assert_eq!(
        unreadable(&missing).0,
        "the document does not fit at line 0, column 0: missing field `scale`"
    );
    assert!(
        Json::<Preferences>::decode(Raw::Int(1))
            .unwrap_err()
            .0
            .contains("a JSON document")
    );
    assert!(
        Json::<Preferences>::decode(Raw::Null)
            .unwrap_err()
            .0
            .contains("NULL")
    );
}

#[test]
fn a_plain_value_fills_a_json_field() {
    fn set<T>(value: impl IntoField<T>) -> Value {
        value.into_field().unwrap()
    }
    let plain = Preferences::default();
    let document = Value::Json(text(&Json(plain.clone())));
    assert_eq!(set::<Json<Preferences>>(plain.clone()), document);
    assert_eq!(set::<Json<Preferences>>(Json(plain.clone())), document);
    assert_eq!(set::<Option<Json<Preferences>>>(plain.clone()), document);
    assert_eq!(
        set::<Option<Json<Preferences>>>(Json(plain.clone())),
        document
    );
    assert_eq!(
        set::<Option<Json<Preferences>>>(Some(plain.clone())),
        document
    );
    assert_eq!(
        set::<Option<Json<Preferences>>>(Some(Json(plain))),
        document
    );
    assert_eq!(
        set::<Option<Json<Preferences>>>(None::<Json<Preferences>>),
        Value::Null(Kind::Json)
    );
    assert_eq!(
        set::<Json<Vec<i64>>>(vec![1, 2]),
        Value::Json("[1,2]".into())
    );
    assert_eq!(set::<serde_json::Value>(json!(1)), Value::Json("1".into()));
}

#[test]
fn it_behaves_like_what_is_inside() {
    let mut list: Json<Vec<i32>> = vec![1].into();
    list.push(2);
    assert_eq!(list.len(), 2);
    assert_eq!(serde_json::to_string(&list).unwrap(), "[1,2]");
    assert_eq!(list, serde_json::from_str("[1,2]").unwrap());
}
