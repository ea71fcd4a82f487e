"""`from_torch`: the laws of a network, block by block, with what is proved, what is cited and what is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import prod
from typing import Any

from ..errors import ConslawError
from ..laws.counting import count_laws
from ..laws.finding.finder import find_laws
from ..models.text import parse_model
from ..tables import Markup, html_table
from ..verdict import Status
from .parameter_laws import Law, total
from .reading import check_torch, read_module
from .recognition import Recognised, recognise

__all__ = ["Block", "NetworkReport", "from_torch"]

MAX_COUNTED = 20_000  # parameters of a block that is counted without being asked for
MAX_BY_STRUCTURE = 1_000_000  # the same for the kinds that are counted by their structure
MAX_FOUND = 30  # parameters of a block whose hidden laws are looked for
_Judgement = tuple[Status, str, list[str]]
_BY_STRUCTURE = ("relu(", "linear(", "factorization(")


@dataclass
class Block:
    """Parameters whose laws belong together."""

    name: str  # the modules they are in
    parameters: dict[str, tuple[int, ...]]  # name -> shape
    laws: list[Law]  # each with `formula`, `count` and `reason`
    model: str = ""  # the block as a model of the catalogue, as text; '' where none is exactly it
    # PROVED where the engine has counted φ of the block, and the laws are all there are; UNKNOWN otherwise
    verdict: Status = Status.UNKNOWN
    basis: str = ""  # why the laws hold, and why there are no others, or why that is not known
    # laws that no symmetry gives, found in `model` and written in its names: ratios, logarithms, integrals
    found: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many parameters it has."""
        return sum(map(prod, self.parameters.values()))

    @property
    def count(self) -> int:
        """How many laws are known."""
        return total(self.laws) + len(self.found)

    @property
    def number(self) -> str:
        """The number of laws with what is known of it: exactly, at least."""
        return f"{'exactly' if self.verdict is Status.PROVED else 'at least'} {self.count:,}"

    @property
    def number_of_laws(self) -> str:
        """The number of laws with the word."""
        return f"{self.number} law{'' if self.count == 1 else 's'}"


@dataclass
class NetworkReport:
    """What `from_torch` returns: a table that a terminal and a notebook show, and Python that one can edit."""

    name: str
    parameters: int  # all trained parameters
    blocks: list[Block]
    without: dict[str, tuple[int, ...]]  # parameters in no law, name -> shape
    unknown: list[str]  # layers and functions that are not known
    notes: list[str] = field(default_factory=list)
    free: set[str] = field(default_factory=set)  # parameters without a law that are components of φ by themselves

    @property
    def laws(self) -> list[Law]:
        """All laws of all blocks."""
        return [law for block in self.blocks for law in block.laws]

    @property
    def count(self) -> int:
        """How many laws are known in all."""
        return sum(block.count for block in self.blocks)

    def values(self, module: Any) -> dict[str, Any]:
        """Return each law's value at the parameters of a module: formula -> numbers."""
        arrays = {name: p.detach() for name, p in module.named_parameters()}
        return {law.formula: law.values(arrays.__getitem__) for law in self.laws}

    @property
    def python(self) -> str:
        """Python that makes the models of the blocks and counts them: a file to edit."""
        lines = [f'"""The laws of {self.name}, block by block: edit and run."""', "", "import conslaw_nb as cl", ""]
        for block, same in _grouped(self.blocks):
            times = f", and {len(same) - 1} equal blocks" if len(same) > 1 else ""
            lines.append(f"# {block.name}{times}: {block.size:,} parameters, {block.number_of_laws}")
            lines += [f"#   {line}" for line in (*_formulas(block.laws), *block.found)]
            if block.model:
                lines.append(f'print(cl.count_laws(cl.parse_model("{block.model}")))')
            else:
                lines.append(f"# {block.basis}")
                lines.append(
                    "# A small model of it: cl.model(lambda x, U, V: U @ cl.gates.relu(V @ x), U=(2, 3), V=(3, 2))"
                )
            lines.append("")
        return "\n".join(lines)

    # -- showing --------------------------------------------------------------------------------------

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Return the table: block, parameters, laws as formulas, their number, what is proved.

        Blocks that are equal but for their names are one row; in its formulas the names begin where they differ.
        """
        result = []
        for block, same in _grouped(self.blocks):
            name = block.name if len(same) == 1 else f"{block.name}, and {len(same) - 1} equal"
            formulas = "\n".join([*_formulas(block.laws, _common(block.parameters)), *block.found])
            result.append((name, f"{block.size:,}", formulas, block.number, block.basis))
        return result

    def __repr__(self) -> str:
        lines = [self.headline]
        for name, size, formulas, number, basis in self.rows():
            lines += ["", f"{name}: {size} parameters, {number} law{'' if number.endswith(' 1') else 's'}"]
            lines += [f"  {formula}" for formula in formulas.split("\n")]
            lines.append(f"  {basis}")
        return "\n".join([*lines, *(text for line in self.endnotes() for text in ("", line))])

    @property
    def headline(self) -> str:
        """The report in one line."""
        # blocks that share an input or an output may have laws together
        proved = len(self.blocks) <= 1 and all(block.verdict is Status.PROVED for block in self.blocks)
        exact = proved and not self.unknown and self.free >= self.without.keys()
        known = f"law{'' if self.count == 1 else 's'} {'in all' if exact else 'known'}"
        return f"{self.name}: {self.parameters:,} trained parameters, {self.count:,} {known}"

    def endnotes(self) -> list[str]:
        """Return what is to be said below the table: parameters without laws, what is not known, notes."""
        lines = []
        if self.without:
            names = list(self.without)
            shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
            size = sum(map(prod, self.without.values()))
            lines.append(f"In no law: {shown} ({size:,} parameters).")
        if self.unknown:
            lines.append(
                f"Not known: {', '.join(self.unknown)}. They were taken to see their inputs as they are, so laws "
                f"across them are not listed; write what they do as cl.model(...) to have it counted."
            )
        return lines + [f"Note: {note}" for note in self.notes]

    def _repr_html_(self) -> str:
        rows = [[Markup(escape(cell).replace("\n", "<br>")) for cell in row] for row in self.rows()]
        table = html_table(rows, ("block", "parameters", "laws", "how many", "why"), numbers=False)
        end = "".join(f"<p>{escape(line)}</p>" for line in self.endnotes())
        return f"<p><b>{escape(self.headline)}</b></p>{table}{end}"


def _common(names: Iterable[str]) -> str:
    """Return the modules in which all names are, as far as they are the same: 'layers.0.'."""
    split = [name.split(".")[:-1] for name in names]
    same = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        same.append(parts[0])
    return "".join(f"{part}." for part in same)


def _formulas(laws: Sequence[Law], prefix: str = "", most: int = 6) -> list[str]:
    """Return formulas with their numbers, one for each line; what holds for each head is said once."""
    kinds: dict[str, list[Law]] = {}
    for law in laws:
        formula = re.sub(rf"(?<![\w.]){re.escape(prefix)}", "", law.formula)
        kinds.setdefault(re.sub(r"\b(b?[QKVO])\d+(?!\d)", r"\1ₕ", formula), []).append(law)
    lines = []
    for formula, same in kinds.items():
        heads = f" for each head h:   {len(same)} × " if len(same) > 1 else "   "
        lines.append(f"{_short(formula)}{heads}{same[0].count:,}")
    return lines if len(lines) <= most else [*lines[: most - 1], f"and {len(lines) - most + 1} more of these kinds"]


def _short(formula: str) -> str:
    """Cut a formula of many terms in its middle."""
    terms = formula.split(" + ")
    return formula if len(terms) <= 6 else " + ".join([*terms[:3], f"... ({len(terms) - 4} more)", terms[-1]])


def _shape_of(block: Block) -> tuple[Any, ...]:
    """Return what two equal blocks share: their parameters' shapes, and their laws but for names."""
    return (tuple(block.parameters.values()), tuple((type(law), law.count) for law in block.laws), block.model)


def _grouped(blocks: Sequence[Block]) -> list[tuple[Block, list[Block]]]:
    groups: dict[tuple[Any, ...], list[Block]] = {}
    for block in blocks:
        groups.setdefault(_shape_of(block), []).append(block)
    return [(same[0], same) for same in groups.values()]


def from_torch(
    module: Any, *, count: bool = True, progress: Callable[[str], Any] | None = None, largest: int | None = None
) -> NetworkReport:
    """Report the laws of a torch module, block by block.

    Parameters
    ----------
    module : torch.nn.Module
        As it is trained: parameters with ``requires_grad=False`` are frozen, and a module in training mode uses its
        dropouts and the statistics of its batches.
    count : bool
        Whether to count the laws of blocks that the catalogue knows; equal blocks are counted once.
    progress : callable, optional
        Called with a sentence before a block is counted.
    largest : int, optional
        Blocks of more parameters are not counted; by default what takes seconds.

    Returns
    -------
    NetworkReport
        Shows itself as a table; `python` is a script to edit, `blocks` holds everything.

    Raises
    ------
    ModelError
        Something that is not a module, or PyTorch is not installed.

    Notes
    -----
    Every law listed holds for any loss and any data along gradient flow, since it comes from a symmetry of the network
    (a matrix into a bundle of channels and its inverse out of it). That there are no others is proved for a block where
    the engine has counted its φ, and is said to be so only there.

    Examples
    --------
    >>> import torch                                                               # doctest: +SKIP
    >>> from_torch(torch.nn.Sequential(
    ...     torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2)))       # doctest: +SKIP
    Sequential: 17 trained parameters, 3 laws in all
    """
    check_torch(module, "from_torch(module)")
    wiring = read_module(module)
    shapes = {name: tuple(p.shape) for name, p in module.named_parameters() if p.requires_grad}
    order = {name: i for i, name in enumerate(shapes)}
    laws = wiring.laws()
    joint = [law for law in laws if _joins(law)]
    blocks = [_block(some, shapes, order) for some in _components([law for law in laws if not _joins(law)])]
    blocks.sort(key=lambda block: min(order[name] for name in block.parameters))
    known: dict[str, _Judgement] = {}
    shared = {name for law in joint for name in law.parameters}
    in_part = wiring.seen_in_part()
    for block in blocks:
        _judge(block, recognise(block.laws, shapes), known, count, progress, largest)
        if shared & set(block.parameters):  # what it makes is seen through a normalisation, so not all of φ is
            block.verdict = Status.UNKNOWN
            block.basis += " Its outputs are seen through normalisations only, which gives the laws of the last block."
        elif in_part & set(block.parameters) and block.verdict is Status.PROVED:
            block.verdict = Status.UNKNOWN
            block.basis += " Of what it reads or makes perhaps not all is seen in this network: then there are more."
    if joint:
        blocks.append(_block(joint, shapes, order))
        blocks[-1].name = "what normalisations see"
        _judge(blocks[-1], None, known, count, progress, largest)
    held = {name for block in blocks for name in block.parameters}
    return NetworkReport(
        name=type(module).__name__,
        parameters=sum(map(prod, shapes.values())),
        blocks=blocks,
        without={name: shape for name, shape in shapes.items() if name not in held},
        unknown=wiring.unknown,
        notes=wiring.notes,
        free=wiring.free(),
    )


def _joins(law: Law) -> bool:
    """Whether a law comes from a normalisation of whole vectors, which sees what many layers add up to."""
    return law.kind in ("trace", "sums")


def _components(laws: Sequence[Law]) -> list[list[Law]]:
    """Return laws that share parameters, or belong to one layer, as one list."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for law in laws:
        place = [f"layer {law.belongs}"] if law.belongs else []
        for name in (*law.parameters[1:], *place):
            parent[find(name)] = find(law.parameters[0])
    groups: dict[str, list[Law]] = {}
    for law in laws:
        groups.setdefault(find(law.parameters[0]), []).append(law)
    return list(groups.values())


def _block(laws: list[Law], shapes: dict[str, tuple[int, ...]], order: dict[str, int]) -> Block:
    names = sorted({name for law in laws for name in law.parameters}, key=order.__getitem__)
    modules = list(dict.fromkeys(name.rpartition(".")[0] or name for name in names))
    shown = ", ".join(modules[:4]) + (f" and {len(modules) - 4} more" if len(modules) > 4 else "")
    return Block(shown, {name: shapes[name] for name in names}, laws)


def _judge(
    block: Block,
    found: Recognised | None,
    known: dict[str, _Judgement],
    count: bool,
    progress: Callable[[str], Any] | None,
    largest: int | None,
) -> None:
    """Say of a block what is proved: that its laws hold always is; that there are no others where φ was counted."""
    holds = "They hold for any loss and data (symmetry)."
    if found is None:
        block.basis = f"{holds} That there are no others is not known: no model of the catalogue is this block."
        return
    block.model = found.model
    if found.model not in known:
        known[found.model] = _counted(found, block, count, progress, largest)
    block.verdict, block.basis, block.found = known[found.model]
    block.basis = f"{holds} {block.basis}"


def _counted(
    found: Recognised, block: Block, count: bool, progress: Callable[[str], Any] | None, largest: int | None
) -> _Judgement:
    text = found.model
    if not count:
        return Status.UNKNOWN, f"φ is that of {text}; it was not counted here. {found.source}", []
    most = largest or (MAX_BY_STRUCTURE if text.startswith(_BY_STRUCTURE) else MAX_COUNTED)
    if block.size > most:
        return (
            Status.UNKNOWN,
            f"φ is that of {text}; for {block.size:,} parameters the number is cited, not counted: {found.proved}. "
            f"{found.source}",
            [],
        )
    if progress is not None:
        progress(f"counting the laws of {text}")
    phi = parse_model(text)
    try:
        answer = count_laws(phi)
        if answer.laws == block.count and answer.verdict.is_proved:
            return (
                Status.PROVED,
                f"φ is that of {text}, and the engine proves that it has no others. {found.source}",
                [],
            )
        if answer.laws is not None and phi.dimension <= MAX_FOUND:
            laws = find_laws(phi)
            hidden = [law.line for law in laws if law.kind != "polynomial"]
            if laws.complete and len(hidden) == len(laws) - block.count:
                what = "the last law comes" if len(hidden) == 1 else f"the last {len(hidden)} laws come"
                reason = f"φ is that of {text}; {what} from no symmetry: cl.find_laws says what the letters stand for. "
                return Status.PROVED, reason + "The engine proves that there are no others.", hidden
    except ConslawError as error:
        return Status.UNKNOWN, f"φ is that of {text}, which was not counted: {error}", []
    number = answer.laws if answer.laws is not None else f"{answer.laws_at_least} to {answer.laws_at_most}"
    laws = "law" if number == 1 else "laws"
    reason = f"φ is that of {text}, which has {number} {laws}: some may be missing above. {found.source}"
    return Status.UNKNOWN, reason, []
