"""The commands that talk to a running server. What they need is imported when they run, so that each starts quickly."""

import click

from .checkpoints import checkpoint, diff, fork
from .conduct import conduct
from .faults import faults
from .journal import requests
from .paused import paused
from .time import clock
from .watching import events, records
from .world import reset, scenario, state
from .worlds import worlds

COMMANDS: tuple[click.Command, ...] = (
    reset,
    clock,
    faults,
    paused,
    requests,
    conduct,
    events,
    records,
    scenario,
    state,
    checkpoint,
    diff,
    fork,
    worlds,
)
