"""A slow and obviously right judge of what the package says.

Nothing here imports the package: polynomials are dicts of fractions (`reference.py`), a rank over the field of
fractions is bounded from below at a random large point and from above by minors that are expanded, brackets are written
out, and matrices are numbers modulo a prime drawn for the run. The tests make random sentences as trees, write them as
text for the package, and compare what it answers with what the trees mean.
"""
