"""The goal of a proof: what it says where it stands alone, and whether the steps have shown it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import ParseError
from ..language.sentences import Conserved, Equal, Sentence
from ..language.tree import Node
from .proof_engine import Case, Room, meaning, written_out
from .proof_matrices import MatrixCase
from .where_defined import where_defined

__all__ = ["goal_text", "reached_by"]

Shown = Sequence[tuple[str, list[Node]]]  # of each chain: its "for all i", and the trees that were shown to be equal


def reached_by(room: Room, goal: Sentence, chains: Shown) -> bool:
    """Whether what was shown says the goal.

    An equality is reached where its sides stand in one chain, as trees: not by what they are worth, for then each
    true equality would be shown already. A sentence is reached where a step says it, however that is written.
    """
    if isinstance(goal, Equal):
        return any(goal.every == every and all(side in members for side in goal.sides) for every, members in chains)
    said = written_out(room.case, goal)
    wanted = meaning(room.case, said)
    if any(fact.means == wanted for fact in room.facts):
        return True
    if not hasattr(said, "full_rank") or said.full_rank:
        return False
    # what holds wherever the rank is full holds near a generic point
    stronger = meaning(room.case, replace(said, full_rank=True))  # type: ignore[call-arg]
    return any(fact.means == stronger for fact in room.facts)


def goal_text(case: Case, goal: Sentence) -> str:
    """Write a goal so that it can stand alone: definitions written out, with the model or the flow."""
    if isinstance(goal, Equal):
        return _equality(case, goal)
    said = written_out(case, goal)
    if not isinstance(case, MatrixCase):
        return said.statement(case.model.text)
    if not isinstance(said, Conserved):
        raise ParseError("in matrix mode a goal is 'Psi is conserved', or an equality")
    shown = ", ".join(case.plain(case.function(h).text) for h in said.functions)
    be = ("is" if len(said.functions) == 1 else "are") + (" not" if said.negated else "")
    flow = f" along {case.flow_text}" if case.flow_text else ""
    return f"{shown} {be} conserved{flow} (all sizes; {_letters(case)})"


def _letters(case: MatrixCase) -> str:
    return ", ".join(case.space.letter(name).text for name in case.given)


def _equality(case: Case, goal: Equal) -> str:
    sides = [case.side(tree) for tree in goal.sides]
    if isinstance(case, MatrixCase):
        about = f"all sizes; {_letters(case)}" + (f"; {case.flow_text}" if case.flow_text else "")
        holds: tuple[str, ...] = ()
    else:
        about = case.model.text
        holds = where_defined([case.expanded(tree) for tree in goal.sides], case.variables)
    every = f" for all {goal.every}" if goal.every else ""
    where = f" where {case.where}" if case.where else ""
    return f"{' = '.join(side.text for side in sides)}{every}{''.join(f' {h}' for h in holds)} ({about}){where}"
