"""Models: the map φ through which parameters act, or a finite family of vector fields; networks, texts, other flows."""
