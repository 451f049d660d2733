"""An example of a package that adds to fakemanila: a service, a resource of Manila's API, an effect and two presets."""
