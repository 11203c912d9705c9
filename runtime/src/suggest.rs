//! "Did you mean …": the closest of some names, by CPython's cost model (`Python/suggestions.c`).

/// Names that are looked at, at most.
const MAX_CANDIDATES: usize = 750;
/// Longest name that is compared, in bytes.
const MAX_LENGTH: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

/// The name closest to `wrong` that needs no more than a third of its characters changed.
pub fn closest<'a>(wrong: &str, names: impl ExactSizeIterator<Item = &'a str>) -> Option<&'a str> {
    if names.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(&str, usize)> = None;
    for name in names {
        if name == wrong {
            continue;
        }
        let mut limit = (name.len() + wrong.len() + 3) * MOVE_COST / 6;
        if let Some((_, d)) = best {
            limit = limit.min(d.saturating_sub(1));
        }
        if let Some(d) = distance(wrong.as_bytes(), name.as_bytes(), limit)
            && best.is_none_or(|(_, b)| d < b)
        {
            best = Some((name, d));
        }
    }
    best.map(|(name, _)| name)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The weighted edit distance, if it is at most `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.is_empty() || b.is_empty() {
        let d = (a.len() + b.len()) * MOVE_COST;
        return (d <= limit).then_some(d);
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return None;
    }
    let (a, b) = if b.len() < a.len() { (b, a) } else { (a, b) };
    if (b.len() - a.len()) * MOVE_COST > limit {
        return None;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, &y) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut least = usize::MAX;
        for (cell, &x) in row.iter_mut().zip(a) {
            let substitute = diagonal + substitution(y, x);
            diagonal = *cell;
            let move_ = result.min(diagonal) + MOVE_COST;
            result = substitute.min(move_);
            *cell = result;
            least = least.min(result);
        }
        if least > limit {
            return None;
        }
    }
    (result <= limit).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn the_closest_name() {
        let names = ["append", "apply", "Appendix", "zip"];
        assert_eq!(closest("apend", names.into_iter()), Some("append"));
        assert_eq!(closest("qqqq", names.into_iter()), None);
        assert_eq!(closest("zip", names.into_iter()), None);
        assert_eq!(closest("Zip", names.into_iter()), Some("zip"));
    }
}
