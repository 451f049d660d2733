"""What installed packages add to fakemanila. They say so by entry points, which are read once per process.

`load` is called by whatever is about to look at services, operations, kinds of records, effects or presets: the worlds
of a server, a scenario, the lists of operations. Importing fakemanila calls it nowhere. What the entry points may name
is in `fakemanila.extending`, how it is checked and added in `adding`.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

SERVICES, RESOURCES, FAULTS, PRESETS = (
    "fakemanila.services",
    "fakemanila.resources",
    "fakemanila.faults",
    "fakemanila.presets",
)
_PREFIX = "[fakemanila."
"""What the name of each of them begins with, in the file that has them."""
GROUPS = (SERVICES, RESOURCES, FAULTS, PRESETS)
"""The groups of entry points, in the order in which they are added: presets may use all of the rest."""
VARIABLE = "FAKEMANILA_EXTENSIONS"
_ON, _OFF = "on", "off"


class ExtensionError(RuntimeError):
    """What an installed package adds doesn't work. The message names the package and its entry point."""


class Extension(NamedTuple):
    """One entry point of an installed package."""

    package: str
    version: str
    group: str
    name: str
    value: str
    """Where the object is: ``module:attribute``."""

    @property
    def label(self) -> str:
        """What a message calls it."""
        return f"{self.package} {self.version}, entry point {self.name!r} of {self.group} ({self.value})"


class _Process:
    """What has become of the entry points in this process."""

    found: tuple[Extension, ...] = ()
    off = False
    done = False
    loading = False
    problem: str | None = None


_process = _Process()
_lock = threading.RLock()


def load() -> tuple[Extension, ...]:
    """Adds what installed packages add, once per process, and says what that is.

    Raises ExtensionError for the first thing that is wrong, each time, so that no world is made then.
    """
    if _process.done:
        return _process.found
    with _lock:
        if not (_process.done or _process.loading):
            if _process.problem is not None:
                raise ExtensionError(_process.problem)
            _process.loading = True  # an extension's module may use what calls this
            try:
                _process.found = _load()
                _process.done = True
            except ExtensionError as error:
                _process.problem = str(error)
                raise
            finally:
                _process.loading = False
        return _process.found


def switch_off() -> None:
    """From now on `load` adds nothing. What it has added in this process stays."""
    _process.off = True


def summary() -> list[dict[str, Any]]:
    """What is loaded, by package: ``{"package": …, "version": …, "adds": ["service tape", …]}``."""
    packages: dict[tuple[str, str], list[str]] = {}
    for each in load():
        what = each.group.removeprefix("fakemanila.").removesuffix("s")
        packages.setdefault((each.package, each.version), []).append(f"{what} {each.name}")
    return [
        {"package": package, "version": version, "adds": adds} for (package, version), adds in sorted(packages.items())
    ]


def _load() -> tuple[Extension, ...]:
    if _process.off or _switched_off():
        return ()
    points = _entry_points()
    if not points:
        return ()
    from .adding import add_all  # which knows all that can be added to

    add_all([(extension, _imported(extension, point)) for extension, point in points])
    return tuple(extension for extension, _ in points)


def _imported(extension: Extension, point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever a module raises when it is imported
        raise ExtensionError(f"{extension.label}: {type(error).__name__}: {error}") from error


def _switched_off() -> bool:
    value = os.environ.get(VARIABLE, "") or _ON
    if value.lower() not in (_ON, _OFF):
        raise ExtensionError(f"{VARIABLE}: {value!r} is neither {_ON} nor {_OFF}")
    return value.lower() == _OFF


def _entry_points() -> list[tuple[Extension, EntryPoint]]:
    """Those of all groups, in an order that doesn't depend on where packages are installed."""
    from importlib.metadata import distributions  # Flask has imported it already, where there is a server

    found: dict[str, list[tuple[Extension, EntryPoint]]] = {}
    for package in distributions():
        # `entry_points()` reads the metadata of every package besides, which takes six times as long.
        if _PREFIX in (package.read_text("entry_points.txt") or ""):
            points = [
                (Extension(package.name, package.version, point.group, point.name, point.value), point)
                for point in package.entry_points
                if point.group in GROUPS
            ]
            found.setdefault(package.name.lower(), points)  # of two that are installed the first one is imported
    return sorted(
        (each for points in found.values() for each in points),
        key=lambda each: (GROUPS.index(each[0].group), each[0]),
    )
