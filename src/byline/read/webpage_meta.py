"""What a page says of itself: title, authors, outlet, day of publication, language and address, in its own markup."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from byline.read.published import Published, published
from byline.read.webpage_furniture import words
from byline.read.webpage_rules import rules

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_VALUE = 1_000
"""Characters of a title, a name or an address, at most; longer ones are no such thing, and are passed over."""

MAX_JSON = 1_000_000
"""Characters of one block of JSON-LD that are read."""

MAX_NODES = 2_000
"""Things described in a page's JSON-LD that are looked at: some pages describe the whole site."""

MAX_AUTHORS = 20

SAME_TITLE = 0.6
"""Share of words a heading has in common with what the page's head calls its title, from which it is that title. A
site's name alone in an h1 has half of its words in "… - Site"."""

_SUFFIX = re.compile(r"\s+[|–—•·»-]\s+[^|–—•·»]{2,60}$")
_ADDRESSED = re.compile(r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>\d{1,2}|[a-z]{3,9})[/-](?P<day>\d{1,2})(?:/|-|$)", re.I)
_BY = re.compile(r"^(?:by|von|par|por|di)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """A page's own words on itself; None for what it does not say."""

    title: str | None = None
    byline: str | None = None
    outlet: str | None = None
    published: Published = field(default_factory=Published)
    language: str | None = None
    url: str | None = None
    description: str | None = None


def read_meta(tree: HtmlElement, *, url: str | None, name: str) -> Meta:
    """The Meta of a page that was found at `url`. `tree` is the whole page, before anything is taken off it.

    `name` is the language whose dates are read.
    """
    head = _head(tree)
    address = _url(tree, head, given=url)
    node = _article(_nodes(tree), url=address)
    title = _title(tree, head, node)
    told = (one.split(" | ")[0].lstrip("@ ") for one in [*_names(node.get("publisher")), *head["outlet"]])
    outlet = next((one for one in told if one and not _is_address(one)), None) or _host(address)
    return Meta(
        title=title,
        byline=_byline(tree, head, node, outlet=outlet),
        outlet=outlet,
        published=_published(tree, head, node, url=address, name=name),
        language=_first([*_texts(node.get("inLanguage")), tree.get("lang") or "", *head["language"]]),
        url=address,
        description=_first([*head["description"], *_texts(node.get("description"))]),
    )


def same_words(one: str, other: str) -> float:
    """The share of words two titles have in common, of the shorter one's; 0 where one has none."""
    first, second = (set(re.findall(r"\w+", text.lower())) for text in (one, other))
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


# What the head says


def _head(tree: HtmlElement) -> dict[str, list[str]]:
    """The values of meta elements by what they say, the surest first."""
    values: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = _clean(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (key := element.get(attribute)):
                values.setdefault(key.lower(), []).append(content)
    return {what: [value for key in names for value in values.get(key, ())] for what, names in rules().meta.items()}


def _clean(value: Any) -> str:
    """A value as one line without mark-up of its own; "" for what is no text or too long for what it should be."""
    if not isinstance(value, str) or len(value) > MAX_VALUE:
        return ""
    return " ".join(re.sub(r"<[^<>]{0,200}>", " ", html.unescape(value)).split())


def _first(values: Sequence[str]) -> str | None:
    return next((value for value in values if value), None)


# What JSON-LD says


def _nodes(tree: HtmlElement) -> list[dict[str, Any]]:
    """The things that the page's JSON-LD describes, in order; broken JSON describes none."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > MAX_JSON:
            continue
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        found.extend(_flat(data))
        if len(found) > MAX_NODES:
            break
    return found[:MAX_NODES]


def _flat(data: Any) -> Iterator[dict[str, Any]]:
    for one in data if isinstance(data, list) else [data]:
        if isinstance(one, dict):
            yield one
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(one.get(key), list | dict):
                    yield from (node for node in _listed(one[key]) if isinstance(node, dict))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _article(nodes: Sequence[dict[str, Any]], *, url: str | None) -> dict[str, Any]:
    """The node of the page's report: the one with its address, else the first; for want of any, that of the page."""
    articles = [node for node in nodes if any(kind.endswith(rules().article_endings) for kind in _kinds(node))]
    own = [node for node in articles if url and url in (_clean(node.get("url")), *_addresses(node))]
    pages = [node for node in nodes if rules().page_kinds.intersection(_kinds(node))]
    return next(iter([*own, *articles, *pages]), {})


def _kinds(node: dict[str, Any]) -> list[str]:
    return [kind for kind in _listed(node.get("@type")) if isinstance(kind, str)]


def _addresses(node: dict[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    return [_clean(page.get("@id")), _clean(page.get("url"))] if isinstance(page, dict) else [_clean(page)]


def _texts(value: Any) -> list[str]:
    """The texts a value holds: itself, or those of a list, or the names of things."""
    return [text for one in _listed(value) if (text := _clean(one.get("name") if isinstance(one, dict) else one))]


def _names(value: Any) -> list[str]:
    return [text for text in _texts(value) if not _is_address(text)]


# Title


def _title(tree: HtmlElement, head: dict[str, list[str]], node: dict[str, Any]) -> str | None:
    """The heading that readers see, where it is what the page's head calls its title, else the latter."""
    told = [*_texts(node.get("headline")), *map(_bare, head["title"])]
    element = tree.find(".//head/title")
    if element is not None:
        told.append(_bare(_clean(element.text or "")))
    told = [one for one in told if one]
    headings = [words(heading) for heading in tree.iter("h1")]
    headings = [heading for heading in headings if 0 < len(heading) <= MAX_VALUE]
    seen = (heading for heading in headings if any(same_words(heading, one) >= SAME_TITLE for one in told))
    return next(seen, None) or _first(told) or (headings[0] if len(headings) == 1 else None)


def _bare(title: str) -> str:
    """A title without the name of the site behind it, where two words or more are left."""
    bare = _SUFFIX.sub("", title)
    return bare if len(bare.split()) > 2 else title


# Byline


def _byline(tree: HtmlElement, head: dict[str, list[str]], node: dict[str, Any], *, outlet: str | None) -> str | None:
    for names in (_names(node.get("author")), [one for one in head["author"] if not _is_address(one)]):
        if told := list(dict.fromkeys(_BY.sub("", one) for one in names))[:MAX_AUTHORS]:
            return ", ".join(told)
    from trafilatura.metadata import extract_author

    found = _clean(extract_author(tree) or "").replace("; ", ", ")
    return found if found and found != outlet else None


def _is_address(text: str) -> bool:
    return "://" in text or text.startswith(("www.", "@", "/"))


# Day of publication


def _published(
    tree: HtmlElement, head: dict[str, list[str]], node: dict[str, Any], *, url: str | None, name: str
) -> Published:
    """The first day told that can be believed. Only where none is told at all is the page searched for one."""
    told = [*_texts(node.get("datePublished")), *head["published"], *_marked(tree), *_addressed(url)]
    days = [published(words, name=name) for words in told]
    if sure := next((one for one in days if one.day), None):
        return sure
    if doubted := next((one for one in days if one.note), None):
        return doubted
    return _searched(tree, url=url, name=name)


def _marked(tree: HtmlElement) -> Iterator[str]:
    """The days of elements that are marked as saying when the page was published."""
    for element in tree.iter("time", "span", "abbr", "div", "p", "meta"):
        if "datePublished" in (element.get("itemprop") or "") or (element.tag == "time" and element.get("pubdate")):
            yield element.get("datetime") or element.get("content") or words(element)[:MAX_VALUE]


def _addressed(url: str | None) -> Iterator[str]:
    """The day that stands in an address ("/2021/03/14/", "/2021/mar/14/")."""
    if url and (match := _ADDRESSED.search(url)):
        yield (
            f"{match['day']} {match['month']} {match['year']}"
            if match["month"].isalpha()
            else "-".join(part.zfill(2) for part in match.group("year", "month", "day"))
        )


def _searched(tree: HtmlElement, *, url: str | None, name: str) -> Published:
    """What htmldate finds in the address and the markup, not in the prose. It is given the tree, since it would fetch
    what looks like an address, and a bound that today has no part in."""
    from htmldate import find_date

    found = find_date(tree, extensive_search=False, original_date=True, url=url, max_date="2999-12-31")
    day = published(found, name=name)
    return Published(day.day, "published as htmldate finds it") if day.day else Published()


# Address


def _url(tree: HtmlElement, head: dict[str, list[str]], *, given: str | None) -> str | None:
    """The address the page calls its own, else the one it was found at. A front page's is no report's, if another is
    told."""
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    told = [_absolute(one, base=given or _first(head["url"])) for one in [*links, *head["url"], given or ""]]
    found = [one for one in told if one]
    return next((one for one in found if urlsplit(one).path.strip("/")), _first(found))


def _absolute(address: str, *, base: str | None) -> str:
    """The address in full, "" where it is none of the web's."""
    try:
        full = urljoin(base or "", _clean(address))
        parts = urlsplit(full)
    except ValueError:
        return ""
    return full if parts.scheme in ("http", "https") and parts.netloc and " " not in full else ""


def _host(url: str | None) -> str | None:
    host = urlsplit(url).hostname if url else None
    return host.removeprefix("www.") if host else None
