const _: () = {
    type __Model = crate::Post;
    const __TITLE: usize = ::orm::__private::drafted(
        <__Model as ::orm::__private::Model>::REQUIRED,
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::title.index(),
        "the database computes `title`, so a draft cannot give it; remove the field, or write `#[draft(skip)]` on it",
    );
    const __IS_PUBLISHED: usize = ::orm::__private::drafted(
        <__Model as ::orm::__private::Model>::REQUIRED,
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::is_published.index(),
        "the database computes `is_published`, so a draft cannot give it; remove the field, or write `#[draft(skip)]` on it",
    );
    const __PATH: usize = ::orm::__private::drafted(
        <__Model as ::orm::__private::Model>::REQUIRED,
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::slug.index(),
        "the database computes `slug`, so a draft cannot give it; remove the field, or write `#[draft(skip)]` on it",
    );
    #[automatically_derived]
    impl<'a> ::orm::__private::Draft for NewPost<'a> {
        type Model = __Model;
        type Create = ::orm::__private::After<
            ::orm::__private::After<::orm::__private::After<<__Model as ::orm::__private::Model>::Create, __TITLE>, __IS_PUBLISHED>,
            __PATH,
        >;
        fn create(self) -> Self::Create {
            let mut row = ::orm::__private::NewRow::new(<__Model as ::orm::__private::Model>::def());
            ::orm::__private::draft_field::<__TITLE, _, _>(&mut row, __Model::title, self.title);
            ::orm::__private::draft_field::<__IS_PUBLISHED, _, _>(&mut row, __Model::is_published, self.is_published);
            row.name(::orm::__private::InputName {
                column: __Model::is_published.index(),
                field: "is_published",
                input: "isPublished",
            });
            ::orm::__private::draft_field::<__PATH, _, _>(&mut row, __Model::slug, self.path);
            row.name(::orm::__private::InputName {
                column: __Model::slug.index(),
                field: "slug",
                input: "path",
            });
            ::orm::__private::Builder::from_row(row)
        }
    }
    #[automatically_derived]
    impl<'a> ::orm::__private::IntoCreate for NewPost<'a> {
        type Create = <Self as ::orm::__private::Draft>::Create;
        fn into_create(self) -> Self::Create {
            ::orm::__private::Draft::create(self)
        }
    }
    #[automatically_derived]
    impl<'a, __By> ::orm::__private::Nested<__By> for NewPost<'a>
    where
        <Self as ::orm::__private::Draft>::Create: ::orm::__private::Nested<__By>,
    {
        fn into_row(self) -> ::orm::__private::NewRow {
            ::orm::__private::Nested::<__By>::into_row(::orm::__private::Draft::create(self))
        }
    }
    #[automatically_derived]
    impl<'a, __By> ::orm::__private::NestedInput<__By> for NewPost<'a>
    where
        Self: ::orm::__private::Nested<__By>,
    {
        type Presence = ::orm::__private::Always;
        fn into_rows(self) -> ::core::option::Option<::orm::__private::NewRow> {
            ::core::option::Option::Some(::orm::__private::Nested::<__By>::into_row(self))
        }
    }
};
