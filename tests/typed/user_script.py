"""What a person writes with the public names; mypy reads it in `tests/test_typing.py`, nothing runs it."""

from fractions import Fraction

import conslaw_nb as cl

phi = cl.linear(2, 3, 2)
count = cl.count_laws(phi)
number: int | None = count.laws
verdict: cl.Verdict = cl.check_law("x**2 - y**2", cl.parse_model("phi(x*y)"))
status: cl.Status = verdict.status
laws = cl.conservation_laws(phi, degree=2)
texts: list[str] = [str(law) for law in laws]
found: list[str] = [law.text for law in cl.find_laws(phi, kinds="polynomial")]
form: cl.Verdict = cl.check_form("x*dy - y*dx", cl.parse_model("phi(x**2 + y**2)"), modulo=["x/y"])
certificate = cl.certify(phi)
certificate.save("law.json")
again: cl.Verdict = cl.verify("law.json")
card = cl.claim("dim Lie = 5", phi)
settled: cl.Verdict = card.verdict
reached: bool = cl.proof("model phi(x*y)").reached
task: cl.teaching.Exercise = cl.teaching.exercise("1.1")
feedback: cl.teaching.Feedback = task.check((Fraction(5, 4), Fraction(3, 4)))
family = cl.vector_fields(["x", "y"], [["y", "x"]])
traces: list[int] = cl.staircase(family).traces
whole: int = cl.union(phi, cl.catalogue.cp(rank=2, size=3)).dimension
heads: int = cl.attention(heads=2, d_head=2, dim=2).dimension
reasons: list[str] = cl.model(lambda x, U, V: U @ cl.gates.relu(V @ x), U=(2, 3), V=(3, 2)).reasons
