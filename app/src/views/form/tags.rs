//! The tags of a record as chips: take one off, put one on, make a new one.

use eframe::egui::{
    CornerRadius, Id, Key, Modifiers, Popup, PopupCloseBehavior, Rect, RectAlign, Role, Sense, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use satchel_core::{Command, DocId, Kind, Record, Value};
use tr::tr;

use super::{Form, words};
use crate::{
    design::{icons, palette, type_scale},
    shell::Context,
    widgets::{Input, Row, chip, menu, row::cut},
};

/// What is typed to find a tag.
#[derive(Default)]
pub struct TagPicker {
    open: bool,
    query: String,
}

impl TagPicker {
    /// Chips from the right edge of a rectangle; those that do not fit are counted. Returns the left edge.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, form: &mut Form, record: &Record, rect: Rect) -> f32 {
        let palette = palette(ui);
        let mut tags = match form.current(record, "tags") {
            Value::Refs(tags) => tags,
            _ => Vec::new(),
        };
        tags.sort_by_key(|t| (cx.records.name(*t).to_lowercase(), *t));
        let y = rect.center().y;
        let mut x = rect.right();

        let text = tr!("Tag");
        let wide = cut(ui.painter(), &text, type_scale::TAG, palette.text2, 120.0).size().x + 32.0;
        let add = Rect::from_min_max(pos2(x - wide.max(54.0), y - 10.0), pos2(x, y + 10.0));
        let response = ui.interact(add, Id::unique(("add tag", record.id())), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Add tag")));
        let hot = response.hovered() || response.has_focus() || self.open;
        let (fill, line) = if hot { (palette.hover, palette.ctl) } else { (palette.panel, palette.line) };
        ui.painter().rect(add, CornerRadius::same(9), fill, Stroke::new(1.0, line), StrokeKind::Inside);
        let mut inside = Row::new(ui, add.shrink2(vec2(7.0, 0.0)));
        inside.icon(icons::ADD, 14.0, palette.text2);
        inside.gap(3.0).text(&text, type_scale::TAG, palette.text2);
        x = add.left() - 8.0;

        let mut removed = None;
        let mut hidden = 0;
        for tag in tags.iter().rev() {
            let name = cx.records.name(*tag);
            let color = cx.records.tags.get(tag).map_or(0, |t| t.color);
            let width = chip::tag_width(ui.painter(), name).min(140.0);
            if x - width < rect.left() {
                hidden += 1;
                continue;
            }
            let at = chip::tag_right(ui.painter(), pos2(x, y), width, name, color.unsigned_abs(), palette);
            let response = ui.interact(at, Id::unique(("tag", record.id(), *tag)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Remove tag {}", name)));
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(at, CornerRadius::same(9), palette.hover);
                let galley = cut(ui.painter(), name, type_scale::TAG, palette.text, width - 24.0);
                ui.painter().galley(pos2(at.left() + 8.0, y - galley.size().y / 2.0), galley, palette.text);
                icons::paint(ui.painter(), icons::CLOSE, pos2(at.right() - 9.0, y), 12.0, palette.text2);
            }
            if response.clicked() {
                removed = Some(*tag);
            }
            x = at.left() - 6.0;
        }
        if hidden > 0 {
            let text = format!("+{hidden}");
            let galley = cut(ui.painter(), &text, type_scale::TAG, palette.text3, 30.0);
            x -= galley.size().x;
            ui.painter().galley(pos2(x, y - galley.size().y / 2.0), galley, palette.text3);
        }
        if let Some(tag) = removed {
            let left: Vec<DocId> = tags.iter().copied().filter(|t| *t != tag).collect();
            form.save(cx, record, "tags", Value::Refs(left));
        }

        if response.clicked() {
            self.open = !self.open;
            self.query.clear();
            if self.open {
                form.begin(cx, record, "tags");
            }
        }
        self.popup(&response, cx, form, record, &tags);
        x
    }

    fn popup(
        &mut self,
        anchor: &eframe::egui::Response,
        cx: &mut Context,
        form: &mut Form,
        record: &Record,
        tags: &[DocId],
    ) {
        if !self.open {
            return;
        }
        let mut chosen = None;
        let mut made = None;
        let mut open = true;
        let query = &mut self.query;
        Popup::from_response(anchor)
            .align(RectAlign::BOTTOM_END)
            .gap(4.0)
            .width(220.0)
            .open_bool(&mut open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_width(220.0);
                let id = Id::unique("tag query");
                let prompt = tr!("Find or create a tag");
                let input = Input::new(query, &prompt).hint(&prompt).id(id).show(ui);
                if !input.has_focus() && !input.lost_focus() {
                    input.request_focus();
                }
                let enter = input.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
                let mut found = words::suggestions(cx.records, Kind::Tag, query);
                found.retain(|s| !tags.contains(&s.key));
                found.truncate(8);
                for item in &found {
                    if menu::item(ui, Some(icons::TAG), &item.title, None).clicked() {
                        chosen = Some(item.key);
                    }
                }
                let name = query.trim();
                let exact = found.iter().find(|s| s.title.eq_ignore_ascii_case(name)).map(|s| s.key);
                let have = tags.iter().any(|t| cx.records.name(*t).eq_ignore_ascii_case(name));
                if !name.is_empty() && exact.is_none() && !have {
                    let clicked = menu::item(ui, Some(icons::ADD), &tr!("Create ‘{}’", name), None).clicked();
                    if clicked || enter && found.is_empty() {
                        made = Some(name.to_owned());
                    }
                }
                if enter && made.is_none() {
                    chosen = exact.or(found.first().map(|s| s.key)).filter(|_| !name.is_empty());
                }
                if found.is_empty() && name.is_empty() {
                    ui.label(type_scale::SECONDARY.text(tr!("Type the name of a new tag")).color(palette(ui).text3));
                }
            });
        let with = |tag: DocId| Value::Refs(tags.iter().copied().chain([tag]).collect());
        if let Some(tag) = chosen {
            form.save(cx, record, "tags", with(tag));
            open = false;
        } else if let Some(name) = made {
            let id = cx.new_id(Kind::Tag);
            let color = (cx.records.tags.len() % 7) as i64;
            let fields = vec![("name".to_owned(), Value::Text(name.clone())), ("color".to_owned(), Value::Int(color))];
            let set = Command::Set { id: record.id(), fields: vec![("tags".to_owned(), with(id))], seen: None };
            let label = format!("Create tag {name}");
            cx.execute(Command::Together { label, commands: vec![Command::Create { id, fields }, set] });
            open = false;
        }
        if !open {
            // Escape closed the list and nothing else.
            anchor.ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        }
        self.open = open;
    }
}
