"""Judging proofs from their text alone: which steps are true, whether the goal is, and whether it was shown.

The judge reads the lines by itself and puts numbers in: random sizes (1 and unequal ones among them), random matrices
modulo a random prime, a random gradient of the loss; functions it expands over the field of fractions.
"""

import re
from fractions import Fraction
from itertools import pairwise

from reference import rank

from .matrices import MisfitError, World, names_in
from .numbers import random_prime, rng_of
from .proof_lines import NAME, UNREADABLE, lines_of, sentence_of, space_of, split, split_functions
from .ranks import generic_rank, generic_staircase, gradient_at, gradient_of, inside, lie_at, values
from .reading import UnreadableError, read

WORLDS = 4


class Judge:
    """Judges one proof.

    Attributes
    ----------
    lines : list of Line
        With their truth.
    goals : list of (text, truth)
    """

    def __init__(self, text, seed="judge"):
        self.text, self.rng = text, rng_of(seed, text)
        self.lines = lines_of(text)
        self.worlds, self.space, self.model_text = [], None, ""
        self.flow_given = False
        self.unsure = False  # something is said that may mean several things: nothing is judged
        before = None
        for line in self.lines:
            try:
                self._take(line, before)
            except (UnreadableError, MisfitError) as problem:
                line.truth, line.why = UNREADABLE, f"{type(problem).__name__}: {problem}"
            if self.unsure:
                line.truth = None
            if line.kind == "equality":
                before = line
            elif line.kind == "sentence":
                before = None
        self.goals = [(line.body, self._truth_of_goal(line.body)) for line in self.lines if line.kind == "goal"]

    # -- lines -----------------------------------------------------------------------------------------

    def _take(self, line, before):
        if line.kind == "model":
            self._model(line.body)
        elif line.kind == "given":
            self._given(line.body)
        elif line.kind == "flow":
            self._flow(line.body)
        elif line.kind == "let":
            self._let(line.body)
        elif line.kind == "equality":
            parts = split(line.body)
            if line.follows:
                if before is None:
                    raise UnreadableError("it goes on with nothing")
                line.every = before.every
                parts = [before.members[-1], *parts[1:]] if before.members else parts[1:]
            line.members = tuple(parts)
            line.truth = all(self.equal(a, b, line.every) for a, b in pairwise(parts))
        elif line.kind == "sentence":
            line.truth = self.sentence(line.body)

    def _model(self, text):
        if self.space is not None or self.worlds:
            raise UnreadableError("two models")
        self.space, self.model_text = space_of(text), text

    def _given(self, body):
        if self.space is not None:
            raise UnreadableError("letters and a model")
        letters = {}
        for part in re.split(r"[;,]", body):
            found = re.fullmatch(rf"\s*({NAME})\s*:\s*(\w+)\s*[x×]\s*(\w+)\s*(\w*)\s*", part)
            if not found:
                raise UnreadableError(part)
            name, rows, columns, kind = found.groups()
            kind = kind or "general"
            if kind not in ("general", "symmetric", "skew", "identity", "zero", "constant") or name in letters:
                raise UnreadableError(part)
            if kind in ("symmetric", "skew", "identity") and rows != columns:
                raise UnreadableError(part)
            if rows == columns == "1":  # a number is symmetric, and a skew one is 0
                kind = {"symmetric": "general", "skew": "zero"}.get(kind, kind)
            letters[name] = (rows, columns, kind)
        sizes = sorted({s for r, c, _ in letters.values() for s in (r, c)} - {"1"})
        if any(s.isdigit() or s in letters for s in sizes) or self.worlds:
            raise UnreadableError(f"sizes {sizes}")
        for world in range(WORLDS):
            chosen = {s: 1 if world == 0 else self.rng.randint(1, 4) for s in sizes}
            if world == 1:
                chosen = dict(zip(sizes, self.rng.sample(range(2, 2 + len(sizes)), len(sizes)), strict=True))
            if world == 2:
                chosen = dict.fromkeys(sizes, 3)
            self.worlds.append(World(letters, self.rng, random_prime(self.rng), chosen))

    def _flow(self, body):
        if not self.worlds or self.flow_given:
            raise UnreadableError("a flow of what?")
        self.flow_given = True
        described = re.fullmatch(rf"of\s+(.+?)(?:\s+with\s+({NAME}))?", body)
        for world in self.worlds:
            if described:
                parts = [read(part, set(world.letters)) for part in split(described.group(1), ",")]
                name = described.group(2)
                used = {n for part in parts for n in names_in(part)}
                if name is None:
                    name = next((g for g in ("G", "g") if g in world.letters and g not in used), None)
                if name is not None and name not in world.known and len(parts) == 1:
                    world.declare(name, world.value(parts[0]).shape)
                if name is not None and (name not in world.letters or world.letters[name][2] != "general"):
                    raise UnreadableError(f"{name} is not an arbitrary gradient")
                if any(world.letters[n][2] != "general" for n in used if n in world.letters):
                    self.unsure = True  # the gradient flow of a symmetric matrix: among which matrices?
                if name is not None and (name in used or len(parts) > 1):
                    raise UnreadableError(f"{name} for several parts")
                world.gradient_flow(parts, [name] * len(parts))
                continue
            equations = {}
            for part in split(body, ","):
                found = re.fullmatch(rf"({NAME})\s*'\s*=\s*(.+)", part)
                if not found or found.group(1) in equations or found.group(1) not in world.letters:
                    raise UnreadableError(part)
                tree = read(found.group(2), world.known)
                if "'" in str(found.group(2)):
                    raise UnreadableError("a derivative in the flow")
                equations[found.group(1)] = tree
            world.set_flow(equations)

    def _let(self, body):
        name, *rest = split(body)
        if len(rest) != 1 or not re.fullmatch(NAME, name):
            raise UnreadableError(body)
        if self.space is not None:
            if name in self.space.known:
                raise UnreadableError(f"{name} twice")
            tree = read(rest[0], self.space.known, functions=True)
            self.space.value(tree)
            self.space.lets[name] = tree
            return
        if not self.worlds:
            raise UnreadableError("no model")
        for world in self.worlds:
            if name in world.known:
                raise UnreadableError(f"{name} twice")
            tree = read(rest[0], world.known)
            if world._is_field(tree):
                world.field(tree)
                world.fields[name] = tree
            else:
                world.value(tree)
                world.lets[name] = tree

    # -- truth -----------------------------------------------------------------------------------------

    def equal(self, one, other, every=False):
        """Whether two texts are equal, for all sizes or as functions."""
        if self.space is not None:
            a, b = (read(t, self.space.known, functions=True) for t in (one, other))
            indices = range(len(self.space.fields)) if every else [None]
            return all(self.space.equal(a, b, i) for i in indices)
        if not self.worlds or every:
            raise UnreadableError("no model")
        return all(w.equal(read(one, w.known), read(other, w.known)) for w in self.worlds)

    def same(self, one, other):
        """Whether two texts mean the same; False where one of them means nothing."""
        try:
            return self.equal(one, other)
        except (UnreadableError, MisfitError):
            return False

    def conserved(self, text):
        """Whether a function, or a matrix for all sizes, is conserved."""
        if self.space is not None:
            return self.space.conserved(read(text, self.space.known, functions=True))
        if not self.worlds:
            raise UnreadableError("no model")
        for world in self.worlds:
            value = world.value(("'", read(text, world.known)))
            if any(map(any, value.rows)):
                return False
        return True

    def sentence(self, body):
        """Whether a sentence is true; None where the judge does not decide this kind here."""
        found = sentence_of(body)
        if found is None:
            raise UnreadableError(body)
        kind, parts = found
        if self.space is None and not self.worlds:
            raise UnreadableError("no model")
        if kind in ("conserved", "not conserved"):
            true = [self.conserved(h) for h in split_functions(parts["h"])]
            return all(true) if kind == "conserved" else not any(true) if len(set(true)) == 1 else None
        if self.space is None:
            return None
        return self._about_model(kind, parts)

    def _about_model(self, kind, parts):
        space = self.space
        fields = space.fields
        if kind == "involutive":
            return len(generic_staircase(fields)) == 1
        if kind == "count":
            return space.n - generic_staircase(fields)[-1] == int(parts["n"])
        point = self._point(parts.get("at"))
        if kind == "dimension":
            return self._dimension(parts["what"], int(parts["n"]), point)
        if kind == "bracket":
            return self._bracket(parts["h"], point)
        if kind == "function":
            return None
        functions = [self._fraction(h) for h in split_functions(parts["h"])]
        slopes = [gradient_of(f, space.n) for f in functions]
        if kind == "factors":
            return inside(fields, slopes[0]) if space.components is not None else None
        if kind == "independent" and point is not None:
            try:
                return rank([gradient_at(f, point) for f in functions]) == len(functions)
            except ZeroDivisionError:
                return False
        independent = generic_rank(slopes)[0] == len(slopes)
        if kind == "independent":
            return independent
        laws = all(space.conserved(read(h, space.known, functions=True)) for h in split_functions(parts["h"]))
        return laws and independent and len(slopes) == space.n - generic_staircase(fields)[-1]

    def _dimension(self, what, n, point):
        fields = self.space.fields
        if point is None:
            staircase = generic_staircase(fields)
            return n == (staircase[0] if what == "W" else staircase[-1])
        if what == "W":
            return n == rank(values(fields, point))
        low, high = lie_at(fields, point)
        return n == low if low == high else None if low <= n <= high else False

    def _bracket(self, text, point):
        tree = read(text, self.space.known, functions=True)
        field = self.space.value(tree)
        if not isinstance(field, list):
            raise UnreadableError(text)
        field = [top for top, _ in field]
        if point is None:
            return inside(self.space.fields, field)
        rows = values(self.space.fields, point)
        return rank(rows) == rank([*rows, *values([field], point)])

    def _fraction(self, text):
        value = self.space.value(read(text, self.space.known, functions=True))
        if isinstance(value, list):
            raise UnreadableError(text)
        return value

    def _point(self, text):
        if text is None:
            return None
        given = {}
        for part in split(text, ","):
            found = re.fullmatch(rf"({NAME})\s*=\s*(-?\d+(?:/\d+)?)", part)
            if not found or found.group(1) in given or found.group(1) not in self.space.names:
                raise UnreadableError(text)
            given[found.group(1)] = Fraction(found.group(2))
        if set(given) != set(self.space.names):
            raise UnreadableError(text)
        return [given[name] for name in self.space.names]

    def _truth_of_goal(self, body):
        try:
            if sentence_of(body) is not None:
                return self.sentence(body)
            parts = split(body)
            if len(parts) < 2:
                return UNREADABLE
            return all(self.equal(a, b) for a, b in pairwise(parts))
        except (UnreadableError, MisfitError):
            return UNREADABLE

    # -- the goal --------------------------------------------------------------------------------------

    @property
    def goal_truth(self):
        """Whether the goal is true: what the lines `goal` say, and else what the last step says."""
        if self.unsure:
            return None
        if self.goals:
            truths = [truth for _, truth in self.goals]
            for wanted in (UNREADABLE, False, None):
                if any(truth is wanted for truth in truths):
                    return wanted
            return True
        steps = [line for line in self.lines if line.number]
        if not steps or steps[-1].kind == "sentence" or steps[-1].truth is UNREADABLE:
            return steps[-1].truth if steps else None
        first = next(line for line in reversed(steps) if line.kind == "equality" and not line.follows)
        try:
            return self.equal(first.members[0], steps[-1].members[-1], first.every)
        except (UnreadableError, MisfitError, IndexError):
            return UNREADABLE

    def chains(self, green):
        """Yield the chains of equalities as (members, every), each up to its first line that is not accepted."""
        chain, every, alive = [], False, False
        for line in self.lines:
            if line.kind == "equality" and line.follows and alive:
                alive = line.number in green and line.truth is True
                chain += line.members[1:] if alive else ()
            elif line.number and not (line.kind == "equality" and line.follows):
                if chain:
                    yield chain, every
                alive = line.kind == "equality" and line.number in green and line.truth is True
                chain, every = (list(line.members), line.every) if alive else ([], False)
        if chain:
            yield chain, every

    def shows_conserved(self, h, green):
        """Whether accepted chains show that the derivative of h is 0, along the flow or along each generator."""
        found = [(chain, every) for chain, every in self.chains(green) if any(map(self._zero, chain))]
        if self.space is None:
            return any(self._derivative_of(m, h) for chain, _ in found for m in chain)
        return all(
            any(self._along(m, h, i, every) for chain, every in found for m in chain)
            for i in range(len(self.space.fields))
        )

    def _zero(self, member):
        """Whether a side is the number 0, written in digits."""
        try:
            return not re.search(r"[^\W\d]", member) and self.same(member, "0")
        except (UnreadableError, MisfitError):
            return False

    def _derivative_of(self, member, h):
        try:
            world = self.worlds[0]
            tree = read(member, world.known)
            return (
                isinstance(tree, tuple)
                and tree[0] == "'"
                and all(w.equal(tree[1], read(h, w.known)) for w in self.worlds)
            )
        except (UnreadableError, MisfitError):
            return False

    def _along(self, member, h, index, every):
        space = self.space
        try:
            tree = read(member, space.known, functions=True)
            if not isinstance(tree, tuple) or tree[0] not in ("along", "<>"):
                return False
            function, field = (tree[2], tree[1]) if tree[0] == "along" else (None, None)
            if tree[0] == "<>":
                for one, other in ((tree[1], tree[2]), (tree[2], tree[1])):
                    if isinstance(one, tuple) and one[0] == "grad":
                        function, field = one[1], other
            if function is None or not space.equal(function, read(h, space.known, functions=True)):
                return False
            value = space.value(field, index if every else None)
            wanted = space.value(("name", f"v_{index + 1}"))
            return all(space._same(a, b) for a, b in zip(value, wanted, strict=True))
        except UnreadableError:
            return False
