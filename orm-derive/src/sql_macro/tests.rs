use proc_macro2::TokenStream;

use super::expand;

fn code(input: &str) -> String {
    let tokens: TokenStream = input.parse().unwrap();
    let code = expand(tokens);
    let code = code.to_string().replace(":: orm :: __private :: ", "");
    // What the program knows of its statements stands before the statement.
    match code.split_once("line : :: core :: line ! () , } } ") {
        Some((_, statement)) => statement.trim_end_matches('}').trim_end().to_owned(),
        None => code,
    }
}

fn errors(input: &str) -> Vec<String> {
    let code = code(input);
    assert!(
        code.contains("Raw :: new (:: std :: vec :: Vec :: new ())"),
        "{input} leaves a statement"
    );
    let mut found = Vec::new();
    for part in code.split("compile_error ! {").skip(1) {
        let literal = part.split_once("\" }").unwrap().0.trim().to_owned() + "\"";
        found.push(syn::parse_str::<syn::LitStr>(&literal).unwrap().value());
    }
    found
}

#[test]
fn a_statement_is_its_pieces() {
    assert_eq!(
        code(r#""SELECT {name} FROM t WHERE id IN ({..ids})""#),
        "Raw :: new (:: std :: vec ! [RawPart :: Text (\"SELECT \") , \
         RawPart :: Bind (\"name\" , IntoBinding :: binding (& name)) , \
         RawPart :: Text (\" FROM t WHERE id IN (\") , \
         RawPart :: list (\"ids\" , (& ids) . into_iter ()) , \
         RawPart :: Text (\")\")])"
    );
    assert!(
        code(r#""{self.user.0}""#)
            .contains("Bind (\"self.user.0\" , IntoBinding :: binding (& self . user . 0))")
    );
    assert!(code(r##"r#"SELECT "a" {r#type}"#"##).contains("binding (& r#type)"));
    assert_eq!(code(r#""""#), "Raw :: new (:: std :: vec ! [])");
}

#[test]
fn arguments_are_evaluated_once_and_in_order() {
    let code = code(r#""{a} {a} {b.c} ({..d})", a = f(1, 2), b = Map::<K, V>::new(), d =-1,"#);
    assert!(code.starts_with("match (& (f (1 , 2)) , & (Map ::< K , V >:: new ()) , & (- 1) ,) { (argument0 , argument1 , argument2 ,) =>"), "{code}");
    assert_eq!(code.matches("binding (argument0)").count(), 2);
    assert!(code.contains("binding (& argument1 . c)"));
    assert!(code.contains("(argument2) . into_iter ()"));
}

#[test]
fn only_a_literal_is_text() {
    for input in [
        "text",
        "concat!(\"a\")",
        "\"a\" + b",
        "b\"a\"",
        "5",
        "\"a\".to_owned()",
        "\"a\"x",
        "&\"a\"",
        "format!(\"a\"), b = 1",
    ] {
        assert_eq!(
            errors(input),
            ["the text must be a string literal, so that no value can become SQL"],
            "{input}"
        );
    }
    assert_eq!(errors(""), ["write the statement: `sql!(\"SELECT …\")`"]);
}

#[test]
fn each_mistake_says_what_to_write() {
    assert_eq!(
        errors(r#""{a}", a = 1, b = 2"#),
        ["the text has no `{b}`; remove `b = …`, or bind it"]
    );
    assert_eq!(errors(r#""{a}", a = 1, a = 2"#), ["`a` is given twice"]);
    assert_eq!(
        errors(r#""{a}", a"#),
        ["write `name = …` here and `{name}` in the text; a variable needs no argument"]
    );
    assert_eq!(errors(r#""{a}", a == 1"#).len(), 1);
    assert_eq!(errors(r#""{a}", a ="#), ["write a value: `a = …`"]);
    assert!(errors(r#""{type}""#)[0].starts_with("`type` is a word of Rust; write `{r#type}`"));
    assert_eq!(errors(r#""{} {0}""#).len(), 2, "all mistakes are told");
}

#[test]
fn sections_bind_what_they_found() {
    let code = code(
        r#""SELECT 1 {?age: WHERE age > {age: i32}} {?user.name: AND {user.name.len} = {user.id}} {?all: x}", all = f()"#,
    );
    for part in [
        "RawPart :: Section (match IsThere :: there (& age) { :: core :: option :: Option :: Some (there0) =>",
        "IntoBinding :: binding (typed :: < i32 > (there0))",
        "IsThere :: there (& user . name)",
        "IntoBinding :: binding (& there1 . len)",
        "IntoBinding :: binding (& user . id)",
        "IsThere :: there (argument0) { :: core :: option :: Option :: Some (_)",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn models_and_other_statements_are_parts() {
    let code = code(
        r#"postgres: "SELECT {User::id} FROM {a::User} WHERE id IN ({@query})" as (i64, Vec<u8>), query = q"#,
    );
    for part in [
        "RawPart :: Column (column_ref (User :: id) , false)",
        "RawPart :: Table (< a :: User as Model > :: def ())",
        "IntoFragment :: fragment (argument0)",
        ". only (databases :: postgres)",
        ". typed :: < (i64 , Vec < u8 >) > ()",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn a_statement_is_announced_unless_it_is_unchecked_or_names_self() {
    let announced = |input: &str| {
        let tokens: TokenStream = input.parse().unwrap();
        expand(tokens).to_string().contains("SqlText")
    };
    assert!(announced(r#""SELECT {a}""#));
    assert!(!announced(r#"unchecked: "SELECT {a}""#));
    assert!(!announced(r#""SELECT {Self::id}""#));
    assert!(!announced(r#""SELECT 1" as Vec<Self>"#));
}

#[test]
fn a_literal_says_its_type_and_an_expression_does_not() {
    let announced = |value: &str| {
        let tokens: TokenStream = format!(r#""a = {{x}}", x = {value}"#).parse().unwrap();
        let code = expand(tokens).to_string();
        let (_, ty) = code.split_once("SqlPiece :: Bind (\"x\" , ").unwrap();
        let (ty, _) = ty.split_once(")]").unwrap();
        ty.split_once(":: of :: < ")
            .map(|(_, ty)| ty.split_once(" >").unwrap().0.to_owned())
    };
    for (value, ty) in [
        ("\"a\"", Some("& str")),
        ("1", Some("i32")),
        ("-1_i64", Some("i64")),
        ("1.5", Some("f64")),
        ("2f32", Some("f32")),
        ("true", Some("bool")),
        ("f(1)", None),
        ("1 + 2", None),
        ("b\"a\"", None),
        ("a", None),
    ] {
        assert_eq!(announced(value).as_deref(), ty, "{value}");
    }
}

#[test]
fn what_stands_around_the_text_is_checked() {
    assert_eq!(errors(r#""SELECT 1" as"#).len(), 1);
    assert_eq!(
        errors(r#""SELECT 1" as i64 i64"#),
        ["expected a comma, or the end"]
    );
    assert_eq!(
        errors(r#"postgres: x"#),
        ["the text must be a string literal, so that no value can become SQL"]
    );
    assert_eq!(
        errors(r#"a::b"#),
        ["the text must be a string literal, so that no value can become SQL"]
    );
}
