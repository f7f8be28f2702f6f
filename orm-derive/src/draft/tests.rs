use quote::quote;

use crate::expand::assert_snapshot;

#[test]
fn a_draft_becomes_what_the_snapshot_shows() {
    let found = super::expand(quote! {
        #[draft(crate::Post)]
        #[serde(rename_all = "camelCase")]
        pub struct NewPost<'a> {
            title: &'a str,
            is_published: Option<bool>,
            #[draft(field = slug)]
            path: String,
            #[draft(skip)]
            captcha: String,
        }
    });
    assert_snapshot("src/draft/snapshots/new_post.rs", &found.to_string());
}

fn refusals(input: proc_macro2::TokenStream) -> (usize, String) {
    let found = super::expand(input).to_string();
    (found.matches("compile_error").count(), found)
}

#[test]
fn all_mistakes_are_reported_and_the_draft_is_made_all_the_same() {
    let (count, found) = refusals(quote! {
        #[draft(Post)]
        struct NewPost {
            #[draft(feild = a)]
            a: String,
            #[draft(skip, field = c)]
            b: String,
            #[draft(field = place.city)]
            city: String,
            #[draft(field = a)]
            again: String,
        }
    });
    assert_eq!(count, 4, "{found}");
    assert!(found.contains("Draft for NewPost"));
}

#[test]
fn what_cannot_be_a_draft_is_refused_once() {
    for input in [
        quote!(
            struct NewPost {
                title: String,
            }
        ),
        quote!(
            #[draft]
            struct NewPost {
                title: String,
            }
        ),
        quote!(
            #[draft(model = Post)]
            struct NewPost {
                title: String,
            }
        ),
        quote!(
            #[draft(Post)]
            enum NewPost {
                Text,
            }
        ),
        quote!(
            #[draft(Post)]
            struct NewPost(String);
        ),
        quote!(
            #[draft(Post)]
            struct NewPost<T> {
                title: T,
            }
        ),
        quote!(
            #[draft(Post)]
            #[draft(Tag)]
            struct NewPost {
                title: String,
            }
        ),
    ] {
        let (count, found) = refusals(input);
        assert_eq!(count, 1, "{found}");
    }
}
