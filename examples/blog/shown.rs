//! Queries that print their own code.

/// Evaluates a query, and prints its code, as it stands in this file, before its result is printed.
///
/// The file that uses it has its own text in a constant `SOURCE`.
macro_rules! shown {
    ($query:expr $(,)?) => {{
        $crate::shown::code(SOURCE, line!());
        $query
    }};
}
pub(crate) use shown;

/// Prints the statement that begins in this line, without the macro around its query.
pub(crate) fn code(source: &str, line: u32) {
    let first = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let mut lines = source.lines().skip(first);
    let begin = lines.next().unwrap_or_default();
    let indent = begin.len() - begin.trim_start().len();
    let (before, rest) = begin.split_once("shown!(").unwrap_or(("", begin));
    let name = Some(before.trim_start())
        .filter(|before| before.starts_with("let "))
        .unwrap_or_default();
    let end = if name.is_empty() { "" } else { ";" };
    if let Some((whole, _)) = rest.rsplit_once(')')
        && !rest.ends_with(['(', '{', '['])
    {
        println!("    {name}{whole}{end}\n");
        return;
    }
    let mut text = format!("{name}{rest}");
    // The code stands one step further in than the macro's name, unless it begins beside it.
    let inner = if rest.is_empty() { indent + 4 } else { indent };
    let mut beside = rest.is_empty();
    for line in lines {
        let code = line.trim_start();
        if line.len() - code.len() <= indent && code.starts_with([')', '}']) {
            // `})` ends a block that began beside the macro's name, and the call.
            let block = code.trim_end_matches([';', '?']).trim_end_matches(')');
            if !block.is_empty() {
                text.push_str("\n    ");
                text.push_str(block);
            }
            break;
        }
        if !beside {
            text.push_str("\n    ");
        }
        beside = false;
        text.push_str(line.get(inner..).unwrap_or_default());
    }
    println!("    {text}{end}\n");
}
