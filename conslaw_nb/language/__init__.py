"""The one language of everything that people type.

One grammar (`grammar.lark`, which reads like a manual) and one kind of tree (`tree`), at every door. The way of a text:

    what was typed  --signs-->  canonical signs  --grammar-->  raw tree  --resolving-->  tree or sentence

* `read_expression(text, names)` reads a formula; `names` are the names that are known there (a model's variables, a
  space's letters). They decide what is read where signs are left out: ``xy`` is x*y where x and y are known and xy is
  not, and `notes(tree)` says so for the page. A `Scope` says more: ``Scope(names, applied=True)`` lets ``v_1(h)``
  stand (`Apply`); ``side_by_side=True`` takes any names side by side as a product, as in matrices. Unknown names
  are not refused by reading: whoever gives them a meaning does that (`polynomials`, a matrix space, a proof).
* `read_statements` reads several things with commas, equalities among them (`Equality`); `read_list` the same without
  the outer brackets; `read_equation` at least two sides; `read_model` a model (`Model`: kind, arguments, options).
* `read_pieces` cuts a list into texts as they were typed; `without_label` takes away ``h = `` in front of a function.
* `read_sentence(text, names)` reads a sentence of the table in `sentences`: small frozen dataclasses such as
  ``Conserved(functions, negated, sizes, model)`` or ``Dimension(space, relation, number, point, model)``. `names` (or
  `scope`) may be a function of the sentence's `Model`, or of None, for the names depend on the model. Every word is
  understood, or the sentence is refused with the nearest ones. A label, as in ``h = x*y is conserved``, is kept in
  `labels`, and refused where it is one of the names.
* `read_point(point, variables, where)` reads a point from text, lists, mappings or the `Point` of a sentence;
  `exact_number` one coordinate.
* `polynomials.fraction_from_node(tree, variables)` makes exact polynomials and quotients; `poly_from_text` one
  polynomial; `constant_value` a number.
* `text(tree)` and ``sentence.text`` write what reads back as the same tree; `latex(tree, name)` and
  ``sentence.latex(write)`` write it in the order of the person who wrote it. What is shown is written from the tree.

A bracket ``[v_1, v_2]`` is a `List` of two: whoever reads it says whether that is a list, a Lie bracket or a
commutator. ``h'`` is `Prime` and means a derivative in time; a transpose is `Transpose`. `Negative` is minus;
`Product` is flat, with a flag for what stands below.

The lines of a proof (``given``, ``flow``, ``let``, ``goal``, steps with their reasons) are cut where proofs are read;
the expressions, sentences, points and flows in them are those of this room: `read_sentence` reads a goal and a step,
`read_chain` a line that goes on with the line before, `read_flow` how matrices move.

Lark is loaded when something is first read, not before.
"""

from .points import exact_number, read_point
from .reading import (
    is_name,
    read_chain,
    read_equation,
    read_expression,
    read_flow,
    read_list,
    read_model,
    read_name,
    read_pieces,
    read_sentence,
    read_statements,
    without_label,
)
from .resolving import Scope, notes
from .tree import names_in, walk
from .writing import dotted, latex, text
from .written_points import Point

__all__ = [
    "Point",
    "Scope",
    "dotted",
    "exact_number",
    "is_name",
    "latex",
    "names_in",
    "notes",
    "read_chain",
    "read_equation",
    "read_expression",
    "read_flow",
    "read_list",
    "read_model",
    "read_name",
    "read_pieces",
    "read_point",
    "read_sentence",
    "read_statements",
    "text",
    "walk",
    "without_label",
]
