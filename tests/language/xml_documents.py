"""XML by ElementTree, minidom, SAX and Expat itself."""
import io
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
from xml.parsers import expat

TEXT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE doc [<!ENTITY me "you &amp; I"><!ELEMENT doc (a|b)*><!ATTLIST a d CDATA "5">]>
<!-- before --><?pi data?>
<doc xmlns="urn:x" xmlns:p="urn:p" p:k='v "1"'>
  <a k="1&#65;&lt;">t\u00e9xt &me; <![CDATA[<raw> & ]]>]]&gt;</a><b/>tail
  <p:c>&#x20ac;</p:c>
</doc>
"""
root = ET.fromstring(TEXT)
for e in root.iter():
    print(e.tag, sorted(e.attrib.items()), repr(e.text), repr(e.tail))
print(ET.tostring(root, encoding="unicode"))
print(ET.tostring(ET.fromstring("<a><b>1</b>x</a>")))
print([(event, e.tag) for event, e in ET.iterparse(io.BytesIO(b"<a><b/><c>x</c></a>"), events=("start", "end"))])
dom = xml.dom.minidom.parseString(TEXT.encode())
print(dom.documentElement.tagName, dom.documentElement.getElementsByTagName("a")[0].firstChild.data, dom.doctype.name)
print(xml.dom.minidom.parseString("<a><b c='1'/></a>").toprettyxml(indent=" "))


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("sax", name, dict(attrs))


xml.sax.parseString(b"<a x='1'><b/></a>", Handler())

BAD = ["", "<a>", "<a></b>", "x", "<a/>x", "<a/><b/>", "<a b='1' b='2'/>", "<a b=1/>", "<a>&nope;</a>", "<a>& b</a>", "<a>&#0;</a>", "<a>\x01</a>",
       "<a b='<'/>", "<p:a/>", "<a", "<a>]]></a>", "<!DOCTYPE a [<!ENTITY e '&e;'>]><a>&e;</a>", "<1/>", " <?xml version='1.0'?><a/>"]
for text in BAD:
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(text, True)
        print(repr(text), "ok")
    except expat.ExpatError as e:
        print(repr(text), e.code, expat.ErrorString(e.code))

events = []
parser = expat.ParserCreate()
parser.buffer_text = True
for name in ("StartElement", "EndElement", "CharacterData", "Comment", "ProcessingInstruction", "XmlDecl", "StartDoctypeDecl",
             "EndDoctypeDecl", "EntityDecl", "StartCdataSection", "EndCdataSection", "AttlistDecl", "ElementDecl"):
    setattr(parser, name + "Handler", lambda *a, name=name: events.append((name, *a)))
data = TEXT.encode()
for at in range(0, len(data), 7):
    parser.Parse(data[at:at + 7])
parser.Parse(b"", True)
for event in events:
    print(event)
print(parser.CurrentLineNumber, parser.CurrentByteIndex == len(data))


def fails(name, attrs):
    raise KeyError(name)


parser = expat.ParserCreate()
parser.StartElementHandler = fails
try:
    parser.Parse("<a/>")
except KeyError as e:
    print("KeyError", e)
for encoding in ("utf-16", "iso-8859-1", "utf-8-sig", "cp1252"):
    shown = encoding if encoding != "utf-8-sig" else "utf-8"
    print(encoding, ET.fromstring(f"<?xml version='1.0' encoding='{shown}'?><a>é</a>".encode(encoding)).text)
