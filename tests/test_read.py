"""Reading, by example: what a report's file says, what was cut of it, and that no character is lost or moved."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.config import Config
from byline.export.document import to_json
from byline.model import Cut, Dateline, Document, Failure
from byline.read import Read, Reading, offsets, read

CONFIG = Config()

LEDE = (
    "Thousands marched through the centre of La Paz on Monday over the price of fuel, and the police arrested twelve."
)

REPORT = f"""\
300 x 250

Bolivia: Fuel price protests spread to three cities

{LEDE}
{LEDE}

By Example Andean Desk

LA PAZ, Bolivia, March 2, 2021 — Drivers blocked the road between La Paz and El Alto for a third day, the union said.

Read also: What the new law on fuel means for drivers

The mayor of Oruro said that two people were wounded there when the police fired tear gas at the crowd.

Share on Facebook
Tweet

This website uses cookies to improve your experience.
"""


def documents(readings: list[Reading]) -> list[Document]:
    assert not [reading for reading in readings if isinstance(reading, Failure)]
    return [reading.document for reading in readings if isinstance(reading, Read)]


def read_bytes(data: bytes) -> Document:
    return documents(list(read(["-"], config=CONFIG, stdin=io.BytesIO(data))))[0]


def read_text(text: str) -> Document:
    return read_bytes(text.encode())


def read_rows(*rows: object) -> list[Document]:
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    return documents(list(read(["-"], config=CONFIG, stdin=io.BytesIO(lines.encode()))))


class TestHead:
    def test_a_report_says_its_title_byline_dateline_and_day(self) -> None:
        document = read_text(REPORT)
        assert document.title == "Bolivia: Fuel price protests spread to three cities"
        assert document.byline == "Example Andean Desk"
        assert document.dateline == Dateline(place="LA PAZ, Bolivia", date=date(2021, 3, 2))
        assert document.published == date(2021, 3, 2)
        assert document.language == "en"

    def test_what_it_says_stays_in_the_text_for_evidence(self) -> None:
        text = read_text(REPORT).text
        assert text.startswith("Bolivia: Fuel price protests spread to three cities\n\nThousands marched")
        assert "\n\nBy Example Andean Desk\n\nLA PAZ, Bolivia, March 2, 2021 — Drivers" in text

    @pytest.mark.parametrize(
        ("line", "place", "day"),
        [
            ("KABUL, 3 March 2021 (Example Wire) — Two police officers", "KABUL", date(2021, 3, 3)),
            ("Peru, August 1, 2020—Farmers", "Peru", date(2020, 8, 1)),
            ("August 1, 2020 – Farmers", None, date(2020, 8, 1)),
            ("PARIS (EXW) - Farmers", "PARIS", None),
            ("BEIRUT, Lebanon — Farmers", "BEIRUT, Lebanon", None),
            ("Puerto Montt, Chile, Sept. 4, 2019 (Example Wire) -- Farmers", "Puerto Montt, Chile", date(2019, 9, 4)),
            ("GENEVA (2 March 2021) – Farmers", "GENEVA", date(2021, 3, 2)),
            ("SAN JOSE (COSTA RICA), 27 OCT 89 (EXW) -- FARMERS", "SAN JOSE (COSTA RICA)", date(1989, 10, 27)),
            ("GOMA, DR Congo (Example Wire), 9 November 2022 - Farmers", "GOMA, DR Congo", date(2022, 11, 9)),
            ("MOSCOW (USSR), 22 NOV 89 -- FARMERS", "MOSCOW", date(1989, 11, 22)),
            ("Sistan and Baluchistan, 4th of May, 2021: Farmers", "Sistan and Baluchistan", date(2021, 5, 4)),
            ("OUAGADOUGOU, Aug 3 (Example Wire) - Farmers", "OUAGADOUGOU", None),
        ],
    )
    def test_datelines(self, line: str, place: str | None, day: date | None) -> None:
        document = read_text(f"A title of the report\n\n{line} said that they would march again this week.")
        assert document.dateline == Dateline(place=place, date=day)
        assert document.published == day

    @pytest.mark.parametrize(
        "line",
        [
            "Police — who were in the square — said that nobody was hurt.",
            "BREAKING - The police said that nobody was hurt.",
            "INVENTED REPORT - written for this test, the police said.",
            "Iran-backed militias said that nobody was hurt.",
            "February 5-8: the police said that nobody was hurt.",
            "Omar (a local council) – backed by others – said that nobody was hurt.",
            "On 3 March 2021 - a Wednesday - the police said that nobody was hurt.",
        ],
    )
    def test_no_datelines(self, line: str) -> None:
        assert read_text(f"A title of the report\n\n{line}").dateline is None

    @pytest.mark.parametrize(
        ("line", "byline"),
        [
            ("By Example Desk", "Example Desk"),
            ("Reporting by Example/Wire", "Example/Wire"),
            ("Example Human Rights Centre reports", "Example Human Rights Centre"),
            ("BY EXAMPLE DESK | EXAMPLE NEWS", "EXAMPLE DESK"),
            ("By Example Desk, 3 March 2021", "Example Desk"),
            ("By Tuesday the rebels had taken the town and the road", None),
            ("The police of the capital reports", None),
        ],
    )
    def test_bylines(self, line: str, byline: str | None) -> None:
        assert read_text(f"A title of the report\n\n{line}\n\nThe police said that nobody was hurt.").byline == byline

    @pytest.mark.parametrize(
        "line",
        [
            "KABUL (Example Wire) - The police said that nobody was hurt.",
            "KABUL, Afghanistan (Example Wire), 9 May 2022 - The police said that nobody was hurt.",
            "KABUL (AFGHANISTAN), 9 MAY 89 (Example Wire) -- The police said that nobody was hurt.",
        ],
    )
    def test_without_a_byline_the_outlet_of_the_dateline_is_one(self, line: str) -> None:
        assert read_text(f"A title\n\n{line}").byline == "Example Wire"

    @pytest.mark.parametrize(
        ("line", "day"),
        [
            ("Published: 1 August 2020, 14:05 GMT", date(2020, 8, 1)),
            ("Posted on August 1st, 2020", date(2020, 8, 1)),
            ("Saturday, 1 Aug 2020", date(2020, 8, 1)),
            ("2020-08-01T14:05:00Z", date(2020, 8, 1)),
            ("Published 1 August 2020 | Updated 3 August 2020", date(2020, 8, 1)),
            ("28/02/2021", date(2021, 2, 28)),
            ("03/04/2021", None),
            ("Updated: 1 August 2020", None),
            ("31 February 2021", None),
        ],
    )
    def test_days_of_publication(self, line: str, day: date | None) -> None:
        document = read_text(f"A title of the report\n{line}\n\nThe police said on 5 May 2019 that nobody was hurt.")
        assert document.published == day
        assert document.title == "A title of the report"
        assert document.dateline is None

    def test_no_date_is_none_and_never_today(self) -> None:
        document = read_text("A title of the report\n\nThe police of Kampala said that nobody was hurt in the square.")
        assert document.published is None
        assert document.dateline is None

    def test_a_year_is_taken_from_the_day_of_publication(self) -> None:
        document = read_text("A title\n\n2 January 2021\n\nLIMA, Dec. 30 (Example Wire) - The police said it was calm.")
        assert document.dateline == Dateline(place="LIMA", date=date(2020, 12, 30))

    @pytest.mark.parametrize(
        "text",
        [
            "The police of Kampala said that nobody was hurt.\n\nThe mayor said the same.",
            "The police of Kampala said that nobody was hurt",
            "the police of kampala said that nobody was hurt in the square\nin the morning, the mayor said.",
            "KABUL, 3 March 2021 — Two officers\n\nwere hurt in the square.",
        ],
    )
    def test_no_title(self, text: str) -> None:
        assert read_text(text).title is None

    @pytest.mark.parametrize(
        "above",
        ["World News", "EXAMPLE NEWS AGENCY", "EXAMPLE WIRE\nTuesday, 14 May 2019", "LIMA | 3 March 2021"],
    )
    def test_what_stands_above_the_title_is_not_the_title(self, above: str) -> None:
        text = f"{above}\n\nDrivers block the road to El Alto\n\nThe union said that they would go on."
        assert read_text(text).title == "Drivers block the road to El Alto"

    def test_a_label_is_no_part_of_the_title(self) -> None:
        text = (
            "Headline: Drivers block the road\nDate: 3 March 2021\n\nThe union said that they would go on for a week."
        )
        assert read_text(text).title == "Drivers block the road"


class TestCuts:
    def test_each_cut_has_its_reason_and_stands_where_it_says(self) -> None:
        document = read_text(REPORT)
        assert [(cut.text[:20], cut.reason) for cut in document.cuts] == [
            ("300 x 250", "advertising slot"),
            (LEDE[:20], "repeated"),
            ("Read also: What the ", "read also"),
            ("Share on Facebook\nTw", "share bar"),
            ("This website uses co", "cookie notice"),
        ]
        assert all(REPORT[cut.start :][: len(cut.text)] == cut.text for cut in document.cuts)

    def test_what_is_cut_is_gone_and_the_rest_is_tidy(self) -> None:
        text = read_text(REPORT).text
        assert text.count(LEDE) == 1
        assert "Facebook" not in text
        assert "\n\n\n\n" not in text
        assert text == text.strip()

    @pytest.mark.parametrize(
        "line",
        [
            "The company spent millions to advertise on Facebook and Twitter.",
            "Related offences were tried in the same court.",
            "The grave measured 300 x 250 centimetres.",
            "See the mayor's statement for more.",
            "Share prices fell.",
        ],
    )
    def test_prose_is_never_cut(self, line: str) -> None:
        assert read_text(f"The police said that nobody was hurt.\n\n{line}").cuts == ()

    def test_a_refrain_stays(self) -> None:
        assert read_text("The crowd sang in the square.\n\n“Bread and freedom!”\n\n“Bread and freedom!”").cuts == ()

    def test_the_same_words_far_apart_stay(self) -> None:
        between = "\n\n".join(f"The police of town number {number} said that nobody was hurt." for number in range(9))
        assert read_text(f"{LEDE}\n\n{between}\n\n{LEDE}").cuts == ()

    def test_a_paragraph_of_wrapped_lines_is_cut_whole(self) -> None:
        paragraph = "The police said that nobody was hurt when\nthe crowd left the square, and that\nall was calm."
        document = read_text(f"{paragraph}\n\n{paragraph}\n\nThe mayor said the same.")
        assert [cut.text for cut in document.cuts] == [paragraph]


PIECES = st.sampled_from(
    [
        "The police said so. ",
        "e\u0301",
        "\u1100\u1161",
        "🕊",
        "\u00a0",
        "שלום",
        "\t",
        "728 x 90",
        "Advertisement",
        "A",
        " ",
    ]
)
RAW_TEXTS = st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=1, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines))
)


class TestOffsets:
    @settings(deadline=None)
    @given(RAW_TEXTS)
    def test_every_character_is_kept_in_place_or_cut_with_a_reason(self, raw: str) -> None:
        reading = next(read(["-"], config=CONFIG, stdin=io.BytesIO(raw.encode())))
        if isinstance(reading, Failure):
            return
        left = raw
        for cut in reversed(reading.document.cuts):
            assert left[cut.start : cut.start + len(cut.text)] == cut.text
            left = left[: cut.start] + left[cut.start + len(cut.text) :]
        lines = [line for line in left.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
        kept = [line for line in reading.document.text.split("\n") if line.strip()]
        assert kept == [normalize("NFC", line) for line in lines]

    @settings(deadline=None)
    @given(st.text(st.characters(codec="utf-8") | st.sampled_from("e\u0301\u0323\u1100\u1161\u11a8\u0f73\u0344\u0958")))
    def test_offsets_lead_back_through_nfc(self, original: str) -> None:
        nfc = normalize("NFC", original)
        back = offsets(original, nfc)
        places = [back(offset) for offset in range(len(nfc) + 1)]
        assert places[0] == 0
        assert places[-1] == len(original)
        assert places == sorted(places)

    def test_a_word_is_found_again_in_the_original(self) -> None:
        original = "Cafe\u0301 in Co\u0302te d’Ivoire"
        nfc = normalize("NFC", original)
        start = nfc.index("Côte")
        back = offsets(original, nfc)
        assert original[back(start) : back(start + len("Côte"))] == "Co\u0302te"

    def test_no_break_spaces_and_marks_of_direction_stay(self) -> None:
        text = "The\u00a0police said \u202b«שלום»\u202c to the crowd in the square, and nobody was hurt."
        assert read_text(text).text == text


class TestRows:
    def test_only_the_text_must_be_there(self) -> None:
        (document,) = read_rows({"text": "Police arrested twelve people in Lomé."})
        assert document.text == "Police arrested twelve people in Lomé."
        assert document.title is None
        assert document.external_id is None

    def test_a_row_of_what_we_print_reads_back(self) -> None:
        row = {
            "id": "a7",
            "title": "Twelve arrested",
            "byline": "Example Desk",
            "dateline": {"place": "LOME", "date": "2021-03-02"},
            "published": "2021-03-03",
            "language": "en",
            "source": "example-wire",
            "url": "https://example.org/a7",
            "text": "Police arrested twelve people.",
            "captions": ["The square in Lomé"],
            "cuts": [{"start": 3, "text": "Advertisement", "reason": "advertising slot"}],
        }
        (document,) = read_rows(row)
        assert document.external_id == "a7"
        assert document.cuts == (Cut(start=3, text="Advertisement", reason="advertising slot"),)
        printed = to_json(document)
        assert {key: printed[key] for key in row if key != "id"} == {key: row[key] for key in row if key != "id"}
        again = to_json(read_rows(printed)[0])
        assert again == printed | {"origin": "-:1"}

    def test_a_text_is_coded_as_given(self) -> None:
        text = "728 x 90\n\n\n\n  Police arrested twelve people. \n"
        (document,) = read_rows({"text": text})
        assert document.text == text
        assert document.cuts == ()

    def test_what_a_row_does_not_say_is_read_from_its_text_and_what_it_says_is_kept(self) -> None:
        text = "A title\n\nKABUL, 3 March 2021 (Example Wire) — Two police officers were hurt."
        silent, spoken = read_rows({"text": text}, {"text": text, "byline": None, "published": "2021-03-09"})
        assert (silent.byline, silent.published) == ("Example Wire", date(2021, 3, 3))
        assert (spoken.byline, spoken.published) == (None, date(2021, 3, 9))

    def test_rows_stand_at_their_line(self) -> None:
        lines = b'{"text": "One."}\n\n{"text": "Two."}'
        found = documents(list(read(["-"], config=CONFIG, stdin=io.BytesIO(lines))))
        assert [document.origin for document in found] == ["-:1", "-:3"]

    @pytest.mark.parametrize("published", ["yesterday", "", 20210302, ["2021-03-02"], "2021-13-02"])
    def test_a_wrong_day_is_none(self, published: object) -> None:
        (document,) = read_rows({"text": "Police arrested twelve people.", "published": published})
        assert document.published is None


class TestInputs:
    def test_a_folder_is_read_with_all_below_it_in_order_of_name(self, tmp_path: Path) -> None:
        for name in ("b.txt", "a/2.txt", "a/1.jsonl", ".hidden.txt", ".git/x.txt", "picture.png"):
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_text('{"text": "Police arrested twelve people."}' if file.suffix == ".jsonl" else "Police went.")
        (tmp_path / "c.txt").symlink_to(tmp_path / "b.txt")
        found = documents(list(read([tmp_path], config=CONFIG)))
        assert [Path(document.origin).name for document in found] == ["1.jsonl:1", "2.txt", "b.txt"]

    def test_ids_come_from_content_and_name_and_not_from_the_folder(self, tmp_path: Path) -> None:
        for folder in ("here", "there"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "report.txt").write_text(REPORT)
        here, there = documents(list(read([tmp_path], config=CONFIG)))
        assert here.id == there.id
        assert here.origin != there.origin

    def test_a_file_without_suffix_is_looked_at(self, tmp_path: Path) -> None:
        (tmp_path / "rows").write_text('{"text": "Police arrested twelve people."}\n')
        (tmp_path / "report").write_text(REPORT)
        rows, report = documents(list(read([tmp_path / "rows", tmp_path / "report"], config=CONFIG)))
        assert rows.made_by.startswith("row")
        assert report.made_by.startswith("text")

    def test_raw_bytes_come_along(self, tmp_path: Path) -> None:
        (tmp_path / "report.txt").write_bytes(REPORT.encode())
        (reading,) = read([tmp_path / "report.txt"], config=CONFIG)
        assert isinstance(reading, Read)
        assert reading.raw == REPORT.encode()

    def test_nothing_is_read_before_it_is_asked_for(self) -> None:
        assert next(read(["-", "not-there.txt"], config=CONFIG, stdin=io.BytesIO(REPORT.encode())))

    def test_reading_english_loads_no_model(self) -> None:
        program = (
            "import io, sys; from byline.read import read; from byline.config import Config\n"
            "list(read(['-'], config=Config(), stdin=io.BytesIO(sys.stdin.buffer.read())))\n"
            "print(*sorted({'py3langid', 'charset_normalizer', 'numpy'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", program], input=REPORT.encode(), capture_output=True, check=True)
        assert done.stdout.strip() == b""
