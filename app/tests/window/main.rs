//! The window, driven through the names that people who do not see it hear, and looked at.
#![allow(clippy::unwrap_used)]

mod activities;
mod analysis;
mod bad_input;
mod board;
mod board_groups;
mod calendar;
mod calendar_pictures;
mod calls;
mod contrast;
mod dashboard;
mod diary;
mod dressed;
mod first_start;
mod form_pictures;
mod forms;
mod frame_time;
mod german;
mod people;
mod people_pictures;
mod phone_book;
mod pictures;
mod reminders;
mod reporting;
mod scene;
mod searching;
mod settings;
mod shell;
mod texts;
mod todo;
mod todo_pictures;
mod typing;
mod view_pictures;
mod views;
mod while_others_write;
mod widgets;
