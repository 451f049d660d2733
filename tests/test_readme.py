"""The README says what is so."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from .conformance import fidelity
from .conftest import Running

README = Path(__file__).parents[1] / "README.md"


def test_the_totals_are_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == fidelity.with_totals(text), "run: make readme"


def test_the_page_about_fidelity_is_up_to_date() -> None:
    assert fidelity.PAGE.read_text(encoding="utf-8") == fidelity.page(), "run: make readme"


def test_the_figures_of_the_comparison_are_on_the_pages_that_they_link_to() -> None:
    text = (
        README.read_text(encoding="utf-8").partition("## Compared with other ways to test\n")[2].partition("\n## ")[0]
    )
    figures = re.findall(r"\[([^\]]*\d[^\]]*)\]\((docs/\w+\.md)", text)
    assert len(figures) >= 6
    for figure, page in figures:
        measured = (README.parent / page).read_text(encoding="utf-8")
        for part in figure.split(" of "):
            assert re.search(rf"(?<![\d.,]){re.escape(part)}(?![\d.,]*\d)", measured), f"{page} does not have {figure}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def examples(section: str, language: str = "sh") -> list[str]:
    text = README.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def first_example(section: str) -> str:
    return examples(section)[0]


def test_the_example_with_faults_works_as_it_stands(server: Running, tmp_path: Path) -> None:
    script = tmp_path / "example.sh"
    script.write_text(first_example("Cause failures and move time"))
    environment = {"PATH": os.environ["PATH"], "FAKEMANILA_URL": f"{server.url}/worlds/readme"}
    run = subprocess.run(["bash", "-eu", script], env=environment, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert '"total":0' in run.stdout.replace(" ", "")


def test_the_pytest_example_works_as_it_stands(tmp_path: Path) -> None:
    pytest.importorskip("manilaclient")
    test, session = examples("Use it in pytest", "python")
    (tmp_path / "test_backup.py").write_text(test)
    (tmp_path / "session.py").write_text(session)
    for arguments in (["-m", "pytest"], ["session.py"]):
        run = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert run.returncode == 0, run.stdout + run.stderr
    assert max(len(each.split("\n")) for each in re.split(r"\n\n", test)) < 10


def test_the_stand_alone_example_works_as_it_stands(tmp_path: Path) -> None:
    pytest.importorskip("openstackclient")
    example = first_example("Use it as a server")
    port = free_port()
    script = tmp_path / "example.sh"
    # A shell runs the lines as a reader would type them; the reader sees the ready line before typing on.
    ready = 'until curl -sf "$FAKEMANILA_URL/healthcheck" >/dev/null; do :; done\n'
    script.write_text(example.replace("serve &\n", "serve &\nserver=$!\n" + ready) + "kill $server; wait $server\n")
    bin_folder = Path(sys.executable).parent
    environment = {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "FAKEMANILA_SERVE_PORT": str(port),
        "FAKEMANILA_URL": f"http://127.0.0.1:{port}",
    }
    with subprocess.Popen(
        ["bash", "-eu", script], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        try:
            output, _ = run.communicate(timeout=120)
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == 0
    assert "before" in output.splitlines()[-2]
