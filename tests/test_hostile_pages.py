"""Input that means harm, and input that is only broken: one clear failure or a document, soon, in little memory, and
nothing is run, fetched or opened."""

from __future__ import annotations

import random
import resource
import socket
import subprocess
import sys
import time
import webbrowser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import test_pages as made
from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document
from byline.read import Input, Read, docx, eml, feed, html, pdf
from files_made import document_xml, paragraph
from files_made import docx as make_docx
from files_made import pdf as make_pdf
from test_pages import LEDE, PAGE, SECOND

CONFIG = Config()

SECONDS = 12
"""What the worst input may take on a busy machine; alone it takes a third of that."""

MEGABYTES = 600
"""What reading may add to the memory of the test's process."""

LIMIT = CONFIG.max_document_bytes - 1_000


def filled(piece: str, size: int = LIMIT) -> str:
    return piece * (size // len(piece.encode()))


BOMB = "<!DOCTYPE b [<!ENTITY a0 'police'>" + "".join(
    f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 10)
) + ']>'  # fmt: skip
RSS = '<rss version="2.0"><channel><item>'
WRAPPED = "<html><body>{}</body></html>"
MULTIPART = "Content-Type: multipart/mixed; boundary=a\n\n"

HOSTILE: dict[str, tuple[str, str]] = {
    "html deep": ("html", WRAPPED.format("<div>" * 100_000 + LEDE)),
    "html deep behind a report": ("html", WRAPPED.format(f"<p>{LEDE}</p><p>{SECOND}</p>" + "<b>" * 50_000)),
    "html script": ("html", WRAPPED.format(f"<script>document.write('{filled(LEDE)}')</script>")),
    "html attribute": ("html", WRAPPED.format(f"<p class='{filled('social ')}'>{LEDE}</p>")),
    "html attributes": ("html", WRAPPED.format(f"<p {' '.join(f'a{n}=1' for n in range(150_000))}>{LEDE}</p>")),
    "html boxes": ("html", WRAPPED.format("<div class='social'>" * 200 + filled("word ", 1_900_000))),
    "html short paragraphs": ("html", WRAPPED.format("<p>a</p>" * 14_000)),
    "html rows": ("html", WRAPPED.format("<table><tr>" * 60 + "<td>a cell of it</td>" * 29_000)),
    "html links": ("html", WRAPPED.format("<li><a href='x'>A story of it</a></li>" * 14_000)),
    "html headings": ("html", WRAPPED.format("<h1>The police said</h1>" * 29_000)),
    "html too many": ("html", WRAPPED.format(filled("<p>a"))),
    "html one word": ("html", WRAPPED.format("a" * 1_900_000)),
    "html brackets": ("html", WRAPPED.format("<" * 1_900_000)),
    "html comment": ("html", WRAPPED.format("<!--" + "-" * 1_900_000)),
    "html entities": ("html", f'<?xml version="1.0"?>{BOMB}{WRAPPED.format("<p>&a9;</p>" + LEDE)}'),
    "html json": ("html", f"<script type='application/ld+json'>{'[' * 900_000}</script><p>{LEDE}</p><p>{SECOND}</p>"),
    "html dates": ("html", WRAPPED.format(filled("12/13/ 2014 2020-2020-20 ", 1_800_000))),
    "html nothing": ("html", WRAPPED.format(" \n" * 900_000)),
    "html white space": ("html", " " * 1_900_000),
    "html nul": ("html", WRAPPED.format(f"\0{LEDE}")),
    "mail parts in parts": ("eml", MULTIPART + f"--a\n{MULTIPART}" * 15_000),
    "mail parts": ("eml", MULTIPART + "--a\n\nx\n" * 200_000),
    "mails in mails": ("eml", "Content-Type: message/rfc822\n\n" * 20_000),
    "mail headers": ("eml", "X-A: b\n" * 200_000 + f"\n{LEDE}"),
    "mail sender": ("eml", f"From: {'(' * 1_500_000}\n\n{LEDE}"),
    "mail type": ("eml", "Content-Type: text/plain; " + 'a="b"; ' * 150_000 + f"\n\n{LEDE}"),
    "mail charset": ("eml", f'Content-Type: text/plain; charset="x\0"\n\n{LEDE} é'),
    "feed entities": ("feed", f'<?xml version="1.0"?>{BOMB}{RSS}<title>&a9;</title></item>'),
    "feed deep": ("feed", f"{RSS}<description>{'<a>' * 160_000}"),
    "feed deep and large": ("feed", f"{RSS}<description>{'<a>' * 5_000_000}"),
    "feed declarations": ("feed", f"{RSS}<description>{'<!x ' * 100_000}"),
    "feed entries": ("feed", f"{RSS}{'</item><item><title>a</title>' * 30_000}</item></channel></rss>"),
    "feed brackets": ("feed", f"{RSS}<description>{'<' * 450_000}"),
    "feed ampersands": ("feed", f"{RSS}<description>{'&' * 450_000}"),
    "word deep": ("docx", document_xml("<w:p>" * 100_000 + "</w:p>" * 100_000)),
    "word paragraphs": ("docx", document_xml(paragraph("word") * 100_000)),
    "word entities": ("docx", f'<?xml version="1.0"?>{BOMB}{document_xml(paragraph("&a9;" + LEDE))}'),
    "word too large": ("docx", document_xml(paragraph(filled("word ", 21_000_000)))),
}

READERS = {"html": html.read, "eml": eml.read, "pdf": pdf.read, "docx": docx.read, "entry": feed.entry}


def outcome(kind: str, data: bytes) -> list[Document | str]:
    """What comes out, failures as their words; anything else that is raised is a crash."""
    source = Input(origin="made", name="made", data=data, size=len(data))
    try:
        if kind != "feed":
            return [reading.document for reading in READERS[kind](source, config=CONFIG) if isinstance(reading, Read)]
        found: list[Document | str] = []
        for one in feed.read(source, config=CONFIG):
            found.extend(outcome("entry", one.data or b"") if isinstance(one, Input) else [one.error])
        return found
    except DocumentError as error:
        return [str(error)]


def packed(kind: str, text: str) -> bytes:
    if kind != "docx":
        return text.encode()
    return make_docx(text if text.startswith("<?xml") else f"<?xml version='1.0'?>{text}")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_or_refused_soon_and_in_little_memory(name: str) -> None:
    kind, text = HOSTILE[name]
    data = packed(kind, text)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = outcome(kind, data)
    assert time.process_time() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024
    assert found
    for one in found:
        assert one if isinstance(one, str) else "root:" not in one.text and one.text.strip()


def test_a_page_that_nests_too_deep_says_where_it_was_cut_off() -> None:
    (found,) = outcome("html", HOSTILE["html deep behind a report"][1].encode())
    assert isinstance(found, Document)
    assert "nests too deep" in found.made_by
    (failed,) = outcome("html", WRAPPED.format("<div>" * 20_000 + LEDE).encode())
    assert isinstance(failed, str)
    assert "nests too deep" in failed


def test_nothing_is_fetched_opened_or_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Not even where all of it asks for that."""

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("reached out")

    secret = tmp_path / "secret"
    secret.write_text("root: a secret")
    own = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY % y SYSTEM "http://127.0.0.1:9/y"> %y;]>'
    asks = "<link rel='stylesheet' href='{0}'><meta http-equiv='refresh' content='0;url={0}'><img src='{0}'>"
    web = "http://127.0.0.1:9/a"
    inputs = {
        "html": own + PAGE.replace("<main>", f"{asks.format(web)}<script>x()</script><main>&x;"),
        "feed": f"{own}{RSS}<link>{secret.as_uri()}</link><description>{LEDE} &x;</description></item></channel></rss>",
        "docx": f'<?xml version="1.0"?>{own}{document_xml(paragraph(f"{LEDE} &x;"))}',
        "eml": f'Content-Type: message/external-body; access-type=URL; URL="{web}"\n\n{LEDE}',
    }
    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(socket, "create_connection", never)
    monkeypatch.setattr(subprocess, "Popen", never)
    monkeypatch.setattr(webbrowser, "open", never)
    for kind, text in inputs.items():
        for one in outcome(kind, packed(kind, text)):
            assert "secret" not in (one if isinstance(one, str) else one.text)


def test_heavy_libraries_are_loaded_when_their_format_is_met() -> None:
    program = (
        "import sys; from byline.config import Config; from byline.read import Input, kinds, text; kinds.known();"
        "list(text.read(Input(origin='a', name='a', data=b'The police said so.'), config=Config()));"
        "heavy = ('trafilatura', 'htmldate', 'lxml', 'pypdfium2', 'docx', 'feedparser');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Mutated input

SEEDS: dict[str, bytes] = {
    "html": PAGE.encode(),
    "eml": f"{made.TestMail.HEAD}{MULTIPART}--a\nContent-Type: text/html\n\n<p>{LEDE}</p>\n--a\n\n{SECOND}".encode(),
    "pdf": make_pdf(made.TestPdf.FIRST, made.TestPdf.SECOND),
    "docx": make_docx(made.TestWord.BODY),
    "feed": made.TestFeeds.RSS.format(LEDE, SECOND, "Wed, 03 Mar 2021").encode(),
}

PIECES = (
    *(b"<", b">", b"</", b"&", b"&#0;", b"&#xd800;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xc3"),
    *(b"\r\n\r\n", b"--a\n", b"<p>", b"<table>", b"<figcaption>", b"<![CDATA[", b"<!--", b"]]>", b'"', b"%PDF-"),
    *(b"PK\x03\x04", b"endobj", b"99999999999999999999", b"-1", b"2999-01-01", b"=?utf-8?q?", b"charset=utf-16"),
    *(b"content-transfer-encoding: base64\n", b"<h1>", b"<script type='application/ld+json'>{"),
)


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """The seed with some pieces put in, taken out, doubled or changed."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 4, 30, 300)))
        way = chance.randrange(5)
        if way == 0:
            data[at:at] = chance.choice(PIECES)
        elif way == 1:
            del data[at:to]
        elif way == 2:
            data[at:at] = data[at:to] * chance.choice((1, 2, 50))
        elif way == 3 and at < len(data):
            data[at] = chance.randrange(256)
        else:
            data[at:to] = bytes(chance.randrange(256) for _ in range(to - at))
    return bytes(data)


def check(kind: str, data: bytes) -> None:
    """Documents and failures come out, and nothing else: every offset and hash of the documents holds."""
    for one in outcome(kind, data):
        if isinstance(one, str):
            assert one
            continue
        assert one.text.strip()
        one.text.encode("utf-8")
        assert all(value is None or value.strip() for value in (one.title, one.byline, one.url, one.source_id))
        assert all(cut.start >= 0 and cut.text for cut in one.cuts)


@pytest.mark.parametrize("kind", SEEDS)
@given(number=st.integers(min_value=0, max_value=2**63))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_mutated_input(kind: str, number: int) -> None:
    check(kind, mutated(SEEDS[kind], random.Random(number)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEEDS)
def test_mutated_input_at_length(kind: str) -> None:
    for number in range(10_000):
        check(kind, mutated(SEEDS[kind], random.Random(number)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000
