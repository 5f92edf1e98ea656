//! What writes return, what they say of conditions that do not hold, and what the library keeps.

use aws_sdk_dynamodb::types::AttributeValue;
use entity_core::error::{CancelReason, ConditionFailed, ConditionReason, Error, ErrorKind};
use entity_core::op::{Write, Writes};
use entity_core::{Item, Projection, Table, TableHandle, at_version};
use entity_local::Fault;
use serde::Deserialize;
use serde_json::{Value, json};
use tests::engine::{client, embedded, needs_embedded, table, table_of, watched};
use tests::keepers::{Account, Kept, KeptItem, Note, User, account, note, user};
use tests::music::{Song, Songs};
use tests::raw;

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

#[track_caller]
fn failed<V: std::fmt::Debug>(sent: Result<V, Error>) -> ConditionFailed {
    match sent.unwrap_err().into_kind() {
        ErrorKind::ConditionFailed(failed) => failed,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn reason<V: std::fmt::Debug>(sent: Result<V, Error>) -> ConditionReason {
    failed(sent).reason()
}

#[track_caller]
fn reasons(sent: Result<(), Error>) -> Vec<Option<ConditionReason>> {
    let error = sent.unwrap_err();
    let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { panic!("{error:?}") };
    let reason = |reason: &CancelReason| match reason {
        CancelReason::NotTheCause => None,
        CancelReason::ConditionFailed(failed) => Some(failed.reason()),
        other => panic!("{other}"),
    };
    cancelled.reasons().iter().map(reason).collect()
}

async fn get(kept: &TableHandle<Kept>, id: &str) -> Option<Account> {
    kept.get(Account::key(id)).consistent().await.unwrap()
}

#[tokio::test]
async fn what_a_write_returns() {
    let kept = table::<Kept>().await;
    let (one, two) = (note("1", "one"), note("1", "two"));
    assert_eq!(kept.put(&one).return_old().await.unwrap(), None);
    assert_eq!(kept.put(&two).return_old().await.unwrap(), Some(one.clone()));
    assert_eq!(kept.replace(&one).return_old().await.unwrap(), Some(two.clone()));
    assert_eq!(kept.create(&note("2", "x")).return_old().await.unwrap(), None);
    let update = || kept.update(Note::key("1")).set(|n| (n.text.set("two"), n.reads.add(2)));
    assert_eq!(update().return_old().await.unwrap(), Some(one.clone()));
    let four = Note { reads: Some(4), ..two.clone() };
    assert_eq!(update().return_new().await.unwrap(), four);
    let old = update().return_updated_old().await.unwrap();
    assert_eq!(old.get(|n| n.reads).unwrap(), Some(4));
    assert_eq!(old.get(|n| n.text).unwrap().as_deref(), Some("two"));
    let new =
        kept.update(Note::key("1")).set(|n| n.reads.add(1)).return_updated_new().await.unwrap();
    assert_eq!((new.get(|n| n.reads).unwrap(), new.get(|n| n.text).unwrap()), (Some(7), None));
    let gone = kept.update(Note::key("1")).set(|n| n.reads.remove()).return_updated_new();
    assert_eq!(gone.await.unwrap().get(|n| n.reads).unwrap(), None);
    assert_eq!(kept.delete(Note::key("1")).return_old().await.unwrap(), Some(two));
    assert_eq!(kept.delete(Note::key("1")).return_old().await.unwrap(), None);
    let upsert = kept.upsert(&one).set(|n| n.reads.add(1));
    assert_eq!(upsert.return_old().await.unwrap(), None);
    let upsert = kept.upsert(&note("1", "other")).set(|n| n.reads.add(1)).return_new();
    assert_eq!(upsert.await.unwrap(), Note { reads: Some(2), ..one });
}

#[tokio::test]
async fn an_update_does_not_invent_an_item() {
    let kept = table::<Kept>().await;
    let update = || kept.update(Note::key("1")).set(|n| n.text.set("x"));
    assert_eq!(reason(update().await), ConditionReason::NotFound);
    assert_eq!(reason(update().when(|n| n.reads.not_exists()).await), ConditionReason::NotFound);
    assert_eq!(reason(kept.update(Note::key("1")).await), ConditionReason::NotFound);
    assert_eq!(kept.scan().all().await.unwrap(), []);
    // Of nothing, nothing is changed.
    kept.put(&note("1", "x")).await.unwrap();
    kept.update(Note::key("1")).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap(), Some(note("1", "x")));
}

#[tokio::test]
async fn which_condition_failed() {
    let kept = table::<Kept>().await;
    let one = note("1", "one");
    assert_eq!(reason(kept.replace(&one).await), ConditionReason::NotFound);
    kept.create(&one).await.unwrap();
    assert_eq!(reason(kept.create(&one).await), ConditionReason::Exists);
    let other = |n: &entity_core::expr::Paths<Note>| n.text.eq("other");
    assert_eq!(reason(kept.create(&one).when(other).await), ConditionReason::Exists);
    assert_eq!(reason(kept.create(&note("2", "x")).when(other).await), ConditionReason::When);
    assert_eq!(reason(kept.put(&one).when(other).await), ConditionReason::When);
    assert_eq!(reason(kept.replace(&one).when(other).await), ConditionReason::When);
    assert_eq!(reason(kept.replace(&note("2", "x")).when(other).await), ConditionReason::NotFound);
    assert_eq!(reason(kept.delete(Note::key("1")).when(other).await), ConditionReason::When);
    assert_eq!(reason(kept.delete(Note::key("2")).when(other).await), ConditionReason::When);
    let update = |id| kept.update(Note::key(id)).set(|n| n.reads.add(1)).when(other);
    assert_eq!(reason(update("1").await), ConditionReason::When);
    assert_eq!(reason(update("2").await), ConditionReason::NotFound);
    let upsert = kept.upsert(&one).set(|n| n.reads.add(1)).when(other);
    assert_eq!(reason(upsert.await), ConditionReason::When);

    // Two conditions must both hold, whatever they are made of.
    let either = |n: &entity_core::expr::Paths<Note>| n.text.eq("one").or(n.text.eq("two"));
    let update = || kept.update(Note::key("1")).set(|n| n.reads.add(1)).when(either);
    assert_eq!(reason(update().when(|n| n.reads.exists()).await), ConditionReason::When);
    update().when(|n| n.reads.not_exists()).await.unwrap();
    update().when(|n| !n.reads.not_exists()).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(2));

    let error = failed(update().when(|n| n.reads.gt(5)).await);
    assert_eq!((error.operation(), error.entity(), error.table()), ("update", "Note", kept.name()));
    assert!(error.stored::<Note>().unwrap().is_none(), "nobody asked for it");
}

#[tokio::test]
async fn a_failed_condition_carries_the_stored_item() {
    let kept = table::<Kept>().await;
    let one = note("1", "one");
    kept.put(&one).await.unwrap();
    let stored = |sent: Result<(), Error>| failed(sent).stored::<Note>().unwrap();
    let create = kept.create(&note("1", "two")).return_stored_on_failure();
    assert_eq!(stored(create.await), Some(one.clone()));
    let put = kept.put(&note("1", "two")).when(|n| n.text.eq("x")).return_stored_on_failure();
    assert_eq!(stored(put.await), Some(one.clone()));
    let update = kept.update(Note::key("1")).set(|n| n.text.set("two"));
    let update = update.when(|n| n.reads.exists()).return_stored_on_failure();
    let error = failed(update.await);
    assert_eq!(error.stored::<KeptItem>().unwrap(), Some(KeptItem::Note(one.clone())));
    assert!(error.stored::<Account>().is_err(), "it is a note");
    let delete = kept.delete(Note::key("1")).when(|n| n.reads.exists()).return_stored_on_failure();
    assert_eq!(stored(delete.await), Some(one.clone()));
    let nothing = kept.replace(&note("2", "x")).return_stored_on_failure();
    assert_eq!(stored(nothing.await), None);

    let check = kept.check(Note::key("1")).when(|n| n.text.eq("x")).return_stored_on_failure();
    let error = kept.transact_write((kept.put(&note("3", "x")), check)).await.unwrap_err();
    let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { panic!("{error:?}") };
    let (operation, cause) = cancelled.causes().next().unwrap();
    let CancelReason::ConditionFailed(failed) = cause else { panic!("{cause}") };
    assert_eq!((operation, failed.reason()), (1, ConditionReason::When));
    assert_eq!(failed.stored::<Note>().unwrap(), Some(one));
    assert_eq!(cancelled.causes().count(), 1);
}

#[tokio::test]
async fn every_write_counts_the_version_and_asks_for_the_one_that_was_read() {
    let kept = table::<Kept>().await;
    kept.create(&account("1")).await.unwrap();
    let read = get(&kept, "1").await.unwrap();
    assert_eq!(read.version, 1);
    kept.put(&read).await.unwrap();
    let second = get(&kept, "1").await.unwrap();
    assert_eq!(second.version, 2);
    let lost = |sent| assert_eq!(reason(sent), ConditionReason::Version);
    lost(kept.put(&read).await);
    lost(kept.replace(&read).await);
    lost(kept.update(&read).set(|a| a.balance.add(1)).await);
    lost(kept.update(at_version(Account::key("1"), 1)).set(|a| a.balance.add(1)).await);
    lost(kept.delete(&read).await);
    lost(kept.delete(at_version(Account::key("1"), 7)).await);
    lost(kept.move_item(&read, &Account { id: "2".into(), ..read.clone() }).await);
    lost(kept.move_item(&read, &Account { balance: 0, ..read.clone() }).await);
    lost(kept.put(&account("1")).await);
    let both = kept.update(&read).set(|a| a.balance.add(1)).when(|a| a.balance.eq(99));
    lost(both.await);
    let other = kept.update(&second).set(|a| a.balance.add(1)).when(|a| a.balance.eq(99));
    assert_eq!(reason(other.await), ConditionReason::When);
    assert_eq!(get(&kept, "1").await.unwrap(), second);

    kept.replace(&second).await.unwrap();
    let third = kept.update(at_version(Account::key("1"), 3)).set(|a| a.balance.add(1));
    assert_eq!(third.return_new().await.unwrap().version, 4);
    kept.update_unchecked(Account::key("1")).set(|a| a.balance.add(1)).await.unwrap();
    let fifth = get(&kept, "1").await.unwrap();
    assert_eq!((fifth.version, fifth.balance), (5, 12));
    let moved = Account { id: "2".into(), ..fifth.clone() };
    kept.move_item(&fifth, &moved).await.unwrap();
    assert_eq!(get(&kept, "1").await, None);
    let moved = get(&kept, "2").await.unwrap();
    assert_eq!((moved.version, moved.balance, moved.created), (6, 12, fifth.created));
    assert_eq!(
        reason(kept.update(&fifth).set(|a| a.balance.add(1)).await),
        ConditionReason::NotFound
    );
    assert!(kept.delete(&fifth).await.unwrap_err().is_condition_failed());
    kept.delete(at_version(Account::key("2"), 6)).await.unwrap();
    assert_eq!(get(&kept, "2").await, None);
    kept.delete_unchecked(Account::key("2")).await.unwrap();
}

#[tokio::test]
async fn an_item_that_has_no_version_yet_is_in_version_zero() {
    let kept = table::<Kept>().await;
    let foreign = |balance: &str| {
        raw::item(&json!({
            "pk": { "S": "ACCOUNT#1" }, "sk": { "S": "ACCOUNT" }, "balance": { "N": balance },
            "version": { "N": "0" }, "created": { "N": "1" }, "updated": { "N": "1" },
        }))
    };
    // A field with a default reads it as 0.
    let mut none = foreign("3");
    none.remove("version");
    raw::put(&kept, none.clone()).await;
    let unversioned = Account { balance: 4, ..account("1") };
    kept.put(&unversioned).await.unwrap();
    assert_eq!(get(&kept, "1").await.unwrap().version, 1);
    raw::put(&kept, none.clone()).await;
    kept.update(&unversioned).set(|a| a.balance.add(5)).await.unwrap();
    let read = get(&kept, "1").await.unwrap();
    assert_eq!((read.version, read.balance), (1, 8));
    raw::put(&kept, none.clone()).await;
    kept.update_unchecked(Account::key("1")).set(|a| a.balance.add(5)).await.unwrap();
    assert_eq!(get(&kept, "1").await.unwrap().version, 1);
    raw::put(&kept, none).await;
    kept.delete(at_version(Account::key("1"), 0)).await.unwrap();
    assert_eq!(get(&kept, "1").await, None);
    // A stored 0 is what was read, too.
    raw::put(&kept, foreign("3")).await;
    let read = get(&kept, "1").await.unwrap();
    assert_eq!(read.version, 0);
    kept.update(&read).set(|a| a.balance.add(5)).await.unwrap();
    assert_eq!(get(&kept, "1").await.unwrap().version, 1);
}

#[tokio::test]
async fn the_times_of_writes() {
    let kept = table::<Kept>().await;
    let begun = now();
    let set = |created, updated| Account { created, updated, ..account("1") };
    kept.create(&set(7, 7)).await.unwrap();
    let read = get(&kept, "1").await.unwrap();
    assert!((begun..=now()).contains(&read.created) && (begun..=now()).contains(&read.updated));
    // What is written again keeps when it was created.
    let old = Account { created: 7, updated: 7, ..read };
    kept.put(&old).await.unwrap();
    let read = get(&kept, "1").await.unwrap();
    assert!(read.created == 7 && (begun..=now()).contains(&read.updated), "{read:?}");
    let mut foreign = read.to_item().unwrap();
    foreign.insert("updated".into(), AttributeValue::N("5".into()));
    raw::put(&kept, foreign).await;
    let new = kept.update(&read).set(|a| a.balance.add(1)).return_new().await.unwrap();
    assert!(new.created == 7 && (begun..=now()).contains(&new.updated), "{new:?}");
    // An update of nothing is a write as well.
    let again = kept.update(&new).return_new().await.unwrap();
    assert_eq!(again, Account { version: new.version + 1, updated: again.updated, ..new });
}

#[derive(Debug, PartialEq, Deserialize, Projection)]
#[projection(entity = Account)]
struct Balance {
    id: String,
    balance: i64,
}

#[tokio::test]
async fn expired_items_are_left_out_where_that_is_asked_for() {
    let kept = table::<Kept>().await;
    let of = |id: &str, expires| Account { expires, ..account(id) };
    // DynamoDB Local removes what has expired by itself, about a second after; what expires now is
    // past already.
    let (past, future) = (Some(now()), Some(now() + 1_000));
    for account in [of("past", past), of("future", future), of("never", None)] {
        kept.create(&account).await.unwrap();
    }
    let key = |id: &str| Account::key(id);
    assert_eq!(kept.get(key("past")).skip_expired().await.unwrap(), None);
    assert!(kept.get(key("future")).skip_expired().await.unwrap().is_some());
    assert!(kept.get(key("never")).skip_expired().await.unwrap().is_some());
    let part = |id| kept.get(key(id)).project::<Balance>().skip_expired();
    assert_eq!(part("past").await.unwrap(), None);
    assert_eq!(part("future").await.unwrap().unwrap().balance, 10);
    let both = (kept.get(key("past")).skip_expired(), kept.get(key("never")).skip_expired());
    let (past, never) = kept.transact_get(both).await.unwrap();
    assert!(past.is_none() && never.is_some());

    let query = |id: &str| kept.query(Account::partition(id)).skip_expired();
    assert_eq!(query("past").all().await.unwrap(), []);
    assert_eq!(query("never").all().await.unwrap().len(), 1);
    assert_eq!(query("past").project::<Balance>().all().await.unwrap(), []);
    assert_eq!(query("future").project::<Balance>().count().await.unwrap(), 1);
    assert_eq!(query("never").filter(|a| a.balance.gt(10)).all().await.unwrap(), []);
    assert_eq!(query("past").filter(|a| a.balance.le(10)).all().await.unwrap(), []);
    assert_eq!(kept.scan().skip_expired().all().await.unwrap().len(), 2);
    let page = kept.scan().skip_expired().limit(1).page().await.unwrap();
    assert_eq!(page.items().len(), 1);

    // A filter names no key of the index, and what is a key is compared all the same.
    let by_end = || kept.query(Account::by_end("ada"));
    assert_eq!(by_end().count().await.unwrap(), 2);
    let left = by_end().skip_expired().filter(|a| a.balance.eq(10)).limit(5).all().await.unwrap();
    assert_eq!(left.iter().map(|account| &*account.id).collect::<Vec<_>>(), ["future"]);
    assert_eq!(by_end().skip_expired().count().await.unwrap(), 1);
    let first = kept.query(Account::by_end("ada").expires(0..)).skip_expired().first();
    assert_eq!(first.await.unwrap(), Some(left[0].clone()));
}

#[tokio::test]
async fn a_unique_value_is_taken_and_freed() {
    let kept = table::<Kept>().await;
    let one = User { number: Some(7), ..user("1", "a") };
    kept.create(&one).await.unwrap();
    let taken = |sent, field| assert_eq!(reason(sent), ConditionReason::Unique(field));
    taken(kept.create(&user("2", "a")).await, "mail");
    taken(kept.create(&User { number: Some(7), ..user("2", "b") }).await, "number");
    assert_eq!(reason(kept.create(&one).await), ConditionReason::Exists);
    // What was refused took nothing.
    kept.create(&user("2", "b")).await.unwrap();

    // Scans and queries of everything pass over what guards the values.
    let all = kept.scan().all().await.unwrap();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.contains(&KeptItem::User(one.clone())));

    // Another field is set with the guards left alone.
    kept.update(&one).set(|u| u.name.set("Ada")).await.unwrap();
    let one = kept.get(User::key("1")).await.unwrap().unwrap();
    taken(kept.update(&one).set(|u| u.mail.set("b")).await, "mail");
    kept.update(&one).set(|u| u.mail.set("c")).await.unwrap();
    kept.create(&user("3", "a")).await.unwrap();
    taken(kept.create(&user("4", "c")).await, "mail");
    // What was read is not what is stored.
    let late = kept.update(&one).set(|u| u.mail.set("d"));
    assert_eq!(reason(late.await), ConditionReason::Changed);
    kept.create(&user("5", "d")).await.unwrap();
    let one = kept.get(User::key("1")).await.unwrap().unwrap();
    let when = |mail: &str| {
        let update = kept.update(&one).set(|u| u.mail.set(mail));
        update.when(|u| u.name.eq("Eve"))
    };
    assert_eq!(reason(when("e").await), ConditionReason::When);
    assert_eq!(reason(when("d").await), ConditionReason::When);
    let when = kept.update(&one).set(|u| u.name.remove()).when(|u| u.name.eq("Eve"));
    assert_eq!(reason(when.await), ConditionReason::When);
    // The same value again is no change.
    kept.update(&one).set(|u| (u.mail.set(&*one.mail), u.number.set(7))).await.unwrap();
    kept.update(&one).set(|u| u.number.remove()).await.unwrap();
    kept.create(&User { number: Some(7), ..user("6", "f") }).await.unwrap();

    let one = kept.get(User::key("1")).await.unwrap().unwrap();
    let moved = User { id: "one".into(), mail: "g".into(), ..one.clone() };
    kept.move_item(&one, &moved).await.unwrap();
    kept.create(&user("7", "c")).await.unwrap();
    taken(kept.create(&user("8", "g")).await, "mail");
    let same = User { number: Some(9), ..moved.clone() };
    kept.move_item(&moved, &same).await.unwrap();
    taken(kept.move_item(&same, &User { number: Some(7), ..same.clone() }).await, "number");
    kept.delete(&same).await.unwrap();
    kept.create(&User { number: Some(9), ..user("8", "g") }).await.unwrap();
    // An item that is there no more, or is another, keeps its values.
    assert!(kept.delete(&one).await.is_err());
    taken(kept.create(&user("9", "g")).await, "mail");

    // Every value of every user is guarded once, and nothing else is.
    let users = kept.scan().all().await.unwrap();
    let values: usize = users
        .iter()
        .map(|item| match item {
            KeptItem::User(user) => 1 + usize::from(user.number.is_some()),
            other => panic!("{other:?}"),
        })
        .sum();
    let scan = kept.client().scan().table_name(kept.name()).send().await.unwrap();
    let guards = scan.items().iter().filter(|item| item["sk"].as_s().unwrap() == "$unique");
    assert_eq!(guards.count(), values);
}

#[tokio::test]
async fn what_is_null_is_what_was_read_as_none() {
    let kept = table::<Kept>().await;
    let mut foreign = note("1", "x").to_item().unwrap();
    foreign.insert("reads".into(), AttributeValue::Null(true));
    raw::put(&kept, foreign).await;
    let read = kept.get(Note::key("1")).await.unwrap().unwrap();
    assert_eq!(read.reads, None);
    kept.move_item(&read, &Note { id: "2".into(), ..read.clone() }).await.unwrap();
    assert_eq!(kept.get(Note::key("2")).await.unwrap(), Some(note("2", "x")));
    let old = kept.get(Note::key("2")).await.unwrap().unwrap();
    kept.update(Note::key("2")).set(|n| n.reads.set(1)).await.unwrap();
    let late = kept.move_item(&old, &Note { id: "3".into(), ..old.clone() });
    assert_eq!(reason(late.await), ConditionReason::Changed);
}

#[tokio::test]
async fn transactions_take_writes_in_every_form() {
    let kept = table::<Kept>().await;
    let songs: TableHandle<Songs> = table_of(kept.client()).await;
    let song = Song { id: "1".into(), title: "One".into(), artist: "M".into(), total_downloads: 0 };
    let some: Vec<Write> = vec![
        kept.create(&note("1", "x")).into_write(),
        kept.create(&account("1")).into_write(),
        kept.create(&user("1", "a")).into_write(),
    ];
    let notes = [kept.put(&note("2", "x")), kept.put(&note("3", "x"))];
    let none: Option<Write> = None;
    let checks = (kept.check_absent(Note::key("9")), songs.check_absent(Song::key("2")));
    kept.transact_write((some, notes, none, songs.put(&song), checks)).await.unwrap();
    assert_eq!(kept.scan().all().await.unwrap().len(), 5);
    assert_eq!(songs.get(Song::key("1")).await.unwrap(), Some(song.clone()));

    let found = kept.transact_get((
        Note::key("1"),
        vec![Account::key("1"), Account::key("9")],
        (songs.get(Song::key("1")), User::key("1")),
    ));
    let (note_1, accounts, (found, user_1)) = found.await.unwrap();
    assert_eq!((note_1, found), (Some(note("1", "x")), Some(song)));
    assert_eq!(accounts.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
    assert_eq!(user_1, Some(user("1", "a")));

    // Each operation says why, at its place; nothing was done.
    let account_1 = accounts[0].clone().unwrap();
    let stale = Account { version: 9, ..account_1.clone() };
    let sent = kept.transact_write((
        kept.create(&note("1", "y")),
        kept.put(&note("4", "y")),
        vec![kept.create(&user("2", "a")), kept.create(&user("3", "b"))],
        kept.update(&stale).set(|a| a.balance.add(1)),
        kept.update(Note::key("9")).set(|n| n.reads.add(1)),
        kept.delete(Note::key("2")).when(|n| n.reads.exists()),
        kept.check(Note::key("3")),
        kept.move_item(&note("5", "y"), &note("6", "y")),
    ));
    let wanted = [
        Some(ConditionReason::Exists),
        None,
        Some(ConditionReason::Unique("mail")),
        None,
        Some(ConditionReason::Version),
        Some(ConditionReason::NotFound),
        Some(ConditionReason::When),
        None,
        Some(ConditionReason::NotFound),
    ];
    assert_eq!(reasons(sent.await), wanted);
    assert_eq!(kept.scan().all().await.unwrap().len(), 5);

    // Versions are counted in transactions too.
    kept.transact_write((kept.put(&account_1), kept.delete(Note::key("1")))).await.unwrap();
    assert_eq!(get(&kept, "1").await.unwrap().version, 2);
    let again = kept.transact_write((kept.put(&account_1),));
    assert_eq!(reasons(again.await), [Some(ConditionReason::Version)]);
}

#[tokio::test]
async fn a_token_is_done_once() {
    let kept = table::<Kept>().await;
    kept.put(&note("1", "x")).await.unwrap();
    let add = || {
        let update = kept.update(Note::key("1")).set(|n| n.reads.add(1));
        kept.transact_write((update, kept.put(&note("2", "x"))))
    };
    let token = format!("order-{}", std::process::id());
    add().token(&*token).await.unwrap();
    add().token(&*token).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(1));
    add().token(token.clone() + "-2").await.unwrap();
    add().await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(3));
    // Another transaction is not the one that was done.
    let other = kept.transact_write((kept.put(&note("3", "x")),)).token(token);
    assert_eq!(other.await.unwrap_err().code(), Some("IdempotentParameterMismatchException"));
}

#[tokio::test]
async fn conflicts_are_retried_as_often_as_is_said() {
    if !needs_embedded("injected conflicts") {
        return;
    }
    let local = embedded();
    let kept: TableHandle<Kept> = table_of(&local.client()).await;
    kept.put(&note("1", "x")).await.unwrap();
    let add = |times| {
        let update = kept.update(Note::key("1")).set(|n| n.reads.add(1));
        kept.transact_write((update,)).retry_conflicts(times)
    };
    let log = local.requests();
    local.faults().on("TransactWriteItems").times(2).inject(Fault::TransactionConflict);
    add(2).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(1));
    // Every attempt is the same request, token and all.
    let sent: Vec<Vec<u8>> = log
        .all()
        .iter()
        .filter(|request| request.operation() == "TransactWriteItems")
        .map(|request| request.body().to_vec())
        .collect();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|body| *body == sent[0]));
    drop(log);

    local.faults().on("TransactWriteItems").times(3).inject(Fault::TransactionConflict);
    let error = add(2).await.unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert_eq!(local.faults().pending(), 0);
    // By itself it is tried once.
    local.faults().on("TransactWriteItems").inject(Fault::TransactionConflict);
    assert!(add(0).await.unwrap_err().is_conflict());
    // Another reason beside a conflict is not retried.
    let codes = vec!["TransactionConflict".to_owned(), "ValidationError".to_owned()];
    local.faults().on("TransactWriteItems").inject(Fault::TransactionCanceled(codes));
    let two = (kept.put(&note("2", "x")), kept.put(&note("3", "x")));
    let error = kept.transact_write(two).retry_conflicts(5).await.unwrap_err();
    let ErrorKind::TransactionCancelled(cancelled) = error.kind() else { panic!("{error:?}") };
    assert!(matches!(cancelled.reasons()[0], CancelReason::Conflict));
    assert!(
        matches!(&cancelled.reasons()[1], CancelReason::Other { code, .. } if code == "ValidationError")
    );
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(1));
    // An answer that is lost is asked for again with the same token, so it is done once.
    let lost = Fault::ConnectionDropped { executed: true };
    local.faults().on("TransactWriteItems").inject(lost);
    add(0).await.unwrap();
    assert_eq!(kept.get(Note::key("1")).await.unwrap().unwrap().reads, Some(2));
}

fn body(request: Result<entity_core::Request, Error>) -> Value {
    serde_json::from_slice(request.unwrap().body()).unwrap()
}

#[tokio::test]
async fn requests_as_they_are_sent() {
    let kept = Kept::on(&client());
    let update = kept.update(Note::key("1")).set(|n| (n.text.set("x"), n.reads.add(1)));
    let update = update.when(|n| n.text.ne("x").and(n.reads.lt(1).or(n.reads.not_exists())));
    let wanted = json!({
        "TableName": "Kept",
        "Key": { "pk": { "S": "NOTE#1" }, "sk": { "S": "NOTE" } },
        "UpdateExpression": "SET #n0 = :v0 ADD #n1 :v1",
        "ConditionExpression":
            "attribute_exists(#n2) AND (#n0 <> :v0 AND (#n1 < :v1 OR attribute_not_exists(#n1)))",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": { "#n0": "text", "#n1": "reads", "#n2": "pk" },
        "ExpressionAttributeValues": { ":v0": { "S": "x" }, ":v1": { "N": "1" } },
    });
    assert_eq!(body(update.request()), wanted);

    let upsert = kept.upsert(&note("1", "x")).set(|n| n.reads.add(1));
    let wanted = json!({
        "TableName": "Kept",
        "Key": { "pk": { "S": "NOTE#1" }, "sk": { "S": "NOTE" } },
        "UpdateExpression": "SET #n1 = if_not_exists(#n1, :v1) ADD #n0 :v0",
        "ExpressionAttributeNames": { "#n0": "reads", "#n1": "text" },
        "ExpressionAttributeValues": { ":v0": { "N": "1" }, ":v1": { "S": "x" } },
    });
    assert_eq!(body(upsert.request()), wanted);

    let delete = kept.delete(at_version(Account::key("1"), 3));
    let wanted = json!({
        "TableName": "Kept",
        "Key": { "pk": { "S": "ACCOUNT#1" }, "sk": { "S": "ACCOUNT" } },
        "ConditionExpression": "#n0 = :v0",
        "ExpressionAttributeNames": { "#n0": "version" },
        "ExpressionAttributeValues": { ":v0": { "N": "3" } },
    });
    assert_eq!(body(delete.request()), wanted);

    let item = json!({
        "pk": { "S": "USER#1" }, "sk": { "S": "USER" }, "mail": { "S": "a" }, "number": { "N": "7" },
    });
    let guard = |pk: &str| {
        json!({ "Put": {
        "TableName": "Kept",
        "Item": { "pk": { "S": pk }, "sk": { "S": "$unique" } },
        "ConditionExpression": "attribute_not_exists(#n0)",
        "ExpressionAttributeNames": { "#n0": "pk" },
    } })
    };
    let create = kept.create(&User { number: Some(7), ..user("1", "a") });
    let wanted = json!({ "TransactItems": [
        { "Put": {
            "TableName": "Kept", "Item": item,
            "ConditionExpression": "attribute_not_exists(#n0)",
            "ExpressionAttributeNames": { "#n0": "pk" },
        } },
        guard("$unique#User#mail#S#a"),
        guard("$unique#User#number#N#7"),
    ] });
    assert_eq!(body(create.request()), wanted);
}

#[tokio::test]
async fn what_request_shows_is_what_is_sent() {
    let (kept, watch) = watched::<Kept>().await;
    kept.put(&note("1", "x")).await.unwrap();
    watch.clear();
    let update = || kept.update(Note::key("1")).set(|n| n.reads.add(1)).return_new();
    let shown = body(update().request());
    update().await.unwrap();
    assert_eq!(watch.bodies(), [shown]);
    let both = || kept.transact_write((kept.put(&note("2", "x")),)).token("t");
    let shown = body(both().request());
    both().await.unwrap();
    assert_eq!(watch.bodies(), [shown]);
    let read = || kept.transact_get((Note::key("1"), Note::key("2")));
    let shown = body(read().request());
    read().await.unwrap();
    assert_eq!(watch.bodies(), [shown]);
}
