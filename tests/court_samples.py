"""Statements as data for the court: true and false ones of every kind, and files made of them."""

POINT = {"x": "1", "y": "1/2"}
ORIGIN = {"x": "0", "y": "0"}


def plane(*components):
    return {"model": {"kind": "map", "variables": ["x", "y"], "components": list(components)}}


def space(*components):
    return {"model": {"kind": "map", "variables": ["x", "y", "z"], "components": list(components)}}


XY = plane([["1", {"x": 1, "y": 1}]])
TWIN = plane([["1", {"x": 1}]], [["1", {"x": 1, "y": 1}], ["-7", {"y": 1}]])  # W is one-dimensional where x = 7
CUBE = plane([["1", {"x": 2, "y": 1}]])
XYZ = space([["1", {"x": 1, "y": 1}]], [["1", {"x": 1, "z": 1}]])
GROWING = {  # dim W = 2 and one more with every letter of a bracket: x**3 d/dz needs three
    "model": {
        "kind": "fields",
        "variables": ["x", "y", "z"],
        "fields": [[[["1", {}]], [], []], [[], [["1", {"x": 1}]], [["1", {"x": 3}]]]],
    }
}
PRIME = {  # a coefficient that is a multiple of a well-known prime
    "model": {
        "kind": "fields",
        "variables": ["x", "y"],
        "fields": [[[[str(2**61 - 1), {}]], [["1", {"x": 1}]]]],
    }
}
LINEAR = {"model": {"kind": "linear", "widths": [2, 2, 2]}}
RELU = {"model": {"kind": "relu", "widths": [1, 2, 1], "bias": True}}
FACTORS = {"model": {"kind": "factorization", "n": 2, "m": 2, "r": 2}}

LAYERS = {
    "given": {"U": ["n", "r"], "V": ["m", "r"], "G": ["n", "m"]},
    "flow": {
        "velocities": {"U": ["-", ["*", "G", "V"]], "V": ["-", ["*", ["T", "G"], "U"]]},
        "of": [["*", "U", ["T", "V"]]],
        "gradients": ["G"],
    },
}
SQUARE = {
    "given": {
        "A": ["n", "n"],
        "B": ["n", "n"],
        "S": ["n", "n", "symmetric"],
        "K": ["n", "n", "skew"],
        "I": ["n", "n", "identity"],
    },
    "flow": None,
}
ALONE = {"given": {"A": ["n", "n"]}, "flow": None}
MIXED = {"given": {"A": ["n", "m"], "u": ["n", "1"], "t": ["1", "1"]}, "flow": None}

H = ["-", ["^", "x", 2], ["^", "y", 2]]
UU, VV = ["*", ["T", "U"], "U"], ["*", ["T", "V"], "V"]
UDOT = ["+", ["*", ["T", ["dot", "U"]], "U"], ["*", ["T", "U"], ["dot", "U"]]]
X, Y = ["field", ["U", ["*", "G", "V"]]], ["field", ["V", ["*", ["T", "G"], "U"]]]
GG = ["*", "G", ["T", "G"], "U"], ["*", ["T", "G"], "G", "V"]
BRACKET = ["field", ["U", GG[0]], ["V", ["-", GG[1]]]]
DIFFERENCE = ["-", ["*", "A", "B"], ["*", "B", "A"]]


def equal(*sides, every=False, flow=True):
    return {"kind": "equal", "sides": list(sides), "every": every, "flow": flow}


def of(kind, *functions, **more):
    return {"kind": kind, "of": list(functions), **more}


def dimension(what, how, number, at=None):
    return {"kind": "dimension", "of": what, "how": how, "number": number, "at": at}


def count(how, number):
    return {"kind": "count", "how": how, "number": number}


def at(names, values):
    return dict(zip(names, map(str, values), strict=True))


U_V = [f"{m}_{i}_{j}" for m in "UV" for i in (1, 2) for j in (1, 2)]
ENTRIES = [
    ["-", *(["+", *(["*", f"{m}_{i}_{a}", f"{m}_{i}_{b}"] for i in (1, 2))] for m in "UV")]
    for a, b in ((1, 1), (1, 2), (2, 2))
]
FIRST = ["-", *(["+", ["^", f"U{k}_1_1", 2], ["^", other, 2]] for k, other in ((1, "U1_2_1"), (2, "U2_1_2")))]
HAMILTON = [
    "+",
    ["^", "A", 2],
    ["-", ["*", ["tr", "A"], "A"]],
    ["*", "1/2", ["-", ["^", ["tr", "A"], 2], ["tr", ["^", "A", 2]]], ["I", "n"]],
]

# (scene, statement, whether it is true)
STATEMENTS = [
    # conserved functions
    (XY, of("conserved", H), True),
    (XY, of("conserved", "x"), False),
    (XY, of("conserved", H, ["^", H, 3]), True),
    (XY, of("conserved", H, ["*", H, "x"]), False),
    (XY, of("conserved", ["/", H, ["+", 1, ["^", H, 2]]]), True),
    (XY, of("not conserved", "x", "y"), True),
    (XY, of("not conserved", "x", H), False),
    (PRIME, of("conserved", "x"), False),
    (PRIME, of("conserved", ["-", ["*", 2 * (2**61 - 1), "y"], ["^", "x", 2]]), True),
    (LINEAR, of("conserved", FIRST), True),
    (LINEAR, of("conserved", ["-", ["^", "U1_1_1", 2], ["^", "U2_1_1", 2]]), False),
    (RELU, of("conserved", ["-", ["^", "U1_1_1", 2], ["+", ["^", "U2_1_1", 2], ["^", "b1_1", 2]]]), True),
    (RELU, of("conserved", ["-", ["^", "U1_1_1", 2], ["^", "U2_1_1", 2]]), False),
    (LAYERS, of("conserved", ["-", UU, VV]), True),
    (LAYERS, of("conserved", ["+", UU, VV]), False),
    (LAYERS, of("conserved", ["tr", ["^", ["-", UU, VV], 3]]), True),
    (LAYERS, of("conserved", ["-", ["*", "U", ["T", "U"]], ["*", "V", ["T", "V"]]]), False),  # it does not fit
    (LAYERS, of("not conserved", ["tr", UU]), True),
    (LAYERS, of("not conserved", ["-", ["norm2", "U"], ["norm2", "V"]]), False),
    # independent
    (XY, of("independent", H, at=None), True),
    (XY, of("independent", H, ["^", H, 2], at=None), False),
    (XY, of("independent", "x", "y", at=ORIGIN), True),
    (XY, of("independent", H, at=ORIGIN), False),
    (XY, of("independent", ["/", 1, "x"], at=ORIGIN), False),  # no value there
    (XY, of("not independent", H, at=ORIGIN), True),
    (XY, of("not independent", H, at=POINT), False),
    (XY, of("independent", ["^", ["*", ["-", "x", 1], ["-", "x", 2], ["-", "x", 3]], 2], at=None), True),
    (PRIME, of("independent", ["*", 2**61 - 1, "x"], at=None), True),
    # all the laws
    (XY, of("complete", H), True),
    (XY, of("complete", ["^", H, 2]), True),
    (XY, of("complete", H, H), False),
    (XY, of("complete", "x"), False),  # it is not a law
    (XY, of("not complete", H), False),
    (space([["1", {"x": 1, "y": 1, "z": 1}]]), of("complete", H, ["^", H, 2]), False),  # two, and not independent
    (space([["1", {"x": 1, "y": 1, "z": 1}]]), of("complete", H), False),
    (space([["1", {"x": 1, "y": 1, "z": 1}]]), of("complete", H, ["-", ["^", "x", 2], ["^", "z", 2]]), True),
    (XYZ, of("not complete", H), True),
    (FACTORS, of("complete", *ENTRIES), True),
    (FACTORS, of("complete", *ENTRIES[:2]), False),
    # every law is a function of these
    (FACTORS, of("function of", *ENTRIES), True),
    (FACTORS, of("function of", *ENTRIES[1:]), False),
    (XY, of("function of", "x", "y"), True),
    (XY, of("function of", ["*", "x", "y"]), False),
    (XY, of("not function of", "x"), True),
    (XY, of("not function of", H), False),
    # through phi
    (XY, of("factors", ["^", ["*", "x", "y"], 3]), True),
    (XY, of("factors", "x"), False),
    (XYZ, of("factors", ["/", "y", "z"]), True),
    (XYZ, of("not factors", "y"), True),
    (XYZ, of("not factors", "y", "x"), True),
    (XYZ, of("not factors", "y", ["*", "x", "z"]), False),  # it says so of each
    (XYZ, of("factors", "y", ["*", "x", "z"]), False),
    (XYZ, of("not factors", ["*", "x", "z"]), False),
    # counts
    (LINEAR, count("=", 3), True),
    (LINEAR, count("=", 4), False),
    (LINEAR, count("=", 2), False),
    (LINEAR, count(">=", 3), True),
    (LINEAR, count(">=", 4), False),
    (LINEAR, count("<=", 3), True),
    (LINEAR, count("<=", 2), False),
    (LINEAR, count("=", 9), False),
    (LINEAR, {**count("=", 4), "kind": "not count"}, True),
    (LINEAR, {**count("=", 3), "kind": "not count"}, False),
    (GROWING, count("=", 0), True),
    (PRIME, count("=", 1), True),
    (PRIME, count("=", 2), False),
    # dimensions
    (TWIN, dimension("W", "=", 2), True),
    (TWIN, dimension("W", "=", 1), False),
    (TWIN, dimension("W", "=", 1, {"x": "7", "y": "0"}), True),
    (TWIN, dimension("W", "=", 2, {"x": "6", "y": "3"}), True),
    (TWIN, dimension("W", "=", 2, {"x": "7", "y": "3"}), False),
    (CUBE, dimension("Lie", "=", 0, {"x": "0", "y": "1"}), True),
    (CUBE, dimension("Lie", "=", 1, {"x": "0", "y": "1"}), False),
    (CUBE, dimension("Lie", ">=", 1), True),
    (CUBE, dimension("Lie", "<=", 0), False),
    (LINEAR, dimension("W", "=", 4), True),
    (LINEAR, dimension("Lie", "=", 5), True),
    (LINEAR, dimension("Lie", "=", 4), False),
    (LINEAR, dimension("Lie", "<=", 5), True),
    (LINEAR, dimension("Lie", ">=", 6), False),
    (LINEAR, {**dimension("Lie", "=", 5), "kind": "not dimension"}, False),
    (LINEAR, {**dimension("W", "=", 5), "kind": "not dimension"}, True),
    (FACTORS, dimension("Lie", "=", 3, at(U_V, (1, 2, 2, 4, 0, 0, 0, 0))), True),  # brackets close as functions
    (FACTORS, dimension("Lie", "=", 4, at(U_V, (1, 2, 2, 4, 0, 0, 0, 0))), False),
    (GROWING, dimension("Lie", "=", 3), True),
    (GROWING, dimension("W", "=", 2), True),
    (GROWING, dimension("Lie", "=", 3, {"x": "0", "y": "0", "z": "0"}), True),
    # involutive
    (XYZ, {"kind": "involutive"}, True),
    (TWIN, {"kind": "involutive"}, True),
    (LINEAR, {"kind": "involutive"}, False),
    (LINEAR, {"kind": "not involutive"}, True),
    (XY, {"kind": "not involutive"}, False),
    (GROWING, {"kind": "involutive"}, False),
    # in W
    (LINEAR, of("in W", ["bracket", ["v", 1], ["v", 4]], at=None), True),
    (LINEAR, of("in W", ["bracket", ["v", 1], ["v", 2]], at=None), False),
    (LINEAR, of("not in W", ["bracket", ["v", 1], ["v", 2]], at=None), True),
    (XY, of("in W", ["vec", "y", "x"], at=None), True),
    (XY, of("in W", ["vec", "x", "y"], at=None), False),
    (XY, of("in W", ["vec", "x", "y"], at={"x": "2", "y": "-2"}), True),
    (XY, of("not in W", ["vec", "x", "y"], at={"x": "2", "y": "-2"}), False),
    # equalities in a model
    (XY, equal(["inner", ["grad", H], ["v", 1]], 0), True),
    (XY, equal(["inner", ["grad", H], ["v", 1]], ["along", ["v", 1], H], ["*", 4, "x", "y"]), False),
    (XY, equal(["grad", H], ["vec", ["*", 2, "x"], ["*", -2, "y"]]), True),
    (XY, equal(["grad", H], ["vec", ["*", 2, "x"], ["*", 2, "y"]]), False),
    (XY, equal(["d", ["^", "x", -2], "x"], ["/", -2, ["^", "x", 3]]), True),
    (XY, equal(["/", "x", "x"], 1), True),
    (XY, equal(["/", 1, ["-", "x", "x"]], ["/", 1, ["-", "x", "x"]]), False),  # no value anywhere
    (XY, equal("1/3", "3333/10000"), False),
    (XY, equal(["^", "x", 1], ["^", "x", 2]), False),
    (XYZ, equal(["phi", 2], ["*", "x", "z"]), True),
    (XYZ, equal(["inner", ["grad", ["-", H, ["^", "z", 2]]], ["v", "every"]], 0, every=True), True),
    (XYZ, equal(["inner", ["grad", H], ["v", "every"]], 0, every=True), False),
    (XYZ, equal(["v", "every"], ["grad", ["phi", "every"]], every=True), True),
    (LINEAR, equal(["phi", 1], ["+", ["*", "U1_1_1", "U2_1_1"], ["*", "U1_1_2", "U2_2_1"]]), True),
    (LINEAR, equal(["phi", 2], ["+", ["*", "U1_1_1", "U2_1_1"], ["*", "U1_1_2", "U2_2_1"]]), False),
    (RELU, equal(["phi", 1], ["*", "U1_1_1", "U2_1_1"]), True),
    (RELU, equal(["phi", 3], ["*", "U1_1_1", "b1_1"]), True),
    (RELU, equal(["grad", ["phi", "every"]], ["v", "every"], every=True), True),
    (FACTORS, equal(["phi", 3], ["+", ["*", "U_2_1", "V_1_1"], ["*", "U_2_2", "V_1_2"]]), True),
    (GROWING, equal(["bracket", ["v", 1], ["v", 2]], ["vec", 0, -1, ["*", -3, ["^", "x", 2]]]), True),
    (GROWING, equal(["bracket", ["v", 1], ["v", 2]], ["vec", 0, 1, ["*", 3, ["^", "x", 2]]]), False),  # the other sign
    (GROWING, equal(["bracket", ["v", 1], ["bracket", ["v", 1], ["v", 2]]], ["vec", 0, 0, ["*", 6, "x"]]), True),
    (XY, {**equal("x", "y"), "kind": "not equal"}, True),
    (XY, {**equal("x", "x"), "kind": "not equal"}, False),
    # equalities for all sizes
    (LAYERS, equal(["dot", ["-", UU, VV]], 0), True),
    (LAYERS, equal(["dot", ["-", UU, VV]], 0, flow=False), False),
    (LAYERS, equal(["dot", UU], UDOT, flow=False), True),
    (LAYERS, equal(["dot", UU], ["*", 2, ["T", "U"], ["dot", "U"]]), False),  # true where r = 1
    (LAYERS, equal(["tr", ["dot", UU]], ["*", 2, ["inner", "U", ["dot", "U"]]], flow=False), True),
    (LAYERS, equal(["dot", "G"], 0), False),  # nobody knows how an arbitrary gradient changes
    (LAYERS, equal(["bracket", X, Y], BRACKET), True),
    (LAYERS, equal(["bracket", Y, X], BRACKET), False),
    (LAYERS, equal(["+", X, ["*", 2, Y], ["-", X]], ["*", Y, 2]), True),
    (LAYERS, equal(["-", X, X], 0), True),
    (LAYERS, equal(X, 0), False),
    (SQUARE, equal(["tr", ["*", "A", "B"]], ["tr", ["*", "B", "A"]]), True),
    (SQUARE, equal(["*", "A", "B"], ["*", "B", "A"]), False),  # true where n = 1
    (SQUARE, equal(["comm", "A", "B"], DIFFERENCE), True),
    (SQUARE, equal(["T", ["*", "A", "B"]], ["*", ["T", "A"], ["T", "B"]]), False),
    (SQUARE, equal(["T", "S"], "S"), True),
    (SQUARE, equal(["T", "K"], ["-", "K"]), True),
    (SQUARE, equal(["T", "K"], "K"), False),  # true where n = 1
    (SQUARE, equal(["tr", ["^", "K", 3]], 0), True),
    (SQUARE, equal(["tr", "I"], ["size", "n"]), True),
    (SQUARE, equal(["*", "I", "A"], "A", ["*", "A", ["I", "n"]]), True),
    (SQUARE, equal(HAMILTON, 0), False),  # true where n is 1 or 2
    (SQUARE, equal(["*", *(["-", ["size", "n"], k] for k in range(1, 8)), "A"], 0), False),  # true where n < 8
    (ALONE, equal(["*", *(["-", ["tr", ["I", "n"]], k] for k in range(1, 9)), "A"], 0), False),  # true where n < 9
    (SQUARE, equal(["*", "A", 0], 0), True),
    (SQUARE, equal("A", 1), False),
    (SQUARE, equal(10, 0), False),
    (SQUARE, {**equal(["*", "A", "B"], ["*", "B", "A"]), "kind": "not equal"}, True),
    (MIXED, equal(["*", "t", "A"], ["*", "A", "t"]), True),
    (MIXED, equal(["norm2", ["*", ["T", "A"], "u"]], ["*", ["T", "u"], "A", ["T", "A"], "u"]), True),
    (MIXED, equal(["*", "A", "u"], 0), False),  # it fits only where m = n
    (MIXED, equal(["*", "A", "A"], ["*", "A", "A"]), False),
    (MIXED, equal(["+", "A", ["size", "n"]], "A"), False),
]  # fmt: skip


def claim(scene, statement, verdict="PROVED", **more):
    """A claim as a file holds it."""
    data = {"format": "conslaw-claim", "version": 1, "text": "", "verdict": verdict, "about": scene, "says": statement}
    return {**data, "certificate": None, **more}


def proof(scene, *statements, lets=(), goal=None):
    """A proof as a file holds it: steps, and the last of them as the goal."""
    steps = [{"line": k, "text": "", "status": "green", "says": said} for k, said in enumerate(statements, 1)]
    data = {"format": "conslaw-proof", "version": 2, "goal": "", "verdict": "PROVED", "text": "", "about": scene}
    return {**data, "lets": [list(pair) for pair in lets], "goals": [goal or statements[-1]], "steps": steps}
