"""The commands that talk to a running server. What they need is imported when they run, so that each starts quickly."""

import click

from .faults import faults
from .journal import requests
from .time import clock
from .watching import events, records
from .world import reset, scenario, state
from .worlds import worlds

COMMANDS: tuple[click.Command, ...] = (reset, clock, faults, requests, events, records, scenario, state, worlds)
