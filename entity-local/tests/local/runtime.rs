//! What the engine does to the runtime it is used on, and without one.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{AsyncSleep, Sleep};
use aws_sdk_dynamodb::error::DisplayErrorContext;
use entity_local::{ErrorKind, Fault, LocalDynamo};

use crate::{Result, TABLE, n, plays, put, s, songs};

/// Sleeps a millisecond at a time until it is dropped, and counts.
struct Ticker {
    task: tokio::task::JoinHandle<()>,
    ticks: Arc<AtomicUsize>,
    start: Instant,
}

impl Ticker {
    fn start() -> Self {
        let ticks = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&ticks);
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { task, ticks, start: Instant::now() }
    }

    /// Undisturbed it ticks every one or two milliseconds.
    fn assert_was_not_starved(&self) {
        let (ticks, elapsed) = (self.ticks.load(Ordering::Relaxed), self.start.elapsed());
        assert!(ticks as u128 >= elapsed.as_millis() / 10, "{ticks} ticks in {elapsed:?}");
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_loop_of_requests_does_not_starve_other_tasks() -> Result {
    let (_local, client) = songs().await?;
    let ticker = Ticker::start();
    for i in 0..200 {
        put(&client, "1", &i.to_string(), i).await?;
    }
    ticker.assert_was_not_starved();
    Ok(())
}

#[test]
fn concurrent_requests_do_not_starve_other_tasks() -> Result {
    // Tokio looks at its timers every 61 polls unless told otherwise. Where each of them serializes
    // and signs a request, unoptimized, that is a long time already.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().event_interval(1).build()?.block_on(async {
        let (_local, client) = songs().await?;
        let ticker = Ticker::start();
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..8 {
            let client = client.clone();
            tasks.spawn(async move {
                for i in 0..50 {
                    put(&client, &task.to_string(), "a", i).await.unwrap();
                }
            });
        }
        tasks.join_all().await;
        ticker.assert_was_not_starved();
        Ok(())
    })
}

#[tokio::test(flavor = "current_thread")]
async fn a_long_scan_does_not_hold_up_other_tasks() -> Result {
    let (_local, client) = songs().await?;
    for i in 0..100 {
        let put =
            client.put_item().table_name(TABLE).item("Id", s("1")).item("Sort", s(i.to_string()));
        put.item("Lyrics", s("la".repeat(5_000))).send().await?;
    }
    let ticker = Ticker::start();
    // Everything is read and nothing answered, so that the work is the engine's.
    let scan = client.scan().table_name(TABLE).filter_expression("contains(Lyrics, :none)");
    let page = scan.expression_attribute_values(":none", s("lo")).send().await?;
    assert_eq!((page.scanned_count(), page.count()), (100, 0));
    ticker.assert_was_not_starved();
    Ok(())
}

#[tokio::test(flavor = "current_thread")]
async fn many_concurrent_tasks_lose_nothing() -> Result {
    let (local, client) = songs().await?;
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let add = client.update_item().table_name(TABLE).key("Id", s("1")).key("Sort", s("a"));
            let add = add.update_expression("ADD Plays :one");
            tokio::spawn(add.expression_attribute_values(":one", n(1)).send())
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(plays(&local, "1", "a").await?, Some(n(500)));
    Ok(())
}

#[tokio::test(flavor = "current_thread")]
async fn a_request_that_was_given_up_is_carried_out() -> Result {
    let (local, client) = songs().await?;
    local.faults().on("PutItem").inject(Fault::NoAnswer { executed: true });
    let given_up =
        tokio::time::timeout(Duration::from_millis(100), put(&client, "1", "a", 1)).await;
    assert!(given_up.is_err());
    assert_eq!(plays(&local, "1", "a").await?, Some(n(1)));
    Ok(())
}

/// Remembers how long it was to sleep, and does not.
#[derive(Debug, Clone, Default)]
struct Sleepless(Arc<Mutex<Vec<Duration>>>);

impl AsyncSleep for Sleepless {
    fn sleep(&self, duration: Duration) -> Sleep {
        if let Ok(mut slept) = self.0.lock() {
            slept.push(duration);
        }
        Sleep::new(std::future::ready(()))
    }
}

#[tokio::test]
async fn slow_answers_sleep_as_the_client_does() -> Result {
    let (local, _) = songs().await?;
    let sleep = Sleepless::default();
    let client = Client::from_conf(local.config().sleep_impl(sleep.clone()).build());
    local.faults().on("ListTables").inject(Fault::Slow(Duration::from_secs(3600)));
    client.list_tables().send().await?;
    assert!(sleep.0.lock().unwrap().contains(&Duration::from_secs(3600)));
    Ok(())
}

#[test]
fn one_engine_serves_several_runtimes_in_turn() -> Result {
    let local = LocalDynamo::in_memory()?;
    for expected in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let client = local.client();
            let tables = client.list_tables().send().await?;
            assert_eq!(tables.table_names().len(), expected.min(1));
            if expected == 0 {
                crate::create_table(&client, None).await?;
            }
            Result::Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn without_a_runtime_requests_fail_and_say_why() -> Result {
    let local = LocalDynamo::in_memory()?;
    let requests = local.requests();

    let error = block_on(local.client().list_tables().send()).unwrap_err();
    let message = DisplayErrorContext(&error).to_string();
    assert!(message.contains("run the local engine: there is no reactor running"), "{message}");
    assert_eq!(requests.all().len(), 1, "it was retried");

    let error = block_on(local.delete_expired_items()).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Runtime);
    Ok(())
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// An executor that is not Tokio.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let flag = Arc::new(Flag(AtomicBool::new(true)));
    let waker = Arc::clone(&flag).into();
    let mut future = pin!(future);
    loop {
        let woken = flag.0.swap(false, Ordering::SeqCst);
        if woken && let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker))
        {
            return value;
        }
        std::thread::yield_now();
    }
}
