use quote::quote;

use super::*;

fn code(input: TokenStream) -> String {
    let code = expand(input).to_string();
    assert!(!code.contains("compile_error"), "{code}");
    code.replace(":: orm :: __private :: ", "")
}

fn messages(input: TokenStream) -> Vec<String> {
    let mut errors = Errors::default();
    one(&syn::parse2(input).unwrap(), &mut errors);
    errors.messages()
}

#[test]
fn columns_have_the_names_of_their_fields_unless_said_otherwise() {
    let code = code(quote!(
        struct Row {
            id: i64,
            #[from_row(column = "post count")]
            posts: Option<i64>,
            r#type: String,
        }
    ));
    for name in ["\"id\"", "\"post count\"", "\"type\""] {
        assert!(
            code.contains(&format!(
                "names . push (:: std :: borrow :: Cow :: Borrowed ({name}))"
            )),
            "{code}"
        );
    }
    assert!(code.contains("Self { id : cells . read :: < i64 > () ? , posts :"));
    assert!(code.contains("type Fields = (i64 , Option < i64 > , String) ;"));
}

#[test]
fn structs_inside_bring_their_own_columns() {
    let code = code(quote!(
        struct Row {
            id: i64,
            #[from_row(flatten)]
            totals: Totals,
            #[from_row(embed)]
            address: Address,
        }
    ));
    assert!(code.contains("match < Totals as FromRow > :: columns ()"));
    assert!(code.contains("< Address as Embedded > :: columns (\"address\" , \"address_\")"));
    assert!(!code.contains("FromFields"));
}

#[test]
fn a_tuple_struct_is_read_by_position() {
    let pair = code(quote!(
        struct Pair(String, i64);
    ));
    assert!(pair.contains("< (String , i64 ,) as FromRow > :: columns ()"));
    assert!(pair.contains("type Fields = (String , i64) ;"));
    assert!(
        code(quote!(
            struct One(String);
        ))
        .contains("type Fields = String ;")
    );
}

#[test]
fn each_mistake_says_what_to_write() {
    let found = messages(quote! {
        #[from_row(x)]
        struct Row {
            #[from_row(colum = "b")]
            a: i64,
            #[from_row(column = "a", flatten)]
            b: B,
            #[from_row(column = "a")]
            c: i64,
            #[from_row(embed)]
            d: Option<D>,
            #[from_row(flatten = true)]
            e: E,
        }
    });
    let expected = [
        "`x` is no word of `#[from_row(…)]` here",
        "`colum` is no word of `#[from_row(…)]` here; did you mean `column`?",
        "the field is filled either from the column `a` or from several columns",
        "several columns cannot be optional together",
        "`flatten` stands alone",
        "`a` is filled from the column `a` already",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
    assert!(
        messages(quote!(
            enum Row {
                A,
            }
        ))[0]
            .contains("struct")
    );
    assert!(
        messages(quote!(
            struct Row;
        ))[0]
            .contains("give it a field")
    );
    assert!(
        messages(quote!(
            struct Row<'a> {
                a: &'a str,
            }
        ))[0]
            .contains("owns its values")
    );
    assert!(
        messages(quote!(
            struct Row(#[from_row(column = "a")] i64);
        ))[0]
            .contains("by position")
    );
}
