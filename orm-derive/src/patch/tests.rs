use quote::quote;

use crate::expand::assert_snapshot;

#[test]
fn a_patch_becomes_what_the_snapshot_shows() {
    let found = super::expand(quote! {
        #[patch(User)]
        struct EditUser {
            name: Option<String>,
            #[serde(rename = "mail")]
            email: Option<String>,
            #[patch(field = address.city)]
            town: Option<Option<String>>,
            #[patch(skip)]
            id: Id<User>,
        }
    });
    assert_snapshot("src/patch/snapshots/edit_user.rs", &found.to_string());
}

#[test]
fn a_null_that_serde_would_lose_is_refused() {
    let count = |input| {
        super::expand(input)
            .to_string()
            .matches("compile_error")
            .count()
    };
    let lost = quote! {
        #[patch(User)]
        struct Edit {
            #[serde(default)]
            age: Option<Option<i32>>,
            #[serde(default)]
            name: Option<String>,
        }
    };
    let lost_by_all = quote! {
        #[patch(User)]
        #[serde(default, rename_all = "camelCase")]
        struct Edit {
            age: Option<Option<i32>>,
            #[serde(with = "double")]
            limit: Option<Option<i32>>,
        }
    };
    let kept = quote! {
        #[patch(User)]
        struct Edit {
            #[serde(default, deserialize_with = "orm::patch::double_option")]
            age: Option<Option<i32>>,
            #[serde(rename = "max")]
            limit: Option<Option<i32>>,
        }
    };
    assert_eq!((count(lost), count(lost_by_all), count(kept)), (1, 1, 0));
}

#[test]
fn a_patch_without_fields_changes_nothing() {
    let found = super::expand(quote!(
        #[patch(User)]
        struct Nothing {}
    ));
    assert!(found.to_string().contains("let changes ="));
}
