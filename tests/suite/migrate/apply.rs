//! Runs a plan as a program would that reads it from a file.

use orm::Result;
use orm::query::{Raw, RawPart};
use orm_migrate::plan::Directive;
use orm_migrate::{Plan, Transaction};

use crate::support::TestDb;

/// Runs all steps.
pub async fn run(db: &TestDb, plan: &Plan) -> Result<()> {
    if db.is_sqlite() {
        return whole(db, plan).await;
    }
    let mut inside = String::new();
    for step in &plan.steps {
        for statement in &step.statements {
            match (step.transaction, db.is_postgres()) {
                (Transaction::Inside, true) => inside.push_str(&format!("{};\n", statement.sql)),
                _ => {
                    transaction(db, &mut inside).await?;
                    one(db, &statement.sql).await?;
                }
            }
        }
    }
    transaction(db, &mut inside).await
}

async fn one(db: &TestDb, sql: &str) -> Result<()> {
    let result = db.execute_script(sql).await;
    result.map_err(|error| error.with_sql(sql))
}

async fn transaction(db: &TestDb, statements: &mut String) -> Result<()> {
    if !statements.is_empty() {
        let script = std::mem::take(statements);
        one(db, &format!("BEGIN;\n{script}COMMIT")).await?;
    }
    Ok(())
}

/// One transaction, with foreign keys off around it, and the triggers of tables that are made anew.
async fn whole(db: &TestDb, plan: &Plan) -> Result<()> {
    let mut script = String::new();
    if plan.foreign_keys_off {
        script.push_str("PRAGMA foreign_keys = OFF;\n");
    }
    script.push_str("BEGIN IMMEDIATE;\n");
    let mut triggers = Vec::new();
    for statement in plan.statements() {
        for directive in &statement.directives {
            if let Directive::SaveTriggers(table) = directive {
                triggers = strings(db, &format!("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'")).await;
                // The script has not been run so far as it is written.
                triggers.retain(|sql: &String| {
                    let name = sql.split('"').nth(1).unwrap_or_default();
                    !script.contains(&format!("DROP TRIGGER IF EXISTS \"{name}\""))
                });
            }
        }
        script.push_str(&format!("{};\n", statement.sql));
        if statement
            .directives
            .iter()
            .any(|d| matches!(d, Directive::RestoreTriggers(_)))
        {
            for trigger in triggers.drain(..) {
                script.push_str(&format!("{trigger};\n"));
            }
        }
    }
    // A check that fails if a row refers to nothing.
    script.push_str(
        "CREATE TEMP TABLE foreign_key_violations (parent TEXT, CHECK (parent IS NULL));\n\
         INSERT INTO foreign_key_violations SELECT parent FROM pragma_foreign_key_check;\n\
         DROP TABLE foreign_key_violations;\n\
         COMMIT;\nPRAGMA foreign_keys = ON",
    );
    one(db, &script).await
}

/// One column of text.
pub async fn strings(db: &TestDb, sql: &str) -> Vec<String> {
    let sql: &'static str = Box::leak(sql.to_owned().into_boxed_str());
    let rows = Raw::new(vec![RawPart::Text(sql)]).all::<String>(db).await;
    rows.unwrap_or_else(|error| panic!("{error}: {sql}"))
}
