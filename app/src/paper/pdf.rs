//! The file: marks of pages as PDF, with the glyphs that are used of each font.

use std::{collections::BTreeMap, io::Write};

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{
    Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use skrifa::{FontRef, Tag};
use subsetter::GlyphRemapper;
use tr::tr;

use super::{
    content::Paper,
    layout::{Mark, Page, lay_out},
    picture::{self, Picture},
    text::{Face, Fonts},
};
use crate::locale::{self, Language};

/// Glyphs are numbered as in the subset of the font.
const ENCODING: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// A paper as a PDF. Errors: a sentence saying what is wrong.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, String> {
    let fonts = Fonts::new().ok_or_else(|| tr!("The PDF cannot be made: its fonts are damaged"))?;
    let pages = lay_out(paper, &fonts);
    let logo = paper.logo.as_deref().and_then(picture::read);
    let mut file = File { pdf: Pdf::new(), next: 1 };
    let (catalog, tree) = (file.id(), file.id());
    let mut used: Vec<Used> = fonts.faces.iter().map(|_| Used { id: file.id(), ..Used::default() }).collect();
    let logo = logo.map(|logo| file.picture(&logo));
    let mut kids = Vec::new();
    for page in &pages {
        let (id, content) = (file.id(), file.id());
        kids.push(id);
        let drawn = squeezed(&draw(page, &fonts, &mut used, logo.as_ref()));
        file.pdf.stream(content, &drawn).filter(Filter::FlateDecode);
        let mut sheet = file.pdf.page(id);
        sheet.parent(tree).contents(content).media_box(Rect::new(0.0, 0.0, page.width, page.height));
        let mut resources = sheet.resources();
        let mut named = resources.fonts();
        for (at, used) in used.iter().enumerate() {
            named.pair(Name(&face_name(at)), used.id);
        }
        named.finish();
        if let Some((picture, ..)) = logo {
            resources.x_objects().pair(Name(b"Logo"), picture);
        }
    }
    file.pdf.pages(tree).count(kids.len() as i32).kids(kids);
    for (face, used) in fonts.faces.iter().zip(&used) {
        file.font(face, used).ok_or_else(|| tr!("The PDF cannot be made: its fonts are damaged"))?;
    }
    let language = if locale::current().language == Language::German { "de" } else { "en" };
    file.pdf.catalog(catalog).pages(tree).lang(TextStr(language));
    let info = file.id();
    file.pdf
        .document_info(info)
        .title(TextStr(&paper.title))
        .author(TextStr(&paper.seller.name))
        .creator(TextStr("Satchel"));
    Ok(file.pdf.finish())
}

/// What of a font is used: its glyphs, numbered anew, and the characters they say.
struct Used {
    id: Ref,
    glyphs: GlyphRemapper,
    says: BTreeMap<u16, char>,
    widths: BTreeMap<u16, f32>,
}

impl Default for Used {
    fn default() -> Used {
        Used { id: Ref::new(1), glyphs: GlyphRemapper::new(), says: BTreeMap::new(), widths: BTreeMap::new() }
    }
}

fn face_name(at: usize) -> Vec<u8> {
    format!("F{at}").into_bytes()
}

fn squeezed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Into memory nothing fails.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// What is written on one page; the logo with its width and height.
fn draw(page: &Page, fonts: &Fonts, used: &mut [Used], logo: Option<&(Ref, f32, f32)>) -> Vec<u8> {
    let mut content = Content::new();
    let grey = |tone: u8| f32::from(tone) / 255.0;
    for mark in &page.marks {
        match mark {
            Mark::Text { x, y, text, size, cut, grey: tone, right } => {
                let mut x = if *right { x - fonts.width(text, *size, *cut) } else { *x };
                content.set_fill_gray(grey(*tone));
                for run in fonts.runs(text, *cut) {
                    let (Some(face), Some(used)) = (fonts.faces.get(run.face), used.get_mut(run.face)) else {
                        continue;
                    };
                    let mut shown = Vec::with_capacity(run.glyphs.len() * 2);
                    for (glyph, c) in &run.glyphs {
                        let new = used.glyphs.remap(*glyph);
                        used.says.entry(new).or_insert(*c);
                        used.widths.insert(new, face.advance(*glyph) * 1000.0);
                        shown.extend(new.to_be_bytes());
                    }
                    content.begin_text().set_font(Name(&face_name(run.face)), *size);
                    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, page.height - y]);
                    content.show(Str(&shown)).end_text();
                    x += run.width * size;
                }
            }
            Mark::Rule { left, right, y, grey: tone } => {
                content.set_stroke_gray(grey(*tone)).set_line_width(0.6);
                content.move_to(*left, page.height - y).line_to(*right, page.height - y).stroke();
            }
            Mark::Ground { left, right, top, bottom } => {
                content
                    .set_fill_gray(0.953)
                    .rect(*left, page.height - bottom, right - left, bottom - top)
                    .fill_nonzero();
            }
            Mark::Logo { left, top, width, height } => {
                let Some((_, wide, high)) = logo else { continue };
                let scale = (width / wide).min(height / high);
                let (wide, high) = (wide * scale, high * scale);
                content.save_state().transform([wide, 0.0, 0.0, high, *left, page.height - top - high]);
                content.x_object(Name(b"Logo")).restore_state();
            }
        }
    }
    content.finish().into_vec()
}

/// The file as it is written, and the number of the next object.
struct File {
    pdf: Pdf,
    next: i32,
}

impl File {
    fn id(&mut self) -> Ref {
        self.next += 1;
        Ref::new(self.next - 1)
    }

    /// A picture and, where it is not all opaque, its mask.
    fn picture(&mut self, picture: &Picture) -> (Ref, f32, f32) {
        let (id, mask) = (self.id(), self.id());
        let sides = (picture.width as i32, picture.height as i32);
        let colours: Vec<u8> = picture.rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let colours = squeezed(&colours);
        let mut image = self.pdf.image_xobject(id, &colours);
        image.width(sides.0).height(sides.1).bits_per_component(8).filter(Filter::FlateDecode);
        image.color_space().device_rgb();
        image.s_mask(mask);
        image.finish();
        let alpha: Vec<u8> = picture.rgba.chunks_exact(4).map(|p| p[3]).collect();
        let alpha = squeezed(&alpha);
        let mut image = self.pdf.image_xobject(mask, &alpha);
        image.width(sides.0).height(sides.1).bits_per_component(8).filter(Filter::FlateDecode);
        image.color_space().device_gray();
        image.finish();
        (id, picture.width as f32, picture.height as f32)
    }

    /// The part of a font that is used. Nothing if it cannot be taken out.
    fn font(&mut self, face: &Face, used: &Used) -> Option<()> {
        let [descendant, descriptor, program, cmap] = [self.id(), self.id(), self.id(), self.id()];
        let subset = subsetter::subset(face.bytes, 0, &used.glyphs).ok()?;
        let font = FontRef::new(&subset).ok()?;
        let cff = font.table_data(Tag::new(b"CFF ")).map(|table| table.as_bytes().to_vec());
        let is_cff = cff.is_some();
        // Six letters tell the part from the whole.
        let name = format!("SATCHL+{}", face.name);
        let outer = if is_cff { format!("{name}-Identity-H") } else { name.clone() };
        let mut font = self.pdf.type0_font(used.id);
        font.base_font(Name(outer.as_bytes())).encoding_predefined(Name(b"Identity-H"));
        font.descendant_font(descendant).to_unicode(cmap);
        font.finish();

        let mut cid = self.pdf.cid_font(descendant);
        cid.subtype(if is_cff { CidFontType::Type0 } else { CidFontType::Type2 });
        cid.base_font(Name(name.as_bytes())).system_info(ENCODING).font_descriptor(descriptor).default_width(0.0);
        if !is_cff {
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let last = used.glyphs.num_gids();
        cid.widths().consecutive(0, (0..last).map(|glyph| used.widths.get(&glyph).copied().unwrap_or_default()));
        cid.finish();

        let m = &face.metrics;
        let part = |units: f32| units * 1000.0 / f32::from(m.units_per_em.max(1));
        let bounds = m.bounds.map_or(Rect::new(0.0, 0.0, 1000.0, 1000.0), |b| {
            Rect::new(part(b.x_min), part(b.y_min), part(b.x_max), part(b.y_max))
        });
        let mut about = self.pdf.font_descriptor(descriptor);
        about.name(Name(name.as_bytes())).flags(FontFlags::NON_SYMBOLIC).bbox(bounds).italic_angle(0.0);
        about.ascent(part(m.ascent)).descent(part(m.descent));
        about.cap_height(part(m.cap_height.unwrap_or(m.ascent))).stem_v(80.0);
        match is_cff {
            true => about.font_file3(program),
            false => about.font_file2(program),
        };
        about.finish();
        let bytes = squeezed(cff.as_deref().unwrap_or(&subset));
        let mut stream = self.pdf.stream(program, &bytes);
        stream.filter(Filter::FlateDecode);
        if is_cff {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
        stream.finish();

        let mut says = UnicodeCmap::new(Name(b"Satchel"), ENCODING);
        used.says.iter().for_each(|(glyph, c)| says.pair(*glyph, *c));
        self.pdf.cmap(cmap, &says.finish());
        Some(())
    }
}
