"""How well is a happening attested? Reports, texts, independent sources and words, with the reasons."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from time import process_time

import pytest

from byline.linking.standing.apart import largest
from byline.linking.standing.corroboration import Corroboration, corroborate
from byline.linking.standing.telling import Reports, tellings
from byline.linking.standing.voices import Range, groups, voices
from byline.model import Copy, Source
from byline.sources import Register, independent
from byline.sources.loading import Holder
from told import NAKURU, REGISTER, Made, Report, at, by, copy_of, dead, report, says


def standing(*reports: Report, copies: tuple[Copy, ...] = ()) -> Corroboration:
    return corroborate(reports, register=REGISTER, copies=copies)


def one(number: int) -> Range:
    return Range(low=number, high=number)


def test_a_copy_counts_with_its_original() -> None:
    first = report("A bomb killed seven people in Nakuru.", source="Reuters")
    second = report("A bomb killed seven people in Nakuru.", source="The Example Post")
    third = report("Seven died in a blast in Nakuru.", source="BBC")
    found = standing(first, second, third, copies=(copy_of(second, first),))
    assert (found.reports, found.documents, found.sources) == (3, 2, one(2))
    assert found.says[0] == "3 reports, 1 copy among them: 2 texts."
    assert [(teller.name, len(teller.copy_ids)) for teller in found.tellers] == [("Reuters", 1), ("BBC", 0)]


def test_copies_of_an_original_that_is_not_here_are_one() -> None:
    reports = [report("A bomb killed seven people in Nakuru.", source=f"Paper {name}") for name in "ABC"]
    copies = tuple(Copy(document_id=one.id, original_id="dfar", share=0.9, of_original=0.9) for _, one in reports)
    found = standing(*reports, copies=copies)
    assert (found.reports, found.documents) == (3, 1)


def test_an_agency_speaks_for_the_papers_that_print_it_whoever_was_first() -> None:
    paper = report("A bomb killed seven people in Nakuru.", source="The Example Post", day=4)
    agency = report("A bomb killed seven people in Nakuru on Monday.", source="Reuters", day=5)
    found = standing(paper, agency, copies=(copy_of(agency, paper),))
    assert [teller.name for teller in found.tellers] == ["Reuters"]


def test_a_round_up_tells_by_itself_what_does_not_stand_in_its_original() -> None:
    first = report(f"A bomb went off near the market. {'The council met on the budget. ' * 10}", source="Reuters")
    words = "Seven people died when a bomb exploded in Nakuru, and the mayor went there at once to see for himself."
    roundup = report(f"{words} {'The council met on the budget. ' * 10}", source="BBC")
    assert standing(first, roundup, copies=(copy_of(roundup, first, share=0.4),)).documents == 2
    assert standing(first, roundup, copies=(copy_of(roundup, first, share=0.9),)).documents == 1


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("A blast in Nakuru killed seven, Reuters reported.", says("Reuters", kind="outlet")),
        ("NAKURU, March 4 (Reuters) - A blast killed seven.", None),
        ("A blast in Nakuru killed seven.\nSource: Reuters", None),
    ],
)
def test_who_has_it_from_another_is_not_independent_of_it(text: str, speaker: Made | None) -> None:
    mentions = [speaker] if speaker else []
    found = standing(
        report("A bomb killed seven people in Nakuru.", source="Reuters"),
        report(text, *mentions, source="BBC", day=5),
    )
    assert found.sources == one(1)
    assert [pair.because for pair in found.because] == [
        "Reuters and BBC (from Reuters) are not independent: BBC credits Reuters."
    ]


def test_two_that_have_it_from_one_outlet_the_register_does_not_hold_are_one() -> None:
    quote = says("Example Wire", kind="outlet")
    found = standing(
        report("A blast killed seven, Example Wire said.", quote, source="BBC"),
        report("Seven died, Example Wire reported.", quote, source="Reuters", day=5),
    )
    assert found.sources == one(1)
    assert found.because[0].because == (
        "BBC (from Example Wire) and Reuters (from Example Wire) are not independent: both have it from Example Wire."
    )


def test_one_who_has_it_from_another_once_counts_by_what_it_tells_itself() -> None:
    quote = says("Reuters", kind="outlet")
    found = standing(
        report("A bomb killed seven people in Nakuru.", source="Reuters"),
        report("A blast killed seven, Reuters reported.", quote, source="BBC"),
        report("The BBC saw seven bodies at the market.", source="BBC"),
    )
    assert found.sources == one(2)


def test_one_owner_or_one_interest_is_one_source() -> None:
    found = standing(
        report("A bomb killed seven people.", source="Press TV"),
        report("A blast killed seven.", source="IRNA"),
        report("Seven people were killed.", source="Reuters"),
    )
    assert found.sources == one(2)
    assert any(pair.independent is False and "state of IR" in pair.because for pair in found.because)


def test_dependence_does_not_chain() -> None:
    """A and B have one owner, B has it from C: A and C are two."""
    owned = (("a", "Holding"), ("b", "Holding"), ("c", "Another"))
    register = Register(
        sources={
            id: Source(id=id, name=id.upper(), kind="newspaper", owner=owner, citation="https://example.org")
            for id, owner in owned
        },
        holders={owner: Holder(name=owner) for _, owner in owned},
        sha256="",
    )
    found = corroborate(
        [
            report("A bomb killed seven.", source="a"),
            report("A blast killed seven, C reported.", says("C", kind="outlet"), source="b"),
            report("Seven were killed.", source="c", day=5),
        ],
        register=register,
    )
    assert found.sources == one(2)
    assert [teller.name for teller in found.tellers if teller.counts] == ["A", "C"]


def test_who_is_not_known_makes_the_number_a_range() -> None:
    found = standing(
        report("A bomb killed seven people.", source="Reuters"),
        report("A blast killed seven.", source="Example Herald"),
        report("Seven people were killed.", source="Example Gazette"),
    )
    assert found.sources == Range(low=1, high=3)
    assert "the register does not say who stands behind" in found.says[1]
    assert all(pair.independent is None for pair in found.because)


def test_two_outlets_that_quote_one_spokesman_rest_on_one_word() -> None:
    found = standing(
        report("A bomb killed seven, police said.", says("police"), source="BBC"),
        report(
            "Seven died, police spokesman Peter Example said.",
            says("police spokesman Peter Example", name="Peter Example"),
            source="Reuters",
        ),
    )
    assert (found.sources, found.words) == (one(2), one(1))
    assert found.says[-1] == (
        "But it rests on 1 word: police (perhaps the same as police spokesman Peter Example; in BBC and Reuters)."
    )


def test_different_speakers_and_what_an_outlet_tells_itself_are_words_of_their_own() -> None:
    found = standing(
        report("A bomb killed seven, police said.", says("police"), source="BBC"),
        report("Seven died, a hospital official said.", says("a hospital official"), source="Reuters"),
        report("A bomb went off at noon in Nakuru.", source="AFP"),
    )
    assert found.words == one(3)


def test_one_ministry_may_be_another_only_where_no_word_tells_them_apart() -> None:
    def quoting(*names: str) -> Range:
        sources = ("BBC", "Reuters", "AFP")
        reports = [
            report(f"A bomb killed seven, {one} said.", says(one), source=sources[i]) for i, one in enumerate(names)
        ]
        return standing(*reports).words

    assert quoting("the Ministry of Health", "the Interior Ministry") == one(2)
    assert quoting("the Ministry of Health", "the ministry") == one(1)
    assert quoting("the Ministry of Health", "the ministry", "the Interior Ministry") == one(2)


def test_a_partys_own_word_is_marked_and_not_counted() -> None:
    army = by("The army", kind="organization", sector="MIL")
    found = standing(
        report("The army shelled a camp near Nakuru, the army said.", army, says("the army"), source="BBC"),
        report("The army shelled a camp, residents said.", army, says("residents"), source="Reuters"),
    )
    assert {said.name: said.party for said in found.said} == {"residents": False, "the army": True}
    assert found.words == one(1)
    assert "Not counted, as a party's own word: the army (in BBC)." in found.says


def test_who_speaks_of_its_troops_is_a_party() -> None:
    found = standing(
        report("Its troops killed seven, the ministry said.", by("Its troops", sector="MIL"), says("the ministry"))
    )
    assert [(said.name, said.party) for said in found.said] == [("the ministry", True)]
    assert found.says[-1] == "It rests on the word of those who take part in it alone."


def test_a_side_that_was_hit_is_a_party_and_a_victim_or_witness_is_not() -> None:
    police = by("police officers", role="recipient", sector="COP")
    traders = by("traders", role="recipient", sector="CVL")
    hit = standing(report("Gunmen shot police officers, police said.", police, says("police"), source="BBC"))
    seen = standing(report("Gunmen shot traders, traders said.", traders, says("traders"), source="BBC"))
    assert [said.party for said in (*hit.said, *seen.said)] == [True, False]


def test_a_witness_who_is_only_called_a_man_is_not_the_man_who_shot() -> None:
    found = standing(report("An armed man shot traders, a man said.", by("An armed man"), says("a man"), source="BBC"))
    assert [said.party for said in found.said] == [False]


def test_a_last_line_that_tells_something_credits_nobody() -> None:
    told = report("A bomb went off.\nHe told Reuters, AFP.", source="BBC")
    assert standing(told).tellers[0].credits == ()


def test_a_teller_that_takes_part_never_counts() -> None:
    front = by("Example Front", kind="organization")
    found = standing(
        report("Example Front attacked a post in Nakuru.", front, source="Example Front"),
        report("Our fighters attacked a post in Nakuru.", by("Our fighters", sector="REB"), source="Front Bulletin"),
        report("Example Front attacked a post.", front, source="Reuters"),
    )
    assert found.sources == one(1)
    assert {teller.party for teller in found.tellers if teller.party} == {
        "Example Front bears the name of a party to it",
        "Front Bulletin tells of its own part",
    }


def test_a_government_is_a_party_where_its_forces_take_part() -> None:
    police = by("Police", sector="COP")
    there = report("Police shot a trader in Washington.", police, at("Washington", replace(NAKURU, country="US")))
    told = report("Police shot a trader in Washington, D.C.", police, source="The White House")
    found = standing(there, told)
    assert [teller.name for teller in found.tellers if teller.party] == ["The White House"]


def test_a_denial_is_no_report_of_it() -> None:
    found = standing(
        report("A bomb killed seven people.", source="Reuters"),
        report("The army denied that a bomb had gone off.", source="BBC", status="denied"),
    )
    assert (found.reports, found.denied, found.sources) == (1, 1, one(1))
    assert found.says[-1] == "1 report has it denied."


def test_what_is_masked_is_nobody_else() -> None:
    reports = [
        report("A bomb killed seven, ████ ███ said.", says("████ ███"), source="BBC"),
        report("Seven died, ████ ████ said.", says("████ ████"), source="Reuters"),
    ]
    assert standing(*reports).words == Range(low=1, high=2)


def test_a_loaded_name_stays_a_quote() -> None:
    found = standing(report("A bomb killed seven, the regime said.", says("the regime"), source="The Regime Watch"))
    assert found.tellers[0].name == "“The Regime Watch”"
    assert found.said[0].name == "“the regime”"


def test_no_reports_are_no_corroboration() -> None:
    found = standing()
    assert (found.reports, found.documents, found.sources, found.words) == (0, 0, one(0), one(0))


def test_the_order_of_arrival_changes_nothing() -> None:
    reports = [
        report(f"A bomb killed {number} people, {speaker} said.", says(speaker), source=source, day=day)
        for number, (speaker, source, day) in enumerate(
            [("police", "BBC", 4), ("the army", "Reuters", None), ("a hospital", "Press TV", 5), ("police", "IRNA", 4)]
        )
    ]
    expected = standing(*reports)
    for seed in range(5):
        random.Random(seed).shuffle(reports)
        assert standing(*reports) == expected


def test_voices_share_a_key_just_where_they_are_not_independent() -> None:
    """The count of many voices never compares all pairs: it agrees with `sources.independent` on each of them."""
    sources = sorted(REGISTER.sources.values(), key=lambda one: one.id)
    drawn = random.Random(7).sample(sources, 120)
    told = tellings([report("A bomb killed seven.", source=one.id) for one in drawn], register=REGISTER)
    for left, right in combinations(voices(groups(told).values(), REGISTER), 2):
        answer = independent(left.voice, right.voice, register=REGISTER).independent
        assert bool(left.keys & right.keys) == (answer is False), (left.name, right.name)
        assert (answer is None) == (answer is not False and not (left.known and right.known))


def test_the_largest_set_of_which_no_two_are_joined() -> None:
    for seed in range(100):
        draw = random.Random(seed)
        size = draw.randrange(1, 11)
        pairs = [pair for pair in combinations(range(size), 2) if draw.random() < 0.4]
        joined = [{b if a == i else a for a, b in pairs if i in (a, b)} for i in range(size)]
        sets = [some for n in range(size + 1) for some in combinations(range(size), n)]
        most = max(len(some) for some in sets if not any(pair in pairs for pair in combinations(some, 2)))
        found = largest(joined)
        assert len(found) == most
        assert not any(pair in pairs for pair in combinations(found, 2))


def test_a_great_incident_is_quick() -> None:
    sources = sorted(REGISTER.sources)
    reports: Reports = [
        report(
            f"A bomb killed {number} people in Nakuru, office {number % 500} of the police said.",
            dead(str(number), number),
            says(f"office {number % 500} of the police"),
            at("Nakuru", NAKURU),
            source=f"Paper {number}" if number % 2 else sources[number % len(sources)],
            day=None if number % 9 == 0 else 1 + number % 28,
        )
        for number in range(3000)
    ]
    started = process_time()
    found = standing(*reports)
    assert process_time() - started < 3
    assert found.reports == 3000
    assert len(found.because) <= 66
