//! A scale of round numbers.

/// From the least to the most of the values and 0, both on a round number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub least: f64,
    pub most: f64,
    step: f64,
}

impl Scale {
    /// With about so many steps.
    pub fn over(values: impl Iterator<Item = f64>, steps: f64) -> Scale {
        let (least, most) =
            values.filter(|v| v.is_finite()).fold((0.0f64, 0.0f64), |(least, most), v| (least.min(v), most.max(v)));
        let step = nice((most - least) / steps.max(1.0));
        let down = (least / step).floor() * step;
        let up = ((most / step).ceil() * step).max(if least < 0.0 { 0.0 } else { step });
        Scale { least: down, most: up, step }
    }

    /// Of levels that lie close together: from below the lowest of them, and whether that is not 0.
    pub fn of_levels(levels: impl Iterator<Item = f64> + Clone, steps: f64) -> (Scale, bool) {
        let bounds = levels.clone().filter(|v| v.is_finite());
        let (low, high) = bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low <= 0.0 || high - low > 0.5 * high || high <= low {
            return (Scale::over(levels, steps), false);
        }
        let step = nice((high - low) * 1.3 / steps.max(1.0));
        let least = (((low - (high - low) * 0.25) / step).floor() * step).max(0.0);
        let scale = Scale { least, most: (high / step).ceil() * step, step };
        (scale, least > 0.0)
    }

    /// Where a value lies, from 0 at the least to 1 at the most.
    pub fn share(&self, value: f64) -> f32 {
        ((value - self.least) / (self.most - self.least)) as f32
    }

    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        let (least, step) = (self.least, self.step);
        let count = ((self.most - least) / step).round() as usize;
        (0..=count).map(move |at| least + step * at as f64)
    }
}

/// The next of 1, 2, 5, 10, 20 … that is no smaller.
fn nice(least: f64) -> f64 {
    if least <= 0.0 || !least.is_finite() {
        return 1.0;
    }
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|n| *n >= least * 0.999).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_on_round_numbers_and_has_0() {
        let of = |values: &[f64]| Scale::over(values.iter().copied(), 4.0);
        assert_eq!(of(&[586_923.0]).ticks().collect::<Vec<_>>(), [0.0, 2e5, 4e5, 6e5]);
        assert_eq!(of(&[]).ticks().collect::<Vec<_>>(), [0.0, 1.0]);
        assert_eq!(of(&[-30.0, 90.0]).ticks().collect::<Vec<_>>(), [-50.0, 0.0, 50.0, 100.0]);
        assert_eq!(of(&[-30.0]).ticks().collect::<Vec<_>>(), [-30.0, -20.0, -10.0, 0.0]);
        assert_eq!(of(&[f64::NAN, 3.0]).most, 3.0);
        let (close, is_cut) = Scale::of_levels([9_800.0, 11_000.0, 10_400.0].into_iter(), 4.5);
        assert!(is_cut && close.least <= 9_500.0 && close.least > 9_000.0 && close.most == 11_000.0, "{close:?}");
        assert!(!Scale::of_levels([100.0, 900.0].into_iter(), 4.5).1);
    }
}
