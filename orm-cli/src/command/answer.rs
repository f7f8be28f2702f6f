//! Answers to what only a person can know: from flags, from the models, or from a terminal.

use orm_core::schema::Schema;
use orm_migrate::{Answer, Decisions, Diff, Question, diff};

use crate::args::Answers;
use crate::command::Session;
use crate::failure::{Failure, Result};
use crate::project::Target;
use crate::screen::Chosen;

/// What was decided by flags, and by the models.
pub(super) fn decisions(session: &Session, answers: &Answers) -> Result<Decisions> {
    let models = session.program.models.as_deref().unwrap_or_default();
    let mut decisions = Decisions::of_models(models);
    for renamed in &answers.rename {
        decisions.rename(renamed)?;
    }
    answers.drop.iter().for_each(|path| decisions.drop(path));
    answers
        .no_rows
        .iter()
        .for_each(|column| decisions.no_rows(column));
    for given in &answers.backfill {
        let (column, sql) = pair(given, "--backfill users.country='de'")?;
        decisions.backfill(column, sql);
    }
    for given in &answers.cast {
        let (column, sql) = pair(given, "--cast users.age=age::integer")?;
        decisions.cast(column, sql);
    }
    Ok(decisions)
}

fn pair<'a>(given: &'a str, example: &str) -> Result<(&'a str, &'a str)> {
    match given.split_once('=') {
        Some((column, sql)) if !column.trim().is_empty() && !sql.trim().is_empty() => {
            Ok((column, sql))
        }
        _ => Err(Failure::Usage(format!(
            "`{given}` is not of the form COLUMN=SQL, as {example}"
        ))),
    }
}

/// The differences for each database, with all questions answered.
pub(super) fn settled(
    session: &Session,
    from: &Schema,
    to: &Schema,
    mut decisions: Decisions,
    targets: &[Target],
) -> Result<Vec<Diff>> {
    loop {
        let diffs = differences(from, to, &decisions, targets)?;
        let open = questions(&diffs);
        if open.is_empty() {
            return Ok(diffs);
        }
        if !session.screen.is_interactive() {
            let open = open.iter().map(|q| (q.to_string(), q.flags()));
            return Err(Failure::Open(open.collect()));
        }
        // One answer may settle others, so each is asked when those before it are taken into account.
        if let Some(question) = open.first() {
            ask(session, question, &mut decisions)?;
        }
    }
}

pub(super) fn differences(
    from: &Schema,
    to: &Schema,
    decisions: &Decisions,
    targets: &[Target],
) -> Result<Vec<Diff>> {
    let one = |target: &Target| Ok(diff(from, to, decisions, target.dialect)?);
    targets.iter().map(one).collect()
}

/// What is open in any of the databases, each once.
pub(super) fn questions(diffs: &[Diff]) -> Vec<Question> {
    let mut open: Vec<Question> = Vec::new();
    for question in diffs.iter().flat_map(|d| &d.questions) {
        let same = |known: &Question| known.flags() == question.flags();
        if !open.iter().any(same) {
            open.push(question.clone());
        }
    }
    open
}

fn ask(session: &Session, question: &Question, decisions: &mut Decisions) -> Result<()> {
    let choices = question.choices();
    let words: Vec<String> = choices.iter().map(|(words, _)| words.clone()).collect();
    let mut asked = question.to_string();
    if question.takes_sql() {
        asked.push_str(" (an SQL expression");
        asked.push_str(if words.is_empty() {
            ")"
        } else {
            ", or a number)"
        });
    }
    loop {
        let answer = match session.screen.choose(&asked, &words, &question.flags())? {
            Chosen::Number(at) => choices.get(at).map(|(_, answer)| answer.clone()),
            Chosen::Text(sql) if question.takes_sql() => Some(Answer::Sql(sql)),
            Chosen::Text(_) => None,
        };
        if let Some(answer) = answer {
            return Ok(decisions.answer(question, answer)?);
        }
    }
}
