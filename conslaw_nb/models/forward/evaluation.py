"""Going through a forward pass over a ring: polynomials in the weights, numbers of terms, or values with gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...errors import SizeError
from ...exact.polynomial import Monomial
from .algebra import Entry, Letters, times
from .matrix import Matrix

__all__ = ["evaluate", "gates_of", "nodes_of"]

MAX_STEPS = 2_000_000  # products of two terms in a pass
Table = list[list[Entry]]


def nodes_of(outputs: Iterable[Matrix]) -> list[Matrix]:
    """Return all matrices of a pass, parts before what is made of them."""
    found: dict[int, Matrix] = {}
    stack = list(outputs)
    while stack:
        node = stack.pop()
        if node.number not in found:
            found[node.number] = node
            stack.extend(node.parts)
    return [found[number] for number in sorted(found)]


def gates_of(outputs: Iterable[Matrix]) -> list[str]:
    """Return the gates of a pass by name, each once."""
    gates = ("relu", "maxpool", "softmax", "gate", "normalize")
    used = {node.op for node in nodes_of(outputs)}
    return [name for name in gates if name in used]


def evaluate(outputs: Sequence[Matrix], ring: Any) -> list[Any]:
    """Return the coefficients that the flow sees, in a fixed order: what gates see, then what comes out.

    The order depends on the pass alone, not on the ring, so that component g over one ring is component g over another.
    What is written twice is the same thing twice: two ReLUs of one matrix are on and off together.

    Raises SizeError: before time is spent on a pass with too many terms.
    """
    run = _Run(ring)
    tables: dict[int, Table] = {}
    made: dict[Any, Table] = {}
    for node in nodes_of(outputs):
        parts = [tables[part.number] for part in node.parts]
        data = tuple(map(tuple, node.data)) if isinstance(node.data, list) else node.data
        how = node.op, data, tuple(map(id, parts))
        if how not in made:
            made[how] = run.apply(node, parts)
        tables[node.number] = made[how]
    for node in outputs:
        run.see(entry for row in tables[node.number] for entry in row)
    return [value for _, value in run.seen]


class _Run:
    def __init__(self, ring: Any):
        self.ring = ring
        self.letters = Letters()
        self.seen: list[tuple[Monomial, Any]] = []
        self.zero: Entry = {}
        self.steps = 0

    def see(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.seen += sorted(entry.items(), key=lambda item: item[0])

    def apply(self, node: Matrix, parts: list[Table]) -> Table:
        table: Table = getattr(self, f"_{node.op}")(node, *parts)
        return table

    # -- leaves ---------------------------------------------------------------------------------------

    def _letter(self, name: str, switch: bool = False) -> Entry:
        return {((self.letters.new(name, switch), 1),): self.ring.number(1)}

    def _input(self, node: Matrix) -> Table:
        rows, columns = node.shape
        return [[self._letter(f"{node.text}[{a},{b}]") for b in range(columns)] for a in range(rows)]

    def _weight(self, node: Matrix) -> Table:
        rows, columns = node.shape
        return [[{(): self.ring.weight(node.data + a * columns + b)} for b in range(columns)] for a in range(rows)]

    def _constant(self, node: Matrix) -> Table:
        return [[{(): self.ring.number(e)} if e else self.zero for e in row] for row in node.data]

    # -- products and sums ----------------------------------------------------------------------------

    def _matmul(self, node: Matrix, left: Table, right: Table) -> Table:
        across = [sum(len(row[k]) for row in left) for k in range(len(right))]
        self._check(node, sum(n * sum(map(len, row)) for n, row in zip(across, right, strict=True)))
        columns = len(right[0])
        result: Table = [[{} for _ in range(columns)] for _ in left]
        for row, into in zip(left, result, strict=True):
            for a, line in zip(row, right, strict=True):
                if a:
                    for c, b in enumerate(line):
                        if b:
                            times(a, b, self.letters, into[c])
        return result

    def _check(self, node: Matrix, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise SizeError(
                f"up to {node._brief} this forward pass has {self.steps} products of terms, and up to {MAX_STEPS} are "
                f"handled; linear, relu, factorization and attention know larger sizes by their structure"
            )

    def _combine(self, left: Table, right: Table, join: Callable[[Entry, Entry], Entry]) -> Table:
        """Join entry by entry, a column repeated beside a wider matrix and a single entry everywhere."""
        rows, columns = max(len(left), len(right)), max(len(left[0]), len(right[0]))

        def at(table: Table, a: int, b: int) -> Entry:
            return table[a if len(table) > 1 else 0][b if len(table[0]) > 1 else 0]

        return [[join(at(left, a, b), at(right, a, b)) for b in range(columns)] for a in range(rows)]

    def _add(self, node: Matrix, left: Table, right: Table) -> Table:
        def join(a: Entry, b: Entry) -> Entry:
            total = dict(a)
            for monomial, value in b.items():
                total[monomial] = total[monomial] + value if monomial in total else value
            return total

        return self._combine(left, right, join)

    def _times(self, node: Matrix, left: Table, right: Table) -> Table:
        size = max(len(e) for row in left for e in row) * max(len(e) for row in right for e in row)
        self._check(node, size * node.shape[0] * node.shape[1])
        return self._combine(left, right, lambda a, b: times(a, b, self.letters))

    def _scale(self, node: Matrix, table: Table) -> Table:
        if not node.data:
            return [[self.zero for _ in row] for row in table]
        factor = self.ring.number(node.data)
        return [[{m: c * factor for m, c in entry.items()} for entry in row] for row in table]

    def _power(self, node: Matrix, table: Table) -> Table:
        result = table
        for _ in range(node.data - 1):
            result = self._times(node, result, table)
        return result

    def _transpose(self, node: Matrix, table: Table) -> Table:
        return [list(column) for column in zip(*table, strict=True)]

    def _gather(self, node: Matrix, table: Table) -> Table:
        return [[self.zero if at is None else table[at[0]][at[1]] for at in row] for row in node.data]

    def _concat(self, node: Matrix, *tables: Table) -> Table:
        return [row for table in tables for row in table]

    # -- gates ----------------------------------------------------------------------------------------

    def _relu(self, node: Matrix, table: Table) -> Table:
        return [[times(self._letter("on", node.data), entry, self.letters) for entry in row] for row in table]

    def _gate(self, node: Matrix, table: Table) -> Table:
        self.see(entry for row in table for entry in row)
        return [[self._letter("gate") for _ in row] for row in table]

    _normalize = _gate

    def _softmax(self, node: Matrix, table: Table) -> Table:
        minus = self.ring.number(-1)
        first = [{m: c * minus for m, c in entry.items()} for entry in table[0]]
        result: Table = [[{(): self.ring.number(1)} for _ in first]]
        for row in table[1:]:
            self.see(entry for line in self._add(node, [row], [first]) for entry in line)
            letters = [self._letter("share") for _ in row]
            result.append(letters)
            taken = [{m: c * minus for m, c in letter.items()} for letter in letters]
            result[0] = self._add(node, [result[0]], [taken])[0]
        return result

    def _maxpool(self, node: Matrix, table: Table) -> Table:
        size = node.data
        result: Table = []
        for row in table:
            line: list[Entry] = []
            for start in range(0, len(row), size):
                total: Entry = {}
                for entry in row[start : start + size]:
                    times(self._letter("chosen", True), entry, self.letters, total)
                line.append(total)
            result.append(line)
        return result
