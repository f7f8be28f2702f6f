//! Statements, scripts and their errors.

use super::*;

#[test]
fn a_table_may_change_under_a_prepared_statement() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let table = "orm_driver_change";
        lease
            .script(&format!(
                "DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (a int)"
            ))
            .await
            .unwrap();
        lease
            .script(&format!("INSERT INTO {table} VALUES (1)"))
            .await
            .unwrap();
        let all = statement(format!("SELECT * FROM {table}"), Vec::new());
        assert_eq!(
            lease.fetch(&all, First::default()).await.unwrap().0.0,
            [Some(1)]
        );
        for change in ["ADD b int", "DROP a"] {
            lease
                .script(&format!("ALTER TABLE {table} {change}"))
                .await
                .unwrap();
            assert_eq!(
                lease.fetch(&all, First::default()).await.unwrap().0.0.len(),
                1,
                "{}",
                words.name
            );
        }
        if words.name == "postgres" {
            lease.script("DEALLOCATE ALL").await.unwrap();
            assert_eq!(
                lease.fetch(&all, First::default()).await.unwrap().0.0.len(),
                1
            );
            assert_eq!(
                lease.fetch(&all, First::default()).await.unwrap().0.0.len(),
                1
            );
        }
        lease.script(&format!("DROP TABLE {table}")).await.unwrap();
    });
}

#[test]
fn a_large_script_is_loaded_at_once() {
    on_each(async |_, pool| {
        let mut lease = pool.lease().await.unwrap();
        let table = "orm_driver_large";
        let mut script = format!(
            "DROP TABLE IF EXISTS {table};\nCREATE TABLE {table} (a int, b varchar(300));\nBEGIN;\n"
        );
        for number in 0..3000 {
            script.push_str(&format!(
                "INSERT INTO {table} VALUES ({number}, '{}');\n",
                "it''s; ".repeat(40)
            ));
        }
        script.push_str("COMMIT;\n");
        assert!(script.len() > 800_000);
        lease.script(&script).await.unwrap();
        assert_eq!(
            number(&mut lease, &format!("SELECT count(*) FROM {table}")).await,
            Some(3000)
        );
        lease.script(&format!("DROP TABLE {table}")).await.unwrap();
    });
}

#[test]
fn errors_name_the_constraint_and_no_value() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let (parents, children) = ("orm_driver_parents", "orm_driver_children");
        let script = format!(
            "DROP TABLE IF EXISTS {children}; DROP TABLE IF EXISTS {parents};
            CREATE TABLE {parents} (id int PRIMARY KEY, email varchar(50) NOT NULL, age int NOT NULL,
                CONSTRAINT orm_driver_parents_email_key UNIQUE (email), CONSTRAINT orm_driver_parents_age_check CHECK (age > 0));
            CREATE TABLE {children} (id int PRIMARY KEY, parent_id int NOT NULL,
                CONSTRAINT orm_driver_children_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES {parents} (id));
            INSERT INTO {parents} VALUES (1, 'secret', 1); INSERT INTO {children} VALUES (1, 1)");
        lease.script(&script).await.unwrap();
        let cases = [
            (
                format!("INSERT INTO {parents} VALUES (2, 'secret', 1)"),
                "unique",
                "orm_driver_parents_email_key",
            ),
            (
                format!("INSERT INTO {parents} VALUES (2, 'secret2', -1)"),
                "check",
                "orm_driver_parents_age_check",
            ),
            (
                format!("INSERT INTO {parents} VALUES (2, NULL, 1)"),
                "null",
                "",
            ),
            (
                format!("INSERT INTO {children} VALUES (2, 987654321)"),
                "key",
                "orm_driver_children_parent_id_fkey",
            ),
            (
                format!("DELETE FROM {parents} WHERE id = 1"),
                "key",
                "orm_driver_children_parent_id_fkey",
            ),
        ];
        for (sql, kind, name) in cases {
            let error = lease
                .fetch(&statement(sql, Vec::new()), NoRows)
                .await
                .map(|_| ())
                .unwrap_err();
            let (found, constraint) = match error.kind() {
                ErrorKind::UniqueViolation(c) => ("unique", c),
                ErrorKind::CheckViolation(c) => ("check", c),
                ErrorKind::NotNullViolation(c) => ("null", c),
                ErrorKind::ForeignKeyViolation(c) => ("key", c),
                _ => panic!("{error:?}"),
            };
            assert_eq!(
                (found, constraint.name.as_deref().unwrap_or_default()),
                (kind, name),
                "{error:?}"
            );
            let text = format!("{error} {error:?}");
            assert!(
                !text.contains("secret") && !text.contains("987654321"),
                "{text}"
            );
        }
        let wrong = if words.name == "postgres" {
            "SELECT $1::text::int"
        } else {
            "INSERT INTO orm_driver_parents VALUES (?, 'x', 1)"
        };
        let error = lease
            .fetch(
                &statement(wrong, vec![Value::Text("secret".into())]),
                NoRows,
            )
            .await
            .map(|_| ())
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
        lease
            .script(&format!("DROP TABLE {children}; DROP TABLE {parents}"))
            .await
            .unwrap();
    });
}
