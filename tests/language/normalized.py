"""unicodedata.normalize of text that is in the form already, and of text that is not."""
import unicodedata

texts = ["", "abc", "\u00e9\u0300", "caf\u00e9", "cafe\u0301", "\ufb01", "\uac00", "\u1100\u1161", "\u2126", "x\ud800e\u0301",
         "\ud800", "\u0344", "\U0001d15e", "a\u0328\u0301", "a\u0301\u0328", "\u00c5\u212b", "\u1e9b\u0323"]
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    for text in texts:
        made = unicodedata.normalize(form, text)
        print(form, ascii(text), ascii(made), unicodedata.is_normalized(form, text))
print([unicodedata.normalize("NFC", t) is t for t in ("abc", "caf\u00e9", "\uac00", "\u20ac")])


class Text(str):
    pass


print([type(unicodedata.normalize("NFC", Text(t))).__name__ for t in texts[:5]])
for text in ("", "abc", "\u00e9"):
    try:
        print(repr(unicodedata.normalize("XX", text)))
    except ValueError as e:
        print(e)
old = unicodedata.ucd_3_2_0
print([ascii(old.normalize("NFC", t)) for t in texts])
