"""Random histories, played on a real server and on this one: `fakemanila compare --histories`."""
