use quote::quote;

use crate::expand::assert_snapshot;

#[test]
fn a_view_becomes_what_the_snapshot_shows() {
    let found = super::expand(quote! {
        #[view(crate::User, params(since: DateTime<Utc>))]
        pub struct Dashboard {
            id: Id<User>,
            #[view(field = username)]
            name: String,
            #[view(expr = User::posts.count())]
            count: i64,
            #[view(with = User::posts.filter(Post::created_at.gt(since)))]
            posts: Vec<PostSummary>,
            #[view(flatten)]
            contact: Contact,
        }
    });
    assert_snapshot("src/view/snapshots/dashboard.rs", &found.to_string());
}

#[test]
fn a_view_without_parameters_becomes_what_the_snapshot_shows() {
    let found = super::expand(quote! {
        #[view(Post)]
        struct PostSummary {
            title: String,
        }
    });
    assert_snapshot("src/view/snapshots/post_summary.rs", &found.to_string());
}

fn refusals(input: proc_macro2::TokenStream) -> (usize, String) {
    let found = super::expand(input).to_string();
    (found.matches("compile_error").count(), found)
}

#[test]
fn all_mistakes_are_reported_and_the_view_is_made_all_the_same() {
    let (count, found) = refusals(quote! {
        #[view(User, parms(a: i32))]
        struct Dashboard {
            #[view(feild = a)]
            a: String,
            #[view(flatten, field = b)]
            b: String,
            #[view(expr)]
            c: String,
            #[view(flatten = true)]
            d: String,
            #[view]
            e: String,
            #[view(with = )]
            f: String,
        }
    });
    assert_eq!(count, 7, "{found}");
    assert!(found.contains("View for Dashboard"));
}

#[test]
fn commas_inside_of_an_expression_are_a_part_of_it() {
    let (count, found) = refusals(quote! {
        #[view(User, params(a: i32, b: Vec<(i32, String)>,),)]
        struct Dashboard {
            #[view(expr = User::id.cast::<Pair<i32, i64>>(),)]
            a: String,
        }
    });
    assert_eq!(count, 0, "{found}");
}

#[test]
fn what_cannot_be_a_view_is_refused_once() {
    for input in [
        quote!(
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(model = User)]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(User, params)]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(User, params(a))]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(User, params(a: i64, a: i32))]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(User)]
            #[view(Post)]
            struct Dashboard {
                id: i64,
            }
        ),
        quote!(
            #[view(User)]
            struct Dashboard {
                inner: Vec<Dashboard>,
            }
        ),
        quote!(
            #[view(User)]
            struct Dashboard {
                #[view(flatten)]
                inner: Option<Contact>,
            }
        ),
        quote!(
            #[view(User)]
            enum Dashboard {
                Small,
            }
        ),
        quote!(
            #[view(User)]
            struct Dashboard(i64);
        ),
        quote!(
            #[view(User)]
            struct Dashboard {}
        ),
        quote!(
            #[view(User)]
            struct Dashboard<'a> {
                name: &'a str,
            }
        ),
    ] {
        let (count, found) = refusals(input);
        assert_eq!(count, 1, "{found}");
    }
}
