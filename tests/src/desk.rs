//! A help desk: agents with unique addresses, tickets in queues; what writes of them may do.

use std::collections::BTreeSet;

use entity_core::{Collection, Document, Entity, Index, Table, wire};
use serde::{Deserialize, Serialize};

/// Agents and tickets.
#[derive(Debug, Table)]
#[table(name = "Desk", pk = "PK", sk = "SK", indexes(Queues, Latest), items = DeskItem)]
pub struct Desk;

/// Tickets of a queue by their state.
#[derive(Debug, Index)]
#[index(table = Desk, name = "Queues", pk = "QueuePK", sk = "QueueSK")]
pub struct Queues;

/// Tickets by the time of their last change.
#[derive(Debug, Index)]
#[index(table = Desk, name = "Latest", pk = "LatestPK", sk = N("updated"))]
pub struct Latest;

/// Somebody who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Desk, pk = "AGENT#{id}", sk = "AGENT")]
pub struct Agent {
    /// The agent.
    pub id: String,
    /// The address, which no other agent has.
    #[entity(unique)]
    pub email: String,
    /// How many tickets the agent has answered.
    pub answered: u32,
}

/// Where a ticket is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Document)]
pub struct Origin {
    /// The channel.
    pub channel: String,
    /// The country.
    pub country: Option<String>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Desk, pk = "TICKET#{id}", sk = "TICKET")]
#[entity(index(Queues, pk = "{queue}#{state}", sk = "{priority:02}"))]
#[entity(index(Latest, pk = "TICKETS", sk = updated))]
pub struct Ticket {
    /// The ticket.
    pub id: String,
    /// The queue that it waits in.
    pub queue: String,
    /// What has become of it.
    pub state: String,
    /// How urgent it is.
    pub priority: u8,
    /// When it was changed last, in seconds since 1970.
    #[entity(updated_at)]
    pub updated: u64,
    /// Counts the writes.
    #[entity(version)]
    pub version: u64,
    /// What it is about.
    pub subject: String,
    /// Where it is from.
    pub origin: Origin,
    /// Whether somebody waits.
    pub open: bool,
    /// What has been said.
    pub comments: Vec<String>,
    /// Words for it.
    #[serde(with = "wire::string_set", skip_serializing_if = "BTreeSet::is_empty", default)]
    pub tags: BTreeSet<String>,
    /// Who answers.
    pub agent: Option<String>,
}

/// A ticket's note, which lives in the key but for its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Entity)]
#[entity(table = Desk, pk = "TICKET#{ticket}", sk = "NOTE#{number:04}")]
pub struct Note {
    /// The ticket.
    #[entity(key_only)]
    pub ticket: String,
    /// The note's number.
    #[entity(key_only)]
    pub number: u16,
    /// What it says.
    pub text: String,
}

/// Every kind of item in the table.
#[derive(Debug, Clone, PartialEq, Eq, Collection)]
pub enum DeskItem {
    /// An agent.
    Agent(Agent),
    /// A ticket.
    Ticket(Ticket),
    /// A note.
    Note(Note),
}
