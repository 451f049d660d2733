"""Comparing two Manilas by what they answer to the same requests.

`script` reads scenarios from `scripts/`, `exchanges` sends them to a `server`, `shape` says what is kept of an answer
and how two differ, `report` leaves out what is known and explained. `histories` makes requests up instead. A real cloud
gets projects and users of its own (`cast`), which are removed with all that they have (`cleaning`).
"""
