"""The command line: the program, `serve`, what commands print and how they read their options.

Other commands are beside what they are about: `control/commands`, `compare/command.py` and so on; `program.py` has the
list.
"""
