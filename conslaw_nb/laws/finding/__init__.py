"""Finding laws that no search for polynomials finds: ratios, Darboux products, logarithms, and laws by quadrature."""
