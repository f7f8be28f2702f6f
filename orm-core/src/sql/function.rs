//! Calls of functions, by the template that the database has for each.

use super::Writer;
use crate::error::Error;
use crate::expr::{Call, Node};

impl Writer {
    /// Appends a function's call.
    pub(super) fn call(&mut self, call: Call, arguments: &[Node]) {
        let Some(form) = call.form() else {
            let message = format!("`{}` has no form for {:?}", call.function.name, call.kind);
            return self.fail(Error::invalid_query(message));
        };
        match self.dialect().form(form) {
            Ok(template) => self.template(template, arguments),
            Err(feature) => self.unsupported(feature),
        }
    }

    /// Appends a template of [`Form`](crate::expr::Form) with its arguments.
    fn template(&mut self, mut template: &'static str, arguments: &[Node]) {
        while let Some((before, rest)) = template.split_once('{') {
            self.push(before);
            if let Some(rest) = rest.strip_prefix('{') {
                self.push("{");
                template = rest;
                continue;
            }
            let (place, behind) = rest.split_once('}').unwrap_or((rest, ""));
            self.place(place, arguments);
            template = behind;
        }
        self.push(template);
    }

    fn place(&mut self, place: &'static str, arguments: &[Node]) {
        if let Some(separator) = place.strip_prefix('*') {
            for (i, argument) in arguments.iter().enumerate() {
                match (i, separator) {
                    (0, "") => self.expr(argument),
                    (0, _) => self.operand(argument),
                    (_, "") => {
                        self.push(", ");
                        self.alike(argument, arguments);
                    }
                    _ => {
                        self.push(separator);
                        self.operand(argument);
                    }
                }
            }
            return;
        }
        let number = place.trim_matches(|c: char| !c.is_ascii_digit());
        let argument = number.parse::<usize>().ok().and_then(|n| arguments.get(n));
        let Some(argument) = argument else {
            return self.fail(Error::invalid_query("a function lacks an argument"));
        };
        let operand = place.starts_with('(');
        match argument {
            Node::Value(_) if place.contains('~') => self.alike(argument, arguments),
            Node::Value(value) if place.contains('=') => {
                self.dialect().standalone(self, value.clone());
            }
            _ if operand => self.operand(argument),
            _ => self.expr(argument),
        }
    }

    /// A value takes the form of the column that the first argument is.
    fn alike(&mut self, argument: &Node, arguments: &[Node]) {
        match (argument, arguments.first().and_then(Node::column)) {
            (Node::Value(value), Some(column)) => {
                self.bind_for(column.def(), column.model, value.clone());
            }
            _ => self.expr(argument),
        }
    }
}
