"""A real cloud as a scenario: what its API shows, read and written down.

`cloud` asks, `partial` keeps what was answered, `reading` knows what to ask and in which order, `records` and `people`
make of the answers what a world has, `anonymous` hides whose cloud it was, `document` is the file.
"""
