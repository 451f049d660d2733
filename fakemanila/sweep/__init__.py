"""Finding out which lost, late or refused answer breaks a client.

A program runs once undisturbed against a world of its own. Then it runs once more for every request that it made and
every kind of failure there, each time in a new world that begins as the first one did, and what it leaves behind is
compared with what it left when nothing was in the way.

`asked` recognises requests, `failures` says what may happen to them, `cases` which runs follow from both; `remains`
compares worlds, `stage` carries a run out. They know nothing of who runs: a command (`command`, `process`) or a test
(`in_pytest`).
"""
