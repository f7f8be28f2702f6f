//! What a journal notes, since other tests count by it.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::tables;

on_every_database! {
    also mysql_without_returning;

    async fn a_journal_notes_each_statement_once(db: Db) {
        tables!(db: Tag);
        let (db, journal) = db.journaled();
        assert!(journal.is_empty());
        Tag::query().all(&db).await?;
        Tag::query().filter(Tag::name.eq("rust")).update().description("a language").exec(&db).await?;
        let texts = journal.take();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].starts_with("SELECT") && texts[1].starts_with("UPDATE"), "{texts:?}");
        assert!(!texts[1].contains("a language"));
        assert!(journal.is_empty());
    }

    async fn a_journal_follows_into_transactions_and_streams(db: Db) {
        tables!(db: Tag);
        let (counted, journal) = db.journaled();
        let tx = counted.begin().await?;
        let inner = tx.begin().await?;
        let mut tags = Tag::query().stream(&inner);
        while tags.next().await.is_some() {}
        assert_eq!(journal.len(), 1);
        inner.commit().await?;
        tx.commit().await?;
        Tag::query().count(&db).await?;
        assert_eq!(journal.len(), 1);
    }
}
