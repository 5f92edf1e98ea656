//! `generate`: carts of any number of customers, the same ones for a seed.

use std::sync::{Arc, Mutex, PoisonError};

use entity_core::{ConsumedCapacity, TableHandle};
use examples::{Error, Result};
use fastrand::Rng;
use indicatif::ProgressBar;
use rust_decimal::Decimal;

use crate::model::{CartItem, CustomerPurchases, ItemSku, Status, Timestamp};

const CATEGORIES: [&str; 6] = ["Books", "Electronics", "Garden", "Kitchen", "Toys", "TV"];

/// The items of `users` customers, `each` of them; no two have one key.
pub(crate) fn items(users: u32, each: u32, seed: u64) -> impl Iterator<Item = Result<CartItem>> {
    let mut random = Rng::with_seed(seed);
    (1..=users).flat_map(move |user| {
        let mut random = random.fork();
        // Consecutive products, so that a customer has none twice.
        let first = random.u32(1..=1_000);
        (0..each).map(move |number| item(&mut random, user, first + number))
    })
}

fn item(random: &mut Rng, user: u32, product: u32) -> Result<CartItem> {
    let status = match random.u32(0..10) {
        0..5 => Status::Active,
        5..7 => Status::Saved,
        _ => Status::Purchased,
    };
    let account_id = format!("U-{user:06}");
    let order = format!("O-{user:06}-{}", random.u32(1..=9));
    // The price and the category are the product's, whoever has it.
    let mut of_product = Rng::with_seed(product.into());
    let price = Decimal::new(of_product.i64(99..100_000), 2);
    let category = of_product.choice(CATEGORIES).unwrap_or("Other").to_owned();
    let product_id = format!("P-{product}");
    Ok(CartItem {
        account_id,
        status,
        create_timestamp: moment(random)?,
        item_sku: ItemSku {
            product_id,
            quantity: Some(random.u32(1..=5)),
            price: Some(price),
            category,
        },
        order_id: (status == Status::Purchased).then_some(order),
    })
}

/// A second of 2023.
fn moment(random: &mut Rng) -> Result<Timestamp> {
    let mut upto = |end: u32| random.u32(0..end);
    let (month, day) = (1 + upto(12), 1 + upto(28));
    let (hour, minute, second) = (upto(24), upto(60), upto(60));
    let text = format!("2023-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    text.parse().map_err(Error::new)
}

/// Writes the items in batches, with a bar on a terminal; says how many they were.
///
/// # Errors
///
/// If an item cannot be written; the error says how many were written before it.
pub(crate) async fn load(
    cart: &TableHandle<CustomerPurchases>,
    items: impl Iterator<Item = Result<CartItem>> + Unpin + Send + 'static,
    total: u64,
    consumed: &mut ConsumedCapacity,
) -> Result<u64> {
    let (bar, fault) = (ProgressBar::new(total), Arc::new(Mutex::new(None)));
    let (shown, found) = (bar.clone(), Arc::clone(&fault));
    // An item that cannot be made ends the load.
    let items = items.map_while(move |item| {
        item.map_err(|error| *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(error))
            .ok()
    });
    let mut load =
        cart.load(items).on_progress(move |progress| shown.set_position(progress.written));
    let ran = load.run().await;
    bar.finish_and_clear();
    *consumed += load.report().consumed().clone();
    ran?;
    let fault = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
    fault.map_or(Ok(load.report().written()), Err)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn all(users: u32, each: u32, seed: u64) -> Vec<CartItem> {
        items(users, each, seed).collect::<Result<_>>().unwrap()
    }

    #[test]
    fn a_seed_always_makes_the_same_items() {
        assert_eq!(all(5, 7, 1), all(5, 7, 1));
        assert_ne!(all(5, 7, 1), all(5, 7, 2));
        // More of them begin with the same customers.
        assert_eq!(all(3, 7, 1), all(5, 7, 1).split_at(21).0);
    }

    #[test]
    fn no_two_items_are_one() {
        let items = all(20, 60, 3);
        let key = |item: &CartItem| (item.account_id.clone(), item.item_sku.product_id.clone());
        assert_eq!(items.iter().map(key).collect::<HashSet<_>>().len(), 20 * 60);
    }
}
