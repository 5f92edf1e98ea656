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

/// How often a write is tried again while others write the same items in transactions.
pub(crate) const RETRIES: u32 = 12;

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
        // The cart first: if it is empty because the same order was made at this moment, that
        // order is then found.
        let items = active(out, cart, account).await?;
        if let Some(items) = ordered(out, cart, account, order_id).await? {
            return Ok(Checkout::Before(items));
        }
        check(&items, account)?;
        let order = Order {
            account_id: account.to_owned(),
            order_id: order_id.to_owned(),
            create_timestamp: at.clone(),
            item_count: items.len(),
        };
        if let Some(bought) = buy(out, cart, &order, &items).await? {
            return Ok(Checkout::Bought(bought));
        }
    }
    let message = format!(
        "the cart of {account:?} keeps changing, or an item has something that this program does \
         not know; nothing was bought"
    );
    Err(examples::Error::new(message))
}

/// Makes the order of the items, if it is not there and they are as they were read; `None`, and
/// nothing has changed, if not.
async fn buy(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    order: &Order,
    items: &[CartItem],
) -> Result<Option<Vec<CartItem>>> {
    let bought = items.iter().map(|item| CartItem {
        status: Status::Purchased,
        create_timestamp: order.create_timestamp.clone(),
        order_id: Some(order.order_id.clone()),
        ..item.clone()
    });
    let bought: Vec<CartItem> = bought.collect();
    let moves = items.iter().zip(&bought).map(|(old, new)| cart.move_item(old, new));
    let writes = (cart.create(order), moves.collect::<Vec<_>>());
    match cart.transact_write(writes).retry_conflicts(RETRIES).response().await {
        Ok(response) => {
            out.spend(response);
            Ok(Some(bought))
        }
        Err(error) if lost(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
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

#[cfg(test)]
mod tests {
    use entity_core::Table;
    use entity_local::LocalDynamo;
    use examples::Flags;

    use super::*;
    use crate::model::ItemSku;

    fn item(product: &str, quantity: u32) -> CartItem {
        CartItem {
            account_id: "1".into(),
            status: Status::Active,
            create_timestamp: "2023-06-15T15:19:38Z".parse().unwrap(),
            item_sku: ItemSku {
                product_id: product.into(),
                quantity: Some(quantity),
                price: Some("199.99".parse().unwrap()),
                category: "Toys".into(),
            },
            order_id: None,
        }
    }

    fn order(order_id: &str) -> Order {
        let create_timestamp = "2023-06-16T00:00:00Z".parse().unwrap();
        Order { account_id: "1".into(), order_id: order_id.into(), create_timestamp, item_count: 2 }
    }

    /// Each has changed after it was read: it is another, it is gone, the order was made.
    #[tokio::test]
    async fn nothing_is_bought_if_anything_has_changed() {
        let cart = CustomerPurchases::on(&LocalDynamo::in_memory().unwrap().client());
        cart.create_table().await.unwrap();
        let out = &mut Output::new(&Flags::default());
        let read = [item("P-1", 1), item("P-2", 1)];
        for item in &read {
            cart.put(item).await.unwrap();
        }

        cart.put(&item("P-2", 2)).await.unwrap();
        assert_eq!(buy(out, &cart, &order("O-1"), &read).await.unwrap(), None);
        cart.delete(&read[1]).await.unwrap();
        assert_eq!(buy(out, &cart, &order("O-1"), &read).await.unwrap(), None);
        cart.put(&read[1]).await.unwrap();
        cart.create(&order("O-1")).await.unwrap();
        assert_eq!(buy(out, &cart, &order("O-1"), &read).await.unwrap(), None);
        assert_eq!(active(out, &cart, "1").await.unwrap(), read, "nothing has moved");

        let bought = buy(out, &cart, &order("O-2"), &read).await.unwrap().unwrap();
        assert_eq!(ordered(out, &cart, "1", "O-2").await.unwrap(), Some(bought));
        assert_eq!(active(out, &cart, "1").await.unwrap(), []);
        assert_eq!(cart.get(Order::key("1", "O-2")).await.unwrap(), Some(order("O-2")));
    }

    #[test]
    fn an_order_holds_as_many_as_a_transaction() {
        let items = |count: usize| vec![item("P-1", 1); count];
        assert!(check(&items(ITEMS), "1").is_ok());
        assert!(check(&items(ITEMS + 1), "1").unwrap_err().to_string().contains("49 at most"));
    }
}
