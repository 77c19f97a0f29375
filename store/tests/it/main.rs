//! The store's promises, tested from outside: annotated index.
#![allow(missing_docs, clippy::unwrap_used)]

/// The same behaviour from every store, against a model.
mod conformance;
