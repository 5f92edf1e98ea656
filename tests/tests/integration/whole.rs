//! Whole tables: backups, restores, exports and imports on moto, and what no engine has by its requests.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::types::{StreamViewType, TableClass};
use entity_core::error::{ExportReason, TableReason};
use entity_core::op::{Billing, Compression, ExportLines, RestoreFrom, Step, TableSettings};
use entity_core::{Collection, Entity, ErrorKind, Item, Table, TableHandle};
use serde_json::{Value, json};
use tests::canned;
use tests::cart::{ItemSku, Status};
use tests::keepers::{self, Account, Kept, KeptItem, User};
use tests::moto::{Moto, gunzip};
use tests::orders::Orders;
use tests::shop::{CartItem, Shop, ShopItem};
use tests::zoo::Zoo;

/// Every item of a table, typed, by its stored form.
async fn items<T: Table>(table: &TableHandle<T>) -> BTreeMap<Vec<u8>, T::Items> {
    let items = table.scan().all().await.unwrap();
    by_form(items)
}

fn by_form<C: Collection>(items: Vec<C>) -> BTreeMap<Vec<u8>, C> {
    items.into_iter().map(|item| (item.to_wire().unwrap(), item)).collect()
}

fn cart(number: usize) -> CartItem {
    let status = [Status::Active, Status::Saved, Status::Purchased][number % 3];
    CartItem {
        account_id: format!("{}", number % 5),
        status,
        create_timestamp: format!("2023-06-15T15:19:{number:02}Z"),
        item_sku: ItemSku {
            product_id: format!("P-{number}"),
            quantity: number.is_multiple_of(2).then_some(3),
            price: Some("12345678901234567890.123456".parse().unwrap()),
            // moto spoils what JSON escapes in an export.
            category: "Toys & Games".to_owned(),
        },
        order_id: (status == Status::Purchased).then(|| format!("O-{number}")),
    }
}

/// moto is slow and one at a time, so one test has a server.
#[tokio::test]
async fn backups_restores_exports_and_imports_give_back_every_item() {
    let Some(moto) = Moto::start() else { return };
    let client = moto.client();
    let shop = Shop::on(&client);
    let recovery = TableSettings::new().point_in_time_recovery(true);
    shop.create_table().with(&recovery).await.unwrap();
    for number in 0..40 {
        shop.put(&cart(number)).await.unwrap();
    }
    let all = items(&shop).await;
    assert_eq!(all.len(), 40);
    let kept = Kept::on(&client);
    kept.create_table().with(&recovery).await.unwrap();
    kept.create(&keepers::account("1")).await.unwrap();
    kept.create(&Account { expires: Some(4_000_000_000), ..keepers::account("2") }).await.unwrap();
    kept.create(&keepers::user("1", "a@b.c")).await.unwrap();
    kept.create(&User { number: Some(7), ..keepers::user("2", "d@e.f") }).await.unwrap();
    kept.put(&keepers::note("1", "text")).await.unwrap();
    let all_kept = items(&kept).await;
    assert_eq!(all_kept.len(), 5);

    verified(&shop, &kept).await;
    backup(&shop, &all).await;
    point_in_time(&kept, &all_kept).await;
    export_and_import(&moto, &shop, &all).await;
    export_and_import(&moto, &kept, &all_kept).await;
    settings(&client).await;
}

async fn verified(shop: &TableHandle<Shop>, kept: &TableHandle<Kept>) {
    let recovery = TableSettings::new().point_in_time_recovery(true);
    assert_eq!(shop.verify_table().with(&recovery).items().await.unwrap().differences(), []);
    assert_eq!(kept.verify_table().with(&recovery).items().await.unwrap().differences(), []);
    let off = TableSettings::new().point_in_time_recovery(false);
    let verified = shop.verify_table().with(&off).await.unwrap();
    let line = "CustomerPurchases: point-in-time recovery: expected off, found on\n";
    assert_eq!(verified.to_string(), line);
    let error = shop.ensure_table().with(&off).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Table(_)), "{error}");
    let steps = shop.update_table(&off).await.unwrap();
    assert_eq!(steps.as_slice(), [Step::PointInTimeRecovery(false)]);
    let steps = shop.ensure_table().with(&recovery).await.unwrap();
    assert_eq!(steps.as_slice(), [Step::PointInTimeRecovery(true)]);
}

async fn backup(shop: &TableHandle<Shop>, all: &BTreeMap<Vec<u8>, ShopItem>) {
    let backup = shop.create_backup("nightly").await.unwrap();
    assert_eq!((&*backup.name, &*backup.status), ("nightly", "AVAILABLE"));
    assert!(backup.created.is_some_and(|created| created > UNIX_EPOCH));
    let other = shop.create_backup("another").await.unwrap();
    let mut names: Vec<String> =
        shop.backups().await.unwrap().into_iter().map(|backup| backup.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["another", "nightly"]);

    // What was written after it is not in it.
    let later = cart(99);
    shop.put(&later).await.unwrap();
    let restored = shop.clone().named("Restored");
    restored.restore_table(RestoreFrom::backup(&backup.arn)).await.unwrap();
    assert!(items(&restored).await == *all);
    assert_eq!(restored.verify_table().items().await.unwrap().differences(), []);
    let by_product = restored.query(CartItem::gsi2("P-3", Status::Active)).all().await.unwrap();
    assert_eq!(by_product, [cart(3)]);
    shop.delete(later.primary_key()).await.unwrap();

    shop.delete_backup(&other.arn).await.unwrap();
    let left = shop.backups().await.unwrap();
    assert_eq!(left.iter().map(|backup| &*backup.arn).collect::<Vec<_>>(), [&*backup.arn]);
    let again = restored.restore_table(RestoreFrom::backup(&backup.arn)).await.unwrap_err();
    assert_eq!(again.code(), Some("TableAlreadyExistsException"), "{again}");
}

async fn point_in_time(kept: &TableHandle<Kept>, all: &BTreeMap<Vec<u8>, KeptItem>) {
    let latest = kept.clone().named("Kept-latest");
    latest.restore_table(RestoreFrom::latest_of_table(kept.name())).await.unwrap();
    assert!(items(&latest).await == *all);
    // What is not restored is turned on again.
    let verified = latest.verify_table().await.unwrap();
    let line = "Kept-latest: TTL: expected on `expires`, found off\n";
    assert_eq!(verified.to_string(), line);
    latest.ensure_table().await.unwrap();
    assert!(latest.verify_table().await.unwrap().matches());
    let error = latest.create(&keepers::user("3", "a@b.c")).await.unwrap_err();
    assert!(error.is_condition_failed(), "a unique value is one there too: {error}");
}

async fn export_and_import<T: Table>(
    moto: &Moto,
    table: &TableHandle<T>,
    all: &BTreeMap<Vec<u8>, T::Items>,
) where
    T::Items: PartialEq + std::fmt::Debug,
{
    let bucket = format!("exports-of-{}", table.name().to_lowercase());
    moto.create_bucket(&bucket);
    let export = table.export_table(&bucket).prefix("all");
    let arn = export.start().await.unwrap();
    let export = table.await_export(&arn).await.unwrap();
    assert_eq!((&*export.arn, &*export.bucket), (&*arn, &*bucket));
    assert_eq!(export.prefix.as_deref(), Some("all"));

    let objects = moto.objects(&bucket);
    let data: Vec<_> = objects.iter().filter(|name| name.contains("/data/")).collect();
    assert!(!data.is_empty(), "{objects:?}");
    let mut read = Vec::new();
    for name in &data {
        let file = gunzip(&moto.object(&bucket, name));
        let lines = ExportLines::<T::Items, _>::new(&*file);
        read.extend(lines.map(Result::unwrap));
    }
    assert!(by_form(read) == *all, "{data:?} has not what {} has", table.name());

    let imported = table.clone().named(format!("{}-imported", table.name()));
    let prefix = data[0].rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap();
    let import = imported.import_table(&bucket).prefix(&prefix).compression(Compression::Gzip);
    let import = import.await.unwrap();
    assert_eq!(import.errors, 0);
    assert!(items(&imported).await == *all, "{} has been imported", table.name());
    imported.ensure_table().await.unwrap();
    let verified = imported.verify_table().items().await.unwrap();
    assert_eq!(verified.differences(), [], "{verified}");
}

/// Settings that moto has and DynamoDB Local has not.
async fn settings(client: &aws_sdk_dynamodb::Client) {
    let zoo = Zoo::on(client);
    let settings = TableSettings::new()
        .stream(StreamViewType::NewAndOldImages)
        .deletion_protection(true)
        .tag("stage", "test")
        .billing(Billing::provisioned(3, 2));
    zoo.create_table().with(&settings).await.unwrap();
    assert_eq!(zoo.verify_table().with(&settings).await.unwrap().differences(), []);
    let error = zoo.drop_table("Zoo").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Table(it) if *it.reason() == TableReason::Protected));
    let unprotected = TableSettings::new().deletion_protection(false).no_tag("stage");
    assert_eq!(zoo.update_table(&unprotected).await.unwrap().as_slice().len(), 2);
    zoo.drop_table("Zoo").await.unwrap();
}

/// A client whose answers to the operation are these, the last one again and again.
fn answering(
    operation: &'static str,
    mut answers: Vec<Value>,
) -> (aws_sdk_dynamodb::Client, canned::Sent) {
    answers.reverse();
    canned::client(move |asked, _| match asked {
        "DescribeTable" => {
            let arn = "arn:aws:dynamodb:us-east-1:1:table/Orders";
            (200, json!({"Table": {"TableStatus": "ACTIVE", "TableArn": arn}}))
        }
        asked if asked == operation => {
            let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
            (200, answer.unwrap())
        }
        _ => (
            200,
            json!({
                "ExportDescription": {"ExportArn": "export"},
                "ImportTableDescription": {"ImportArn": "import"},
            }),
        ),
    })
}

#[tokio::test(start_paused = true)]
async fn a_kinesis_destination_is_waited_for() {
    let stream = "arn:aws:kinesis:us-east-1:1:stream/orders";
    let with = |status: &str| {
        json!({"TableName": "Orders", "KinesisDataStreamDestinations": [
            {"StreamArn": "arn:aws:kinesis:us-east-1:1:stream/other", "DestinationStatus": "ACTIVE"},
            {"StreamArn": stream, "DestinationStatus": status,
             "DestinationStatusDescription": "said of it"},
        ]})
    };
    let describe = "DescribeKinesisStreamingDestination";
    let (client, sent) =
        answering(describe, vec![with("ENABLING"), with("ENABLING"), with("ACTIVE")]);
    Orders::on(&client).enable_kinesis(stream).await.unwrap();
    let body = json!({"TableName": "Orders", "StreamArn": stream});
    let describing = (describe.to_owned(), json!({"TableName": "Orders"}));
    let mut requests = vec![("EnableKinesisStreamingDestination".to_owned(), body.clone())];
    requests.extend([describing.clone(), describing.clone(), describing.clone()]);
    assert_eq!(sent.take(), requests);

    let destinations = Orders::on(&client).kinesis_destinations().await.unwrap();
    assert_eq!(destinations.len(), 2);
    assert_eq!((&*destinations[1].stream_arn, &*destinations[1].status), (stream, "ACTIVE"));

    let (client, sent) = answering(describe, vec![with("DISABLING"), with("DISABLED")]);
    Orders::on(&client).disable_kinesis(stream).await.unwrap();
    let first = sent.take().remove(0);
    assert_eq!(first, ("DisableKinesisStreamingDestination".to_owned(), body));

    let (client, _) = answering(describe, vec![with("ENABLING"), with("ENABLE_FAILED")]);
    let error = Orders::on(&client).enable_kinesis(stream).await.unwrap_err();
    let says = "table `Orders`: the Kinesis destination has failed: said of it";
    assert_eq!(error.to_string(), says);
    let (client, _) = answering(describe, vec![with("ENABLING")]);
    let enable = Orders::on(&client).enable_kinesis(stream).wait(Duration::from_secs(90));
    let error = enable.await.unwrap_err().to_string();
    assert_eq!(error, "table `Orders`: the Kinesis destination is ENABLING after 90 s");
}

#[tokio::test(start_paused = true)]
async fn an_export_says_where_to_and_of_when() {
    let with = |status: &str| {
        json!({"ExportDescription": {
            "ExportArn": "export", "ExportStatus": status, "S3Bucket": "bucket", "ItemCount": 3,
            "BilledSizeBytes": 900, "ExportManifest": "all/manifest-summary.json",
            "FailureCode": "S3AccessDenied", "FailureMessage": "no",
        }})
    };
    let answers = vec![with("IN_PROGRESS"), with("IN_PROGRESS"), with("COMPLETED")];
    let (client, sent) = answering("DescribeExport", answers);
    let orders = Orders::on(&client);
    let then = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let export = orders.export_table("bucket").prefix("all").at(then).await.unwrap();
    assert_eq!((export.items, export.bytes), (Some(3), Some(900)));
    assert_eq!(export.manifest.as_deref(), Some("all/manifest-summary.json"));
    let (operation, mut body) = sent.take().remove(1);
    assert_eq!(operation, "ExportTableToPointInTime");
    assert!(body.as_object_mut().unwrap().remove("ClientToken").is_some());
    let wanted = json!({
        "TableArn": "arn:aws:dynamodb:us-east-1:1:table/Orders", "ExportTime": 1_700_000_000,
        "S3Bucket": "bucket", "S3Prefix": "all", "ExportFormat": "DYNAMODB_JSON",
    });
    assert_eq!(body, wanted);

    let (client, _) = answering("DescribeExport", vec![with("IN_PROGRESS"), with("FAILED")]);
    let error = Orders::on(&client).export_table("bucket").await.unwrap_err();
    assert_eq!(error.to_string(), "table `Orders`: the export has failed: S3AccessDenied: no");
    let (client, _) = answering("DescribeExport", vec![with("IN_PROGRESS")]);
    let error = Orders::on(&client).await_export("export").await.unwrap_err();
    assert_eq!(error.to_string(), "table `Orders`: the export is IN_PROGRESS after 300 s");
}

#[tokio::test(start_paused = true)]
async fn an_import_says_how_the_table_is_made() {
    let with = |status: &str| {
        json!({"ImportTableDescription": {
            "ImportArn": "import", "ImportStatus": status, "ErrorCount": 1, "ProcessedItemCount": 9,
            "ImportedItemCount": 8, "FailureCode": "ItemValidationError",
        }})
    };
    let answers = vec![with("IN_PROGRESS"), with("COMPLETED")];
    let (client, sent) = answering("DescribeImport", answers);
    let orders = Orders::on(&client);
    let billing = TableSettings::new().billing(Billing::provisioned(5, 6));
    let import = orders.import_table("bucket").prefix("data/").with(&billing);
    let import = import.compression(Compression::Zstd).await.unwrap();
    assert_eq!((import.processed, import.imported, import.errors), (9, 8, 1));
    let (operation, mut body) = sent.take().remove(0);
    assert_eq!(operation, "ImportTable");
    assert!(body.as_object_mut().unwrap().remove("ClientToken").is_some());
    let key = |name, ty| json!({"AttributeName": name, "KeyType": ty});
    let ty = |name| json!({"AttributeName": name, "AttributeType": "S"});
    let units = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 6});
    let wanted = json!({
        "S3BucketSource": {"S3Bucket": "bucket", "S3KeyPrefix": "data/"},
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "ZSTD",
        "TableCreationParameters": {
            "TableName": "Orders",
            "AttributeDefinitions": [ty("PK"), ty("SK")],
            "KeySchema": [key("PK", "HASH"), key("SK", "RANGE")],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": units,
            "GlobalSecondaryIndexes": [{
                "IndexName": "Inverted",
                "KeySchema": [key("SK", "HASH"), key("PK", "RANGE")],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": units,
            }],
        },
    });
    assert_eq!(body, wanted);
    let (client, _) = answering("DescribeImport", vec![with("FAILED")]);
    let error = Orders::on(&client).import_table("bucket").await.unwrap_err();
    assert_eq!(error.to_string(), "table `Orders`: the import has failed: ItemValidationError");
}

#[tokio::test(start_paused = true)]
async fn a_restore_to_a_time_names_table_and_time() {
    let (client, sent) = answering("DescribeTable", vec![]);
    let orders = Orders::on(&client).named("Orders-then");
    let then = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    orders.restore_table(RestoreFrom::table_at("Orders", then)).await.unwrap();
    let first = sent.take().remove(0);
    let body = json!({
        "SourceTableName": "Orders", "TargetTableName": "Orders-then",
        "RestoreDateTime": 1_700_000_000,
    });
    assert_eq!(first, ("RestoreTableToPointInTime".to_owned(), body));
    assert!(SystemTime::now() > then);
    let cold = TableSettings::new().class(TableClass::StandardInfrequentAccess);
    orders.update_table(&cold).await.unwrap();
    let update = sent.take().into_iter().find(|(name, _)| name == "UpdateTable").unwrap();
    let body = json!({"TableName": "Orders-then", "TableClass": "STANDARD_INFREQUENT_ACCESS"});
    assert_eq!(update.1, body);
}

#[test]
fn lines_of_an_export_are_read_one_by_one() {
    let line = |item: Value| json!({"Item": item}).to_string();
    let good = |id: &str| {
        let item = keepers::note(id, "Ünïcode \" \\ \n");
        let json = item.to_wire().unwrap();
        line(serde_json::from_slice(&json).unwrap())
    };
    let guard = json!({"pk": {"S": "$unique#User#mail#S#a@b.c"}, "sk": {"S": "$unique"}});
    let unknown = json!({"pk": {"S": "SETTINGS"}, "sk": {"S": "SETTINGS"}});
    let text = [
        good("1"),
        String::new(),
        line(guard),
        "no json".to_owned(),
        "{\"Metadata\": {\"WriteTimestampMicros\": 1}}".to_owned(),
        line(unknown),
        format!("{}{}", good("2"), good("3")),
        "{\"Item\":{\"pk\"".to_owned(),
        String::from_utf8_lossy(&[b'{', 0xff]).into_owned(),
    ];
    // The last line has no end.
    let text = text.join("\r\n") + "\n" + &good("4");
    let mut lines = ExportLines::<KeptItem, _>::new(text.as_bytes());
    let mut read = Vec::new();
    let mut failed = Vec::new();
    for item in &mut lines {
        match item {
            Ok(item) => read.push(item),
            Err(error) => {
                failed.push((error.line(), matches!(error.reason(), ExportReason::Item(_))))
            }
        }
    }
    assert_eq!(read, ["1", "4"].map(|id| KeptItem::Note(keepers::note(id, "Ünïcode \" \\ \n"))));
    let lines_of_failures = [(4, false), (5, false), (6, true), (7, false), (8, false), (9, false)];
    assert_eq!(failed, lines_of_failures);
    assert_eq!(lines.skipped(), 1, "what guards a unique value");

    let lines = ExportLines::<KeptItem, _>::new(text.as_bytes()).skip_unknown();
    assert_eq!(lines.filter(Result::is_err).count(), 5);
    let mut users = ExportLines::<User, _>::new(text.as_bytes()).skip_unknown();
    assert_eq!(users.by_ref().filter(Result::is_ok).count(), 0);

    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::UnexpectedEof.into())
        }
    }
    let broken = std::io::BufReader::new(std::io::Read::chain(text.as_bytes(), Broken));
    let read: Vec<_> = ExportLines::<KeptItem, _>::new(broken).collect();
    let last = read.last().unwrap().as_ref().unwrap_err();
    assert!(matches!(last.reason(), ExportReason::Read(_)), "{last}");
    assert_eq!(read.len(), 8, "it is the last");
}
