"""Programs that are swept without a process of their own: functions that call a world in-process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from keystoneauth1.session import Session

from fakemanila import FakeManila
from fakemanila.sweep.results import Ended
from fakemanila.sweep.stage import Stage

Program: TypeAlias = Callable[["Client"], None]


class Client:
    """The calls that programs here make, at one microversion."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The object in the answer's envelope. Raises whatever keystoneauth raises."""
        options: dict[str, Any] = {} if body is None else {"json": body}
        answer = self._session.request(
            path,
            method,
            endpoint_filter={"service_type": "sharev2"},
            headers={"X-OpenStack-Manila-API-Version": "2.65"},
            **options,
        )
        return next(iter(answer.json().values())) if answer.content else None

    def make_share(self, name: str, **fields: Any) -> Any:
        return self.call("POST", "/shares", {"share": {"name": name, "size": 1, "share_proto": "NFS", **fields}})

    def show(self, id: str) -> Any:
        return self.call("GET", f"/shares/{id}")

    def named(self, name: str) -> list[Any]:
        return [each for each in self.call("GET", "/shares/detail") if each["name"] == name]

    def delete(self, id: str) -> None:
        self.call("DELETE", f"/shares/{id}")


@contextmanager
def stage(program: Program, **scenario: Any) -> Iterator[Stage]:
    """A stage on which a program plays."""
    manila = FakeManila(serve=False, clock="manual").start()
    try:

        def play(world: str) -> Ended:
            try:
                program(Client(manila.world(world).session()))
            except Exception as error:
                return Ended(False, 0.0, status=1, output=repr(error))
            return Ended(True, 0.0, status=0)

        yield Stage(manila.control, play, scenario)
    finally:
        manila.stop()
