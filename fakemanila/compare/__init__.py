"""Comparing two Manilas by what they answer to the same requests.

`script` reads scenarios from `scripts/`, `exchanges` sends them to a `server`, `shape` says what is kept of an answer
and how two differ, `report` leaves out what is known and explained. `histories` makes requests up instead. The
conformance tests need no more than that.

The command (`command`, `runs`) compares a cloud with a world that is like it (`likeness`, `in_process`): by the
scenarios that are `suitable` there (`running` plays them, `playing` one of them on both), or by what there is to read
(`reads`, `reading`). The cloud gets projects and users of its own (`cast`), which are removed with all that they have
(`cleaning`). `results` are told by `telling` and `documents`.
"""
