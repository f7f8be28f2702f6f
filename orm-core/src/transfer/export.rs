//! Rows on their way into a file.

use std::io::Write;
use std::time::Instant;

use super::{Format, broken, cell, csv};
use crate::driver::{Columns, RowSink};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{Progress, Report};
use crate::row::RowSource;
use crate::value::{DecodeError, Kind};

/// A column of the file.
pub(crate) struct Field {
    pub(crate) name: String,
    /// The kind of its values, where it is known.
    pub(crate) kind: Option<Kind>,
}

/// Writes the rows of a statement, some ten kilobytes at a time.
pub(crate) struct Exporting<W> {
    fields: Vec<Field>,
    format: Format,
    text: String,
    cell: String,
    /// Away while a thread writes.
    writer: Option<W>,
    error: Option<Error>,
    pub(crate) rows: u64,
    began: Instant,
    report: Option<Report<'static>>,
}

impl<W: Write + Send + 'static> Exporting<W> {
    const FULL: usize = 64 << 10;

    pub(crate) fn new(
        fields: Vec<Field>,
        format: Format,
        writer: W,
        report: Option<Report<'static>>,
    ) -> Self {
        let mut text = String::with_capacity(Self::FULL + (8 << 10));
        if format == Format::Csv {
            for (i, field) in fields.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                csv::field(&mut text, &field.name);
            }
            text.push('\n');
        }
        Self {
            fields,
            format,
            text,
            cell: String::new(),
            writer: Some(writer),
            error: None,
            rows: 0,
            began: Instant::now(),
            report,
        }
    }

    /// Writes the rest, and gives the writer back.
    pub(crate) async fn finish(mut self) -> Result<(u64, W)> {
        self.hand_over(true).await;
        match (self.error, self.writer) {
            (None, Some(writer)) => Ok((self.rows, writer)),
            (Some(error), _) => Err(error),
            (None, None) => Err(broken("the file cannot be written")),
        }
    }

    /// Writes what there is on a thread that may block.
    async fn hand_over(&mut self, last: bool) -> bool {
        let Some(mut writer) = self.writer.take() else {
            return false;
        };
        let text = std::mem::take(&mut self.text);
        let written = tokio::task::spawn_blocking(move || {
            let result = write(&mut writer, &text, last);
            (writer, text, result)
        });
        match written.await {
            Ok((writer, text, result)) => {
                self.writer = Some(writer);
                self.text = text;
                self.note(result)
            }
            Err(error) => self.note(Err(std::io::Error::other(error))),
        }
    }

    fn note(&mut self, result: std::io::Result<()>) -> bool {
        self.text.clear();
        if let Some(report) = &mut self.report {
            report(&Progress::new(self.rows, self.began.elapsed()));
        }
        match result {
            Ok(()) => true,
            Err(error) => {
                self.error = Some(broken("the file cannot be written").with_source(error));
                false
            }
        }
    }

    fn csv(&mut self, row: &dyn RowSource) -> Result<(), (usize, DecodeError)> {
        for (at, field) in self.fields.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.cell.clear();
            let written = row
                .raw(at)
                .and_then(|raw| cell::write(&mut self.cell, &raw, field.kind));
            match written.map_err(|e| (at, e))? {
                cell::Form::Null => {}
                cell::Form::Bare | cell::Form::Text => csv::field(&mut self.text, &self.cell),
            }
        }
        Ok(())
    }

    #[cfg(feature = "json")]
    fn json(&mut self, row: &dyn RowSource) -> Result<(), (usize, DecodeError)> {
        self.text.push('{');
        for (at, field) in self.fields.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            cell::string(&mut self.text, &field.name);
            self.text.push(':');
            row.raw(at)
                .and_then(|raw| cell::json(&mut self.text, &raw, field.kind))
                .map_err(|e| (at, e))?;
        }
        self.text.push('}');
        Ok(())
    }
}

fn write(writer: &mut impl Write, text: &str, last: bool) -> std::io::Result<()> {
    writer.write_all(text.as_bytes())?;
    if last { writer.flush() } else { Ok(()) }
}

impl<W: Write + Send + 'static> RowSink for Exporting<W> {
    const STREAMS: bool = true;

    fn needs_columns(&self) -> bool {
        false
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        let written = match self.format {
            Format::Csv => self.csv(row),
            #[cfg(feature = "json")]
            Format::JsonLines => self.json(row),
        };
        self.text.push('\n');
        self.rows += 1;
        written.map_err(|(at, error)| {
            Error::new(ErrorKind::Decode {
                column: self.fields[at].name.clone(),
                target: "text",
                reason: error.0,
            })
            .with_row(self.rows)
        })
    }

    fn is_full(&self) -> bool {
        self.text.len() >= Self::FULL
    }

    async fn drain(&mut self) -> bool {
        self.hand_over(false).await
    }

    fn drain_blocking(&mut self) -> bool {
        let Some(writer) = &mut self.writer else {
            return false;
        };
        let result = write(writer, &self.text, false);
        self.note(result)
    }
}
