//! Text by its glyphs: how wide it is, where it breaks, and which font has what.

use std::sync::LazyLock;

use eframe::egui::FontDefinitions;
use skrifa::{
    FontRef, MetadataProvider,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::{GlyphMetrics, Metrics},
};

/// Which cut of the font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    Regular,
    SemiBold,
}

/// The fonts of a paper: Inter, and behind it one with more alphabets.
pub struct Fonts {
    pub faces: Vec<Face>,
}

/// One font and what is asked of it.
pub struct Face {
    pub bytes: &'static [u8],
    pub name: &'static str,
    pub metrics: Metrics,
    charmap: Charmap<'static>,
    advances: GlyphMetrics<'static>,
}

/// The font that is asked for what Inter has not.
static MORE: LazyLock<Option<Vec<u8>>> = LazyLock::new(|| {
    let fonts = FontDefinitions::default();
    fonts.font_data.get("Ubuntu-Light").map(|data| (*data.font).as_ref().to_vec())
});

impl Face {
    fn of(name: &'static str, bytes: &'static [u8]) -> Option<Face> {
        let font = FontRef::new(bytes).ok()?;
        let (size, place) = (Size::unscaled(), LocationRef::default());
        Some(Face {
            bytes,
            name,
            metrics: font.metrics(size, place),
            charmap: font.charmap(),
            advances: font.glyph_metrics(size, place),
        })
    }

    fn glyph(&self, c: char) -> Option<u16> {
        self.charmap.map(c).and_then(|glyph| u16::try_from(glyph.to_u32()).ok()).filter(|glyph| *glyph != 0)
    }

    /// How far a glyph goes on, in parts of the size.
    pub fn advance(&self, glyph: u16) -> f32 {
        let wide = self.advances.advance_width(u32::from(glyph).into()).unwrap_or_default();
        wide / f32::from(self.metrics.units_per_em.max(1))
    }
}

/// Glyphs of one font in a row, each with the character it says.
pub struct Run {
    /// Which of the faces.
    pub face: usize,
    pub glyphs: Vec<(u16, char)>,
    /// In parts of the size.
    pub width: f32,
}

impl Fonts {
    /// Nothing if the fonts that come with the program cannot be read.
    pub fn new() -> Option<Fonts> {
        let regular = Face::of("Inter-Regular", include_bytes!("../../assets/fonts/Inter-Regular.otf"))?;
        let semibold = Face::of("Inter-SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf"))?;
        let more = MORE.as_deref().and_then(|bytes| Face::of("Ubuntu-Light", bytes));
        Some(Fonts { faces: [Some(regular), Some(semibold), more].into_iter().flatten().collect() })
    }

    /// The face that has a character, and its glyph; a question mark where none has it.
    fn find(&self, cut: Cut, c: char) -> (usize, u16) {
        let c = if c.is_whitespace() { ' ' } else { c };
        let own = usize::from(cut == Cut::SemiBold);
        let found = |c: char| {
            let faces = [own, 2].into_iter().filter_map(|at| Some((at, self.faces.get(at)?)));
            faces.into_iter().find_map(|(at, face)| Some((at, face.glyph(c)?)))
        };
        found(c).or_else(|| found('?')).unwrap_or((own, 0))
    }

    pub fn width(&self, text: &str, size: f32, cut: Cut) -> f32 {
        self.runs(text, cut).iter().map(|run| run.width).sum::<f32>() * size
    }

    /// The text font by font.
    pub fn runs(&self, text: &str, cut: Cut) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for c in text.chars().filter(|c| !c.is_control()) {
            let (face, glyph) = self.find(cut, c);
            if runs.last().is_none_or(|run| run.face != face) {
                runs.push(Run { face, glyphs: Vec::new(), width: 0.0 });
            }
            let Some(run) = runs.last_mut() else { continue };
            run.glyphs.push((glyph, c));
            run.width += self.faces.get(face).map_or(0.0, |face| face.advance(glyph));
        }
        runs
    }

    /// The lines of a text over a width; words that are wider are broken.
    pub fn wrap(&self, text: &str, size: f32, cut: Cut, room: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer, size, cut) <= room {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                let mut wide = 0.0;
                for c in word.chars() {
                    let more = self.width(c.encode_utf8(&mut [0; 4]), size, cut);
                    if !line.is_empty() && wide + more > room {
                        lines.push(std::mem::take(&mut line));
                        wide = 0.0;
                    }
                    wide += more;
                    line.push(c);
                }
            }
            lines.push(line);
        }
        if lines.is_empty() {
            lines.push(String::new());
        }
        lines
    }

    /// One line, cut with … where it does not fit.
    pub fn cut(&self, text: &str, size: f32, cut: Cut, room: f32) -> String {
        if self.width(text, size, cut) <= room {
            return text.to_owned();
        }
        let mut short: String = text.chars().take(400).collect();
        while !short.is_empty() && self.width(&short, size, cut) + size > room {
            short.pop();
        }
        format!("{}…", short.trim_end())
    }
}
