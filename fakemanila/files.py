"""Files that a user names: read whole or not at all, and replaced whole or not at all.

All that can go wrong is a `FileProblem`: one line that names the file and says what is wrong with it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import IO

MAX_SIZE = 8 * 1024 * 1024
"""Bytes that a file written by hand may have."""
MAX_STATE = 1024 * 1024 * 1024
"""Bytes that a file with the state of worlds may have."""

_NEW = 0o666  # less what the umask takes away
_ANONYMOUS = getattr(os, "O_TMPFILE", 0)  # only Linux has it
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # nobody may ever write into a named pipe


class FileProblem(ValueError):
    """A file that can't be read or written. The message begins with its name."""

    def __init__(self, path: str | os.PathLike[str], problem: str | OSError) -> None:
        super().__init__(f"{os.fspath(path)}: {_reason(problem) if isinstance(problem, OSError) else problem}")


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


def check_readable(path: str | os.PathLike[str], *, folder: bool = False) -> None:
    """Raises FileProblem for what isn't a regular file (or a folder, where that is as good) that may be read."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode) and not (folder and stat.S_ISDIR(mode)):
            raise FileProblem(path, _not_regular(mode))
        if not os.access(path, os.R_OK):
            raise FileProblem(path, os.strerror(errno.EACCES))
    except OSError as error:
        raise FileProblem(path, error) from None
    except ValueError as error:
        raise _no_name(path, error) from None


def _no_name(path: str | os.PathLike[str], error: ValueError) -> FileProblem:
    """Python refuses names with a zero in them, and those that the file system's encoding lacks letters for."""
    return error if isinstance(error, FileProblem) else FileProblem(path, "this cannot be the name of a file")


def read_bytes(path: str | os.PathLike[str], limit: int = MAX_SIZE) -> bytes:
    """What a regular file has in it. Raises FileProblem."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_WAIT | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise FileProblem(path, _not_regular(status.st_mode))
            if status.st_size > limit:
                raise _too_large(path, limit)
            return _whole(file, path, limit)
    except OSError as error:
        raise FileProblem(path, error) from None
    except ValueError as error:
        raise _no_name(path, error) from None


def read_text(path: str | os.PathLike[str], limit: int = MAX_SIZE) -> str:
    """The text of a regular file in UTF-8, with a byte order mark or without. Raises FileProblem."""
    return decode(read_bytes(path, limit), path)


def read_stream(stream: IO[bytes] | None, name: str, limit: int = MAX_SIZE) -> str:
    """The same for what is open already, such as the standard input; None for what is closed."""
    try:
        if stream is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return decode(_whole(stream, name, limit), name)
    except OSError as error:
        raise FileProblem(name, error) from None


def decode(content: bytes, name: str | os.PathLike[str]) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileProblem(name, f"it is not UTF-8 (line {line})") from None


def _whole(file: IO[bytes], name: str | os.PathLike[str], limit: int) -> bytes:
    try:
        content = file.read(limit + 1)
    except MemoryError:
        raise FileProblem(name, "it is too large for the memory") from None
    if len(content) > limit:
        raise _too_large(name, limit)
    return content


def _too_large(name: str | os.PathLike[str], limit: int) -> FileProblem:
    return FileProblem(name, f"it is larger than the {limit // 1024 // 1024} MiB that are allowed")


def _not_regular(mode: int) -> str:
    """What is wrong with a file of that mode, which should be a regular one."""
    return "Is a directory" if stat.S_ISDIR(mode) else "it is not a regular file"


# Writing


def write(path: str | os.PathLike[str], content: bytes, prepare: Callable[[int], None] | None = None) -> None:
    """Makes `content` all that a file has in it, or changes nothing. Raises FileProblem.

    It is written beside the file and renamed, so that whoever reads it at whatever moment reads a whole one. A symbolic
    link stays one, permissions stay as they are. `prepare` gets the descriptor of the new file before it has its name.
    What is not a regular file (``/dev/stdout``, a named pipe) is written itself.
    """
    try:
        _write(path, content, prepare)
    except OSError as error:
        raise FileProblem(path, error) from None
    except MemoryError:
        raise FileProblem(path, "there is not enough memory to write it") from None
    except ValueError as error:
        raise _no_name(path, error) from None


def _write(path: str | os.PathLike[str], content: bytes, prepare: Callable[[int], None] | None) -> None:
    before = _status(path)
    if before is not None and not stat.S_ISREG(before.st_mode):
        _write_itself(path, content)
        return
    target = os.path.realpath(path)
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), target)
    temporary = os.path.join(os.path.dirname(target), _temporary(target))
    try:
        if not (_ANONYMOUS and _made(lambda: _write_anonymously(temporary, content, before, prepare))):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            _fill(os.open(temporary, flags, _NEW), content, before, prepare)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # such as that it isn't there
            os.unlink(temporary)
        raise


def _made(attempt: Callable[[], None]) -> bool:
    """Whether that could be done. Not every file system can; what else is wrong comes again with the next way."""
    try:
        attempt()
    except OSError:
        return False
    return True


def _write_anonymously(
    temporary: str, content: bytes, before: os.stat_result | None, prepare: Callable[[int], None] | None
) -> None:
    """The file gets its name when it is complete, so that a writer who is killed leaves nothing."""
    folder = os.open(os.path.dirname(temporary), os.O_RDONLY)
    try:
        file = os.open(os.path.dirname(temporary), os.O_WRONLY | _ANONYMOUS, _NEW)

        def name(descriptor: int) -> None:
            if prepare is not None:
                prepare(descriptor)
            with suppress(FileNotFoundError):
                os.unlink(temporary)
            # With the folder's descriptor this follows the link to the file; without, it would link to the link.
            os.link(f"/proc/self/fd/{descriptor}", os.path.basename(temporary), dst_dir_fd=folder)

        _fill(file, content, before, name)
    finally:
        os.close(folder)


def _fill(
    descriptor: int, content: bytes, before: os.stat_result | None, prepare: Callable[[int], None] | None
) -> None:
    with open(descriptor, "wb") as file:
        if before is not None:
            _keep(descriptor, before)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
        if prepare is not None:
            prepare(descriptor)


def _write_itself(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes into what can't be replaced. Nobody is waited for who may never open the other end of a pipe."""
    descriptor = os.open(path, os.O_WRONLY | _NO_WAIT)
    if hasattr(os, "set_blocking"):
        os.set_blocking(descriptor, True)
    with open(descriptor, "wb") as file:
        file.write(content)


def sweep(path: str | os.PathLike[str]) -> None:
    """Removes what processes that were killed left beside a file when they were about to replace it."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    ours = re.compile(re.escape(_temporary(target).rpartition("-")[0]) + r"-\d+")
    with suppress(OSError):
        for entry in os.listdir(folder):
            if ours.fullmatch(entry):
                with suppress(OSError):
                    os.unlink(os.path.join(folder, entry))


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    """Of what is there; None for nothing. Raises OSError for what can't be followed, such as a loop of links."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _temporary(target: str) -> str:
    """A name of fixed length, since one with something added may be too long. It tells files and writers apart."""
    return f".fakemanila-{zlib.crc32(os.fsencode(os.path.basename(target))):08x}-{os.getpid()}"


def _keep(descriptor: int, before: os.stat_result) -> None:
    """Gives a new file the owner and the permissions of the one that it replaces, as far as that may be done."""
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, before.st_uid, before.st_gid)
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
