"""Files that a user names, as they can be: one line with the file and what is wrong with it, and nothing half done."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner, Result

from fakemanila import FakeManila, files
from fakemanila.cli.program import main
from fakemanila.files import FileProblem

BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9 if n else ['x'] * 9)}]\n" for n in range(12))
MERGES = "a0: &a0 {x: y}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12))


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(files.MAX_STATE + 1)


MISSING: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda path: None, "No such file or directory"),
    "a folder": (Path.mkdir, "Is a directory"),
    "a named pipe": (_fifo, "it is not a regular file"),
    "a loop of links": (_loop, "Too many levels of symbolic links"),
}
"""What can't be opened: the command was called in a wrong way."""
CONTENT: dict[str, tuple[Callable[[Path], object], str]] = {
    "another encoding": (lambda path: path.write_bytes("a: ü".encode("utf-16")), "it is not UTF-8 (line 1)"),
    "too large": (_sparse, "that are allowed"),
}
YAML = {
    "an alias bomb": (BOMB, ": it has more than 1000000 values"),
    "a bomb of merges": (MERGES, ": it has more than 1000000 values"),
    "deep": ("[" * 2_000, ": it is nested too deeply"),
    "a control character": ("a: b\nc: \x1b[2J", ":2: the character '\\x1b' is not allowed in YAML"),
    "a date that there isn't": ("seed: !!timestamp 2026-99-99", ": month must be in 1..12"),
    "a tag that lies": ("seed: !!timestamp soon", ": a value does not match its tag"),
    "a long number": (f"seed: {'9' * 5000}", ": Exceeds the limit"),
    "a list as a key": ("? [a, b]\n: c", ":1: "),
    "an object of Python's": ("seed: !!python/object:os.system x", ":1: could not determine a constructor"),
}
READERS = {
    "serve --scenario": ["serve", "--port", "0", "--scenario"],
    "serve --policy": ["serve", "--port", "0", "--policy"],
    "serve --tls-cert": ["serve", "--port", "0", "--tls-key", "KEY", "--tls-cert"],
    "serve --tls-key": ["serve", "--port", "0", "--tls-cert", "CERT", "--tls-key"],
    "scenario apply": ["scenario", "apply"],
    "state load": ["state", "load"],
    "derive": ["derive"],
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    made = trustme.CA().issue_cert("127.0.0.1")
    made.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    made.private_key_pem.write_to_path(str(folder / "key.pem"))
    return {"CERT": str(folder / "cert.pem"), "KEY": str(folder / "key.pem")}


def refused(status: int, *words: str) -> str:
    """The one line that a command ends with."""
    result: Result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    (line,) = result.stderr.splitlines()
    assert line.startswith("fakemanila: ")
    return line


@pytest.mark.parametrize("kind", MISSING)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_refused_by_every_command(
    reader: str, kind: str, tmp_path: Path, certificate: dict[str, str]
) -> None:
    path = tmp_path / "file.yaml"
    make, problem = MISSING[kind]
    make(path)
    words = [certificate.get(word, word) for word in READERS[reader]]
    if (reader, kind) == ("derive", "a folder"):
        assert refused(1, *words, str(path)).endswith("holds no api-ref/source/parameters.yaml")
        return
    line = refused(1 if reader == "scenario apply" else 2, *words, str(path))
    assert line.endswith((f"{path}: {problem}", f"{str(path)!r} does not exist"))


@pytest.mark.parametrize("kind", CONTENT)
@pytest.mark.parametrize("reader", [reader for reader in READERS if reader != "derive"])
def test_what_is_no_text_is_refused_by_every_command(
    reader: str, kind: str, tmp_path: Path, certificate: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_STATE", 1000)  # which is not read as a whole
    path = tmp_path / "file.yaml"
    make, problem = CONTENT[kind]
    make(path)
    if kind == "too large":
        os.truncate(path, files.MAX_SIZE + 1)
    line = refused(1, *(certificate.get(word, word) for word in READERS[reader]), str(path))
    assert line.startswith(f"fakemanila: {path}: ")
    assert problem in line


@pytest.mark.parametrize("kind", YAML)
@pytest.mark.parametrize("reader", ["serve --scenario", "serve --policy"])
def test_yaml_that_is_none_is_refused_at_once(reader: str, kind: str, tmp_path: Path) -> None:
    pytest.importorskip("oslo_policy")
    path = tmp_path / "file.yaml"
    text, problem = YAML[kind]
    path.write_text(text)
    assert refused(1, *READERS[reader], str(path)).startswith(f"fakemanila: {path}{problem}")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (_fifo, "it is not a regular file"),
        (_loop, "Too many levels of symbolic links"),
        (lambda path: path.write_text("["), "it is neither a database nor valid JSON"),
        (lambda path: path.write_text("[" * 100_000), "it is nested too deeply"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "it is not UTF-8 (line 1)"),
        (
            lambda path: path.write_text('{"version": 7, "worlds": {}}'),
            "version: 7 is not 1, the one of such a file that this release reads",
        ),
        (lambda path: path.write_text("[]"), "it is not the state of a server"),
        (_sparse, "it is larger than the 1024 MiB that are allowed"),
    ],
    ids=["a named pipe", "a loop", "no JSON", "deep", "no UTF-8", "another version", "a list", "too large"],
)
def test_a_state_file_that_is_none_is_refused_before_the_server_is_ready(
    tmp_path: Path, make: Callable[[Path], object], problem: str
) -> None:
    path = tmp_path / "state.json"
    make(path)
    before = path.lstat()
    assert refused(1, "serve", "--port", "0", "--state", str(path)).startswith(f"fakemanila: {path}: {problem}")
    assert path.lstat().st_ino == before.st_ino


def test_a_state_file_that_cannot_be_made_is_refused_before_the_server_is_ready(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, problem in {
        tmp_path / "nowhere" / "state.json": "No such file or directory",
        tmp_path / "file" / "state.json": "Not a directory",
        tmp_path / ("x" * 300): "File name too long",
    }.items():
        assert refused(1, "serve", "--port", "0", "--state", str(path)) == f"fakemanila: {path}: {problem}"


def test_a_certificate_and_a_key_are_looked_at_before_they_are_used(
    tmp_path: Path, certificate: dict[str, str]
) -> None:
    nothing, other = tmp_path / "nothing.pem", tmp_path / "other.pem"
    nothing.touch()
    trustme.CA().issue_cert("127.0.0.1").private_key_pem.write_to_path(str(other))
    cert, key = certificate["CERT"], certificate["KEY"]
    for pair, problem in {
        (str(nothing), key): f"{nothing}: there is no certificate in it: expected PEM",
        (cert, str(nothing)): f"{nothing}: there is no private key in it: expected PEM",
        (cert, str(other)): f"{other}: this key does not belong to the certificate in {cert}",
    }.items():
        words = ["serve", "--port", "0", "--tls-cert", pair[0], "--tls-key", pair[1]]
        assert refused(1, *words) == f"fakemanila: {problem}"


@pytest.mark.parametrize("option", ["scenario", "policy"])
def test_python_says_the_same_of_a_file(option: str, tmp_path: Path) -> None:
    pytest.importorskip("oslo_policy")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "bomb.yaml").write_text(BOMB)
    for name, problem in {"pipe.yaml": ": it is not a regular file", "bomb.yaml": ": it has more than"}.items():
        with pytest.raises(ValueError, match=name) as error:
            FakeManila(**{option: str(tmp_path / name)})  # type: ignore[arg-type]
        assert str(error.value).startswith(f"{tmp_path / name}{problem}")


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_text("seed: 7\n", encoding="utf-8-sig")
    assert files.read_text(path) == "seed: 7\n"
    FakeManila(scenario=path)


# Writing


@pytest.mark.parametrize("anonymous", [True, False], ids=["without a name first", "with a name"])
def test_a_file_is_replaced_as_a_whole_or_not_at_all(
    tmp_path: Path, anonymous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not anonymous:
        monkeypatch.setattr(files, "_ANONYMOUS", 0)
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_text("before")
    path.chmod(0o604)
    link.symlink_to("file")
    files.write(link, b"after")
    assert (link.is_symlink(), path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (True, "after", 0o604)

    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with pytest.raises(FileProblem) as error:
        files.write(link, b"half", full)
    assert str(error.value) == f"{link}: No space left on device"
    assert path.read_text() == "after"
    assert {each.name for each in tmp_path.iterdir()} == {"file", "link"}


def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write(tmp_path / "new", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_what_is_no_regular_file_is_written_itself(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(FileProblem, match="pipe: No such device or address"):  # nobody reads, and nobody is waited for
        files.write(pipe, b"lost")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.write(pipe, b"read")
        assert os.read(reader, 10) == b"read"
    finally:
        os.close(reader)
    if Path("/dev/full").exists():
        with pytest.raises(FileProblem, match="/dev/full: No space left on device"):
            files.write("/dev/full", b"lost")


def test_a_file_that_may_not_be_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text(json.dumps("before"))
    path.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # an administrator may do anything
    with pytest.raises(FileProblem, match="file: Permission denied"):
        files.write(path, b"after")
    assert path.read_text() == '"before"'
