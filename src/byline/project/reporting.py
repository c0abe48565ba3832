"""A page for people who would rather look than read: the incidents asked for with a map, a timeline, who tells them,
where reports differ and what does not add up; names of private persons masked as in every export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import byline
from byline.deciding.viewing import EVERYTHING
from byline.export import mask
from byline.export.dossier import Dossiers, Format, Losses, Tally
from byline.export.mask import Mask
from byline.export.report.page import Parts, page
from byline.export.report.picture import Picture, Weak
from byline.model import Cited, Finding
from byline.project import deciding, exporting
from byline.project.exporting import Exported, ExportOptions
from byline.store import findings as kept

if TYPE_CHECKING:
    from byline.project import Project

ASSETS: Final = Path(byline.__file__).parent / "assets"
FINDINGS: Final = 40
"""Findings that are shown with their words, the gravest; all are counted."""

GRAVEST_FIRST: Final = ("high", "medium", "low")


def report(project: Project, out: Path, *, options: ExportOptions | None = None, title: str | None = None) -> Exported:
    """Writes the page, and OUT.loss.json beside it. Raises what `exporting.export` raises, and ExportError where the
    page's scripts and styles were not built."""
    made = Format(
        write=lambda dossiers, path: _Writer(project=project, title=title).write(dossiers, path),
        says="a page to look at",
        unit="incident",
    )
    return exporting.export_as(project, made, out, form="report", options=options)


@dataclass(slots=True, kw_only=True)
class _Writer:
    """Writes the page of a project's incidents. `seen` are the documents that tell them, where not all were asked
    for."""

    project: Project
    title: str | None
    seen: set[str] = field(default_factory=set)

    def write(self, dossiers: Dossiers, out: Path) -> Losses:
        """Goes through the incidents once, and writes what is to be seen of them."""
        tally, picture, about = Tally(), Picture(), dossiers.about
        chosen = bool(about.selection.told())
        for dossier in dossiers:
            picture.add(dossier)
            tally.write()
            if chosen:
                self.seen.update(one.document.id for one in dossier.reports)
        about.title = self.title or about.title
        shown = mask.Shown(
            private=about.masking.private_shown,
            protected=about.masking.protected_shown,
            public=self.project.config.public_people,
        )
        picture.weak = tuple(self._weak(picture, shown, chosen=chosen))
        out.write_text(page(Parts(about=about, picture=picture, assets=ASSETS)), encoding="utf-8", errors="replace")
        return tally.losses()

    def _weak(self, picture: Picture, shown: mask.Shown, *, chosen: bool) -> Iterator[Weak]:
        """The gravest findings on documents that tell the incidents, those that people rejected left out."""
        rejected = {
            one.decision.subject
            for one in deciding.decided(self.project.store, viewer=EVERYTHING)
            if one.decision.verdict == "reject" and one.standing == "in force"
        }
        found = [
            one
            for one in kept.everything(self.project.store)
            if one.id not in rejected
            and (not chosen or self.seen.issuperset(cited.document_id for cited in (*one.claim, *one.against)))
        ]
        picture.findings.update((one.kind, one.severity) for one in found)
        found.sort(key=lambda one: (GRAVEST_FIRST.index(one.severity), one.kind, one.id))
        for one in found[:FINDINGS]:
            if (told := self._told(one, shown)) is not None:
                yield told

    def _told(self, finding: Finding, shown: mask.Shown) -> Weak | None:
        """A finding with its words, masked; None where nobody knows whom to mask in a document."""
        masks: dict[str, Mask] = {}
        for id in {cited.document_id for cited in (*finding.claim, *finding.against)}:
            coding = self.project.store.latest_coding(id)
            if coding is None or coding.people is None:
                return None
            document = self.project.store.document(id)
            language = (document and document.language) or self.project.config.language
            masks[id] = Mask(people=coding.people, shown=shown, language=language)
        says = finding.says
        for one in masks.values():
            says = one.words(says)
        return Weak(
            id=finding.id,
            kind=finding.kind,
            severity=finding.severity,
            says=says,
            claim=tuple(self._words(cited, masks) for cited in finding.claim),
            against=tuple(self._words(cited, masks) for cited in finding.against),
        )

    def _words(self, cited: Cited, masks: dict[str, Mask]) -> tuple[str, str]:
        """Whose words they are, and the words."""
        document = self.project.store.document(cited.document_id)
        assert document is not None  # a foreign key holds it
        masked = masks[cited.document_id].document(document)
        title = masked.title or masked.origin
        return f"{title} ({document.id}/{cited.span.part}/{cited.span.start}/{cited.span.end})", masked.quote(
            cited.span
        )
