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
fn a_newtype_is_what_is_inside() {
    let email = code(quote!(
        pub struct Email(String);
    ));
    assert!(email.contains("impl Field for Email"));
    assert!(email.contains("impl TextValue for Email"));
    assert!(email.contains("impl JsonScalar for Email"));
    assert!(!email.contains("Arithmetic"));
    let cents = code(quote!(
        pub struct Cents(pub i64);
    ));
    assert!(cents.contains("impl Arithmetic for Cents"));
    assert!(!cents.contains("TextValue"));
    let other = code(quote!(
        struct Token(other::Token);
    ));
    assert!(
        !other.contains("ArrayItem"),
        "what is not known is not promised"
    );
}

#[test]
fn a_struct_is_its_columns_and_its_paths() {
    let code = code(quote! {
        #[serde(rename_all = "camelCase")]
        pub struct Address {
            #[model(column = "street_{1}", length = 100, trim, lowercase)]
            pub street: String,
            #[model(precision = 10, scale = 2)]
            pub r#type: Option<Decimal>,
            #[embed]
            pub place_of: Place,
        }
    });
    assert!(code.contains("const WIDTH : usize = 0 + 1 + 1 + < Place as Embedded > :: WIDTH"));
    assert!(code.contains(r#"ColumnDef :: new :: < String > (:: std :: format ! ("{field}.street") , :: std :: format ! ("{prefix}street_{{1}}") , "String")"#));
    assert!(code.contains("column . length = :: core :: option :: Option :: Some (100u32) ;"));
    assert!(
        code.contains(
            "push (Normalize :: Trim) ; column . normalize . push (Normalize :: Lowercase)"
        )
    );
    assert!(code.contains("Some ((10u32 , 2u32))"));
    assert!(code.contains(r#":: columns (& :: std :: format ! ("{field}.place_of") , & :: std :: format ! ("{prefix}place_of_"))"#));
    assert!(code.contains("pub struct AddressColumns < __M >"));
    assert!(code.contains(
        "pub const street : JsonPath < Address , String > = JsonPath :: new (\"street\")"
    ));
    assert!(code.contains(
        "pub const r#type : JsonPath < Address , Decimal > = JsonPath :: new (\"type\")"
    ));
    assert!(code.contains("JsonPath :: new (\"placeOf\")"));
}

#[test]
fn a_document_has_paths_only() {
    let code = code(quote!(
        #[embed(json)]
        struct Preferences {
            theme: String,
            tags: HashMap<String, Vec<Tag>>,
        }
    ));
    assert!(
        code.replace(' ', "")
            .contains("JsonPath<Preferences,HashMap<String,Vec<Tag>>>")
    );
    assert!(!code.contains("Embedded"));
    assert!(!code.contains("Columns"));
}

#[test]
fn each_mistake_says_what_to_write() {
    let found = messages(quote! {
        #[embed(jsn)]
        struct Address {
            #[model(unique, length = "x", colum = "a")]
            a: String,
            #[model(length = 5, trim)]
            b: Option<i64>,
            #[model(scale = 2)]
            c: Decimal,
            #[model(precision = 2, scale = 3)]
            d: Decimal,
            #[model(precision = 2)]
            e: String,
            #[model(embed, column = "x")]
            f: Option<F>,
            #[model(column = "a")]
            g: String,
        }
    });
    let expected = [
        "`jsn` is no word of `#[embed(…)]` here; did you mean `json`?",
        "`unique` is no word of `#[model(…)]` here",
        "write `length = <number>`",
        "`colum` is no word of `#[model(…)]` here; did you mean `column`?",
        "this is for text, and `Option<i64>` is none",
        "this is for text, and `Option<i64>` is none",
        "write `precision = …` as well",
        "of 2 digits in all, at most 2 can stand behind the point",
        "this is for `Decimal`, and `String` is none",
        "an embedded struct is several columns",
        "an embedded struct cannot be optional",
        "`a` and `g` have the same column `a`",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn what_can_be_no_field_is_refused() {
    assert!(
        messages(quote!(
            enum Role {
                A,
            }
        ))[0]
            .contains("`#[derive(DbEnum)]`")
    );
    assert!(
        messages(quote!(
            struct A(Option<String>);
        ))[0]
            .contains("`Option<A>`")
    );
    assert!(
        messages(quote!(
            struct A<T>(T);
        ))[0]
            .contains("parameters")
    );
    for input in [
        quote!(
            struct A;
        ),
        quote!(
            struct A();
        ),
        quote!(
            struct A {}
        ),
        quote!(
            struct A(u8, u8);
        ),
        quote!(
            #[embed(json)]
            struct A {}
        ),
    ] {
        assert!(messages(input)[0].starts_with("write `struct A { … }`"));
    }
    assert!(
        messages(quote!(
            #[embed(json)]
            struct A(String);
        ))[0]
            .contains("named fields")
    );
    assert!(
        messages(quote!(
            #[embed(json)]
            struct A {
                #[model(length = 5)]
                a: String,
            }
        ))[0]
            .contains("has no columns")
    );
}
