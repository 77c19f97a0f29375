//! The screens: compositions of the one reader, the one form and the one list.

pub mod annual;
pub mod circles;
pub mod document;
pub mod fields;
pub mod first;
pub mod frozen;
pub mod history;
pub mod home;
pub mod import;
pub mod indicators;
pub mod list;
pub mod machines;
pub mod partners;
pub mod rows;
pub mod search;
pub mod section;
pub mod settings;
pub mod talk;
