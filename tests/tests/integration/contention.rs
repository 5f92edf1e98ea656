//! Many tasks that write the same items lose nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entity_core::error::ConditionReason;
use entity_core::error::ErrorKind;
use tests::engine::table;
use tests::keepers::{Account, Kept, KeptItem, User, account, user};
use tokio::task::JoinSet;

const TASKS: u64 = 64;
const ITEMS: u64 = 16;

/// Increments, as many as there are, each tried until the version that was read is the one stored.
async fn increments(total: u64, together: bool) {
    let kept = table::<Kept>().await;
    for id in 0..ITEMS {
        kept.create(&account(&id.to_string())).await.unwrap();
    }
    let (next, lost) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let (kept, next, lost) = (kept.clone(), next.clone(), lost.clone());
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= total {
                    return;
                }
                let key = || Account::key((number % ITEMS).to_string());
                loop {
                    let read = kept.get(key()).consistent().await.unwrap().unwrap();
                    let written = Account { balance: read.balance + 1, ..read.clone() };
                    let sent = match (together, number % 3) {
                        (true, _) => kept.transact_write((kept.put(&written),)).await,
                        (_, 0) => kept.put(&written).await,
                        (_, 1) => kept.replace(&written).await,
                        _ => kept.update(&read).set(|a| a.balance.set(read.balance + 1)).await,
                    };
                    match sent {
                        Ok(()) => break,
                        Err(error) if error.is_conflict() => {}
                        Err(error) => {
                            let failed = matches!(
                                error.kind(),
                                ErrorKind::ConditionFailed(failed)
                                    if failed.reason() == ConditionReason::Version
                            );
                            let cancelled =
                                matches!(error.kind(), ErrorKind::TransactionCancelled(_));
                            assert!(failed || cancelled, "{error:?}");
                        }
                    }
                    lost.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let mut sum = 0;
    for id in 0..ITEMS {
        let account = kept.get(Account::key(id.to_string())).consistent().await.unwrap().unwrap();
        assert_eq!(account.version, account.balance as u64 - 10 + 1, "one version a write");
        sum += account.balance as u64 - 10;
    }
    assert_eq!(sum, total, "after {} that were lost and done again", lost.load(Ordering::Relaxed));
    assert!(lost.load(Ordering::Relaxed) > 0, "nothing contended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_increment_of_many_is_lost() {
    increments(2_000, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_increment_in_transactions_is_lost() {
    increments(200, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_that_want_a_unique_value_one_gets_it() {
    let kept = table::<Kept>().await;
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        let kept = kept.clone();
        tasks.spawn(async move {
            let user = user(&number.to_string(), "ada@example.org");
            loop {
                match kept.create(&user).await {
                    Ok(()) => return Some(user.id),
                    Err(error) if error.is_conflict() => {}
                    Err(error) => {
                        let ErrorKind::ConditionFailed(failed) = error.kind() else {
                            panic!("{error:?}")
                        };
                        assert_eq!(failed.reason(), ConditionReason::Unique("mail"));
                        return None;
                    }
                }
            }
        });
    }
    let mut winners = Vec::new();
    while let Some(done) = tasks.join_next().await {
        winners.extend(done.unwrap());
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let all = kept.scan().all().await.unwrap();
    assert_eq!(all, [KeptItem::User(user(&winners[0], "ada@example.org"))]);
    assert_eq!(kept.get(User::key(&winners[0])).await.unwrap().unwrap().mail, "ada@example.org");
}
