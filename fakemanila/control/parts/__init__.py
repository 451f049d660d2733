"""The parts of a world as `ControlClient` hands them out; those that stand for a table behave like Python's own."""

from .checkpoints import Checkpoints as Checkpoints
from .checkpoints import Diff as Diff
from .faults import Faults as Faults
from .paused import Breakpoint as Breakpoint
from .paused import Paused as Paused
from .paused import PausedRequest as PausedRequest
from .records import KeptRecords as KeptRecords
from .requests import Requests as Requests
from .time import Clock as Clock
from .time import Delays as Delays
from .time import Transitions as Transitions
from .worlds import Scenario as Scenario
from .worlds import State as State
from .worlds import WorldList as WorldList
