"""Bad input: each is one Failure that says what, where and what to do, and the others are read all the same."""

from __future__ import annotations

import io
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.config import Config
from byline.model import Document, Failure
from byline.read import Read, read

CONFIG = Config()
REPORT = "Drivers block the road\n\nThe police said on Monday that nobody was hurt when the drivers left the road."
RSS_PER_MEGABYTE = 1024
"""`ru_maxrss` is in KiB on Linux."""

SPANISH = (
    "La policía detuvo el lunes a doce personas que habían bloqueado la carretera entre las dos ciudades durante tres "
    "días, según informó el ministerio. El sindicato anunció que seguirá con las protestas la semana que viene."
)
PERSIAN = (
    "پلیس روز دوشنبه دوازده نفر را که جاده میان دو شهر را سه روز بسته بودند بازداشت کرد و وزارت کشور این را اعلام کرد."
)


def read_all(*inputs: str | Path, config: Config = CONFIG) -> tuple[list[Document], list[Failure]]:
    readings = list(read(inputs, config=config))
    found = [reading.document for reading in readings if isinstance(reading, Read)]
    return found, [reading for reading in readings if isinstance(reading, Failure)]


def read_bytes(data: bytes, *, config: Config = CONFIG) -> Document | Failure:
    (reading,) = read(["-"], config=config, stdin=io.BytesIO(data))
    return reading.document if isinstance(reading, Read) else reading


def failure(data: bytes, *, config: Config = CONFIG) -> Failure:
    found = read_bytes(data, config=config)
    assert isinstance(found, Failure)
    return found


def document(data: bytes) -> Document:
    found = read_bytes(data)
    assert isinstance(found, Document)
    return found


class TestInputs:
    @pytest.fixture
    def make(self, tmp_path: Path) -> Callable[..., Path]:
        def make(name: str, data: bytes = b"") -> Path:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return path

        return make

    def test_a_bad_one_does_not_stop_the_others(self, make: Callable[..., Path], tmp_path: Path) -> None:
        good, empty, last = make("good.txt", REPORT.encode()), make("empty.txt"), make("last.txt", REPORT.encode())
        found, failures = read_all(good, tmp_path / "gone.txt", empty, last)
        assert [one.origin for one in found] == [str(good), str(last)]
        assert [(one.origin, one.step) for one in failures] == [
            (str(tmp_path / "gone.txt"), "read"),
            (str(empty), "read"),
        ]
        assert all(one.document_id is None and one.pipeline_id is None for one in failures)

    def test_a_path_that_is_not_there(self) -> None:
        _, (gone,) = read_all("no/such/report.txt")
        assert gone.origin == "no/such/report.txt"
        assert gone.error == "is not there; check the path"

    def test_a_folder_without_readable_files(self, make: Callable[..., Path], tmp_path: Path) -> None:
        make("a.png")
        make("b.png")
        _, (folder,) = read_all(tmp_path)
        assert folder.error.startswith("is a folder without a file that Byline reads (.")
        assert folder.error.endswith("); it holds 2 .png")

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        _, (folder,) = read_all(tmp_path)
        assert folder.error.endswith("it holds nothing")

    def test_a_file_of_a_kind_that_has_no_reader(self, make: Callable[..., Path]) -> None:
        _, (picture,) = read_all(make("picture.PNG"))
        assert "no reader for (.png)" in picture.error

    def test_a_pipe_in_the_file_system(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.txt")
        _, (pipe,) = read_all(tmp_path / "pipe.txt")
        assert "neither a file nor a folder" in pipe.error

    def test_a_link_in_a_circle(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").symlink_to(tmp_path / "a.txt")
        _, (link,) = read_all(tmp_path / "a.txt")
        assert link.error

    def test_a_file_of_100_megabytes_is_not_even_opened(self, tmp_path: Path) -> None:
        large = tmp_path / "large.txt"
        with large.open("wb") as stream:
            stream.truncate(100_000_000)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, (failed,) = read_all(large)
        assert failed.error == (
            "is 100,000,000 bytes long, which is more than the limit of 2,000,000; "
            "raise max_document_bytes in byline.toml to read it"
        )
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10 * RSS_PER_MEGABYTE

    def test_standard_input_above_the_limit(self) -> None:
        failed = failure(b"word " * 1000, config=Config(max_document_bytes=100))
        assert failed.origin == "-"
        assert "more than the limit of 100;" in failed.error

    def test_at_the_limit_all_is_well(self) -> None:
        data = REPORT.encode()
        assert isinstance(read_bytes(data, config=Config(max_document_bytes=len(data))), Document)


class TestEncodings:
    @pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", " \n".encode("utf-16")])
    def test_nothing_in_it(self, data: bytes) -> None:
        assert "nothing to read" in failure(data).error

    def test_nothing_but_furniture(self) -> None:
        assert failure(b"300 x 250\n\nAdvertisement\n").error == "holds no report: all of it was cut (advertising slot)"

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "NUL at byte 8"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "no PDF that can be read"),
            (b"PK\x03\x04 and more", "a ZIP archive"),
            (bytes(range(1, 32)) * 20, "control characters"),
            (b"The police said \x00 so.", "NUL at byte 16"),
        ],
    )
    def test_what_is_no_text(self, data: bytes, said: str) -> None:
        assert said in failure(data).error

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
    def test_encodings_are_told_apart(self, encoding: str) -> None:
        text = "The police said: “Nobody was hurt” when the crowd left the café in the square of Bogotá – all was calm."
        assert document(text.encode(encoding)).text == text

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (REPORT.encode(), "text 2"),
            (REPORT.encode("utf-16"), "text 2; utf-16-le by its byte order mark"),
            (REPORT.encode("utf-16-be"), "text 2; utf-16-be by its bytes"),
            ((REPORT + " Bogotá").encode("cp1252"), "text 2; windows-1252 by its bytes"),
        ],
    )
    def test_the_document_tells_how_it_was_decoded(self, data: bytes, told: str) -> None:
        assert document(data).made_by == told

    def test_mixed_encodings_are_read_and_told(self) -> None:
        mixed = document(
            "The mayor of Bogotá said that all was calm, and ".encode() + "nobody in Medellín".encode("cp1252")
        )
        assert mixed.text.endswith("nobody in Medellín")
        assert mixed.text.startswith("The mayor of Bogotá")
        assert mixed.made_by == "text 2; utf-8 but for 1 byte of windows-1252, at byte 65"

    def test_broken_utf_16_says_where(self) -> None:
        broken = failure(b"\xff\xfe" + "The police".encode("utf-16-le") + b"\x00\xd8A\x00")
        assert broken.error == "is broken utf-16-le at byte 22; save it again as UTF-8"

    @settings(deadline=None)
    @given(st.binary(max_size=300))
    def test_any_bytes_are_a_document_or_a_failure(self, data: bytes) -> None:
        assert list(read(["-"], config=CONFIG, stdin=io.BytesIO(data)))


class TestLanguages:
    @pytest.mark.parametrize(("text", "language"), [(SPANISH, "es"), (PERSIAN, "fa")])
    def test_a_document_in_another_language(self, text: str, language: str) -> None:
        failed = failure(text.encode())
        assert failed.step == "language"
        assert failed.error == f"is in another language ({language}), and Byline reads en only; translate it first"

    def test_a_short_text_passes(self) -> None:
        assert document(b"Protesta en Lima.").language is None

    def test_a_short_text_that_declares_another_language_does_not(self) -> None:
        assert failure(b'{"text": "Protesta en Lima.", "language": "es-PE"}').step == "language"
        assert document(b'{"text": "Protest in Lima.", "language": "en-GB"}').language == "en"

    def test_what_a_long_text_declares_counts_less_than_its_words(self) -> None:
        assert failure(f'{{"text": "{SPANISH}", "language": "en"}}'.encode()).step == "language"

    def test_english_without_words_of_grammar_is_english(self) -> None:
        headline = (
            "Police fire tear gas at protesters near parliament, opposition leaders arrested, curfew across capital"
        )
        assert document(headline.encode()).language == "en"

    def test_foreign_quotes_do_not_make_a_report_foreign(self) -> None:
        assert (
            document(f"The crowd shouted this in the square, the police said: “{SPANISH}” {REPORT}".encode()).language
            == "en"
        )


class TestRows:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('{"text": "Police arrested', "is not JSON"),
            ('{"title": "No text"}', 'has no "text"'),
            ('{"text": " "}', 'has no "text"'),
            ('{"text": 7}', 'has a number in "text", which must be a string'),
            ('{"text": "Police.", "title": ["x"]}', 'has a list in "title", which must be a string'),
            ('{"text": "Police.", "captions": "x"}', 'has a string in "captions", which must be a list of strings'),
            ('{"text": "Police.", "dateline": "Lima"}', 'has a string in "dateline", which must be an object'),
            ('{"text": "Police.", "cuts": [{"start": 1}]}', 'has a list in "cuts"'),
            ("[" * 100_000, "is not JSON"),
            ('{"text": "Police.", "id": ' + "9" * 5000 + "}", "is not JSON"),
        ],
    )
    def test_a_wrong_row_is_a_failure_at_its_line_and_the_run_goes_on(self, line: str, said: str) -> None:
        data = f'{{"text": "One."}}\n{line}\n{{"text": "Three."}}\n'.encode()
        first, wrong, last = read(["-"], config=CONFIG, stdin=io.BytesIO(data))
        assert isinstance(first, Read)
        assert isinstance(wrong, Failure)
        assert isinstance(last, Read)
        assert wrong.origin == "-:2"
        assert said in wrong.error

    @pytest.mark.parametrize(
        ("line", "kind"), [("[1]", "a list"), ("3", "a number"), ("null", "null"), ('"x"', "a string")]
    )
    def test_a_row_that_is_no_object(self, line: str, kind: str, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_text(line)
        _, (wrong,) = read_all(tmp_path / "rows.jsonl")
        assert wrong.error == f'is {kind}; each line must be an object such as {{"text": "…"}}'

    def test_a_row_that_is_not_utf_8(self) -> None:
        assert failure(b'{"text": "Bogot\xe1"}').error.startswith("is not UTF-8 at byte 15 of the line")

    def test_an_over_long_row_is_passed_over_in_little_memory(self, tmp_path: Path) -> None:
        rows = tmp_path / "rows.jsonl"
        with rows.open("wb") as stream:
            stream.write(b'{"text": "One."}\n')
            stream.seek(50_000_000, os.SEEK_CUR)
            stream.write(b'\n{"text": "Three."}\n')
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found, (wrong,) = read_all(rows, config=Config(max_document_bytes=100_000))
        assert [one.text for one in found] == ["One.", "Three."]
        assert wrong.origin == f"{rows}:2"
        assert "more than the limit of 100,000;" in wrong.error
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10 * RSS_PER_MEGABYTE

    def test_rows_in_utf_16_are_refused_as_a_whole(self, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_bytes('{"text": "One."}\n'.encode("utf-16"))
        _, (wrong,) = read_all(tmp_path / "rows.jsonl")
        assert wrong.error == "is utf-16-le; JSON Lines must be UTF-8, so save it again as that"

    def test_lone_surrogates_are_replaced_and_that_is_told(self) -> None:
        mended = document(rb'{"text": "Police \ud800 arrested twelve people."}')
        assert mended.text == "Police \ufffd arrested twelve people."
        assert mended.made_by == "row 1; lone surrogates replaced"
