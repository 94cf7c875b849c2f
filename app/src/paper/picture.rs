//! The picture of the company: read, and made as small as paper needs it.

use crate::views::photo;

pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// Four bytes a point.
    pub rgba: Vec<u8>,
}

/// Sides that paper shows.
const SIDE: usize = 1_000;

/// A PNG or a JPEG; nothing for what is neither, too large, or damaged.
pub fn read(bytes: &[u8]) -> Option<Picture> {
    let (width, height, rgba) = photo::pixels(bytes)?;
    if width == 0 || height == 0 || rgba.len() < width * height * 4 {
        return None;
    }
    let step = width.max(height).div_ceil(SIDE);
    let (wide, high) = (width.div_ceil(step), height.div_ceil(step));
    let mut small = Vec::with_capacity(wide * high * 4);
    for y in 0..high {
        for x in 0..wide {
            let rows = y * step..((y + 1) * step).min(height);
            let mut sum = [0u64; 4];
            let mut count = 0;
            for row in rows {
                for column in x * step..((x + 1) * step).min(width) {
                    let at = (row * width + column) * 4;
                    (0..4).for_each(|part| sum[part] += u64::from(rgba[at + part]));
                    count += 1;
                }
            }
            small.extend(sum.map(|part| (part / count.max(1)) as u8));
        }
    }
    Some(Picture { width: wide, height: high, rgba: small })
}
