"""What pages show of other languages and libraries works as it stands: run by `make tutorials`, which brings them.

No test file of `make test`, which has neither a Go toolchain nor the libraries that one moves away from.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .blocks import DOCS, blocks, shown, write_files
from .test_migrate import LIBRARIES

MODULE = "github.com/fakemanila/fakemanila/clients/go"
BIN = Path(sys.executable).parent


def test_the_go_tutorial_works_as_it_stands(tmp_path: Path) -> None:
    write_files("tutorials/go", tmp_path, "go")
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    environment.pop("FAKEMANILA_URL", None)

    def go(*arguments: str) -> str:
        run = subprocess.run(["go", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    go("mod", "init", "example.com/provision")
    go("mod", "edit", f"-require={MODULE}@v0.0.0", f"-replace={MODULE}={DOCS.parent / 'clients' / 'go'}")
    assert not go("fmt", "./...")
    go("vet", "./...")
    expected = next(block.text for block in blocks("tutorials/go", "console") if "go test" in block.text)
    assert shown(expected.partition("\n")[2]).fullmatch(go("test", "./..."))
    assert go("test", "-list", "Test", "./...").count("Test") == 4


def test_the_tests_with_canned_answers_work_as_they_stand(tmp_path: Path) -> None:
    write_files("how-to/migrate", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert shutil.which("pytest", path=str(BIN))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *LIBRARIES], cwd=tmp_path, capture_output=True, text=True
    )
    assert "7 passed" in run.stdout, run.stdout
