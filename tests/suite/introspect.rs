//! What a database says about its tables: after models made them it is what the models need, and of other tables nothing is lost.

pub mod foreign;
mod models;

use orm::model::ModelDef;
use orm::prelude::*;
use orm::schema::Schema;
use orm_migrate::introspect::{Options, introspect};

use crate::support::TestDb;
use models::*;

fn everywhere() -> Vec<&'static ModelDef> {
    vec![
        Types::def(),
        Optional::def(),
        Defaults::def(),
        Checks::def(),
        Parent::def(),
        Child::def(),
        Quoted::def(),
    ]
}

pub fn of(db: &TestDb) -> Vec<&'static ModelDef> {
    let mut models = everywhere();
    if !db.is_mariadb() {
        models.push(Indexes::def());
    }
    if db.is_postgres() {
        models.push(Arrays::def());
    }
    models
}

/// Compares table by table, so that a failure shows what it is about.
pub fn assert_same(found: &Schema, wanted: &Schema) {
    for (found, wanted) in found.tables.iter().zip(&wanted.tables) {
        for (f, w) in found.columns.iter().zip(&wanted.columns) {
            assert_eq!(f, w, "{}", found.name);
        }
        assert_eq!(found, wanted);
    }
    assert_eq!(found, wanted);
}

on_every_database! {
    async fn what_models_made_is_what_they_need(db: Db) {
        let models = of(&db);
        orm::create_tables_of(&db, &models).await?;
        let wanted = Schema::from_models(&models)?;
        let found = introspect(&db, &Options::new().expecting(&wanted)).await?;
        assert_same(&found.schema, &wanted);
    }

    async fn what_was_read_is_in_the_form_in_which_the_database_keeps_it(db: Db) {
        let models = of(&db);
        orm::create_tables_of(&db, &models).await?;
        let found = introspect(&db, &Options::new()).await?.schema;
        assert_same(&orm_migrate::canonical(&found, db.dialect()), &found);
        let wanted = orm_migrate::canonical(&Schema::from_models(&models)?, db.dialect());
        assert_same(&orm_migrate::canonical(&wanted, db.dialect()), &wanted);
    }

    async fn tables_are_made_again_from_what_was_read(db: Db) {
        let models = of(&db);
        orm::create_tables_of(&db, &models).await?;
        let first = introspect(&db, &Options::new()).await?.schema;
        orm::drop_tables_of(&db, &models).await?;
        for statement in orm_migrate::plan::create(&first, db.dialect())? {
            db.execute_script(&statement).await?;
        }
        let second = introspect(&db, &Options::new()).await?.schema;
        assert_same(&second, &first);
    }

    async fn a_difference_is_seen(db: Db) {
        orm::create_tables_of(&db, &[Checks::def()]).await?;
        let wanted = Schema::from_models(&[Checks::def()])?;
        let changes: &[&dyn Fn(&mut orm::schema::Table)] = &[
            &|t| t.columns[1].check = Some("low BETWEEN -5 AND 4000".to_owned()),
            &|t| t.columns[1].ty = orm::schema::ColumnType::BigInt,
            &|t| t.columns[2].nullable = true,
            &|t| t.columns[2].comment = None,
            &|t| t.columns[7].check = Some("word IN ('x', 'z')".to_owned()),
            &|t| t.columns[8].check = None,
            &|t| t.checks[0].expression = "low <= high".to_owned(),
            &|t| t.comment = None,
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut other = wanted.clone();
            change(&mut other.tables[0]);
            let found = introspect(&db, &Options::new().expecting(&other)).await?.schema;
            assert_ne!(found, other, "change {at}");
        }
    }

    async fn reading_takes_the_same_number_of_statements_whatever_there_is(db: Db) {
        let (counted, journal) = db.journaled();
        introspect(&counted, &Options::new()).await?;
        let empty = journal.take().len();
        orm::create_tables_of(&db, &of(&db)).await?;
        introspect(&counted, &Options::new()).await?;
        assert_eq!(journal.take().len(), empty);
    }
}
