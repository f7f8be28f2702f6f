//! Renames one after the other, none of them to a name that is still taken.

/// The renames in an order in which each finds its new name free. A circle is opened by a name in between, which `between` makes.
pub(super) fn renames<N: Clone + PartialEq>(
    pairs: &[(N, N)],
    between: impl Fn(&N, usize) -> N,
) -> Vec<(N, N)> {
    let mut waiting: Vec<(N, N)> = pairs.iter().filter(|(a, b)| a != b).cloned().collect();
    let mut done = Vec::new();
    while !waiting.is_empty() {
        let free = waiting
            .iter()
            .position(|(_, to)| !waiting.iter().any(|(from, _)| from == to));
        match free {
            Some(at) => done.push(waiting.remove(at)),
            None => {
                let (from, _) = &mut waiting[0];
                let step = between(from, done.len());
                done.push((from.clone(), step.clone()));
                *from = step;
            }
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_swapped() {
        let pairs = [("a", "b"), ("b", "a"), ("c", "d"), ("d", "e"), ("x", "x")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()));
        let steps = renames(&pairs, |name, n| format!("{name}{n}"));
        let steps: Vec<_> = steps.iter().map(|(a, b)| format!("{a}>{b}")).collect();
        assert_eq!(steps, ["d>e", "c>d", "a>a2", "b>a", "a2>b"]);
    }
}
