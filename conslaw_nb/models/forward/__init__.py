"""φ from a forward pass: symbolic matrices, gates, and the coefficients that the flow sees."""
