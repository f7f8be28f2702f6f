//! Teams and fans, whose keys are made by the program, shared, or not what foreign keys refer to; and a tree.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[has_one(badge: Badge)]
#[has_many(players: Player)]
#[many_to_many(fans: Fan, through = Support)]
pub struct Team {
    pub id: Id<Team, Uuid>,
    #[model(length = 40)]
    #[validate(length(min = 2))]
    pub name: String,
}

/// Has the key of its team.
#[derive(Model, Debug, Clone, PartialEq)]
pub struct Badge {
    #[model(key)]
    #[belongs_to(team: Team, on_delete = Cascade)]
    pub team_id: Id<Team, Uuid>,
    #[validate(length(min = 3))]
    pub text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(shirts: Shirt)]
pub struct Player {
    pub id: Id<Player>,
    #[belongs_to(team: Team, on_delete = Restrict)]
    pub team_id: Id<Team, Uuid>,
    #[validate(length(min = 2))]
    pub name: String,
    #[model(updated_at)]
    pub changed: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Shirt {
    pub id: i32,
    #[belongs_to(player: Player, on_delete = Cascade)]
    pub player_id: Id<Player>,
    #[validate(range(max = 99))]
    pub number: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[many_to_many(teams: Team, through = Support)]
#[many_to_many(rated: Team, through = Rating)]
#[has_many(letters: Letter)]
#[has_one(ticket: Ticket)]
pub struct Fan {
    pub id: Id<Fan>,
    #[model(unique, length = 40)]
    #[validate(length(min = 2))]
    pub name: String,
    #[model(created_at)]
    pub since: DateTime<Utc>,
}

/// Refers to a fan by name, has no key of the two, and more columns, which have defaults.
#[derive(Model, Debug, Clone, PartialEq)]
pub struct Support {
    pub id: Id<Support>,
    #[model(length = 40)]
    #[belongs_to(fan: Fan, references(name), on_delete = Cascade, on_update = Cascade)]
    pub fan_name: String,
    #[belongs_to(team: Team, on_delete = Cascade)]
    pub team_id: Id<Team, Uuid>,
    #[model(default = 1)]
    pub level: i32,
    pub note: Option<String>,
    #[model(created_at)]
    pub since: DateTime<Utc>,
}

/// Cannot be made by a link alone.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(fields(fan_id, team_id)))]
pub struct Rating {
    pub id: Id<Rating>,
    #[belongs_to(fan: Fan, on_delete = Cascade)]
    pub fan_id: Id<Fan>,
    #[belongs_to(team: Team, on_delete = Cascade)]
    pub team_id: Id<Team, Uuid>,
    pub stars: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Letter {
    pub id: Id<Letter>,
    #[model(length = 40)]
    #[belongs_to(fan: Fan, references(name), on_delete = Cascade, on_update = Cascade)]
    pub fan_name: String,
    pub text: String,
}

/// May belong to nobody.
#[derive(Model, Debug, Clone, PartialEq)]
pub struct Ticket {
    pub id: Id<Ticket>,
    #[model(unique)]
    #[belongs_to(fan: Fan, on_delete = SetNull)]
    pub fan_id: Option<Id<Fan>>,
    pub seat: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(children: Category)]
pub struct Category {
    pub id: Id<Category>,
    #[belongs_to(parent: Category, on_delete = Cascade)]
    pub parent_id: Option<Id<Category>>,
    pub name: String,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Team)]
pub struct NewTeam {
    name: String,
    badge: Option<NewBadge>,
    #[draft(field = players)]
    squad: Vec<NewPlayer>,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Badge)]
pub struct NewBadge {
    text: String,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Player)]
pub struct NewPlayer {
    name: String,
    shirts: Vec<NewNumber>,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Shirt)]
pub struct NewNumber {
    number: i32,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Shirt)]
pub struct NewShirt {
    number: i32,
    player: SignedPlayer,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Player)]
pub struct SignedPlayer {
    name: String,
    team: Box<NewTeam>,
}

#[derive(Draft, serde::Deserialize)]
#[draft(Category)]
pub struct NewCategory {
    name: String,
    #[serde(default)]
    children: Vec<NewCategory>,
}

/// The tables of teams, fans and categories.
pub async fn graph_tables(db: &Db) -> orm::Result<()> {
    let models = [
        Team::def(),
        Badge::def(),
        Player::def(),
        Shirt::def(),
        Fan::def(),
        Support::def(),
        Rating::def(),
        Letter::def(),
        Ticket::def(),
        Category::def(),
    ];
    orm::create_tables_of(db, &models).await
}
