"""What happens in a world, as a list; a stream has the same events, one by one."""

from __future__ import annotations

from ...world.events import KINDS
from ...world.telling import BEGAN, CHANGED, ENDED, GONE, MADE, WENT_ON
from .journal import SUMMARY
from .shapes import COUNT, TEXT, TIME, Json, nullable, object_, ref
from .time import RAN

SCHEMAS: dict[str, Json] = {
    "Events": object_(
        {
            "events": {"type": "array", "items": ref("Event")},
            "last": {**COUNT, "description": "The id of the newest event; 0 if there was none."},
            "missed": {**COUNT, "description": "How many events since then are not kept any more."},
        }
    ),
    "Event": object_(
        {
            "id": COUNT,
            "event": {"enum": list(KINDS), "description": "What it is about is under this name."},
            "time": TIME,
        },
        {
            "request": ref("RequestEvent"),
            "transition": ref("TransitionEvent"),
            "record": ref("RecordEvent"),
            "fault": ref("FaultEvent"),
            "clock": ref("ClockEvent"),
            "world": ref("WorldEvent"),
        },
    ),
    "RequestEvent": {**object_(SUMMARY), "description": "A request was carried out."},
    "TransitionEvent": object_(
        {
            "change": {"enum": [BEGAN, WENT_ON, ENDED], "description": "went on: a phase has ended."},
            "id": TEXT,
            **RAN,
            "phase": nullable(TEXT),
        },
        open=True,
    ),
    "RecordEvent": object_(
        {
            "change": {"enum": [MADE, CHANGED, GONE]},
            "kind": TEXT,
            "id": TEXT,
            "name": nullable(TEXT),
            "project_id": nullable(TEXT),
            "status": nullable(TEXT),
        },
        {"replica_state": TEXT},
    ),
    "FaultEvent": {
        **object_({"rule": TEXT, "name": TEXT, "request_id": TEXT}),
        "description": "A rule changed a request.",
    },
    "ClockEvent": object_({"from": TIME, "to": TIME, "rate": {"type": "number"}}),
    "WorldEvent": object_({"change": {"enum": ["reset", "loaded", "restored", "forked"]}}),
}
