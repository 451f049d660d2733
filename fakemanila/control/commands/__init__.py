"""The commands that talk to a running server, each imported when it is asked for."""

COMMANDS = {
    "checkpoint": ("checkpoints", "List, save and restore checkpoints of a world."),
    "clock": ("time", "Show, set or advance the world's time."),
    "conduct": ("conduct", "List bad habits of clients, which work here but cause trouble in a cloud."),
    "diff": ("checkpoints", "Show the differences between BEFORE and AFTER, or the world as it is now."),
    "events": ("watching", "Print events as they happen, until it is interrupted."),
    "faults": ("faults", "List, add and remove fault rules."),
    "fork": ("checkpoints", "Make a copy of the world as NAME, with the same users, ids and tokens."),
    "paused": ("paused", "List, release and drop held requests."),
    "records": (
        "watching",
        "List the records of a KIND, such as share, or wait until the record ID has some attributes.",
    ),
    "requests": ("journal", "List the journal, or empty it."),
    "reset": ("world", "Reset a world to its initial state."),
    "scenario": ("world", "Apply a scenario to a world, or list the shipped scenarios."),
    "state": ("world", "Save a world to a file, or load it from one."),
    "worlds": ("worlds", "List and drop the worlds of one or several servers."),
}
"""The modules that they are in, and the first sentences of their help, by their names."""
