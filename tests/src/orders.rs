//! One partition a customer, in which every form of sort key stands beside the others.

use entity_core::{Collection, Entity, Index, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Orders and what belongs to them.
#[derive(Debug, Table)]
#[table(name = "Orders", pk = "PK", sk = "SK", indexes(Inverted), items = OrderRecord)]
pub struct Orders;

/// The table's keys the other way round: who has an order.
#[derive(Debug, Index)]
#[index(table = Orders, name = "Inverted", pk = "SK", sk = "PK")]
pub struct Inverted;

/// An order; its items' keys begin as its own does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "ORDER#{id}")]
#[entity(index(Inverted, pk = "ORDER#{id}", sk = "CUST#{customer}"))]
pub struct Order {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// The order's id.
    #[entity(key_only)]
    pub id: String,
    /// What it costs.
    pub total: u64,
}

/// A position of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "ORDER#{order}#ITEM#{n:04}")]
pub struct OrderItem {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// The order's id.
    #[entity(key_only)]
    pub order: String,
    /// Which position of the order it is.
    #[entity(key_only)]
    pub n: u32,
    /// The product.
    pub product: String,
}

/// The customer's own data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "PROFILE")]
pub struct Profile {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// The customer's name.
    pub name: String,
}

/// What happened to the customer, by level, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "EVENT#{level:+04}#{at:08:desc}#{note:rest}")]
pub struct Event {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// How grave it was; less than zero is good news.
    pub level: i32,
    /// When it happened.
    pub at: u32,
    /// What happened.
    pub note: String,
}

/// A question that the customer asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "TICKET#{queue}#{owner?}#{ticket}")]
pub struct Ticket {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// Where it waits.
    pub queue: String,
    /// Who answers it, once somebody does.
    pub owner: Option<String>,
    /// Its number.
    pub ticket: Uuid,
}

/// Where the customer went, to a room or just to the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Orders, pk = "CUST#{customer}", sk = "VISIT#{place}#{room?}")]
pub struct Visit {
    /// The customer.
    #[entity(key_only)]
    pub customer: String,
    /// The place.
    pub place: String,
    /// The room, if it was one.
    pub room: Option<String>,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum OrderRecord {
    /// An order.
    Order(Order),
    /// A position of an order.
    Item(OrderItem),
    /// The customer's own data.
    Profile(Profile),
    /// What happened.
    Event(Event),
    /// A question.
    Ticket(Ticket),
    /// A visit.
    Visit(Visit),
}
