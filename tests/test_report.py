"""The report: what stands in it, that nothing of a report's words runs in it, and how it is in a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from byline.cli import main
from byline.coding.pipeline import Pipeline
from byline.errors import ExportError
from byline.export.report.base_map import World
from byline.export.report.map_drawn import WIDTH, drawn, framed
from byline.export.report.markup import Markup, element, joined
from byline.export.report.page import SCRIPT, STYLE
from byline.export.report.picture import Most, Spot
from byline.export.report.timeline_drawn import timeline
from byline.model import Person, Span
from byline.project import ExportOptions, Project, deciding, reporting
from byline.project.deciding import Said
from given_out import FOURTH, bombing, join, keep, loss, rally
from review_browser import AXE, SIZES, chromium
from told import NAKURU, Report, at, by, dead, on, report

__all__ = ["chromium"]

SCRIPTS = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture(autouse=True)
def built() -> None:
    """The page's styles and scripts; tests are skipped where npm's part was not built."""
    for name in (STYLE, SCRIPT):
        if not (reporting.ASSETS / name).exists():
            pytest.skip("the page's scripts and styles were not built; run make install with npm")


def other(**event: Any) -> Report:
    """Another report of the bombing, that counts nine dead."""
    return report(
        "Bombed was a stop in Nakuru on Monday; nine people died, police said.",
        at("Nakuru", NAKURU), on("Monday", FOURTH), dead("nine people", 9),
        **({"source": "The Lake Post", "acled": "Attack"} | event),
    )  # fmt: skip


def hostile() -> Report:
    """A report whose words would run, or turn the page round, where they were not escaped."""
    text = f"Bombed was {SCRIPTS} \u202e in Nakuru."
    event, document = report(text, at("Nakuru", NAKURU), by(SCRIPTS, role="recipient"), source=SCRIPTS)
    return event, replace(document, title=SCRIPTS, url="javascript:alert(3)")


@pytest.fixture
def one(laptop: Any) -> Project:
    """Two reports of one bombing that differ, a rally of two towns, hostile words, and an event with nothing told."""
    project: Project = laptop("one")
    ids = keep(project, bombing(), other(), rally(), hostile(), report("Bombed. Nobody says where."))
    join(project, *ids[:2])
    return project


def page(project: Project, folder: Path, **options: Any) -> Any:
    """The page, as a browser takes it apart."""
    out = folder / "report.html"
    reporting.report(project, out, options=ExportOptions(overwrite=True, **options))
    return html.document_fromstring(out.read_text(encoding="utf-8"))


def words(found: Any) -> str:
    return " ".join(found.text_content().split())


def rows(whole: Any, caption: str) -> list[list[str]]:
    """The rows of the table under a caption."""
    (table,) = [one for one in whole.iter("table") if words(one.find("caption")).startswith(caption)]
    return [[words(cell) for cell in row] for row in table.find("tbody")]


def test_what_there_is_in_short(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    figures = [words(one) for one in whole.get_element_by_id("short").iter("li")]
    assert figures[:4] == ["4 incidents", "5 reports of them", "3 sources named", "2 places"]
    assert rows(whole, "What happened") == [["ASSAULT · explosives", "3"], ["PROTEST · demo", "1"]]
    assert rows(whole, "By country") == [["Kenya", "3"], ["no country told", "1"]]
    assert [row[:2] for row in rows(whole, "Places")] == [["Nakuru", "Kenya"], ["Kisumu", "Kenya"]]
    assert loss(tmp_path / "report.html")["written"] == 4


def test_the_map_holds_each_place_as_wide_as_it_is_known(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    (svg,) = [one for one in whole.iter("svg") if one.get("class") == "map"]
    assert [words(link.find("title")) for link in svg.iter("a")] == [
        "Nakuru: 3 incidents (city: anywhere within 9 km)", "Kisumu: 1 incident (city: anywhere within 8 km)"
    ]  # fmt: skip
    assert {link.get("href") for link in svg.iter("a")} == {"#place-0", "#place-1"}
    assert len(list(svg.iter("ellipse"))) == 2
    assert "One incident has no place on a map." in words(whole.get_element_by_id("where"))


def test_the_timeline_and_its_table_say_the_same(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    assert rows(whole, "Incidents by day") == [["2024-03-04", "1"]]
    when = whole.get_element_by_id("when")
    bars = [bar for bar in when.iter("rect") if (bar.get("class") or "").startswith("s-")]
    assert [words(bar) for bar in bars] == ["2024-03-04: 1 reported"]
    assert "1 span more than one day and are not drawn. 2 have no day." in words(when)


def test_who_tells_it_and_where_reports_differ(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    (attested,) = rows(whole, "Incidents of several reports")
    assert attested[2:] == ["2", "0", "The Rift Herald, The Lake Post"]
    differ = words(whole.get_element_by_id("differ"))
    assert "fatalities" in differ
    assert "gunmen killed seven people" in differ
    assert "nine people died" in differ


def test_findings_with_the_words_on_both_sides(laptop: Any, pipeline: Pipeline, tmp_path: Path) -> None:
    from byline.project import auditing

    project: Project = laptop("audited")
    project.pipeline = pipeline  # loaded already
    text = (
        "Police arrested 14 people in Nakuru on Monday, a police spokesman said.\n\nThose arrested: Ada, Ben and Cem.\n"
    )
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    assert len(list(project.code([tmp_path / "r.txt"]))) == 1
    auditing.audit(project.store, project.sources)
    (finding, *_) = list(auditing.findings(project.store))
    found = page(project, tmp_path).get_element_by_id("findings")
    assert finding.finding.id in words(found)
    assert len(list(found.iter("blockquote"))) >= 2
    word = Said(subject=(finding.finding.id,), verdict="reject")
    deciding.decide_many(project.store, [word], reviewer="ada")
    assert finding.finding.id not in words(page(project, tmp_path).get_element_by_id("findings"))


def test_only_what_is_asked_for(one: Project, tmp_path: Path) -> None:
    from byline.export.selection import Selection

    whole = page(one, tmp_path, selection=Selection(types=("PROTEST",)))
    assert "Chosen: types: PROTEST." in words(whole)
    assert rows(whole, "What happened") == [["PROTEST · demo", "1"]]
    nothing = page(one, tmp_path, selection=Selection(types=("YIELD",)))
    assert "nothing can be shown" in words(nothing)


def test_names_of_private_persons_are_masked(laptop: Any, tmp_path: Path) -> None:
    project = laptop("people")
    event, document = report("Shot was Daniel Otieno in Nakuru.", by("Daniel Otieno", role="recipient"), source="A")
    person = Person(name="Daniel Otieno", standing="private", because="none told", spans=(Span(start=9, end=22),))
    keep(project, (event, document), people=(person,))
    whole = page(project, tmp_path)
    assert "Otieno" not in words(whole)
    assert "Shot was ██████ ██████ in Nakuru." in words(whole)
    assert "Names of private persons are masked" in words(whole)


# Safety


def test_no_word_of_a_report_becomes_markup(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    assert SCRIPTS in words(whole)
    assert len(list(whole.iter("script"))) == 1
    assert list(whole.iter("img")) == []
    assert [link.get("href") for link in whole.iter("a") if not link.get("href").startswith("#")] == []
    assert "\u202e" not in words(whole)


def test_its_policy_lets_in_what_stands_in_it_alone(one: Project, tmp_path: Path) -> None:
    whole = page(one, tmp_path)
    (policy,) = [meta.get("content") for meta in whole.iter("meta") if meta.get("http-equiv")]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; "
        r"base-uri 'none'; form-action 'none'", policy,
    )  # fmt: skip
    assert [one.get("src") or one.get("style") for one in whole.iter() if one.get("src") or one.get("style")] == []


@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    made = element("p", text, title=text)
    assert re.fullmatch(r'<p title="[^"<]*">[^<>]*</p>', made, re.DOTALL)
    assert joined([Markup("<b></b>"), text]).startswith("<b></b>")


def test_without_its_styles_it_is_said_what_to_do(one: Project, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reporting, "ASSETS", tmp_path / "none")
    with pytest.raises(ExportError, match="run make install with Node"):
        page(one, tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_the_same_bytes_each_time(one: Project, tmp_path: Path) -> None:
    first = html.tostring(page(one, tmp_path))
    assert html.tostring(page(one, tmp_path)) == first


def test_the_command(one: Project, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["report", "r.html", "--db", "one/byline.db", "--title", "March in Nakuru"])
    assert result.exit_code == 0, result.output
    assert result.stderr == "4 incidents of 5 documents shown in r.html; 0 names masked.\n"
    assert "<title>March in Nakuru</title>" in (tmp_path / "r.html").read_text(encoding="utf-8")
    again = CliRunner().invoke(main, ["report", "r.html", "--db", "one/byline.db"])
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


# Parts


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-80, 80)), min_size=1, max_size=8))
def test_every_place_is_on_the_sheet(points: list[tuple[float, float]]) -> None:
    spots = [spot(longitude, latitude) for longitude, latitude in points]
    frame = framed(spots)
    for one in spots:
        x, y = frame.at(*one.pin.point)
        assert -0.01 <= x <= WIDTH + 0.01
        assert -0.01 <= y <= frame.height + 0.01


def spot(longitude: float, latitude: float) -> Spot:
    from byline.export.pins import Pin

    return Spot(
        incidents=1,
        pin=Pin(
            name="Somewhere", text="Somewhere", geonameid=None, latitude=latitude, longitude=longitude, radius_km=5.0,
            precision="city", relation="in", basis="stated", country=None, admin1=None, attribution=None,
            confidence=1.0, reports=("d1",), part="text", start=0, end=1, within=False,
        ),
    )  # fmt: skip


def test_a_border_that_is_disputed_is_dashed() -> None:
    world = World.read(reporting.ASSETS)
    frame = framed([spot(76.0, 34.0), spot(70.0, 30.0)])
    assert world.lines(frame, "disputed").startswith("M")
    assert world.lines(framed([spot(2.3, 48.8)]), "disputed") == ""
    svg = drawn([spot(76.0, 34.0)], reporting.ASSETS)
    assert 'class="disputed"' in svg


def test_the_ground_reaches_round_the_date_line() -> None:
    world = World.read(reporting.ASSETS)
    frame = framed([spot(179.9, -16.8), spot(177.4, -17.8)])
    assert "Fiji" in [name for name, _, _ in world.names(frame)]


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 5))
def test_the_most_are_kept_and_of_equals_the_first(numbers: list[int], most: int) -> None:
    kept: Most[int] = Most(most)
    for place, number in enumerate(numbers):
        kept.add(number, place)
    wanted = sorted(range(len(numbers)), key=lambda place: (-numbers[place], place))[:most]
    assert kept.items() == wanted
    assert kept.met == len(numbers)


def test_days_are_drawn_by_month_or_year_where_they_are_many() -> None:
    def days(*told: tuple[int, int]) -> Any:
        return {(date(year, month, 5), date(year, month, 5), "reported"): 2 for year, month in told}

    assert timeline(days((2024, 3), (2024, 4))).unit == "day"
    assert timeline(days((2019, 3), (2024, 4))).unit == "month"
    assert timeline(days((1988, 3), (2024, 4))).unit == "year"
    assert timeline({(date(2024, 3, 1), date(2024, 3, 31), "reported"): 3}).wider == 3


# In a browser


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_breaks_no_rule_in_a_browser(size: str, scheme: str, chromium: Any, one: Project, tmp_path: Path) -> None:
    page(one, tmp_path)
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda told: complaints.append(told.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith("file:") else None)
    tab.goto((tmp_path / "report.html").as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run make install with npm")
    found = tab.evaluate(AXE.read_text(encoding="utf-8") + "; axe.run(document, {resultTypes: ['violations']})")
    assert [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"]] == []
    assert complaints == []
    context.close()


@pytest.mark.slow
def test_a_reader_zooms_searches_and_prints(chromium: Any, one: Project, tmp_path: Path) -> None:
    page(one, tmp_path)
    tab = chromium.new_page()
    tab.goto((tmp_path / "report.html").as_uri())
    before = tab.locator("svg.map").get_attribute("viewBox")
    tab.get_by_role("button", name="Nearer").click()
    assert tab.locator("svg.map").get_attribute("viewBox") != before
    tab.get_by_role("button", name="The whole map").click()
    assert tab.locator("svg.map").get_attribute("viewBox").split()[2] == before.split()[2]
    tab.get_by_label("Show those with").fill("teachers kisumu")
    assert tab.locator("#incidents article:visible").count() == 1
    assert "1 of 4" in tab.locator("#incidents .tools").inner_text()
    printed = tab.pdf(prefer_css_page_size=True)
    boxes = re.findall(r"MediaBox ?\[([^\]]+)\]", printed.decode("latin-1"))
    assert {tuple(round(float(side)) for side in box.split()[2:]) for box in boxes} == {(595, 842)}
    tab.close()
