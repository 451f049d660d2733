"""Clouds to compare with: worlds of another fakemanila, called without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakemanila import FakeManila
from fakemanila.compare.cast import PREFIX
from fakemanila.importing.cloud import Cloud


@contextmanager
def world(**options: Any) -> Iterator[FakeManila]:
    with FakeManila(serve=False, **options) as manila:
        yield manila


def cloud(manila: FakeManila, user: str = "admin") -> Cloud:
    """That world as a user's cloud. Reading it never sleeps."""
    return Cloud(manila.session(user=user), sleep=lambda seconds: None)


def made_there(manila: FakeManila) -> list[str]:
    """The names of projects, users and types that a comparison has made and not removed."""
    session = manila.session(user="admin")
    found: list[str] = []
    for path, key in (("projects", "projects"), ("users", "users")):
        records = session.get(f"{manila.auth_url}/{path}").json()[key]
        found += [each["name"] for each in records]
    types = session.get(
        "/types?is_public=all",
        endpoint_filter={"service_type": "shared-file-system"},
        headers={"X-OpenStack-Manila-API-Version": "2.50"},
    ).json()["share_types"]
    found += [each["name"] for each in types]
    return [name for name in found if name.startswith(PREFIX)]
