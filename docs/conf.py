"""How Sphinx builds these pages. A link that leads nowhere, and a page that nothing leads to, fail ``make docs``."""

from fakemanila import __version__

project = "fakemanila"
copyright = "the fakemanila authors"  # Sphinx's name for it
release = version = __version__

extensions = ["myst_parser"]
myst_heading_anchors = 3
# The same pages are read where the repository is, so links outside of them go to files of the repository.
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"fakemanila {release}"
