//! The codecs against what CPython 3.14 says.

use super::fault::*;
use super::wide::Order;
use super::*;
use crate::text::{Chars, StrBuilder};

struct Only(Policy);

impl DecodeErrors for Only {
    type Error = String;
    fn decode_error(&mut self, f: DecodeFault<'_>, out: &mut StrBuilder) -> Result<usize, String> {
        match self.0.decode(&f, out) {
            Verdict::Handled(at) => Ok(at),
            _ => Err(format!("{} {}-{} {}", f.encoding, f.start, f.end, f.reason)),
        }
    }
}
impl EncodeErrors for Only {
    type Error = String;
    fn encode_error(&mut self, f: EncodeFault<'_>) -> Result<(Substitute, usize), String> {
        match self.0.encode(&f) {
            Verdict::Handled(r) => Ok(r),
            _ => Err(self.refuse(f)),
        }
    }
    fn refuse(&mut self, f: EncodeFault<'_>) -> String {
        format!("{} {}-{} {}", f.encoding, f.start, f.end, f.reason)
    }
}

type Decoder = fn(&[u8], bool, &mut StrBuilder, &mut Only) -> Result<usize, String>;

fn decode(codec: Decoder, input: &[u8], policy: &str) -> Result<Vec<u32>, String> {
    let mut out = StrBuilder::new();
    codec(input, true, &mut out, &mut Only(Policy::from_name(policy).unwrap()))?;
    Ok(out.chars().iter().collect())
}
fn chars(s: &str) -> Result<Vec<u32>, String> {
    Ok(s.chars().map(u32::from).collect())
}
fn fails(s: &str) -> Result<Vec<u32>, String> {
    Err(s.to_owned())
}
fn utf16(i: &[u8], f: bool, o: &mut StrBuilder, e: &mut Only) -> Result<usize, String> {
    wide::decode_utf16(i, Order::Mark, f, o, e).map(|r| r.0)
}
fn utf32be(i: &[u8], f: bool, o: &mut StrBuilder, e: &mut Only) -> Result<usize, String> {
    wide::decode_utf32(i, Order::Big, f, o, e).map(|r| r.0)
}
fn uni(i: &[u8], f: bool, o: &mut StrBuilder, e: &mut Only) -> Result<usize, String> {
    escapes::decode_unicode_escape(i, f, o, e).map(|r| r.0)
}

#[test]
fn utf8_decodes() {
    let u = utf8::decode::<Only> as Decoder;
    assert_eq!(decode(u, "aé€𝄞".as_bytes(), "strict"), chars("aé€𝄞"));
    assert_eq!(decode(u, b"\xed\xa0\x80", "strict"), fails("utf-8 0-1 invalid continuation byte"));
    assert_eq!(decode(u, b"\xed\xa0\x80", "surrogatepass"), Ok(vec![0xd800]));
    assert_eq!(decode(u, b"\xed\xb2\x80\xed", "surrogatepass"), fails("utf-8 3-4 unexpected end of data"));
    assert_eq!(decode(u, b"\xe2\x82", "surrogateescape"), Ok(vec![0xdce2, 0xdc82]));
    assert_eq!(decode(u, b"\xe2\x82", "replace"), chars("\u{fffd}"));
    assert_eq!(decode(u, b"\xf4\x90\x80\x80", "replace"), chars("\u{fffd}\u{fffd}\u{fffd}\u{fffd}"));
    assert_eq!(decode(u, b"a\xffb", "strict"), fails("utf-8 1-2 invalid start byte"));
    let mut out = StrBuilder::new();
    assert_eq!(utf8::decode(b"a\xe2\x82", false, &mut out, &mut Only(Policy::Strict)), Ok(1));
}

#[test]
fn wide_decodes() {
    assert_eq!(decode(utf16, b"\xfe\xff\xd8", "strict"), fails("utf-16-be 2-3 truncated data"));
    assert_eq!(decode(utf16, b"\x00\xd8a", "replace"), chars("\u{fffd}"));
    assert_eq!(decode(utf16, b"\x00\xd8\x00\xd8\x00\xdc", "surrogatepass"), Ok(vec![0xd800, 0x10000]));
    assert_eq!(decode(utf16, b"\x00\xdc", "strict"), fails("utf-16-le 0-2 illegal encoding"));
    assert_eq!(
        decode(utf32be, b"\x00\x00\xd8\x00", "strict"),
        fails("utf-32-be 0-4 code point in surrogate code point range(0xd800, 0xe000)")
    );
    assert_eq!(decode(utf32be, b"\x00\x01\x00\x00", "strict"), chars("\u{10000}"));
}

#[test]
fn utf7_decodes() {
    let u = utf7::decode::<Only> as Decoder;
    for (bytes, want) in [
        (&b"+"[..], chars("")),
        (b"+-", chars("+")),
        (b"+2AHcAA-", chars("\u{10400}")),
        (b"+AGE", chars("a")),
        (b"+AGE!", chars("a!")),
        (b"+AGEb", fails("utf7 0-5 unterminated shift sequence")),
        (b"a+AGE-b", chars("aab")),
        (b"+AGE-\xff", fails("utf7 5-6 unexpected special character")),
        (b"+!", fails("utf7 0-2 ill-formed sequence")),
        (b"+AGEA-", fails("utf7 0-6 partial character in shift sequence")),
        (b"a+2AA", fails("utf7 1-5 unterminated shift sequence")),
        (b"+2AA-", Ok(vec![0xd800])),
    ] {
        assert_eq!(decode(u, bytes, "strict"), want, "{bytes:?}");
    }
    assert_eq!(decode(u, b"+////-", "replace"), chars("\u{ffff}\u{fffd}"));
    for (text, want) in [
        ("a+b", &b"a+-b"[..]),
        ("€a", b"+IKw-a"),
        ("€-", b"+IKw--"),
        ("𐀀x", b"+2ADcAA-x"),
        ("~", b"+AH4-"),
        ("€=", b"+IKw="),
    ] {
        let wide: Vec<u32> = text.chars().map(u32::from).collect();
        assert_eq!(utf7::encode(Chars::Ucs4(&wide)), want);
    }
}

#[test]
fn escapes_decode() {
    for (bytes, want) in [
        (&b"\\"[..], fails("unicodeescape 0-1 \\ at end of string")),
        (b"\\x1", fails("unicodeescape 0-3 truncated \\xXX escape")),
        (b"\\U00110000", fails("unicodeescape 0-10 illegal Unicode character")),
        (b"\\N{foo}", fails("unicodeescape 0-7 unknown Unicode character name")),
        (b"\\N{}", fails("unicodeescape 0-3 malformed \\N character escape")),
        (b"\\N", fails("unicodeescape 0-2 malformed \\N character escape")),
        (b"\\q\\400\\\n\\N{bell}a\xff", chars("\\q\u{100}🔔aÿ")),
    ] {
        assert_eq!(decode(uni, bytes, "strict"), want, "{bytes:?}");
    }
    let raw = escapes::decode_raw_unicode_escape::<Only> as Decoder;
    assert_eq!(decode(raw, b"\\\\u1234\\u20ac\\x12\\", "strict"), chars("\\\\u1234€\\x12\\"));
    assert_eq!(decode(raw, b"\\U1", "strict"), fails("rawunicodeescape 0-3 truncated \\UXXXXXXXX escape"));
}

#[test]
fn encodes_with_policies() {
    let text = [97, 0xd800, 0xdc00, 98];
    let on = |p: &str| utf8::encode(Chars::Ucs4(&text), &mut Only(Policy::from_name(p).unwrap()));
    assert_eq!(on("strict"), Err("utf-8 1-3 surrogates not allowed".to_owned()));
    assert_eq!(on("surrogatepass").unwrap(), b"a\xed\xa0\x80\xed\xb0\x80b");
    assert_eq!(on("namereplace").unwrap(), b"a\\ud800\\udc00b");
    let ascii =
        |p: &str| narrow::encode_ascii(Chars::Latin1(b"a\xe9b"), &mut Only(Policy::from_name(p).unwrap()));
    assert_eq!(ascii("xmlcharrefreplace").unwrap(), b"a&#233;b");
    assert_eq!(ascii("namereplace").unwrap(), b"a\\N{LATIN SMALL LETTER E WITH ACUTE}b");
    assert_eq!(ascii("strict"), Err("ascii 1-2 ordinal not in range(128)".to_owned()));
    let wide16 = wide::encode_utf16(Chars::Ucs4(&[0x20ac, 0x10000]), Order::Mark, &mut Only(Policy::Strict));
    assert_eq!(wide16.unwrap(), b"\xff\xfe\xac\x20\x00\xd8\x00\xdc");
}
