//! What may go to another thread: checked while compiling, for every entity, and never run.

#![expect(dead_code, reason = "to be type-checked is all that it is for")]

use crate::error::{
    ConditionFailed, CursorError, EncodeError, ExportError, HookError, ItemError, KeyError,
    LimitError, LoadError, PartialRead, RecordError, ReindexError, ServiceError, StreamError,
    TableError, TransactionCancelled,
};
use crate::op::*;
use crate::query::{IntoQuery, IntoSearch, Near, Partition, Steps};
use crate::schema::{Entity, Schema, Table, TableSchema};
use crate::stream::{Batch, Consumer, Image, Keys, Record, Records};
use crate::{
    Cursor, CursorKey, Error, Key, Page, Readable, Request, Response, TableHandle, Vector, wire,
};

/// It can be moved into a task.
fn sent<T: Send + 'static>() {}

/// Tasks can hold it together.
fn shared<T: Send + Sync + 'static>() {}

/// It can be awaited on a runtime with more than one thread.
fn awaited<F: Future + Send>(_: F) {}

/// It can be awaited in a task of its own.
fn spawned<F: IntoFuture<IntoFuture: Send + 'static> + Send + 'static>() {}

fn values<E: Entity + Sync, T: Table>() {
    shared::<(TableHandle<T>, Request, Schema, TableSchema, Cursor, CursorKey, Plan)>();
    shared::<(Key<E>, Page<E>, Response<E>, Record<E>, Keys<E>, Records<E>, Report<E>, Updated<E>)>(
    );
    shared::<(Vector<3>, wire::Value, wire::Number, TableSettings, crate::model::Model<T>)>();
}

/// `?` in a function that returns `Box<dyn Error + Send + Sync>`, or `anyhow::Error`, takes these.
fn errors<E: Entity + Sync>() {
    fn error<X: std::error::Error + Send + Sync + 'static>() {}
    error::<Error>();
    error::<PartialRead<Vec<E>>>();
    error::<ExportError>();
    error::<wire::Error>();
    error::<crate::key::PartError>();
    error::<crate::key::TemplateError>();
    error::<crate::schema::SchemaChanged>();
    error::<crate::WrongDimensions>();
    shared::<crate::ErrorKind>();
    shared::<(ConditionFailed, CursorError, EncodeError, HookError, ItemError, KeyError)>();
    shared::<(LimitError, LoadError, RecordError, ReindexError, ServiceError, StreamError)>();
    shared::<(TableError, TransactionCancelled)>();
}

fn operations<E: Entity, R: Readable, S: IntoSearch + Send + 'static>() {
    spawned::<Put<E>>();
    spawned::<Put<E, Old<E>>>();
    spawned::<Get<E, R>>();
    spawned::<Delete<E>>();
    spawned::<Update<E>>();
    spawned::<Update<E, UpdatedNew<E>>>();
    spawned::<MoveItem>();
    spawned::<All<R>>();
    spawned::<First<R>>();
    spawned::<Count<R>>();
    spawned::<PageOf<R>>();
    spawned::<Top<R, S>>();
    spawned::<BatchGet<Vec<Option<R>>, R>>();
    spawned::<TransactGet<Vec<Option<R>>>>();
    spawned::<TransactWrite>();
    spawned::<Execute<R>>();
    spawned::<ExecutePage<R>>();
}

fn of_tables<T: Table>() {
    spawned::<CreateTable>();
    spawned::<EnsureTable>();
    spawned::<UpdateTable>();
    spawned::<DropTable>();
    spawned::<VerifyTable<T>>();
    spawned::<CreateBackup>();
    spawned::<Backups>();
    spawned::<DeleteBackup>();
    spawned::<RestoreTable>();
    spawned::<ExportTable>();
    spawned::<ImportTable>();
    spawned::<Kinesis>();
    spawned::<KinesisDestinations>();
}

fn builders<E: Entity, R: Readable, Q: IntoQuery + Send + Sync + 'static>() {
    shared::<(Put<E>, Get<E>, Delete<E>, Update<E>, Check<E>, MoveItem, Write, TransactWrite)>();
    shared::<(Query<R, Q>, Scan<R>, All<R>, First<R>, Count<R>, PageOf<R>)>();
    shared::<(Partition<E>, Steps<E>)>();
    sent::<Near<E, ()>>();
}

fn streams<R: Readable>() {
    fn stream<S: futures_core::Stream + Send + Unpin + 'static>() {}
    stream::<ItemStream<R>>();
    stream::<PageStream<R>>();
}

fn runs<W: Loadable + Send + Sync, T: Table>(load: &mut Load<W>, reindex: &mut Reindex<T>) {
    sent::<(Load<W>, Reindex<T>)>();
    awaited(load.run());
    awaited(reindex.run());
}

fn consumers<I: Image>(consumer: &mut Consumer<I>, batch: Batch<'_, I>) {
    sent::<Consumer<I>>();
    awaited(consumer.next());
    awaited(batch.acknowledge());
}

fn handlers<I: Image>(records: Records<I>) {
    awaited(records.handle(async |record| record.map(drop)));
}
