"""A stance is someone's, and tells of no happening; a claim does."""

from __future__ import annotations

import pytest

from byline.coding.pipeline import Pipeline
from byline.coding.sayswho import Attribution
from byline.config import Config
from byline.model import Document


def said(text: str) -> list[tuple[str, str, bool]]:
    """(who, what, asserted) of every attribution of a text."""
    document = Document(id="d1", text=text, origin="here", raw_sha256="", text_sha256="", made_by="test", language="en")

    def words(one: Attribution) -> tuple[str, str, bool]:
        source = " ".join(document.quote(span) for span in one.source)
        return source, " … ".join(document.quote(span) for span in one.content), one.asserted

    return [words(one) for one in Pipeline.load(Config()).page(document).attributions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The union said drivers blocked the road.", ("The union", "drivers blocked the road", True)),
        ("The governor condemned the raid on the market.", ("The governor", "the raid on the market", False)),
        ("The union plans to strike on Monday.", ("The union", "to strike on Monday", False)),
    ],
)
def test_a_claim_and_a_stance_are_told_apart(text: str, expected: tuple[str, str, bool]) -> None:
    assert expected in said(text)


def test_a_headline_names_its_speaker_before_a_colon() -> None:
    assert ("Police", "seven dead in Kano market blast", True) in said(
        "Police: seven dead in Kano market blast\n\nText."
    )
    assert said("Update: seven dead in Kano market blast\n\nText.") == []


def test_what_is_only_asked_for_is_not_said() -> None:
    assert said("The editor wants him to say that drivers blocked the road.") != []
    assert not any(asserted for _, _, asserted in said("They should say that drivers blocked the road."))


def test_no_event_rests_on_a_stance() -> None:
    text = "The governor condemned the killing of two guards in Goma on Monday."
    document = Document(id="d1", text=text, origin="here", raw_sha256="", text_sha256="", made_by="test", language="en")
    pipeline = Pipeline.load(Config())
    for event in pipeline.code_page(pipeline.page(document)):
        assert not event.role("speaker")
