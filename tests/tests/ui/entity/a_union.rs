use entity_core::Entity;
use tests::music::Songs;

#[derive(Entity)]
#[entity(table = Songs, pk = user_id, sk = "PROFILE")]
union User {
    user_id: u64,
}

fn main() {}
