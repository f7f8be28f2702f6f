#[doc = "The values that the view [`Dashboard`] takes."]
#[allow(missing_debug_implementations)]
pub struct DashboardParams {
    #[doc = "The value of `since` in the view."]
    pub since: DateTime<Utc>,
}
const _: () = {
    type __Model = crate::User;
    type __Params = DashboardParams;
    #[allow(non_snake_case, unused_variables)]
    fn __id(__params: &__Params) -> impl ::orm::__private::Source<__Model, Id<User>> + use<> {
        __Model::id
    }
    #[allow(non_snake_case, unused_variables)]
    fn __name(__params: &__Params) -> impl ::orm::__private::Source<__Model, String> + use<> {
        __Model::username
    }
    #[allow(non_snake_case, unused_variables)]
    fn __count(__params: &__Params) -> impl ::orm::__private::Source<__Model, i64> + use<> {
        #[allow(unused_variables)]
        let since = ::core::clone::Clone::clone(&__params.since);
        User::posts.count()
    }
    #[allow(non_snake_case, unused_variables)]
    fn __posts(__params: &__Params) -> impl ::orm::__private::Source<__Model, Vec<PostSummary>> + use<> {
        #[allow(unused_variables)]
        let since = ::core::clone::Clone::clone(&__params.since);
        User::posts.filter(Post::created_at.gt(since))
    }
    #[allow(non_snake_case, unused_variables)]
    fn __contact(__params: &__Params) -> impl ::orm::__private::Source<__Model, Contact> + use<> {
        ::orm::__private::flatten::<Contact>()
    }
    #[automatically_derived]
    impl ::orm::__private::Shape for Dashboard {
        const NAME: &'static str = <__Model as ::orm::__private::FromRow>::NAME;
        const LOADS: ::core::primitive::bool = false
            || ::orm::__private::field_loads::<__Model, __Params, Id<User>, _, _>(&__id)
            || ::orm::__private::field_loads::<__Model, __Params, String, _, _>(&__name)
            || ::orm::__private::field_loads::<__Model, __Params, i64, _, _>(&__count)
            || ::orm::__private::field_loads::<__Model, __Params, Vec<PostSummary>, _, _>(&__posts)
            || ::orm::__private::field_loads::<__Model, __Params, Contact, _, _>(&__contact);
        fn width() -> ::core::primitive::usize {
            0 + ::orm::__private::field_width::<__Model, __Params, Id<User>, _>(__id)
                + ::orm::__private::field_width::<__Model, __Params, String, _>(__name)
                + ::orm::__private::field_width::<__Model, __Params, i64, _>(__count)
                + ::orm::__private::field_width::<__Model, __Params, Vec<PostSummary>, _>(__posts)
                + ::orm::__private::field_width::<__Model, __Params, Contact, _>(__contact)
        }
        fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
            ::core::result::Result::Ok(Self {
                id: ::orm::__private::read_field::<__Model, __Params, Id<User>, _>(__id, cells)?,
                name: ::orm::__private::read_field::<__Model, __Params, String, _>(__name, cells)?,
                count: ::orm::__private::read_field::<__Model, __Params, i64, _>(__count, cells)?,
                posts: ::orm::__private::read_field::<__Model, __Params, Vec<PostSummary>, _>(__posts, cells)?,
                contact: ::orm::__private::read_field::<__Model, __Params, Contact, _>(__contact, cells)?,
            })
        }
        fn fill(
            mut rows: ::std::vec::Vec<::core::option::Option<&mut Self>>,
            parts: &mut ::orm::__private::Parts,
        ) -> ::orm::__private::Result<()> {
            ::orm::__private::fill_field::<__Model, __Params, Id<User>, Self, _>(__id, &mut rows, |row| &mut row.id, parts)?;
            ::orm::__private::fill_field::<__Model, __Params, String, Self, _>(__name, &mut rows, |row| &mut row.name, parts)?;
            ::orm::__private::fill_field::<__Model, __Params, i64, Self, _>(__count, &mut rows, |row| &mut row.count, parts)?;
            ::orm::__private::fill_field::<__Model, __Params, Vec<PostSummary>, Self, _>(__posts, &mut rows, |row| &mut row.posts, parts)?;
            ::orm::__private::fill_field::<__Model, __Params, Contact, Self, _>(__contact, &mut rows, |row| &mut row.contact, parts)?;
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl ::orm::__private::View for Dashboard {
        type Model = __Model;
        type Params = __Params;
        fn plan(plan: &mut ::orm::__private::Plan, params: &__Params) {
            plan.field::<__Model, Id<User>, _>(__id(params));
            plan.field::<__Model, String, _>(__name(params));
            plan.field::<__Model, i64, _>(__count(params));
            plan.field::<__Model, Vec<PostSummary>, _>(__posts(params));
            plan.field::<__Model, Contact, _>(__contact(params));
        }
    }
    #[automatically_derived]
    impl ::orm::__private::ViewParams for DashboardParams {
        type View = Dashboard;
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::orm::__private::Refine<Dashboard> for Dashboard {
        fn refine(statement: ::orm::__private::SelectStatement) -> ::orm::__private::SelectStatement {
            statement
        }
    }
    #[allow(dead_code)]
    const A_VIEW_CANNOT_CONTAIN_ITSELF: ::core::primitive::bool = <Dashboard as ::orm::__private::Shape>::LOADS;
};
