"""Pages, mails, PDF, Word files and feeds: what is read of them, what is left out, and what they can't do to us.

All of them are invented, over real places.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Dateline, Document, Failure
from byline.read import Input, Read, docx, eml, feed, html, pdf
from byline.read.markup import decode_page
from byline.read.published import published
from byline.read.reading import Reader
from files_made import document_xml, paragraph
from files_made import docx as make_docx
from files_made import pdf as make_pdf

CONFIG = Config()
LEDE = "Some forty drivers blocked the road from Salta to Jujuy on Tuesday to demand their wages, the police said."
SECOND = "Nobody was hurt, and the road was open again in the evening, a spokeswoman for the ministry said."
THIRD = "The drivers have had no pay since January, and their union wants to talk to the owner of the bus company."

PAGE = f"""<!doctype html><html lang="en-AR"><head><title>Drivers block the road to Jujuy | Example Wire</title>
<link rel="canonical" href="/2021/03/03/drivers"><meta property="og:url" content="https://wire.example.org/x">
<meta property="og:site_name" content="Example Wire">
<script type="application/ld+json">{{"@context": "https://schema.org", "@graph": [{{"@type": "WebPage"}},
{{"@type": "NewsArticle", "headline": "Drivers block the road to Jujuy", "datePublished": "2021-03-03T01:30:00-03:00",
"author": [{{"@type": "Person", "name": "Ana Example"}}, {{"@type": "Person", "name": "By Juan Example"}}],
"publisher": {{"@type": "Organization", "name": "Example Wire"}}}}]}}</script></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav><main><article><h1>Drivers block the road to Jujuy</h1>
<div class="share-buttons"><a href="#">Share on Facebook</a></div>
<figure><img src="a.jpg"><figcaption>The road north of Salta. <span class="credit">Photo: A. Example</span></figcaption>
</figure><div class="story"><p>{LEDE}</p><p>{SECOND}</p><p><a href="/b">READ ALSO: Buses in Salta</a></p><p>{THIRD}</p>
<div class="newsletter-signup"><p>Get the day's news in your inbox every morning.</p></div></div></article></main>
<aside class="related-stories"><h3>Related</h3><ul><li><a href="/c">A bridge is closed in Tucumán</a></li></ul></aside>
<footer><p>We use cookies to make this site better for you and for our partners.</p></footer></body></html>"""


def source(data: bytes, **told: str) -> Input:
    return Input(origin="folder/made", name="made", data=data, size=len(data), **told)  # type: ignore[arg-type]


def document(reader: Reader, data: bytes, **told: str) -> Document:
    (reading,) = reader(source(data, **told), config=CONFIG)
    assert isinstance(reading, Read)
    assert reading.raw == data
    return reading.document


def page(body: str, *, head: str = "") -> Document:
    return document(html.read, f"<html><head>{head}</head><body>{body}</body></html>".encode())


def article(*paragraphs: str) -> str:
    return f"<article>{''.join(f'<p>{one}</p>' for one in paragraphs)}</article>"


def refused(reader: Reader, data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        list(reader(source(data), config=CONFIG))
    return str(error.value)


class TestPages:
    def test_a_page_gives_its_report_and_says_what_it_left_out(self) -> None:
        found = document(html.read, PAGE.encode())
        assert found.text == f"{LEDE}\n\n{SECOND}\n\n{THIRD}"
        assert (found.title, found.byline) == ("Drivers block the road to Jujuy", "Ana Example, Juan Example")
        assert (found.source_id, found.language) == ("Example Wire", "en-AR")
        assert found.published == date(2021, 3, 3)
        assert found.url == "https://wire.example.org/2021/03/03/drivers"
        assert found.captions == ("The road north of Salta.",)
        reasons = {cut.reason for cut in found.cuts}
        assert {"share bar", "title, kept beside the text", "read also", "subscription notice"} <= reasons

    def test_cuts_start_where_their_words_stand_in_the_page(self) -> None:
        for cut in document(html.read, PAGE.encode()).cuts:
            assert PAGE[cut.start :].startswith(cut.text.split()[0])

    def test_a_page_that_says_nothing_of_itself_is_read_by_its_head(self) -> None:
        found = page(article("Published: 4 March 2021", "By Ana Example", f"SALTA, March 3 - {LEDE}", SECOND, THIRD))
        assert (found.byline, found.published) == ("Ana Example", date(2021, 3, 4))
        assert found.dateline == Dateline(place="SALTA", date=date(2021, 3, 3))

    def test_a_report_told_in_several_boxes_is_read_whole(self) -> None:
        boxes = "".join(f'<div class="chunk">{article(one)[9:-10]}</div><div>AD</div>' for one in (LEDE, SECOND, THIRD))
        text = page(f"<article><h1>Drivers</h1>{boxes}</article>").text
        assert [text.find(one) >= 0 for one in (LEDE, SECOND, THIRD)] == [True] * 3

    def test_what_the_address_says_of_the_day(self) -> None:
        data = f"<html><body>{article(LEDE, SECOND)}</body></html>".encode()
        assert document(html.read, data, url="https://e.org/2021/mar/3/x").published == date(2021, 3, 3)
        assert document(html.read, data).published is None

    @pytest.mark.parametrize("day", ["1970-01-01T00:00:00Z", "2999-05-05", "0001-01-01"])
    def test_a_day_that_cannot_be_is_none_and_said(self, day: str) -> None:
        found = page(article(LEDE, SECOND), head=f'<meta property="article:published_time" content="{day}">')
        assert found.published is None
        assert "not believed" in found.made_by

    @pytest.mark.parametrize(
        ("words", "day"),
        [
            ("2021-03-03T23:30:00-03:00", date(2021, 3, 3)),
            ("20210303", date(2021, 3, 3)),
            ("Wed, 03 Mar 2021 10:00:00 GMT", date(2021, 3, 3)),
            ("Updated on 3 March 2021 at noon", date(2021, 3, 3)),
            ("2021-03-06", None),  # to come
            ("2021-02-30", None),
            ("March", None),
            (None, None),
        ],
    )
    def test_days_as_fields_write_them(self, words: str | None, day: date | None) -> None:
        assert published(words, name="en", now=datetime(2021, 3, 4, 12, tzinfo=UTC)).day == day

    @pytest.mark.parametrize(
        ("data", "charset", "text", "note"),
        [
            ('<meta charset="iso-8859-1">Orán'.encode("latin-1"), None, "Orán", "cp1252 as declared"),
            ('<meta charset="iso-8859-1">Orán'.encode(), None, "Orán", "utf-8 by its bytes, though cp1252 is declared"),
            ("Orán".encode("cp1250"), "windows-1250", "Orán", "cp1250 as declared"),
            ("Орск".encode("koi8-r"), "koi8-r", "Орск", "koi8-r as declared"),
            (b'<meta charset="rot13">Salta', None, "Salta", ""),
            ("Orán".encode("utf-16"), "utf-8", "Orán", "utf-16-le by its byte order mark"),
        ],
    )
    def test_encodings(self, data: bytes, charset: str | None, text: str, note: str) -> None:
        decoded = decode_page(data, charset=charset)
        assert decoded.text.endswith(text)
        assert decoded.note == note

    def test_marks_of_direction_are_kept_and_text_is_nfc(self) -> None:
        found = page(article(f"\u202e{LEDE}\u202c", "The mayor of Ora\u0301n said the road was open.", SECOND))
        assert found.text.startswith(f"\u202e{LEDE}\u202c\n")
        assert "Orán" in found.text


class TestMail:
    HEAD = (
        "From: Example Wire <desk@wire.example.org>\nSubject: =?utf-8?q?Drivers_in_Or=C3=A1n?=\n"
        "Date: Tue, 2 Mar 2021 23:30:00 -0300\nMIME-Version: 1.0\n"
    )

    def test_a_mail_is_a_report_under_its_subject(self) -> None:
        found = document(eml.read, f"{self.HEAD}\nSALTA, March 2 - {LEDE}\n\n{SECOND}\n".encode())
        assert found.text == f"SALTA, March 2 - {LEDE}\n\n{SECOND}"
        assert (found.title, found.byline, found.source_id) == ("Drivers in Orán", "Example Wire", "wire.example.org")
        assert found.published == date(2021, 3, 2)

    def test_a_page_is_read_where_the_text_says_nothing_and_attachments_are_named(self) -> None:
        parts = (
            "--B\nContent-Type: text/plain\n\nSee this in a browser.\n--B\nContent-Type: text/html; charset=utf-8\n"
            f"\n<table><tr><td><p>{LEDE}</p><p>{SECOND}</p></td></tr></table>\n--B\nContent-Type: application/pdf\n"
            'Content-Disposition: attachment; filename="list.pdf"\n\nx\n--B--\n'
        )
        data = f"{self.HEAD}Content-Type: multipart/mixed; boundary=B\n\n{parts}".encode()
        found = document(eml.read, data)
        assert found.text == f"{LEDE}\n\n{SECOND}"
        assert found.made_by.endswith("1 attachment not read: list.pdf")

    def test_a_private_mailbox_is_no_outlet(self) -> None:
        data = f"From: Ana Example <ana@gmail.com>\nSubject: x\n\n{LEDE}".encode()
        assert document(eml.read, data).source_id is None


class TestPdf:
    FIRST = (
        (60, 800, 9, "Example Wire - Bulletin 12"),
        (60, 760, 18, "Drivers block the road to Jujuy"),
        (60, 715, 10, "SALTA, March 3, 2021 - Some forty drivers blocked the road, the trans-"),
        (60, 703, 10, "port ministry said on Tuesday. Nobody was hurt when they left."),
        (72, 691, 10, "The police opened the road in the evening, and they"),
        (60, 660, 10, "Photo: The blocked road"),
        (290, 30, 9, "1"),
    )
    SECOND = ((60, 800, 9, "Example Wire - Bulletin 12"), (60, 760, 10, "detained two drivers."), (290, 30, 9, "2"))

    def test_lines_become_paragraphs_without_what_stands_on_every_page(self) -> None:
        found = document(pdf.read, make_pdf(self.FIRST, self.SECOND))
        assert found.text == (
            "Drivers block the road to Jujuy\n\n"
            "SALTA, March 3, 2021 - Some forty drivers blocked the road, the transport ministry said on Tuesday. "
            "Nobody was hurt when they left.\n\n"
            "The police opened the road in the evening, and they detained two drivers."
        )
        assert found.title == "Drivers block the road to Jujuy"
        assert found.captions == ("Photo: The blocked road",)
        assert [(cut.text, cut.reason) for cut in found.cuts] == [
            ("Example Wire - Bulletin 12", "running head"),
            ("1", "page number"),
            ("Example Wire - Bulletin 12", "running head"),
            ("2", "page number"),
        ]

    @pytest.mark.parametrize("by_row", [False, True])
    def test_columns_are_read_one_after_the_other(self, by_row: bool) -> None:
        columns = ((60, "left"), (320, "right"))
        lines = [(x, 740 - 12 * row, 10, f"{side} {row} tells it") for x, side in columns for row in range(12)]
        if by_row:
            lines.sort(key=lambda line: -line[1])
        text = document(
            pdf.read, make_pdf([(60, 780, 16, "A heading that stands over both of the columns"), *lines])
        ).text
        assert text.index("left 11") < text.index("right 0")

    def test_a_scan_a_locked_and_a_broken_file(self) -> None:
        assert "no text layer: it is a scan" in refused(pdf.read, make_pdf([]))
        assert "under a password" in refused(pdf.read, make_pdf(self.FIRST, encrypted=True))
        assert "no PDF that can be read" in refused(pdf.read, make_pdf(self.FIRST)[:400])


class TestWord:
    BODY = (
        paragraph("Drivers block the road", style="Titel")
        + paragraph(f"SALTA, March 3, 2021 - {LEDE}")
        + "<w:p><w:ins><w:r><w:t>Nobody was hurt,</w:t></w:r></w:ins>"
        + "<w:del><w:r><w:delText>as</w:delText></w:r></w:del>"
        + "<w:r><w:tab/><w:t>police said.</w:t></w:r></w:p>"
        + paragraph("The blocked road", style="Beschriftung")
        + f"<w:tbl><w:tr><w:tc>{paragraph('Salta')}</w:tc><w:tc>{paragraph('40 drivers')}</w:tc></w:tr></w:tbl>"
    )

    def test_paragraphs_after_all_changes_and_captions_beside_them(self) -> None:
        found = document(docx.read, make_docx(self.BODY))
        assert found.text.split("\n\n") == [
            "Drivers block the road",
            f"SALTA, March 3, 2021 - {LEDE}",
            "Nobody was hurt, police said.",
            "Salta",
            "40 drivers",
        ]
        assert (found.title, found.captions) == ("Drivers block the road", ("The blocked road",))
        assert found.dateline == Dateline(place="SALTA", date=date(2021, 3, 3))

    def test_a_macro_is_one_more_part(self) -> None:
        macro = make_docx(self.BODY, more={"word/vbaProject.bin": b"Sub AutoOpen()"})
        assert document(docx.read, macro).text == document(docx.read, make_docx(self.BODY)).text

    def test_entities_are_not_expanded(self) -> None:
        own = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "yes">]>'
        found = document(docx.read, make_docx(own + document_xml(paragraph(f"{LEDE} &x;&y;"))))
        assert found.text == LEDE

    def test_a_bomb_a_locked_and_a_broken_file(self) -> None:
        assert "would unpack to" in refused(docx.read, make_docx(self.BODY, more={"a.bin": bytes(120_000_000)}))
        assert "under a password" in refused(docx.read, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        assert "not packed as one" in refused(docx.read, make_docx(self.BODY)[:300])


class TestFeeds:
    RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Example Wire</title><language>en</language>
    <item><title>Drivers block &lt;b&gt;the road&lt;/b&gt;</title><link>https://wire.example.org/a</link>
    <author>desk@wire.example.org (Ana Example)</author><pubDate>Wed, 03 Mar 2021 01:00:00 -0300</pubDate>
    <description>&lt;p&gt;{}&lt;/p&gt;&lt;p&gt;{}&lt;/p&gt;</description></item>
    <item><title>Only a title</title><link>javascript:alert(1)</link><pubDate>{}</pubDate></item></channel></rss>"""

    def entries(self, data: bytes) -> list[Document | str]:
        return [read_entry(one) for one in feed.read(source(data), config=CONFIG)]

    def test_entries_are_documents(self) -> None:
        first, second = self.entries(self.RSS.format(LEDE, SECOND, "").encode())
        assert isinstance(first, Document)
        assert first.text == f"{LEDE}\n\n{SECOND}"
        assert (first.title, first.source_id) == ("Drivers block the road", "Example Wire")
        assert (first.url, first.origin) == ("https://wire.example.org/a", "folder/made!entry 1")
        assert first.published == date(2021, 3, 3)
        assert second == "holds no text, only a title; the page it links to is not fetched"

    def test_the_last_update_stands_in_for_an_atom_entrys_day_and_it_is_said(self) -> None:
        atom = (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>Example Wire</title><entry><title>Drivers</title>'
            f"<updated>2021-03-03T10:00:00Z</updated><summary>{LEDE}</summary></entry></feed>"
        )
        (found,) = self.entries(atom.encode())
        assert isinstance(found, Document)
        assert (found.published, found.text) == (date(2021, 3, 3), LEDE)
        assert "published is its last update, 2021-03-03" in found.made_by

    @pytest.mark.parametrize("year", [1970, 2999])
    def test_days_that_cannot_be(self, year: int) -> None:
        data = self.RSS.replace("03 Mar 2021", f"03 Mar {year}").format(LEDE, SECOND, "").encode()
        first = self.entries(data)[0]
        assert isinstance(first, Document)
        assert first.published is None

    def test_what_is_no_feed(self) -> None:
        assert "no RSS or Atom feed" in refused_feed(b"<?xml version='1.0'?><a><b>The police said so.</b></a>")
        assert "without entries" in refused_feed(b'<rss version="2.0"><channel><title>x</title></channel></rss>')


def read_entry(one: Input | Failure) -> Document | str:
    assert isinstance(one, Input)
    assert one.reader == "entry"
    try:
        (reading,) = feed.entry(one, config=CONFIG)
    except DocumentError as error:
        return str(error)
    assert isinstance(reading, Read)
    return reading.document


def refused_feed(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        list(feed.read(source(data), config=CONFIG))
    return str(error.value)
