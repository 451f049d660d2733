"""What users write, under mypy and pyright: `make types` runs both over this folder, and nothing runs the code.

In `right.py` each line has the type that it is said to have. In `wrong.py` each comment is about an error that must be
there: both checkers refuse a comment about none.
"""
