//! The names of constraints and indexes that a model does not name itself.
//!
//! A name is made of the table, the columns and a suffix, as PostgreSQL does. One that would be longer than every database takes is
//! cut, and gets a hash of the whole in place of what was lost, so that it is the same each time and still its own.

/// How many bytes a name may have in every database.
pub const LIMIT: usize = 63;

/// The primary key of a table: `users_pkey`.
pub fn primary_key(table: &str) -> String {
    shortened(table, "pkey")
}

/// A unique constraint or index: `users_email_key`.
///
/// ```
/// # use orm_core::schema::name;
/// assert_eq!(name::unique("users", ["tenant_id", "email"]), "users_tenant_id_email_key");
/// ```
pub fn unique(table: &str, columns: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    shortened(&joined(table, columns), "key")
}

/// An index: `posts_user_id_published_idx`. An expression stands in it as `expr`.
pub fn index(table: &str, columns: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    shortened(&joined(table, columns), "idx")
}

/// A foreign key: `posts_user_id_fkey`.
pub fn foreign_key(table: &str, columns: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    shortened(&joined(table, columns), "fkey")
}

/// What the values of a column must meet: `users_age_check`.
pub fn check(table: &str, column: &str) -> String {
    shortened(&joined(table, [column]), "check")
}

/// The `n`th unnamed check of the whole table, counted from 1: `users_check1`.
pub fn table_check(table: &str, n: usize) -> String {
    shortened(table, &format!("check{n}"))
}

/// The column that holds the words of a full-text index, where the index needs one: `orm_posts_search_idx_words`.
pub fn words(index: &str) -> String {
    shortened(&format!("orm_{index}"), "words")
}

/// The check by which a column is known to hold no NULL, while it is made to hold none: `users_age_not_null`.
pub fn not_null(table: &str, column: &str) -> String {
    shortened(&joined(table, [column]), "not_null")
}

/// The name that something has while something else takes its own: `role_old`.
pub fn aside(name: &str) -> String {
    shortened(name, "old")
}

/// The name that something new has while something else still has its own: `users_pkey_new`.
pub fn incoming(name: &str) -> String {
    shortened(name, "new")
}

fn joined(table: &str, columns: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut name = table.to_owned();
    for column in columns {
        name.push('_');
        name.push_str(column.as_ref());
    }
    name
}

fn shortened(stem: &str, suffix: &str) -> String {
    let whole = format!("{stem}_{suffix}");
    if whole.len() <= LIMIT {
        return whole;
    }
    let hash = hash(whole.as_bytes());
    let room = LIMIT.saturating_sub(suffix.len() + 10);
    let end = (0..=room)
        .rev()
        .find(|at| stem.is_char_boundary(*at))
        .unwrap_or(0);
    format!("{}_{hash:08x}_{suffix}", &stem[..end])
}

/// FNV-1a, which is the same on every machine and in every version.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_stays_its_own() {
        let long = "a_rather_long_column_name_that_goes_on";
        let one = foreign_key("memberships_of_organisations", [long, "x"]);
        let two = foreign_key("memberships_of_organisations", [long, "y"]);
        assert_eq!(
            one,
            "memberships_of_organisations_a_rather_long_column_d6a76c59_fkey"
        );
        assert_eq!(one.len(), LIMIT);
        assert_ne!(one, two);
        assert!(unique(&"ü".repeat(40), ["b"]).len() <= LIMIT);
    }

    #[test]
    fn a_short_name_is_made_of_its_parts() {
        assert_eq!(primary_key("users"), "users_pkey");
        assert_eq!(
            index("posts", ["user_id", "published"]),
            "posts_user_id_published_idx"
        );
        assert_eq!(check("users", "age"), "users_age_check");
        assert_eq!(table_check("users", 2), "users_check2");
    }
}
