"""Settings: what `byline.toml` may say, and how it is told that it says something else."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.config import Config, load
from byline.errors import BylineError, ConfigError


def written(folder: Path, words: str) -> Path:
    file = folder / "byline.toml"
    file.write_text(words, encoding="utf-8")
    return file


def test_without_a_file_all_is_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load() == Config()


def test_the_file_in_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, 'max_document_bytes = 20_000\nlanguage = "en"\n')
    monkeypatch.chdir(tmp_path)
    assert load() == Config(max_document_bytes=20_000)


def test_names_are_shown_by_no_default(tmp_path: Path) -> None:
    assert not Config().allow_unmask
    assert not Config().unmask_protected
    assert load(written(tmp_path, "allow_unmask = true")).allow_unmask
    assert not load(written(tmp_path, "allow_unmask = false")).allow_unmask


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().language = "fr"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("max_document_byte = 5", "unknown key 'max_document_byte'; did you mean 'max_document_bytes'?"),
        ('langauge = "en"', "unknown key 'langauge'; did you mean 'language'?"),
        ("shade = 1", "unknown key 'shade'; known keys: max_document_bytes, model, ontology, language, sources"),
        ('max_document_bytes = "5"', "max_document_bytes must be int, not str"),
        ("max_document_bytes = 5.0", "max_document_bytes must be int, not float"),
        ("max_document_bytes = true", "max_document_bytes must be int, not bool"),
        ("model = 3", "model must be str, not int"),
        ("public_people = [1]", "public_people must be a list of strings"),
        ("allow_unmask = 1", "allow_unmask must be bool, not int"),
        ("[model]\nname = 3", "model must be str, not dict"),
        ("model = ", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_named_with_its_file(words: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, words)
    with pytest.raises(ConfigError) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: ")
    assert said in str(error.value)


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "byline.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read as TOML"):
        load(tmp_path / "byline.toml")


def test_columns_are_a_table_of_names(tmp_path: Path) -> None:
    assert load(written(tmp_path, '[columns]\ntext = "body"')).columns == {"text": "body"}
    with pytest.raises(ConfigError, match="unknown column 'txt' in \\[columns\\]; did you mean 'text'"):
        load(written(tmp_path, '[columns]\ntxt = "body"'))
    with pytest.raises(ConfigError, match="columns must be a table of names"):
        load(written(tmp_path, "columns = 3"))


@pytest.mark.parametrize("number", [0, -1])
def test_a_limit_must_leave_something_to_read(number: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="max_document_bytes"):
        load(written(tmp_path, f"max_document_bytes = {number}"))


class TestOnTheCommandLine:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "report.txt").write_text("Police arrested 14 people in Nairobi on Thursday.", encoding="utf-8")
        return tmp_path

    def test_an_unknown_key_is_one_message_and_nothing_is_done(self, folder: Path) -> None:
        written(folder, 'modle = "en_core_web_lg"')
        result = CliRunner().invoke(main, ["code", "report.txt"])
        assert result.exit_code == 1
        assert result.stderr == "Error: byline.toml: unknown key 'modle'; did you mean 'model'?\n"
        assert result.stdout == ""
        assert not (folder / "byline.db").exists()

    def test_the_limit_is_kept(self, folder: Path) -> None:
        written(folder, "max_document_bytes = 20")
        result = CliRunner().invoke(main, ["code", "report.txt"])
        assert result.exit_code == 1
        assert "report.txt: is 49 bytes long, which is more than the limit of 20" in result.stderr
        assert "raise max_document_bytes in byline.toml" in result.stderr

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("ontology", "plovr"),
            ("language", "eng"),
            ("model", "en_core_web_xl"),
        ],
    )
    def test_what_is_not_installed_stops_the_run_once(self, key: str, name: str, folder: Path) -> None:
        """The settings are wrong, not the documents: no failure row, one message that names what is missing."""
        written(folder, f'{key} = "{name}"')
        result = CliRunner().invoke(main, ["code", "report.txt", "--failures", "failures.jsonl"])
        assert result.exit_code == 1
        assert name in result.stderr
        assert result.stderr.startswith("Error: ")
        assert (folder / "failures.jsonl").read_text(encoding="utf-8") == ""


def test_every_error_of_ours_can_be_caught_as_one() -> None:
    import byline.errors as errors

    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]
    assert len(kinds) > 1
    assert all(issubclass(kind, BylineError) for kind in kinds)
