"""A text is cut into segments by code points, and nothing of it is lost or moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from byline.model import Cut, Document, Span, sha256
from byline.review import paragraphs
from byline.review.segments import Mark, segments
from byline.review.shown import address, plain


def mark(start: int, end: int, *, number: int = 0, event: int = 1) -> Mark:
    return Mark(number=number, event=event, kind="value", span=Span(start=start, end=end))


def make_document(text: str, *cuts: Cut, made_by: str = "text 1") -> Document:
    hashed = sha256(text.encode("utf-8", "surrogatepass"))
    return Document(
        id="d1", text=text, origin="a.txt", raw_sha256=hashed, text_sha256=hashed, made_by=made_by, cuts=cuts
    )


class TestSegments:
    def test_a_text_is_cut_where_marks_begin_and_end(self) -> None:
        found = segments("Police beat 𝔄da in Oruro", [mark(7, 11, number=1), mark(12, 15, number=2)])
        assert [one.text for one in found] == ["Police ", "beat", " ", "𝔄da", " in Oruro"]
        assert [[each.number for each in one.marks] for one in found] == [[], [1], [], [2], []]

    def test_marks_that_overlap_share_a_segment_the_shortest_first(self) -> None:
        found = segments("abcdef", [mark(0, 4, number=1), mark(2, 6, number=2, event=2), mark(2, 4, number=3)])
        assert [(one.text, [each.number for each in one.marks]) for one in found] == [
            ("ab", [1]),
            ("cd", [3, 1, 2]),
            ("ef", [2]),
        ]
        assert found[1].events == (1, 2)
        assert [each.number for each in found[1].opens] == [2, 3]

    @given(
        st.text(max_size=60),
        st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=12),
        st.integers(0, 60),
        st.integers(0, 70),
    )
    def test_the_segments_are_the_text(self, text: str, spans: list[tuple[int, int]], start: int, length: int) -> None:
        marks = [mark(min(one), max(one) + 1, number=nth) for nth, one in enumerate(spans)]
        start = min(start, len(text))
        end = min(start + length, len(text))
        found = segments(text, marks, start=start, end=end)
        assert "".join(one.text for one in found) == text[start:end]
        at = start
        for one in found:
            here = {each.number for each in marks if each.span.start <= at < each.span.end}
            assert {each.number for each in one.marks} == here
            at += len(one.text)


class TestParagraphs:
    def test_all_of_a_text_but_blank_lines_is_in_its_parts(self) -> None:
        text = "\n\n".join(f"Paragraph {nth}. " + "word " * 400 for nth in range(60))
        found = paragraphs.parts(text)
        assert len(found) > 2
        assert all(part[-1].end - part[0].start <= paragraphs.LONGEST_PART + 3_000 for part in found)
        assert " ".join(text[one.start : one.end] for part in found for one in part).split() == text.split()

    def test_a_paragraph_longer_than_a_part_is_cut(self) -> None:
        text = "a" * (paragraphs.LONGEST_PART * 2 + 5)
        found = paragraphs.parts(text)
        assert [one.end - one.start for part in found for one in part][-1] == 5
        assert paragraphs.part_of(found, paragraphs.LONGEST_PART) == 1

    def test_an_empty_text_has_one_part(self) -> None:
        assert paragraphs.parts(" \n ") == ((),)

    def test_a_cut_stands_where_it_was(self) -> None:
        raw = "First words.\n\nAdvertisement\n\nLast words.\n\nShare this"
        cuts = (
            Cut(start=14, text="Advertisement", reason="slot"),
            Cut(start=raw.index("Share"), text="Share this", reason="share bar"),
        )
        document = make_document("First words.\n\nLast words.", *cuts)
        found = paragraphs.blocks(document, paragraphs.parts(document.text), 0, marks=[])
        told = [one.cut.text if one.cut else "".join(each.text for each in one.segments) for one in found]
        assert told == ["First words.", "Advertisement", "Last words.", "Share this"]
        assert paragraphs.unplaced(document) == ()

    def test_each_cut_is_told_once_whatever_the_part(self) -> None:
        text = "\n\n".join("word " * 500 for _ in range(40))
        cuts = tuple(Cut(start=start, text="Advertisement", reason="slot") for start in range(0, len(text), 9_000))
        document = make_document(text, *cuts)
        parts = paragraphs.parts(text)
        blocks = [one for part in range(len(parts)) for one in paragraphs.blocks(document, parts, part, marks=[])]
        told = [one for one in blocks if one.cut]
        assert len(told) == len(cuts)

    def test_what_was_cut_of_a_web_page_is_told_apart(self) -> None:
        cut = Cut(start=900, text="Home", reason="navigation")
        document = make_document("Words.", cut, made_by="html 3")
        assert paragraphs.unplaced(document) == (cut,)
        found = paragraphs.blocks(document, paragraphs.parts(document.text), 0, marks=[])
        assert [one.cut for one in found] == [None]


class TestShown:
    def test_what_cannot_be_seen_is_named(self) -> None:
        assert plain("a\u202eb\u200f\x07c\ud800") == "a⟨U+202E⟩b⟨U+200F⟩⟨U+0007⟩c⟨U+D800⟩"

    def test_what_words_are_spelled_with_stays(self) -> None:
        for words in ("می\u200cخواهم", "naïve\tx\ny", "co\u00adoperate", "𝔄"):
            assert plain(words) == words

    def test_only_web_addresses_are_links(self) -> None:
        assert address("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"
        for bad in (
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//example.org",
            "https://",
            "https://bank.example@evil.example/",
            "https://exa mple.org",
            'https://example.org/"onclick="x',
            "https://example.org/\u202egnp",
            "http://[::1",
            "",
            None,
        ):
            assert address(bad) is None
