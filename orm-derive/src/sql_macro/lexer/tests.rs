use super::{Dialect, Lexed, Piece, Place};

fn lex(sql: &str) -> Lexed {
    super::lex(sql, Dialect::ANY)
}

/// The pieces in short: text as it is, bindings as `‹name›`.
fn short(sql: &str) -> String {
    let lexed = lex(sql);
    assert_eq!(lexed.mistakes, Vec::<String>::new(), "{sql}");
    shown(&lexed.pieces)
}

fn shown(pieces: &[Piece]) -> String {
    let of = |ty: &Option<String>| ty.as_ref().map_or(String::new(), |ty| format!(": {ty}"));
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Bind(place, ty) => format!("‹{place}{}›", of(ty)),
            Piece::List(place, ty) => format!("‹..{place}{}›", of(ty)),
            Piece::Fragment(place) => format!("‹@{place}›"),
            Piece::Table(path) => format!("‹table {path}›"),
            Piece::Column { path, alone } => {
                format!("‹{}column {path}›", if *alone { "bare " } else { "" })
            }
            Piece::Section(place, pieces) => format!("‹?{place}:{}›", shown(pieces)),
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
fn nothing_that_stands_between_braces_is_lost_in_quotes() {
    for (sql, content) in [
        ("LIKE '%{name: &str}%'", "name: &str"),
        ("IN ('{..ids}')", "..ids"),
        ("= '{@query}'", "@query"),
        ("'{User}'", "User"),
        ("\"{User::email}\"", "User::email"),
        ("'{?a: b}'", "?a: b"),
    ] {
        assert!(
            mistake(sql).starts_with(&format!("`{{{content}}}` stands inside")),
            "{sql}"
        );
    }
    for sql in [
        r#"'{"a": 1, "b": {"c": [1]}}'::jsonb"#,
        "'{1,2}'::int[]",
        "'{{a,b},{c,d}}'",
        "'{ a }'",
        "'{\"a b\",c}'",
        "'{?}'",
    ] {
        assert_eq!(short(sql), sql);
    }
}

#[test]
fn a_colon_is_a_cast_a_slice_or_a_mistake() {
    assert_eq!(short("{a}::int8 = b::text"), "‹a›::int8 = b::text");
    assert_eq!(
        short("a[1:2] a[{b}:{c}] a[1:n] a[:n] a[ 1 : n ]"),
        "a[1:2] a[‹b›:‹c›] a[1:n] a[:n] a[ 1 : n ]"
    );
    assert_eq!(
        short("SET @n := 1, '12:a' :: text"),
        "SET @n := 1, '12:a' :: text"
    );
    assert_eq!(
        short("DATE '2020-01-01' -- :name\n"),
        "DATE '2020-01-01' -- :name\n"
    );
    assert_eq!(
        mistake("a = :name"),
        "`:name` is no binding; write `{name}`"
    );
    assert_eq!(mistake("IN (:ids)"), "`:ids` is no binding; write `{ids}`");
    assert!(mistake("{?a: b = :c}").contains("`:c` is no binding"));
}

#[test]
fn operators_of_json_are_text() {
    for sql in [
        "a ? 'b' AND a ?| ARRAY['b'] AND a ?& ARRAY['b'] AND a @? '$.b' AND a @@ '$.b'",
        "a -> 'b' ->> 0 #> '{a,b}' #>> '{c,0}' #- '{a,1}'",
        "a @> '{\"b\": {}}' <@ '[]'",
    ] {
        assert_eq!(short(sql), sql);
    }
    assert_eq!(short("a ? {b} ?| {c}"), "a ? ‹b› ?| ‹c›");
}

#[test]
fn what_is_for_one_database_is_read_as_it_does() {
    let of = |sql: &str, only: &str| {
        let lexed = super::lex(sql, Dialect::of(Some(only)));
        assert_eq!(lexed.mistakes, Vec::<String>::new(), "{only}: {sql}");
        shown(&lexed.pieces)
    };
    // A backslash takes the quote its meaning on MariaDB, and nowhere else.
    assert_eq!(
        of(r"a = 'it\'s' AND b = {b} AND c = 'that\'s'", "mariadb"),
        r"a = 'it\'s' AND b = ‹b› AND c = 'that\'s'"
    );
    assert_eq!(
        of(r#"a = "it\"s" AND b = {b}"#, "mysql"),
        r#"a = "it\"s" AND b = ‹b›"#
    );
    assert_eq!(
        of(r"`a\` = {a} AND b LIKE '!%' ESCAPE '\\'", "mysql"),
        r"`a\` = ‹a› AND b LIKE '!%' ESCAPE '\\'"
    );
    assert_eq!(
        of(r"a LIKE {a} ESCAPE '\' AND b = {b}", "sqlite"),
        r"a LIKE ‹a› ESCAPE '\' AND b = ‹b›"
    );
    assert_eq!(
        of(r"a LIKE {a} ESCAPE '\' AND b = {b}", "postgres"),
        r"a LIKE ‹a› ESCAPE '\' AND b = ‹b›"
    );
    // Comments.
    assert_eq!(of("a # it's {b}\n= {a}", "mariadb"), "a # it's {b}\n= ‹a›");
    assert_eq!(
        of(
            "a #> '{b}' = {a}".replace("{b}", "{b,c}").as_str(),
            "postgres"
        ),
        "a #> '{b,c}' = ‹a›"
    );
    assert_eq!(of("5--{a}", "mariadb"), "5--‹a›");
    assert_eq!(of("5 -- {a}\n--\n--", "mariadb"), "5 -- {a}\n--\n--");
    assert_eq!(of("5--{a}", "postgres"), "5--{a}");
    assert_eq!(of("/* a /* b */ {a}", "sqlite"), "/* a /* b */ ‹a›");
    assert_eq!(of("/* a /* b */ {a}", "mysql"), "/* a /* b */ ‹a›");
    assert_eq!(
        of("/* a /* b */ {a} */ {b}", "postgres"),
        "/* a /* b */ {a} */ ‹b›"
    );
    // Dollars quote on PostgreSQL alone.
    assert_eq!(
        of("a$$ = {a} AND $$ = {b}", "sqlite"),
        "a$$ = ‹a› AND $$ = ‹b›"
    );
    assert_eq!(of("$a$ {a} $a$", "postgres"), "$a$ {a} $a$");
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
        "`{x:?}` says no type behind the colon; write `{x}`, or its type: `{x: i64}`"
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
    let b = Place {
        root: "b".into(),
        fields: vec![],
    };
    assert!(lexed.pieces.contains(&Piece::Bind(b, None)));
}

#[test]
fn types_models_and_other_statements_have_forms_of_their_own() {
    assert_eq!(
        short("{id: Id<User>} ({..ids:i64}) {a.b : Vec<(i64, String)>}"),
        "‹id: Id<User>› (‹..ids: i64›) ‹a.b: Vec<(i64, String)>›"
    );
    assert_eq!(short("({@query}) {@ a.b}"), "(‹@query›) ‹@a.b›");
    assert_eq!(
        short("FROM {User} u, {blog::Post} WHERE u.{User::id} = {Self::age} AND {LIMIT} < {N}"),
        "FROM ‹table User› u, ‹table blog::Post› WHERE u.‹bare column User::id› = ‹column Self::age› AND ‹LIMIT› < ‹N›"
    );
    assert_eq!(
        short("{User}.{User::r#type}"),
        "‹table User›.‹bare column User::r#type›"
    );
    for sql in [
        "{User::new()}",
        "{user::email}",
        "{User::LIMIT}",
        "{a: }",
        "{@}",
        "{@User::a}",
        "{..a: 1 +}",
    ] {
        assert_eq!(lex(sql).mistakes.len(), 1, "{sql}");
    }
}

#[test]
fn a_section_is_a_piece_with_pieces() {
    assert_eq!(
        short("SELECT 1 {?age: AND age > {age} AND x IN ({..ids})} ORDER BY 1"),
        "SELECT 1 ‹?age: AND age > ‹age› AND x IN (‹..ids›)› ORDER BY 1"
    );
    assert_eq!(short("{?a.b: x {?c: '}' y}} z"), "‹?a.b: x ‹?c: '}' y›› z");
    assert!(mistake("{?a: b").contains("this section is never closed"));
    assert!(mistake("({?a: b)}").contains("parentheses of this section do not match"));
    assert!(mistake("{?a: }").contains("empty"));
    assert!(mistake("x{?a: b}").contains("write a space before it"));
    assert!(mistake("{?a: b}c").contains("write a space between"));
    assert!(mistake("{?a: {{ b}").contains("cannot stand in a section"));
    assert!(mistake("{?1: b}").contains("is written `{?name: …}`"));
    assert!(mistake("{?a}").contains("is no binding"));
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

#[test]
fn no_text_makes_the_parser_panic() {
    const PARTS: &[&str] = &[
        "{", "}", "{{", "}}", "?", ":", "@", "..", "::", "'", "\"", "`", "$", "$t$", "--", "/*",
        "*/", "\n", "\\", "E'", "(", ")", " ", "a", "Ä", "User", "User::", "1", "r#", "_", ".",
        "<", ">", "i64", "🦀", "\u{301}", ";", "SELECT",
    ];
    let mut numbers = Numbers(0x5eed);
    for round in 0..20_000 {
        let length = numbers.below(14);
        let sql: String = (0..length).map(|_| numbers.one(PARTS)).collect();
        let only = [None, Some("sqlite"), Some("mysql")][round % 3];
        let lexed = super::lex(&sql, Dialect::of(only));
        // What is taken over is taken over whole: no piece is made of nothing.
        let whole = |piece: &Piece| !matches!(piece, Piece::Text(text) if text.is_empty());
        assert!(lexed.pieces.iter().all(whole), "{sql}");
        assert!(
            !lexed.mistakes.is_empty() || lexed.pieces.is_empty() == sql.is_empty(),
            "{sql}"
        );
    }
}

/// Pieces, and the text that they are written as.
fn pieces(numbers: &mut Numbers, depth: usize) -> (Vec<Piece>, String) {
    // As it is written, and what it says; braces are doubled outside of sections only.
    const TEXTS: &[(&str, &str)] = &[
        ("SELECT a", "SELECT a"),
        ("x = '}{ it''s'", "x = '}{ it''s'"),
        ("\"{\"\"}\"", "\"{\"\"}\""),
        ("f(1, 2)", "f(1, 2)"),
        ("/* { */ -- }\n", "/* { */ -- }\n"),
        ("$$ {a} $$", "$$ {a} $$"),
        ("{{1}}", "{1}"),
    ];
    let place = |numbers: &mut Numbers| Place {
        root: numbers.one(&["a", "LIMIT", "r#type", "größe"]).to_owned(),
        fields: (0..numbers.below(3))
            .map(|_| numbers.one(&["b", "0"]).to_owned())
            .collect(),
    };
    let ty = |numbers: &mut Numbers| match numbers.below(2) {
        0 => None,
        _ => Some(
            numbers
                .one(&["i64", "Option<&str>", "Id<User>", "(A, B)"])
                .to_owned(),
        ),
    };
    let of = |ty: &Option<String>| ty.as_ref().map_or(String::new(), |ty| format!(": {ty}"));
    let (mut all, mut sql) = (Vec::new(), String::new());
    for _ in 0..=numbers.below(4) {
        let texts = if depth > 0 {
            TEXTS.len() - 1
        } else {
            TEXTS.len()
        };
        let (written, text) = TEXTS[numbers.below(texts)];
        all.push(Piece::Text(format!(" {text} ")));
        sql += &format!(" {written} ");
        let (piece, written) = match numbers.below(if depth < 3 { 6 } else { 5 }) {
            0 => {
                let (place, ty) = (place(numbers), ty(numbers));
                let written = format!("{{{place}{}}}", of(&ty));
                (Piece::Bind(place, ty), written)
            }
            1 => {
                let (place, ty) = (place(numbers), ty(numbers));
                all.push(Piece::Text("(".into()));
                let written = format!("({{..{place}{}}}", of(&ty));
                (Piece::List(place, ty), written)
            }
            2 => {
                let place = place(numbers);
                let written = format!("{{@{place}}}");
                (Piece::Fragment(place), written)
            }
            3 => (Piece::Table("a::User".into()), "{a::User}".to_owned()),
            4 => {
                let path = "User::email".to_owned();
                (
                    Piece::Column { path, alone: false },
                    "{User::email}".to_owned(),
                )
            }
            _ => {
                let place = place(numbers);
                let (inner, written) = pieces(numbers, depth + 1);
                let written = format!("{{?{place}:{written}}}");
                (Piece::Section(place, inner), written)
            }
        };
        let list = matches!(piece, Piece::List(..));
        all.push(piece);
        sql += &written;
        if list {
            all.push(Piece::Text(")".into()));
            sql += ")";
        }
    }
    (all, sql)
}

/// Neighbouring texts are one.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, Piece::Section(place, inner)) => out.push(Piece::Section(place, joined(inner))),
            (_, piece) => out.push(piece),
        }
    }
    out
}

#[test]
fn pieces_that_are_written_are_read_back() {
    let mut numbers = Numbers(7);
    for _ in 0..3_000 {
        let (pieces, sql) = pieces(&mut numbers, 0);
        let lexed = lex(&sql);
        assert_eq!(lexed.mistakes, Vec::<String>::new(), "{sql}");
        assert_eq!(lexed.pieces, joined(pieces), "{sql}");
    }
}
