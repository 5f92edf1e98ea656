//! Declarations of every visibility, without a warning.

#![deny(warnings)]

mod private {
    use entity_core::{Collection, Entity, Index, Table};
    use serde::{Deserialize, Serialize};

    #[derive(Table)]
    #[table(name = "Users", pk = "PK", sk = "SK", indexes(ByName), items = Items)]
    struct Users;

    #[derive(Index)]
    #[index(table = Users, pk = "name")]
    struct ByName;

    #[derive(Serialize, Deserialize, Entity)]
    #[entity(table = Users, pk = "USER#{id}", sk = "PROFILE#{age}")]
    #[entity(index(ByName, pk = name))]
    struct User {
        id: String,
        name: String,
        age: u32,
    }

    #[derive(Collection)]
    enum Items {
        User(User),
    }

    pub(super) fn uses() {
        let _ = User::key("1", 7);
        let _ = User::partition("1").age(7);
        let _ = User::by_name("Ann");
        let _ = Items::partition("1");
        let _ = Users::on;
        let _: Items = User { id: String::new(), name: String::new(), age: 0 }.into();
        let _ = |Items::User(user): &Items| user.age;
    }
}

mod shared {
    pub(crate) mod inner {
        use entity_core::{Collection, Entity, Table};
        use serde::{Deserialize, Serialize};

        #[derive(Table)]
        #[table(name = "Users", pk = "PK", items = Items)]
        pub(in crate::shared) struct Users;

        #[derive(Serialize, Deserialize, Entity)]
        #[entity(table = Users, pk = "USER#{id}")]
        pub(in crate::shared) struct User {
            pub(super) id: String,
        }

        #[derive(Serialize, Deserialize, Entity)]
        #[entity(table = Users, pk = "MAIL#{id}#{mail}")]
        pub(in crate::shared) struct Mail {
            pub(super) id: String,
            mail: String,
        }

        #[derive(Collection)]
        pub(in crate::shared) enum Items {
            User(User),
            Mail(Mail),
        }
    }

    pub(super) fn uses() {
        let _ = inner::User::partition("1");
        let _ = inner::User::key("1");
        let _ = |user: inner::User| user.id;
        let _ = |items: inner::Items| match items {
            inner::Items::User(user) => user.id,
            inner::Items::Mail(mail) => mail.id,
        };
        let _ = inner::Users;
    }
}

fn main() {
    private::uses();
    shared::uses();
}
