use entity_core::{Collection, Entity, Table, TableHandle, Vector, VectorIndex};
use serde::{Deserialize, Serialize};

#[derive(Table)]
#[table(name = "Sounds", pk = "Id", vector_indexes(SoundsAlike), items = SoundItem)]
pub struct Sounds;

#[derive(VectorIndex)]
#[vector_index(table = Sounds, vector = "Embedding", dimensions = 2, distance = Cosine)]
#[vector_index(partition = "Genre", filters = N("Year"))]
pub struct SoundsAlike;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Entity)]
#[serde(rename_all = "PascalCase")]
#[entity(table = Sounds, pk = id)]
#[entity(vector_index(SoundsAlike, vector = embedding, partition = genre, filters = year))]
pub struct Sound {
    pub id: String,
    pub title: String,
    pub genre: String,
    pub year: u16,
    pub embedding: Option<Vector<2>>,
}

#[derive(Debug, Clone, PartialEq, Collection)]
pub enum SoundItem {
    Sound(Sound),
}

/// A table of two sounds, in memory.
#[allow(dead_code)]
async fn sounds() -> Result<TableHandle<Sounds>, Box<dyn std::error::Error>> {
    let sounds = Sounds::on(&entity_local::LocalDynamo::in_memory()?.client());
    sounds.create_table().await?;
    for (id, title, year, embedding) in
        [("1", "One", 1988, [2.0, 1.0]), ("2", "Paranoid", 1970, [0.0, 2.0])]
    {
        let (title, genre, embedding) = (title.into(), "rock".into(), Some(embedding.into()));
        sounds.put(&Sound { id: id.into(), title, genre, year, embedding }).await?;
    }
    Ok(sounds)
}
