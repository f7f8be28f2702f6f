//! Matches of regular expressions that are replaced, the same on every database.

use orm::expr::Replacement;
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::words;

/// What becomes of each text.
async fn replaced(
    db: &Db,
    pattern: &str,
    with: impl Into<Replacement>,
) -> orm::Result<Vec<String>> {
    Word::query()
        .order_by(Word::id)
        .select(Word::text.replace_matches(pattern, with))
        .all(db)
        .await
}

on_every_database! {
    async fn every_match_is_replaced(db: Db) {
        words(&db, &["a  b\tc", "Ann Lee", "x12y345", "", "é-ö_Ü", "line\nbreak \n"]).await?;
        for (pattern, with, expected) in [
            (r"\s+", "_", ["a_b_c", "Ann_Lee", "x12y345", "", "é-ö_Ü", "line_break_"]),
            (r"^(\w+)\s+(\w+)", "$2 $1", ["b a\tc", "Lee Ann", "x12y345", "", "é-ö_Ü", "break line \n"]),
            (r"\d", "<$0>", ["a  b\tc", "Ann Lee", "x<1><2>y<3><4><5>", "", "é-ö_Ü", "line\nbreak \n"]),
            (r"(\d)(\d+)", "${2}0$1", ["a  b\tc", "Ann Lee", "x201y4503", "", "é-ö_Ü", "line\nbreak \n"]),
            ("[^a-zA-Z0-9]+", "-", ["a-b-c", "Ann-Lee", "x12y345", "", "-", "line-break-"]),
            ("(n)|(e)", "[$1$2]", ["a  b\tc", "A[n][n] L[e][e]", "x12y345", "", "é-ö_Ü", "li[n][e]\nbr[e]ak \n"]),
            ("n(n)?", "($1)", ["a  b\tc", "A(n) Lee", "x12y345", "", "é-ö_Ü", "li()e\nbreak \n"]),
            (r"\s$", "", ["a  b\tc", "Ann Lee", "x12y345", "", "é-ö_Ü", "line\nbreak "]),
            (".*n", "N", ["a  b\tc", "N Lee", "x12y345", "", "é-ö_Ü", "Ne\nbreak \n"]),
            (".+", "", ["", "", "", "", "", "\n\n"]),
            ("ö|Ü", "$$1", ["a  b\tc", "Ann Lee", "x12y345", "", "é-$1_$1", "line\nbreak \n"]),
            ("(?:1|3)([0-9])", r"\1\\$1&", ["a  b\tc", "Ann Lee", r"x\1\\2&y\1\\4&5", "", "é-ö_Ü", "line\nbreak \n"]),
        ] {
            assert_eq!(replaced(&db, pattern, with).await?, expected, "{pattern} {with}");
        }
        let expected = ["a  b\tc", "Ann Lee", r"x$1\1\0&y345", "", "é-ö_Ü", "line\nbreak \n"];
        assert_eq!(replaced(&db, "12", Replacement::literal(r"$1\1\0&")).await?, expected);
    }

    async fn case_counts_unless_it_is_said_otherwise(db: Db) {
        words(&db, &["Rust rust RUST", "ÄäA"]).await?;
        assert_eq!(replaced(&db, "rust", "go").await?, ["Rust go RUST", "ÄäA"]);
        assert_eq!(replaced(&db, "[a-z]+", "-").await?, ["R- - RUST", "ÄäA"]);
        let all = Word::text.replace_matches_insensitive("rust|ä", "x");
        assert_eq!(Word::query().order_by(Word::id).select(all).all(&db).await?, ["x x x", "xxA"]);
        // Also where the text is none of a column's.
        let upper = Word::text.upper().replace_matches("rust", "go").lower().replace_matches("rust", "go");
        assert_eq!(Word::query().order_by(Word::id).select(upper).all(&db).await?, ["go go go", "ääa"]);
    }

    async fn what_is_replaced_is_an_expression_like_others(db: Db) {
        words(&db, &["07:30", "12-45", "x"]).await?;
        let digits = || Word::text.replace_matches("[^0-9]+", "");
        assert_eq!(Word::query().filter(digits().eq("1245")).select(Word::text).all(&db).await?, ["12-45"]);
        assert_eq!(Word::query().order_by(digits().desc()).select(digits().length()).all(&db).await?, [Some(4), Some(4), Some(0)]);
        assert_eq!(Word::query().filter(digits().cast::<i64>().gt(800)).count(&db).await?, 1);
        assert_eq!(Word::query().select(Word::other.replace_matches("a", "b")).all(&db).await?, [None, None, None]);
        let groups = Word::query().group_by(digits()).rollup().order_by(digits()).select((digits().nullable(), count())).all(&db).await?;
        assert_eq!(groups, [(Some("".into()), 1), (Some("0730".into()), 1), (Some("1245".into()), 1), (None, 3)]);
        Word::query().filter(Word::text.eq("12-45")).update().text(Word::text.replace_matches(r"(\d+)-(\d+)", "$2:$1")).exec(&db).await?;
        assert_eq!(Word::query().order_by(Word::id).select(Word::text).all(&db).await?, ["07:30", "45:12", "x"]);
    }

    async fn what_databases_do_not_share_is_refused(db: Db) {
        words(&db, &["a"]).await?;
        for (pattern, with) in [("a*", ""), ("(", ""), ("a+?", ""), ("a|ab", ""), ("(.*)@(.*)", "$1"), ("a", "$1"), ("(a)+", "$1"), ("a", "$"), ("a", "${10}")] {
            let error = replaced(&db, pattern, with).await.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{pattern}: {error}");
        }
    }
}
