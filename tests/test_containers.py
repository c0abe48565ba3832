"""Containers, by example: what stands in an archive, a table or a crawl is read where it stands, bad or whole."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import pickle
import resource
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from byline.config import Config
from byline.model import Document, Failure, sha256
from byline.read import Input, Read, inputs, read

CONFIG = Config()
REPORT = "Drivers block the road\n\nThe police said on Monday that nobody was hurt when the drivers left the road.\n"
DATA = REPORT.encode()
ROW = b'{"text": "The police said that nobody was hurt."}\n'
MAIL = b"From: desk@example.org\nSubject: Drivers block the road\n\n" + DATA
RSS_PER_MEGABYTE = 1024
"""`ru_maxrss` is in KiB on Linux."""

PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".zst": zstd.compress}


def read_all(path: Path, *, config: Config = CONFIG) -> tuple[list[Document], list[Failure]]:
    readings = list(read([path], config=config))
    found = [reading.document for reading in readings if isinstance(reading, Read)]
    return found, [reading for reading in readings if isinstance(reading, Failure)]


def places(path: Path, found: list[Document] | list[Failure]) -> list[str]:
    return [one.origin.removeprefix(str(path)) for one in found]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], *others: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in others:
            archive.addfile(info)
    return out.getvalue()


def record(kind: str, block: bytes, *, url: str = "https://example.org/a", media_type: str = "text/plain") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2021-03-02T10:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(body: bytes, *headings: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join((f"HTTP/1.1 {status}", *headings, "", "")).encode()
    return record("response", head + body, media_type="application/http; msgtype=response")


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def make(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return make


Make = Callable[[str, bytes], Path]


class TestCompressed:
    @pytest.mark.parametrize("suffix", PACKERS)
    def test_what_it_holds_is_read_by_its_own_name_and_stands_where_it_stands(self, suffix: str, make: Make) -> None:
        path = make(f"rows.jsonl{suffix}", PACKERS[suffix](ROW * 2) + PACKERS[suffix](ROW))
        found, failures = read_all(path)
        assert places(path, found) == [":1", ":2", ":3"]
        assert failures == []

    def test_a_packed_report_is_the_report(self, make: Make) -> None:
        (packed,), _ = read_all(make("report.txt.gz", gzip.compress(DATA)))
        (plain,), _ = read_all(make("report.txt", DATA))
        assert packed.id == plain.id
        assert packed.raw_sha256 == plain.raw_sha256

    @pytest.mark.parametrize("suffix", PACKERS)
    def test_standard_input_is_known_by_its_first_bytes(self, suffix: str) -> None:
        (one,) = read(["-"], config=CONFIG, stdin=io.BytesIO(PACKERS[suffix](tarred({"a.txt": DATA}))))
        assert isinstance(one, Read)
        assert one.document.origin == "-!a.txt"

    @pytest.mark.parametrize("suffix", PACKERS)
    def test_of_one_cut_off_the_whole_rows_are_read(self, suffix: str, make: Make) -> None:
        rows = b"".join(
            b'{"text": "The police of town %d said so.", "id": %d}\n' % (n, n * 7919) for n in range(40_000)
        )
        path = make(f"rows.jsonl{suffix}", PACKERS[suffix](rows)[:-2_000])
        leaves = list(inputs([path], config=CONFIG))
        *whole, cut = leaves
        assert isinstance(cut, Failure)
        assert "is cut off after" in cut.error
        assert all(isinstance(one, Input) and json.loads(one.data or b"") for one in whole)
        assert len(whole) > 100

    def test_a_report_cut_off_is_a_failure(self, make: Make) -> None:
        found, (failed,) = read_all(make("report.txt.gz", gzip.compress(DATA * 50)[:-30]))
        assert found == []
        assert "is cut off after" in failed.error

    def test_a_bomb_is_stopped(self, make: Make) -> None:
        path = make("rows.jsonl.gz", gzip.compress(b" " * 300_000_000, 1))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found, (failed,) = read_all(path)
        assert found == []
        assert "grows to more than 100 times its size" in failed.error
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * RSS_PER_MEGABYTE

    def test_packed_over_and_over_is_refused(self, make: Make) -> None:
        data = DATA
        for _ in range(12):
            data = gzip.compress(data)
        _, (failed,) = read_all(make("a" + ".gz" * 12, data))
        assert "deep" in failed.error


class TestArchives:
    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_members_stand_at_archive_and_name(self, pack: Callable[[dict[str, bytes]], bytes], make: Make) -> None:
        files = {"b/c.txt": DATA, "a.jsonl": ROW, "x.png": b"\x89PNG", ".hidden.txt": DATA, "__MACOSX/a.txt": DATA}
        path = make("news." + pack.__name__[:3], pack(files))
        found, failures = read_all(path)
        assert places(path, found) == ["!b/c.txt", "!a.jsonl:1"]
        assert failures == []

    def test_an_id_does_not_tell_that_it_was_packed(self, make: Make) -> None:
        (packed,), _ = read_all(make("news.zip", zipped({"b/report.txt": DATA})))
        (plain,), _ = read_all(make("report.txt", DATA))
        assert packed.id == plain.id

    @pytest.mark.parametrize("name", ["news.tar.gz", "news.tgz"])
    def test_a_packed_tar(self, name: str, make: Make) -> None:
        path = make(name, gzip.compress(tarred({"a.txt": DATA})))
        found, _ = read_all(path)
        assert places(path, found) == ["!a.txt"]

    @pytest.mark.parametrize("name", ["../a.txt", "b/../../a.txt", "/etc/a.txt", "C:/a.txt", "..\\a.txt"])
    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_what_climbs_out_is_a_failure(
        self, pack: Callable[[dict[str, bytes]], bytes], name: str, make: Make
    ) -> None:
        found, (failed,) = read_all(make("news." + pack.__name__[:3], pack({name: DATA, "good.txt": DATA})))
        assert len(found) == 1
        assert "not trusted" in failed.error

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
    def test_links_and_devices_are_failures(self, kind: bytes, make: Make) -> None:
        info = tarfile.TarInfo("link.txt")
        info.type, info.linkname = kind, "/etc/passwd"
        found, (failed,) = read_all(make("news.tar", tarred({"good.txt": DATA}, info)))
        assert len(found) == 1
        assert "is a link or device" in failed.error

    def test_a_link_in_a_zip(self, make: Make) -> None:
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = 0o120777 << 16
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(info, "/etc/passwd")
        _, (failed,) = read_all(make("news.zip", out.getvalue()))
        assert "is a link or device" in failed.error

    def test_an_encrypted_member(self, make: Make) -> None:
        data = bytearray(zipped({"a.txt": DATA, "b.txt": DATA}))
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path = make("news.zip", bytes(data))
        found, failures = read_all(path)
        assert places(path, found) == ["!b.txt"]
        assert "is encrypted" in failures[0].error

    def test_archives_in_archives_three_deep(self, make: Make) -> None:
        data = DATA
        for name, deep in [("a.txt", 1), ("b.zip", 2), ("c.zip", 3), ("d.zip", 4)]:
            data = zipped({name: data})
            found, failures = read_all(make("news.zip", data))
            assert (len(found), len(failures)) == ((1, 0) if deep <= 3 else (0, 1))
        assert "archives deep" in failures[0].error

    def test_a_bomb_stops_the_whole_archive(self, make: Make) -> None:
        files = {f"{n}.jsonl": b" " * 40_000_000 for n in range(5)} | {"z.txt": DATA}
        path = make("news.zip", zipped(files))
        found, failures = read_all(path)
        assert found == []
        assert places(path, failures) == ["!0.jsonl", "!1.jsonl", "!2.jsonl"]
        assert "nothing more of it is read" in failures[-1].error

    def test_too_many_members(self, make: Make) -> None:
        found, failures = read_all(
            make("news.zip", zipped({f"{n}.txt": DATA for n in range(5)})), config=Config(max_members=3)
        )
        assert len(found) == 3
        assert "holds more than 3 files" in failures[0].error

    def test_a_tar_cut_off(self, make: Make) -> None:
        whole = tarred({"a.txt": DATA, "b.txt": DATA * 20})
        found, (failed,) = read_all(make("news.tar", whole[:1600]))
        assert len(found) == 1
        assert "is cut off" in failed.error

    def test_a_zip_cut_off(self, make: Make) -> None:
        _, (failed,) = read_all(make("news.zip", zipped({"a.txt": DATA})[:-10]))
        assert "ZIP archive that is cut off" in failed.error

    def test_a_member_with_a_wrong_checksum(self, make: Make) -> None:
        data = zipped({"a.txt": DATA, "b.txt": DATA})
        at = data.index(b"a.txt") + 8
        found, (failed,) = read_all(make("news.zip", data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]))
        assert len(found) == 1
        assert "is broken" in failed.error

    def test_an_archive_without_anything_to_read(self, make: Make) -> None:
        _, (failed,) = read_all(make("news.zip", zipped({"a.png": b"x", "b.png": b"y"})))
        assert failed.error.endswith("it holds 2 .png")


class TestTables:
    @pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
    def test_the_delimiter_is_found_and_told(self, delimiter: str, make: Make) -> None:
        lines = [["id", "title", "text"], ["7", "A, b; c", '"The police, it said;\nnobody| was\thurt."']]
        (one,), _ = read_all(
            make("t.csv", "\n".join(delimiter.join(line) for line in lines).replace("A, b; c", '"A, b; c"').encode())
        )
        assert one.text == "The police, it said;\nnobody| was\thurt."
        assert (one.title, one.external_id) == ("A, b; c", "7")
        assert f"{'tab' if delimiter == chr(9) else delimiter} between values" in one.made_by

    def test_rows_stand_at_the_line_they_begin_on(self, make: Make) -> None:
        path = make("t.csv", b'text\n"One\nof two lines"\n\nThree\n')
        assert places(path, read_all(path)[0]) == [":2", ":5"]

    def test_the_column_map(self, make: Make) -> None:
        config = Config(columns={"text": "body", "title": "headline"})
        for name, data in {
            "t.csv": b"headline,body\nA,The police said so.\n",
            "t.jsonl": b'{"headline": "A", "body": "The police said so."}\n',
        }.items():
            (one,), _ = read_all(make(name, data), config=config)
            assert (one.title, one.text) == ("A", "The police said so.")

    def test_a_table_without_the_text_says_how_to_name_it(self, make: Make) -> None:
        _, (failed,) = read_all(make("t.csv", b"headline,body\nA,B\n"))
        assert 'has no column "text" in its header (headline, body); say which' in failed.error

    def test_ragged_rows_are_failures_at_their_lines(self, make: Make) -> None:
        path = make("t.csv", b'id,text\n1,One.\n2\n3,Three,and more\n4,Four.,\n5,"a"b\n6,Six.\n')
        found, failures = read_all(path)
        assert [one.text for one in found] == ["One.", "Four.", "Six."]
        assert places(path, failures) == [":3", ":4", ":6"]

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ("id,text\n1,Café Bogotá\n".encode("utf-16"), "utf-16-le by its byte order mark"),
            (
                b"id,text\n" + b"2,The police said so.\n" * 9 + "1,Café Bogotá\n".encode("cp1252"),
                "windows-1252 by its bytes",
            ),
            ("sep=;\nid;text\n1;Café Bogotá\n".encode("utf-8-sig"), "; between values"),
            (b"id,text\n" + b"2,x\n" * 30_000 + "1,Café Bogotá\n".encode("cp1252"), "windows-1252 by its bytes"),
        ],
    )
    def test_encodings(self, data: bytes, told: str, make: Make) -> None:
        found, failures = read_all(make("t.csv", data))
        assert found[-1].text == "Café Bogotá"
        assert told in found[-1].made_by
        assert failures == []

    def test_broken_utf_16_is_a_failure_of_its_row(self, make: Make) -> None:
        data = "text\nOne.\nTwo".encode("utf-16") + b"\x00\xd8" + ".\nThree.\n".encode("utf-16-le")
        found, (failed,) = read_all(make("t.csv", data))
        assert [one.text for one in found] == ["One.", "Three."]
        assert "not utf-16" in failed.error

    def test_a_text_with_a_nul_is_a_failure(self, make: Make) -> None:
        found, (failed,) = read_all(make("t.csv", b"id,text\n1,One.\n" + b"2,Two.\n" * 10_000 + b"3,a\x00b\n"))
        assert len(found) == 10_001
        assert "has a NUL" in failed.error

    @pytest.mark.parametrize("row", [b"x" * 50_000_000, b'"' + (b"x" * 999 + b"\n") * 50_000 + b'"'])
    def test_an_over_long_row_is_passed_over_in_little_memory(self, row: bytes, make: Make) -> None:
        path = make("t.csv", b"text\nOne.\n" + row + b"\nThree.\n")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found, (failed,) = read_all(path)
        assert [one.text for one in found] == ["One.", "Three."]
        assert "more than the limit of 2,000,000" in failed.error
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * RSS_PER_MEGABYTE

    def test_parquet(self, make: Make) -> None:
        path = make("t.parquet", parquet({"text": ["One.", None, "Three."], "id": [1, 2, 3], "vector": [b"\xff"] * 3}))
        found, (failed,) = read_all(path)
        assert [(one.text, one.external_id) for one in found] == [("One.", "1"), ("Three.", "3")]
        assert places(path, found) == [":1", ":3"]
        assert places(path, [failed]) == [":2"]

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ([1, 2], 'has a number in "text"'),
            ([["a"], ["b"]], 'has a list in "text"'),
            ([b"\xff", b"\xfe"], 'has bytes in "text" that are not UTF-8'),
        ],
    )
    def test_parquet_of_wrong_types(self, values: list[Any], said: str, make: Make) -> None:
        found, failures = read_all(make("t.parquet", parquet({"text": values})))
        assert found == []
        assert len(failures) == 2
        assert said in failures[0].error

    def test_parquet_of_one_enormous_value(self, make: Make) -> None:
        _, (failed,) = read_all(make("t.parquet", parquet({"text": ["x" * 50_000_000]})))
        assert "is a row of 50,000,004 bytes" in failed.error

    def test_parquet_cut_off(self, make: Make) -> None:
        _, (failed,) = read_all(make("t.parquet", parquet({"text": ["One."]})[:-3]))
        assert "is Parquet that is cut off or broken" in failed.error


def parquet(columns: dict[str, list[Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


class TestCrawls:
    PAGE = b"<html><head><title>Drivers block the road</title></head><body><p>" + DATA + b"</p></body></html>"

    def test_records_stand_at_their_number_with_their_url(self, make: Make) -> None:
        crawl = record("warcinfo", b"a: b") + record("conversion", DATA) + record("request", b"GET / HTTP/1.1\r\n\r\n")
        path = make("crawl.warc.gz", gzip.compress(crawl) + gzip.compress(record("resource", DATA)))
        found, failures = read_all(path)
        assert places(path, found) == ["!record 2", "!record 4"]
        assert found[0].url == "https://example.org/a"
        assert failures == []

    @pytest.mark.parametrize(
        "sent",
        [
            response(PAGE, "Content-Type: text/html"),
            response(PAGE),
            response(gzip.compress(PAGE), "Content-Type: text/html", "Content-Encoding: gzip"),
            response(zstd.compress(PAGE), "Content-Type: text/html", "Content-Encoding: zstd"),
            response(PAGE, "Content-Type: text/html", "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
            response(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked"),
            response(PAGE, "Content-Type: application/octet-stream"),
        ],
    )
    def test_a_response_is_read_as_a_browser_would(self, sent: bytes, make: Make) -> None:
        (one,), failures = read_all(make("crawl.warc", sent + record("metadata", b"x: y")))
        assert "nobody was hurt" in one.text
        assert one.raw_sha256 == sha256(self.PAGE)
        assert failures == []

    @pytest.mark.parametrize(
        "sent",
        [
            response(b"gone", status="404 Not Found"),
            response(b"", "Location: /b", status="301 Moved"),
            response(b"\x89PNG", "Content-Type: image/png"),
        ],
    )
    def test_what_is_no_page_is_left_out(self, sent: bytes, make: Make) -> None:
        found, failures = read_all(make("crawl.warc", sent + record("conversion", DATA)))
        assert (len(found), failures) == (1, [])

    def test_a_bomb_in_a_response(self, make: Make) -> None:
        bomb = response(gzip.compress(bytes(100_000_000)), "Content-Type: text/html", "Content-Encoding: gzip")
        found, (failed,) = read_all(make("crawl.warc", bomb + record("conversion", DATA)))
        assert len(found) == 1
        assert "more than the limit" in failed.error

    def test_a_declared_charset(self, make: Make) -> None:
        text = "The police of Bogotá said that nobody was hurt in the café, and that all was calm in Łódź.".encode(
            "iso8859-2"
        )
        (one,), _ = read_all(make("c.warc", record("resource", text, media_type="text/plain; charset=iso-8859-2")))
        assert "Łódź" in one.text

    def test_cut_anywhere_what_was_whole_is_read_and_the_rest_is_told(self, make: Make) -> None:
        first, last = record("conversion", DATA), record("conversion", DATA + b"And more.")
        for cut in range(1, len(last) - 4):
            found, failures = read_all(make("crawl.warc", first + last[:cut]))
            assert (len(found), len(failures)) == (1, 1), cut


class TestMail:
    def test_each_mail_stands_at_its_number(self, make: Make) -> None:
        line = b"From desk@example.org Tue Mar  2 10:00:00 2021\n"
        body = b"\nFrom the start of 2021 on, the police said, nobody was hurt.\n\n"
        path = make("mail.mbox", line + MAIL + body + line + MAIL)
        found, failures = read_all(path)
        assert places(path, found) == ["!message 1", "!message 2"]
        assert "From the start of 2021" in found[0].text
        assert failures == []


class TestLeaves:
    def test_they_are_plain_data_that_travels(self, make: Make, tmp_path: Path) -> None:
        make("a.zip", zipped({"a.txt": DATA, "b.jsonl.gz": gzip.compress(ROW)}))
        make("b.csv", b"text\nOne.\n")
        make("c.txt", DATA)
        leaves = list(inputs([tmp_path], config=CONFIG))
        assert pickle.loads(pickle.dumps(leaves)) == leaves
        assert [(one.reader, one.stream, one.path is None) for one in leaves if isinstance(one, Input)] == [
            ("text", None, True),
            ("row", None, True),
            ("row", None, True),
            ("text", None, False),
        ]

    def test_nothing_is_opened_before_it_is_asked_for(self, make: Make) -> None:
        path = make("a.zip", zipped({"a.txt": DATA, "b.txt": DATA}))
        assert isinstance(next(inputs([path, "not-there.zip"], config=CONFIG)), Input)

    def test_a_folder_takes_a_page_without_suffix(self, make: Make, tmp_path: Path) -> None:
        make("page", b"<!DOCTYPE html>" + TestCrawls.PAGE)
        make("LICENSE", DATA)
        found, _ = read_all(tmp_path)
        assert [Path(one.origin).name for one in found] == ["page"]
