"""Checks the spelling, the style and the length of pages: `python -m tests.prose [FILE OR FOLDER…]`.

Prints one line for each problem, `file:line: what is wrong`, and exits with 1 if there are any.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from . import rules
from .markdown import passages

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
# Each Markdown page in these is checked. A path that doesn't exist is skipped.
PATHS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "changes",
    "docs",
    "examples",
    "clients",
    "packaging",
)
SKIPPED = {"node_modules", "_build", "vendor"}
MISSPELT = "fakemanila/compare/scripts/"  # requests with wrong names, on purpose
# Spelling is checked in these as well: comments, help texts and messages are in code. Tests have typos on purpose.
CODE = ("fakemanila", "benchmarks", "examples", "clients")
CODE_SUFFIXES = {".py", ".go", ".ts", ".sh", ".yaml", ".html", ".js", ".css", ".cfg", ".conf", ".toml"}
# Past releases' notes stay as they were published: only their spelling is checked.
HISTORY = {"CHANGELOG.md"}
# These are looked up by section.
REFERENCE = ("docs/reference/", "CONTRIBUTING.md")
# A page that programs write may be longer: it is tables, and a sentence for each difference.
WRITTEN_BY_PROGRAMS = {"docs/fidelity.md"}


def files(paths: Iterable[Path], suffixes: set[str]) -> Iterator[Path]:
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path] if path.exists() else []
        for file in found:
            if file.suffix in suffixes and not SKIPPED & set(file.parts) and MISSPELT not in file.as_posix():
                yield file


def by_rules(page: Path) -> Iterator[str]:
    name = named(page)
    limit = rules.REFERENCE_PAGE_WORDS if name.startswith(REFERENCE) else rules.PAGE_WORDS
    if name in WRITTEN_BY_PROGRAMS:
        limit = sys.maxsize
    for problem in rules.problems(page.read_text(encoding="utf-8"), page_words=limit):
        yield f"{name}:{problem.line}: {problem.text}"


def by_codespell(paths: list[Path]) -> list[str]:
    """codespell reads files as they are, code included."""
    command = [sys.executable, "-m", "codespell_lib", "--ignore-words", str(HERE / "words.txt"), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode not in (0, 65):
        raise RuntimeError(run.stderr)
    return [line.removeprefix(f"{ROOT}/") for line in run.stdout.splitlines()]


def by_proselint(pages: list[Path]) -> list[str]:
    """proselint doesn't know Markdown, so it gets the running text, each part on the line where the page has it."""
    with TemporaryDirectory() as folder:
        texts = [Path(folder) / f"{number}.md" for number in range(len(pages))]
        for text, page in zip(texts, pages, strict=True):
            text.write_text(prose(page.read_text(encoding="utf-8")), encoding="utf-8")
        config = ["--config", str(HERE / "proselint.json")]
        command = [sys.executable, "-m", "proselint", "check", *config, "--output-format", "json", *map(str, texts)]
        run = subprocess.run(command, capture_output=True, text=True)
        if not run.stdout:
            raise RuntimeError(run.stderr)
        result = json.loads(run.stdout)["result"]
    return [
        f"{named(page)}:{each['pos'][0]}: {each['message']} ({each['check_path']})"
        for text, page in zip(texts, pages, strict=True)
        for each in result.get(text.as_uri(), {}).get("diagnostics", ())
    ]


def prose(page: str) -> str:
    """The running text of a page with as many lines as the page has."""
    lines = [""] * (page.count("\n") + 2)
    for passage in passages(page):
        for offset, line in enumerate(passage.text.split("\n")):
            lines[passage.line - 1 + offset] += f"{line} "
    return "\n".join(line.rstrip() for line in lines)


def named(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def main(arguments: list[str]) -> int:
    paths = [Path(each) for each in arguments] or [ROOT / each for each in PATHS]
    pages = list(files(paths, {".md"}))
    code = [] if arguments else list(files([ROOT / each for each in CODE], CODE_SUFFIXES))
    current = [page for page in pages if named(page) not in HISTORY]
    found = [line for page in current for line in by_rules(page)]
    found += by_codespell([*pages, *code])
    found += by_proselint(current)
    for line in sorted(found):
        print(line)  # noqa: T201
    print(f"{len(pages)} pages, {len(found)} problems")  # noqa: T201
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
