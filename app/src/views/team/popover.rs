//! The popover of the sync line: every other device, who has it, how far it is, when it was last seen.

use eframe::egui::{
    Align, CornerRadius, Frame, Layout, Popup, PopupCloseBehavior, Rect, RectAlign, Response, Role, ScrollArea, Sense,
    Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_sync::{Node, PeerState};
use tr::tr;

use super::{device_words, invite::For, members::Load, peer_words, seen_words};
use crate::{
    design::{icons, palette, radius, shadow, size, type_scale},
    shell::Context,
    views::form::chronicle::device_icon,
    widgets::{Button, Row, button::icon_button_at},
};

/// Returns whom to invite, when that was asked for.
pub fn show(line: &Response, cx: &mut Context, members: &mut Load) -> Option<For> {
    let palette = crate::design::tokens::of(line.ctx.theme() == eframe::egui::Theme::Dark);
    let frame = Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line2))
        .corner_radius(CornerRadius::same(radius::COLUMN))
        .shadow(shadow::popup(palette));
    let shown = Popup::from_toggle_button_response(line)
        .align(RectAlign::TOP_START)
        .gap(38.0)
        .width(size::POPOVER)
        .frame(frame)
        .accessible_name(tr!("Devices"))
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| contents(ui, cx, members));
    shown.and_then(|s| s.inner)
}

fn contents(ui: &mut Ui, cx: &mut Context, members: &mut Load) -> Option<For> {
    let p = palette(ui);
    let state = cx.node.map(Node::state);
    let known = members.get(cx);
    ui.set_width(size::POPOVER);
    ui.spacing_mut().item_spacing.y = 0.0;

    let peers = state.as_ref().map_or(&[][..], |s| &s.peers);
    let shared = peers.iter().filter(|peer| peer.up_to_date).count();
    let title = match (peers.len(), shared) {
        (0, _) => tr!("On this device only"),
        (all, shared) if all == shared => tr!("Shared with {n} device" | "Shared with {n} devices" % all),
        (all, shared) => {
            tr!("Shared with {shared} of {n} device" | "Shared with {shared} of {n} devices" % all, shared = shared)
        }
    };
    let waiting = peers.len() - shared;
    let sentence = match (state.as_ref().and_then(|s| s.problem.clone()), peers.len(), waiting) {
        (Some(problem), ..) => problem,
        (None, 0, _) => tr!("Invite a colleague, or add another device of yours."),
        (None, _, 0) => tr!("Everything is saved here and with all the others."),
        (None, _, waiting) => tr!("Everything is saved here; {n} device will get it when in reach."
            | "Everything is saved here; {n} devices will get it when in reach." % waiting),
    };
    let (head, _) = ui.allocate_exact_size(vec2(size::POPOVER, 62.0), Sense::hover());
    let inner = head.shrink2(vec2(16.0, 0.0));
    Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 14.0), vec2(inner.width() - 30.0, 20.0))).text(
        &title,
        type_scale::TITLE,
        p.text,
    );
    Row::new(ui, Rect::from_min_size(inner.min + vec2(0.0, 36.0), vec2(inner.width(), 16.0))).text(
        &sentence,
        type_scale::SECONDARY,
        p.text2,
    );
    let close = Rect::from_min_size(pos2(inner.right() - 22.0, inner.top() + 12.0), vec2(26.0, 26.0));
    if icon_button_at(ui, close, ui.scope_id().with("close"), icons::CLOSE, &tr!("Close"), size::ICON).clicked() {
        ui.close();
    }

    ScrollArea::vertical().max_height(50.0 * 7.0).show(ui, |ui| {
        for peer in peers {
            device(ui, cx, peer);
        }
    });

    rule(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(size::POPOVER, 36.0), Sense::hover());
    let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
    match &state {
        Some(state) => {
            row.icon(icons::WIFI, 16.0, p.text2);
            let words = match state.listening.first() {
                Some(address) => tr!("On the local network at {}", address),
                None => tr!("On the local network"),
            };
            row.gap(6.0).text(&words, type_scale::SECONDARY, p.text2);
        }
        None => {
            row.icon(icons::OFFLINE, 16.0, p.text2);
            row.gap(6.0).text(&tr!("Off the network: changes wait here"), type_scale::SECONDARY, p.text2);
        }
    }
    row.text_right(&known.device_name, type_scale::SECONDARY, p.text3);

    rule(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(size::POPOVER, 44.0), Sense::hover());
    let mut foot = ui.new_child(
        UiBuilder::new().max_rect(rect.shrink2(vec2(16.0, 0.0))).layout(Layout::left_to_right(Align::Center)),
    );
    let mut wanted = None;
    if foot.add(Button::new(&tr!("Invite")).name(&tr!("Invite a colleague")).icon(icons::PERSON_ADD).small()).clicked()
    {
        wanted = Some(For::Colleague);
    }
    if foot.add(Button::new(&tr!("My other device")).icon(icons::QR).small()).clicked() {
        wanted = Some(For::Myself);
    }
    if wanted.is_some() {
        ui.close();
    }
    wanted
}

fn device(ui: &mut Ui, cx: &Context, peer: &PeerState) {
    let p = palette(ui);
    rule(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 50.0), Sense::hover());
    let who = device_words(&peer.user_name, &peer.device_name);
    let (state, fine) = peer_words(peer);
    let seen = seen_words(cx, peer);
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::Label,
            true,
            tr!("{who}: {state}, seen {seen}", who = who, state = state, seen = seen),
        )
    });
    let inner = rect.shrink2(vec2(16.0, 0.0));
    let square = Rect::from_min_size(pos2(inner.left(), rect.center().y - 16.0), vec2(32.0, 32.0));
    ui.painter().rect_filled(square, CornerRadius::same(radius::CARD), p.sunken);
    icons::paint(ui.painter(), device_icon(&peer.device_name), square.center(), 18.0, p.text2);
    let dot = square.max - vec2(3.0, 3.0);
    ui.painter().circle_filled(dot, 5.0, p.card);
    ui.painter().circle_filled(dot, 3.5, if peer.connected { p.ok.fill } else { p.none });

    let text =
        Rect::from_min_max(pos2(square.right() + 12.0, rect.top() + 7.0), pos2(inner.right(), rect.top() + 25.0));
    let mut row = Row::new(ui, text.translate(vec2(0.0, 8.0)));
    row.text_right(&seen, type_scale::SECONDARY, p.text);
    let right = row.right() - 12.0;
    let mut top = Row::new(ui, Rect::from_min_max(text.min, pos2(right, text.bottom())));
    top.text(&who, type_scale::VALUE, p.text);
    let color = if fine { p.ok.text } else { p.due.text };
    top.gap(6.0).text(&state, type_scale::SECONDARY, color);
    let under = match (peer.address, peer.connected) {
        (Some(address), true) => tr!("On the local network, {}", address.ip()),
        (Some(address), false) => tr!("Last at {}", address.ip()),
        (None, true) => tr!("By a relay"),
        (None, false) => tr!("Not met yet"),
    };
    let foot = Rect::from_min_max(pos2(text.left(), rect.top() + 26.0), pos2(right, rect.top() + 42.0));
    Row::new(ui, foot).text(&under, type_scale::SECONDARY, p.text3);
}

fn rule(ui: &mut Ui) {
    let y = ui.cursor().top();
    let x = ui.max_rect().x_range();
    ui.painter().hline(x, y, Stroke::new(1.0, palette(ui).line));
}
