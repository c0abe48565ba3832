"""People at work on the page, in a real browser: a newcomer's first minutes, decisions by keys alone, hostile reports,
a phone, two at once. Debian's chromium runs it; where that, or npm's part, is not installed, the tests are skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import review_made
from byline.deciding import EVERYTHING
from byline.model import Span
from byline.project import Project, auditing, decided, linking
from byline.store import decisions
from review_browser import SIZES, Served, Visitor, chromium, serving

__all__ = ["chromium"]

pytestmark = pytest.mark.slow

SELECT = """([part, first, start, last, end]) => {
  const at = (offset) => document.querySelector(`[data-part="${part}"] [data-at="${offset}"]`).firstChild;
  getSelection().setBaseAndExtent(at(first), start, at(last), end);
}"""
"""Selects words as a person does with the mouse: from a place in one segment to a place in another."""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Project]:
    """Thirty made-up reports, and a hostile one."""
    with Project(database=tmp_path / "byline.db") as project:
        review_made.fill(project.store, number=150)
        document, coding = review_made.hostile()
        project.store.add_document(document, review_made.raw(document))
        project.store.add_coding(coding)
        yield project


def visitor(chromium: Any, site: Served, *, size: str = "wide", **settings: Any) -> Visitor:
    width, height = SIZES[size]
    return Visitor(chromium, site, viewport={"width": width, "height": height}, **settings)


def moved(page: Any, before: str) -> None:
    """Waits until another event's card has the focus."""
    page.wait_for_function(
        "before => { const card = document.activeElement?.closest('[data-card]');"
        " return card && card.dataset.event !== before; }",
        arg=before,
        timeout=10_000,
    )


def test_a_newcomers_first_minutes(chromium: Any, tmp_path: Path, examples: Path) -> None:
    with Project(database=tmp_path / "byline.db") as project:
        for _ in project.code([examples]):
            pass
        linking.link(project.store)
        auditing.audit(project.store, project.sources)
        with serving(project) as site:
            one = visitor(chromium, site)
            page = one.page
            page.wait_for_load_state("networkidle")
            assert page.locator("[data-row]").count() == 50
            assert "a finding in its report" in page.locator("[data-row]").first.inner_text()
            page.keyboard.press("?")
            assert "accept, and go to the next" in page.locator("#keys").inner_text()
            page.keyboard.press("Escape")

            page.goto(f"{one.address}/?q=Ridge+Valley+Post")
            page.locator("[data-open]", has_text="PROTEST").first.click()
            page.wait_for_load_state("networkidle")
            card = page.locator(".card.chosen")
            where = card.locator(".value", has=page.locator("dt", has_text="where"))
            where.hover()
            assert page.locator("mark.rests").first.inner_text().startswith("Nairobi")
            page.locator(".text mark", has_text="About 600").first.hover()
            assert card.locator(".value.rests", has_text="participants: 600").count() == 1

            first = str(card.get_attribute("data-event"))
            page.keyboard.press("a")
            page.wait_for_selector(".card.state-accepted")
            moved(page, first)
            page.keyboard.press("r")  # how many
            page.locator("#f-low-0").fill("5")
            page.locator("#f-high-0").fill("5")
            page.locator("#f-high-0").press("Enter")
            page.wait_for_selector(".card.state-edited")
            assert "injuries: 5" in page.locator(".card.state-edited").inner_text()
            assert "set by ada" in page.locator(".card.state-edited").inner_text()

            page.locator(".text span", has_text="The county has said").evaluate(
                "one => { const at = one.firstChild.data.indexOf('pay for water');"
                " getSelection().setBaseAndExtent(one.firstChild, at, one.firstChild, at + 3); }"
            )
            page.locator("[data-selected] button").click()
            page.locator("#f-kind").fill("AID")
            assert page.locator("#f-words").input_value() == "pay"
            page.locator("#edit-new button.accept").click()
            page.wait_for_selector(".card.state-new")
            page.keyboard.press("u")
            page.wait_for_function("() => !document.querySelector('.card.state-new')")

            page.locator(".beside a", has_text="2 events").first.click()
            page.wait_for_selector(".side-by-side")
            page.locator("nav a", has_text="Progress").click()
            page.wait_for_selector("[data-bars] rect")
            assert "2 of " in page.locator(".tile").first.inner_text()
            assert one.complaints == []
            one.context.close()


def test_fifty_decisions_by_keys_alone(chromium: Any, made: Project) -> None:
    with serving(made) as site:
        one = visitor(chromium, site)
        page = one.page
        page.keyboard.press(".")
        page.wait_for_url("**/documents/**")
        moved(page, "")
        seen = []
        for nth in range(50):
            here = one.focused()
            assert here
            seen.append(here)
            page.keyboard.press("x" if nth % 5 == 4 else "a")
            moved(page, here)
        assert len(set(seen)) == 50
        told = list(decisions.everyone(made.store))
        assert [decision.subject for decision in told] == seen
        assert sum(decision.verdict == "reject" for decision in told) == 10
        assert all(decision.seen and decision.reviewer == "ada" for decision in told)
        for left in (49, 48):
            with page.expect_navigation():
                page.keyboard.press("u")
            page.wait_for_function(
                "() => document.activeElement?.closest('[data-card]')?.dataset.state === 'undecided'"
            )
            assert decided.progress(made.store, viewer=EVERYTHING).all.undecided == 152 - left
        assert one.complaints == []
        one.context.close()


def test_keys_that_are_off_decide_nothing(chromium: Any, made: Project) -> None:
    with serving(made) as site:
        one = visitor(chromium, site)
        page = one.open("/next")
        page.keyboard.press("?")
        page.get_by_label("Use single keys").uncheck()
        page.keyboard.press("Escape")
        page.locator("[data-card]").first.focus()
        page.keyboard.press("a")
        page.keyboard.press("x")
        page.wait_for_timeout(300)
        assert list(decisions.everyone(made.store)) == []
        page.locator("[data-card] button.accept").first.press("Enter")
        page.wait_for_selector(".card.state-accepted")
        one.context.close()


def test_a_hostile_reports_words_are_chosen_by_code_points(chromium: Any, made: Project) -> None:
    document, coding = review_made.hostile()
    with serving(made) as site:
        one = visitor(chromium, site)
        page = one.open(f"/events/{coding.events[0].id}")
        at = page.evaluate(
            "[...document.querySelectorAll('.text [data-at]')]"
            ".find(one => one.textContent.includes('U+202E')).dataset.at"
        )
        shown = page.locator(f'.text [data-at="{at}"]').evaluate("one => one.firstChild.data")
        page.keyboard.press("w")
        page.wait_for_selector("#f-start")
        page.evaluate(SELECT, ["text", at, shown.index("⟨U+202E⟩"), at, shown.index(".exe")])
        page.wait_for_function("() => document.querySelector('#f-words').value.includes('gnp')")
        page.locator("#f-start").fill("2019-01-01")
        page.locator("[data-editor] button.accept").click()
        page.wait_for_selector(".card.state-edited")
        found = decided.of_event(made.store, coding.events[0].id, viewer=EVERYTHING)
        assert found is not None
        span = found.event.role("when")[0].span
        assert document.quote(span) == "\u202egnp"
        assert span == Span(start=document.text.index("\u202e"), end=document.text.index("\u202e") + 4)
        page.keyboard.press("m")
        page.locator("#f-note").fill(review_made.SCRIPT + review_made.IMAGE)
        page.locator("[data-editor] button.accept").click()
        page.wait_for_selector(".notes")
        for path in (f"/events/{coding.events[0].id}/history", "/", "/progress", "/?decided=edited"):
            one.open(path)
        assert one.complaints == []
        one.context.close()


def test_a_phone_is_enough_to_decide(chromium: Any, made: Project) -> None:
    with serving(made) as site:
        one = visitor(chromium, site, size="phone", has_touch=True, is_mobile=True)
        page = one.open("/next")
        page.locator("[data-card] button.accept").first.tap()
        page.wait_for_selector(".card.state-accepted")
        page.locator("[data-card]").nth(1).locator(".add a", has_text="where").tap()
        page.wait_for_selector("#f-place")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.locator("#f-place").fill("Kisumu")
        page.locator("input[name=geonameid]").first.tap()
        page.locator("[data-editor] button.accept").tap()
        page.wait_for_selector(".card.state-edited")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert one.complaints == []
        one.context.close()


def test_two_who_decide_at_once_are_both_kept_and_differ(chromium: Any, made: Project) -> None:
    with serving(made, name="ada") as first, serving(made, name="ben") as second:
        ada, ben = visitor(chromium, first), visitor(chromium, second)
        path = ada.open("/next").url.removeprefix(ada.address)
        ben.open(path)
        ada.page.keyboard.press("a")
        ben.page.keyboard.press("x")
        ada.page.wait_for_selector(".said:not([hidden])")
        ben.page.wait_for_selector(".said:not([hidden])")
        assert {one.reviewer for one in decisions.everyone(made.store)} == {"ada", "ben"}
        words = ada.open(path).locator(".card.chosen").inner_text()
        assert "People differ" in words
        assert re.search(r"ada \(coder\): accept", words)
        assert re.search(r"ben \(coder\): reject", words)
        assert ada.complaints == ben.complaints == []
        ada.context.close()
        ben.context.close()


def test_without_scripts_forms_do_the_same(chromium: Any, made: Project) -> None:
    with serving(made) as site:
        one = visitor(chromium, site, java_script_enabled=False)
        page = one.open("/next")
        page.locator("[data-card].chosen button.accept").click()
        page.locator("[data-card].chosen .add a", has_text="where").click()
        page.locator("#f-place").fill("Kisumu")
        page.locator("button[name=look]").click()
        page.locator("input[name=geonameid]").first.check()
        page.locator("button.accept").click()
        assert page.locator(".card.chosen.state-edited").count() == 1
        one.context.close()
