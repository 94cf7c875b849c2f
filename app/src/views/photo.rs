//! The photo of a contact, as the address book brought it: read once, off the window's thread, cut to a square and made small.

use std::panic::{AssertUnwindSafe, catch_unwind};

use eframe::egui::{
    Color32, ColorImage, Image, Pos2, Rect, Sense, TextureHandle, TextureOptions, Ui, WidgetInfo, accesskit::Role, vec2,
};
use satchel_core::{DocId, FileHash};
use tr::tr;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use crate::shell::{Context, Pending};

/// Photos of more bytes, or wider or higher, are not looked at.
const MOST_BYTES: usize = 8 << 20;
const MOST_SIDE: usize = 6_000;
/// Sides of what is kept.
const SIDE: usize = 128;

#[derive(Default)]
pub struct Photo {
    of: Option<FileHash>,
    loading: Option<Pending<Option<ColorImage>>>,
    texture: Option<TextureHandle>,
}

impl Photo {
    /// Paints the photo as a disc; false where there is none that can be shown, so that something else may stand there.
    pub fn show(&mut self, ui: &Ui, cx: &mut Context, contact: DocId, center: Pos2, diameter: f32) -> bool {
        let photo = cx.records.contacts.get(&contact).and_then(|contact| contact.photo());
        let hash = photo.filter(|photo| photo.size <= MOST_BYTES as u64).map(|photo| photo.hash);
        let hash = hash.filter(|hash| (cx.has_file)(*hash));
        if self.of != hash {
            *self = Photo { of: hash, ..Photo::default() };
            self.loading = hash.map(|hash| {
                cx.background(move |workspace, _| workspace.file(hash).ok().and_then(|bytes| thumbnail(&bytes)))
            });
        }
        if let Some(Some(image)) = self.loading.as_ref().and_then(Pending::take) {
            let name = hash.map_or_else(String::new, |hash| format!("photo {hash}"));
            self.texture = Some(ui.ctx().load_texture(name, image, TextureOptions::LINEAR));
        }
        let Some(texture) = &self.texture else { return false };
        let place = Rect::from_center_size(center, vec2(diameter, diameter));
        let name = tr!("Photo of {}", cx.records.name(contact));
        ui.interact(place, ui.scope_id().with(("photo", contact)), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        Image::new(texture).corner_radius(diameter / 2.0).paint_at(ui, place);
        true
    }
}

/// A small square out of the middle of a JPEG or PNG; nothing for what is neither, too large, or damaged.
pub fn thumbnail(bytes: &[u8]) -> Option<ColorImage> {
    // What comes from outside must not end the program, whatever the decoder thinks of it.
    let (width, height, rgba) = pixels(bytes)?;
    square(width, height, &rgba)
}

/// Width, height and four bytes a point of a JPEG or PNG; nothing for what is neither, too large, or damaged.
pub fn pixels(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    (bytes.len() <= MOST_BYTES).then(|| catch_unwind(AssertUnwindSafe(|| decode(bytes))).ok().flatten())?
}

fn decode(bytes: &[u8]) -> Option<(usize, usize, Vec<u8>)> {
    if bytes.starts_with(&[0xff, 0xd8]) {
        let options = DecoderOptions::default()
            .set_max_width(MOST_SIDE)
            .set_max_height(MOST_SIDE)
            .jpeg_set_out_colorspace(ColorSpace::RGBA);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        let rgba = decoder.decode().ok()?;
        let info = decoder.info()?;
        return Some((usize::from(info.width), usize::from(info.height), rgba));
    }
    // Its sides stand at the beginning: they are judged before anything is unpacked.
    let side = |at: usize| {
        let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(four)).ok().filter(|side| (1..=MOST_SIDE).contains(side))
    };
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") || side(16).is_none() || side(20).is_none() {
        return None;
    }
    let image = eframe::icon_data::from_png_bytes(bytes).ok()?;
    Some((image.width as usize, image.height as usize, image.rgba))
}

/// The middle, each point the mean of those it stands for.
fn square(width: usize, height: usize, rgba: &[u8]) -> Option<ColorImage> {
    let least = width.min(height);
    if least == 0 || rgba.len() < width * height * 4 {
        return None;
    }
    let (left, top, side) = ((width - least) / 2, (height - least) / 2, least.min(SIDE));
    let span = |at: usize| (at * least / side, ((at + 1) * least / side).max(at * least / side + 1));
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        let (from_y, to_y) = span(y);
        for x in 0..side {
            let (from_x, to_x) = span(x);
            let mut sum = [0u64; 4];
            for row in from_y..to_y {
                for column in from_x..to_x {
                    let at = ((top + row) * width + left + column) * 4;
                    (0..4).for_each(|i| sum[i] += u64::from(rgba[at + i]));
                }
            }
            let count = ((to_y - from_y) * (to_x - from_x)) as u64;
            let [r, g, b, a] = sum.map(|sum| (sum / count) as u8);
            pixels.push(Color32::from_rgba_unmultiplied(r, g, b, a));
        }
    }
    Some(ColorImage::new([side, side], pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_kept_and_made_small() {
        let wide: Vec<u8> = (0..400 * 200).flat_map(|_| [10, 20, 30, 255]).collect();
        let image = square(400, 200, &wide).unwrap();
        assert_eq!((image.size, image.pixels[0]), ([SIDE, SIDE], Color32::from_rgb(10, 20, 30)));
        assert_eq!(square(2, 3, &[255; 24]).unwrap().size, [2, 2]);
        assert!(square(0, 5, &[]).is_none() && square(10, 10, &[0; 4]).is_none());
    }

    #[test]
    fn bad_pictures_are_no_pictures() {
        let mut huge = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        huge.extend([0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 6, 0, 0, 0]);
        let jpeg = [&[0xff, 0xd8, 0xff, 0xe0][..], &[0x55; 900]].concat();
        for bytes in [&b""[..], b"GIF89a", b"not a picture", &huge, &jpeg, &[0xff, 0xd8], &[0; 100]] {
            assert!(thumbnail(bytes).is_none());
        }
    }
}
