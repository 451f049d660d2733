"""Random histories, played on a real server and on this one: `python -m fakemanila.compare.histories --help`."""
