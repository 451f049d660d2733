"""Handing over what is to be written: in order, without waiting, counted where it can't be."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from fakemanila.http.output import Outbox, Stream, detached


def test_an_outbox_keeps_the_order_and_loses_nothing_that_it_has_room_for() -> None:
    taken: list[int] = []

    def take(things: list[int]) -> int:
        taken.extend(things)
        return 0

    outbox = Outbox(take, room=100_000)
    for number in range(10_000):
        assert outbox.put(number)
    assert outbox.flush(30)
    assert taken == list(range(10_000))
    assert outbox.dropped == 0


def test_an_outbox_has_an_end() -> None:
    go_on = threading.Event()
    outbox: Outbox[str] = Outbox(lambda things: 0 if go_on.wait(30) else 1, room=10)
    assert outbox.put("x", size=6)
    assert not outbox.put("y", size=6, lines=2)
    assert outbox.put("z", size=4)
    assert not outbox.flush(0.01)
    assert outbox.dropped == 2
    go_on.set()
    assert outbox.flush(30)


def test_what_an_outbox_cannot_hand_on_is_counted_and_the_next_thing_is_tried() -> None:
    taken: list[str] = []

    def write(things: list[str]) -> int:
        if "bad" in things:
            raise OSError("no")
        taken.extend(things)
        return 0

    outbox = Outbox(write)
    for thing in ("bad", "good"):
        outbox.put(thing, lines=3)
        assert outbox.flush(30)
    assert (outbox.dropped, taken) == (3, ["good"])


def test_the_thread_of_an_outbox_ends_and_comes_back() -> None:
    threads: list[threading.Thread] = []

    def take(things: list[str]) -> int:
        threads.append(threading.current_thread())
        return 0

    outbox = Outbox(take, keep=0.0)
    for _ in range(2):
        outbox.put("x")
        assert outbox.flush(30)
        threads[-1].join(30)
        assert not threads[-1].is_alive()
    assert len(threads) == 2


def test_a_stream_writes_to_whatever_stands_in_for_standard_error() -> None:
    taken = io.BytesIO()
    stream = Stream(io.TextIOWrapper(taken, encoding="ascii"))
    stream.write("日本\n")
    assert stream.settle(30)
    assert taken.getvalue() == b"\\u65e5\\u672c\n"


def test_the_old_streams_are_back_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with detached():
        assert sys.stdout is not before[0]
        sys.stdout.write("out\n")
        sys.stderr.write("err\n")
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("out\n", "err\n")
