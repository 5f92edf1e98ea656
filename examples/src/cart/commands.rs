//! The commands: one access pattern each, a few lines of the library each.

use clap::Subcommand;
use entity_core::error::{ConditionReason, PartialRead};
use entity_core::model::Model;
use entity_core::op::TableSettings;
use entity_core::query::IntoQuery;
use entity_core::{ConsumedCapacity, ErrorKind, Index, Response, Table, TableHandle};
use examples::draw::View;
use examples::json::{Attribute, Members};
use examples::{Document, Error, Output, Result, Session, data, table};
use rust_decimal::Decimal;

use crate::arguments::{name, price, quantity};
use crate::checkout::{Checkout, RETRIES, active, checkout};
use crate::generate;
use crate::model::{
    CartItem, CartRecord, CustomerPurchases, Gsi1, Gsi2, ItemSku, Status, Timestamp,
};
use crate::total::total;

/// The carts that the program brings with it.
const BUNDLED: &[u8] = include_bytes!("../../data/cart.json");

/// What to do with the table.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create the table and its indexes
    Create,
    /// Put a product into the cart; one that is in it gets the new quantity and price
    Add {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        at_price: AtPrice,
        /// The product's category
        #[arg(long, value_name = "C")]
        category: String,
        #[command(flatten)]
        at: At,
    },
    /// Save a product for later: that of the cart, as it is, or another one
    Save {
        #[command(flatten)]
        of: Of,
        /// The product's category, if it is not in the cart
        #[arg(long, value_name = "C")]
        category: Option<String>,
        #[command(flatten)]
        at: At,
    },
    /// Put a saved product into the cart
    Unsave {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        at_price: AtPrice,
        #[command(flatten)]
        at: At,
    },
    /// Take a product out of the cart
    Remove {
        #[command(flatten)]
        of: Of,
        /// Out of the saved products instead
        #[arg(long)]
        saved: bool,
    },
    /// List the cart of an account, the latest first
    Active(Account),
    /// List the saved products of an account, the latest first
    Saved(Account),
    /// List what an account has bought, the latest first
    Purchased(Account),
    /// List the products of one order
    Order {
        #[command(flatten)]
        of: Account,
        /// The order
        #[arg(value_parser = name)]
        order: String,
    },
    /// Show what the cart of an account costs
    Total(Account),
    /// Buy what is in the cart, in one transaction; an order that exists stays as it is
    Checkout {
        #[command(flatten)]
        of: Account,
        /// The order that the products become
        #[arg(long, value_parser = name)]
        order: String,
        #[command(flatten)]
        at: At,
    },
    /// List who has a product, the latest first
    Product {
        /// The product
        #[arg(value_parser = name)]
        product: String,
        /// What has become of it
        #[arg(long, value_name = "S", ignore_case = true)]
        status: Status,
        /// Not before, such as 2023-06-15T00:00:00Z
        #[arg(long, value_name = "T")]
        from: Option<Timestamp>,
        /// Not after
        #[arg(long, value_name = "T")]
        to: Option<Timestamp>,
    },
    /// Write the carts of many customers, the same ones for a seed
    Generate {
        /// How many customers
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        users: u32,
        /// How many products each of them has
        #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        items: u32,
        /// Another seed makes other carts
        #[arg(long, value_name = "S", default_value_t = 1)]
        seed: u64,
    },
    /// Print what the table is, for people or for another tool; nothing is sent
    Schema(Document),
    /// Delete the table and everything in it
    Drop {
        /// The table's name, so that it is the one that is meant
        #[arg(long, value_name = "TABLE")]
        yes: String,
    },
}

/// A customer.
#[derive(Debug, clap::Args)]
pub(crate) struct Account {
    /// The customer
    #[arg(value_parser = name)]
    account: String,
}

/// A product of a customer.
#[derive(Debug, clap::Args)]
pub(crate) struct Of {
    /// The customer
    #[arg(value_parser = name)]
    account: String,
    /// The product
    #[arg(value_parser = name)]
    product: String,
}

/// How many, and for how much.
#[derive(Debug, clap::Args)]
pub(crate) struct AtPrice {
    /// How many
    #[arg(long, value_name = "N", value_parser = quantity)]
    quantity: u32,
    /// The price of one, such as 199.99
    #[arg(long, value_name = "P", value_parser = price)]
    price: Decimal,
}

/// When it is done.
#[derive(Debug, clap::Args)]
pub(crate) struct At {
    /// When, such as 2023-06-15T15:19:38Z; now, if it is not said
    #[arg(long, value_name = "T")]
    at: Option<Timestamp>,
}

impl At {
    fn time(self) -> Timestamp {
        self.at.unwrap_or_else(Timestamp::now)
    }
}

impl Command {
    pub(crate) async fn run(self, session: &mut Session) -> Result<()> {
        let cart = session.table::<CustomerPurchases>();
        let reads = !matches!(self, Self::Create | Self::Generate { .. } | Self::Schema(_));
        if session.flags.is_in_memory() && reads {
            // The command's own capacity is what `--capacity` shows.
            load_bundled(&cart, &mut ConsumedCapacity::default()).await?;
        }
        let out = &mut session.out;
        match self {
            Self::Create => {
                table::create(&cart, &TableSettings::new()).await?;
                out.done(&format!("created the table {:?}", cart.name()))
            }
            Self::Add { of, at_price, category, at } => {
                add(out, &cart, of, at_price, category, at.time()).await
            }
            Self::Save { of, category, at } => save(out, &cart, of, category, at.time()).await,
            Self::Unsave { of, at_price, at } => unsave(out, &cart, of, at_price, at.time()).await,
            Self::Remove { of, saved } => remove(out, &cart, of, saved).await,
            Self::Active(of) => list(out, &cart, of, Status::Active).await,
            Self::Saved(of) => list(out, &cart, of, Status::Saved).await,
            Self::Purchased(of) => list(out, &cart, of, Status::Purchased).await,
            Self::Order { of: Account { account }, order } => {
                let items = CartItem::partition(&account).status(Status::Purchased);
                out.all_through(
                    &table_view(),
                    cart.query(items.order_id(&order)).all().response().await,
                )
            }
            Self::Total(Account { account }) => {
                let items = active(out, &cart, &account).await?;
                let (count, total) = (items.len().to_string(), total(&items)?.to_string());
                let object = Members(vec![
                    ("AccountId".to_owned(), Attribute::S(account)),
                    ("Items".to_owned(), Attribute::N(count)),
                    ("Total".to_owned(), Attribute::N(total.clone())),
                ]);
                out.answer(&total, object)
            }
            Self::Checkout { of: Account { account }, order, at } => {
                let (items, said) = match checkout(out, &cart, &account, &order, &at.time()).await?
                {
                    Checkout::Bought(items) => {
                        let (count, total) = (items.len(), total(&items)?);
                        let s = if count == 1 { "" } else { "s" };
                        (items, format!("bought {count} item{s} for {total} as order {order:?}"))
                    }
                    Checkout::Before(items) => {
                        (items, format!("order {order:?} exists already; nothing was bought"))
                    }
                };
                out.done(&said)?;
                items.iter().try_for_each(|item| out.json_item(item))
            }
            Self::Product { product, status, from, to } => {
                let read = holders(&cart, &product, status, from, to).await?;
                out.all_through(&index_view(Gsi2::SCHEMA), read)
            }
            Self::Generate { users, items, seed } => {
                let created = table::create_if_missing(&cart, &TableSettings::new()).await?;
                let total = u64::from(users) * u64::from(items);
                let items = generate::items(users, items, seed);
                let written = generate::load(&cart, items, total, &mut out.consumed).await?;
                let created = if created { "created the table and " } else { "" };
                out.done(&format!("{created}wrote {written} items into {:?}", cart.name()))
            }
            Self::Schema(document) => {
                document.print(out, &model(&cart)?, &[CustomerPurchases::schema()])
            }
            Self::Drop { yes } => {
                table::drop(&cart, &yes).await?;
                out.done(&format!("dropped the table {:?}", cart.name()))
            }
        }
    }
}

async fn add(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    of: Of,
    AtPrice { quantity, price }: AtPrice,
    category: String,
    at: Timestamp,
) -> Result<()> {
    let Of { account: account_id, product: product_id } = of;
    let done = format!("added {quantity} of {product_id:?} to the cart of {account_id:?}");
    let (quantity, price) = (Some(quantity), Some(price));
    let item = CartItem {
        account_id,
        status: Status::Active,
        create_timestamp: at,
        item_sku: ItemSku { product_id, quantity, price, category },
        order_id: None,
    };
    out.spend(cart.put(&item).retry_conflicts(RETRIES).response().await?);
    out.done(&done)?;
    out.json_item(&item)
}

async fn save(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    of: Of,
    category: Option<String>,
    at: Timestamp,
) -> Result<()> {
    let (account, product) = (&of.account, &of.product);
    let key = CartItem::key(account, Status::Active, None, product);
    let active = out.spend(cart.get(key).consistent().response().await?);
    let saved = match (&active, category) {
        (Some(active), _) => {
            CartItem { status: Status::Saved, create_timestamp: at, ..active.clone() }
        }
        (None, Some(category)) => {
            let product_id = product.clone();
            CartItem {
                account_id: account.clone(),
                status: Status::Saved,
                create_timestamp: at,
                item_sku: ItemSku { product_id, quantity: None, price: None, category },
                order_id: None,
            }
        }
        (None, None) => {
            let message = format!("no product {product:?} in the cart of {account:?}");
            return Err(Error::new(format!("{message}; give its --category to save it")));
        }
    };
    let written = match &active {
        Some(active) => {
            let moving = cart.move_item(active, &saved);
            moving.retry_conflicts(RETRIES).response().await
        }
        None => cart.create(&saved).retry_conflicts(RETRIES).response().await,
    };
    out.spend(written.map_err(|error| lost(error, &of, "saved"))?);
    out.done(&format!("saved {product:?} for {account:?}"))?;
    out.json_item(&saved)
}

async fn unsave(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    of: Of,
    AtPrice { quantity, price }: AtPrice,
    at: Timestamp,
) -> Result<()> {
    let (account, product) = (&of.account, &of.product);
    let key = CartItem::key(account, Status::Saved, None, product);
    let Some(saved) = out.spend(cart.get(key).consistent().response().await?) else {
        return Err(missing(&of, Status::Saved));
    };
    let (quantity, price) = (Some(quantity), Some(price));
    let active = CartItem {
        status: Status::Active,
        create_timestamp: at,
        item_sku: ItemSku { quantity, price, ..saved.item_sku.clone() },
        ..saved.clone()
    };
    let moved = cart.move_item(&saved, &active).retry_conflicts(RETRIES).response().await;
    out.spend(moved.map_err(|error| lost(error, &of, "in the cart"))?);
    out.done(&format!("moved {product:?} to the cart of {account:?}"))?;
    out.json_item(&active)
}

async fn remove(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    of: Of,
    saved: bool,
) -> Result<()> {
    let status = if saved { Status::Saved } else { Status::Active };
    let key = CartItem::key(&of.account, status, None, &of.product);
    let removed = cart.delete(key).return_old().retry_conflicts(RETRIES);
    let Some(item) = out.spend(removed.response().await?) else { return Err(missing(&of, status)) };
    let Of { account, product } = of;
    out.done(&match status {
        Status::Saved => format!("removed {product:?} from what {account:?} has saved"),
        _ => format!("removed {product:?} from the cart of {account:?}"),
    })?;
    out.json_item(&item)
}

async fn list(
    out: &mut Output,
    cart: &TableHandle<CustomerPurchases>,
    Account { account }: Account,
    status: Status,
) -> Result<()> {
    let items = cart.query(CartItem::gsi1(&account, status)).descending();
    out.all_through(&index_view(Gsi1::SCHEMA), items.all().response().await)
}

/// What a read of many items gives.
type Read = Result<Response<Vec<CartItem>>, PartialRead<Vec<CartItem>>>;

/// Who has a product: the time is a range of the index's sort key, open at both ends.
async fn holders(
    cart: &TableHandle<CustomerPurchases>,
    product: &str,
    status: Status,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Read> {
    let items = CartItem::gsi2(product, status);
    Ok(match (from, to) {
        (Some(from), Some(to)) if from > to => {
            return Err(Error::new(format!("--from {from} is after --to {to}")));
        }
        (Some(from), Some(to)) => latest_first(cart, items.create_timestamp(from..=to)).await,
        (Some(from), None) => latest_first(cart, items.create_timestamp(from..)).await,
        (None, Some(to)) => latest_first(cart, items.create_timestamp(..=to)).await,
        (None, None) => latest_first(cart, items).await,
    })
}

async fn latest_first(
    cart: &TableHandle<CustomerPurchases>,
    items: impl IntoQuery<Output = CartItem> + Send + 'static,
) -> Read {
    cart.query(items).descending().all().response().await
}

fn missing(Of { account, product }: &Of, status: Status) -> Error {
    Error::new(match status {
        Status::Saved => format!("{account:?} has no product {product:?} saved"),
        _ => format!("no product {product:?} in the cart of {account:?}"),
    })
}

/// What a lost condition of a move means.
fn lost(error: entity_core::Error, Of { account, product }: &Of, place: &str) -> Error {
    let ErrorKind::ConditionFailed(failed) = error.kind() else { return error.into() };
    let product = format!("product {product:?} of {account:?}");
    Error::new(match failed.reason() {
        ConditionReason::Exists => format!("{product} is {place} already; nothing was changed"),
        _ => format!("{product} was changed at the same time; nothing was changed here"),
    })
}

/// What keys say already, which tables for people leave out.
const SAID: [&str; 4] = ["AccountId", "Status", "OrderId", "ItemSKU.ProductId"];

/// The table, as a person draws it: the keys of indexes are drawn with the indexes.
pub(crate) fn table_view() -> View {
    let view = View::table(CustomerPurchases::SCHEMA).without(&SAID);
    view.without(&["GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"])
}

/// One of its indexes.
pub(crate) fn index_view(index: &entity_core::schema::IndexSchema) -> View {
    let keys = [index.pk, index.sk].concat();
    let view = View::index(index, CustomerPurchases::SCHEMA);
    let others = ["GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK"];
    let others = others.iter().filter(|name| !keys.iter().any(|key| key.name == **name));
    // The partition key is the beginning of the sort key; the time is the index's own sort key.
    let others = others.chain(&["PK", "CreateTimestamp"]);
    view.without(&SAID).without(&others.copied().collect::<Vec<_>>())
}

/// Creates the table and loads the bundled carts, unless the table is there; says how many items
/// were loaded.
pub(crate) async fn load_bundled(
    cart: &TableHandle<CustomerPurchases>,
    consumed: &mut ConsumedCapacity,
) -> Result<Option<usize>> {
    if !table::create_if_missing(cart, &TableSettings::new()).await? {
        return Ok(None);
    }
    let items: Vec<CartRecord> = data::parse("cart.json", BUNDLED)?;
    table::fill(cart, &items, consumed).await?;
    Ok(Some(items.len()))
}

/// What the table is, with the bundled carts as sample items.
fn model(cart: &TableHandle<CustomerPurchases>) -> Result<Model<CustomerPurchases>> {
    let items: Vec<CartRecord> = data::parse("cart.json", BUNDLED)?;
    Ok(CustomerPurchases::model().named(cart.name()).items(&items)?)
}
