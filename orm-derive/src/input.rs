//! What stands in a struct with `#[derive(Draft)]` or `#[derive(Patch)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Generics, Path, Token};

use crate::attr::Errors;
use crate::db_enum::case::Case;
use crate::db_enum::options;
use crate::embed::inside_option;
use crate::serde_names;

/// Which of the two it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Draft,
    Patch,
}

/// An input struct.
pub(crate) struct Input<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) model: Path,
    /// The fields that are of the model.
    pub(crate) fields: Vec<InputField<'a>>,
}

/// A field that fills one of the model.
pub(crate) struct InputField<'a> {
    pub(crate) ident: &'a Ident,
    /// The model's field, and the way into an embedded struct.
    pub(crate) target: Vec<Ident>,
    /// The path under which the field is read.
    pub(crate) key: String,
}

impl Kind {
    /// The attribute's name.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Patch => "patch",
        }
    }
}

pub(crate) fn read<'a>(
    kind: Kind,
    input: &'a DeriveInput,
    errors: &mut Errors,
) -> Option<Input<'a>> {
    let (ident, word) = (&input.ident, kind.word());
    let model = model(kind, input, errors);
    let fields = match &input.data {
        Data::Struct(data) => &data.fields,
        _ => {
            errors.on(
                ident,
                format!("a {word} is a struct, with a field for each field of the model"),
            );
            return None;
        }
    };
    let parameter = |parameter: &&GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    if let Some(parameter) = input.generics.params.iter().find(parameter) {
        errors.on(parameter, format!("a {word} is checked against its model once, so `{ident}` can have lifetimes but no other parameters"));
        return None;
    }
    let named = match fields {
        Fields::Named(named) => &named.named,
        Fields::Unnamed(_) | Fields::Unit => {
            errors.on(
                ident,
                format!("the fields of a {word} are found by their names; write `struct {ident} {{ … }}`"),
            );
            return None;
        }
    };
    let style = serde_names::read_style(&input.attrs);
    let mut fields: Vec<InputField<'_>> = Vec::new();
    for field in named {
        refuse_lost_null(&input.attrs, field, errors);
        let Some(field) = one(kind, field, style, errors) else {
            continue;
        };
        let other = fields.iter().find(|other| other.target == field.target);
        if let Some(other) = other {
            let message = format!(
                "`{}` gives `{}` already; remove one of the two, or write `#[{word}(skip)]` on it",
                other.ident,
                field.path()
            );
            errors.on(field.ident, message);
            continue;
        }
        fields.push(field);
    }
    Some(Input {
        ident,
        generics: &input.generics,
        model: model?,
        fields,
    })
}

/// The model in `#[draft(User)]`.
fn model(kind: Kind, input: &DeriveInput, errors: &mut Errors) -> Option<Path> {
    let word = kind.word();
    let write = format!("write `#[{word}(User)]` with the name of the model");
    let mut attrs = input.attrs.iter().filter(|attr| attr.path().is_ident(word));
    let Some(attr) = attrs.next() else {
        let message = format!("of which model is `{}` a {word}? {write}", input.ident);
        errors.on(&input.ident, message);
        return None;
    };
    if let Some(second) = attrs.next() {
        errors.on(second, format!("a {word} is of one model; remove this"));
    }
    match attr.parse_args::<Path>() {
        Ok(path) => Some(path),
        Err(error) => {
            errors.at(error.span(), write);
            None
        }
    }
}

fn one<'a>(
    kind: Kind,
    field: &'a syn::Field,
    style: Option<Case>,
    errors: &mut Errors,
) -> Option<InputField<'a>> {
    let ident = field.ident.as_ref()?;
    let word = kind.word();
    let (mut target, mut skipped): (Option<Vec<Ident>>, Option<TokenStream>) = (None, None);
    options::read(
        &field.attrs,
        word,
        &["field", "skip"],
        errors,
        |option, meta| {
            match option {
                "field" => target = Some(path(kind, meta)?),
                _ => {
                    options::flag(option, meta)?;
                    skipped = Some(meta.path.to_token_stream());
                }
            }
            Ok(())
        },
    );
    if let Some(skip) = skipped {
        if target.is_some() {
            errors.on(
                skip,
                "the field is either of the model or left out of it; remove one of the two",
            );
        }
        return None;
    }
    Some(InputField {
        ident,
        target: target.unwrap_or_else(|| vec![ident.clone()]),
        key: serde_names::read_key(&ident.unraw().to_string(), style, &field.attrs),
    })
}

/// Refuses an `Option<Option<T>>` that serde would never read as `Some(None)`.
fn refuse_lost_null(container: &[Attribute], field: &syn::Field, errors: &mut Errors) {
    let inner = inside_option(&field.ty).and_then(inside_option);
    if inner.is_some() && serde_names::reads_null_as_missing(container, &field.attrs) {
        errors.on(
            &field.ty,
            "serde reads `null` here as if the field were missing; \
             add `#[serde(deserialize_with = \"orm::patch::double_option\")]`, or write `orm::Change<…>`",
        );
    }
}

/// `field = address.city`
fn path(kind: Kind, meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    let write = |span: Span| {
        let word = kind.word();
        syn::Error::new(
            span,
            format!("write `#[{word}(field = name)]` with the name of the model's field"),
        )
    };
    let value = meta.value().map_err(|error| write(error.span()))?;
    let mut path = Vec::new();
    loop {
        let part = value
            .call(Ident::parse_any)
            .map_err(|error| write(error.span()))?;
        path.push(part);
        if !value.peek(Token![.]) {
            break;
        }
        value.parse::<Token![.]>()?;
    }
    match (kind, path.as_slice()) {
        (Kind::Draft, [whole, part, ..]) => Err(syn::Error::new(
            part.span(),
            format!("a new row needs the whole of `{whole}`; give the draft a field of its type"),
        )),
        _ => Ok(path),
    }
}

impl InputField<'_> {
    /// `address.city`
    pub(crate) fn path(&self) -> String {
        let parts: Vec<_> = self
            .target
            .iter()
            .map(|part| part.unraw().to_string())
            .collect();
        parts.join(".")
    }

    /// `__Model::address.city`, whose mistakes are reported at the model's field.
    pub(crate) fn column(&self) -> TokenStream {
        let (first, rest) = (self.target.first(), self.target.iter().skip(1));
        let span = first.map_or_else(Span::call_site, Ident::span);
        quote_spanned!(span=> __Model::#first #(.#rest)*)
    }

    /// The constant that holds the field's place.
    pub(crate) fn constant(&self) -> Ident {
        let name = self.ident.unraw().to_string().to_uppercase();
        format_ident!("__{name}", span = self.ident.span())
    }

    /// `row.name(InputName { column: __Model::email.index(), field: "email", input: "mail" });`, where the names differ.
    pub(crate) fn name(&self, of: &TokenStream) -> Option<TokenStream> {
        let (field, input, column) = (self.path(), &self.key, self.column());
        (field != *input).then(|| {
            quote! {
                #of.name(::orm::__private::InputName { column: #column.index(), field: #field, input: #input });
            }
        })
    }
}
