"""Judges a journal: what clients did that works here and hurts in a cloud.

Nothing of it runs unless somebody asks. `rules` lists what is looked for; each rule is a function of a `History`.
"""

from .facts import Facts as Facts
from .judging import Finding as Finding
from .judging import check_names as check_names
from .judging import judge as judge
from .limits import USUAL as USUAL
from .limits import Limits as Limits
from .rules import NAMES as NAMES
