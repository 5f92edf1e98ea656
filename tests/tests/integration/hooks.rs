//! What an entity calls before writes and after reads: on whole items, whatever writes or reads them.

use std::fmt;

use entity_core::error::{HookError, ItemReason};
use entity_core::{Collection, Entity, Error, ErrorKind, Index, Item, Readable, Table};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tests::engine::{table, watched};
use tests::raw::{self, attribute};

#[derive(Debug, Table)]
#[table(name = "Users", pk = "pk", indexes(ByWord), items = UserItem)]
struct Users;

#[derive(Debug, Index)]
#[index(table = Users, name = "by-word", pk = "word_pk")]
struct ByWord;

/// Its mail is stored in lower case; its name is stored backwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "USER#{id}")]
#[entity(before_write = User::written, after_read = User::read)]
struct User {
    id: u32,
    mail: String,
    name: String,
    #[entity(version)]
    version: u64,
}

#[derive(Debug, PartialEq)]
struct NoMail;

impl fmt::Display for NoMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mail has an @")
    }
}

impl std::error::Error for NoMail {}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

impl User {
    fn written(&self) -> Result<Self, NoMail> {
        if !self.mail.contains('@') {
            return Err(NoMail);
        }
        let (mail, name) = (self.mail.to_lowercase(), backwards(&self.name));
        // What is not asked for, to be told.
        let id = if self.name == "moved" { self.id + 1 } else { self.id };
        let version = if self.name == "younger" { 0 } else { self.version };
        Ok(Self { id, mail, name, version })
    }

    fn read(self) -> Result<Self, String> {
        let name = backwards(&self.name);
        match &*name {
            "closed" => Err("the name is closed".to_owned()),
            "moved" => Ok(Self { id: self.id + 1, ..self }),
            _ => Ok(Self { name, ..self }),
        }
    }
}

/// One that is checked alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "GROUP#{name}", before_write = full)]
struct Group {
    name: String,
    members: Vec<u32>,
}

fn full(group: &Group) -> Result<(), String> {
    if group.members.is_empty() { Err(format!("`{}` has no member", group.name)) } else { Ok(()) }
}

/// One whose word is stored in lower case, as its key in the index is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "TAG#{id}", index(ByWord, pk = "WORD#{word}"))]
#[entity(before_write = Self::lower)]
struct Tag {
    id: u32,
    word: String,
    uses: u32,
}

impl Tag {
    fn lower(&self) -> Result<Self, String> {
        Ok(Self { word: self.word.to_lowercase(), ..self.clone() })
    }
}

#[derive(Debug, Deserialize)]
struct NoteV1<T> {
    id: u32,
    value: T,
}

/// One with a parameter, a version and a hook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Users, pk = "NOTE#{id}", before_write = Note::few)]
#[entity(schema(version = 2, attribute = "v", from(NoteV1<T>)))]
struct Note<T> {
    id: u32,
    values: Vec<T>,
}

impl<T> From<NoteV1<T>> for Note<T> {
    fn from(NoteV1 { id, value }: NoteV1<T>) -> Self {
        Self { id, values: vec![value] }
    }
}

impl<T> Note<T> {
    fn few(&self) -> Result<(), String> {
        if self.values.len() > 2 { Err("too many".to_owned()) } else { Ok(()) }
    }
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum UserItem {
    User(User),
    Group(Group),
    Tag(Tag),
    Note(Note<u8>),
}

fn user(id: u32, mail: &str, name: &str) -> User {
    User { id, mail: mail.to_owned(), name: name.to_owned(), version: 0 }
}

fn refused(error: &Error) -> &HookError {
    match error.kind() {
        ErrorKind::Hook(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_hook_gives_is_written_and_read_back() {
    let users = table::<Users>().await;
    users.create(&user(1, "Ada@Example.com", "Ada")).await.unwrap();
    let key = raw::item(&json!({"pk": {"S": "USER#1"}}));
    let stored = raw::get(&users, key).await;
    assert_eq!(stored["mail"], attribute(&json!({"S": "ada@example.com"})));
    assert_eq!(stored["name"], attribute(&json!({"S": "adA"})));
    assert_eq!(stored["version"], attribute(&json!({"N": "1"})), "it sees what is written");

    let read = users.get(User::key(1)).await.unwrap().unwrap();
    assert_eq!(read, User { version: 1, ..user(1, "ada@example.com", "Ada") });
    assert_eq!(users.scan().all().await.unwrap(), [UserItem::User(read.clone())]);
    assert_eq!(User::from_item(&stored).unwrap(), read);
    assert_eq!(read.to_item().unwrap(), stored);

    users.put(&UserItem::User(User { mail: "B@Example.com".into(), ..read })).await.unwrap();
    let read = users.get(User::key(1)).await.unwrap().unwrap();
    assert_eq!((&*read.mail, &*read.name, read.version), ("b@example.com", "Ada", 2));
    users.load([user(2, "C@Example.com", "Eve")]).unchecked().run().await.unwrap();
    users.transact_write((users.create(&user(3, "D@Example.com", "Bob")),)).await.unwrap();
    let found = users.batch_get(vec![User::key(2), User::key(3)]).await.unwrap();
    let names: Vec<_> = found.into_iter().flatten().map(|user| (user.mail, user.name)).collect();
    assert_eq!(
        names,
        [("c@example.com".into(), "Eve".into()), ("d@example.com".into(), "Bob".into())]
    );
    // An update is of attributes, which it takes as they are.
    let read = users.get(User::key(3)).await.unwrap().unwrap();
    let changed = users.update(&read).set(|u| u.name.set("eoZ")).return_new().await.unwrap();
    assert_eq!(changed.name, "Zoe");
}

#[tokio::test]
async fn what_the_hook_refuses_is_not_sent() {
    let (users, watch) = watched::<Users>().await;
    let (bad, group) = (user(1, "ada", "Ada"), Group { name: "a".into(), members: Vec::new() });
    let errors = [
        users.put(&bad).await.unwrap_err(),
        users.create(&bad).await.unwrap_err(),
        users
            .transact_write((users.create(&user(2, "b@b", "B")), users.put(&bad)))
            .await
            .unwrap_err(),
        bad.to_wire().unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error.to_string(), "before_write of `User`: a mail has an @");
        assert_eq!(refused(error).error().downcast_ref::<NoMail>(), Some(&NoMail));
    }
    for error in [
        users.put(&group).await.unwrap_err(),
        users.upsert(&group).set(|g| g.members.append([1])).await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "before_write of `Group`: `a` has no member");
    }
    assert_eq!(watch.counts().1, 0, "nothing was sent");
    // A load goes on without it.
    let mut load = users.load([group.clone(), Group { members: vec![1], ..group }]).max_failures(1);
    load.run().await.unwrap();
    assert_eq!((load.report().written(), load.report().failed().len()), (1, 1));
}

#[tokio::test]
async fn an_item_stays_the_item_that_it_is() {
    let users = table::<Users>().await;
    for user in [user(1, "a@a", "moved"), User { version: 3, ..user(1, "a@a", "younger") }] {
        let error = users.put(&user).await.unwrap_err().to_string();
        assert!(
            error.starts_with("before_write of `User`: the primary key, the version or"),
            "{error}"
        );
    }
    assert_eq!(users.scan().count().await.unwrap(), 0);
    let item = |id: u32, name: &str| {
        raw::item(&json!({
            "pk": {"S": format!("USER#{id}")}, "id": {"N": id.to_string()}, "mail": {"S": "a@a"},
            "name": {"S": backwards(name)}, "version": {"N": "1"},
        }))
    };
    for (id, name) in [(1, "closed"), (2, "moved"), (3, "Ada")] {
        raw::put(&users, item(id, name)).await;
    }
    let at = format!("{}/User USER#", users.name());
    let error = users.get(User::key(1)).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{at}1: after_read: the name is closed"));
    let ErrorKind::Item(item) = error.kind() else { panic!("{error:?}") };
    assert!(matches!(item.reason(), ItemReason::Hook(_)));
    let error = users.get(User::key(2)).await.unwrap_err().to_string();
    assert!(error.starts_with(&format!("{at}2: after_read: the primary key, ")), "{error}");
    // The others are read.
    let page = users.scan().only::<User>().page().await.unwrap();
    assert_eq!(page.items().iter().filter(|item| item.is_ok()).count(), 1);
}

#[tokio::test]
async fn an_upsert_begins_as_the_hook_has_it() {
    let users = table::<Users>().await;
    let tag = |word: &str| Tag { id: 1, word: word.to_owned(), uses: 0 };
    for _ in 0..2 {
        users.upsert(&tag("RUST")).set(|t| t.uses.add(1)).await.unwrap();
    }
    let read = users.get(Tag::key(1)).await.unwrap();
    assert_eq!(read, Some(Tag { uses: 2, ..tag("rust") }));
    // So is its key in the index.
    assert_eq!(users.query(Tag::by_word("rust")).all().await.unwrap(), Vec::from_iter(read));
}

#[test]
fn entities_with_parameters_have_versions_and_hooks() {
    let json = br#"{"pk":{"S":"NOTE#1"},"id":{"N":"1"},"value":{"N":"7"}}"#;
    let note = Note::<u8>::from_wire(json).unwrap();
    assert_eq!(note, Note { id: 1, values: vec![7] });
    assert_eq!(UserItem::from_wire(json).unwrap(), UserItem::Note(note));
    let error = Note { id: 1, values: vec![1_u8, 2, 3] }.to_wire().unwrap_err();
    assert_eq!(error.to_string(), "before_write of `Note`: too many");
}
