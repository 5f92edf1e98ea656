//! The tour: the table and its indexes as they are stored, then every access pattern.

use entity_core::{Index, Item, Response, TableHandle};
use examples::draw::View;
use examples::output::{attributes, units};
use examples::{Error, Output, Result, Session};

use crate::checkout::{Checkout, active, checkout};
use crate::commands::{index_view, load_bundled, table_view};
use crate::model::{CartItem, CartRecord, CustomerPurchases, Gsi1, Gsi2, Status, Timestamp};
use crate::total::total;

/// How many items are drawn: the table may be a large one, which was there before.
const DRAWN: usize = 100;

pub(crate) async fn run(session: &mut Session) -> Result<()> {
    let cart = session.table::<CustomerPurchases>();
    let loaded = load_bundled(&cart, &mut session.out.consumed).await?;
    let name = cart.name();
    session.out.text(&match (loaded, session.flags.is_in_memory()) {
        (Some(items), true) => format!("Created {name} in memory and loaded {items} items."),
        (Some(items), false) => format!("Created {name} and loaded {items} items."),
        (None, _) => format!("{name} exists: the tour reads what is there, and writes nothing."),
    })?;
    let sample = draw(&mut session.out, &cart).await?;
    patterns(&mut session.out, &cart, &sample).await?;
    if loaded.is_some() {
        writes(&mut session.out, &cart, &sample).await?;
    }
    if session.flags.is_in_memory() {
        let keep = "cart --data cart.db generate --users 100 --items 20";
        session.out.text(&format!("\nTo keep a table of your own:\n  $ {keep}"))?;
    }
    Ok(())
}

/// Draws the table and its indexes, and finds something to ask for.
async fn draw(out: &mut Output, cart: &TableHandle<CustomerPurchases>) -> Result<Sample> {
    let stored = out.spend(cart.scan().limit(DRAWN).all().response().await?);
    let title = "one partition a customer";
    out.text(&format!("\nTHE TABLE {}: {title}\n", cart.name()))?;
    out.show(&table_view(), &stored)?;
    if stored.len() == DRAWN {
        out.text(&format!("(the first {DRAWN} items)"))?;
    }
    let items = stored.iter().filter_map(|item| match item {
        CartRecord::CartItem(item) => Some(item),
        CartRecord::Order(_) => None,
    });
    if let Some(item) = items.clone().next() {
        one(out, item)?;
    }

    let sample = Sample::of(items);
    let title = "one partition a customer and status, sorted by time";
    out.text(&format!("\nITS INDEX GSI1: {title}\n"))?;
    let mut drawn = Vec::new();
    for status in [Status::Active, Status::Saved, Status::Purchased] {
        let items = cart.query(CartItem::gsi1(&sample.account, status)).limit(DRAWN);
        drawn.extend(out.spend(items.all().response().await?));
    }
    out.show(&index_view(Gsi1::SCHEMA), &drawn)?;

    let title = "one partition a product and status, sorted by time";
    out.text(&format!("\nITS INDEX GSI2: {title}\n"))?;
    let mut drawn = Vec::new();
    for status in [Status::Active, Status::Saved, Status::Purchased] {
        let items = cart.query(CartItem::gsi2(&sample.product, status)).limit(DRAWN);
        drawn.extend(out.spend(items.all().response().await?));
    }
    out.show(&index_view(Gsi2::SCHEMA), &drawn)?;
    Ok(sample)
}

/// Shows all attributes of an item, one a line: the drawings leave out what keys repeat.
fn one(out: &Output, item: &CartItem) -> Result<()> {
    out.text("\nONE OF ITS ITEMS, with all that is stored\n")?;
    let item = table_view().arrange(attributes(item)?);
    for (name, value) in &item.0 {
        let value = serde_json::to_string(&value.plain()).unwrap_or_default();
        out.text(&format!("  {name:<15}  {value}"))?;
    }
    Ok(())
}

/// Asks for something, and shows the command, the code as it is written here, and the answer.
macro_rules! ask {
    ($out:ident, $question:literal, $command:expr, $view:expr, $read:expr) => {{
        let line = |line: &str| line.trim().replace(",", ", ");
        let code: String = stringify!($read).lines().map(line).collect();
        let code = code.replace(",  ", ", ");
        $out.text(&format!("\n{}\n  $ cart {}\n  {code}\n", $question, $command))?;
        show($out, &$view, $read.response().await?)?;
    }};
}

async fn patterns(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    sample: &Sample,
) -> Result<()> {
    let Sample { account, product, order } = sample;
    let (table, gsi1, gsi2) = (table_view(), index_view(Gsi1::SCHEMA), index_view(Gsi2::SCHEMA));

    ask!(
        out,
        "THE CART OF A CUSTOMER, the latest first",
        format!("active {account}"),
        gsi1,
        cart.query(CartItem::gsi1(account, Status::Active)).descending().all()
    );
    ask!(
        out,
        "WHAT A CUSTOMER HAS SAVED FOR LATER",
        format!("saved {account}"),
        gsi1,
        cart.query(CartItem::gsi1(account, Status::Saved)).descending().all()
    );
    ask!(
        out,
        "WHAT A CUSTOMER HAS BOUGHT",
        format!("purchased {account}"),
        gsi1,
        cart.query(CartItem::gsi1(account, Status::Purchased)).descending().all()
    );
    ask!(
        out,
        "ONE ORDER",
        format!("order {account} {order}"),
        table,
        cart.query(CartItem::partition(account).status(Status::Purchased).order_id(order)).all()
    );

    let from: Timestamp = "2023-06-16T00:00:00Z".parse().map_err(Error::new)?;
    ask!(
        out,
        "WHO HAS A PRODUCT IN THE CART, from a time on",
        format!("product {product} --status active --from {from}"),
        gsi2,
        cart.query(CartItem::gsi2(product, Status::Active).create_timestamp(from..))
            .descending()
            .all()
    );

    let items = active(out, cart, account).await?;
    out.text("\nWHAT THE CART COSTS, in decimals")?;
    out.text(&format!("  $ cart total {account}\n  {}", total(&items)?))
}

/// What `checkout` does.
const CHECKOUT: &str =
    "  let moves = active.iter().zip(&bought).map(|(old, new)| cart.move_item(old, new));
  let writes = (cart.create(&order), moves.collect::<Vec<_>>());
  cart.transact_write(writes).retry_conflicts(RETRIES)";

/// Saves a product, takes it back, and buys the cart, twice.
async fn writes(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    sample: &Sample,
) -> Result<()> {
    let Sample { account, product, .. } = sample;
    let at: Timestamp = "2023-06-18T10:00:00Z".parse().map_err(Error::new)?;
    let key = CartItem::key(account, Status::Active, None, product);
    let Some(old) = out.spend(cart.get(key).consistent().response().await?) else { return Ok(()) };
    let new = CartItem { status: Status::Saved, create_timestamp: at.clone(), ..old.clone() };
    out.text("\nSAVING A PRODUCT FOR LATER: it moves to another key, or nothing happens")?;
    out.text(&format!("  $ cart save {account} {product} --at {at}"))?;
    out.text("  cart.move_item(&old, &new)\n")?;
    out.spend(cart.move_item(&old, &new).response().await?);
    let saved = cart.query(CartItem::gsi1(account, Status::Saved)).descending().all();
    show(out, &index_view(Gsi1::SCHEMA), saved.response().await?)?;

    out.text("\nAND BACK INTO THE CART")?;
    let sku = &old.item_sku;
    if let (Some(quantity), Some(price)) = (sku.quantity, &sku.price) {
        let (quantity, price) = (format!("--quantity {quantity}"), format!("--price {price}"));
        out.text(&format!("  $ cart unsave {account} {product} {quantity} {price}"))?;
    }
    out.text("  cart.move_item(&new, &old)")?;
    out.spend(cart.move_item(&new, &old).response().await?);

    out.text(&format!("\nBUYING WHAT IS IN THE CART: one transaction\n\n{CHECKOUT}"))?;
    let order = "O-483001";
    for _ in 0..2 {
        out.text(&format!("\n  $ cart checkout {account} --order {order} --at {at}"))?;
        match checkout(out, cart, account, order, &at).await? {
            Checkout::Bought(items) => {
                out.text(&format!("  bought {} items for {}\n", items.len(), total(&items)?))?;
                out.show(&table_view(), &items)?;
            }
            Checkout::Before(_) => out.text("  the order exists already; nothing was bought")?,
        }
    }
    Ok(())
}

/// Shows an answer, and what it cost.
fn show<I: Item>(
    out: &mut Output,
    view: &View,
    read: Response<impl IntoIterator<Item = I>>,
) -> Result<()> {
    let (requests, cost) = (read.requests, units(&read.consumed));
    let items: Vec<I> = out.spend(read).into_iter().collect();
    out.show(view, &items)?;
    let plural = |count| if count == 1 { "" } else { "s" };
    let (count, s, requests_s) = (items.len(), plural(items.len()), plural(requests));
    out.text(&format!("{count} item{s}, {requests} request{requests_s}, {cost}"))
}

/// What the tour asks for, taken from the items that are there.
struct Sample {
    account: String,
    product: String,
    order: String,
}

impl Sample {
    fn of<'i>(items: impl Iterator<Item = &'i CartItem>) -> Self {
        let mut sample: Option<Self> = None;
        for item in items {
            let sample = sample.get_or_insert_with(|| Self {
                account: item.account_id.clone(),
                product: item.item_sku.product_id.clone(),
                order: String::new(),
            });
            // The first order of that account is what stays.
            if let Some(order) = &item.order_id
                && sample.order.is_empty()
                && item.account_id == sample.account
            {
                sample.order.clone_from(order);
            }
        }
        let mut sample = sample.unwrap_or_else(|| Self {
            account: "12856333".into(),
            product: "P-8995".into(),
            order: String::new(),
        });
        if sample.order.is_empty() {
            sample.order = "O-482913".into();
        }
        sample
    }
}
