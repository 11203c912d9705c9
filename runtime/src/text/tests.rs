//! The algorithms against what CPython 3.14 says.

use super::format_spec::{IntRef, format_complex, format_float, format_int, format_str};
use super::*;
use std::ops::ControlFlow;

fn l(s: &str) -> Chars<'_> {
    assert!(s.is_ascii());
    Chars::Latin1(s.as_bytes())
}
fn text(b: StrBuilder) -> String {
    b.chars().to_lossy()
}
fn wide(s: &str) -> Vec<u32> {
    s.chars().map(u32::from).collect()
}
fn pieces(
    f: impl FnOnce(&mut dyn FnMut(std::ops::Range<usize>) -> ControlFlow<()>) -> ControlFlow<()>,
) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let done = f(&mut |r| {
        out.push(r);
        ControlFlow::Continue(())
    });
    assert!(done.is_continue());
    out
}

#[test]
fn float_repr_is_cpythons() {
    for (f, want) in [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (1e16, "1e+16"),
        (1e15, "1000000000000000.0"),
        (123456789012345680.0, "1.2345678901234568e+17"),
        (1e-4, "0.0001"),
        (1e-5, "1e-05"),
        (5e-324, "5e-324"),
        (-0.0, "-0.0"),
        (f64::INFINITY, "inf"),
        (f64::NAN, "nan"),
        (9999999999999998.0, "9999999999999998.0"),
        (1e22, "1e+22"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (0.00012345, "0.00012345"),
        (100.0, "100.0"),
        (1234.5, "1234.5"),
    ] {
        assert_eq!(float_repr::repr(f), want);
    }
}

#[test]
fn floats_under_specs() {
    for (f, spec, want) in [
        (2.71, ".1f", "2.7"),
        (0.5, ".0f", "0"),
        (1.5, ".0f", "2"),
        (2.5, ".0f", "2"),
        (1e10, "g", "1e+10"),
        (123456.0, "g", "123456"),
        (1234567.0, "g", "1.23457e+06"),
        (0.0001, "g", "0.0001"),
        (0.00001, "g", "1e-05"),
        (1.0, "#g", "1.00000"),
        (1.0, "#.0f", "1."),
        (1234567.891, ",.2f", "1,234,567.89"),
        (1.0, "010.3f", "000001.000"),
        (-1.0, "010", "-0000001.0"),
        (0.25, "%", "25.000000%"),
        (0.255, ".1%", "25.5%"),
        (1.0, "", "1.0"),
        (1.0, ">10", "       1.0"),
        (1e100, ".3", "1e+100"),
        (1234.0, ".3", "1.23e+03"),
        (100.0, ".3", "1e+02"),
        (100.0, ".4", "100.0"),
        (-0.0, "z.1f", "0.0"),
        (-0.04, "z.1f", "0.0"),
        (1.0, "+", "+1.0"),
        (1.0, " ", " 1.0"),
        (f64::INFINITY, "010", "0000000inf"),
        (f64::NAN, "F", "NAN"),
        (1e16, ",", "1e+16"),
        (1234.5678, ",", "1,234.5678"),
        (12345.678901234, ".10,e", "1.234,567,890,1e+04"),
        (12345.678901234, "020.8,f", "000012345.678,901,23"),
        (12345.678901234, ".20_g", "12345.678_901_233_999_568"),
        (0.0, "e", "0.000000e+00"),
        (0.0, "g", "0"),
        (0.0, "#.3g", "0.00"),
        (1e-7, ".3e", "1.000e-07"),
        (3.0, "x^9.1f", "xxx3.0xxx"),
        (123.0, "08,.1f", "00,123.0"),
        (0.1, ".20f", "0.10000000000000000555"),
    ] {
        assert_eq!(text(format_float(f, l(spec), "float").unwrap()), want, "{f} {spec}");
    }
}

#[test]
fn ints_and_strs_under_specs() {
    for (i, spec, want) in [
        (42, "5d", "   42"),
        (42, "<5", "42   "),
        (42, "^5", " 42  "),
        (42, "05", "00042"),
        (-42, "05", "-0042"),
        (42, "+", "+42"),
        (1234567, ",", "1,234,567"),
        (1234, "06,", "01,234"),
        (12, "04,", "0,012"),
        (12, "05,", "0,012"),
        (255, "x", "ff"),
        (255, "#X", "0XFF"),
        (255, "#010b", "0b11111111"),
        (255, "#012b", "0b0011111111"),
        (0xabcdef, "_x", "ab_cdef"),
        (65, "c", "A"),
        (5, ".2f", "5.00"),
        (5, "%", "500.000000%"),
        (-5, "=+6", "-    5"),
        (5, "e", "5.000000e+00"),
        (123456789, "_d", "123_456_789"),
        (3, "*>4c", "***\u{3}"),
    ] {
        assert_eq!(text(format_int(IntRef::Small(i), l(spec), "int", 4300).unwrap()), want, "{i} {spec}");
    }
    for (spec, want) in [
        ("z", "Negative zero coercion (z) not allowed in integer format specifier"),
        (".3d", "Precision not allowed in integer format specifier"),
        (",b", "Cannot specify ',' with 'b'."),
        ("q", "Unknown format code 'q' for object of type 'int'"),
        ("..", "Format specifier missing precision"),
        ("5,_d", "Cannot specify both ',' and '_'."),
        ("\u{1}", "Unknown format code '\\x1' for object of type 'int'"),
        ("nn", "Invalid format specifier 'nn' for object of type 'int'"),
    ] {
        assert_eq!(format_int(IntRef::Small(5), l(spec), "int", 4300).err().unwrap().message, want);
    }
    assert_eq!(text(format_str(l("abc"), l("*^7.2"), "str").unwrap()), "**ab***");
    assert_eq!(text(format_str(l("abc"), l("05"), "str").unwrap()), "abc00");
    assert_eq!(text(format_complex(1.0, 2.5, l(""), "complex").unwrap()), "(1+2.5j)");
    assert_eq!(text(format_complex(0.0, 2.5, l("+.2e"), "complex").unwrap()), "+0.00e+00+2.50e+00j");
    assert_eq!(text(format_complex(0.0, 2.5, l(" "), "complex").unwrap()), " 2.5j");
}

#[test]
fn parsing_numbers() {
    let int = |s: &str, base| parse_int::parse(Chars::Ucs4(&wide(s)), base, Flavor::Str, 4300);
    let small = |n| Ok(parse_int::ParsedInt::Small(n));
    assert_eq!(int(" 12_3\n", 10), small(123));
    assert_eq!(int("-0xfF", 0), small(-255));
    assert_eq!(int("0b_1", 0), small(1));
    assert_eq!(int("٣٤", 10), small(34));
    assert_eq!(int("00", 0), small(0));
    assert_eq!(int("z", 36), small(35));
    assert!(matches!(int("9223372036854775808", 10), Ok(parse_int::ParsedInt::Big(_))));
    for (s, base) in [
        ("", 10),
        ("1__2", 10),
        ("_1", 10),
        ("1_", 10),
        ("01", 0),
        ("0x", 16),
        ("8", 8),
        ("+-1", 10),
        ("1 2", 10),
    ] {
        assert!(int(s, base).is_err(), "{s}");
    }
    assert_eq!(int("x'y", 10).unwrap_err().message, "invalid literal for int() with base 10: \"x'y\"");
    let float = |s: &str| parse_float::parse(Chars::Ucs4(&wide(s)), Flavor::Str);
    assert_eq!(float(" 1_0.5e-1 "), Ok(1.05));
    assert_eq!(float("-Infinity"), Ok(f64::NEG_INFINITY));
    assert!(float("nan").unwrap().is_nan());
    for s in ["", "1__0", "_1", "1_.0", "1e", "0x1", "infin", "e5"] {
        assert!(float(s).is_err(), "{s}");
    }
}

#[test]
fn splitting() {
    assert_eq!(pieces(|f| split::split_space(l(" a  b c "), Flavor::Str, 1, f)), [1..2, 4..8]);
    assert_eq!(pieces(|f| split::rsplit_space(l(" a  b c "), Flavor::Str, 1, f)), [6..7, 0..5]);
    assert_eq!(pieces(|f| split::split(l("a,b,,c"), l(","), usize::MAX, f)), [0..1, 2..3, 4..4, 5..6]);
    assert_eq!(pieces(|f| split::rsplit(l("a,b,c"), l(","), 1, f)), [4..5, 0..3]);
    assert_eq!(
        pieces(|f| split::splitlines(l("a\r\nb\n\nc"), Flavor::Str, true, f)),
        [0..3, 3..5, 5..6, 6..7]
    );
    assert_eq!(text(split::replace(l("aXbX"), l("X"), l("yy"), usize::MAX).unwrap()), "ayybyy");
    assert_eq!(text(split::replace(l("ab"), l(""), l("-"), usize::MAX).unwrap()), "-a-b-");
    assert_eq!(text(split::replace(l("ab"), l(""), l("-"), 2).unwrap()), "-a-b");
    assert_eq!(text(split::expandtabs(l("a\tb\n\tc"), 4).unwrap()), "a   b\n    c");
    assert_eq!(split::strip(l("xxaxx"), Flavor::Str, Some(l("x")), split::Side::Both), 2..3);
}

#[test]
fn searching_wide_strings() {
    let hay = wide(&("aé".repeat(500) + "aaé€b"));
    let units: Vec<u16> = hay.iter().map(|&c| c as u16).collect();
    for h in [Chars::Ucs2(&units), Chars::Ucs4(&hay)] {
        assert_eq!(search::find(h, Chars::Ucs4(&wide("aaé"))), Some(1000));
        assert_eq!(search::rfind(h, Chars::Ucs4(&wide("éa"))), Some(999));
        assert_eq!(search::count(h, Chars::Ucs4(&wide("aé"))), 501);
        assert_eq!(search::find(h, Chars::Ucs4(&wide("𝄞"))), None);
    }
    let many = vec![0x400u32; 20_000];
    let needle: Vec<u32> = std::iter::repeat_n(0x400, 5000).chain([0x401]).collect();
    assert_eq!(search::find(Chars::Ucs4(&many), Chars::Ucs4(&needle)), None);
    let needle: Vec<u32> =
        std::iter::once(0x400).chain([0x401]).chain(std::iter::repeat_n(0x400, 5000)).collect();
    assert_eq!(search::rfind(Chars::Ucs4(&many), Chars::Ucs4(&needle)), None);
}

#[test]
fn cases() {
    let on = |f: fn(Chars<'_>) -> StrBuilder, s: &str| text(f(Chars::Ucs4(&wide(s))));
    assert_eq!(on(case::upper, "straße ŉ"), "STRASSE ʼN");
    assert_eq!(on(case::lower, "ΑΣ ΑΣΑ Σ İ"), "ας ασα σ i̇");
    assert_eq!(on(case::title, "they're ǆ ßa"), "They'Re ǅ Ssa");
    assert_eq!(on(case::capitalize, "ǆABC"), "ǅabc");
    assert_eq!(on(case::casefold, "Straße ﬁ ς"), "strasse fi σ");
    assert_eq!(on(case::swapcase, "aBß"), "AbSS");
    assert!(props::is_title(l("Ab Cd")) && !props::is_title(l("AB")) && props::is_upper(l("A1")));
    assert!(props::is_identifier(Chars::Ucs4(&wide("été_1"))) && !props::is_identifier(l("1a")));
}

#[test]
fn reprs() {
    assert_eq!(
        text(escape::repr_str(Chars::Ucs4(&wide("a'b\n\u{7f}é\u{378}\u{10ffff}")))),
        "\"a'b\\n\\x7fé\\u0378\\U0010ffff\""
    );
    assert_eq!(text(escape::ascii_str(Chars::Ucs4(&wide("é€'\"")))), "'\\xe9\\u20ac\\'\"'");
    assert_eq!(escape::repr_bytes(b"a'\"\x00\xff\t"), "b'a\\'\"\\x00\\xff\\t'");
    assert_eq!(bytes_ops::hex(b"\x01\x02\x03", Some(b':'), 2), b"01:0203");
    assert_eq!(bytes_ops::hex(b"\x01\x02\x03", Some(b':'), -2), b"0102:03");
    assert_eq!(bytes_ops::from_hex(l(" 0a FF")).unwrap(), [10, 255]);
}

#[test]
fn templates() {
    let errors = [
        ("{", "Single '{' encountered in format string"),
        ("}", "Single '}' encountered in format string"),
        ("{0[}", "expected '}' before end of string"),
        ("{!}", "unmatched '{' in format spec"),
        ("{!rx}", "expected ':' after conversion specifier"),
        ("{:{", "unmatched '{' in format spec"),
        ("a{b{}", "unexpected '{' in field name"),
        ("{0", "expected '}' before end of string"),
    ];
    for (t, want) in errors {
        let mut it = template::Template::new(l(t), 0..t.len());
        let e = loop {
            match it.next_piece() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{t} is no error"),
                Err(e) => break e,
            }
        };
        assert_eq!(e.message, want, "{t}");
    }
    let (first, mut rest) = template::FieldName::parse(l("0.a[1][x]"), 0..9).unwrap();
    assert_eq!(first, template::First::Index(0));
    let mut seen = Vec::new();
    while let Some(lookup) = rest.next_lookup().unwrap() {
        seen.push(lookup);
    }
    assert_eq!(
        seen,
        [template::Lookup::Attribute(2..3), template::Lookup::Index(1), template::Lookup::Key(7..8)]
    );
}
