use super::*;

fn toml(id: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or_else(String::new, |parent| format!("parent = \"{parent}\"\n"));
    format!("format = 1\nid = \"{id}\"\n{parent}")
}

fn folder(migrations: &[(&str, Option<&str>)]) -> Folder {
    let files = migrations.iter().flat_map(|(id, parent)| {
        [
            (format!("{id}/up.sql"), "SELECT 1".to_owned()),
            (format!("{id}/migration.toml"), toml(id, *parent)),
        ]
    });
    Folder::from_files(files).unwrap()
}

fn ids(folder: &Folder) -> Vec<&str> {
    folder
        .chain()
        .unwrap()
        .iter()
        .map(|m| m.id.as_str())
        .collect()
}

#[test]
fn migrations_follow_their_parents_and_not_their_names() {
    assert_eq!(
        ids(&folder(&[
            ("3_c", Some("1_a")),
            ("1_a", None),
            ("2_b", Some("3_c"))
        ])),
        ["1_a", "3_c", "2_b"]
    );
    assert!(folder(&[]).chain().unwrap().is_empty());
}

#[test]
fn what_is_wrong_with_a_chain_is_named_with_what_to_do() {
    let problem =
        |migrations: &[(&str, Option<&str>)]| folder(migrations).chain().unwrap_err().to_string();
    let fork = problem(&[("1_a", None), ("2_b", Some("1_a")), ("3_c", Some("1_a"))]);
    assert!(
        fork.contains("`2_b` and `3_c` both follow `1_a`") && fork.contains("migrate rebase 3_c"),
        "{fork}"
    );
    let roots = problem(&[("1_a", None), ("2_b", None)]);
    assert!(roots.contains("both follow the empty database"), "{roots}");
    let missing = problem(&[("1_a", None), ("3_c", Some("2_b"))]);
    assert!(
        missing.contains("`3_c` follows `2_b`, which is not there"),
        "{missing}"
    );
    let circle = problem(&[("1_a", None), ("2_b", Some("3_c")), ("3_c", Some("2_b"))]);
    assert!(circle.contains("follows itself"), "{circle}");
}

#[test]
fn a_copied_folder_is_noticed() {
    let files = [
        ("1_a/up.sql", "SELECT 1".to_owned()),
        ("1_a/migration.toml", toml("1_a", None)),
        ("2_copy/up.sql", "SELECT 1".to_owned()),
        ("2_copy/migration.toml", toml("1_a", None)),
    ];
    let folder = Folder::from_files(files).unwrap();
    let problems = folder.check();
    assert!(
        problems.contains(&Problem::Duplicated { id: "1_a".into() }),
        "{problems:?}"
    );
    assert!(
        matches!(&problems[0], Problem::Renamed { folder, .. } if folder == "2_copy"),
        "{problems:?}"
    );
    assert!(folder.chain().is_err());
}

#[test]
fn a_schema_that_was_changed_by_hand_is_reported_by_the_check() {
    let text = snapshot::write(&Schema::default()).unwrap();
    let with = |schema: String| {
        let files = [
            ("1_a/up.sql", "SELECT 1".to_owned()),
            ("1_a/migration.toml", toml("1_a", None)),
            ("1_a/schema.toml", schema),
        ];
        Folder::from_files(files).unwrap().check()
    };
    assert_eq!(with(text.clone()), []);
    let edited = with(format!("{text}\n[[tables]]\nname = \"a\"\n"));
    assert_eq!(edited, [Problem::EditedSchema { id: "1_a".into() }]);
}

#[test]
fn a_down_for_another_up_is_reported_by_the_check() {
    let with = |up: &str| {
        let meta = format!(
            "{}[undoes]\n\"up.sql\" = \"{}\"\n",
            toml("1_a", None),
            digest::of("SELECT 1")
        );
        let files = [
            ("1_a/up.sql", up.to_owned()),
            ("1_a/down.sql", "SELECT 2".to_owned()),
            ("1_a/migration.toml", meta),
        ];
        Folder::from_files(files).unwrap().check()
    };
    assert_eq!(with("SELECT 1"), []);
    assert_eq!(
        with("SELECT 3"),
        [Problem::StaleDown {
            id: "1_a".into(),
            file: "up.sql".into()
        }]
    );
}

#[test]
fn malformed_files_say_what_is_missing() {
    let error = |files: &[(&'static str, &'static str)]| {
        Folder::from_files(files.iter().copied())
            .unwrap_err()
            .to_string()
    };
    assert!(
        error(&[("1_a/up.sql", "")]).contains("it is missing; write `format = 1`, `id = \"1_a\"`")
    );
    assert!(error(&[("1_a/migration.toml", "id = \"1_a\"")]).contains("it lacks `format = 1`"));
    assert!(
        error(&[(
            "1_a/migration.toml",
            "format = 1\nid = \"1_a\"\ntransactoin = \"none\""
        )])
        .contains("transactoin")
    );
    let waiver = "format = 1\nid = \"1_a\"\n[[waiver]]\nrule = \"add-index\"\nreason = \" \"";
    assert!(
        error(&[("1_a/migration.toml", waiver)])
            .contains("the waiver of `add-index` gives no reason")
    );
}

#[test]
fn what_is_known_is_read_as_it_was_written() {
    let meta = Meta {
        format: 1,
        id: "1_a".into(),
        parent: Some("0_z".into()),
        schema: Some("sha256:00".into()),
        transaction: Transaction::None,
        lossy: true,
        undoes: [("up.sql".to_owned(), "sha256:01".to_owned())].into(),
        replaces: vec!["x".into()],
        renames: [("users.name".to_owned(), "users.full_name".to_owned())].into(),
        steps: vec![StepNote {
            file: "up.sql".into(),
            sql: "ALTER \"a\"".into(),
            safety: "lock".into(),
            reason: Some("why\n".into()),
        }],
        waivers: vec![Waiver {
            rule: "r".into(),
            reason: "small table".into(),
        }],
    };
    assert_eq!(Meta::parse(&meta.write()).unwrap(), meta);
}

#[test]
fn the_most_special_file_of_a_database_is_taken() {
    use orm_core::dialect;
    let files = [
        ("1_a/migration.toml", toml("1_a", None)),
        ("1_a/up.mysql.sql", "mysql".to_owned()),
        ("1_a/up.mariadb.sql", "mariadb".to_owned()),
        ("1_a/up.sql", "all".to_owned()),
    ];
    let folder = Folder::from_files(files).unwrap();
    let text = |dialect| {
        folder.migrations()[0]
            .sql(Direction::Up, dialect)
            .unwrap()
            .1
            .to_owned()
    };
    assert_eq!(text(dialect::MARIADB), "mariadb");
    assert_eq!(text(dialect::MYSQL), "mysql");
    assert_eq!(text(dialect::SQLITE), "all");
    assert!(
        folder.migrations()[0]
            .sql(Direction::Down, dialect::SQLITE)
            .is_none()
    );
}

#[test]
fn the_flat_form_is_read_beside_our_own() {
    let files = [
        ("20230102_b.up.sql", "SELECT 2".to_owned()),
        ("20230102_b.down.sql", "SELECT 3".to_owned()),
        ("20230101_a_b.sql", "-- no-transaction\nSELECT 1".to_owned()),
        ("notes.sql", String::new()),
        ("20240101000000_c/up.sql", "SELECT 4".to_owned()),
        (
            "20240101000000_c/migration.toml",
            toml("20240101000000_c", Some("20230102_b")),
        ),
    ];
    let folder = Folder::from_files(files).unwrap();
    assert_eq!(
        ids(&folder),
        ["20230101_a_b", "20230102_b", "20240101000000_c"]
    );
    assert_eq!(folder.migrations()[0].meta.transaction, Transaction::None);
    assert_eq!(folder.migrations()[0].flat_version(), Some(20_230_101));
    assert!(
        folder.migrations()[1]
            .sql(Direction::Down, orm_core::dialect::SQLITE)
            .is_some()
    );
}

#[test]
fn an_id_is_found_by_its_name_and_a_slip_gets_a_hint() {
    let folder = folder(&[("20260101000000_add_profiles", None)]);
    assert_eq!(
        folder.get("add_profiles").unwrap().id,
        "20260101000000_add_profiles"
    );
    let error = folder
        .get("20260101000000_add_profile")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("did you mean `20260101000000_add_profiles`?"),
        "{error}"
    );
}

#[test]
fn a_new_migration_comes_after_all_others_and_is_whole_or_not_there() {
    let path = std::env::temp_dir().join(format!("orm-files-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    let sql = || Sql {
        key: None,
        up: "SELECT 1;\n".into(),
        down: Some("SELECT 2;\n".into()),
    };
    let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let first = Folder::load(&path)
        .unwrap()
        .add(NewMigration::new("Añadir  Perfiles!", sql()).at(at))
        .unwrap();
    let second = Folder::load(&path)
        .unwrap()
        .add(
            NewMigration::new("b", sql())
                .schema(Schema::default())
                .at(at),
        )
        .unwrap();
    assert_eq!(first.id, "20231114221320_añadir_perfiles");
    assert_eq!(second.id, "20231114221321_b");
    assert_eq!(
        second.files,
        ["down.sql", "migration.toml", "schema.toml", "up.sql"]
    );
    let folder = Folder::load(&path).unwrap();
    assert_eq!(ids(&folder), [first.id.as_str(), second.id.as_str()]);
    assert_eq!(folder.check(), []);
    assert!(folder.add(NewMigration::new("!!", sql())).is_err());
    std::fs::remove_dir_all(&path).unwrap();
}
