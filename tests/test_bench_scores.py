"""Our figures equal the referees' on invented data, where the folder of referees is present."""

from __future__ import annotations

import importlib.util
import json
import random
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from byline.bench import acled, attribution, event_place, muc4, muc4_templates, plover, scores, timex, toponyms

DIGITS = 3


def referee(shared: Path, name: str) -> ModuleType:
    file = shared / "scoring" / f"{name}.py"
    if not file.exists():
        pytest.skip(f"no referee at {file}")
    spec = importlib.util.spec_from_file_location(f"referee_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown(lines: Iterable[str]) -> list[str]:
    """The figures of printed lines, in order, counts aside."""
    return re.findall(r"\d\.\d{3}", " ".join(lines))


def rounded(*figures: float) -> list[str]:
    return [f"{figure:.{DIGITS}f}" for figure in figures]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_score_counts_and_divides() -> None:
    figure = scores.score(1, 2, 4)
    assert (figure.precision, figure.recall) == (0.5, 0.25)
    assert figure.f1 == pytest.approx(1 / 3)
    assert str(scores.score(0, 0, 0)) == "P 0.000 R 0.000 F1 0.000"
    assert scores.score(1, 2, 4, found=2).recall == 0.5


def test_assign_takes_the_largest_total() -> None:
    table = {("a", "x"): 3.0, ("a", "y"): 2.0, ("b", "x"): 2.0, ("b", "y"): 0.0}
    pairs = scores.assign(["a", "b"], ["x", "y"], lambda p, g: table[p, g])
    assert sorted(pairs) == [(0, 1, 2.0), (1, 0, 2.0)]
    assert scores.assign([], ["x"], lambda p, g: 1.0) == []


def test_kilometres() -> None:
    assert scores.kilometres(0, 0, 0, 0) == 0
    assert scores.kilometres(0, 0, 0, 180) == pytest.approx(20015, abs=2)
    assert scores.kilometres(52.52, 13.405, 48.8566, 2.3522) == pytest.approx(878, abs=3)


TOPONYM_GOLD = {
    "lgl": """<articles><article docid="7"><text>From Ystad to Lund and Oz.</text><toponyms>
        <toponym><start>5</start><end>10</end><gaztag geonameid="1"><lat>55.43</lat><lon>13.82</lon></gaztag></toponym>
        <toponym><start>14</start><end>18</end><gaztag geonameid="2"><lat>55.70</lat><lon>13.19</lon></gaztag></toponym>
        <toponym><start>23</start><end>25</end></toponym></toponyms></article></articles>""",
    "gwn": """<articles><article file="7"><text>From Ystad to Lund and Oz.</text><toponyms>
        <toponym><start>5</start><end>10</end><latitude>55.43</latitude><longitude>13.82</longitude></toponym>
        <toponym><start>14</start><end>18</end><latitude>55.7</latitude><longitude>13.19</longitude>
        <nonLocational>Yes</nonLocational></toponym></toponyms></article></articles>""",
    "geovirus": """<articles><article><text>From Ystad to Lund and Oz.</text><locations>
        <location><start>6</start><end>11</end><lat>55.43</lat><lon>13.82</lon></location>
        <location><start>15</start><end>19</end><lat>55.7</lat><lon>13.19</lon></location>
        </locations></article></articles>""",
}


@pytest.mark.parametrize("kind", sorted(TOPONYM_GOLD))
def test_toponyms_as_the_referee(kind: str, shared: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.xml"
    gold.write_text(TOPONYM_GOLD[kind], encoding="utf-8")
    articles = toponyms.load(gold)
    assert articles[0].kind == kind
    given = [
        {"start": 5, "end": 10, "lat": 55.4, "lon": 13.8},
        {"start": 14, "end": 18, "lat": 40.0, "lon": -3.0},
        {"start": 0, "end": 4, "lat": None, "lon": None},
    ]
    line = {"docid": articles[0].text.id, "toponyms": given}
    judge = referee(shared, "toponyms")
    s = judge.score(judge.read(kind, gold), {str(line["docid"]): given})
    wanted = rounded(s["P"], s["R"], s["F1"], s["acc161"], s["found161"])
    # The figures of the whole stand first; those of the regions follow.
    assert shown(toponyms.figures(articles, [line]))[: len(wanted)] == wanted
    kinds = {error.kind for error in toponyms.errors(articles, [line])}
    assert "extra" in kinds


def test_timex_as_the_referee(shared: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tml").write_text(
        '<TimeML><DCT><TIMEX3 value="2001-02-03" functionInDocument="CREATION_TIME">x</TIMEX3></DCT><TEXT>On '
        '<TIMEX3 value="2001-02-02">Friday</TIMEX3> they <EVENT>met for <TIMEX3 value="P2D">two days</TIMEX3></EVENT> '
        'and left <TIMEX3 value="2001-02">this month</TIMEX3>.</TEXT></TimeML>',
        encoding="utf-8",
    )
    articles = timex.load(tmp_path)
    text = articles[0].text
    assert str(text.published) == "2001-02-03"
    assert text.raw == "On Friday they met for two days and left this month."
    given = [
        {"start": 3, "end": 9, "value": "2001-02-02"},
        {"start": 23, "end": 26, "value": "P2D"},
        {"start": 41, "end": 51, "value": "2001-03"},
        {"start": 10, "end": 14, "value": "P1D"},
    ]
    judge = referee(shared, "timex")
    s = judge.score({"a": judge.read(tmp_path / "a.tml")}, {"a": given})
    line = {"docid": "a", "timexes": given}
    assert shown(timex.figures(articles, [line])) == rounded(s["relaxed"], s["strict"], s["value"])
    kinds = {error.kind.split(",")[0] for error in timex.errors(articles, [line])}
    assert kinds == {"other bounds", "another value", "extra"}


def test_event_place_as_the_referee(shared: Path, tmp_path: Path) -> None:
    text = "They marched in Ulm and Jena, not in Gera."
    rows = [
        {"id": "1", "text": text, "verb": [5, 12], "places": [[16, 19], [24, 28]]},
        {"id": "2", "text": text, "verb": [5, 12], "places": []},
        {"id": "3", "text": text, "verb": [5, 12], "places": [[16, 19]]},
    ]
    verbs = event_place.load(write_lines(tmp_path / "gold.jsonl", rows))
    lines: list[dict[str, Any]] = [
        {"id": "1", "places": [[16, 19], [37, 41]]},
        {"id": "2", "places": []},
        {"id": "3", "places": [[15, 18]]},
    ]
    judge = referee(shared, "event_place")
    wanted = rounded(*judge.score(rows, {line["id"]: line["places"] for line in lines}))
    assert shown(event_place.figures(verbs, lines)) == wanted
    assert [error.kind for error in event_place.errors(verbs, lines)] == ["another place"]


def test_attribution_as_the_referee(shared: Path, tmp_path: Path) -> None:
    text = "Mia said it rained. Ben said the road was closed, and so on."
    rows = [
        {
            "docid": "d",
            "text": text,
            "attributions": [
                {"source": [[0, 3]], "cue": [[4, 8]], "content": [[9, 18]]},
                {"source": [[20, 23]], "cue": [], "content": [[29, 48]]},
                {"source": [], "cue": [], "content": [[54, 59]]},
            ],
        }
    ]
    articles = attribution.load(write_lines(tmp_path / "gold.jsonl", rows))
    given = [
        {"source": [[0, 3]], "content": [[9, 18]]},
        {"source": [[0, 3]], "content": [[33, 48]]},
        {"source": [], "content": [[50, 59]]},
    ]
    judge = referee(shared, "attribution")
    s = judge.score(rows, {"d": given})
    line = {"docid": "d", "attributions": given}
    assert shown(attribution.figures(articles, [line])) == rounded(*(figure for part in s for figure in part))
    assert {error.kind for error in attribution.errors(articles, [line])} >= {"another source"}


def test_acled_as_the_referee(shared: Path, tmp_path: Path) -> None:
    labels = ["ARREST", "ATTACK", "DIPLO", "ATTACK", "SUIC_BOMB"]
    rows = [{"id": str(i), "text": "x", "label": label} for i, label in enumerate(labels)]
    snippets = acled.load(write_lines(tmp_path / "gold.jsonl", rows))
    given = ["Arrests", "Attack", None, "Suicide bomb", "Attack"]
    lines = [{"id": str(i), "sub_event_type": kind} for i, kind in enumerate(given)]
    judge = referee(shared, "case2021")
    assert acled.SUB_EVENT_TYPES == judge.SUB
    wanted = rounded(*judge.score(rows, {line["id"]: line["sub_event_type"] for line in lines}))
    assert shown(acled.figures(snippets, lines)) == wanted


def test_plover_as_the_referee(shared: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "0", "event": "DOCUMENT"},
        {"id": "1", "event": "DEMAND", "text": "x", "source": [{"actorText": "Bolivian"}], "target": ""},
        {"id": "2", "event": "FIGHT", "text": "x", "source": "", "target": [{"actorText": "army base"}]},
        {"id": "3", "event": "PROTEST", "text": "x"},
    ]
    gold = tmp_path / "gold.json"
    gold.write_text(json.dumps(rows), encoding="utf-8")
    records = plover.load(gold)
    lines = [
        {"id": "1", "events": [{"type": "REQUEST", "actors": ["a Bolivian envoy", "they"], "recipients": ["Chile"]}]},
        {"id": "2", "events": [{"type": "ASSAULT", "actors": ["rebels"], "recipients": ["the base"]}]},
        {"id": "3", "events": [{"type": "COERCE", "actors": [], "recipients": []}]},
    ]
    judge = referee(shared, "plover")
    s = judge.score(rows[1:], {line["id"]: line["events"] for line in lines})
    wanted = rounded(*s["types"], *s["actors"], *s["recipients"])
    assert shown(plover.figures(records, lines)) == wanted
    assert "PROTEST read as COERCE" in {error.kind for error in plover.errors(records, lines)}


def invented_templates(rng: random.Random, *, mentions: bool) -> list[dict[str, Any]]:
    names = ["the Rebels", "rebels", "a bomb", "mayor", "bridge", "the bus", "Front"]

    def entity() -> list[Any]:
        chosen = rng.sample(names, rng.randint(1, 2))
        return [[name, rng.randint(0, 9)] for name in chosen] if mentions else chosen[:1]

    kinds = ["attack", "bombing", "bombing / attack"] if mentions else ["attack", "bombing"]
    return [
        {
            "incident_type": rng.choice(kinds),
            **{role: [entity() for _ in range(rng.randint(0, 2))] for role in muc4_templates.ROLES},
        }
        for _ in range(rng.randint(0, 3))
    ]


def test_muc4_as_the_referee(shared: Path, tmp_path: Path) -> None:
    judge = referee(shared, "muc4")
    rng = random.Random(4)
    for _ in range(40):
        rows = [
            {"docid": str(i), "doctext": "x", "templates": invented_templates(rng, mentions=True)} for i in range(4)
        ]
        lines = [{"docid": str(i), "templates": invented_templates(rng, mentions=False)} for i in range(4)]
        reports = muc4.load(write_lines(tmp_path / "gold.json", rows))
        s = judge.score({r["docid"]: r["templates"] for r in rows}, {r["docid"]: r["templates"] for r in lines})
        assert shown(muc4.figures(reports, lines)) == rounded(*s["types"], *s["roles"])
