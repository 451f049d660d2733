"""Kinds of values that commands take, and what reads them. What that needs is imported when there is such a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import files
from ..world.durations import parse_duration

if TYPE_CHECKING:
    from datetime import timedelta

    from ..http.public_address import PublicAddress
    from ..releases import Release
    from ..versions import Microversion


class FileToRead(click.Path):
    """The path of a file that is there and may be read; what is in it is seen later.

    With `folder` a folder is as good, with `dash` so is ``-`` for the standard input.
    """

    def __init__(self, *, folder: bool = False, dash: bool = False) -> None:
        super().__init__(path_type=Path)
        self._folder, self._dash = folder, dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        if not (self._dash and str(path) == "-"):
            try:
                files.check_readable(path, folder=self._folder)
            except files.FileProblem as error:
                self.fail(str(error), param, ctx)
        return path


@contextmanager
def _told(ctx: click.Context, param: click.Parameter, before: str = "") -> Iterator[None]:
    """Says of which option a ValueError inside is. `before` is what the message begins with, and the option says."""
    try:
        yield
    except ValueError as error:
        raise click.BadParameter(str(error).removeprefix(before), ctx, param) from None


def as_duration(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    with _told(ctx, param):
        return None if value is None else parse_duration(value)


_SECONDS = {"s": 1, "m": 60, "h": 3600}


def as_rate(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Requests per second, of ``5/s`` or ``100/m``."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)(?:/([smh]))?", value)
    if not found or not float(found[1]):
        raise click.BadParameter(f"{value!r} is not a valid rate: expected such as 5/s or 100/m", ctx, param)
    return float(found[1]) / _SECONDS[found[2] or "s"]


def as_microversion(ctx: click.Context, param: click.Parameter, value: str) -> Microversion:
    from ..versions import MAXIMUM, MINIMUM, Microversion

    with _told(ctx, param):
        version = Microversion.parse(value)
        if not MINIMUM <= version <= MAXIMUM:
            raise ValueError(f"{version} is not between {MINIMUM} and {MAXIMUM}")
        return version


def as_scenarios(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Path, ...]:
    if not values:
        return ()
    from ..scenario.files import find

    with _told(ctx, param):
        return tuple(map(find, values))


def as_backends(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[dict[str, Any]]:
    """``ceph=CEPHFS``, ``nas=NFS,CIFS``, or all that a scenario file says of one, in YAML or JSON."""
    if not values:
        return []
    from ..scenario.loader import parse

    found = []
    for value in values:
        name, equals, protocols = value.partition("=")
        if equals and not value.startswith("{"):
            found.append({"name": name, "protocols": protocols.upper().split(",")})
            continue
        try:
            described, _ = parse(value)
        except ValueError as error:
            raise click.BadParameter(f"{value!r}{error}", ctx, param) from None
        if not isinstance(described, dict):
            raise click.BadParameter(f"{value!r} is not a backend: expected NAME=PROTOCOL,… or {{name: …}}", ctx, param)
        found.append(described)
    return found


def as_public_address(ctx: click.Context, param: click.Parameter, value: str | None) -> PublicAddress | None:
    from ..http.public_address import PublicAddress

    with _told(ctx, param):
        return None if value is None else PublicAddress.parse(value)


def as_release(ctx: click.Context, param: click.Parameter, value: str) -> Release:
    from ..releases import find

    with _told(ctx, param):
        return find(value)


def as_services(ctx: click.Context, param: click.Parameter, value: str) -> frozenset[str]:
    from ..neighbours.offers import parse

    with _told(ctx, param, "services: "):
        return parse(value)


def load_extensions(ctx: click.Context, param: click.Parameter, none: bool) -> None:
    """Adds what installed packages add, or with `none` sees to it that nothing does."""
    if ctx.resilient_parsing:
        return
    from .. import extensions

    if none:
        extensions.switch_off()
    try:
        extensions.load()
    except extensions.ExtensionError as error:
        raise click.ClickException(str(error)) from None
