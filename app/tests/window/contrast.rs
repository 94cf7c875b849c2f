//! Every text is readable on what it may lie on: WCAG 2.2 AA, 4.5:1 for text, 3:1 for fills that mean something.

use eframe::egui::Color32;
use satchel::design::{Palette, tokens};

/// Relative luminance of an opaque colour, as WCAG defines it.
fn luminance(color: Color32) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn pairs(p: &Palette) -> Vec<(String, Color32, Color32, f64)> {
    let surfaces = [
        ("bg", p.bg),
        ("panel", p.panel),
        ("card", p.card),
        ("sunken", p.sunken),
        ("drop", p.drop),
        ("hover", p.hover),
    ];
    let tones = [("ok", p.ok), ("due", p.due), ("late", p.late), ("two", p.two), ("old", p.old)];
    let mut texts = vec![("text", p.text), ("text2", p.text2), ("text3", p.text3), ("accent", p.accent)];
    texts.extend(tones.map(|(name, tone)| (name, tone.text)));
    let mut pairs = Vec::new();
    for (on, surface) in surfaces {
        pairs.extend(texts.iter().map(|(name, text)| (format!("{name} on {on}"), *text, surface, 4.5)));
    }
    pairs.extend(tones.map(|(name, tone)| (format!("{name} on its own chip"), tone.text, tone.soft, 4.5)));
    pairs.extend(tones.map(|(name, tone)| (format!("{name} as a bar"), tone.fill, p.card, 3.0)));
    pairs.extend(p.series.iter().enumerate().map(|(n, color)| (format!("series {n} as a bar"), *color, p.card, 3.0)));
    pairs.extend(p.people.iter().enumerate().map(|(n, (text, soft))| (format!("person {n}"), *text, *soft, 4.5)));
    pairs.extend([
        ("text on what is chosen".to_owned(), p.text, p.asoft, 4.5),
        ("accent on what is chosen".to_owned(), p.accent, p.asoft, 4.5),
        ("a primary button".to_owned(), p.onaccent, p.accent, 4.5),
        ("the toast".to_owned(), p.onink, p.ink, 4.5),
        ("the toast's action".to_owned(), p.inkact, p.ink, 4.5),
        ("the edge of an input".to_owned(), p.ctl, p.card, 3.0),
        ("a star".to_owned(), p.star, p.card, 3.0),
    ]);
    pairs
}

#[test]
fn every_text_is_readable_on_what_it_lies_on() {
    for dark in [false, true] {
        for (what, above, below, least) in pairs(tokens::of(dark)) {
            let ratio = contrast(above, below);
            let theme = if dark { "dark" } else { "light" };
            assert!(ratio >= least, "{what}, {theme}: {ratio:.2}, less than {least}");
        }
    }
}

#[test]
fn contrast_is_measured_as_wcag_does() {
    assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 1e-9);
    assert!((contrast(Color32::from_gray(0x77), Color32::WHITE) - 4.48).abs() < 0.01);
}

/// As people see a colour who lack one kind of cones (Machado, Oliveira and Fernandes 2009), in CIE L*a*b*.
fn seen(color: Color32, eyes: &[[f64; 3]; 3]) -> [f64; 3] {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    let rgb = [color.r(), color.g(), color.b()].map(linear);
    let of = |row: &[f64; 3]| row.iter().zip(rgb).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0);
    let [r, g, b] = [of(&eyes[0]), of(&eyes[1]), of(&eyes[2])];
    let bent = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = bent((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    let y = bent(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = bent((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    ("all colours", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("no red", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("no green", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    ("no blue", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

#[test]
fn the_series_of_a_graph_are_told_apart_by_people_who_do_not_see_all_colours() {
    for dark in [false, true] {
        let series = &tokens::of(dark).series;
        for (who, eyes) in &EYES {
            for (n, a) in series.iter().enumerate() {
                for (m, b) in series.iter().enumerate().skip(n + 1) {
                    let (a, b) = (seen(*a, eyes), seen(*b, eyes));
                    let apart = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    assert!(apart >= 20.0, "{who}, dark {dark}: series {n} and {m} are {apart:.1} apart");
                }
            }
        }
    }
}
