"""The engine's public questions, asked in an interpreter of its own: answers as JSON, to be compared.

python tests/backend_questions.py flint     # python-flint is there, and is what works
python tests/backend_questions.py hidden    # no python-flint can be found, as where none is installed
"""

import importlib.abc
import json
import sys

MODELS = [
    "phi(x*y)",
    "phi(x*y, x*z)",
    "phi(x + y**2/2)",
    "phi(w, x, y + x*z)",
    "phi(x**3/3 + y**2/2 - 2/7*z)",
    "linear(1,1)",
    "linear(2,2,2)",
    "linear(1,2,2,1)",
    "linear(2,3,2)",
    "relu(1,2,1)",
    "relu(2,2,2,bias=True)",
    "factorization(3,2,2)",
    "factorization(2,2,1)",
    "fields([x, y, z], [y, x, 0], [z, 0, x])",
    "fields([x, y], [x + 100000000000000000000*y, y - x])",
    # every coefficient is a multiple of the prime that both backends compute with
    "fields([x, y], [2147483647*x, -2147483647*y])",
    "phi(2147483647*x*y, 4294967294*x*z)",
]
LAWS = [
    ("x**2 - y**2", "phi(x*y)"),
    ("x**2 + y**2", "phi(x*y)"),
    ("(x**2 - y**2)/(x**2 - y**2 + 1)", "phi(x*y)"),
    ("2147483647*x", "phi(x*y)"),
    ("y*exp(-x)", "phi(x + y**2/2)"),
    ("y*exp(x)", "phi(x + y**2/2)"),
    ("sqrt(-x**2)", "phi(x*y)"),
    ("log(log(log(x)))", "phi(x*y)"),
    ("U1[1,1]**2 + U1[2,1]**2 - U2[1,1]**2 - U2[1,2]**2", "linear(2,2,2)"),
    ("7", "phi(x*y)"),
    ("1/0", "phi(x*y)"),
]
CLAIMS = [
    "x**2 - y**2 is conserved for phi(x*y)",
    "x + y is not conserved for phi(x*y)",
    "U^T*U - V^T*V is conserved for all n, m, r",
    "U*U^T - V*V^T is conserved for all n, m, r",
    "x**2 - y**2 and x**2 - z**2 are independent at x=1, y=2, z=3 for phi(x*y, x*z)",
    "x**2 - y**2, y**2 - x**2 are independent for phi(x*y)",
    "x**2 - y**2 - z**2 is all the laws for phi(x*y, x*z)",
    "there are exactly 2 laws for phi(x*y, x*z)",
    "dim Lie = 3 for phi(w, x, y + x*z)",
    "dim Lie = 2 at (1, 0, 0) for phi(x*y, x*z)",
    "dim W = 2 for phi(x*y, x*z)",
    "W is involutive for phi(w, x, y + x*z)",
    "[v_1, v_2] lies in W for phi(x*y, x*z)",
    "x*y*z factors through phi for phi(x*y, z)",
    "the loss cross-entropy spans",
    "(x + y)**2 = x**2 + 2*x*y + y**2",
    "(x + y)**3 = x**3 + y**3",
    "there are exactly two laws for phi(x*y)",
]
PROOFS = [
    "model phi(x*y)\ngoal x**2 - y**2 is conserved\nx**2 - y**2 is conserved by computation",
    "model phi(x*y)\ngoal x**2 + y**2 is conserved\nx**2 + y**2 is conserved by computation",
    "model phi(a*c, b*d)\ngoal a**2 - c**2, b**2 - d**2 are all the laws\na**2 - c**2 is conserved by computation\n"
    "b**2 - d**2 is conserved by computation\na**2 - c**2, b**2 - d**2 are independent by Definition 2.18\n"
    "dim Lie = 2 by computation\nthere are exactly 2 laws by Theorem 3.3\n"
    "a**2 - c**2, b**2 - d**2 are all the laws by Theorem 3.3",
    "model phi(x**2 + 3*y**2)\ngoal x**3/y is all the laws\nx**3/y is conserved by computation\n"
    "x**3/y is independent by Definition 2.18\ndim Lie = 1 by computation\nthere is exactly 1 law by Theorem 3.3\n"
    "x**3/y is all the laws by Theorem 3.3",
    "given u: 1 x 1, v: m x 1, e: m x 1\nflow u' = -v^T*e, v' = -e*u\nlet h = v^T*v - u^2\ngoal h is conserved\n"
    "h' = 2*v^T*v' - 2*u*u' by the product rule\n= 0 by computation\nh is conserved by Proposition 2.5",
    "model phi(x*y)\ngoal x is conserved\nthis is not a step",
]


class Hidden(importlib.abc.MetaPathFinder):
    """Finds no python-flint, whatever is installed."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "flint":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def hide():
    """Make this interpreter one without python-flint."""
    sys.modules["flint"] = None  # what importlib.util.find_spec asks first
    sys.meta_path.insert(0, Hidden())


def answer(ask):
    """Return what a question has to say, its refusal included."""
    from conslaw_nb.errors import ConslawError

    try:
        return ask()
    except ConslawError as error:
        return [type(error).__name__, str(error)]


def verdict_of(verdict):
    details = {key: str(value) for key, value in sorted(verdict.details.items())}
    return [str(verdict.status), verdict.reason, str(verdict.witness), details]


def count_of(phi, point=None):
    import conslaw_nb as cl

    found = cl.count_laws(phi, point)
    told = {key: str(value) for key, value in found.as_dict().items() if key != "seconds"}
    return [told, found.staircase, verdict_of(found.verdict)]


def laws_of(phi, degree):
    import conslaw_nb as cl

    found = cl.conservation_laws(phi, degree)
    return [[law.text for law in found], found.independent, verdict_of(found.verdict)]


def dimensions_of(phi):
    import conslaw_nb as cl
    from conslaw_nb.laws import questions

    size = phi.dimension
    asked = [verdict_of(questions.dimension(phi, what, size // 2)) for what in ("W", "Lie")]
    return [*asked, verdict_of(questions.involutive(phi)), repr(cl.staircase(phi))]


def certificates_of(phi, text):
    import conslaw_nb as cl

    return cl.certify(phi, law=text).text if text else cl.certify(phi).text


def claim_of(text):
    import conslaw_nb as cl

    card = cl.claim(text)
    certificate = None if card.certificate is None else card.certificate.text
    return [verdict_of(card.verdict), repr(card), card._repr_html_(), certificate, repr(card.hints().next())]


def proof_of(text):
    import conslaw_nb as cl

    found = cl.proof(text)
    return [found.reached, verdict_of(found.verdict), str(found), found.missing, found.json]


def questions():
    """Yield (name, question); a question returns what JSON can hold."""
    import conslaw_nb as cl

    for model in MODELS:
        phi = cl.parse_model(model)
        yield f"laws of degree 2: {model}", lambda phi=phi: laws_of(phi, 2)
        if phi.dimension <= 4:
            yield f"laws of degree 4: {model}", lambda phi=phi: laws_of(phi, 4)
        yield f"count: {model}", lambda phi=phi: count_of(phi)
        yield f"count at 0: {model}", lambda phi=phi: count_of(phi, [0] * phi.dimension)
        yield f"certificate: {model}", lambda phi=phi: certificates_of(phi, None)
        if phi.dimension <= 8:
            yield f"dimensions: {model}", lambda phi=phi: dimensions_of(phi)
    for law, model in LAWS:
        phi = cl.parse_model(model)
        yield f"law: {law} of {model}", lambda law=law, phi=phi: verdict_of(cl.check_law(law, phi))
        yield f"certificate: {law} of {model}", lambda law=law, phi=phi: certificates_of(phi, law)
    for text in CLAIMS:
        yield f"claim: {text}", lambda text=text: claim_of(text)
    for place, text in enumerate(PROOFS, 1):
        yield f"proof {place}", lambda text=text: proof_of(text)


def main(which):
    """Ask everything, and print the answers."""
    if which == "hidden":
        hide()
    from conslaw_nb.exact.backend import backend_name

    answers = {name: answer(ask) for name, ask in questions()}
    json.dump({"backend": backend_name(), "flint": "flint" in sys.modules, "answers": answers}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
