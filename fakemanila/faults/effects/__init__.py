"""The effects by name. One file is one effect; a new one is a file and a line here."""

from __future__ import annotations

from ...text.suggestions import nearest
from .. import fields
from ..plan import Effect, EffectType
from .barrier import BarrierOf
from .blank import Blank
from .cap_microversion import CapMicroversion
from .catalog import Catalog
from .commit_then import CommitThen
from .delay import DelayBy
from .dribble import DribbleBody
from .empty import EmptyAnswer
from .gone import Gone
from .hang import HangUp
from .ignore_microversion import IgnoreMicroversion
from .malformed import Malformed
from .one_of import OneOf
from .outcome import OutcomeOf
from .pause import PauseRequest
from .reset import ResetConnection
from .respond import Respond
from .revoke_token import RevokeToken
from .stale_list import StaleList
from .truncate import TruncateBody

EFFECTS: dict[str, EffectType] = {
    "respond": Respond,
    "delay": DelayBy,
    "pause": PauseRequest,
    "barrier": BarrierOf,
    "hang": HangUp,
    "reset": ResetConnection,
    "empty": EmptyAnswer,
    "malformed": Malformed,
    "truncate": TruncateBody,
    "dribble": DribbleBody,
    "commit_then": CommitThen,
    "outcome": OutcomeOf,
    "revoke_token": RevokeToken,
    "cap_microversion": CapMicroversion,
    "ignore_microversion": IgnoreMicroversion,
    "stale_list": StaleList,
    "gone": Gone,
    "catalog": Catalog,
    "blank": Blank,
    "one_of": OneOf,
}


def parse(value: object, field: str = "do") -> Effect:
    """Reads ``{"respond": {…}}``. Raises ValueError that names the field, the value and what would be right."""
    do = fields.mapping(value, field, tuple(EFFECTS))
    if len(do) != 1:
        raise ValueError(f"{field}: {value!r} must be an object with exactly one key{nearest('', tuple(EFFECTS))}")
    ((name, argument),) = do.items()
    return EFFECTS[name](argument, f"{field}.{name}")
