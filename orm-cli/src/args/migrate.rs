//! `migrate …`

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Migrate {
    /// Make a migration from what was changed in the models, and apply it to the development database
    Dev(Dev),
    /// Apply the migrations that are not applied yet
    Deploy(Deploy),
    /// Show which migrations are applied, and what is wrong
    Status,
    /// Undo the migration that was applied last, or all behind one
    Rollback(Rollback),
    /// Drop everything in the development database, and apply all migrations again
    Reset(Reset),
    /// Show what is different about two of: the models, the files, a database
    Diff(Diff),
    /// Look whether the migrations are whole, and fit the models; with --verify, prove them
    Check(Check),
    /// Say how an attempt ended that was interrupted or stopped
    Resolve(Resolve),
    /// Put several migrations together to one
    Squash(Squash),
    /// Note migrations as applied in a database that is as they leave it
    Baseline(Baseline),
    /// Put a migration of one branch behind those of another
    Rebase(Rebase),
}

/// What only a person can know about a change.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Answers {
    /// This was renamed: users.name=users.full_name, users=accounts, role.member=role.user
    #[arg(long, value_name = "OLD=NEW", help_heading = "Answers")]
    pub(crate) rename: Vec<String>,
    /// This is gone, and was not renamed
    #[arg(long, value_name = "PATH", help_heading = "Answers")]
    pub(crate) drop: Vec<String>,
    /// What rows get in a column that needs a value: users.country='de'
    #[arg(long, value_name = "COLUMN=SQL", help_heading = "Answers")]
    pub(crate) backfill: Vec<String>,
    /// No row needs a value in this column; the migration fails if one does
    #[arg(long, value_name = "COLUMN", help_heading = "Answers")]
    pub(crate) no_rows: Vec<String>,
    /// How a column's values become those of its new type
    #[arg(long, value_name = "COLUMN=SQL", help_heading = "Answers")]
    pub(crate) cast: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The models are compared with the schema of the newest migration, for every database that orm.toml lists. Whether
something was renamed is asked, never guessed. Nothing that holds data is dropped without a yes.

Examples:
  cargo orm migrate dev --name add_profiles
  cargo orm migrate dev --name rename --rename users.name=users.full_name
  cargo orm migrate dev --name tune --create-only
  cargo orm migrate dev --dry-run"
)]
pub(crate) struct Dev {
    /// What the migration is called [default: after its first change]
    #[arg(long, short, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Write the files, and apply nothing; no database is needed
    #[arg(long)]
    pub(crate) create_only: bool,
    /// Write a migration even if nothing was changed, to be filled by hand
    #[arg(long)]
    pub(crate) empty: bool,
    /// Only show what would be written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Apply what loses data without asking
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    /// Go on although the database is not as its migrations left it
    #[arg(long)]
    pub(crate) ignore_drift: bool,
    #[command(flatten)]
    pub(crate) answers: Answers,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Others who deploy at the same time are waited for. What failed says what stays of it, and how to go on.

Examples:
  orm migrate deploy
  orm migrate deploy --dry-run
  orm migrate deploy --to 20260101000000_init --json"
)]
pub(crate) struct Deploy {
    /// The last migration to apply
    #[arg(long, value_name = "ID")]
    pub(crate) to: Option<String>,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on although the database is not as its migrations left it
    #[arg(long)]
    pub(crate) ignore_drift: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  orm migrate rollback
  orm migrate rollback --to init
  orm migrate rollback --dry-run")]
pub(crate) struct Rollback {
    /// The last migration to keep; without it, one migration is undone
    #[arg(long, value_name = "ID")]
    pub(crate) to: Option<String>,
    /// Undo what loses data without asking
    #[arg(long)]
    pub(crate) accept_data_loss: bool,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "For development: everything in the database is lost, whoever made it.

Examples:
  cargo orm migrate reset
  cargo orm migrate reset --yes --seed"
)]
pub(crate) struct Reset {
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Even if the server is not on this computer
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Run the seeds afterwards
    #[arg(long)]
    pub(crate) seed: bool,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "A schema is one of
  models          what the program's models need
  files           what the newest migration leads to; files@ID what another one leads to
  database        what the database has; or a URL of another database
  empty           nothing
  a path that ends in .toml: a schema.toml

Examples:
  cargo orm migrate diff                                # what `dev` would make
  cargo orm migrate diff --from database --to models --sql
  orm migrate diff --from files@init --to files
  orm migrate diff --from postgres://one/app --to postgres://two/app --json")]
pub(crate) struct Diff {
    /// The schema before
    #[arg(long, value_name = "SCHEMA", default_value = "files")]
    pub(crate) from: String,
    /// The schema after
    #[arg(long, value_name = "SCHEMA", default_value = "models")]
    pub(crate) to: String,
    /// The database whose SQL and rules count [default: that of the database that is read, or the first in orm.toml]
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Show the SQL that leads from one to the other
    #[arg(long)]
    pub(crate) sql: bool,
    #[command(flatten)]
    pub(crate) answers: Answers,
}

#[derive(Debug, Args)]
#[command(
    after_help = "With --verify, all migrations are applied one by one in a database of their own (in memory, or beside the one that
the URL names, whose tables are not touched), compared with their schema, undone, compared again, and applied again.

Examples:
  cargo orm migrate check
  cargo orm migrate check --verify --json
  orm migrate check --verify --verify-on mysql://localhost/ --verify-on postgres://localhost/app"
)]
pub(crate) struct Check {
    /// Prove the migrations by applying and undoing them
    #[arg(long)]
    pub(crate) verify: bool,
    /// A server to prove them on, for each database that orm.toml lists [default: the database URL]
    #[arg(long, value_name = "URL", requires = "verify")]
    pub(crate) verify_on: Vec<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
#[command(after_help = "Nothing but the history is changed.

Examples:
  orm migrate resolve --rolled-back 20260101000000_init
  orm migrate resolve --step-applied add_profiles")]
pub(crate) struct Resolve {
    /// All steps are carried out: the rest was done by hand
    #[arg(long, value_name = "ID")]
    pub(crate) applied: Option<String>,
    /// No step is carried out: what was done was undone by hand
    #[arg(long, value_name = "ID")]
    pub(crate) rolled_back: Option<String>,
    /// The interrupted step was carried out
    #[arg(long, value_name = "ID")]
    pub(crate) step_applied: Option<String>,
    /// The interrupted step was not carried out
    #[arg(long, value_name = "ID")]
    pub(crate) step_rolled_back: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Where the old ones are applied, the new one is only noted. Their folders are removed.

Examples:
  orm migrate squash --name init
  orm migrate squash --to 20260301000000_add_tags --name until_march --dry-run"
)]
pub(crate) struct Squash {
    /// What the new migration is called
    #[arg(long, short, value_name = "NAME")]
    pub(crate) name: String,
    /// The last migration that goes into it [default: the newest]
    #[arg(long, value_name = "ID")]
    pub(crate) to: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "For a database that was there before its migrations. It is compared with the schema of the last one first.

Examples:
  orm migrate baseline
  orm migrate baseline --to init --dry-run
  orm migrate baseline --sqlx"
)]
pub(crate) struct Baseline {
    /// The last migration that is in the database already [default: the newest]
    #[arg(long, value_name = "ID")]
    pub(crate) to: Option<String>,
    /// Take over what sqlx has noted as applied
    #[arg(long, conflicts_with = "to")]
    pub(crate) sqlx: bool,
    /// Only show what would be noted
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "For two branches that were made from the same state. The SQL stays as it is; ids, parents and schemas are new.

Examples:
  orm migrate rebase 20260102000000_add_tags
  orm migrate rebase add_tags --dry-run"
)]
pub(crate) struct Rebase {
    /// The first migration of the branch that is not deployed yet
    pub(crate) id: String,
    /// Only show what would be moved
    #[arg(long)]
    pub(crate) dry_run: bool,
}
