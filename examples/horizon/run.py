#!/usr/bin/env python3
"""Runs Horizon with manila-ui and fakemanila. Needs only Python 3.11 or newer. See README.md."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
FAKEMANILA = HERE.parents[1]
# One of Horizon's libraries imports distutils. On newer Pythons, setuptools provides it.
REQUIREMENTS = ("horizon", "manila-ui", "setuptools")
CONSTRAINTS = HERE / "constraints.txt"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SETTINGS = {"DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--venv",
        type=Path,
        default=FAKEMANILA / ".venv-horizon",
        help="the virtual environment for Horizon (default: %(default)s)",
    )
    parser.add_argument("--install-only", action="store_true", help="install Horizon but don't start it")
    parser.add_argument("--port", type=int, default=0, help="the port of Horizon (default: a free port)")
    parser.add_argument(
        "--scenario", default=HERE / "scenario.yaml", help="the scenario for fakemanila (default: %(default)s)"
    )
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        parser.error("Horizon needs Python 3.11 or newer")
    interpreter = options.venv.absolute() / "bin" / "python"
    install(options.venv.absolute(), interpreter)
    return 0 if options.install_only else run(interpreter, options.port, options.scenario)


def install(folder: Path, interpreter: Path) -> None:
    """Creates the environment if it doesn't exist. Writes the stamp last, so that a failed install is repeated."""
    stamp = folder / ".installed"
    wanted = f"{sys.version}\n{CONSTRAINTS.read_text(encoding='utf-8')}"
    there = stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted
    if not there:
        print(f"installing Horizon into {folder.name}, which takes some minutes", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        packages = [*REQUIREMENTS, "--editable", FAKEMANILA]
        subprocess.run([*pip, "--constraint", CONSTRAINTS, *packages], check=True)
    [packages_folder] = folder.glob("lib/python*/site-packages")
    configure(packages_folder / "openstack_dashboard", packages_folder / "manila_ui")
    if not there:
        for command in (["collectstatic", "--noinput"], ["compress", "--force"]):
            django = [interpreter, "-m", "django", *command, "--verbosity", "0"]
            subprocess.run(django, env={**os.environ, **SETTINGS}, check=True)
        stamp.write_text(wanted, encoding="utf-8")


def configure(horizon: Path, manila_ui: Path) -> None:
    """Enables manila-ui in Horizon as its documentation says, and copies our settings."""
    copies = (
        (manila_ui / "local" / "enabled", "_*.py", horizon / "local" / "enabled"),
        (manila_ui / "local" / "local_settings.d", "_*.py", horizon / "local" / "local_settings.d"),
        (manila_ui / "conf", "*.yaml", horizon / "conf"),
        (manila_ui / "conf" / "default_policies", "*.yaml", horizon / "conf" / "default_policies"),
        (HERE / "enabled", "_*.py", horizon / "local" / "enabled"),
        (HERE, "local_settings.py", horizon / "local"),
    )
    for source, pattern, target in copies:
        for file in source.glob(pattern):
            if file.name != "__init__.py":
                shutil.copy(file, target)


def run(interpreter: Path, port: int, scenario: str | Path) -> int:
    """Runs both servers until a signal arrives or one of them exits. Returns the exit status."""
    for number in SIGNALS:
        signal.signal(number, stop)
    children: list[subprocess.Popen[str]] = []
    try:
        serve = [interpreter.with_name("fakemanila"), "serve", "--port", "0", "--scenario", scenario]
        manila = start(children, serve)
        ready = dict(word.split("=", 1) for word in first_line(manila, "fakemanila").split() if "=" in word)
        environment = {**os.environ, "OS_AUTH_URL": ready["auth_url"]}
        horizon = start(children, [interpreter, HERE / "serve.py", str(port)], environment)
        url = first_line(horizon, "Horizon")
        print(f"horizon ready url={url} user=demo_admin password=secret fakemanila={ready['url']}", flush=True)
        os.wait()  # until one of them exits
        print("fakemanila or Horizon has exited", file=sys.stderr)
        return 1
    except Stopped:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


class Stopped(Exception):
    """A signal asks this program to exit."""


def stop(number: int, frame: object) -> None:
    # Ignore further signals, so that the servers are stopped properly.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def start(
    children: list[subprocess.Popen[str]], command: list[str | Path], environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    # In a new session, Ctrl-C reaches only this program, which then stops both servers.
    child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
    children.append(child)
    return child


def first_line(child: subprocess.Popen[str], name: str) -> str:
    """Returns the first line of output, which a server prints when it is ready."""
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    if not line:
        raise SystemExit(f"{name} did not start")
    return line


if __name__ == "__main__":
    raise SystemExit(main())
