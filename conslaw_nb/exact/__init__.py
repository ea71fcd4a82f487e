"""Exact arithmetic: polynomials and their parser, linear algebra over Q and GF(p), truncated numbers."""
