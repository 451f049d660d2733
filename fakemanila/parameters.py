"""Kinds of values that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from . import files


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
