//! The queries that are being written, one inside of the other.

use super::writer::Scope;

/// So many stand in the writer itself; few statements have more queries inside of each other.
const NEAR: usize = 4;

/// A stack of scopes that asks for no memory as long as it is low.
#[derive(Default, Clone)]
pub(super) struct Scopes {
    near: [Option<Scope>; NEAR],
    /// How many of them are in use.
    height: usize,
    above: Vec<Scope>,
}

impl Scopes {
    pub(super) fn is_empty(&self) -> bool {
        self.height == 0
    }

    pub(super) fn push(&mut self, scope: Scope) {
        match self.near.get_mut(self.height) {
            Some(place) => {
                *place = Some(scope);
                self.height += 1;
            }
            None => self.above.push(scope),
        }
    }

    pub(super) fn pop(&mut self) {
        if self.above.pop().is_none() {
            self.height = self.height.saturating_sub(1);
        }
    }

    pub(super) fn last(&self) -> Option<&Scope> {
        self.innermost_first().next()
    }

    /// From the innermost query to the outermost.
    pub(super) fn innermost_first(&self) -> impl Iterator<Item = &Scope> {
        let near = self.near[..self.height].iter().rev().flatten();
        self.above.iter().rev().chain(near)
    }
}

#[cfg(test)]
mod tests {
    use super::super::writer::tests_scope;
    use super::*;

    #[test]
    fn a_high_stack_is_taken_down_in_order() {
        let mut scopes = Scopes::default();
        assert!(scopes.is_empty() && scopes.last().is_none());
        (0..7).for_each(|id| scopes.push(tests_scope(id)));
        let ids = |scopes: &Scopes| scopes.innermost_first().map(|s| s.id).collect::<Vec<_>>();
        assert_eq!(ids(&scopes), [6, 5, 4, 3, 2, 1, 0]);
        (0..4).for_each(|_| scopes.pop());
        assert_eq!(ids(&scopes), [2, 1, 0]);
        (0..5).for_each(|_| scopes.pop());
        assert!(scopes.is_empty());
    }
}
