//! `checkout`: the whole cart becomes an order, in one transaction, once.

use entity_core::error::{CancelReason, TransactionCancelled};
use entity_core::{Error, ErrorKind, TableHandle};
use examples::{Output, Result};

use crate::model::{CartItem, CustomerPurchases, Order, Status, Timestamp};
use crate::total::total;

/// DynamoDB's limit of a transaction.
const OPERATIONS: usize = 100;

/// How many items an order holds: each is two operations, and the order is one.
const ITEMS: usize = (OPERATIONS - 1) / 2;

/// How often a cart is read again that has changed in between.
const ATTEMPTS: u32 = 20;

/// How often a transaction is tried again while others write the same items.
const RETRIES: u32 = 12;

/// What has become of a checkout.
pub(crate) enum Checkout {
    /// The items are bought now.
    Bought(Vec<CartItem>),
    /// The order was there before, and stays as it was.
    Before(Vec<CartItem>),
}

/// Turns every active item of the account into a purchased one under that order.
///
/// Conditions make it idempotent, today and tomorrow: the order must not be there, and each item
/// must be what was read. So an item that another program adds meanwhile is either bought as it is
/// then, or stays in the cart. (The token that every transaction has is for requests that are sent
/// twice within ten minutes; another cart under the same order id is another transaction.)
pub(crate) async fn checkout(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    account: &str,
    order_id: &str,
    at: &Timestamp,
) -> Result<Checkout> {
    for _ in 0..ATTEMPTS {
        let existing = ordered(out, cart, account, order_id).await?;
        if let Some(items) = existing {
            return Ok(Checkout::Before(items));
        }
        let active = active(out, cart, account).await?;
        check(&active, account)?;
        let bought = active.iter().map(|item| CartItem {
            status: Status::Purchased,
            create_timestamp: at.clone(),
            order_id: Some(order_id.to_owned()),
            ..item.clone()
        });
        let bought: Vec<CartItem> = bought.collect();
        let order = Order {
            account_id: account.to_owned(),
            order_id: order_id.to_owned(),
            create_timestamp: at.clone(),
            item_count: bought.len(),
        };
        let moves = active.iter().zip(&bought).map(|(old, new)| cart.move_item(old, new));
        let writes = (cart.create(&order), moves.collect::<Vec<_>>());
        match cart.transact_write(writes).retry_conflicts(RETRIES).response().await {
            Ok(response) => {
                out.spend(response);
                return Ok(Checkout::Bought(bought));
            }
            Err(error) if lost(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let message = format!("the cart of {account:?} keeps changing; nothing was bought");
    Err(examples::Error::new(message))
}

/// The items of an order; `None` if there is no such order.
///
/// Other programs write orders without the item that says so.
async fn ordered(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    account: &str,
    order_id: &str,
) -> Result<Option<Vec<CartItem>>> {
    let order = cart.get(Order::key(account, order_id)).consistent().response().await?;
    let exists = out.spend(order).is_some();
    let items = CartItem::partition(account).status(Status::Purchased).order_id(order_id);
    let items = out.spend(cart.query(items).consistent().all().response().await?);
    Ok((exists || !items.is_empty()).then_some(items))
}

/// What is in the cart of an account.
pub(crate) async fn active(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    account: &str,
) -> Result<Vec<CartItem>> {
    let items = CartItem::partition(account).status(Status::Active);
    Ok(out.spend(cart.query(items).consistent().all().response().await?))
}

/// Whether the items can be bought.
fn check(items: &[CartItem], account: &str) -> Result<()> {
    let count = items.len();
    match count {
        0 => Err(examples::Error::new(format!("the cart of {account:?} is empty"))),
        1..=ITEMS => total(items).map(drop),
        _ => Err(examples::Error::new(format!(
            "the cart has {count} items, and an order holds {ITEMS} at most: a transaction has \
             {OPERATIONS} operations, two for each item and one for the order; nothing was bought"
        ))),
    }
}

/// Whether a condition did not hold: the order is there, or an item is not what it was.
fn lost(error: &Error) -> bool {
    let failed = |cancelled: &TransactionCancelled| {
        cancelled.causes().any(|(_, reason)| matches!(reason, CancelReason::ConditionFailed(_)))
    };
    matches!(error.kind(), ErrorKind::TransactionCancelled(cancelled) if failed(cancelled))
}
