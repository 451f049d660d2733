"""What a package that adds to fakemanila is written with.

A package names what it adds by entry points:

| group | object | adds |
|---|---|---|
| ``fakemanila.services`` | a `Service` | a service beside Manila: its catalog entry, its calls, its records |
| ``fakemanila.resources`` | a `Resource` | operations of Manila's API with their contract, kinds of records, seeds |
| ``fakemanila.faults`` | a subclass of `Effect` | an effect, under the name of the entry point |
| ``fakemanila.presets`` | a `Family` | faults with a name |

All else in fakemanila may change without notice; what is in `__all__` here changes only in a release that says so.
"""

from __future__ import annotations

from .contract.declared import Keywords
from .extensions import ExtensionError
from .faults import fields
from .faults.plan import Effect, Plan
from .faults.presets import Family, Preset
from .faults.subject import Subject
from .http.reply import Reply
from .manila import errors
from .manila.common.attributes import Dated, Metadata, Name, Size, Text, Time, UniqueName, reference
from .manila.common.registry import Page, Resource
from .manila.common.seeds import Fields, Identified, Project, Reference, User
from .manila.context import Call
from .neighbours.added import Service
from .neighbours.service import Body, Operation
from .neighbours.service import NeighbourError as ServiceError
from .scenario.seeding import Seeder
from .world.kinds import Kind
from .world.lifecycle import Message, Outcome, Phase, Transition
from .world.rows import Record
from .world.world import World

__all__ = [
    "Body",
    "Call",
    "Dated",
    "Effect",
    "ExtensionError",
    "Family",
    "Fields",
    "Identified",
    "Keywords",
    "Kind",
    "Message",
    "Metadata",
    "Name",
    "Operation",
    "Outcome",
    "Page",
    "Phase",
    "Plan",
    "Preset",
    "Project",
    "Record",
    "Reference",
    "Reply",
    "Resource",
    "Seeder",
    "Service",
    "ServiceError",
    "Size",
    "Subject",
    "Text",
    "Time",
    "Transition",
    "UniqueName",
    "User",
    "World",
    "errors",
    "fields",
    "reference",
]
