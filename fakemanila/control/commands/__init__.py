"""The commands that talk to a running server. What they need is imported when they run, so that each starts quickly."""

import click

from .conduct import conduct
from .faults import faults
from .journal import requests
from .time import clock
from .watching import events, records
from .world import reset, scenario, state

COMMANDS: tuple[click.Command, ...] = (reset, clock, faults, requests, conduct, events, records, scenario, state)
