from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakemanila.world.delays import Delays
from fakemanila.world.durations import Delay, Fixed

OPERATIONS = ("shares.create", "shares.extend", "snapshots.create", "snapshots.delete")
keys = st.sampled_from([*OPERATIONS, "default", "*", "shares.*", "snap*", "*.create", "s?ares.*"])
documents = st.dictionaries(
    keys, st.sampled_from([0, "2s", {"uniform": [0, "1s"]}, {"lognormal": {"median": "1s", "sigma": 1}}, {"reads": 3}])
)


def test_nothing_takes_time_unless_told() -> None:
    assert Delays.parse({}).of("shares.create") == Fixed(timedelta(0))
    assert Delays.parse({}).to_json() == {"default": 0}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("shares.create", "1s"),  # exact, though a longer pattern fits as well
        ("shares.extend", "2s"),  # the longest pattern
        ("shares.delete", "3s"),
        ("snapshots.create", "4s"),
        ("backups.delete", "5s"),
    ],
)
def test_an_exact_id_beats_a_longer_pattern_beats_a_shorter_one(operation: str, expected: str) -> None:
    delays = Delays.parse(
        {
            "default": "5s",
            "*.create": "4s",
            "shares.*": "3s",
            "shares.[cde]xten*": "2s",
            "shares.cr[e]ate": "9s",
            "shares.create": "1s",
        }
    )
    assert delays.of(operation) == Delay.parse(expected)


def test_the_default_is_no_operation() -> None:
    delays = Delays.parse({"default": "5s", "d*": "1s"})
    assert delays.of("default") == Delay.parse("1s")


@given(documents)
def test_delays_read_back(document: dict[str, object]) -> None:
    delays = Delays.parse(document)
    assert Delays.parse(delays.to_json()).to_json() == delays.to_json() == {"default": 0, **document}


@given(documents, documents)
def test_replacing_forgets_what_was_and_patching_keeps_it(old: dict[str, object], new: dict[str, object]) -> None:
    delays = Delays.parse(old)
    delays.patch(new)
    assert delays.to_json() == {"default": 0, **old, **new}
    delays.replace(new)
    assert delays.to_json() == {"default": 0, **new}


@given(documents, st.permutations(OPERATIONS))
def test_the_order_of_the_keys_does_not_matter(document: dict[str, object], operations: list[str]) -> None:
    turned = Delays.parse(dict(reversed(document.items())))
    assert all(Delays.parse(document).of(operation) == turned.of(operation) for operation in operations)


def test_null_takes_a_key_away() -> None:
    delays = Delays.parse({"default": "1s", "shares.*": "2s"})
    delays.patch({"shares.*": None, "default": None, "snapshots.*": None})
    assert delays.to_json() == {"default": 0}


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ([], r"delays: \[\] is not an object"),
        ({"shares.create": "soon"}, r"delays\['shares.create'\]: 'soon' is not a valid duration"),
        ({"": 1}, "delays: '' is not an operation id"),
        ({3: 1}, "delays: 3 is not an operation id"),
        ({"share.create": 1}, "no operation is called 'share.create'; did you mean 'shares.create'?"),
        ({"xyz": 1}, "no operation is called 'xyz'; there are shares.create, "),
    ],
)
def test_a_refused_change_changes_nothing(value: object, complaint: str) -> None:
    delays = Delays.parse({"shares.*": "2s"}, OPERATIONS)
    before = delays.to_json()
    for change in (delays.replace, delays.patch):
        with pytest.raises(ValueError, match=complaint):
            change(value)
    assert delays.to_json() == before
