#[automatically_derived]
impl ::orm::__private::FromRow for User {
    const NAME: &'static str = "User";
    fn columns() -> ::orm::__private::RowColumns {
        let def = <User as ::orm::__private::Model>::def();
        ::orm::__private::RowColumns::Named(
            def.visible_columns()
                .iter()
                .map(|column| ::core::clone::Clone::clone(&column.name))
                .collect(),
        )
    }
    fn cell_types() -> ::core::option::Option<::std::vec::Vec<::orm::__private::CellType>> {
        let def = <User as ::orm::__private::Model>::def();
        ::core::option::Option::Some(def.visible_columns().iter().map(::orm::__private::CellType::of_column).collect())
    }
    fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
        ::core::result::Result::Ok(Self {
            id: <Id<User> as ::orm::__private::ModelField>::read(cells)?,
            username: <String as ::orm::__private::ModelField>::read(cells)?,
            address: <Address as ::orm::__private::Embedded>::read(cells)?,
            team_id: <Option<Id<Team>> as ::orm::__private::ModelField>::read(cells)?,
            role: <Role as ::orm::__private::ModelField>::read(cells)?,
            preferences: <Preferences as ::orm::__private::JsonField>::read(cells)?,
        })
    }
}
#[automatically_derived]
impl ::orm::__private::Model for User {
    type Key = Id<User>;
    type Create = UserCreate;
    type Update<__S> = UserUpdate<__S>;
    const REQUIRED: &'static [usize] = &[
        1,
        2,
        4 + <Address as ::orm::__private::Embedded>::WIDTH,
        5 + <Address as ::orm::__private::Embedded>::WIDTH,
    ];
    const FIXED: &'static [(usize, ::orm::__private::Fixed)] = &[(0, ::orm::__private::Fixed::Key)];
    fn def() -> &'static ::orm::__private::ModelDef {
        static DEF: ::std::sync::LazyLock<::orm::__private::ModelDef> = ::std::sync::LazyLock::new(|| {
            let mut columns = ::std::vec::Vec::new();
            columns.push({
                let mut column = <Id<User> as ::orm::__private::ModelField>::column("id", "id", "Id<User>");
                column.role = ::orm::__private::ColumnRole::Identity;
                column
            });
            columns.push({
                let mut column = <String as ::orm::__private::ModelField>::column("username", "username", "String");
                column.length = ::core::option::Option::Some(50u32);
                column.unique = true;
                column.normalize = ::std::vec![::orm::__private::Normalize::Trim];
                column
            });
            columns.extend(<Address as ::orm::__private::Embedded>::columns("address", "address_"));
            columns.push(<Option<Id<Team>> as ::orm::__private::ModelField>::column(
                "team_id",
                "team_id",
                "Option<Id<Team>>",
            ));
            columns.push({
                let mut column = <Role as ::orm::__private::ModelField>::column("role", "role", "Role");
                column.default = ::core::option::Option::Some(::orm::__private::DefaultDef::Value(|| {
                    let value: Role = Role::Member;
                    <Role as ::orm::__private::ModelField>::encode(&value)
                }));
                column
            });
            columns.push(<Preferences as ::orm::__private::JsonField>::column(
                "preferences",
                "preferences",
                "Preferences",
            ));
            let visible = columns.len();
            columns.push(<String as ::orm::__private::ModelField>::column(
                "password_hash",
                "password_hash",
                "String",
            ));
            let mut def = ::orm::__private::ModelDef::new("User", "users");
            def.columns = columns;
            def.visible = visible;
            def.key = ::std::vec![0];
            {
                let mut key = ::orm::__private::ForeignKeyDef::new(
                    "team",
                    ::std::vec![2 + <Address as ::orm::__private::Embedded>::WIDTH],
                    <Id<Team> as ::orm::__private::KeyOf<Team>>::target,
                );
                key.on_delete = ::orm::__private::Action::SetNull;
                def.foreign_keys.push(key);
            }
            def.check = <User as ::orm::__private::Model>::check;
            def
        });
        &DEF
    }
    fn key(&self) -> Self::Key {
        ::core::clone::Clone::clone(&self.id)
    }
    fn value(&self, column: usize) -> ::core::option::Option<::orm::__private::Result<::orm::__private::Value>> {
        let encoded = match column {
            0 => <Id<User> as ::orm::__private::ModelField>::encode(&self.id),
            1 => <String as ::orm::__private::ModelField>::encode(&self.username),
            at if (2..2 + <Address as ::orm::__private::Embedded>::WIDTH).contains(&at) => {
                <Address as ::orm::__private::Embedded>::values(&self.address)
                    .into_iter()
                    .nth(at - (2))?
            }
            at if at == 2 + <Address as ::orm::__private::Embedded>::WIDTH => {
                <Option<Id<Team>> as ::orm::__private::ModelField>::encode(&self.team_id)
            }
            at if at == 3 + <Address as ::orm::__private::Embedded>::WIDTH => <Role as ::orm::__private::ModelField>::encode(&self.role),
            at if at == 4 + <Address as ::orm::__private::Embedded>::WIDTH => {
                <Preferences as ::orm::__private::JsonField>::encode(&self.preferences)
            }
            _ => return ::core::option::Option::None,
        };
        ::core::option::Option::Some(encoded.map_err(|error| {
            let field = &Self::def().columns[column].field;
            ::orm::__private::Error::new(::orm::__private::ErrorKind::Encode {
                field: ::std::format!("`{}::{}`", "User", field).into(),
                reason: error.0,
            })
        }))
    }
    fn check(values: &mut [::core::option::Option<::orm::__private::Value>], errors: &mut ::orm::__private::FieldErrors) {
        ::orm::__private::validating! { if let :: core :: option :: Option :: Some (value) = :: orm :: __private :: validate :: value :: < String > (values , 1) { let value : & String = & value ; :: orm :: __private :: validate :: length (value , :: orm :: __private :: validate :: Length { min : :: core :: option :: Option :: Some (2) , max : :: core :: option :: Option :: None , equal : :: core :: option :: Option :: None , unit : "characters" } , :: orm :: __private :: validate :: Report { path : "username" , code : :: core :: option :: Option :: None , message : :: core :: option :: Option :: None , errors : & mut * errors }) ; } }
    }
}
#[automatically_derived]
#[allow(non_upper_case_globals, dead_code, private_interfaces)]
impl User {
    #[doc = "The column `id`."]
    pub const id: ::orm::__private::Column<User, Id<User>> = <::orm::__private::Column<User, Id<User>>>::at(0);
    #[doc = " How the user is called."]
    pub const username: ::orm::__private::Column<User, String> = <::orm::__private::Column<User, String>>::at(1);
    #[doc = "The column `address`."]
    pub const address: <Address as ::orm::__private::Embedded>::Columns<User> =
        <<Address as ::orm::__private::Embedded>::Columns<User>>::at(2);
    #[doc = "The column `team_id`."]
    pub const team_id: ::orm::__private::Column<User, Option<Id<Team>>> =
        <::orm::__private::Column<User, Option<Id<Team>>>>::at(2 + <Address as ::orm::__private::Embedded>::WIDTH);
    #[doc = "The column `role`."]
    pub const role: ::orm::__private::Column<User, Role> =
        <::orm::__private::Column<User, Role>>::at(3 + <Address as ::orm::__private::Embedded>::WIDTH);
    #[doc = "The column `preferences`."]
    pub const preferences: ::orm::__private::Column<User, ::orm::__private::Json<Preferences>> =
        <::orm::__private::Column<User, ::orm::__private::Json<Preferences>>>::at(4 + <Address as ::orm::__private::Embedded>::WIDTH);
    #[doc = "The column `password_hash`."]
    pub const password_hash: ::orm::__private::Column<User, String> =
        <::orm::__private::Column<User, String>>::at(5 + <Address as ::orm::__private::Embedded>::WIDTH);
}
#[doc = "A new `User` that is not inserted yet; from `User::create()`."]
#[must_use = "nothing is inserted until `insert` is called and awaited"]
pub struct UserCreate<
    UsernameIs = ::orm::__private::Unset,
    AddressIs = ::orm::__private::Unset,
    PreferencesIs = ::orm::__private::Unset,
    PasswordHashIs = ::orm::__private::Unset,
> {
    row: ::orm::__private::NewRow,
    given: ::core::marker::PhantomData<fn() -> (UsernameIs, AddressIs, PreferencesIs, PasswordHashIs)>,
}
#[automatically_derived]
#[allow(dead_code)]
impl User {
    #[doc = "Starts a new `User`."]
    pub fn create() -> UserCreate {
        let row = ::orm::__private::NewRow::new(<User as ::orm::__private::Model>::def());
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::core::ops::Deref
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type Target = ::orm::__private::Insert;
    fn deref(&self) -> &Self::Target {
        self.row.as_insert()
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::core::fmt::Debug
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(self.row.as_insert(), f)
    }
}
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the new `User` needs `username` before it can be inserted",
    label = "`username` was never set",
    note = "call `.username(…)` on the builder"
)]
pub trait UserNeedsUsername {}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl UserNeedsUsername for ::orm::__private::Set {}
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the new `User` needs `address` before it can be inserted",
    label = "`address` was never set",
    note = "call `.address(…)` on the builder"
)]
pub trait UserNeedsAddress {}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl UserNeedsAddress for ::orm::__private::Set {}
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the new `User` needs `preferences` before it can be inserted",
    label = "`preferences` was never set",
    note = "call `.preferences(…)` on the builder"
)]
pub trait UserNeedsPreferences {}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl UserNeedsPreferences for ::orm::__private::Set {}
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the new `User` needs `password_hash` before it can be inserted",
    label = "`password_hash` was never set",
    note = "call `.password_hash(…)` on the builder"
)]
pub trait UserNeedsPasswordHash {}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl UserNeedsPasswordHash for ::orm::__private::Set {}
#[automatically_derived]
#[allow(dead_code, private_bounds, private_interfaces)]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
    #[doc = "Gives `id`."]
    pub fn id(self, value: impl ::orm::__private::IntoField<Id<User>>) -> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
        let row = self.row.set::<Id<User>>(0, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `username`."]
    pub fn username(
        self,
        value: impl ::orm::__private::IntoField<String>,
    ) -> UserCreate<::orm::__private::Set, AddressIs, PreferencesIs, PasswordHashIs> {
        let row = self.row.set::<String>(1, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `address`."]
    pub fn address(self, value: Address) -> UserCreate<UsernameIs, ::orm::__private::Set, PreferencesIs, PasswordHashIs> {
        let mut row = self.row;
        let values = <Address as ::orm::__private::Embedded>::values(&value);
        for (at, value) in values.into_iter().take(<Address as ::orm::__private::Embedded>::WIDTH).enumerate() {
            row.put(2 + at, value);
        }
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `team_id`."]
    pub fn team_id(
        self,
        value: impl ::orm::__private::IntoField<Option<Id<Team>>>,
    ) -> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
        let row = self
            .row
            .set::<Option<Id<Team>>>(2 + <Address as ::orm::__private::Embedded>::WIDTH, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `role`."]
    pub fn role(self, value: impl ::orm::__private::IntoField<Role>) -> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
        let row = self.row.set::<Role>(3 + <Address as ::orm::__private::Embedded>::WIDTH, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `preferences`."]
    pub fn preferences(
        self,
        value: impl ::orm::__private::IntoField<::orm::__private::Json<Preferences>>,
    ) -> UserCreate<UsernameIs, AddressIs, ::orm::__private::Set, PasswordHashIs> {
        let row = self
            .row
            .set::<::orm::__private::Json<Preferences>>(4 + <Address as ::orm::__private::Embedded>::WIDTH, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    #[doc = "Gives `password_hash`."]
    pub fn password_hash(
        self,
        value: impl ::orm::__private::IntoField<String>,
    ) -> UserCreate<UsernameIs, AddressIs, PreferencesIs, ::orm::__private::Set> {
        let row = self.row.set::<String>(5 + <Address as ::orm::__private::Embedded>::WIDTH, value);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Create
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
where
    UsernameIs: UserNeedsUsername,
    AddressIs: UserNeedsAddress,
    PreferencesIs: UserNeedsPreferences,
    PasswordHashIs: UserNeedsPasswordHash,
{
    type Model = User;
    fn into_row(self) -> ::orm::__private::NewRow {
        self.row
    }
}
#[automatically_derived]
#[allow(dead_code)]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
    #[doc = r" Inserts the row, and gives it back with everything that the database filled in."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" When a field is refused (all of them are named), or when the database refuses the row."]
    #[track_caller]
    pub fn insert(self, db: &::orm::__private::Db) -> ::orm::__private::Inserting<'_, User>
    where
        UsernameIs: UserNeedsUsername,
        AddressIs: UserNeedsAddress,
        PreferencesIs: UserNeedsPreferences,
        PasswordHashIs: UserNeedsPasswordHash,
    {
        ::orm::__private::insert(self.row, db)
    }
    #[doc = r" Says by which unique columns the row may be there already, and then what to do."]
    pub fn on_conflict(self, columns: impl ::orm::__private::UpsertColumns<User>) -> ::orm::__private::OnConflict<User>
    where
        UsernameIs: UserNeedsUsername,
        AddressIs: UserNeedsAddress,
        PreferencesIs: UserNeedsPreferences,
        PasswordHashIs: UserNeedsPasswordHash,
    {
        ::orm::__private::on_conflict(self, columns)
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Builder
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type Model = User;
    fn from_row(row: ::orm::__private::NewRow) -> Self {
        Self {
            row,
            given: ::core::marker::PhantomData,
        }
    }
    fn given(self) -> ::orm::__private::NewRow {
        self.row
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Gives<0>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type After = UserCreate<::orm::__private::Set, AddressIs, PreferencesIs, PasswordHashIs>;
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Gives<1>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type After = UserCreate<UsernameIs, ::orm::__private::Set, PreferencesIs, PasswordHashIs>;
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Gives<2>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type After = UserCreate<UsernameIs, AddressIs, ::orm::__private::Set, PasswordHashIs>;
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Gives<3>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type After = UserCreate<UsernameIs, AddressIs, PreferencesIs, ::orm::__private::Set>;
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Gives<{ ::core::primitive::usize::MAX }>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
{
    type After = Self;
}
#[automatically_derived]
#[allow(dead_code)]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
    #[doc = r" Gives all that the draft holds."]
    pub fn apply<__Draft, __DraftUsernameIs, __DraftAddressIs, __DraftPreferencesIs, __DraftPasswordHashIs>(
        self,
        draft: __Draft,
    ) -> UserCreate<
        ::orm::__private::Either<UsernameIs, __DraftUsernameIs>,
        ::orm::__private::Either<AddressIs, __DraftAddressIs>,
        ::orm::__private::Either<PreferencesIs, __DraftPreferencesIs>,
        ::orm::__private::Either<PasswordHashIs, __DraftPasswordHashIs>,
    >
    where
        __Draft:
            ::orm::__private::Draft<Create = UserCreate<__DraftUsernameIs, __DraftAddressIs, __DraftPreferencesIs, __DraftPasswordHashIs>>,
        UsernameIs: ::orm::__private::Or<__DraftUsernameIs>,
        AddressIs: ::orm::__private::Or<__DraftAddressIs>,
        PreferencesIs: ::orm::__private::Or<__DraftPreferencesIs>,
        PasswordHashIs: ::orm::__private::Or<__DraftPasswordHashIs>,
    {
        let draft = ::orm::__private::Builder::given(::orm::__private::Draft::create(draft));
        UserCreate {
            row: self.row.and(draft),
            given: ::core::marker::PhantomData,
        }
    }
}
#[automatically_derived]
#[allow(dead_code, private_bounds, private_interfaces)]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
    #[doc = "Gives a new row for `team`, which is written together with this one."]
    pub fn team(
        self,
        row: impl ::orm::__private::Nested<::orm::__private::Complete<Team>>,
    ) -> UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> {
        let row = self.row.nest::<user::team, _>([row]);
        UserCreate {
            row,
            given: ::core::marker::PhantomData,
        }
    }
}
#[automatically_derived]
impl<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs> ::orm::__private::Nested<user::team>
    for UserCreate<UsernameIs, AddressIs, PreferencesIs, PasswordHashIs>
where
    UsernameIs: UserNeedsUsername,
    AddressIs: UserNeedsAddress,
    PreferencesIs: UserNeedsPreferences,
    PasswordHashIs: UserNeedsPasswordHash,
{
    fn into_row(self) -> ::orm::__private::NewRow {
        self.row
    }
}
#[doc = "A change of one `User` or of many."]
#[must_use = "a change does nothing until `exec`, `save` or `returning` is called and awaited"]
pub struct UserUpdate<__S> {
    update: ::orm::__private::Update<User, __S>,
}
#[automatically_derived]
impl<__S> ::core::convert::From<::orm::__private::Update<User, __S>> for UserUpdate<__S> {
    fn from(update: ::orm::__private::Update<User, __S>) -> Self {
        Self { update }
    }
}
#[automatically_derived]
impl<__S> ::core::convert::From<UserUpdate<__S>> for ::orm::__private::Update<User, __S> {
    fn from(update: UserUpdate<__S>) -> Self {
        update.update
    }
}
#[automatically_derived]
impl<__S> ::core::ops::Deref for UserUpdate<__S> {
    type Target = ::orm::__private::Update<User, __S>;
    fn deref(&self) -> &Self::Target {
        &self.update
    }
}
#[automatically_derived]
impl<__S> ::core::fmt::Debug for UserUpdate<__S> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.update, f)
    }
}
#[automatically_derived]
#[allow(dead_code, private_bounds, private_interfaces)]
impl<__S> UserUpdate<__S> {
    #[doc = "Changes `username`."]
    pub fn username(self, value: impl ::orm::__private::IntoAssignment<User, String>) -> Self {
        let value = ::orm::__private::IntoAssignment::<User, String>::into_assignment(value);
        Self {
            update: self.update.assign(1, value),
        }
    }
    #[doc = "Changes `address`."]
    pub fn address(self, value: Address) -> Self {
        let mut update = self.update;
        let values = <Address as ::orm::__private::Embedded>::values(&value);
        for (at, value) in values.into_iter().take(<Address as ::orm::__private::Embedded>::WIDTH).enumerate() {
            let value = value.map_or_else(::orm::__private::Node::Invalid, ::orm::__private::Node::Value);
            update = update.assign(2 + at, value);
        }
        Self { update }
    }
    #[doc = "Changes `team_id`."]
    pub fn team_id(self, value: impl ::orm::__private::IntoAssignment<User, Option<Id<Team>>>) -> Self {
        let value = ::orm::__private::IntoAssignment::<User, Option<Id<Team>>>::into_assignment(value);
        Self {
            update: self.update.assign(2 + <Address as ::orm::__private::Embedded>::WIDTH, value),
        }
    }
    #[doc = "Changes `role`."]
    pub fn role(self, value: impl ::orm::__private::IntoAssignment<User, Role>) -> Self {
        let value = ::orm::__private::IntoAssignment::<User, Role>::into_assignment(value);
        Self {
            update: self.update.assign(3 + <Address as ::orm::__private::Embedded>::WIDTH, value),
        }
    }
    #[doc = "Changes `preferences`."]
    pub fn preferences(self, value: impl ::orm::__private::IntoAssignment<User, ::orm::__private::Json<Preferences>>) -> Self {
        let value = ::orm::__private::IntoAssignment::<User, ::orm::__private::Json<Preferences>>::into_assignment(value);
        Self {
            update: self.update.assign(4 + <Address as ::orm::__private::Embedded>::WIDTH, value),
        }
    }
    #[doc = "Changes `password_hash`."]
    pub fn password_hash(self, value: impl ::orm::__private::IntoAssignment<User, String>) -> Self {
        let value = ::orm::__private::IntoAssignment::<User, String>::into_assignment(value);
        Self {
            update: self.update.assign(5 + <Address as ::orm::__private::Embedded>::WIDTH, value),
        }
    }
    #[doc = r" Changes what the patch says, and nothing else."]
    pub fn apply(self, patch: impl ::orm::__private::Patch<Model = User>) -> Self {
        Self {
            update: self.update.apply(patch),
        }
    }
    #[doc = r" Changes a column that is named by a value, such as one of an embedded struct."]
    pub fn set<__T>(self, column: ::orm::__private::Column<User, __T>, value: impl ::orm::__private::IntoAssignment<User, __T>) -> Self {
        Self {
            update: self.update.set(column, value),
        }
    }
}
#[automatically_derived]
#[allow(dead_code)]
impl UserUpdate<::orm::__private::Many> {
    #[doc = r" Allows the change of every row of the table, where there is no filter."]
    pub fn all_rows(self) -> Self {
        Self {
            update: self.update.all_rows(),
        }
    }
    #[doc = r" Adds a condition that a changed row must meet."]
    pub fn filter(self, condition: impl ::orm::__private::Expression<User, Value = bool>) -> Self {
        Self {
            update: self.update.filter(condition),
        }
    }
    #[doc = r" Changes the rows, and says how many there were."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" When a value is refused, when there is no filter and no `all_rows`, or when the database refuses it."]
    #[track_caller]
    pub fn exec(
        self,
        db: &::orm::__private::Db,
    ) -> impl ::core::future::Future<Output = ::orm::__private::Result<u64>> + ::core::marker::Send {
        self.update.exec(db)
    }
    #[doc = r" Changes the rows, and gives them back as they are then."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" As `exec`."]
    #[track_caller]
    pub fn returning(
        self,
        db: &::orm::__private::Db,
    ) -> impl ::core::future::Future<Output = ::orm::__private::Result<::std::vec::Vec<User>>> + ::core::marker::Send {
        self.update.returning(db)
    }
    #[doc = r" Changes the rows, and gives back what they were and what they are."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" As `exec`, and when the primary key is changed."]
    #[track_caller]
    pub fn returning_both(
        self,
        db: &::orm::__private::Db,
    ) -> impl ::core::future::Future<Output = ::orm::__private::Result<::std::vec::Vec<::orm::__private::Changed<User>>>> + ::core::marker::Send
    {
        self.update.returning_both(db)
    }
}
#[automatically_derived]
#[allow(dead_code)]
impl UserUpdate<::orm::__private::One> {
    #[doc = r" Changes the row, and gives it back as it is then."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" When the row is gone, when a value is refused, or when the database refuses it."]
    #[track_caller]
    pub fn save(
        self,
        db: &::orm::__private::Db,
    ) -> impl ::core::future::Future<Output = ::orm::__private::Result<User>> + ::core::marker::Send {
        self.update.save(db)
    }
    #[doc = r" Changes the row without reading it back."]
    #[doc = r""]
    #[doc = r" # Errors"]
    #[doc = r" As `save`."]
    #[track_caller]
    pub fn exec(
        self,
        db: &::orm::__private::Db,
    ) -> impl ::core::future::Future<Output = ::orm::__private::Result<()>> + ::core::marker::Send {
        self.update.exec(db)
    }
}
#[doc = "The relations of `User`, as types."]
#[allow(non_camel_case_types, dead_code, unreachable_pub)]
pub mod user {
    #[doc = "The relation `User::team`, as a type."]
    #[derive(Clone, Copy)]
    pub struct team;
}
#[automatically_derived]
impl ::orm::__private::Relation for user::team {
    type From = User;
    type To = <Id<Team> as ::orm::__private::KeyOf<Team>>::Target;
    type Cardinality = ::orm::__private::AtMostOne;
    const NAME: &'static str = "team";
    fn def() -> &'static ::orm::__private::RelationDef {
        static DEF: ::std::sync::LazyLock<::orm::__private::RelationDef> =
            ::std::sync::LazyLock::new(|| ::orm::__private::RelationDef::belongs_to(<User as ::orm::__private::Model>::def(), "team"));
        &DEF
    }
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::orm::__private::Named<18024489754618217260u64> for User {
    type Model = User;
    type Relation = user::team;
}
#[automatically_derived]
impl ::orm::__private::RefersTo<Team> for User {
    type Child = User;
    type Relation = user::team;
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::orm::__private::BackOf<User, Team> for user::team {
    fn def() -> &'static ::orm::__private::RelationDef {
        <user::team as ::orm::__private::Relation>::def()
    }
}
#[automatically_derived]
impl ::orm::__private::Nests for user::team {
    type By = ::orm::__private::Complete<Team>;
    const AS: ::orm::__private::Nesting = ::orm::__private::Nesting::Parent;
    const COLUMN: usize = 2 + <Address as ::orm::__private::Embedded>::WIDTH;
}
#[automatically_derived]
#[allow(non_upper_case_globals, dead_code, private_interfaces)]
impl User {
    #[doc = "The relation `team`."]
    pub const team: ::orm::__private::ToOne<user::team, ::orm::__private::AtMostOne> =
        <::orm::__private::ToOne<user::team, ::orm::__private::AtMostOne>>::new();
}
::orm::__private::inventory::submit! { :: orm :: __private :: Registered (< User as :: orm :: __private :: Model > :: def) }
