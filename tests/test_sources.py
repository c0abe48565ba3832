"""The register of sources: its rows are whole, names find them, a project extends it, independence explains itself."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pycountry
import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.cli.view import looked_up
from byline.coding.party import parties, teller
from byline.config import load
from byline.errors import DataError
from byline.model import Source, Speaker
from byline.sources import Register, Voice, independent, voice
from byline.sources.names import key
from conftest import Code, MakeDocument

CASES = tomllib.loads((Path(__file__).parent / "cases" / "sources.toml").read_text("utf-8"))
REGISTER = Register.open()
CONTINENTS = {
    "Africa": ("NG", "KE", "ZA", "EG"),
    "the Americas": ("US", "BR", "CU"),
    "Asia": ("CN", "IN", "IR", "JP"),
    "Europe": ("FR", "RU", "UA"),
    "Oceania": ("AU", "FJ"),
}
KOSOVO = "XK"
"""Not in ISO 3166, but in its range for users, and the usual code."""
SHARED = ("saba", "saba news agency", "yemen news agency")
"""Names that two sources of one country claim: `resolve` says of neither that it is meant."""
LOADED = ("regime", "terrorist", "propaganda", "mouthpiece", "puppet", "militia", "extremist", "so-called")


def source(id: str) -> Source:
    return REGISTER.sources[id]


def told(name: str, credits: list[str], party: list[str]) -> Voice:
    found = REGISTER.resolve(name)
    agencies = tuple(one for given in credits if (one := REGISTER.resolve(given)) is not None)
    return Voice(name=found.name if found else name, source=found, credits=agencies, party=tuple(party))


class TestRows:
    def test_there_are_enough_over_all_continents(self) -> None:
        assert len(REGISTER.sources) >= 350
        countries = [one.country for one in REGISTER.sources.values()]
        for continent, some in CONTINENTS.items():
            assert all(countries.count(code) >= 2 for code in some), continent

    @pytest.mark.parametrize("one", REGISTER.sources.values(), ids=lambda one: one.id)
    def test_a_source_is_whole(self, one: Source) -> None:
        assert one.country is None or one.country == KOSOVO or pycountry.countries.get(alpha_2=one.country)
        if one.owner or one.interest:
            assert one.citation
            assert re.fullmatch(r"https?://\S+\.\S+", one.citation)
        assert one.interest is None or one.tie is not None
        assert REGISTER.resolve(one.id) == one
        assert all(REGISTER.resolve(f"https://www.{domain}/a-page") in (one, None) for domain in one.domains)
        assert all(REGISTER.resolve(domain) == one for domain in one.domains)
        assert one in REGISTER.named(one.name)
        assert not any(word in " ".join((one.name, *one.names)).casefold() for word in LOADED)

    def test_a_name_is_shared_only_between_countries(self) -> None:
        """A name that two sources of one country share could never be told apart."""
        seen: dict[tuple[str, str | None], str] = {}
        for one in REGISTER.sources.values():
            for name in {key(name) for name in (one.name, *one.names)}:
                assert name in SHARED or seen.setdefault((name, one.country), one.id) == one.id, name

    def test_every_holder_is_cited_and_leads_somewhere(self) -> None:
        for holder in REGISTER.holders.values():
            assert not holder.of or (holder.tie and holder.citation)
            for to in holder.of:
                code = to.removeprefix("state of ")
                assert code == to or pycountry.countries.get(alpha_2=code)
        owners = {REGISTER.holder(one.owner) for one in REGISTER.sources.values() if one.owner}
        interests = {REGISTER.holder(one.interest) for one in REGISTER.sources.values() if one.interest}
        above = {REGISTER.holder(to) for holder in REGISTER.holders.values() for to in holder.of}
        assert set(REGISTER.holders) <= owners | interests | above, "a holder that nothing belongs to"

    def test_owners_are_written_one_way(self) -> None:
        owners = {one.owner for one in REGISTER.sources.values() if one.owner}
        assert len({key(owner) for owner in owners}) == len(owners)

    def test_a_state_s_own_are_tied_to_it(self) -> None:
        assert REGISTER.interests(source("irna")) == ("state of IR",)
        assert REGISTER.interests(source("press-tv")) == ("state of IR",)
        assert REGISTER.interests(source("granma")) == ("state of CU",)
        assert REGISTER.interests(source("telesur")) == ("state of VE", "state of CU", "state of NI")
        assert REGISTER.interests(source("bbc")) == ()

    def test_the_data_are_in_the_package(self) -> None:
        files = [file.name for file in resources.files("byline.sources").joinpath("regions").iterdir()]
        assert {"africa.toml", "americas.toml", "europe.toml", "world.toml"} <= set(files)


@pytest.mark.parametrize(
    "case", CASES["resolve"], ids=lambda case: f"{case['given']} {case.get('country', '')}".strip()
)
def test_resolve(case: dict[str, str]) -> None:
    found = REGISTER.resolve(case["given"], country=case.get("country"))
    assert (found.id if found else "") == case["is"]


@pytest.mark.parametrize("case", CASES["independence"], ids=lambda case: f"{case['a']} and {case['b']}")
def test_independence(case: dict[str, Any]) -> None:
    a = told(case["a"], case.get("a_credits", []), case.get("a_party", []))
    b = told(case["b"], case.get("b_credits", []), case.get("b_party", []))
    found = independent(a, b, register=REGISTER)
    assert (found.independent, found.ground) == (case.get("independent"), case["ground"]), found.because
    assert case.get("because", "") in found.because
    turned = independent(b, a, register=REGISTER)
    assert (turned.independent, turned.ground) == (found.independent, found.ground)


def test_names_sources_and_voices_may_be_asked_of_alike() -> None:
    assert independent("irna", source("press-tv"), register=REGISTER).independent is False
    assert independent("https://www.reuters.com/a", "AP", register=REGISTER).independent is True


def test_the_page_s_examples_are_true(root: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (root / "docs" / "sources.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 1
    exec("\n".join(blocks), {})


class TestVoice:
    def test_a_document_s_source_is_what_it_names_else_whose_url_it_has(self, document: MakeDocument) -> None:
        assert REGISTER.of(document("A text.", source_id="BBC News")) == source("bbc")
        assert REGISTER.of(document("A text.", url="https://tass.com/a")) == source("tass")
        assert REGISTER.of(document("A text.", source_id="Example Wire", url="https://tass.com/a")) is None
        assert REGISTER.of(document("A text.")) is None

    @pytest.mark.parametrize(
        ("byline", "ids"),
        [
            ("Reuters", ["reuters"]),
            ("By AFP/Kabul", ["afp"]),
            ("AP, Reuters and an example reporter", ["ap", "reuters"]),
            ("Example Reporter (dpa International)", ["dpa"]),
            ("Ana", []),
            ("The New York Times", []),
        ],
    )
    def test_a_byline_credits_agencies(self, byline: str, ids: list[str]) -> None:
        assert [one.id for one in REGISTER.credits(byline)] == ids

    def test_a_report_under_an_agency_is_the_agency_s(self, document: MakeDocument) -> None:
        copied = voice(document("A text.", source_id="Dawn", byline="AFP"), register=REGISTER)
        own = voice(document("A text.", byline="AFP"), register=REGISTER)
        assert independent(copied, own, register=REGISTER).ground == "agency copy"

    @pytest.mark.parametrize(
        ("byline", "text", "party"),
        [
            (
                "Example Front",
                "Fighters of the Example Front attacked a police station in Gao on Monday.",
                ("Example Front", "Fighters of the Example Front"),
            ),
            (
                "Example Front",
                "The Dawn Cells, a network of the Example Front, met. The Dawn Cells attacked a police station in Gao.",
                ("Example Front", "Dawn Cells"),
            ),
            ("Example Front", "Soldiers burned a shop in Gao on Monday, and the Example Front looked on.", ()),
            ("Amara Keita", "Fighters of the Example Front attacked a police station in Gao on Monday.", ()),
        ],
    )
    def test_the_program_finds_what_a_teller_is_party_to(
        self, byline: str, text: str, party: tuple[str, ...], code: Code, document: MakeDocument
    ) -> None:
        made = document(f"{byline}\n\n{text}", byline=byline)
        assert parties(made, code(made).events) == party

    def test_two_tellers_of_one_party_are_one_voice(self, code: Code, document: MakeDocument) -> None:
        """Found by the program: the register need not know a group that tells of its own deeds."""
        texts = (
            "Example Front\n\nFighters of the Example Front attacked a police station in Gao on Monday.",
            "Example Front\n\nThe Example Front attacked a police station in Gao on Monday, at night.",
        )
        reports = [document(text, byline="Example Front") for text in texts]
        first, second = (teller(one, code(one).events, register=REGISTER) for one in reports)
        # One was printed under the group's own name, the other by an office of it.
        found = independent(replace(first, name="Front Press Office"), second, register=REGISTER)
        assert found.independent is False
        assert found.ground == "same party"
        assert found.because == (
            "Front Press Office speaks for Example Front, a party to the events; Example Front is a party to the events"
        )
        apart = independent(second, "Reuters", register=REGISTER)
        assert apart.independent is True
        assert "Example Front is a party to the events" in apart.because


class TestOfAProject:
    def test_it_adds_and_replaces_key_by_key(self, tmp_path: Path) -> None:
        file = tmp_path / "sources.toml"
        file.write_text(
            """
[[source]]
id = "example-wire"
name = "Example Wire"
kind = "agency"
domains = ["example.org", "tass.com/example"]
owner = "Example Holding"
citation = "https://example.org/about"

[[source]]
id = "reuters"
owner = "Example Holding"
citation = "https://example.org/about"

[[source]]
id = "fars-news"
without = ["interest"]

[[source]]
id = "example-site"
name = "Example Site"
kind = "website"
domains = ["rt.com"]

[[holder]]
name = "Example Holding"
of = ["company Example Group"]
tie = "owned by"
citation = "https://example.org/group"
""",
            encoding="utf-8",
        )
        register = Register.open(extra=file)
        assert len(register.sources) == len(REGISTER.sources) + 2
        assert register.sources["reuters"].domains == source("reuters").domains
        assert independent("Reuters", "example.org", register=register).ground == "same owner"
        assert register.interests(register.sources["reuters"]) == ("company Example Group",)
        assert register.sources["fars-news"].interest is None
        assert register.resolve("https://www.rt.com/a") == register.sources["example-site"]
        assert "rt.com" not in register.sources["rt"].domains
        assert register.sha256 != REGISTER.sha256
        assert REGISTER.resolve("example.org") is None

    def test_it_says_what_it_has_looked_up(self, tmp_path: Path) -> None:
        """A row that was looked up says when; what is said anew over it was not looked up with it."""
        file = tmp_path / "sources.toml"
        file.write_text('[[source]]\nid = "rt"\nchecked = "2026-01-31"\n', encoding="utf-8")
        assert looked_up(Register.open(extra=file).sources["rt"]) == "checked 2026-01-31"
        file.write_text('[[source]]\nid = "rt"\ncitation = "https://example.org/rt"\n', encoding="utf-8")
        assert looked_up(Register.open(extra=file).sources["rt"]) == "not checked"
        assert looked_up(source("rt")) == "not checked"

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ('id = "a"\nname = "A"\nkind = "website"\nownr = "B"', "unknown key 'ownr'; did you mean 'owner'?"),
            ('id = "a"\nname = "A"\nkind = "paper"', "kind must be one of agency, newspaper"),
            ('id = "a"\nkind = "website"', "the key 'name' is missing"),
            ('id = "A b"\nname = "A"\nkind = "website"', "'A b' is not an id"),
            ('id = "a"\nname = "A"\nkind = "website"\ncountry = "uk"', "'uk' is not a country's two letters"),
            ('id = "a"\nname = "A"\nkind = "website"\ndomains = ["https://a.b"]', "is not a domain"),
            ('id = "a"\nname = "A"\nkind = "website"\nowner = "B"', "needs a citation"),
            ('id = "a"\nname = "A"\nkind = "website"\ninterest = "party B"\ncitation = "https://b.c"', "needs a tie"),
            ('id = "a"\nname = "A"\nkind = "website"\ninterest = "B"\ntie = "organ of"', "must begin 'state of '"),
            ('id = "a"\nname = "A"\nkind = "website"\ninterest = "party B"\ntie = "of"', "tie must be one of owned by"),
            ('id = "rt"\nwithout = ["id"]', "without names 'id'"),
            ('id = "rt"\nchecked = "last year"', "checked must be a day such as '2026-01-31', not 'last year'"),
            ('id = "a"\nname = "A"\nkind = "website"\nchecked = "2026-01-31"', "checked needs the citation"),
            ('id = "rt"\n[[source]]\nid = "rt"', "the source 'rt' stands twice"),
            ("id = ", "is not valid TOML"),
        ],
    )
    def test_what_is_wrong_is_named(self, row: str, said: str, tmp_path: Path) -> None:
        file = tmp_path / "sources.toml"
        file.write_text(f"[[source]]\n{row}\n", encoding="utf-8")
        with pytest.raises(DataError) as error:
            Register.open(extra=file)
        assert str(file) in str(error.value)
        assert said in str(error.value)

    def test_byline_toml_names_it_from_its_own_folder(self, tmp_path: Path) -> None:
        (tmp_path / "byline.toml").write_text('sources = "mine.toml"', encoding="utf-8")
        config = load(tmp_path / "byline.toml")
        assert config.sources == str(tmp_path / "mine.toml")
        with pytest.raises(DataError, match=r"mine\.toml: cannot be read"):
            Register.open(extra=Path(config.sources))


class TestInWhatIsPrinted:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        row = {"text": "Police arrested 14 people in Nairobi on Thursday.", "source": "Islamic Republic News Agency"}
        (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
        return tmp_path

    def test_the_record_has_the_register_s_id_and_name(self) -> None:
        result = CliRunner().invoke(main, ["code", "rows.jsonl", "--format", "jsonl"])
        (record,) = map(json.loads, result.stdout.splitlines())
        assert record["document"]["source"] == "irna"
        assert record["attribution"]["source"] == "Islamic Republic News Agency"

    def test_a_document_s_id_and_columns_do_not_hang_on_the_register(self, folder: Path) -> None:
        def read() -> dict[str, Any]:
            found: dict[str, Any] = json.loads(
                CliRunner().invoke(main, ["read", "rows.jsonl", "--format", "jsonl"]).stdout
            )
            return found

        before = read()
        assert before["source"] == "Islamic Republic News Agency"
        (folder / "mine.toml").write_text('[[source]]\nid = "irna"\nname = "Another name"\n', encoding="utf-8")
        (folder / "byline.toml").write_text('sources = "mine.toml"\n', encoding="utf-8")
        assert read() == before

    def test_show_says_who_stands_behind_it(self) -> None:
        coded = CliRunner().invoke(main, ["code", "rows.jsonl", "--format", "jsonl"]).stdout
        record = json.loads(coded)
        for id in (record["id"], record["document"]["id"]):
            shown = CliRunner().invoke(main, ["show", id]).stdout
            assert "Islamic Republic News Agency (agency, IR)" in shown
            assert "state of IR" in shown

    def test_a_wrong_file_stops_the_run(self, folder: Path) -> None:
        (folder / "mine.toml").write_text('[[source]]\nidd = "a"\n', encoding="utf-8")
        (folder / "byline.toml").write_text('sources = "mine.toml"\n', encoding="utf-8")
        result = CliRunner().invoke(main, ["code", "rows.jsonl"])
        assert result.exit_code == 1
        assert "mine.toml: source 1" in result.stderr


class TestSpeakers:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Police arrested 14 people in Nairobi, Reuters reported.", "outlet"),
            ("The Star reported that police arrested two men in Nakuru.", "outlet"),
            ("Tasnim reported that police arrested nine men in Ahvaz.", "outlet"),
            ("Amnesty International said that police shot two men in Lagos.", "named source"),
            ("The army said that police shot two men in Lagos.", "named source"),
        ],
    )
    def test_an_outlet_is_known_by_the_register(self, text: str, kind: str, code: Code) -> None:
        (speaker,) = {one.value for event in code(text).events for one in event.role("speaker")}
        assert isinstance(speaker, Speaker)
        assert speaker.kind == kind
