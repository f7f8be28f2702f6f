//! Letters with marks above and below, by the letter that is left without them.

/// Each letter, and all that Unicode composes of it and combining marks (U+0300 to U+036F).
pub(crate) static LETTERS: &[(char, &str)] = &[
    ('A', "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶÅ"),
    ('B', "ḂḄḆ"),
    ('C', "ÇĆĈĊČḈ"),
    ('D', "ĎḊḌḎḐḒ"),
    ('E', "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ"),
    ('F', "Ḟ"),
    ('G', "ĜĞĠĢǦǴḠ"),
    ('H', "ĤȞḢḤḦḨḪ"),
    ('I', "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ"),
    ('J', "Ĵ"),
    ('K', "ĶǨḰḲḴ"),
    ('L', "ĹĻĽḶḸḺḼ"),
    ('M', "ḾṀṂ"),
    ('N', "ÑŃŅŇǸṄṆṈṊ"),
    ('O', "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"),
    ('P', "ṔṖ"),
    ('R', "ŔŖŘȐȒṘṚṜṞ"),
    ('S', "ŚŜŞŠȘṠṢṤṦṨ"),
    ('T', "ŢŤȚṪṬṮṰ"),
    ('U', "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ"),
    ('V', "ṼṾ"),
    ('W', "ŴẀẂẄẆẈ"),
    ('X', "ẊẌ"),
    ('Y', "ÝŶŸȲẎỲỴỶỸ"),
    ('Z', "ŹŻŽẐẒẔ"),
    ('a', "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
    ('b', "ḃḅḇ"),
    ('c', "çćĉċčḉ"),
    ('d', "ďḋḍḏḑḓ"),
    ('e', "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
    ('f', "ḟ"),
    ('g', "ĝğġģǧǵḡ"),
    ('h', "ĥȟḣḥḧḩḫẖ"),
    ('i', "ìíîïĩīĭįǐȉȋḭḯỉị"),
    ('j', "ĵǰ"),
    ('k', "ķǩḱḳḵ"),
    ('l', "ĺļľḷḹḻḽ"),
    ('m', "ḿṁṃ"),
    ('n', "ñńņňǹṅṇṉṋ"),
    ('o', "òóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
    ('p', "ṕṗ"),
    ('r', "ŕŗřȑȓṙṛṝṟ"),
    ('s', "śŝşšșṡṣṥṧṩ"),
    ('t', "ţťțṫṭṯṱẗ"),
    ('u', "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
    ('v', "ṽṿ"),
    ('w', "ŵẁẃẅẇẉẘ"),
    ('x', "ẋẍ"),
    ('y', "ýÿŷȳẏẙỳỵỷỹ"),
    ('z', "źżžẑẓẕ"),
    ('Æ', "ǢǼ"),
    ('Ø', "Ǿ"),
    ('æ', "ǣǽ"),
    ('ø', "ǿ"),
    ('ſ', "ẛ"),
    ('Ʒ', "Ǯ"),
    ('ʒ', "ǯ"),
    ('Α', "ΆἈἉἊἋἌἍἎἏᾈᾉᾊᾋᾌᾍᾎᾏᾸᾹᾺΆᾼ"),
    ('Ε', "ΈἘἙἚἛἜἝῈΈ"),
    ('Η', "ΉἨἩἪἫἬἭἮἯᾘᾙᾚᾛᾜᾝᾞᾟῊΉῌ"),
    ('Ι', "ΊΪἸἹἺἻἼἽἾἿῘῙῚΊ"),
    ('Ο', "ΌὈὉὊὋὌὍῸΌ"),
    ('Ρ', "Ῥ"),
    ('Υ', "ΎΫὙὛὝὟῨῩῪΎ"),
    ('Ω', "ΏὨὩὪὫὬὭὮὯᾨᾩᾪᾫᾬᾭᾮᾯῺΏῼ"),
    ('α', "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ"),
    ('ε', "έἐἑἒἓἔἕὲέ"),
    ('η', "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ"),
    ('ι', "ΐίϊἰἱἲἳἴἵἶἷὶίῐῑῒΐῖῗ"),
    ('ο', "όὀὁὂὃὄὅὸό"),
    ('ρ', "ῤῥ"),
    ('υ', "ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ"),
    ('ω', "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ"),
    ('ϒ', "ϓϔ"),
    ('І', "Ї"),
    ('А', "ӐӒ"),
    ('Г', "Ѓ"),
    ('Е', "ЀЁӖ"),
    ('Ж', "ӁӜ"),
    ('З', "Ӟ"),
    ('И', "ЍЙӢӤ"),
    ('К', "Ќ"),
    ('О', "Ӧ"),
    ('У', "ЎӮӰӲ"),
    ('Ч', "Ӵ"),
    ('Ы', "Ӹ"),
    ('Э', "Ӭ"),
    ('а', "ӑӓ"),
    ('г', "ѓ"),
    ('е', "ѐёӗ"),
    ('ж', "ӂӝ"),
    ('з', "ӟ"),
    ('и', "йѝӣӥ"),
    ('к', "ќ"),
    ('о', "ӧ"),
    ('у', "ўӯӱӳ"),
    ('ч', "ӵ"),
    ('ы', "ӹ"),
    ('э', "ӭ"),
    ('і', "ї"),
    ('Ѵ', "Ѷ"),
    ('ѵ', "ѷ"),
    ('Ә', "Ӛ"),
    ('ә', "ӛ"),
    ('Ө', "Ӫ"),
    ('ө', "ӫ"),
];

/// Whether it is a mark that stands on the letter before it.
pub(crate) fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// The letters with marks, and in the same order those without; all marks follow the former.
pub(crate) fn translation() -> (String, String) {
    let (mut from, mut to) = (String::new(), String::new());
    for (base, marked) in LETTERS {
        for letter in marked.chars() {
            from.push(letter);
            to.push(*base);
        }
    }
    from.extend('\u{300}'..='\u{36f}');
    (from, to)
}

/// The letter without its marks.
pub(crate) fn base(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let of = LETTERS.iter().find(|(_, marked)| marked.contains(c));
    of.map_or(c, |(base, _)| *base)
}

/// The text without marks.
#[cfg(feature = "sqlite")]
pub(crate) fn without_marks(text: &str) -> String {
    let rest = text.chars().filter(|c| !is_mark(*c));
    rest.map(base).collect()
}

/// All letters that are equal to this one where neither case nor marks count.
pub(crate) fn alike(c: char) -> Vec<char> {
    let base = base(c);
    let cases = [base, letter_lower(base), letter_upper(base)];
    let mut all = cases.to_vec();
    for (letter, marked) in LETTERS {
        if cases.contains(letter) {
            all.extend(marked.chars());
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The letter in lower case, where that is one letter.
pub(crate) fn letter_lower(c: char) -> char {
    // Its lower case with all marks is two characters.
    if c == 'İ' {
        return 'i';
    }
    single(c.to_lowercase()).unwrap_or(c)
}

/// The letter in upper case, where that is one letter: `ß` has none.
pub(crate) fn letter_upper(c: char) -> char {
    match c {
        // Greek letters with an iota below, whose upper case is written as two letters in full, and as one where letters are counted.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => moved(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => moved(c, 9),
        c => single(c.to_uppercase()).unwrap_or(c),
    }
}

fn moved(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_do_not_count() {
        assert_eq!(base('ế'), 'e');
        assert_eq!(base('ß'), 'ß');
        let letters = alike('É');
        for c in ['e', 'E', 'é', 'Ê', 'ế'] {
            assert!(letters.contains(&c), "{c}");
        }
        assert!(!letters.contains(&'f'));
        assert_eq!(alike('ß'), ['ß']);
        assert_eq!(alike('7'), ['7']);
        let (from, to) = translation();
        assert_eq!(from.chars().count(), to.chars().count() + 0x70);
    }
}
