// A table of accounts, which have a version, timestamps and a time at which they expire.

use entity_core::{Collection, Entity, Table, TableHandle};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Accounts", pk = "id", items = AccountItem)]
pub struct Accounts;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[entity(table = Accounts, pk = id)]
pub struct Account {
    pub id: String,
    pub balance: i64,
    #[entity(version)]
    pub version: u64,
    #[entity(created_at)]
    pub created: u64,
    #[entity(updated_at)]
    pub updated: u64,
    #[entity(ttl)]
    pub expires: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum AccountItem {
    Account(Account),
}

/// An account that was never written, of 10.
#[allow(dead_code)]
pub fn account(id: &str) -> Account {
    Account { id: id.into(), balance: 10, version: 0, created: 0, updated: 0, expires: None }
}

/// The table with account `1`.
#[allow(dead_code)]
pub async fn accounts() -> Result<TableHandle<Accounts>, Box<dyn std::error::Error>> {
    let accounts = Accounts::on(&entity_local::LocalDynamo::in_memory()?.client());
    accounts.create_table().await?;
    accounts.create(&account("1")).await?;
    Ok(accounts)
}
