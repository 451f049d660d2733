"""Random histories, played on a real server and on this one: `python -m tests.conformance.histories --help`."""
