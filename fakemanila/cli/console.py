"""What commands print, on whatever console: any name, and nobody there to read it.

Names come from whoever uses a world. They may have letters that the console's encoding lacks, line ends that would
break a table, and escapes that would do something to a terminal: all of these are written as Python writes them in a
string, ``\\u65e5``, ``\\n``, ``\\x1b``.
"""

from __future__ import annotations

import errno
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn, TextIO

import click

from ..extensions import ExtensionError
from ..files import FileProblem

_HARMFUL = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f"  # control characters
    "\\u2028\\u2029"  # line ends
    "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"  # change the direction of what follows
    "\\ud800-\\udfff]"  # halves of a character
)


_HELP: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())
"""What the newer releases of click raise."""


class Unwritable(Exception):
    """The standard output can't be written to."""


class Program(click.Group):
    """The group of all commands. Whatever goes wrong in one of them ends in one line and an exit status.

    The status is 2 where the command was called in a wrong way, else 1. Where the shape of the call is wrong, and not
    only a value in it, the usage comes before the line.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        for stream in (sys.stdout, sys.stderr):  # help texts, which click prints
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        status = 1
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            if isinstance(result, int):  # it says by itself how it has ended
                status = result
            else:
                _flush()
                status = 0
        except _HELP as error:  # a group without a command
            _write_error(f"{error.format_message()}\n")
            status = error.exit_code
        except click.ClickException as error:
            _usage(error)
            complain(error.format_message())
            status = error.exit_code
        except click.Abort:
            complain("interrupted")
        except Unwritable as error:
            if not isinstance(error.__cause__, BrokenPipeError):  # then it has read all that it wanted
                complain(str(error))
        except (FileProblem, ExtensionError) as error:
            complain(str(error))
        except OSError as error:
            complain(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
        finally:
            _give_up(sys.stdout)
            _give_up(sys.stderr)
        sys.exit(status)


def _usage(error: click.ClickException) -> None:
    """The usage, where a user needs more than the message."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return
    if not isinstance(error, click.BadParameter) or isinstance(error, click.MissingParameter):
        _write_error(f"{error.ctx.get_usage()}\nTry '{error.ctx.command_path} --help' for help.\n\n")


def complain(message: str) -> None:
    """One line on the standard error, whatever the message has in it. It may be lost: there is no other place."""
    _write_error(f"fakemanila: {printable(' '.join(message.split()), sys.stderr)}\n")


def note(text: str) -> None:
    """A line on the standard error that is not a complaint."""
    _write_error(f"{printable(text, sys.stderr)}\n")


def progress(text: str) -> None:
    """Shows on the standard error, where that is a terminal, how far something is; an empty text takes it away."""
    if sys.stderr is not None and sys.stderr.isatty():
        _write_error(f"\r\x1b[K{printable(text, sys.stderr)}")


def echo(*lines: str) -> None:
    """Prints lines, each as one line. Raises Unwritable."""
    write("".join(f"{printable(line)}\n" for line in lines))


def echo_json(doc: Any) -> None:
    """Prints JSON in ASCII. Raises Unwritable."""
    write(json.dumps(doc, indent=2).replace("\x7f", "\\u007f") + "\n")


def echo_table(rows: Iterable[Sequence[str]]) -> None:
    """Prints rows, each column as wide as its widest text. Raises Unwritable."""
    cells = [[printable(text) for text in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    write(
        "".join(
            "  ".join(text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)).rstrip()
            + "\n"
            for row in cells
        )
    )


def write(text: str) -> None:
    """Writes text as it is, and sees to it that it arrives. Raises Unwritable."""
    if sys.stdout is None:  # closed before this program was started
        _unwritable(OSError(errno.EBADF, os.strerror(errno.EBADF)))
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError) as error:  # ValueError where it was closed meanwhile
        _unwritable(error)


def printable(text: str, stream: TextIO | None = None) -> str:
    """The text on one line, with nothing in it that a stream (the standard output) can't write or a terminal obeys."""
    safe = _HARMFUL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return safe.encode(encoding, "backslashreplace").decode(encoding)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.category(c) not in ("Mn", "Me", "Cf")
        for c in text
    )


def _flush() -> None:
    if sys.stdout is not None:
        write("")


def _unwritable(error: Exception) -> NoReturn:
    reason = error.strerror if isinstance(error, OSError) else None
    raise Unwritable(f"standard output: {reason or error}") from error


def _write_error(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):  # AttributeError where there is none
        sys.stderr.write(text)
        sys.stderr.flush()


def _give_up(stream: TextIO | None) -> None:
    """Python tries once more at its end to write what a stream has kept, and says so where it can't."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
