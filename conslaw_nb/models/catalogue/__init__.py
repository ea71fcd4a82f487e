"""The catalogue: one file for each kind of models, or small family of kinds; each registers itself when it is read."""
