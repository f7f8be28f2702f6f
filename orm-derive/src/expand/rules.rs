//! `Model::check`: the rules of `#[validate(…)]`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::{place, width};
use crate::check::{Judgement, Member, Model, Rule, Shape, Wrapping};

/// Writes
///
/// ```text
/// fn check(values: &mut [Option<Value>], errors: &mut FieldErrors) {
///     validating! {                                          // says that the feature is off, where it is
///         if let Some(value) = validate::value::<String>(values, 2) {
///             validate::email(&value, &mut validate::Field { path: "email", code: None, message: None, errors });
///         }
///     }
/// }
/// ```
pub(super) fn write(model: &Model<'_>) -> TokenStream {
    let members: Vec<_> = model
        .members
        .iter()
        .enumerate()
        .filter(|(_, m)| !m.rules.is_empty())
        .collect();
    let Some(first) = members.first().and_then(|(_, member)| member.rules.first()) else {
        return quote! {
            fn check(
                _: &mut [::core::option::Option<::orm::__private::Value>],
                _: &mut ::orm::__private::FieldErrors,
            ) {
            }
        };
    };
    let fields = members.iter().map(|(at, member)| field(model, *at, member));
    let body = quote_spanned!(first.place=> ::orm::__private::validating! { #(#fields)* });
    quote! {
        fn check(
            values: &mut [::core::option::Option<::orm::__private::Value>],
            errors: &mut ::orm::__private::FieldErrors,
        ) {
            #body
        }
    }
}

fn field(model: &Model<'_>, at: usize, member: &Member<'_>) -> TokenStream {
    let place = place(model, at);
    let (required, others): (Vec<_>, Vec<_>) = member
        .rules
        .iter()
        .partition(|rule| matches!(rule.judgement, Judgement::Required));
    let required = required.into_iter().map(|rule| {
        let report = report(member, rule);
        quote!(::orm::__private::validate::required(values, #place, #report);)
    });
    let others = (!others.is_empty()).then(|| {
        let (ty, value) = value(member, &place);
        let rules = others.into_iter().map(|rule| call(member, rule));
        quote! {
            if let ::core::option::Option::Some(value) = #value {
                let value: &#ty = &value;
                #(#rules)*
            }
        }
    });
    quote!(#(#required)* #others)
}

/// The type that the rules are about, and the value of that type, if there is one.
fn value(member: &Member<'_>, place: &TokenStream) -> (TokenStream, TokenStream) {
    let inner = &member.inner;
    let ty = quote!(#inner);
    let read = match &member.shape {
        Shape::Embedded(_) => {
            let width = width(member);
            quote!(::orm::__private::validate::embedded::<#ty>(values, #place, #width))
        }
        Shape::Column(column) if column.wrapping == Wrapping::Plain => {
            quote!(::orm::__private::validate::value::<#ty>(values, #place))
        }
        Shape::Column(_) => {
            quote!(::orm::__private::validate::value::<::orm::__private::Json<#ty>>(values, #place).map(|json| json.0))
        }
    };
    (ty, read)
}

/// The call of one rule.
fn call(member: &Member<'_>, rule: &Rule<'_>) -> TokenStream {
    let report = report(member, rule);
    let option = |value: &Option<TokenStream>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let unit = rule.unit;
    let (name, rest) = match &rule.judgement {
        Judgement::Required => return TokenStream::new(),
        Judgement::Email => (quote!(email), quote!()),
        Judgement::Url => (quote!(url), quote!()),
        Judgement::NonControlCharacter => (quote!(non_control_character), quote!()),
        Judgement::Nested => (quote!(nested), quote!()),
        Judgement::Length { min, max, equal } => {
            let (min, max, equal) = (option(min), option(max), option(equal));
            (
                quote!(length),
                quote!(::orm::__private::validate::Length { min: #min, max: #max, equal: #equal, unit: #unit },),
            )
        }
        Judgement::Range {
            min,
            max,
            exclusive_min,
            exclusive_max,
        } => {
            let (min, max) = (option(min), option(max));
            let (above, below) = (option(exclusive_min), option(exclusive_max));
            (
                quote!(range),
                quote!(::orm::__private::validate::Range { min: #min, max: #max, above: #above, below: #below },),
            )
        }
        Judgement::Contains(pattern) => (quote!(contains), quote!(#pattern,)),
        Judgement::DoesNotContain(pattern) => (quote!(does_not_contain), quote!(#pattern,)),
        Judgement::Regex(path) => (quote!(regex), quote!(&#path,)),
        Judgement::Custom(function) => (quote!(custom), quote!(#function(value),)),
    };
    // A type that the rule does not fit is reported at the rule.
    let span = Span::call_site().located_at(rule.place);
    match &rule.judgement {
        Judgement::Custom(_) => quote!(::orm::__private::validate::custom(#rest #report);),
        _ => quote_spanned!(span=> ::orm::__private::validate::#name(value, #rest #report);),
    }
}

/// Where the rule's error goes, and what it is called.
fn report(member: &Member<'_>, rule: &Rule<'_>) -> TokenStream {
    let option = |value: Option<&LitStr>| match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let (path, code, message) = (&member.name, option(rule.code), option(rule.message));
    quote!(::orm::__private::validate::Report { path: #path, code: #code, message: #message, errors: &mut *errors })
}
