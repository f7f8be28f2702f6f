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
fn a_patch_without_fields_changes_nothing() {
    let found = super::expand(quote!(
        #[patch(User)]
        struct Nothing {}
    ));
    assert!(found.to_string().contains("let changes ="));
}
