"""An effect, a preset that uses it, and a preset for the tape library."""

from __future__ import annotations

from random import Random

from fakemanila.extending import Effect, Family, Plan, Preset, Reply, Subject, fields


class Shuffle(Effect):
    """``true``: the lists in an answer are in another order, as those of a database that wasn't told one."""

    def __init__(self, value: object, field: str) -> None:
        fields.true(value, field)

    def apply(self, plan: Plan, dice: Random) -> None:
        def shuffle(subject: Subject, reply: Reply) -> None:
            if isinstance(reply.body, dict):
                for value in reply.body.values():
                    if isinstance(value, list):
                        dice.shuffle(value)

        plan.edits.append(shuffle)


LISTS_SHUFFLED = Family(
    "lists-shuffled",
    "Lists come in another order each time.",
    lambda parameter: Preset({"shuffle": True}, {"operation": ["*.list", "*.detail"]}),
)


def _jam(parameter: str | None) -> Preset:
    return Preset({"outcome": {"status": "error", "after": parameter}}, {"operation": "tape.copies.create"})


TAPE_JAM = Family("tape-jam", "The drive jams: a copy ends in error after a while.", _jam, "duration", (), "10m")
