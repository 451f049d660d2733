"""What a user gets wrong, and what each checker calls it."""

from __future__ import annotations

import fakemanila
from fakemanila import FakeManila, create_app
from fakemanila import FakeManilla as Misspelt  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

FakeManila(clock="fast")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
FakeManila(seeds=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
FakeManila(7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
create_app(seeds=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
fakemanila.fake(clock="fast")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
fakemanila.fake(seeds=1)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
fakemanila.fakes()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


@fakemanila.fake
def use(manila: FakeManila, name: str) -> int:
    return len(name)


use(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
use()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
use("db").upper()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

Misspelt()
with FakeManila() as manila:
    manila.delays[3] = "30s"  # type: ignore[index]  # pyright: ignore[reportArgumentType]
    manila.create(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    manila.url = "http://localhost"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    manila.clock.advance()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    manila.breakpoint("shares.create", at="end")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    manila.fork("other", None, True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    FakeManila.attach("https://manila", cacert=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
