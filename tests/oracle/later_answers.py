"""Answers to the exercises of lessons 7 to 12, right and wrong ones, each with its truth by the definition."""

from itertools import pairwise

from reference import degree, expected_linear, gradient, rank

from .answers import (
    DET,
    ENTRIES,
    formulas,
    is_polynomial,
    law_of,
    laws_of,
    numbers,
    points,
    polynomial,
    proofs,
    relation,
    spoil,
)
from .matrices import MisfitError, World
from .numbers import is_prime, random_prime
from .proof_lines import space_of
from .ranks import basis_of, bracket, generic_staircase
from .reading import UnreadableError, read

FOUR = ("w", "x", "y", "z")


def _few_generators(found):
    """7.4: brackets with the first generator alone announce a law that does not exist."""
    if len(found) != 3 or not all(map(is_polynomial, found)):
        return None
    if any(degree(polynomial(v)) > 4 for v in found):
        return None
    fields = [gradient(polynomial(v), 4) for v in found]
    if not any(map(any, fields)):
        return None
    basis = basis_of(fields)
    while True:
        grown = basis_of([*basis, *(bracket(fields[0], x) for x in basis)])
        if len(grown) == len(basis):
            return len(basis) < generic_staircase(fields)[-1]
        basis = grown


def _prime(rng):
    p = rng.choice((2, 13, 2, 13, 3, 5, 7, 11, 26, 4, 1, 17, 0, -2, 169))
    return str(p), is_prime(p) and 26 % p == 0


def _close(rng):
    k = rng.choice((10**5, 10**6, 4 * 10**5, 100, 10**3, 7))
    a, b, c, d = k + 1, k, k, k - 1
    roll = rng.random()
    if roll < 0.2:
        a, b, c, d = k, k, k, k
    elif roll < 0.4:
        a, b, c, d = (rng.randint(-9, 9) for _ in range(4))
    truth = a * d - b * c != 0 and a == k + 1 and k >= 10**5
    return f"({a}, {b}, {c}, {d})", truth


def sizes_equal(letters, right):
    """Make matrix expressions: right ones and spoiled ones, compared for all sizes by numbers."""

    def make(rng):
        texts = [spoil(rng, t, list(letters), 0.45) for t in rng.choice(right[1])]
        answer = ", ".join(texts)
        try:
            for _ in range(3):
                sizes = {"n": rng.randint(1, 4), "m": rng.randint(2, 4), "r": rng.randint(1, 4)}
                world = World(letters, rng, random_prime(rng), sizes)
                for text, wanted in zip(texts, right[0], strict=True):
                    one, other = (world.value(read(t, world.known)) for t in (text, wanted))
                    if one.shape != other.shape:
                        return answer, False
                    if one.rows != other.rows:
                        return answer, False
        except MisfitError:
            return answer, False
        except UnreadableError:
            return answer, None
        return answer, True

    return make


FACTORS = {"U": ("n", "r", "general"), "V": ("m", "r", "general"), "G": ("n", "m", "general")}
_TURNS = {"D": ("n", "m", "general"), "E": ("n", "m", "general")}


def _written(matrix):
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in matrix) + "]"


def _numeric(a, b):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def _turned(a):
    return [list(column) for column in zip(*a, strict=True)]


def _minus(a, b):
    return [[x - y for x, y in zip(r, s, strict=True)] for r, s in zip(a, b, strict=True)]


def _turn_u(rng):
    """8.2: the bracket turns U and leaves V alone."""
    units = [[[1, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [1, 0]], [[0, 0], [0, 1]]]
    one, other = rng.choice(units), rng.choice(units)
    if rng.random() < 0.4:
        one, other = ([[rng.randint(-2, 2) for _ in range(2)] for _ in range(2)] for _ in range(2))
    if rng.random() < 0.2:
        one, other = [[1, 2], [0, 0]], [[0, 0], [1, 2]]
    a = _minus(_numeric(one, _turned(other)), _numeric(other, _turned(one)))
    b = _minus(_numeric(_turned(one), other), _numeric(_turned(other), one))
    return f"{_written(one)}, {_written(other)}", any(map(any, a)) and not any(map(any, b))


def _in_vain(rng):
    """8.4: both of rank 2, and the stacked matrix not of full rank 3."""
    u = [[rng.randint(-2, 2) for _ in range(3)] for _ in range(2)]
    v = [[rng.randint(-2, 2) for _ in range(3)] for _ in range(2)]
    if rng.random() < 0.5:  # the rows of V in the plane of U
        coefficients = [[rng.randint(-2, 2) for _ in range(2)] for _ in range(2)]
        v = _numeric(coefficients, u)
    return f"{_written(u)}, {_written(v)}", rank(u) == rank(v) == 2 and rank([*u, *v]) < 3


def _nine(n, m, r):
    """8.5: the formula of completeness for two layers."""
    if any(x.denominator != 1 or x < 1 for x in (n, m, r)):
        return None
    low = min(n + m, r)
    return low * (2 * r + 1 - low) == 18


def _log_entry():
    model = "phi(B_1_1*A_1_1 + B_1_2*A_2_1, B_1_1*A_1_2 + B_1_2*A_2_2, B_2_1*A_1_1 + B_2_2*A_2_1, "
    model += "B_2_1*A_1_2 + B_2_2*A_2_2)"
    space = space_of(model)
    right = (
        "B_1_1^2 + B_2_1^2 - A_1_1^2 - A_1_2^2", "B_1_1*B_1_2 + B_2_1*B_2_2 - A_1_1*A_2_1 - A_1_2*A_2_2",
        "A_1_1^2 + A_2_1^2 - B_1_1^2 - B_1_2^2", "B_1_2^2 + B_2_2^2 - A_2_1^2 - A_2_2^2", "A_1_1^2 - B_1_1^2",
    )  # fmt: skip
    good = law_of(model, only=lambda v: is_polynomial(v) and degree(polynomial(v)) == 2)
    return formulas(space.names, right, good)


HIDDEN = {  # linear networks: whether they have a law that no balance gives
    "linear(1,3,3,1)": True,
    "linear(1,2,3,1)": True,
    "linear(1,3,2,1)": True,
    "linear(1,2,2,2,1)": True,
    "linear(2,2,2)": False,
    "linear(1,2,1)": False,
    "linear(1,3,1)": False,
    "linear(1,3,1,1)": False,
    "linear(1,1,1,1)": False,
    "linear(2,3,2)": False,
    "linear(1,4,1,1)": False,
    "linear(2,1,2)": False,
}


def hidden_by_count(widths, point):
    """Whether a scalar linear network has a hidden law: D − 1 against the rank of the balances."""
    total = sum(a * b for a, b in pairwise(widths))
    return total - 1 > expected_linear(widths, point)


def _all_of_relu():
    names = [f"U1_1_{j}" for j in (1, 2)] + [f"U2_{i}_{j}" for i in (1, 2) for j in (1, 2)] + ["U3_1_1", "U3_2_1"]
    paths = [f"U1_1_{j}*U2_{j}_{k}*U3_{k}_1" for j in (1, 2) for k in (1, 2)]
    model = f"phi({', '.join(paths)}, variables=[{', '.join(names)}])"
    first = ["U1[1,1]^2 - U2[1,1]^2 - U2[1,2]^2", "U1[1,2]^2 - U2[2,1]^2 - U2[2,2]^2"]
    second = ["U2[1,1]^2 + U2[2,1]^2 - U3[1,1]^2", "U2[1,2]^2 + U2[2,2]^2 - U3[2,1]^2"]
    whole, less = ", ".join([*first, *second]), ", ".join([*first, second[0]])
    dependent = ", ".join([*first, second[0], f"({first[0]})^2"])
    return formulas(tuple(names), (whole, whole, less, dependent), laws_of(model, 4), several=True)


def _missing_law(rng):
    """5.5: laws of xy + z that are independent of x² − y²."""
    right = ("(x + y)*exp(-z)", "(x - y)*exp(z)", "z - log(x + y)", "(x + y)*exp(-z) + x^2 - y^2",
             "3*(x - y)*exp(z) - 1", "log(x + y) - z", "(x^2 - y^2)*(x + y)*exp(-z)",
             "(x + y)^2*exp(-2*z)")  # fmt: skip
    wrong = ("x*exp(z)", "(x + y)*exp(z)", "x^2 - y^2", "(x^2 - y^2)^2", "exp(x^2 - y^2)",
             "z + log(x + y)",
             "x + y - z", "(x + y)*exp(-2*z)", "z - log(x)", "5", "(x + y)*exp(-z)*(x - y)*exp(z)")  # fmt: skip
    good = rng.random() < 0.5
    return rng.choice(right if good else wrong), good


def _nets(rng):
    text = rng.choice(list(HIDDEN))
    return text, HIDDEN[text]


def _middles(rng):
    nets = {"linear(2,1,2,2,1,2)": True, "linear(2,2,2)": False, "linear(1,3,3,1)": False, "linear(2,1,2)": False,
            "linear(2,1,2,1,2)": False, "linear(2,2,1,2)": False, "linear(2,1,1,2)": False}  # fmt: skip
    text = rng.choice(list(nets))
    return text, nets[text]


LATE = {
    "5.5": _missing_law,
    "7.1": numbers("2", "3", "3", near=("1", "5", "4", "6")),
    "7.2": formulas(
        ("a", "b", "c", "d"),
        (
            "a^2 - c^2, b^2 - d^2, a*b - c*d",
            "a^2 - c^2, b^2 - d^2, (a^2 - c^2)^2",
            "a^2 - c^2, b^2 - d^2, a*d - b*c",
            "a^2 - c^2, b^2 - d^2",
            "a*b - c*d, a*d - b*c, a^2 - c^2",
        ),
        laws_of("phi(a*c + b*d, variables=[a, b, c, d])", 3),
        several=True,
    ),
    "7.3": proofs("7.3"),
    "7.4": formulas(
        FOUR,
        (
            "w, x, y + x*z",
            "w*x, w*y, w*z",
            "w, x, y",
            "x, w*y, z",
            "w, y + x*z, x",
            "y + x*z, x, w",
            "w + x, x^2, y + x*z",
        ),
        _few_generators,
        several=True,
    ),
    "7.5": _prime,
    "7.6": _close,
    "8.1": sizes_equal(
        _TURNS,
        (
            ("D*E^T - E*D^T", "D^T*E - E^T*D"),
            (
                ("D*E^T - E*D^T", "D^T*E - E^T*D"),
                ("D*E^T", "E*D^T"),
                ("-E*D^T + D*E^T", "-(E^T*D - D^T*E)"),
                ("E*D^T - D*E^T", "E^T*D - D^T*E"),
            ),
        ),
    ),
    "8.2": _turn_u,
    "8.3": proofs("8.3"),
    "8.4": _in_vain,
    "8.5": points(
        3, _nine, special=((1, 1, 5), (1, 2, 4), (2, 1, 4), (2, 2, 3), (3, 3, 3), (1, 1, 4), (2, 2, 4), (9, 9, 3))
    ),
    "8.6": formulas(ENTRIES, (DET, f"-({DET})", "p11*p22 - p12^2", f"({DET})*(p12 + 1)"), relation),
    "9.1": proofs("9.1"),
    "9.2": _log_entry(),
    "9.3": numbers("6", near=("7", "3", "5")),
    "9.4": _nets,
    "9.5": _middles,
    "9.6": _all_of_relu(),
}
