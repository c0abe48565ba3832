"""An HTTP response as a crawl keeps it: its body, unpacked as it was sent, and what it says of itself."""

from __future__ import annotations

import http.client
import io
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import cast

from byline.errors import DocumentError
from byline.read.reading import too_large

MAX_ENCODINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response: its status, its body as a browser would have had it, and its type. `media_type` is None where the
    response says none; `notes` say what was wrong with how it was sent."""

    status: int
    body: bytes
    media_type: str | None
    charset: str | None
    notes: tuple[str, ...] = ()


def parse(block: bytes, *, limit: int) -> Response:
    """The response in `block`. Raises DocumentError where there is none, or its body is over `limit`.

    A body is unpacked as its headings say; one that is not packed so is taken as it is, since crawlers often unpack a
    body and keep the headings.
    """
    response = http.client.HTTPResponse(cast(socket.socket, _Socket(block)))
    try:
        response.begin()
    except (http.client.HTTPException, ValueError) as error:
        raise DocumentError(f"holds no HTTP response ({error or type(error).__name__})") from error
    assert response.fp is not None
    body, notes = _dechunked(response)
    for encoding in _encodings(response.headers):
        body, note = _unpacked(body, encoding=encoding, limit=limit)
        notes += [note] if note else []
    if len(body) > limit:
        raise DocumentError(too_large(f"is over {limit:,} bytes long", limit=limit))
    media_type, charset = content_type(response.headers.get("Content-Type"))
    return Response(status=response.status, body=body, media_type=media_type, charset=charset, notes=tuple(notes))


def content_type(value: str | None) -> tuple[str | None, str | None]:
    """The media type, in lower case and without parameters, and the charset that a Content-Type names."""
    if not value:
        return None, None
    message = Message()
    message["Content-Type"] = " ".join(value.split())
    charset = message.get_param("charset")
    named = value.partition(";")[0].strip().lower()
    return (named if "/" in named else None), (charset.strip("'\" ") if isinstance(charset, str) else None)


def _dechunked(response: http.client.HTTPResponse) -> tuple[bytes, list[str]]:
    raw = cast(io.BytesIO, response.fp).getbuffer()[cast(io.BytesIO, response.fp).tell() :].tobytes()
    if not response.chunked:
        return raw, []
    try:
        return response.read(), []
    except http.client.IncompleteRead as error:
        return (error.partial, ["cut off as it was sent"]) if error.partial else (raw, [])
    except (http.client.HTTPException, ValueError):
        return raw, []


def _encodings(headers: Message) -> list[str]:
    named = [one.strip().lower() for one in ",".join(headers.get_all("Content-Encoding") or []).split(",")]
    encodings = [one for one in named if one and one != "identity"]
    if len(encodings) > MAX_ENCODINGS:
        raise DocumentError(f"is packed {len(encodings)} times over as it was sent, so it is not trusted and not read")
    return encodings[::-1]


def _unpacked(body: bytes, *, encoding: str, limit: int) -> tuple[bytes, str]:
    """The body without one encoding, at most one byte over `limit`, and what was wrong with it ("" nothing)."""
    unpack = UNPACKERS.get(encoding)
    if unpack is None:
        return body, f"not unpacked: {encoding[:40]}"
    try:
        unpacked, is_whole = unpack(body, limit + 1)
    except _errors():
        return body, ""
    return unpacked, "" if is_whole or len(unpacked) > limit else "cut off as it was sent"


def _gzip(body: bytes, most: int) -> tuple[bytes, bool]:
    unpacker = zlib.decompressobj(47)  # gzip or zlib, by the first bytes
    return unpacker.decompress(body, most), unpacker.eof


def _deflate(body: bytes, most: int) -> tuple[bytes, bool]:
    try:
        return _gzip(body, most)
    except zlib.error:
        unpacker = zlib.decompressobj(-15)  # without heading, as some servers send it
        return unpacker.decompress(body, most), unpacker.eof


def _brotli(body: bytes, most: int) -> tuple[bytes, bool]:
    import brotli

    unpacker = brotli.Decompressor()
    pieces = [unpacker.process(body, output_buffer_limit=most)]
    while not unpacker.is_finished() and sum(map(len, pieces)) < most:
        piece = unpacker.process(b"", output_buffer_limit=most)
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)[:most], unpacker.is_finished()


def _zstd(body: bytes, most: int) -> tuple[bytes, bool]:
    from backports import zstd

    unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 27})
    return unpacker.decompress(body, most), unpacker.eof


def _errors() -> tuple[type[Exception], ...]:
    import brotli
    from backports import zstd

    return ValueError, zlib.error, brotli.error, zstd.ZstdError


UNPACKERS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


class _Socket:
    """Bytes as the HTTP library asks for them."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> io.BytesIO:
        """The bytes as a file."""
        return io.BytesIO(self._data)
