//! Links in Markdown: `[text](target)`, `![image](target)` and `[name]: target`.

/// A link to another file of the repository, without its anchor.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Link {
    pub(super) line: usize,
    pub(super) target: String,
}

/// The links that lead to files. Code, addresses and links within the document are none.
pub(super) fn relative(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let begin = line.trim_start();
        if let Some(open) = fence {
            if begin.starts_with(open) {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"]
            .into_iter()
            .find(|mark| begin.starts_with(mark));
        if fence.is_none() {
            let targets = targets(&without_code(line));
            links.extend(targets.into_iter().map(|target| Link {
                line: index + 1,
                target,
            }));
        }
    }
    links
}

/// The line, with what stands between backticks taken out.
fn without_code(line: &str) -> String {
    let mut parts = line.split('`');
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let Some(code) = parts.next() {
        match parts.next() {
            Some(after) => text.push_str(after),
            // A backtick without a partner is just a character.
            None => text.push_str(code),
        }
    }
    text
}

fn targets(line: &str) -> Vec<String> {
    let inline = line
        .match_indices("](")
        .filter_map(|(at, open)| closed(&line[at + open.len()..]));
    let definition = line
        .strip_prefix('[')
        .and_then(|line| line.split_once("]: "))
        .map(|(_, target)| target)
        .filter(|_| !line.starts_with("[^"));
    inline.chain(definition).filter_map(file).collect()
}

/// The text up to the parenthesis that closes a link. Parentheses in it come in pairs.
fn closed(rest: &str) -> Option<&str> {
    let mut depth = 0;
    let end = rest.find(|c| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return true,
            ')' => depth -= 1,
            _ => {}
        }
        false
    })?;
    Some(&rest[..end])
}

/// The file that a link's target names, without title, anchor and query.
fn file(target: &str) -> Option<String> {
    let target = target.trim();
    let target = match target.strip_prefix('<') {
        Some(rest) => rest.split('>').next()?,
        None => target.split_whitespace().next()?,
    };
    let path = target.split(['#', '?']).next()?;
    let scheme = path
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains('/'));
    (!path.is_empty() && !scheme).then(|| path.replace("%20", " "))
}

/// The path from the root of the repository that a link in `from` leads to, unless it leads out of it.
pub(super) fn resolved(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from
            .rsplit_once('/')
            .map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets_of(text: &str) -> Vec<String> {
        relative(text).into_iter().map(|link| link.target).collect()
    }

    #[test]
    fn links_images_and_definitions_are_found() {
        assert_eq!(
            targets_of("[a](b.md), ![c](d.png \"title\") [e](<f g.md>)"),
            ["b.md", "d.png", "f g.md"]
        );
        assert_eq!(targets_of("[a]: b.md\n[^note]: text"), ["b.md"]);
        assert_eq!(targets_of("[![a](b.svg)](c.md)"), ["b.svg", "c.md"]);
        assert_eq!(
            relative("a\n\n[b](c.md)"),
            [Link {
                line: 3,
                target: "c.md".to_owned()
            }]
        );
    }

    #[test]
    fn anchors_are_cut_off() {
        assert_eq!(targets_of("[a](b.md#c) [d](#e)"), ["b.md"]);
    }

    #[test]
    fn addresses_are_no_files() {
        assert_eq!(
            targets_of("[a](https://example.org/b.md) [c](mailto:d@example.org)"),
            [""; 0]
        );
    }

    #[test]
    fn code_holds_no_links() {
        assert_eq!(targets_of("```rust\n#[a](b.md)\n```\n[c](d.md)"), ["d.md"]);
        assert_eq!(
            targets_of("`[a](b.md)` [c](d.md) ` [e](f.md)"),
            ["d.md", "f.md"]
        );
    }

    #[test]
    fn targets_are_resolved_from_their_file() {
        assert_eq!(
            resolved("book/src/a.md", "../b.md").as_deref(),
            Some("book/b.md")
        );
        assert_eq!(resolved("README.md", "./book/").as_deref(), Some("book"));
        assert_eq!(
            resolved("book/src/a.md", "/README.md").as_deref(),
            Some("README.md")
        );
        assert_eq!(resolved("README.md", "../a.md"), None);
    }
}
