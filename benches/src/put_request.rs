//! What the SDK makes of a put before it is sent, without the call around it.

use std::error::Error;

use aws_sdk_dynamodb::operation::put_item::{PutItem, PutItemInput};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_runtime_api::client::ser_de::{SerializeRequest, SharedRequestSerializer};
use aws_smithy_types::config_bag::ConfigBag;

use crate::by_hand::Map;

/// The SDK's own serialization of `PutItem`.
#[derive(Debug)]
pub struct PutRequests {
    serializer: SharedRequestSerializer,
    config: ConfigBag,
}

impl PutRequests {
    /// What the operation is configured with; `None` if the SDK keeps it elsewhere.
    #[must_use]
    pub fn new() -> Option<Self> {
        let serializer = PutItem::new().config()?.load::<SharedRequestSerializer>()?.clone();
        Some(Self { serializer, config: ConfigBag::base() })
    }

    /// The request for an item: the body as JSON, and the few headers that come before signing.
    ///
    /// # Errors
    ///
    /// If the SDK cannot serialize it.
    pub fn request(&mut self, table: &str, item: Map) -> Result<HttpRequest, Box<dyn Error>> {
        let input = PutItemInput::builder().table_name(table).set_item(Some(item)).build()?;
        let request = self.serializer.serialize_input(Input::erase(input), &mut self.config);
        request.map_err(|error| error as Box<dyn Error>)
    }
}
