"""A world's past to look at: its resources as lanes, their states as bars, its requests as marks."""

from .drawing import draw as draw
from .lanes import Timeline as Timeline
from .lanes import timeline as timeline
