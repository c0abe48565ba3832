"""The benches on invented texts: gold read, offsets kept, crosswalks, matching of examples, what a user is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline import bench, ontology
from byline.bench import (
    acled,
    actors,
    example_gold,
    examples,
    harness,
    muc4,
    muc4_templates,
    plover,
    police,
    speed,
    timex,
    toponyms,
)
from byline.bench.documents import Text, document, snippet
from byline.bench.example_match import match, similarity
from byline.bench.harness import Job
from byline.config import Config
from byline.errors import BylineError, InputError
from byline.model import Actor, Document, Event, Mention, Place, Quantity, Span, Speaker, Value, When


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start=start, end=start + len(words))


def told(text: str, trigger: str, **given: Any) -> Event:
    """An event of an invented text; `mentions` are (role, words, value)."""
    mentions = tuple(
        Mention(role=role, span=span(text, words), value=value) for role, words, value in given.pop("mentions", ())
    )
    kept = {"type": "ASSAULT", "mode": None, **given}
    where = span(text, trigger)
    sentence = Span(start=0, end=len(text))
    return Event(id=f"e{where.start}", document_id="d", trigger=where, sentence=sentence, mentions=mentions, **kept)


def who(name: str, kind: Any = "group", sector: str | None = None) -> Actor:
    return Actor(name=name, kind=kind, sector=sector)


def city(name: str, **given: Any) -> Place:
    return Place(name=name, precision="city", **given)


def day(iso: str) -> When:
    return When(start=date.fromisoformat(iso), end=date.fromisoformat(iso), precision="day", basis="stated")


@dataclass
class FakeCoder:
    """Stands in for the pipeline: the same events, place names and times for every text."""

    found: Sequence[Event] = ()
    toponyms: Sequence[Any] = ()
    timexes: Sequence[Any] = ()
    failed: list[str] = field(default_factory=list)
    pipeline: Any = field(default_factory=lambda: SimpleNamespace(ontology=ontology.plover()))

    def events(self, document: Document) -> Sequence[Event]:
        return self.found

    def ask(self, document: Document, question: Callable[[Any], Any]) -> list[Any]:
        return list(question(SimpleNamespace(toponyms=self.toponyms, timexes=self.timexes)))

    def record(self, event: Event, document: Document) -> dict[str, Any]:
        return {"acled": {"sub_event_type": "Attack"} if event.type == "ASSAULT" else None}


# ---------------------------------------------------------------- running


def test_unknown_names_and_missing_gold_are_told(tmp_path: Path) -> None:
    def run(name: str, gold: Path) -> None:
        bench.run(name, Job(gold=gold, config=Config(), predictions=None, errors=False, write=print))

    with pytest.raises(BylineError, match="did you mean 'toponyms'"):
        run("toponym", tmp_path)
    with pytest.raises(BylineError, match="no bench is named"):
        run("zzz", tmp_path)
    with pytest.raises(InputError, match="no such file"):
        run("muc4", tmp_path / "none.json")


@pytest.mark.parametrize("name", bench.NAMES)
def test_every_name_has_a_bench(name: str) -> None:
    module = __import__(f"byline.bench.{name.replace('-', '_')}", fromlist=["bench"])
    assert callable(module.bench)


def test_a_bench_writes_predictions_in_order_and_lists_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        harness.Coder, "load", classmethod(lambda cls, config: FakeCoder(failed=["language: is other"]))
    )
    one: harness.Bench[str] = harness.Bench(
        load=lambda path: ["a", "b"],
        predict=lambda coder, record: {"id": record},
        figures=lambda records, lines: [f"{len(records)} records"],
        errors=lambda records, lines: [harness.Error(kind="missed", where=r, words="w") for r in records],
    )
    lines: list[str] = []
    out = tmp_path / "out.jsonl"
    one(harness.Job(gold=tmp_path, config=Config(), predictions=out, errors=True, write=lines.append))
    assert out.read_text(encoding="utf-8") == '{"id": "a"}\n{"id": "b"}\n'
    assert lines == ["2 records", "1 could not be coded, language: is other", "", "missed: 2", "  a: w", "  b: w"]
    with pytest.raises(InputError, match="cannot be written"):
        harness.save(tmp_path / "none" / "out.jsonl", [])


def test_gold_of_another_kind_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1: wants an object with id, text, label"):
        acled.load(bad)
    bad.write_text("no json\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1: not JSON"):
        muc4.load(bad)
    with pytest.raises(InputError, match="not a JSON list"):
        plover.load(bad)
    with pytest.raises(InputError, match="row 1"):
        police.load(bad)
    with pytest.raises(InputError, match="as XML"):
        toponyms.load(bad)
    with pytest.raises(InputError, match="as TimeML"):
        timex.load(bad)
    bad.write_text("<articles><page/></articles>", encoding="utf-8")
    with pytest.raises(InputError, match="neither the form"):
        toponyms.load(bad)


# ---------------------------------------------------------------- texts and offsets


@given(st.text(alphabet="ae\u0301\u0323 \u1100\u1161\u11a8ü\u0958.\r\n\U0001f600", max_size=30))
def test_offsets_stay_in_order_and_inside(raw: str) -> None:
    text = Text(id="t", raw=raw)
    kept = text.document.text
    assert kept == unicodedata.normalize("NFC", raw)
    ends = [text.back(i, i)[0] for i in range(len(kept) + 1)]
    assert ends == sorted(ends)
    assert (ends[0], ends[-1]) == (0, len(raw))
    assert text.forth(0, len(raw)) == (0, len(kept))


@given(st.text(alphabet="ae\u0301\u0323 \u1100\u1161\u11a8ü.\r\n\U0001f600", max_size=30))
def test_offsets_go_to_the_file_and_back(raw: str) -> None:
    text = Text(id="t", raw=raw)
    for i, char in enumerate(text.document.text):
        start, end = text.back(i, i + 1)
        if unicodedata.normalize("NFC", raw[start:end]) == char:
            assert text.forth(start, end) == (i, i + 1)


def test_offsets_of_composed_letters() -> None:
    text = Text(id="t", raw="Cafe\u0301 in Malmo\u0308 shut")
    start, end = text.document.text.index("Malmö"), text.document.text.index(" shut")
    assert text.raw[slice(*text.back(start, end))] == "Malmo\u0308"
    assert text.forth(*text.back(start, end)) == (start, end)


def test_documents_keep_the_text_as_it_is() -> None:
    one = document("  two\r\nlines ", id="x", published=date(2001, 1, 1))
    assert (one.text, one.external_id, one.published, one.cuts) == ("  two\r\nlines ", "x", date(2001, 1, 1), ())
    assert snippet("in old Ulm today", 7, 10) == "in old [Ulm] today"


def test_place_names_carry_the_offsets_of_the_file() -> None:
    text = Text(id="t", raw="O\u0308land and the Swedes of Camp X")
    kept = text.document.text

    def name(words: str, kind: str, entry: Any) -> Any:
        people = words == "Swedes"
        return SimpleNamespace(span=span(kept, words), entry=entry, anchor=None, kind=kind, people=people)

    found = [
        name("Öland", "place", SimpleNamespace(latitude=56.7, longitude=16.6)),
        name("Swedes", "demonym", None),
        name("Camp X", "site", None),
    ]
    coder: Any = FakeCoder(toponyms=found)
    for kind, names in (("lgl", ["O\u0308land", "Swedes", "Camp X"]), ("geovirus", ["O\u0308land", "Camp X"])):
        line = toponyms.predict(coder, toponyms.Article(text=text, kind=kind, names=()))
        assert [text.raw[t["start"] : t["end"]] for t in line["toponyms"]] == names
        assert line["toponyms"][0]["lat"] == 56.7
        assert line["toponyms"][-1]["lon"] is None


def test_times_carry_values() -> None:
    text = Text(id="t", raw="It rained today.")
    coder: Any = FakeCoder(timexes=[SimpleNamespace(span=span(text.raw, "today"), value="2001-01-01")])
    line = timex.predict(coder, timex.Article(text=text, times=()))
    assert line == {"docid": "t", "timexes": [{"start": 10, "end": 15, "value": "2001-01-01"}]}


def test_speed_finds_texts(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one"}\n{"doctext": "two"}\n', encoding="utf-8")
    (tmp_path / "b.xml").write_text("<articles><article><text>three</text></article></articles>", encoding="utf-8")
    (tmp_path / "c.tml").write_text("<TimeML><TEXT>fo<EVENT>ur</EVENT></TEXT></TimeML>", encoding="utf-8")
    (tmp_path / "d.txt").write_text("five", encoding="utf-8")
    (tmp_path / "e.bin").write_bytes(b"\0")
    assert list(speed.load(tmp_path)) == ["one", "two", "three", "four", "five"]
    with pytest.raises(InputError, match="no texts are known"):
        list(speed.load(tmp_path / "e.bin"))


# ---------------------------------------------------------------- crosswalks


def test_same_words() -> None:
    assert actors.same_words("the army", "Army troops")
    assert actors.same_words("us", "Us")
    assert not actors.same_words("the", "the")
    assert not actors.same_words("us", "bus")


def test_plover_takes_the_first_event_and_files_what_is_only_announced() -> None:
    text = "Oruba's envoys, who may attack, rejected it and wrote a letter."
    events = [
        told(text, "attack", status="background", score=0.9),
        told(text, "rejected", type="REJECT", score=0.6, mentions=[("actor", "Oruba", who("Oruba"))]),
        told(text, "wrote", type="CONSULT", score=0.6),
        told(text, "letter", type=None, score=1.0),
    ]
    coder: Any = FakeCoder(found=events)
    record = plover.Record(text=Text(id="1", raw=text), type="REJECT", actors=(), recipients=())
    line = plover.predict(coder, record)
    assert line == {"id": "1", "events": [{"type": "REJECT", "actors": ["Oruba"], "recipients": []}]}
    coder = FakeCoder(found=[told(text, "attack", status="planned")])
    assert plover.predict(coder, record)["events"][0]["type"] == "THREATEN"


def test_acled_takes_the_first_event_that_has_a_row_and_the_residual_type_last() -> None:
    text = "They met after one was killed, shelled a post and seized another, and may attack."
    met, killed, shelled, seized, attack = (
        told(text, "met", type="CONSULT"),
        told(text, "killed", acled="Attack"),
        told(text, "shelled", acled="Shelling/artillery/missile attack"),
        told(text, "seized", acled="Armed clash", status="background"),
        told(text, "attack", status="planned"),
    )
    one = acled.Snippet(text=Text(id="1", raw=text), wanted="Attack")
    for found, wanted in (
        ((met, killed, shelled, seized), "Shelling/artillery/missile attack"),
        ((met, killed, seized, attack), "Attack"),
        ((seized, attack), "Armed clash"),
        ((met, attack), None),
    ):
        coder: Any = FakeCoder(found=found)
        assert acled.predict(coder, one) == {"id": "1", "sub_event_type": wanted}


def test_police_labels() -> None:
    text = "Police fired and two died when constables arrested men; the mob killed one; ten were held."
    cases = [
        (told(text, "fired", mentions=[("actor", "Police", who("Police", sector="COP"))]), {"FORCE"}),
        (
            told(
                text,
                "fired",
                mentions=[
                    ("actor", "constables", None),
                    ("quantity", "two", Quantity(what="fatalities", low=2, high=2)),
                ],
            ),
            {"FORCE", "KILL"},
        ),
        (told(text, "killed", mentions=[("actor", "mob", who("mob", sector="CVL"))]), set()),
        (told(text, "held", type="COERCE", mode="arrest"), {"ARREST"}),
        (told(text, "held", type="COERCE", mode="arrest", mentions=[("actor", "mob", who("mob"))]), set()),
    ]
    for event, wanted in cases:
        assert set(police.labels(document(text, id="x"), event)) == wanted
    coder: Any = FakeCoder(found=[told(text, "held", type="COERCE", mode="arrest", status="denied")])
    line = police.predict(coder, police.Row(text=Text(id="1", raw=text), labels=frozenset()))
    assert line == {"id": "1", "KILL": False, "ARREST": False, "FORCE": False}


def test_police_rows_are_read_with_their_quotes(tmp_path: Path) -> None:
    gold = tmp_path / "gold.tsv"
    gold.write_text('"he said ""no""."\t0\t1\t1\t0\t0\r\nx\t0\t0\t0\t0\t1\r\n', encoding="utf-8", newline="")
    rows = police.load(gold)
    assert [(row.text.raw, row.labels) for row in rows] == [
        ('he said "no".', frozenset({"ARREST", "ANY_ACTION"})),
        ("x", frozenset({"FORCE"})),
    ]


def test_muc_templates() -> None:
    text = "rebels bombed the bus in Oruba; mayor Luz Paz was kidnapped; the army shot guerrillas; they burned a farm"
    events = [
        told(
            text,
            "bombed",
            mode="explosives",
            mentions=[("actor", "rebels", who("rebels", sector="REB")), ("recipient", "the bus", who("bus", "object"))],
        ),
        told(
            text,
            "kidnapped",
            mode="abduct",
            mentions=[("recipient", "mayor Luz Paz", Actor(name="Luz Paz", kind="individual", public=True))],
        ),
        told(text, "shot", mode="firearms", mentions=[("recipient", "guerrillas", who("guerrillas", sector="REB"))]),
        told(text, "burned", mode="destroy", mentions=[("recipient", "a farm", who("farm", "object"))]),
        told(text, "burned", mode="destroy", status="denied"),
    ]
    found = muc4_templates.templates(document(text, id="m"), events)
    assert [template["incident_type"] for template in found] == ["bombing", "kidnapping", "arson"]
    assert (found[0]["PerpInd"], found[0]["Target"]) == ([["rebels"]], [["bus"]])
    assert found[1]["Victim"] == [["Luz Paz"]]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("members of the Red Path", [("PerpInd", "members of the Red Path"), ("PerpOrg", "Red Path")]),
        ("rebels of the Red Path", [("PerpInd", "rebels"), ("PerpOrg", "Red Path")]),
        ("Red Path rebels", [("PerpInd", "rebels"), ("PerpOrg", "Red Path")]),
        ("Red Path members", [("PerpInd", "Red Path members"), ("PerpOrg", "Red Path")]),
        ("Oruban rebels", [("PerpInd", "Oruban rebels")]),
        ("group of armed men", [("PerpInd", "group of armed men")]),
    ],
)
def test_muc_perpetrators(words: str, wanted: list[tuple[str, str]]) -> None:
    assert list(muc4_templates.perpetrators(words, organization=False)) == wanted


def test_muc_joins_what_may_be_one_incident() -> None:
    text = "men set bomb one in Oruba, bomb two in Cusap, a blast"
    who_ = ("actor", "men", who("men"))
    one, two, three = (
        told(text, trigger, mode="explosives", mentions=[who_, *([("place", name, city(name))] if name else [])])
        for trigger, name in (("bomb one", "Oruba"), ("bomb two", "Cusap"), ("blast", ""))
    )
    found = muc4_templates.templates(document(text, id="m"), [one, two, three])
    assert len(found) == 2
    assert muc4_templates.compatible(one, three)
    assert not muc4_templates.compatible(one, two)


# ---------------------------------------------------------------- examples

REPORT = "Two men burned a depot in Ulm on Friday. Police in Ulm arrested three men on Saturday. They often do."
GOLD = """
document: {published: 2020-01-05, boilerplate: ["Buy now"]}
events:
  - {id: fire, status: reported, what: arson, plover: ASSAULT, mode: destroy, dates: [2020-01-03, 2020-01-03],
     places: [Ulm], country: DE, geonameid: 7, actor: Two men, target: depot, count: 1}
  - {id: arrests, status: reported, what: arrest, plover: COERCE, places: [Ulm], actor: police, arrests: {low: 3}}
  - {id: fled, status: background, what: flight, actor: men}
not_events: ["They often do"]
"""


def fire(**given: Any) -> Event:
    mentions = [
        ("actor", "Two men", who("men")),
        ("recipient", "a depot", who("depot", "object")),
        ("place", "Ulm", city("Ulm", country="DE", geonameid=7)),
        ("when", "Friday", day("2020-01-03")),
    ]
    return told(REPORT, "burned", mode="destroy", **{"mentions": mentions, **given})


def arrests() -> Event:
    mentions: list[tuple[str, str, Value]] = [
        ("actor", "Police", who("Police", sector="COP")),
        ("place", "Ulm", city("Ulm", country="DE", geonameid=7)),
        ("quantity", "three", Quantity(what="arrests", low=3, high=3)),
        ("speaker", "Police", Speaker(name="Police", kind="named source")),
    ]
    return told(REPORT, "arrested", type="COERCE", mode="arrest", mentions=mentions)


def example(tmp_path: Path, gold: str = GOLD) -> example_gold.Example:
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "a.gold.yaml").write_text(gold, encoding="utf-8")
    return example_gold.load(tmp_path)[0]


def test_examples_are_paired_one_to_one(tmp_path: Path) -> None:
    one = example(tmp_path)
    report = document(REPORT, id="a")
    assert match(one.events, [arrests(), fire()], report) == {0: 1, 1: 0}
    elsewhere = fire(mentions=[("place", "Two", city("Two")), ("when", "Friday", day("2020-01-03"))])
    assert similarity(one.events[0], elsewhere, report) == 0
    assert similarity(one.events[0], fire(mentions=[]), report) == 0
    assert similarity(one.events[0], fire(mentions=[("when", "Friday", day("2020-01-03"))]), report) > 0


def test_examples_score_fields_extras_and_misses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = example(tmp_path)
    extra = told(REPORT, "do", type="PROTEST")
    coder: Any = FakeCoder(found=[fire(), arrests(), extra])
    monkeypatch.setattr(examples, "_read", lambda coder, config, example: document(REPORT, id="a"))
    out = examples.result(coder, Config(), one)
    wrong = {(check.where, check.field) for check in out.checks if not check.right and check.paired}
    assert wrong == {("a", "published"), ("a fire", "count"), ("a", "not_events")}
    lines = list(examples.figures([out]))
    fields = 2 + 10 + 5 + 3 + 1
    right = 1 + 9 + 5
    assert lines[-1].startswith(f"overall {(right + 2) / (fields + 3 + 1):.3f}")
    assert lines[1] == "events: P 0.667 R 0.667 F1 0.667 (2 paired, 1 missed, 1 extra)"
    kinds = [error.kind for error in examples.errors([out])]
    assert kinds.count("missed event") == kinds.count("extra event") == 1
    assert kinds.count("a reported event that is none") == 1
    assert [event["expected"] for event in examples.prediction(coder, out)["events"]] == ["fire", "arrests", None]


def test_examples_say_what_is_wrong_with_a_gold_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no"):
        example_gold.load(tmp_path)
    with pytest.raises(InputError, match="not known: actr"):
        example(tmp_path, "events: [{id: a, status: reported, actr: x}]")
    with pytest.raises(InputError, match="lacks 'status'"):
        example(tmp_path, "events: [{id: a}]")
    with pytest.raises(InputError, match="first and a last day"):
        example(tmp_path, "events: [{id: a, status: reported, dates: [2020-01-01]}]")
    with pytest.raises(InputError, match="as YAML"):
        example(tmp_path, "events: [")
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match="is not there"):
        example_gold.load(tmp_path / "a.gold.yaml")


def test_statements_are_found_through_gaps_and_quotation_marks() -> None:
    text = "He said:\n“The  old way is, as ever, the best of all.” It rained."
    bounds = examples.find("The old way ... the best ...", text)
    assert bounds is not None
    assert text[slice(*bounds)] == "The  old way is, as ever, the best of all"
    assert examples.find("nowhere", text) is None


def test_precision_draws_by_seed_and_reads_what_people_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Police arrested nine drivers and beat one."
    found = [told(text, "arrested", type="COERCE", status="reported"), told(text, "beat", status="reported")]
    monkeypatch.setattr(harness.Coder, "load", classmethod(lambda cls, config: FakeCoder(found=found)))
    gold = tmp_path / "a.tml"
    gold.write_text(f"<TimeML><TEXT>{text}</TEXT></TimeML>", encoding="utf-8")

    def lines(**draw: Any) -> list[str]:
        written: list[str] = []
        asked = harness.Draw(**draw)
        job = harness.Job(gold=gold, config=Config(), predictions=None, errors=False, write=written.append, draw=asked)
        bench.run("precision", job)
        return written

    drawn = lines(sample=1, seed=3)
    assert drawn == lines(sample=1, seed=3)
    assert len(drawn) == 2
    rows = tmp_path / "rows.tsv"
    rows.write_text("a\t7\t15\tCOERCE\tright\t\na\t33\t37\tASSAULT\tno event\tsense\n", encoding="utf-8")
    assert lines(judged=rows)[0] == "judged 2: right 0.500 (1 right, 0 wrong field, 1 no event)"
    rows.write_text("a\t0\t0\tdocument\tholds none\n", encoding="utf-8")
    assert lines(judged=rows) == [
        "false ASSAULT, COERCE, MOBILIZE, PROTEST: 2 in 1 documents that hold none, 20.00 in ten"
    ]
    rows.write_text("a\t7\t15\tCOERCE\tmaybe\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1: wants"):
        lines(judged=rows)
