use super::*;

fn source(text: &str) -> Source {
    Source::new("src/a.rs", text, false)
}

/// The code that is left, without the blanks.
fn code(text: &str) -> String {
    squeezed(&source(text).code)
}

fn library(text: &str) -> String {
    squeezed(&source(text).library)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn comments_are_blank() {
    assert_eq!(code("a // b\nc"), "a c");
    assert_eq!(code("/// doc\n//! doc\na"), "a");
    assert_eq!(code("a /* b /* c */ d */ e"), "a e");
    assert_eq!(code("a /* never closed"), "a");
}

#[test]
fn the_content_of_strings_is_blank_and_its_quotes_stay() {
    assert_eq!(source(r#"f("ab")"#).code, r#"f("  ")"#);
    assert_eq!(code(r#"f("a\"b", c)"#), r#"f(" ", c)"#);
    assert_eq!(code(r#"f("a\\", c)"#), r#"f(" ", c)"#);
    assert_eq!(code(r##"f(r"a\", c)"##), r#"f(r" ", c)"#);
    assert_eq!(code(r###"f(r#"a " b"#, c)"###), r##"f(r#" "#, c)"##);
    assert_eq!(
        code(r###"f(br#"a " b"#, b"c", c"d")"###),
        r##"f(br#" "#, b" ", c" ")"##
    );
    assert_eq!(code("f(\"never closed"), "f(\"");
}

#[test]
fn a_comment_in_a_string_is_text_and_a_string_in_a_comment_is_comment() {
    assert_eq!(code(r#"f("// a"); b"#), r#"f(" "); b"#);
    assert_eq!(code("a // \"\nb"), "a b");
}

#[test]
fn a_raw_identifier_is_no_string() {
    assert_eq!(code("r#type + \"a\""), "r#type + \" \"");
}

#[test]
fn characters_are_told_from_lifetimes() {
    assert_eq!(code(r#"f('"', b)"#), "f(' ', b)");
    assert_eq!(code(r"f('\'', b)"), "f(' ', b)");
    assert_eq!(code(r"f('\u{1F}', b)"), "f(' ', b)");
    assert_eq!(code(r"f('\\', b)"), "f(' ', b)");
    assert_eq!(code(r"f(b'{', b)"), "f(b' ', b)");
    assert_eq!(code("f('é', b)"), "f(' ', b)");
    assert_eq!(
        code("fn f<'a>(a: &'a str, b: &'static str)"),
        "fn f<'a>(a: &'a str, b: &'static str)"
    );
}

#[test]
fn positions_and_lines_stay() {
    let text = "a // é\n\"ü\nü\" b\nc";
    let source = source(text);
    assert_eq!(source.code.len(), text.len());
    let at = source.code.find('c').unwrap();
    assert_eq!((source.line(at), source.line_text(at)), (4, "c"));
    assert_eq!(source.line_text(0), "a // é");
}

#[test]
fn literals_are_listed_in_order() {
    let text = r##"f("a", r#"b"#, 'c')"##;
    let literals: Vec<_> = source(text)
        .literals
        .into_iter()
        .map(|range| &text[range])
        .collect();
    assert_eq!(literals, ["a", "b"]);
}

#[test]
fn test_modules_are_no_library() {
    assert_eq!(
        library("a; #[cfg(test)] mod tests { fn f() { b(); } } c;"),
        "a; c;"
    );
    assert_eq!(
        library("a; #[cfg(test)] #[allow(x)] mod tests { b } c;"),
        "a; c;"
    );
    assert_eq!(
        library("a; #[cfg(all(test, feature = \"x\"))] mod tests { b } c;"),
        "a; c;"
    );
    assert_eq!(
        library("a; #[cfg(test)] mod tests { const B: &str = \"}\"; } c;"),
        "a; c;"
    );
    assert_eq!(library("#![cfg(test)]\na"), "");
}

#[test]
fn other_items_for_tests_are_no_library_either() {
    assert_eq!(library("#[cfg(test)] mod tests; c;"), "c;");
    assert_eq!(library("#[cfg(test)] use a::{b, c}; d;"), "d;");
    assert_eq!(
        library("#[cfg(test)] fn f<A, B>(a: A, b: B) { c } d;"),
        "d;"
    );
    assert_eq!(
        library("struct A { #[cfg(test)] b: u8, c: u8 }"),
        "struct A { c: u8 }"
    );
    assert_eq!(
        library("struct A { c: u8, #[cfg(test)] b: u8 }"),
        "struct A { c: u8, }"
    );
    assert_eq!(
        library("match a { #[cfg(test)] B => f(1, 2), c => d }"),
        "match a { c => d }"
    );
}

#[test]
fn what_is_not_only_for_tests_stays() {
    assert_eq!(library("#[cfg(not(test))] a;"), "#[cfg(not(test))] a;");
    assert_eq!(
        library("#[cfg(any(test, unix))] a;"),
        "#[cfg(any(test, unix))] a;"
    );
    assert_eq!(
        library("#[cfg(feature = \"test\")] a;"),
        "#[cfg(feature = \" \")] a;"
    );
    assert_eq!(
        library("#[derive(Test)] struct A;"),
        "#[derive(Test)] struct A;"
    );
}

#[test]
fn strings_can_be_kept() {
    let source = source("f(\"a\"); // b\n#[cfg(test)] mod tests { g(\"c\"); }");
    assert_eq!(squeezed(&source.library_with_text), "f(\"a\");");
}

#[test]
fn files_of_test_modules_are_found() {
    let modules = |path| Source::new(path, "mod a; #[cfg(test)] mod tests;", false).test_modules();
    assert_eq!(modules("x/src/lib.rs"), ["x/src/tests"]);
    assert_eq!(modules("x/src/diff.rs"), ["x/src/diff/tests"]);
    assert!(
        Source::new("a.rs", "#[cfg(test)] mod tests {}", false)
            .test_modules()
            .is_empty()
    );
}

#[test]
fn words_are_identifiers() {
    let list: Vec<_> = words("let a_1 = b2::c(3u8, 'd);")
        .map(|word| word.text)
        .collect();
    assert_eq!(list, ["let", "a_1", "b2", "c", "d"]);
}
