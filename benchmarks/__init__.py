"""How fast fakemanila is, against what else could stand in its place. ``make bench`` runs all of it."""
