"""Backups and bundles: what comes back is the same, in whatever order, and what is damaged is told and not kept."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import text

from byline.errors import StoreError
from byline.model import sha256
from byline.project import Project, keeping
from byline.store import archive, results
from kept import WORDS, broken, failure_of, fill, found_in, outcome_of, read_document, run, said


class TestBackup:
    def test_comes_back_the_same_on_either_database(
        self, project: Project, laptop: Callable[[str], Project], tmp_path: Path
    ) -> None:
        before = said(project)
        keeping.backup(project, tmp_path / "news.backup")
        other = laptop("other")
        restored = keeping.restore(other, tmp_path / "news.backup")
        assert (restored.documents, restored.events) == (4, 6)
        with other:
            assert said(other) == before
            run(other.store, outcome_of(read_document("Cobija")))
            keeping.backup(other, tmp_path / "more.backup")
            more = said(other)
        with pytest.raises(StoreError, match="is there already"):
            keeping.restore(project, tmp_path / "more.backup")
        assert said(project) == before
        keeping.restore(project, tmp_path / "more.backup", overwrite=True)
        assert said(project) == more

    def test_is_never_written_over(self, sqlite_project: Project, tmp_path: Path) -> None:
        out = tmp_path / "news.backup"
        out.write_text("a letter")
        with pytest.raises(StoreError, match="is there already; name another file, or say --overwrite"):
            keeping.backup(sqlite_project, out)
        assert out.read_text() == "a letter"
        keeping.backup(sqlite_project, out, overwrite=True)
        assert out.stat().st_size > 1000

    def test_where_nothing_can_be_written(self, sqlite_project: Project, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="cannot be written"):
            keeping.backup(sqlite_project, tmp_path / "file" / "news.backup")

    def test_on_a_full_disk(self, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        with laptop("one") as project:
            fill(project.store)
            keeping.backup(project, tmp_path / "news.backup")
        program = (
            "import resource, signal, sys; from pathlib import Path; from byline.project import Project, keeping\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
            "keeping.restore(Project(database=Path(sys.argv[2])), Path(sys.argv[1]))\n"
        )
        command = [sys.executable, "-c", program, str(tmp_path / "news.backup"), str(tmp_path / "full.db")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "StoreError" in done.stderr
        assert "check space" in done.stderr
        assert not list(tmp_path.glob("full*"))
        assert not list(tmp_path.glob(".byline-*"))

    def test_goes_with_a_run_that_goes_on(self, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        with laptop("one") as project:
            fill(project.store)
            with results.under_way(project.store.files):
                late = outcome_of(read_document("Cobija"))
                assert late.document is not None
                raw = {late.document.raw_sha256: late.document.text.encode()}
                results.keep(results.pack([late], raw, pipeline_id="p1", place=("3", 0)), project.store.files)
                keeping.backup(project, tmp_path / "news.backup")
        assert keeping.restore(laptop("other"), tmp_path / "news.backup").documents == 5


class TestDamagedArchives:
    @pytest.fixture
    def bundle(self, laptop: Callable[[str], Project], tmp_path: Path) -> Path:
        with laptop("sender") as project:
            fill(project.store)
            keeping.bundle(project, tmp_path / "a.bundle")
        return tmp_path / "a.bundle"

    @pytest.fixture
    def refused(self, laptop: Callable[[str], Project], bundle: Path) -> Callable[[str], None]:
        """The bundle is neither merged nor restored, with these words, and nothing is left of it."""

        def refused(words: str) -> None:
            with laptop("receiver") as project:
                with pytest.raises(StoreError, match=words):
                    list(keeping.merge(project, [bundle]))
                assert project.store.counts()["documents"] == 0
                assert not list(project.store.files.glob("r*/*"))
            other = laptop("other")
            with pytest.raises(StoreError, match=words):
                keeping.restore(other, bundle)
            assert not Path(other.database).exists()
            assert [path.name for path in Path(other.database).parent.iterdir()] == []

        return refused

    @staticmethod
    def members(bundle: Path) -> dict[str, bytes]:
        with tarfile.open(
            fileobj=io.BytesIO(zstandard.ZstdDecompressor().stream_reader(bundle.read_bytes()).read())
        ) as tar:
            return {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]

    @staticmethod
    def rewrite(bundle: Path, members: dict[str, bytes], *, kind: bytes = tarfile.REGTYPE, odd: str = "") -> None:
        """The archive of these members, its manifest made to fit."""
        manifest = archive.Manifest()
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            for name, content in members.items():
                if name == archive.MANIFEST:
                    content = json.dumps({"members": manifest.members, "digest": manifest.digest}).encode()
                elif name != archive.HEAD:
                    manifest.add(name, sha256(content))
                member = tarfile.TarInfo(name)
                member.size = len(content)
                if name == odd:
                    member.type, member.linkname, member.size = kind, "/etc/passwd", 0
                tar.addfile(member, io.BytesIO(content))
        bundle.write_bytes(zstandard.compress(out.getvalue()))

    def test_cut_off(self, bundle: Path, refused: Callable[[str], None]) -> None:
        bundle.write_bytes(bundle.read_bytes()[:-200])
        refused("damaged or cut off|was cut off")

    def test_bytes_that_were_changed(self, bundle: Path, refused: Callable[[str], None]) -> None:
        data = bytearray(bundle.read_bytes())
        data[len(data) // 2] ^= 0xFF
        bundle.write_bytes(data)
        refused("damaged|changed|cut off")

    @pytest.mark.parametrize("content", [b"", b"a letter", zstandard.compress(b"a letter"), b"\x28\xb5\x2f\xfd"])
    def test_what_is_no_archive(self, bundle: Path, refused: Callable[[str], None], content: bytes) -> None:
        bundle.write_bytes(content)
        refused("is no archive of Byline's")

    @pytest.mark.parametrize(
        "name", ["../out.txt", "/tmp/out.txt", "raw/../../out", "results/a.jsonl.zst", "raw/ab/cd"]
    )
    def test_paths_that_climb_out(self, bundle: Path, refused: Callable[[str], None], name: str) -> None:
        members = self.members(bundle)
        last = members.pop(archive.MANIFEST)
        self.rewrite(bundle, members | {name: b"words", archive.MANIFEST: last})
        refused("which Byline does not put there")
        assert not (bundle.parent / "out.txt").exists()

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
    def test_links_and_devices(self, bundle: Path, refused: Callable[[str], None], kind: bytes) -> None:
        members = self.members(bundle)
        odd = next(name for name in members if name.startswith("raw/"))
        self.rewrite(bundle, members, kind=kind, odd=odd)
        refused("which Byline does not put there")

    def test_headers_that_would_be_read_into_memory_whole(self, bundle: Path, refused: Callable[[str], None]) -> None:
        members = self.members(bundle)
        odd = next(name for name in members if name.startswith("raw/"))
        self.rewrite(bundle, members, kind=tarfile.XHDTYPE, odd=odd)
        refused("holds headers that Byline does not write")

    def test_of_a_newer_byline(self, bundle: Path, refused: Callable[[str], None]) -> None:
        members = self.members(bundle)
        members[archive.HEAD] = json.dumps({"form": "bundle", "version": 99, "byline": "9.0"}).encode()
        self.rewrite(bundle, members)
        refused(r"was made by a newer Byline \(9.0\); update Byline")

    def test_with_a_database_of_a_newer_byline(self, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        with laptop("sender") as project:
            fill(project.store)
            with project.store.writing() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            keeping.backup(project, tmp_path / "new.backup")
        with pytest.raises(StoreError, match="newer Byline"):
            keeping.restore(laptop("other"), tmp_path / "new.backup")

    def test_a_member_that_was_left_out(self, bundle: Path, refused: Callable[[str], None]) -> None:
        members = self.members(bundle)
        del members[next(name for name in members if name.startswith("raw/"))]
        self.rewrite(bundle, members)
        refused("is not there|no raw bytes")

    def test_a_text_that_was_changed_with_all_that_names_it(self, bundle: Path, refused: Callable[[str], None]) -> None:
        members = self.members(bundle)
        for name in [name for name in members if name.startswith(("results/", "receipts/"))]:
            del members[name]
        document = replace(read_document("Oruro"), text=WORDS.format("Madrid"))
        forged = replace(outcome_of(read_document("Oruro")), document=document)
        packed = results.pack([forged], {}, pipeline_id="p1")
        manifest = members.pop(archive.MANIFEST)
        members[f"receipts/{packed.receipt.sha256}.json"] = json.dumps(
            {name: getattr(packed.receipt, name) for name in packed.receipt.__slots__}
        ).encode()
        members[packed.receipt.file] = packed.content
        self.rewrite(bundle, members | {archive.MANIFEST: manifest})
        refused("does not hold: .* its text does not have the hash")


class TestMerge:
    def test_in_any_order_and_again(self, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        one, other, third = laptop("one"), laptop("two"), laptop("three")
        with one, other, third:
            fill(one.store)
            shared = replace(read_document("Oruro"), origin="elsewhere/oruro.txt")
            early = "2026-02-01T10:00:00Z"
            run(
                other.store,
                outcome_of(shared, at=early),
                outcome_of(read_document("Cobija"), at=early),
                at="2026-02-01",
            )
            run(
                third.store,
                outcome_of(read_document("Sucre"), pipeline="p2"),
                failure_of("c"),
                pipeline="p2",
                at="2026-04",
            )
            paths = []
            for number, project in enumerate((one, other, third)):
                keeping.bundle(project, tmp_path / f"{number}.bundle")
                paths.append(tmp_path / f"{number}.bundle")
            list(keeping.merge(one, [paths[1], paths[2]]))
            list(keeping.merge(other, [paths[2], paths[0]]))
            list(keeping.merge(third, [paths[0], paths[1], paths[0]]))
            assert said(one) == said(other) == said(third)
            assert len(said(one)["documents"]) == 5
            assert broken(one) == broken(other) == broken(third) == []
            before = said(one)
            again = list(keeping.merge(one, paths))
            assert [(done.documents, done.codings, done.failures) for done in again] == [(0, 0, 0)] * 3
            assert said(one) == before

    def test_into_either_database(self, project: Project, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        with laptop("other") as other:
            run(other.store, outcome_of(read_document("Cobija")), outcome_of(read_document("Oruro")))
            keeping.bundle(other, tmp_path / "b.bundle")
            (done,) = keeping.merge(project, [tmp_path / "b.bundle"])
            assert (done.documents, done.codings) == (1, 1)
            assert broken(project) == []

    def test_what_was_erased_goes_on_both_sides(self, laptop: Callable[[str], Project], tmp_path: Path) -> None:
        with laptop("one") as one, laptop("two") as other:
            fill(one.store)
            fill(other.store)
            keeping.bundle(one, tmp_path / "before.bundle")
            gone = read_document("Oruro")
            keeping.erase(one, gone.id, reason="asked for")
            keeping.bundle(one, tmp_path / "after.bundle")
            assert [done.documents for done in keeping.merge(one, [tmp_path / "before.bundle"])] == [0]
            assert one.store.document(gone.id) is None
            (done,) = keeping.merge(other, [tmp_path / "after.bundle"])
            assert done.erased == 1
            assert said(one) == said(other)
            assert not found_in(other, gone.text)
