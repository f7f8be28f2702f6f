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

/// Prints what stands in the brackets of the macro call that begins in this line.
pub(crate) fn code(source: &str, line: u32) {
    let first = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let mut lines = source.lines().skip(first);
    let begin = lines.next().unwrap_or_default();
    let indent = begin.len() - begin.trim_start().len();
    let rest = begin.split_once("shown!(").map_or("", |(_, rest)| rest);
    if let Some((whole, _)) = rest.rsplit_once(')')
        && !rest.ends_with(['(', '{', '['])
    {
        println!("    {whole}\n");
        return;
    }
    // The code stands one step further in than the macro's name, unless it begins beside it.
    let inner = if rest.is_empty() { indent + 4 } else { indent };
    if !rest.is_empty() {
        println!("    {rest}");
    }
    for line in lines {
        let text = line.trim_start();
        if line.len() - text.len() <= indent && text.starts_with([')', '}']) {
            // `})` ends a block that began beside the macro's name, and the call.
            let end = text.trim_end_matches([';', '?']).trim_end_matches(')');
            if !end.is_empty() {
                println!("    {end}");
            }
            break;
        }
        println!("    {}", line.get(inner..).unwrap_or_default());
    }
    println!();
}
