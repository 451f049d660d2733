"""From where on something is a finding. The figures are on the side of the client: one that is doubtful is let pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds of the world's clock."""

    poll_interval: float = 1.0
    """Nothing that a share service does in the background is over sooner, and the usual clients wait 2 to 5 seconds."""
    fast_polls: int = 3
    """Reads that came too soon, of one thing. Two in a row are usual: one that looks and one that begins to wait."""
    still_reads: int = 30
    """Reads of one thing at one moment of a clock that stands still, where nobody can tell how fast they were."""
    steady_polls: int = 60
    """Reads in the same rhythm. A minute at one a second, or five at the pace of the usual clients, harms nobody."""
    steady_retries: int = 3
    """Retries in the same rhythm. After one or two nobody can tell whether the pauses grow."""
    growth: float = 1.5
    """How much longer the pauses have to become. Random parts of a steady pause are smaller, doubling is more."""
    early: float = 0.95
    """The part of Retry-After that has to be over: a sleep may end a little early."""
    logins: int = 10
    """Logins by somebody who had a token that was good. Programs with a few threads or commands have a few of them."""
    discoveries: int = 10
    """The same of looks at which versions there are."""
    requests_each: float = 2.0
    """Requests for each login, or each look at the versions, up to which it is one for each request."""
    page: int = 10
    """A limit from which on it is the size of a page. Who asks for fewer things wants no more of them."""
    lookups: int = 3
    """Full lists of which only one thing was used. Once or twice may be what somebody has looked for by hand."""
    asks_after_delete: int = 2
    """Requests for what the client knows to be gone. One is a check."""
    old_microversion: str = "2.7"
    """Those before it, of 2015, call actions and paths by names that all later ones refuse."""


USUAL = Limits()
