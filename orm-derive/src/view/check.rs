//! What cannot be a view.

use syn::{GenericArgument, PathArguments, Type};

use super::attr::{Filling, View};
use crate::attr::Errors;

/// Reports what is wrong; `false` if nothing can be written.
pub(crate) fn check(view: &View<'_>, errors: &mut Errors) -> bool {
    let mut possible = true;
    for field in &view.fields {
        let inner = inside(field.ty);
        if let Type::Path(path) = inner
            && (path.path.is_ident(view.ident) || path.path.is_ident("Self"))
        {
            let message = format!(
                "`{}` contains itself, so it would be read without end; write another view for what is inside",
                view.ident
            );
            errors.on(inner, message);
            possible = false;
        }
        if matches!(field.filling, Filling::Flatten) && !std::ptr::eq(inner, field.ty) {
            errors.on(
                field.ty,
                "what is flattened is a part of this row: write the view itself as the type",
            );
            possible = false;
        }
    }
    possible
}

/// The type inside of `Vec<…>` or `Option<…>`, or the type itself.
fn inside(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    let Some(last) = path.path.segments.last() else {
        return ty;
    };
    match &last.arguments {
        PathArguments::AngleBracketed(list) if last.ident == "Vec" || last.ident == "Option" => {
            match list.args.first() {
                Some(GenericArgument::Type(inner)) => inner,
                _ => ty,
            }
        }
        _ => ty,
    }
}
