use super::*;

/// The pieces in short: text as it is, bindings as `‹name›`.
fn short(sql: &str) -> String {
    let lexed = lex(sql);
    assert_eq!(lexed.mistakes, Vec::<String>::new(), "{sql}");
    let show = |mark: &str, place: &Place| {
        let path: Vec<_> = std::iter::once(&place.root)
            .chain(&place.fields)
            .cloned()
            .collect();
        format!("‹{mark}{}›", path.join("."))
    };
    lexed
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Bind(place) => show("", place),
            Piece::List(place) => show("..", place),
        })
        .collect()
}

fn mistake(sql: &str) -> String {
    let lexed = lex(sql);
    assert_eq!(lexed.mistakes.len(), 1, "{sql}: {:?}", lexed.mistakes);
    lexed.mistakes[0].clone()
}

#[test]
fn names_fields_and_lists_are_bindings() {
    assert_eq!(
        short("a = {a} AND b = {user.id}"),
        "a = ‹a› AND b = ‹user.id›"
    );
    assert_eq!(short("{self.pair.0}{r#type}"), "‹self.pair.0›‹r#type›");
    assert_eq!(
        short("x IN ({..ids}) OR f({ a }, {.. b.c })"),
        "x IN (‹..ids›) OR f(‹a›, ‹..b.c›)"
    );
    assert_eq!(short("{größe}"), "‹größe›");
    assert_eq!(lex("").pieces, []);
    assert_eq!(lex("{a}").pieces.len(), 1, "no empty text around it");
}

#[test]
fn doubled_braces_are_braces() {
    assert_eq!(short("{{{a}}}"), "{‹a›}");
    assert_eq!(short("{{a}} {{}}"), "{a} {}");
}

#[test]
fn quotes_and_comments_are_left_alone() {
    for sql in [
        r#"'{"a": {"b": 1}}' {{}}"#,
        "'{1,2}' '{}' '{{a, b}}' 'it''s {not a} name' ''",
        r#""a ""quoted"" {}" `odd``name`"#,
        "E'it\\'s {1}' e'\\\\'",
        "-- it's {a}\nx",
        "-- {a}",
        "/* it's {a} /* {nested} */ \" {b} */ 1",
        "$$ it's {a} $$ $tag$ $$ {b} $tag$",
        "data #> '{a,b}' a$b$c 5 - 3 / 2",
    ] {
        assert_eq!(short(sql), sql.replace("{{}}", "{}"), "{sql}");
    }
    assert_eq!(
        short("'\\' = {a}"),
        "'\\' = ‹a›",
        "a backslash escapes nothing in plain quotes"
    );
    assert_eq!(short("name'{}'{a}"), "name'{}'‹a›");
}

#[test]
fn what_looks_like_a_binding_inside_of_quotes_is_refused() {
    assert!(mistake("LIKE '%{name}%'").starts_with(
        "`{name}` stands inside of quotes, where nothing is bound; write `'…' || {name} || '…'`"
    ));
    assert!(mistake("LIKE '{user.name}'").contains("{user.name}"));
    assert!(mistake("FROM \"{table}\"").contains("cannot be bound"));
    assert!(mistake("FROM `{table}`").contains("cannot be bound"));
}

#[test]
fn what_is_never_closed_is_refused() {
    assert!(mistake("a = 'it\\'s'").starts_with("this `'` is never closed"));
    assert!(mistake("\"a").contains("never closed"));
    assert!(mistake("/* a /* b */").contains("comment is never closed"));
    assert!(mistake("$x$ a $$").contains("`$x$` is never closed"));
    assert!(mistake("a = {a").contains("`{` is never closed"));
    assert!(mistake("a = {a\n}}").contains("`{` is never closed"));
    assert!(mistake("a}").contains("closes nothing"));
}

#[test]
fn what_is_no_binding_says_what_to_write() {
    assert_eq!(mistake("{}"), "`{}` names no value; write `{name}`");
    assert_eq!(mistake("({..})"), "`{..}` names no value; write `{..name}`");
    assert_eq!(
        mistake("{0}"),
        "`{0}` is no binding: values have names; write `{name}` and `name = …` behind the text"
    );
    assert_eq!(
        mistake("{x:?}"),
        "`{x:?}` asks for a format, and a value is bound as it is; write `{x}`"
    );
    for sql in [
        "{a + b}", "{a()}", "{a[0]}", "{&a}", "{a.}", "{.a}", "{_}", "{a::b}", "({...a})",
        "{a.b()}",
    ] {
        assert!(
            mistake(sql).contains("is no binding; write a name or its field"),
            "{sql}"
        );
    }
    assert!(mistake("a = $1").contains("`$1` is no binding"));
    assert_eq!(
        mistake("x IN {..ids}"),
        "`{..ids}` is a list and stands in parentheses: `IN ({..ids})`"
    );
    assert_eq!(
        mistake("(x) IN {..ids}"),
        "`{..ids}` is a list and stands in parentheses: `IN ({..ids})`"
    );
    for sql in ["FROM t_{name}", "{a}b", "FROM {a}_x"] {
        assert!(mistake(sql).contains("part of a word"), "{sql}");
    }
}

#[test]
fn all_mistakes_are_told_with_their_lines() {
    let lexed = lex("SELECT {}\nFROM t\nWHERE a = {x:?} AND {b}");
    assert_eq!(lexed.mistakes.len(), 2);
    assert!(lexed.mistakes[0].ends_with("(line 1 of the text)"));
    assert!(lexed.mistakes[1].ends_with("(line 3 of the text)"));
    assert!(lexed.pieces.contains(&Piece::Bind(Place {
        root: "b".into(),
        fields: vec![]
    })));
}
