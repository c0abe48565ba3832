"""`byline explain`: the reading of one event, for whoever doubts it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.errors import NotFoundError
from byline.export.explanation_page import page
from byline.project import Project, deciding, explaining, linking
from byline.project.deciding import Word
from review_made import hostile, raw

TEXT = (
    "NAKURU, Kenya - Police arrested Daniel Otieno, a farmer, in Nakuru on 3 May 2021, Governor Amina Yusufin said. "
    "Otieno’s brother said he had done nothing.\n"
)
OTHER = "Police arrested a farmer in Nakuru on 3 May 2021, a spokesman said.\n"


@pytest.fixture
def project(laptop: Callable[[str], Project], code: Any, document: Any) -> Project:
    """A project with two reports of one arrest."""
    made = laptop("one")
    for text, source in ((TEXT, "The Rift Post"), (OTHER, "Lake Daily")):
        one = document(text, source_id=source, title=f"By {source}", url="https://example.org/daniel-otieno")
        made.store.add_document(one, one.text.encode())
        made.store.add_coding(code(one))
    linking.link(made.store)
    arrests = [row["event_id"] for row in made.events(where="type = 'COERCE'")]
    deciding.decide(made.store, arrests, verdict="same", word=Word(reviewer="Ada"))
    linking.link(made.store)
    return made


def arrest(project: Project) -> str:
    """The id of the arrest that the first report tells of."""
    (row,) = project.events(where="type = 'COERCE' AND source = 'The Rift Post'")
    return str(row["event_id"])


def run(project: Project, *words: str) -> Any:
    return CliRunner().invoke(main, ["explain", *words, "--db", str(project.database)])


class TestReading:
    def test_every_value_has_its_words_at_their_offsets(self, project: Project) -> None:
        told = project.explain(arrest(project))
        assert {"what", "when", "where", "who"} <= {value.name for value in told.values}
        for value in told.values:
            for words in value.words:
                assert told.document.part(words.part)[words.start : words.end] == words.text

    def test_what_read_it_is_named_with_its_version(self, project: Project) -> None:
        told = project.explain(arrest(project))
        when = next(value for value in told.values if value.name == "when")
        step = next(one for one in project.pipeline.steps if one.name == "when")
        assert not isinstance(when.by, str)
        assert (when.by.name, when.by.version, when.by.data) == ("when", step.version, step.data)
        assert 0 <= (when.confidence or 0) <= 1
        assert "words give the date itself" in when.because

    def test_the_shown_text_is_whole_and_marked(self, project: Project) -> None:
        told = project.explain(arrest(project))
        shown = "".join(one.text for one in told.text)
        assert shown in told.document.text
        assert "arrested" in "".join(one.text for one in told.text if "what" in one.names)

    def test_what_others_say_stands_beside_it(self, project: Project) -> None:
        told = project.explain(arrest(project))
        assert told.others is not None
        assert told.others.says
        assert [source for _, source, _ in told.others.told] == ["Lake Daily"]

    def test_a_persons_value_says_so_and_what_was_read_before(self, project: Project) -> None:
        id = arrest(project)
        word = Word(reviewer="Ada", field="type", value="ASSAULT", note="Otieno was beaten")
        deciding.decide(project.store, [id], verdict="set", word=word)
        told = project.explain(id)
        what = told.values[0]
        assert (what.by, what.read_before, what.sureness) == ("a person: Ada", "COERCE · arrest", "a person said so")
        assert told.state == "edited"
        ruling = told.decisions[-1]
        assert (ruling.standing, ruling.note) == ("in force", "██████ was beaten")

    def test_what_the_audit_found_is_told(self, project: Project, code: Any, document: Any) -> None:
        one = document(
            "GOMA (Grand Lacs Bulletin) - Army spokesman Colonel Justin Mbala said soldiers had killed 12 rebels in a "
            "battle near Rutshuru on 8 November 2022.\n"
        )
        project.store.add_document(one, one.text.encode())
        project.store.add_coding(code(one))
        found = [judged.finding for judged in project.audit() if one in judged.documents]
        assert [finding.kind for finding in found] == ["party-only"]
        (row,) = project.events(where=f"document_id = '{one.id}' AND type = 'ASSAULT'")
        assert project.explain(row["event_id"]).findings == (("low", "party-only", found[0].says),)
        assert found[0].says in html.unescape(page(project.explain(row["event_id"])))

    def test_the_beginning_of_an_id_is_enough(self, project: Project) -> None:
        assert project.explain(arrest(project)[:9]).event_id == arrest(project)

    def test_what_is_no_event_is_said_with_the_events_it_has(self, project: Project) -> None:
        id = arrest(project)
        (row,) = project.events(where=f"event_id = '{id}'")
        for other in (row["document_id"], row["incident_id"]):
            with pytest.raises(NotFoundError, match=id):
                project.explain(other)
        with pytest.raises(NotFoundError):
            project.explain("e0000000000000000")


class Parsed(HTMLParser):
    """The tags and attributes of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


class TestPage:
    def test_it_is_whole_in_itself(self, project: Project, tmp_path: Path) -> None:
        done = run(project, arrest(project), "--out", str(tmp_path / "why.html"))
        assert done.exit_code == 0, done.output
        parsed = Parsed((tmp_path / "why.html").read_text(encoding="utf-8"))
        assert not {"script", "img", "iframe", "link", "object", "form", "base"} & set(parsed.tags)
        assert [name for name, _ in parsed.attributes if name.startswith("on") or name == "src"] == []
        policy = next(
            value for name, value in parsed.attributes if name == "content" and value and "default-src" in value
        )
        assert policy.startswith("default-src 'none'")
        assert "byline verify" in parsed.words
        assert [path.name for path in tmp_path.iterdir() if "why" in path.name] == ["why.html"]

    def test_every_value_of_the_reading_is_on_it(self, project: Project) -> None:
        told = project.explain(arrest(project))
        words = Parsed(page(told)).words
        for value in told.values:
            assert value.says in words
            assert all(" ".join(one.text.split()) in words for one in value.words)
        assert told.document.text_sha256 in words
        assert told.document.raw_sha256 in words

    def test_a_hostile_report_stays_words(self, laptop: Callable[[str], Project]) -> None:
        from dataclasses import replace

        project = laptop("hostile")
        document, coding = hostile()
        project.store.add_document(document, raw(document))
        project.store.add_coding(replace(coding, people=()))
        for event in coding.events:
            shown = page(explaining.explain(project, event.id))
            parsed = Parsed(shown)
            assert not {"script", "img", "iframe"} & set(parsed.tags)
            assert "javascript:" not in str([value for name, value in parsed.attributes if name == "href"])
            assert "\u202e" not in shown
            assert "⟨U+202E⟩" in shown
            shown.encode("utf-8")

    def test_private_persons_are_masked(self, project: Project) -> None:
        told = project.explain(arrest(project))
        for shown in (page(told), run(project, arrest(project)).stdout):
            assert "Otieno" not in html.unescape(shown)
            assert "otieno" not in shown
            assert "██████" in shown
            assert "Amina Yusufin" in shown
            assert "Each letter is one █" in re.sub(r"\s+", " ", shown)

    def test_what_is_there_is_not_overwritten(self, project: Project, tmp_path: Path) -> None:
        out = tmp_path / "why.html"
        out.write_text("mine", encoding="utf-8")
        done = run(project, arrest(project), "--out", str(out))
        assert (done.exit_code, out.read_text(encoding="utf-8")) == (1, "mine")
        assert run(project, arrest(project), "--out", str(out), "--overwrite").exit_code == 0
        assert run(project, arrest(project), "--out", str(tmp_path / "none" / "why.html")).exit_code == 1

    def test_the_same_reading_gives_the_same_page(self, project: Project) -> None:
        assert page(project.explain(arrest(project))) == page(project.explain(arrest(project)))


def test_the_terminal_tells_the_same(project: Project) -> None:
    told = project.explain(arrest(project))
    shown = re.sub(r"\s+", " ", run(project, arrest(project)).stdout)
    for value in told.values:
        assert re.sub(r"\s+", " ", value.says) in shown
    for title in ("What people decided", "What other reports say", "What was left out", "How to check it"):
        assert title in shown
