//! Tables that other programs made, in the words of their authors.

use orm::schema::{Action, ColumnType, DefaultValue, Schema, Table, TableName};
use orm_migrate::Introspection;
use orm_migrate::introspect::{Options, introspect};

use super::*;

/// The statements that make the tables on this database.
pub fn statements(db: &TestDb) -> &'static str {
    if db.is_sqlite() {
        SQLITE
    } else if db.is_postgres() {
        POSTGRES
    } else {
        MARIADB
    }
}

pub const SQLITE: &str = r#"
CREATE TABLE users (
    id INTEGER PRIMARY KEY, -- the row's number
    [Full Name] VARCHAR(40) NOT NULL COLLATE NOCASE,
    "type" TEXT DEFAULT 'it''s', /* said to be useful */
    email TEXT UNIQUE CHECK (email LIKE '%@%'),
    born DATETIME DEFAULT CURRENT_TIMESTAMP,
    balance NUMERIC(10, 2) NOT NULL DEFAULT -1.5,
    score FLOAT,
    is_admin BOOLEAN NOT NULL DEFAULT 0,
    anything,
    big UNSIGNED BIG INT,
    boss INT REFERENCES users,
    CHECK (length(email) > 3 OR balance >= 0),
    UNIQUE ("Full Name", "type")
);
CREATE TABLE counters (name TEXT PRIMARY KEY, at INTEGER NOT NULL DEFAULT (1 + 2)) WITHOUT ROWID;
CREATE TABLE numbered (number INTEGER PRIMARY KEY AUTOINCREMENT, double INTEGER AS (number * 2) STORED, half REAL AS (number / 2));
CREATE TABLE lines (
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE ON UPDATE CASCADE,
    place INTEGER NOT NULL,
    body TEXT,
    PRIMARY KEY (place, user_id)
);
CREATE INDEX lines_body ON lines (lower(body), place DESC) WHERE body IS NOT NULL;
CREATE UNIQUE INDEX users_score ON users (score);
CREATE TABLE keyless (a TEXT, b BLOB);
CREATE VIEW admins AS SELECT * FROM users WHERE is_admin;
CREATE TRIGGER users_ai AFTER INSERT ON users BEGIN UPDATE counters SET at = at + 1; END;
CREATE VIRTUAL TABLE notes USING fts5(body);
"#;

pub const POSTGRES: &str = r#"
CREATE TYPE mood AS ENUM ('sad', 'so-so', 'Happy');
CREATE TYPE unused AS ENUM ('a');
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE SEQUENCE loose START 5;
CREATE TABLE users (
    id serial PRIMARY KEY,
    "Full Name" varchar(40) NOT NULL,
    "type" varchar DEFAULT 'it''s',
    email text UNIQUE CHECK (email LIKE '%@%'),
    code char(2) COLLATE "C",
    born timestamp DEFAULT now(),
    seen timestamptz NOT NULL DEFAULT now(),
    rough timestamp(0),
    balance numeric(10, 2) NOT NULL DEFAULT -1.5,
    exact numeric,
    feeling mood NOT NULL DEFAULT 'so-so',
    feelings mood[],
    tags varchar(9)[] NOT NULL DEFAULT '{}',
    address inet,
    price money DEFAULT 3,
    settings json,
    many positive,
    boss integer REFERENCES users,
    CHECK (length(email) > 3 OR balance >= 0),
    CONSTRAINT "named key" UNIQUE ("Full Name", "type")
);
CREATE TABLE accounts (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT "the key" PRIMARY KEY,
    user_id integer NOT NULL CONSTRAINT owner REFERENCES users ON DELETE CASCADE DEFERRABLE,
    twice integer GENERATED ALWAYS AS (user_id * 2) STORED
);
COMMENT ON COLUMN accounts.twice IS 'It''s twice';
CREATE TABLE lines (
    user_id integer NOT NULL REFERENCES users(id) ON DELETE CASCADE ON UPDATE CASCADE,
    place smallint NOT NULL,
    body text,
    PRIMARY KEY (place, user_id)
);
CREATE INDEX lines_body ON lines (lower(body), place DESC) WHERE body IS NOT NULL;
CREATE INDEX lines_pattern ON lines (body text_pattern_ops) INCLUDE (place);
CREATE UNIQUE INDEX users_score ON users (seen);
CREATE TABLE keyless (a text, b bytea, EXCLUDE USING btree (a WITH =));
CREATE TABLE parts (id integer, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM ('2000-01-01') TO ('2010-01-01');
CREATE VIEW cheap AS SELECT * FROM users WHERE balance < 5;
CREATE MATERIALIZED VIEW totals AS SELECT sum(balance) FROM users;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER users_touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touched();
CREATE RULE nothing AS ON DELETE TO keyless DO INSTEAD NOTHING;
"#;

pub const MARIADB: &str = r#"
CREATE TABLE users (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    `Full Name` VARCHAR(40) CHARACTER SET utf8mb3 NOT NULL,
    `type` TEXT DEFAULT 'it''s',
    email VARCHAR(190) CHECK (email LIKE '%@%'),
    code CHAR(2),
    born DATETIME DEFAULT CURRENT_TIMESTAMP,
    seen TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    fine DATETIME(6) NULL,
    balance DECIMAL(10, 2) NOT NULL DEFAULT -1.5,
    score FLOAT UNSIGNED,
    is_admin TINYINT(1) NOT NULL DEFAULT 0,
    little TINYINT UNSIGNED,
    big BIGINT UNSIGNED,
    feeling ENUM('sad', 'so-so', 'it''s') NOT NULL DEFAULT 'so-so',
    flags SET('a', 'b'),
    body MEDIUMTEXT,
    raw BLOB,
    bits BIT(3),
    place POINT,
    built YEAR,
    boss INT UNSIGNED,
    settings JSON DEFAULT '{}',
    UNIQUE KEY email (email),
    KEY prefix (body(20)),
    CONSTRAINT sane CHECK (length(email) > 3 OR balance >= 0),
    CONSTRAINT boss FOREIGN KEY (boss) REFERENCES users (id)
) DEFAULT CHARACTER SET latin1 COMMENT = 'It''s users';
CREATE TABLE `lines` (
    user_id INT UNSIGNED NOT NULL,
    place SMALLINT NOT NULL,
    body VARCHAR(100),
    twice INT AS (place * 2) STORED,
    PRIMARY KEY (place, user_id),
    KEY lines_body (body, place DESC),
    FULLTEXT KEY words (body),
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE TABLE keyless (a TEXT, b BLOB) ENGINE = Aria;
CREATE VIEW admins AS SELECT * FROM users WHERE is_admin;
CREATE TRIGGER users_ai AFTER INSERT ON users FOR EACH ROW SET @n = 1;
CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1;
"#;

async fn read(db: &TestDb) -> orm::Result<Introspection> {
    db.execute_script(statements(db)).await?;
    introspect(db, &Options::new()).await
}

fn table<'s>(schema: &'s Schema, name: &str) -> &'s Table {
    schema.table(&TableName::new(name)).unwrap()
}

fn type_of(table: &Table, column: &str) -> ColumnType {
    table
        .column(column)
        .unwrap_or_else(|| panic!("{column}"))
        .ty
        .clone()
}

fn other(name: &str) -> ColumnType {
    ColumnType::Other(name.to_owned())
}

fn sql(text: &str) -> Option<DefaultValue> {
    Some(DefaultValue::Sql(text.to_owned()))
}

on_every_database! {
    async fn tables_of_others_keep_their_types(db: Db) {
        let found = read(&db).await?;
        let users = table(&found.schema, "users");
        let types: &[(&str, ColumnType)] = if db.is_sqlite() {
            &[
                ("id", ColumnType::BigInt),
                ("Full Name", other("varchar(40)")),
                ("type", ColumnType::Text),
                ("born", other("datetime")),
                ("balance", other("numeric(10,2)")),
                ("anything", other("")),
                ("big", other("UNSIGNED BIG INT")),
            ]
        } else if db.is_postgres() {
            &[
                ("id", ColumnType::Integer),
                ("Full Name", ColumnType::Varchar(40)),
                ("type", ColumnType::Text),
                ("code", other("char(2)")),
                ("born", ColumnType::DateTime),
                ("seen", ColumnType::Timestamp),
                ("rough", other("timestamp(0)")),
                ("balance", ColumnType::Decimal(Some((10, 2)))),
                ("exact", ColumnType::Decimal(None)),
                ("tags", ColumnType::Array(Box::new(ColumnType::Varchar(9)))),
                ("address", other("inet")),
                ("settings", other("json")),
                ("many", other("positive")),
            ]
        } else {
            &[
                ("id", ColumnType::Unsigned),
                ("Full Name", ColumnType::Varchar(40)),
                ("type", other("text")),
                ("code", other("char(2)")),
                ("born", other("datetime")),
                ("seen", other("timestamp")),
                ("fine", ColumnType::Timestamp),
                ("balance", ColumnType::Decimal(Some((10, 2)))),
                ("is_admin", other("tinyint(1)")),
                ("little", other("tinyint unsigned")),
                ("big", other("bigint unsigned")),
                ("feeling", other("enum('sad','so-so','it''s')")),
                ("flags", other("set('a','b')")),
                ("body", other("mediumtext")),
                ("built", other("year")),
                ("settings", ColumnType::Json),
            ]
        };
        for (column, ty) in types {
            assert_eq!(type_of(users, column), *ty, "{column}");
        }
        if db.is_postgres() {
            let feeling = type_of(users, "feeling").enumeration().cloned().unwrap();
            assert_eq!((feeling.native, feeling.labels.join("|")), (true, "sad|so-so|Happy".to_owned()));
            assert_eq!(found.schema.enums.len(), 2);
        }
    }

    async fn tables_of_others_keep_what_is_said_about_columns(db: Db) {
        let found = read(&db).await?;
        let users = table(&found.schema, "users");
        let column = |name: &str| users.column(name).unwrap();
        assert!(column("id").identity && !column("id").nullable && column("id").default.is_none());
        assert_eq!((column("Full Name").nullable, column("type").nullable), (false, true));
        let email = column("email").check.as_deref().unwrap();
        assert!(email.contains("LIKE '%@%'"), "{email}");
        let born = column("born").default.clone();
        let balance = column("balance").default.clone();
        if db.is_sqlite() {
            assert_eq!((born, balance), (sql("CURRENT_TIMESTAMP"), sql("-1.5")));
            assert_eq!(column("Full Name").collation.as_deref(), Some("nocase"));
            assert_eq!(users.checks[0].expression, "length(\"email\") > 3 OR \"balance\" >= 0");
        } else if db.is_postgres() {
            assert_eq!(born, sql("CURRENT_TIMESTAMP"));
            assert!(matches!(balance, Some(DefaultValue::Value(_))));
            assert_eq!(column("seen").default, Some(DefaultValue::Now));
            assert_eq!(column("code").collation.as_deref(), Some("C"));
            let accounts = table(&found.schema, "accounts");
            assert_eq!(accounts.column("twice").unwrap().comment.as_deref(), Some("It's twice"));
            assert_eq!(accounts.primary_key.as_ref().unwrap().name, "the key");
            assert_eq!(accounts.column("twice").unwrap().generated.as_ref().unwrap().expression, "\"user_id\" * 2");
        } else {
            assert_eq!(column("Full Name").collation.as_deref(), Some("utf8mb3_general_ci"));
            assert_eq!(users.comment.as_deref(), Some("It's users"));
            assert_eq!(users.checks[0].name, "sane");
            assert_eq!(column("type").default, sql("'it''s'"));
        }
    }

    async fn tables_of_others_keep_their_keys(db: Db) {
        let found = read(&db).await?;
        let lines = table(&found.schema, "lines");
        assert_eq!(lines.primary_key.as_ref().unwrap().columns, ["place", "user_id"]);
        let key = &lines.foreign_keys[0];
        assert_eq!((key.target.name.as_str(), key.target_columns[0].as_str(), key.on_delete), ("users", "id", Action::Cascade));
        let users = table(&found.schema, "users");
        assert_eq!(users.foreign_keys[0].target_columns, ["id"]);
        assert!(users.is_unique(&["email".to_owned()]));
        let index = lines.indexes.iter().find(|i| i.name == "lines_body").unwrap();
        assert_eq!(index.parts.len(), 2);
        assert_eq!(index.condition.is_some(), !db.is_mariadb());
        assert!(matches!(&index.parts[1], orm::schema::IndexPart::Column { name, descending: true } if name == "place"));
    }

    async fn what_models_do_not_say_is_told(db: Db) {
        let found = read(&db).await?;
        let told: Vec<String> = found.unmanaged.iter().map(ToString::to_string).collect();
        let expected: &[&str] = if db.is_sqlite() {
            &[
                "virtual table notes", "shadow table notes_data", "view admins", "trigger users_ai of users",
                "property id of users: numbered without AUTOINCREMENT", "property counters: WITHOUT ROWID", "property keyless: not STRICT",
            ]
        } else if db.is_postgres() {
            &[
                "type positive", "routine one()", "routine touched()", "sequence loose", "partition parts_old of parts", "view cheap",
                "view totals", "trigger users_touched of users", "rule nothing of keyless", "constraint keyless_a_excl of keyless",
                "property parts: PARTITION BY RANGE (at)", "property id of accounts: GENERATED ALWAYS AS IDENTITY",
                "property id of users: numbered by a sequence of its own (serial)", "property owner of accounts: DEFERRABLE",
            ]
        } else {
            &[
                "routine one", "view admins", "trigger users_ai of users", "property keyless: ENGINE = Aria",
                "property prefix of users: of the first 20 of body", "property seen of users: ON UPDATE CURRENT_TIMESTAMP()",
            ]
        };
        for one in expected {
            assert!(told.iter().any(|t| t == one), "{one} is not in {told:#?}");
        }
        let tables = found.schema.tables.iter().map(|t| t.name.name.as_str());
        assert!(tables.clone().all(|t| !t.starts_with("notes") && t != "parts_old"), "{:?}", tables.collect::<Vec<_>>());
        assert_eq!(found, introspect(&db, &Options::new()).await?, "the same each time");
    }

    async fn a_change_of_what_is_not_managed_changes_its_hash_alone(db: Db) {
        let before = read(&db).await?;
        let (old, new) = match () {
            () if db.is_postgres() => ("cheap", "CREATE OR REPLACE VIEW cheap AS SELECT * FROM users WHERE balance < 6"),
            () => ("admins", "DROP VIEW admins; CREATE VIEW admins AS SELECT * FROM users WHERE NOT is_admin"),
        };
        db.execute_script(new).await?;
        let after = introspect(&db, &Options::new()).await?;
        assert_eq!(after.schema, before.schema);
        let changed: Vec<_> = after.unmanaged.iter().zip(&before.unmanaged).filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!((changed[0].0.name.as_str(), changed[0].1.name.as_str()), (old, old));
        assert_ne!(changed[0].0.hash, changed[0].1.hash);
    }

    async fn a_table_can_be_left_out(db: Db) {
        let found = read(&db).await?;
        let less = introspect(&db, &Options::new().without("users")).await?;
        assert_eq!(less.schema.tables.len() + 1, found.schema.tables.len());
        assert!(less.unmanaged.iter().all(|u| u.table.as_deref() != Some("users")));
    }
}
