"""Containers under fire: whatever is done to their bytes, what went in comes out as documents and failures."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import resource

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byline.config import Config
from byline.model import Failure
from byline.read import Read, Reading, read
from test_containers import DATA, MAIL, ROW, record, response, tarred, zipped

CONFIG = Config(max_document_bytes=100_000)
FEW, FULL = 200, 10_000
FEW_OF_PARQUET, MORE_OF_PARQUET = 15, 2_000
"""Each is read in a process of its own, which takes a third of a second."""
MOST_KILOBYTES = 204_800
"""What reading one may add to the process's memory at its highest, in KiB."""

MBOX = b"From desk@example.org Tue Mar  2 10:00:00 2021\n" + MAIL
TABLE = pa.table({"text": ["The police said so."] * 3, "id": [1, 2, 3], "captions": [["a"], [], None]})
FILES = {"a.txt": DATA, "b/c.jsonl": ROW * 2, "d.txt.gz": gzip.compress(DATA)}
PAGE = b"<html><body><p>" + DATA + b"</p></body></html>"


def parquet(compression: str) -> bytes:
    out = io.BytesIO()
    pq.write_table(TABLE, out, compression=compression)
    return out.getvalue()


CRAWL = (
    record("conversion", DATA)
    + response(gzip.compress(PAGE), "Content-Type: text/html; charset=utf-8", "Content-Encoding: gzip")
    + response(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked")
)
WHOLE = {
    "gzip": gzip.compress(ROW * 3),
    "bzip2": bz2.compress(ROW * 3),
    "zstd": zstd.compress(ROW * 3),
    "zip": zipped(FILES),
    "tar": tarred(FILES),
    "csv": b'id,title,text\n1,"A ""b""","The police said\nso."\n2,C,And so.\n',
    "csv in utf-16": "id,title,text\n1,A,The police said so.\n".encode("utf-16"),
    "tsv": b"id\ttext\n1\tThe police said so.\n",
    "warc": CRAWL,
    "warc, packed": gzip.compress(CRAWL),
    "jsonl": ROW * 3,
    "mbox": MBOX * 2,
}
SUFFIXES = {"csv in utf-16": "csv", "warc, packed": "warc.gz"} | {
    "gzip": "jsonl.gz",
    "bzip2": "jsonl.bz2",
    "zstd": "jsonl.zst",
}

ODD = [b"\x00", b'"', b"\n", b"\xff\xfe", b"\x00" * 600, b"WARC/1.0\r\n", b"From a Tue Mar  2 10:00:00 2021\n"]
PIECES = st.binary(max_size=8) | st.sampled_from([*ODD, b"9" * 30, b"PK\x01\x02", b"PK\x05\x06", b"\xff" * 8, b"../"])


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` with a few pieces overwritten, put in, taken out, doubled or cut off."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        piece = draw(PIECES)
        kind = draw(st.sampled_from(["over", "in", "out", "twice", "cut"]))
        length = draw(st.integers(1, 40))
        data = {
            "over": data[:at] + piece + data[at + len(piece) :],
            "in": data[:at] + piece + data[at:],
            "out": data[:at] + data[at + length :],
            "twice": data[: at + length] + data[at:],
            "cut": data[:at],
        }[kind]
    return data


def readings(data: bytes, *, name: str) -> list[Reading]:
    """What is read of `data` as a member of that name, so that its suffix tells what it is."""
    suffix = SUFFIXES.get(name, name)
    return list(read(["-"], config=CONFIG, stdin=io.BytesIO(tarred({f"a.{suffix}": data}))))


def withstands(data: bytes, *, name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = readings(data, name=name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES
    for one in found:
        if isinstance(one, Failure):
            assert "broke over it" not in one.error, one
            assert one.origin.startswith("-!a.")
            assert 0 < len(one.error) < 2_000
        else:
            assert one.document.text
    json.dumps([one.error if isinstance(one, Failure) else one.document.text for one in found])


RELAXED = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=FEW, deadline=None, suppress_health_check=RELAXED)
@given(data=st.data())
def test_any_bytes_are_withstood(name: str, data: st.DataObject) -> None:
    withstands(data.draw(mutated(WHOLE[name])), name=name)


@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=FULL, deadline=None, suppress_health_check=RELAXED)
@given(data=st.data())
def test_ten_thousand_are_withstood(name: str, data: st.DataObject) -> None:
    withstands(data.draw(mutated(WHOLE[name])), name=name)


@settings(max_examples=FEW_OF_PARQUET, deadline=None, suppress_health_check=RELAXED)
@given(data=mutated(parquet("none")) | mutated(parquet("zstd")))
def test_any_parquet_is_withstood(data: bytes) -> None:
    withstands(data, name="parquet")


@pytest.mark.slow
@settings(max_examples=MORE_OF_PARQUET, deadline=None, suppress_health_check=RELAXED)
@given(data=mutated(parquet("none")) | mutated(parquet("zstd")))
def test_two_thousand_of_parquet_are_withstood(data: bytes) -> None:
    withstands(data, name="parquet")


PARTS = st.lists(
    st.sampled_from([DATA, b"", b"\x00\x01\x02", b"\xff\xfe\x00", "La policía dijo que no.".encode()]), max_size=8
)


def rows_of(parts: list[bytes]) -> bytes:
    return b"".join(json.dumps({"text": part.decode("latin-1")}).encode() + b"\n" for part in parts)


@pytest.mark.parametrize(
    "pack",
    [
        lambda parts: zipped({f"{n}.txt": part for n, part in enumerate(parts)}),
        lambda parts: tarred({f"{n}.txt": part for n, part in enumerate(parts)}),
        lambda parts: gzip.compress(rows_of(parts)),
        lambda parts: b"".join(record("conversion", part) for part in parts),
        lambda parts: zstd.compress(b"".join(gzip.compress(record("resource", part)) for part in parts)),
    ],
    ids=["zip", "tar", "jsonl.gz", "warc", "warc.gz.zst"],
)
@settings(max_examples=FEW, deadline=None)
@given(parts=PARTS)
def test_documents_and_failures_are_what_went_in(pack: object, parts: list[bytes]) -> None:
    assert callable(pack)
    if not parts:
        return
    found = list(read(["-"], config=CONFIG, stdin=io.BytesIO(pack(parts))))
    assert len(found) == len(parts)
    assert sum(isinstance(one, Read) for one in found) >= parts.count(DATA)
