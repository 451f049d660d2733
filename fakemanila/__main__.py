"""``python -m fakemanila`` is the command ``fakemanila``."""

from .cli import main

main(prog_name="fakemanila")
