use quote::quote;

use super::*;

fn labels(input: TokenStream) -> (Option<Labels>, Vec<String>) {
    let mut errors = Errors::default();
    let labels = read(&syn::parse2(input).unwrap(), &mut errors);
    (labels, errors.messages())
}

fn names(input: TokenStream) -> Vec<String> {
    let (labels, errors) = labels(input);
    assert_eq!(errors, Vec::<String>::new());
    labels
        .unwrap()
        .variants
        .into_iter()
        .map(|(_, label)| label)
        .collect()
}

#[test]
fn labels_are_in_snake_case_unless_said_otherwise() {
    assert_eq!(
        names(quote!(
            enum Role {
                Member = 1,
                SuperAdmin = 2,
                r#Self2,
            }
        )),
        ["member", "super_admin", "self2"]
    );
    assert_eq!(
        names(quote!(
            #[db_enum(rename_all = "kebab-case")]
            enum Role {
                Member,
                SuperAdmin,
            }
        )),
        ["member", "super-admin"]
    );
    assert_eq!(
        names(quote!(
            #[db_enum(rename_all = "UPPERCASE")]
            enum Role {
                Member,
                #[db_enum(rename = "root user")]
                Admin,
            }
        )),
        ["MEMBER", "root user"]
    );
}

#[test]
fn the_types_name_is_in_snake_case_unless_said_otherwise() {
    let name = |input| labels(input).0.map(|l| (l.name, l.native)).unwrap();
    assert_eq!(
        name(quote!(
            enum UserRole {
                A,
            }
        )),
        ("user_role".into(), false)
    );
    assert_eq!(
        name(quote!(
            #[db_enum(native, name = "role_t")]
            enum UserRole {
                A,
            }
        )),
        ("role_t".into(), true)
    );
}

#[test]
fn the_code_has_the_labels() {
    let code = expand(quote! { #[db_enum(native)] pub enum Role { Member, r#Type } }).to_string();
    assert!(code.contains("\"type\""));
    assert!(code.contains("none of `member`, `type`"));
    assert!(!code.contains("compile_error"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let (labels, errors) = labels(quote! {
        #[db_enum(rename_all = "snake", nativ, name = 5)]
        enum Role {
            Member(u8),
            #[db_enum(rename = "x", rename_all = "y")]
            A,
            #[db_enum(rename = "x")]
            B,
            #[db_enum(rename = "")]
            C,
            __,
        }
    });
    assert!(labels.is_none());
    let expected = [
        "`snake` is no style",
        "`nativ` is no word of `#[db_enum(…)]` here; did you mean `native`?",
        "write `name = \"…\"`",
        "a label has no data; write `Member` alone",
        "`rename_all` is no word of `#[db_enum(…)]` here",
        "`A` and `B` have the same label `x`",
        "the `rename` must be a name",
        "no label can be made of this name",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn what_is_no_enum_of_labels_is_refused() {
    assert!(
        labels(quote!(
            struct Role;
        ))
        .1[0]
            .contains("`#[derive(Embed)]`")
    );
    assert!(
        labels(quote!(
            enum Role {}
        ))
        .1[0]
            .contains("give it a variant")
    );
    assert!(
        labels(quote!(
            enum Role<T> {
                A,
            }
        ))
        .1[0]
            .contains("parameters")
    );
    let long = format!("L{}", "x".repeat(63));
    let long = quote::format_ident!("{long}");
    assert!(labels(quote!(#[db_enum(native)] enum Role { #long })).1[0].contains("63 bytes"));
    assert!(labels(quote!(enum Role { #long })).1.is_empty());
}

#[test]
fn a_wrong_attribute_leaves_the_enum_a_columns_type() {
    let code = expand(quote!(
        #[db_enum(nativ)]
        enum Role {
            A,
        }
    ))
    .to_string();
    assert!(code.contains("compile_error"));
    assert!(code.contains("Field for Role"));
}
