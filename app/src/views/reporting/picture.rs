//! A graph as a picture on the clipboard: what stands in the window there, in as many points as the screen has.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use eframe::egui::{ColorImage, Pos2, Rect, ScreenshotCallback, Ui, ViewportCommand};
use tr::tr;

use crate::shell::{Action, Context, Say};

/// Frames that are drawn for a picture, and the time between them.
const MOST: u8 = 60;
const BETWEEN: Duration = Duration::from_millis(50);

#[derive(Default)]
pub struct Picture {
    /// Where the graph lies, once it is asked for; taken with the next frame, when no button is lit.
    wanted: Option<u8>,
    /// How many more frames are drawn for the picture to arrive: the GPU hands it over with one that comes later.
    awaited: u8,
    taken: Arc<Mutex<Option<ColorImage>>>,
}

impl Picture {
    pub fn want(&mut self, ui: &Ui) {
        self.wanted = Some(2);
        ui.ctx().request_repaint();
    }

    /// Each frame, with the place of the graph. Tells once it is on the clipboard.
    pub fn turn(&mut self, ui: &Ui, cx: &mut Context, rect: Rect) {
        if self.awaited > 0 {
            self.awaited -= 1;
            ui.ctx().request_repaint_after(BETWEEN);
        }
        if let Some(image) = self.taken.lock().unwrap_or_else(|e| e.into_inner()).take() {
            self.awaited = 0;
            ui.ctx().copy_image(image);
            cx.actions.push(Action::Say(Say::Done(tr!("The graph is on the clipboard as a picture"))));
        }
        match self.wanted {
            Some(0) => {
                self.wanted = None;
                let (taken, ctx, scale) = (Arc::clone(&self.taken), ui.ctx().clone(), ui.ctx().pixels_per_point());
                let callback = ScreenshotCallback::new(move |image| {
                    let whole = Rect::from_min_size(Pos2::ZERO, image.size.map(|side| side as f32 / scale).into());
                    let rect = rect.intersect(whole);
                    if !rect.is_positive() {
                        return;
                    }
                    *taken.lock().unwrap_or_else(|e| e.into_inner()) = Some(image.region(&rect, Some(scale)));
                    ctx.request_repaint();
                });
                ui.ctx().send_viewport_cmd(ViewportCommand::Screenshot(callback));
                self.awaited = MOST;
                ui.ctx().request_repaint_after(BETWEEN);
            }
            Some(frames) => {
                self.wanted = Some(frames - 1);
                ui.ctx().request_repaint();
            }
            None => {}
        }
    }
}
