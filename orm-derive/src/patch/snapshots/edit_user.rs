const _: () = {
    type __Model = User;
    const __NAME: usize = ::orm::__private::patched(
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::name.index(),
        "a patch cannot change `name`: it is the key, or it is filled in automatically; remove the field, or write `#[patch(skip)]` on it",
    );
    const __EMAIL: usize = ::orm::__private::patched(
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::email.index(),
        "a patch cannot change `email`: it is the key, or it is filled in automatically; remove the field, or write `#[patch(skip)]` on it",
    );
    const __TOWN: usize = ::orm::__private::patched(
        <__Model as ::orm::__private::Model>::FIXED,
        __Model::address.city.index(),
        "a patch cannot change `address.city`: it is the key, or it is filled in automatically; remove the field, or write `#[patch(skip)]` on it",
    );
    #[automatically_derived]
    impl ::orm::__private::Patch for EditUser {
        type Model = __Model;
        fn into_changes(self) -> ::orm::__private::Changes {
            let mut changes = ::orm::__private::Changes::default();
            ::orm::__private::patch_field(&mut changes, __Model::name, self.name);
            ::orm::__private::patch_field(&mut changes, __Model::email, self.email);
            changes.name(::orm::__private::InputName {
                column: __Model::email.index(),
                field: "email",
                input: "mail",
            });
            ::orm::__private::patch_field(&mut changes, __Model::address.city, self.town);
            changes.name(::orm::__private::InputName {
                column: __Model::address.city.index(),
                field: "address.city",
                input: "town",
            });
            changes
        }
    }
};
