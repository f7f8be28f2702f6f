const _: () = {
    type __Model = Post;
    type __Params = ();
    #[allow(non_snake_case, unused_variables)]
    fn __title(__params: &__Params) -> impl ::orm::__private::Source<__Model, String> + use<> {
        __Model::title
    }
    #[automatically_derived]
    impl ::orm::__private::Shape for PostSummary {
        const NAME: &'static str = <__Model as ::orm::__private::FromRow>::NAME;
        const LOADS: ::core::primitive::bool = false || ::orm::__private::field_loads::<__Model, __Params, String, _, _>(&__title);
        fn width() -> ::core::primitive::usize {
            0 + ::orm::__private::field_width::<__Model, __Params, String, _>(__title)
        }
        fn read(cells: &mut ::orm::__private::Cells<'_>) -> ::orm::__private::Result<Self> {
            ::core::result::Result::Ok(Self {
                title: ::orm::__private::read_field::<__Model, __Params, String, _>(__title, cells)?,
            })
        }
        fn fill(
            mut rows: ::std::vec::Vec<::core::option::Option<&mut Self>>,
            parts: &mut ::orm::__private::Parts,
        ) -> ::orm::__private::Result<()> {
            ::orm::__private::fill_field::<__Model, __Params, String, Self, _>(__title, &mut rows, |row| &mut row.title, parts)?;
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl ::orm::__private::View for PostSummary {
        type Model = __Model;
        type Params = __Params;
        fn plan(plan: &mut ::orm::__private::Plan, params: &__Params) {
            plan.field::<__Model, String, _>(__title(params));
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::orm::__private::RowOf<__Model> for PostSummary {
        fn select(statement: ::orm::__private::SelectStatement) -> ::orm::__private::SelectStatement {
            ::orm::__private::select_view::<Self>(statement, &())
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl ::orm::__private::Refine<PostSummary> for PostSummary {
        fn refine(statement: ::orm::__private::SelectStatement) -> ::orm::__private::SelectStatement {
            statement
        }
    }
    #[allow(dead_code)]
    const A_VIEW_CANNOT_CONTAIN_ITSELF: ::core::primitive::bool = <PostSummary as ::orm::__private::Shape>::LOADS;
};
