"""The audit on planted mistakes, with clean twins, and on ordinary news, for people to judge.

A folder with a `cases.toml` holds planted reports and their twins: what is found, missed and false is counted by kind,
by the rule in the folder's README. Any other gold is texts: some are drawn, audited, and a sample of the findings is
printed, a row each, to be judged by reading the text; with `--judged`, the figures of judged rows are printed. Rows
name a document and characters of it and hold none of its words, so that they can be published.
"""

from __future__ import annotations

import hashlib
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from byline.audit import Report, across, within
from byline.bench import muc4, timex, toponyms
from byline.bench.documents import document, snippet
from byline.bench.harness import Coder, Error, Job, Json, listed, read_lines, read_text, save, told
from byline.bench.scores import share
from byline.config import Config
from byline.errors import DataError, InputError
from byline.model import Cited, Document, Finding
from byline.project import Project
from byline.project.auditing import audit, findings
from byline.read import Read
from byline.read import read as read_inputs
from byline.store import Store

CASES = "cases.toml"

VERDICTS = ("right", "wrong")
"""The texts say what the finding says, and it may be brought before an editor; or they do not."""

COLUMNS = ("document", "in", "start", "end", "kind", "verdict", "why")

AROUND = 100
"""Characters shown on both sides of words that a finding rests on."""


def bench(job: Job) -> None:
    """Print found, missed and false of planted cases, or a sample of findings on texts, or figures of judged rows."""
    if (job.gold / CASES).is_file():
        lines = _planted(job)
    elif job.draw.judged is not None:
        lines = figures(read(job.draw.judged))
    else:
        lines = _sampled(job)
    for line in lines:
        job.write(line)


# Planted cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found in one case: findings that hit it, further ones in the planted reports that are not `standing`,
    false ones in the clean twin, and others there."""

    case: Json
    hits: tuple[Finding, ...]
    besides: tuple[Finding, ...]
    false: tuple[Finding, ...]
    others: tuple[Finding, ...]


def _planted(job: Job) -> Iterator[str]:
    outcomes = list(outcomes_of(job.gold, job.config))
    yield f"{'kind':17} cases found missed false"
    for kind in dict.fromkeys(one.case["kind"] for one in outcomes):
        yield _counted(kind, [one for one in outcomes if one.case["kind"] == kind])
    yield _counted("all", outcomes)
    besides, others = (
        sum(map(len, some)) for some in zip(*((one.besides, one.others) for one in outcomes), strict=True)
    )
    yield f"other findings, to be read: {besides} on planted, {others} on clean"
    if job.predictions is not None:
        save(job.predictions, ({"case": one.case["name"], "found": bool(one.hits)} for one in outcomes))
    if job.errors:
        yield from listed(_errors(outcomes))


def _counted(name: str, some: Sequence[Outcome]) -> str:
    found = sum(bool(one.hits) for one in some)
    false = sum(bool(one.false) for one in some)
    return f"{name:17} {len(some):5} {found:5} {len(some) - found:6} {false:5}"


def _errors(outcomes: Sequence[Outcome]) -> Iterator[Error]:
    for one in outcomes:
        name = one.case["name"]
        if not one.hits:
            yield Error(kind="missed", where=name, words=one.case["sentence"])
        for kind, some in (("false", one.false), ("besides", one.besides), ("on the clean twin", one.others)):
            yield from (Error(kind=kind, where=name, words=f"{found.kind}: {found.says}") for found in some)


def outcomes_of(folder: Path, config: Config, *, only: tuple[str, ...] = ("",)) -> Iterator[Outcome]:
    """What is found in each case of a folder, of those whose names begin with one of `only`.

    Raises DataError for a `cases.toml` that cannot be read.
    """
    try:
        cases = tomllib.loads(read_text(folder / CASES))["case"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise DataError(f"{folder / CASES}: holds no cases ({error})") from error
    coder = Coder.load(config)
    for case in (one for one in cases if one["name"].startswith(only)):
        planted, documents = _audited(folder / case["name"] / "planted", coder)
        clean, _ = _audited(folder / case["name"] / "clean", coder)
        kinds, standing = {case["kind"], *case.get("also", ())}, set(case.get("standing", ()))
        hits = [one for one in planted if one.kind in kinds and _hits(one, case, documents)]
        false = [one for one in clean if one.kind in kinds - standing]
        yield Outcome(
            case=case,
            hits=tuple(hits),
            besides=tuple(one for one in planted if one not in hits and one.kind not in standing),
            false=tuple(false),
            others=tuple(one for one in clean if one not in false and one.kind not in standing),
        )


def _audited(folder: Path, coder: Coder) -> tuple[list[Finding], dict[str, Document]]:
    """The findings on the reports of a folder, alone and beside each other, and the reports."""
    documents = [one.document for one in read_inputs([folder], config=coder.config) if isinstance(one, Read)]
    reports = [Report(one, coder.coding(one)) for one in documents]
    found = [one for report in reports for one in within(report)]
    return [*found, *across(reports)], {one.id: one for one in documents}


def _hits(found: Finding, case: Json, documents: dict[str, Document]) -> bool:
    """True where a finding shows the numbers of a case and touches the words of its claim or evidence."""
    if not set(map(float, case["numbers"])) <= set(found.numbers):
        return False
    quotes = [case["claim"], *case["evidence"]]
    return any(_touches(cited, quote, documents) for cited in (*found.claim, *found.against) for quote in quotes)


def _touches(cited: Cited, quote: Json, documents: dict[str, Document]) -> bool:
    whole = documents[cited.document_id]
    name = Path(whole.origin).name
    if name not in (quote["file"], f"{quote['file']}:{quote.get('row', 1)}") or cited.span.part != quote.get(
        "in", "text"
    ):
        return False
    start = whole.part(cited.span.part).find(quote["words"])
    return start >= 0 and cited.span.start < start + len(quote["words"]) and start < cited.span.end


# Ordinary news


def _sampled(job: Job) -> Iterator[str]:
    """Counts by kind over the texts drawn, then a row for each finding of the sample, in an order the seed gives."""
    every = [one for path in (job.gold, *job.draw.more) for one in load(path)]
    if not every:
        raise InputError(f"{job.gold}: holds no text")
    drawn = sorted(every, key=lambda one: _drawn(job.draw.seed, one.id))[: job.draw.texts]
    coder = Coder.load(job.config)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "audit.db") as store:
        _code(coder, drawn, store)
        with Project(database=Path(folder) / "audit.db", config=job.config) as project:
            audit(store, project.sources)
        found = [one.finding for one in findings(store)]
    by_id = {one.id: one for one in drawn}
    counted = Counter(one.kind for one in found)
    kinds = ", ".join(f"{count} {kind}" for kind, count in counted.most_common()) or "none"
    yield f"{len(found)} findings on {len(drawn)} of {len(every)} texts: {kinds}"
    yield "\t".join((*COLUMNS, "says", "words"))
    found.sort(key=lambda one: _drawn(job.draw.seed, one.id))
    for one in found[: job.draw.sample]:
        yield _row(one, by_id)
    yield from told(coder.failed)


def _code(coder: Coder, drawn: Sequence[Document], store: Store) -> None:
    with store.transaction():
        for one in drawn:
            coding = coder.coding(one)
            kept = replace(one, raw_sha256=one.text_sha256)  # the text as it is stands for the bytes it was read from
            store.add_document(kept, one.text.encode("utf-8", "surrogatepass"))
            if coding is not None:
                store.add_coding(coding)


def _row(found: Finding, by_id: dict[str, Document]) -> str:
    first = found.claim[0]
    whole = by_id[first.document_id]
    words = " | ".join(
        snippet(by_id[cited.document_id].part(cited.span.part), cited.span.start, cited.span.end, around=AROUND)
        for cited in (*found.claim, *found.against)
    )
    name = whole.external_id or whole.id
    cells = (name, first.span.part, str(first.span.start), str(first.span.end), found.kind, "", "", found.says, words)
    return "\t".join(cells)


def _drawn(seed: int, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()


def load(path: Path) -> Iterator[Document]:
    """The texts of a file (.xml as for `toponyms`, .tml as for `timex`, .json as for `muc4`, .jsonl as for `linking`)
    or of all such files below a folder, with headline, address and day where the file gives them."""
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.suffix in (".xml", ".tml", ".json", ".jsonl")):
            yield from load(file)
    elif path.suffix == ".json":
        yield from (document(one.text.raw, id=one.text.id) for one in muc4.load(path))
    elif path.suffix == ".jsonl":
        yield from (document(row["text"], id=row["docid"]) for row in read_lines(path, "docid", "text"))
    elif path.suffix == ".tml":
        yield from (article.text.document for article in timex.load(path))
    else:
        elements = list(ET.parse(path).getroot())
        for article, element in zip(toponyms.load(path), elements, strict=True):
            yield _titled(article.text.raw, article.text.id, element)


def _titled(raw: str, id: str, element: ET.Element) -> Document:
    words = {name: (element.findtext(name) or "").strip() or None for name in ("title", "url", "link", "dltime")}
    made = document(raw, id=id, published=date.fromisoformat(words["dltime"][:10]) if words["dltime"] else None)
    return replace(made, title=words["title"], url=words["url"] or words["link"])


# Judged rows


def read(path: Path) -> list[dict[str, str]]:
    """Judged rows: tab-separated COLUMNS, a header first, `#` lines skipped.

    Raises InputError for a row of another form, or a verdict that is not one of VERDICTS.
    """
    rows = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[0] == COLUMNS[0]:
            continue
        row: dict[str, Any] = dict(zip(COLUMNS, cells, strict=False))
        if row.get("verdict") not in VERDICTS:
            raise InputError(f"{path}, line {number}: wants {', '.join(COLUMNS)}; a verdict is {' or '.join(VERDICTS)}")
        rows.append(row)
    return rows


def figures(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """The share of findings judged right, of each kind and of all."""
    for kind in sorted({row["kind"] for row in rows}):
        some = [row for row in rows if row["kind"] == kind]
        yield _judged(kind, some)
    yield _judged("all", rows)


def _judged(name: str, rows: Sequence[dict[str, str]]) -> str:
    right = sum(row["verdict"] == "right" for row in rows)
    return f"{name:17} {len(rows):3} judged: right {right}, wrong {len(rows) - right}, {share(right, len(rows)):.2f}"
