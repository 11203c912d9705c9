//! Case mapping: the standard library's full mappings, kept to Unicode 16.0, with tables for titlecase and
//! case folding, and the final-sigma rule.

use super::chars::{Chars, StrBuilder};
use super::props::{bits, flags, is};
use super::tables::{FOLD, TITLE};

/// Characters that got a case mapping only in Unicode 17 (the standard library is newer than CPython 3.14).
fn newer_than_ucd16(c: u32) -> bool {
    matches!(c, 0xa7ce | 0xa7cf | 0xa7d2..=0xa7d5 | 0x16ea0..=0x16ed3)
}

fn as_cased(c: u32) -> Option<char> {
    if newer_than_ucd16(c) { None } else { char::from_u32(c) }
}

/// Append the full uppercase of a code point.
#[inline]
pub fn push_upper(out: &mut StrBuilder, c: u32) {
    match u8::try_from(c) {
        Ok(b) if b < 128 => out.push(b.to_ascii_uppercase().into()),
        _ => push_upper_wide(out, c),
    }
}

fn push_upper_wide(out: &mut StrBuilder, c: u32) {
    match as_cased(c) {
        Some(ch) => ch.to_uppercase().for_each(|u| out.push(u.into())),
        None => out.push(c),
    }
}

/// Append the full lowercase of a code point, whatever surrounds it.
#[inline]
pub fn push_lower(out: &mut StrBuilder, c: u32) {
    match u8::try_from(c) {
        Ok(b) if b < 128 => out.push(b.to_ascii_lowercase().into()),
        _ => push_lower_wide(out, c),
    }
}

fn push_lower_wide(out: &mut StrBuilder, c: u32) {
    match as_cased(c) {
        Some(ch) => ch.to_lowercase().for_each(|u| out.push(u.into())),
        None => out.push(c),
    }
}

/// Append the full titlecase of a code point.
pub fn push_title(out: &mut StrBuilder, c: u32) {
    match if c < 128 { None } else { lookup(&TITLE, c) } {
        Some(s) => out.push_str(s),
        None => push_upper(out, c),
    }
}

fn push_fold(out: &mut StrBuilder, c: u32) {
    match if c < 128 { None } else { lookup(&FOLD, c) } {
        Some(s) => out.push_str(s),
        None => push_lower(out, c),
    }
}

fn lookup(table: &'static [(u32, &'static str)], c: u32) -> Option<&'static str> {
    table.binary_search_by_key(&c, |row| row.0).ok().map(|i| table[i].1)
}

/// Lowercase of the character at `i`, where a capital sigma at the end of a word becomes a final one.
#[inline]
fn push_lower_at(out: &mut StrBuilder, chars: Chars<'_>, i: usize) {
    let c = chars.at(i);
    if c == 0x3a3 { push_sigma(out, chars, i) } else { push_lower(out, c) }
}

#[cold]
fn push_sigma(out: &mut StrBuilder, chars: Chars<'_>, i: usize) {
    let cased = |c: u32| is(c, bits::CASED);
    let visible = |c: &u32| !is(*c, bits::CASE_IGNORABLE);
    let before = chars.slice(0..i).iter().rev().find(visible).is_some_and(cased);
    let after = chars.slice(i + 1..chars.len()).iter().find(visible).is_some_and(cased);
    out.push(if before && !after { 0x3c2 } else { 0x3c3 });
}

fn ascii(chars: Chars<'_>, map: impl FnMut(&u8) -> u8) -> Option<StrBuilder> {
    let text = chars.as_ascii()?;
    Some(StrBuilder::from_latin1(text.as_bytes().iter().map(map).collect()))
}

/// `str.upper`
pub fn upper(chars: Chars<'_>) -> StrBuilder {
    ascii(chars, u8::to_ascii_uppercase).unwrap_or_else(|| {
        let mut out = StrBuilder::with_capacity(chars.len());
        chars.iter().for_each(|c| push_upper(&mut out, c));
        out
    })
}

/// `str.lower`
pub fn lower(chars: Chars<'_>) -> StrBuilder {
    ascii(chars, u8::to_ascii_lowercase).unwrap_or_else(|| {
        let mut out = StrBuilder::with_capacity(chars.len());
        (0..chars.len()).for_each(|i| push_lower_at(&mut out, chars, i));
        out
    })
}

/// `str.casefold`
pub fn casefold(chars: Chars<'_>) -> StrBuilder {
    ascii(chars, u8::to_ascii_lowercase).unwrap_or_else(|| {
        let mut out = StrBuilder::with_capacity(chars.len());
        chars.iter().for_each(|c| push_fold(&mut out, c));
        out
    })
}

/// `str.swapcase`
pub fn swapcase(chars: Chars<'_>) -> StrBuilder {
    let swap = |b: &u8| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b };
    ascii(chars, swap).unwrap_or_else(|| swapcase_wide(chars))
}

fn swapcase_wide(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len());
    for (i, c) in chars.iter().enumerate() {
        let f = flags(c);
        if f & bits::UPPER != 0 {
            push_lower_at(&mut out, chars, i);
        } else if f & bits::LOWER != 0 {
            push_upper(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

/// `str.capitalize`
pub fn capitalize(chars: Chars<'_>) -> StrBuilder {
    let mut first = true;
    let mapped = |b: &u8| {
        if std::mem::take(&mut first) { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
    };
    ascii(chars, mapped).unwrap_or_else(|| capitalize_wide(chars))
}

fn capitalize_wide(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len());
    if let Some(first) = chars.get(0) {
        push_title(&mut out, first);
    }
    (1..chars.len()).for_each(|i| push_lower_at(&mut out, chars, i));
    out
}

/// `str.title`
pub fn title(chars: Chars<'_>) -> StrBuilder {
    let mut inside = false;
    let titled = |b: &u8| {
        let after_cased = std::mem::replace(&mut inside, b.is_ascii_alphabetic());
        if after_cased { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() }
    };
    ascii(chars, titled).unwrap_or_else(|| title_wide(chars))
}

fn title_wide(chars: Chars<'_>) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(chars.len());
    let mut after_cased = false;
    for (i, c) in chars.iter().enumerate() {
        if after_cased {
            push_lower_at(&mut out, chars, i);
        } else {
            push_title(&mut out, c);
        }
        after_cased = is(c, bits::CASED);
    }
    out
}
