"""The ontology: what its data hold, how the loader refuses bad data, the crosswalk to ACLED, the codebook."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path

import pytest

from byline import ontology as surface
from byline.errors import DataError
from byline.language import data, english
from byline.ontology import Circumstances, EventType, Mode, Rule, load, plover
from byline.ontology.acled import NO_MODE, UNKNOWN
from byline.ontology.codebook import codebook

CODEBOOK = Path(__file__).parents[1] / "docs" / "codebook.md"
DATA = Path(str(resources.files("byline.ontology")))


def parts() -> list[EventType | Mode]:
    """All types and modes."""
    types = plover().types.values()
    return [*types, *(mode for kind in types for mode in kind.modes.values())]


# ------------------------------------------------------------------------------------------------------------ the data
def test_plover_has_its_sixteen_types_and_all_their_modes() -> None:
    modes = {code: len(kind.modes) for code, kind in plover().types.items()}
    assert modes == {
        "AGREE": 0, "CONSULT": 4, "SUPPORT": 0, "CONCEDE": 0, "COOPERATE": 0, "AID": 0, "RETREAT": 6, "REQUEST": 4,
        "ACCUSE": 3, "REJECT": 4, "THREATEN": 6, "SANCTION": 4, "PROTEST": 7, "MOBILIZE": 4, "COERCE": 10,
        "ASSAULT": 15,
    }  # fmt: skip
    assert len(plover().contexts) == 37
    assert len(plover().sectors) == 32


def test_cooperation_scores_above_conflict() -> None:
    for kind in plover().types.values():
        for score in (kind.score, *map(kind.intensity, kind.modes)):
            assert score > 0 if kind.quad in (1, 2) else score <= 0.5, kind.code


def test_intensity_of_a_mode_without_a_score_is_that_of_its_type() -> None:
    protest = plover().types["PROTEST"]
    assert protest.modes["vandalize"].score is None
    assert protest.intensity("vandalize") == protest.intensity() == -5
    assert protest.intensity("riot") == -7
    with pytest.raises(KeyError):
        protest.intensity("firearms")


def test_no_example_stands_twice() -> None:
    examples = [example for part in parts() for example in part.examples]
    assert len(examples) == 2 * (16 + 67)
    assert len(set(examples)) == len(examples)


def test_knows() -> None:
    assert plover().knows("ASSAULT")
    assert plover().knows("ASSAULT", "destroy")
    assert not plover().knows("ASSAULT", "strike")
    assert not plover().knows("WEATHER")


def test_english_speaks_only_of_types_modes_and_sectors_that_plover_has() -> None:
    for sense in english().senses:
        assert not sense.type or plover().knows(sense.type, sense.mode), sense
        assert set(sense.actor_sector) <= plover().sectors.keys(), sense
    assert {noun.sector for noun in english().actors.values() if noun.sector} <= plover().sectors.keys()


def test_all_names_the_surface() -> None:
    public = {name for name in vars(surface) if not name.startswith("_") and name[0].isupper()} | {"load", "plover"}
    assert set(surface.__all__) == public


def test_plover_is_loaded_once() -> None:
    assert plover() is plover()


# ---------------------------------------------------------------------------------------------------------- the loader
BAD = {
    "unknown key": (
        "plover.toml",
        'code = "AGREE"\n',
        'code = "AGREE"\nrul = "x"\n',
        "unknown key 'rul'; did you mean 'rule'",
    ),
    "mode twice": ("plover.toml", 'code = "phone"', 'code = "visit"', "type CONSULT: mode 'visit' stands twice"),
    "type twice": ("plover.toml", 'code = "AID"', 'code = "AGREE"', "type 'AGREE' stands twice"),
    "missing rule": (
        "plover.toml",
        'rule = "Three sides or more meet."\n',
        "",
        "mode multilateral: the key 'rule' is missing",
    ),
    "empty rule": (
        "plover.toml",
        '"Three sides or more meet."',
        '""',
        "mode multilateral: rule must be a text that is not empty",
    ),
    "score as text": ("plover.toml", "score = 9.5", 'score = "9.5"', "type COOPERATE: score must be a number"),
    "score out of range": ("plover.toml", "score = 9.5", "score = 95", "COOPERATE: score must lie in"),
    "quad out of range": ("plover.toml", "quad = 2", "quad = 5", "quad must be one of 1, 2, 3, 4"),
    "too few examples": (
        "plover.toml",
        '  "Six detainees in Izmir began a hunger strike.",\n',
        "",
        "needs 2 examples, has 1",
    ),
    "not TOML": ("plover.toml", "[quads]", "[quads", "plover.toml is not valid TOML"),
    "quads": ("plover.toml", '4 = "material conflict"\n', "", "must name 1, 2, 3, 4"),
    "no array": ("plover.toml", "[[sector]]", "[sectors]", "plover.toml"),
    "status": ("reading.toml", 'code = "summary"', 'code = "summed"', "code must be one of reported"),
    "status twice": ("reading.toml", 'code = "summary"', 'code = "denied"', "status 'denied' stands twice"),
    "mode in a rule": ("acled.toml", 'modes = ["riot"]', 'modes = ["riots"]', "'riots' is no mode of PROTEST"),
    "type in a rule": ("acled.toml", 'type = "AGREE"', 'type = "AGREES"', "'AGREES' is no type"),
    "group in a rule": ("acled.toml", 'actor = ["crowd"]', 'actor = ["mob"]', "'mob' is no group"),
    "sign in a rule": ("acled.toml", 'signs = ["mishap"]', 'signs = ["mishaps"]', "'mishaps' is no sign"),
    "sub-event type": ("acled.toml", 'gives = "Arrests"', 'gives = "Arrest"', "'Arrest' is no sub-event type"),
    "sector in a group": ("acled.toml", 'armed = ["MIL"', 'armed = ["ARMY"', "'ARMY' is no sector"),
    "never given": (
        "acled.toml",
        '"Other" = "a coder',
        '"Attack" = "a coder',
        "must be given by a rule",
    ),
    "condition": ("acled.toml", "things = true", 'things = "yes"', "things must be true or false"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in DATA.glob("*.toml"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", BAD)
def test_bad_data_is_an_error_that_says_where(case: str, folder: Path) -> None:
    name, old, new, message = BAD[case]
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        load(folder, name="plover")
    assert message in str(raised.value)
    assert name in str(raised.value)


def test_every_status_of_the_model_needs_a_rule(folder: Path) -> None:
    blocks = (folder / "reading.toml").read_text(encoding="utf-8").split("[[status]]")
    (folder / "reading.toml").write_text("[[status]]".join(blocks[:1] + blocks[2:]), encoding="utf-8")
    with pytest.raises(DataError, match=r"reading\.toml: no rule for the status 'reported'"):
        load(folder, name="plover")


def test_missing_and_undecodable_files_are_errors_that_say_which(folder: Path) -> None:
    with pytest.raises(DataError, match=r"lacks its data file cameo\.toml"):
        load(folder, name="cameo")
    (folder / "acled.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match=r"acled\.toml is not UTF-8"):
        load(folder, name="plover")


def test_sha256_follows_the_data(folder: Path) -> None:
    assert load(folder, name="plover").sha256 == plover().sha256
    with (folder / "reading.toml").open("a", encoding="utf-8") as file:
        file.write("# a line more\n")
    assert load(folder, name="plover").sha256 != plover().sha256


# -------------------------------------------------------------------------------------------------------- the crosswalk
def sub_event_type(
    type: str | None,
    mode: str | None,
    actor: Collection[str] = (),
    recipient: Collection[str] = (),
    *,
    things: bool = False,
    deaths: bool = False,
    wounds: bool = False,
    about: Collection[str] = (),
    told: Collection[str] = (),
) -> str | None:
    found = plover().acled(
        Circumstances(
            type=type,
            mode=mode,
            actor_sectors=frozenset(actor),
            recipient_sectors=frozenset(recipient),
            recipient_things=things,
            fatalities=deaths,
            injuries=wounds,
            contexts=frozenset(about),
            signs=frozenset(told),
        )
    )
    return found.sub_event_type if found is not None else None


@pytest.mark.parametrize(
    ("type", "mode", "actor", "recipient", "expected"),
    [
        ("ASSAULT", None, ["MIL"], ["REB"], "Armed clash"),
        ("ASSAULT", None, ["MIL", "REB"], [], "Armed clash"),
        ("ASSAULT", None, [], ["MIL"], "Armed clash"),
        ("ASSAULT", "firearms", ["CVL"], ["COP"], "Armed clash"),
        ("ASSAULT", None, ["REB"], ["CVL"], "Attack"),
        ("ASSAULT", "beat", ["COP"], ["AGR"], "Attack"),
        ("ASSAULT", None, ["GOV"], [], "Attack"),
        ("ASSAULT", None, ["UNK"], ["CVL"], "Attack"),
        ("ASSAULT", "firearms", [], ["GOV"], "Attack"),
        ("ASSAULT", "torture", ["COP"], ["REB"], "Attack"),
        ("ASSAULT", "primitive", ["CVL"], ["CVL"], "Attack"),
        ("ASSAULT", None, ["OPP"], ["PTY"], "Attack"),
        ("ASSAULT", "primitive", ["LAB"], ["COP"], "Violent demonstration"),
        ("ASSAULT", None, ["COP", "CVL"], [], "Violent demonstration"),
        ("ASSAULT", "abduct", ["REB"], ["NGO"], "Abduction/forced disappearance"),
        ("ASSAULT", "sexual", ["UAF"], ["CVL"], "Sexual violence"),
        ("ASSAULT", "suicide-attack", ["UAF"], ["COP"], "Suicide bomb"),
        ("ASSAULT", "drone", ["MIL"], [], "Air/drone strike"),
        ("ASSAULT", "heavy-weapons", [], ["CVL"], "Shelling/artillery/missile attack"),
        ("ASSAULT", "explosives", [], [], "Remote explosive/landmine/IED"),
        ("ASSAULT", "unconventional", [], ["CVL"], "Chemical weapon"),
        ("ASSAULT", "crowd-control", ["COP"], ["CVL"], "Protest with intervention"),
        ("PROTEST", "demo", ["CVL"], ["GOV"], "Peaceful protest"),
        ("PROTEST", "riot", ["CVL"], [], "Violent demonstration"),
        ("PROTEST", "strike", ["LAB"], [], None),
        ("PROTEST", "vandalize", ["OPP"], [], None),
        ("COERCE", "arrest", ["COP"], ["CVL"], "Arrests"),
        ("COERCE", None, ["COP"], ["CVL"], None),
        ("COERCE", "seize", ["REB"], ["BUS"], "Looting/property destruction"),
        ("COERCE", "seize", ["COP"], ["BUS"], None),
        ("MOBILIZE", "troops", ["MIL"], [], "Change to group/activity"),
        ("RETREAT", "ceasefire", ["MIL", "REB"], [], "Agreement"),
        ("RETREAT", "release", ["REB"], ["NGO"], "Agreement"),
        ("RETREAT", "release", ["COP"], ["LAB"], None),
        ("AGREE", None, ["GOV", "REB"], [], "Agreement"),
        ("AGREE", None, ["GOV"], ["CVL"], None),
        (None, None, ["CVL"], [], None),
    ],
)
def test_crosswalk_by_who_does_what_to_whom(
    type: str | None, mode: str | None, actor: list[str], recipient: list[str], expected: str | None
) -> None:
    assert sub_event_type(type, mode, actor, recipient) == expected


def test_things_that_are_destroyed() -> None:
    assert sub_event_type("ASSAULT", "destroy", ["CVL"], things=True) == "Looting/property destruction"
    assert sub_event_type("ASSAULT", "destroy", ["REB"], things=True) == "Looting/property destruction"
    assert sub_event_type("ASSAULT", None, ["OPP"], things=True) == "Looting/property destruction"
    assert sub_event_type("ASSAULT", None, ["REB"], ["MIL"], things=True) == "Armed clash"
    assert sub_event_type("ASSAULT", "destroy", ["CVL"], things=True, deaths=True) == "Attack"
    assert sub_event_type("PROTEST", "vandalize", ["CVL"], things=True) == "Looting/property destruction"


def test_deaths_at_a_protest_are_excessive_force_of_both_disorder_types() -> None:
    found = plover().acled(
        Circumstances(
            type="PROTEST",
            mode="demo",
            actor_sectors=frozenset({"CVL"}),
            recipient_sectors=frozenset(),
            fatalities=True,
        )
    )
    assert found is not None
    assert (found.event_type, found.sub_event_type) == ("Protests", "Excessive force against protesters")
    assert found.disorder_type == "Political violence; Demonstrations"
    assert sub_event_type("ASSAULT", "crowd-control", ["COP"], deaths=True) == "Excessive force against protesters"


def test_what_it_is_about_and_what_with_decide_where_sides_do_not() -> None:
    assert sub_event_type("ASSAULT", None, ["MIL"], about=["territory"]) == "Government regains territory"
    assert sub_event_type("ASSAULT", None, ["REB"], about=["territory"]) == "Non-state actor overtakes territory"
    assert sub_event_type("ASSAULT", "explosives", ["UAF"], told=["grenade"]) == "Grenade"
    assert sub_event_type("COERCE", "seize", ["COP"], about=["military"]) == "Disrupted weapons use"
    assert sub_event_type("MOBILIZE", None, ["MIL"], about=["territory"]) == "Headquarters or base established"


def test_riots_are_of_two_disorder_types() -> None:
    types = plover().crosswalk.types
    assert types["Mob violence"].disorder_type == "Political violence"
    assert types["Violent demonstration"].disorder_type == "Demonstrations"
    assert len(types) == 25


def test_words_have_no_row() -> None:
    # A government and an armed group that talk or agree are a row (Agreement); here neither side is armed against it.
    words = [kind for kind in plover().types.values() if kind.quad in (1, 3)]
    for kind, actor in itertools.product(words, (["GOV"], ["REB"], ["CVL"], [])):
        for mode in (None, *kind.modes):
            assert sub_event_type(kind.code, mode, actor, ["CVL"]) is None, (kind.code, mode)


def circumstances_of(rule: Rule) -> Iterator[Circumstances]:
    """Events that a rule speaks of, with no more told than it asks for."""
    crosswalk = plover().crosswalk
    actors, recipients = (
        [
            frozenset(codes)
            for codes in itertools.product(*(sorted(crosswalk.groups[name]) for name in side if name != UNKNOWN))
        ]
        for side in (rule.actor, rule.recipient)
    )
    assert rule.type is not None
    modes = [None if mode == NO_MODE else mode for mode in rule.modes] or [None, *plover().types[rule.type].modes]
    for mode, actor, recipient in itertools.product(modes, actors, recipients):
        yield Circumstances(
            type=rule.type,
            mode=mode,
            actor_sectors=actor,
            recipient_sectors=recipient,
            recipient_things=bool(rule.things),
            fatalities=bool(rule.fatalities or rule.harm),
            contexts=frozenset(rule.contexts),
            signs=frozenset(rule.signs),
        )


def test_every_rule_is_the_first_to_fit_something() -> None:
    crosswalk = plover().crosswalk
    for rule in crosswalk.rules:
        assert any(crosswalk.rule(event) is rule for event in circumstances_of(rule)), rule


def test_one_who_breaks_up_a_protest_and_those_who_protest_share_what_is_told() -> None:
    assert sub_event_type("PROTEST", "demo", ["CVL"], told=["dispersal"]) == "Protest with intervention"
    assert sub_event_type("COERCE", "arrest", ["COP"], told=["gathering"]) == "Protest with intervention"
    assert sub_event_type("COERCE", None, ["COP"], told=["protest"]) == "Protest with intervention"
    assert sub_event_type("PROTEST", "demo", ["CVL"], told=["dispersal", "crowd violence"]) == "Violent demonstration"
    force = sub_event_type("ASSAULT", "firearms", ["COP"], ["CVL"], told=["protest"])
    assert force == sub_event_type("PROTEST", "demo", ["CVL"], told=["police violence"])
    assert force == "Excessive force against protesters"
    assert sub_event_type("ASSAULT", "crowd-control", ["COP"], wounds=True) == force


def test_a_crowd_is_a_mob_where_the_words_say_so() -> None:
    assert sub_event_type("ASSAULT", "primitive", ["CVL"], ["CVL"], told=["mob at it"]) == "Mob violence"
    assert sub_event_type("ASSAULT", None, ["OPP"], ["PTY"], told=["mob"]) == "Mob violence"
    assert sub_event_type("ASSAULT", "beat", ["CVL"], ["COP"], told=["protest"]) == "Violent demonstration"


def test_what_words_tell_of_the_weapon_decides_where_the_mode_does_not() -> None:
    for sign, expected in (
        ("suicide", "Suicide bomb"),
        ("aircraft", "Air/drone strike"),
        ("artillery", "Shelling/artillery/missile attack"),
        ("bomb", "Remote explosive/landmine/IED"),
        ("chemical", "Chemical weapon"),
    ):
        assert sub_event_type("ASSAULT", None, ["REB"], ["CVL"], told=[sign]) == expected
    assert sub_event_type("ASSAULT", "aerial", ["MIL"], told=["artillery"]) == "Air/drone strike"


def test_a_mishap_has_no_row_unless_someone_did_it() -> None:
    assert sub_event_type("ASSAULT", None, [], ["CVL"], told=["mishap"]) is None
    assert sub_event_type("ASSAULT", None, ["REB"], ["CVL"], told=["mishap"]) == "Attack"
    assert sub_event_type("ASSAULT", "explosives", [], ["CVL"], told=["mishap", "bomb"]) is not None


def test_a_place_that_was_left_is_taken_without_violence() -> None:
    taken = sub_event_type("ASSAULT", None, ["REB"], about=["territory"], told=["withdrawal"])
    assert taken == sub_event_type("RETREAT", "withdraw", ["MIL"], told=["territory taken"])
    assert taken == "Non-violent transfer of territory"
    fought = sub_event_type("ASSAULT", None, ["REB"], about=["territory"], told=["withdrawal", "fighting"])
    assert fought == "Non-state actor overtakes territory"


def test_a_rule_that_takes_the_likeliest_is_not_sure() -> None:
    crosswalk = plover().crosswalk
    events = (
        (Circumstances(type="ASSAULT", mode=None, actor_sectors=frozenset(), recipient_sectors=frozenset()), False),
        (
            Circumstances(
                type="ASSAULT", mode="aerial", actor_sectors=frozenset({"MIL"}), recipient_sectors=frozenset()
            ),
            True,
        ),
    )
    for event, sure in events:
        rule = crosswalk.rule(event)
        assert rule is not None
        assert rule.sure is sure


def test_every_sign_of_the_language_is_one_that_the_crosswalk_explains() -> None:
    named = {row["name"] for row in data("en", "signs")["sign"]}
    assert named == plover().crosswalk.signs.keys()


# --------------------------------------------------------------------------------------------------------- the codebook
def test_the_codebook_in_docs_is_up_to_date() -> None:
    hint = "write it again: python -m byline.ontology.codebook > docs/codebook.md"
    assert CODEBOOK.read_text(encoding="utf-8") == codebook(plover()), hint


def test_the_codebook_holds_every_rule_and_example() -> None:
    text = codebook(plover())
    for kind in plover().types.values():
        assert f"### {kind.code}\n" in text
        assert all(f"#### {kind.code} {mode}\n" in text for mode in kind.modes)
    for part in parts():
        assert part.rule in text
        assert all(example in text for example in part.examples)
    for status in plover().statuses.values():
        assert status.rule in text
    for sub in plover().crosswalk.types:
        assert sub in text
