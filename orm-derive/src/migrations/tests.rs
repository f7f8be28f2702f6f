use super::*;

fn message(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    let begin = text.find("compile_error ! {").expect("an error") + "compile_error ! {".len();
    text[begin..]
        .trim_start()
        .trim_start_matches('"')
        .split("\" }")
        .next()
        .unwrap()
        .replace("\\\"", "\"")
}

fn step_of(name: &str, function: &str) -> TokenStream {
    step(name.parse().unwrap(), function.parse().unwrap())
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let found = message(migrations(quote!("no/such/folder")));
    assert!(
        found.starts_with("the folder `") && found.contains("no/such/folder` cannot be read"),
        "{found}"
    );
    let found = message(migrations(quote!(folder)));
    assert!(found.contains("`migrations!` takes the folder"), "{found}");
}

#[test]
fn files_are_put_in_by_the_compiler_and_old_schemas_left_out() {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/orm-derive-migrations");
    let _ = std::fs::remove_dir_all(&root);
    for n in 10..22 {
        let folder = root.join(format!("{n}_a"));
        std::fs::create_dir_all(&folder).unwrap();
        for file in ["up.sql", "migration.toml", "schema.toml", "notes.md"] {
            std::fs::write(folder.join(file), "").unwrap();
        }
    }
    let names: Vec<String> = files::find("../target/orm-derive-migrations")
        .unwrap()
        .into_iter()
        .map(|f| f.name)
        .collect();
    std::fs::remove_dir_all(&root).unwrap();
    assert_eq!(
        names.iter().filter(|name| name.ends_with("up.sql")).count(),
        12
    );
    let schemas: Vec<&String> = names
        .iter()
        .filter(|name| name.ends_with("schema.toml"))
        .collect();
    assert_eq!(
        (schemas.len(), schemas[0].as_str()),
        (10, "12_a/schema.toml")
    );
    assert!(!names.iter().any(|name| name.ends_with(".md")));
}

#[test]
fn a_step_is_called_by_its_name_or_that_of_its_function() {
    let function = "async fn split(tx: &Tx) -> orm::Result<()> { Ok(()) }";
    assert!(
        step_of("\"split_names\"", function)
            .to_string()
            .contains("name : \"split_names\"")
    );
    assert!(
        step_of("", function)
            .to_string()
            .contains("name : \"split\"")
    );
}

#[test]
fn what_is_no_step_says_what_one_is() {
    let found = message(step_of("", "fn split(tx: &Tx) {}"));
    assert!(
        found.contains("a step is `async fn name(tx: &Tx) -> orm::Result<()>`"),
        "{found}"
    );
    let found = message(step_of("\"two words\"", "async fn split(tx: &Tx) {}"));
    assert!(found.contains("its name has no blanks"), "{found}");
    let found = message(step_of("split", "async fn split(tx: &Tx) {}"));
    assert!(
        found.contains("the name by which scripts call the step"),
        "{found}"
    );
}
