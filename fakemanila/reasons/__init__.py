"""Why a request was refused: facts that are noted where it is refused, and told when somebody asks."""

from .answers import Crashed as Crashed
from .answers import Faulted as Faulted
from .answers import Other as Other
from .caller import Login as Login
from .caller import NoAccessRule as NoAccessRule
from .caller import NoToken as NoToken
from .caller import OtherProject as OtherProject
from .contents import WrongContent as WrongContent
from .denied import Denied as Denied
from .reason import Facts as Facts
from .reason import Reason as Reason
from .records import NotFound as NotFound
from .records import OverQuota as OverQuota
from .records import WrongStatus as WrongStatus
from .routing import NoAction as NoAction
from .routing import NoOperation as NoOperation
from .routing import NoRoute as NoRoute
from .routing import NotServed as NotServed
from .routing import WrongMicroversion as WrongMicroversion
