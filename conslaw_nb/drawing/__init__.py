"""The house style: small SVG pictures that everybody can read."""

from .picture import STYLES, Axes, DrawingError, Picture, Style

__all__ = ["STYLES", "Axes", "DrawingError", "Picture", "Style"]
