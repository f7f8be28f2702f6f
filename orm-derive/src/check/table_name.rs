//! The name of a table that the model does not name: the struct's name in the plural.

/// `BlogPost` → `blog_posts`.
pub(super) fn of(model: &str) -> String {
    let snake = snake_case(model);
    match snake.rsplit_once('_') {
        Some((before, last)) => format!("{before}_{}", plural(last)),
        None => plural(&snake),
    }
}

/// `HTTPRequest2Log` → `http_request2_log`.
pub(super) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| letters[i]);
        let begins = letter.is_uppercase()
            && before.is_some_and(|b| {
                b != '_'
                    && (!b.is_uppercase() || letters.get(at + 1).is_some_and(|n| n.is_lowercase()))
            });
        if begins {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Words whose plural follows no rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("mouse", "mice"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
    ("datum", "data"),
    ("criterion", "criteria"),
    ("index", "indexes"),
    ("quiz", "quizzes"),
    ("leaf", "leaves"),
    ("shelf", "shelves"),
    ("half", "halves"),
    ("life", "lives"),
    ("wife", "wives"),
    ("knife", "knives"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("echo", "echoes"),
    ("veto", "vetoes"),
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("axis", "axes"),
    ("crisis", "crises"),
    ("thesis", "theses"),
];

/// Words that are their own plural.
const UNCHANGED: &[&str] = &[
    "data",
    "equipment",
    "information",
    "metadata",
    "media",
    "money",
    "news",
    "people",
    "series",
    "sheep",
    "software",
    "species",
    "fish",
    "feedback",
    "staff",
    "children",
];

fn plural(word: &str) -> String {
    if UNCHANGED.contains(&word) {
        return word.to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    let stem = |drop: usize| &word[..word.len() - drop];
    if word.ends_with('y')
        && !["ay", "ey", "iy", "oy", "uy"]
            .iter()
            .any(|end| word.ends_with(end))
    {
        return format!("{}ies", stem(1));
    }
    match ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        true => format!("{word}es"),
        false => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn tables_are_named_in_the_plural() {
        let names = [
            ("User", "users"),
            ("Category", "categories"),
            ("Address", "addresses"),
            ("Person", "people"),
            ("Child", "children"),
            ("Box", "boxes"),
            ("Branch", "branches"),
            ("Dish", "dishes"),
            ("Day", "days"),
            ("Key", "keys"),
            ("Series", "series"),
            ("Status", "statuses"),
            ("Quiz", "quizzes"),
            ("Photo", "photos"),
        ];
        for (model, table) in names {
            assert_eq!(of(model), table);
        }
    }

    #[test]
    fn only_the_last_word_is_in_the_plural() {
        assert_eq!(of("BlogPost"), "blog_posts");
        assert_eq!(of("UserCategory"), "user_categories");
        assert_eq!(of("HTTPRequest"), "http_requests");
        assert_eq!(of("Oauth2Token"), "oauth2_tokens");
        assert_eq!(of("ID"), "ids");
    }
}
