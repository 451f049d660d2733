"""``python -m fakemanila`` is the command ``fakemanila``."""

from .cli.program import main

main(prog_name="fakemanila")
