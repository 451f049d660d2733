"""The commands that talk to a running server, each imported when it is asked for."""

COMMANDS = {
    "checkpoint": "checkpoints",
    "clock": "time",
    "conduct": "conduct",
    "diff": "checkpoints",
    "events": "watching",
    "faults": "faults",
    "fork": "checkpoints",
    "paused": "paused",
    "records": "watching",
    "requests": "journal",
    "reset": "world",
    "scenario": "world",
    "state": "world",
    "worlds": "worlds",
}
"""The modules that they are in, by their names."""
