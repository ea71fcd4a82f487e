"""Files that were made to hang the checker or to eat all memory: each is answered, with little of both.

Every file is checked in a process of its own that may use 1 GiB of address space. Most of them run with a
smaller work budget (`WORK`), so that the whole suite takes seconds; the memory limits are the real ones. A few run
with the real budget and are marked slow.
"""

import json
import subprocess
import sys

import pytest
from certificate_samples import SAMPLES, certificate, conserved, count, involutive, laws, not_conserved

from conslaw_nb import checker
from conslaw_nb.court import certificates

WORK = 20_000_000
BIG = 2**31 - 1


def dense_cubic(n):
    """Polynomials with all monomials of degree 3 in n variables."""
    names = [f"x{i}" for i in range(n)]
    terms = []
    for i in range(n):
        for j in range(i, n):
            for k in range(j, n):
                powers = {}
                for x in (names[i], names[j], names[k]):
                    powers[x] = powers.get(x, 0) + 1
                terms.append([str(1 + i + j * k), powers])
    return names, terms


def long_words():
    """Words of twelve letters in a dense family of few variables."""
    names, cubic = dense_cubic(6)
    model = {"kind": "fields", "variables": names, "fields": [[cubic] * 6, [cubic[::-1]] * 6]}
    return count(model, [1, 2, 3, 4, 5, 6], [[[0, 1]], [[1, 1]]], [[0, 1] * 6] * 6, laws())


def long_words_of_a_network():
    model = {"kind": "linear", "widths": [5, 5, 5, 5, 5]}
    words = [[0, 1] * 6] * 100
    return count(model, list(range(100)), [[[g, BIG] for g in range(25)], [[3, 1]]], words, laws())


def long_words_in_a_large_space():
    model = {"kind": "linear", "widths": [100, 100, 100]}
    return count(model, [1] * 20_000, [[[0, 1]], [[1, 1]]], [[0, 1] * 6], laws())


def many_dense_words():
    """More elimination than there is time for: 2000 rows of 4000 columns."""
    model = {"kind": "factorization", "n": 40, "m": 40, "r": 50}
    fields = [[[g, 1 + (g * k * k) % 1009] for g in range(1600)] for k in range(1, 50)]
    words = [[k % 49, (k * k + 1) % 49] for k in range(2000)]
    return count(model, [(i * i * 7) % 1013 for i in range(4000)], fields, words, laws(), BIG)


def many_laws():
    """Gradients that have to be eliminated: 700 rows of 500 columns, the last 200 for nothing."""
    names = [f"x{i}" for i in range(1500)]
    rows = [[[str(1 + (i * j * j) % 997), {names[j]: 1}] for j in range(0, 1500, 3)] for i in range(700)]
    model = {"kind": "map", "variables": names, "components": [[]]}
    return count(model, [0] * 1500, [], [], laws(*rows), BIG)


def path_powers():
    """A law of degree 4 of a ReLU network with 10**15 paths."""
    model = {"kind": "relu", "widths": [10] * 15, "bias": True}
    return conserved(model, [["1", {"U1_1_1": 4}], ["-1", {"U2_1_1": 4}]])


def product_powers():
    """A law of degree 4 of a deep linear network, where a component has 10**8 terms."""
    model = {"kind": "linear", "widths": [10] * 10}
    return conserved(model, [["1", {"U1_1_1": 4}], ["-1", {"U2_1_1": 4}]])


def large_product():
    """An identity whose terms do not fit into memory: two dense polynomials in many variables."""
    names, cubic = dense_cubic(40)
    return conserved({"kind": "fields", "variables": names, "fields": [[cubic] * 3 + [[]] * 37]}, cubic)


def long_monomials():
    """Products of a thousand variables: each has a thousand partial derivatives with 999 factors."""
    names = [f"x{i}" for i in range(1100)]
    terms = [["1", dict.fromkeys(names[k : k + 1000], 1)] for k in range(100)]
    return conserved({"kind": "map", "variables": names, "components": [terms]}, terms)


def high_powers():
    names = [f"x{i}" for i in range(20)]
    terms = [["1", {names[i]: 900, names[j]: 100}] for i in range(20) for j in range(20) if i != j]
    return conserved({"kind": "fields", "variables": names, "fields": [[terms] * 20]}, terms)


def high_powers_in_words():
    names = [f"x{i}" for i in range(20)]
    terms = [["1", {names[i]: 900, names[j]: 100}] for i in range(20) for j in range(20) if i != j]
    model = {"kind": "fields", "variables": names, "fields": [[terms] * 20, [terms[::-1]] * 20]}
    return count(model, list(range(20)), [[[0, 1]], [[1, 1]]], [[0, 1] * 5] * 20, laws())


def long_fractions():
    """Sums whose common denominator would have a million digits."""
    names = [f"x{i}" for i in range(2000)]
    terms = [[f"1/{10**900 + 2 * i + 1}", {x: 1}] for i, x in enumerate(names)]
    return conserved({"kind": "fields", "variables": names, "fields": [[terms] + [[]] * 1999]}, terms)


def long_fractions_at_a_point():
    model = {"kind": "linear", "widths": [1] * 1001}
    point = [f"{10**600 + 1}/{10**300 + 7}"] * 1000
    return not_conserved(model, [["1", {"U1_1_1": 1}]], 0, point, "1")


def exact_power():
    names = ["x", "y"]
    model = {"kind": "fields", "variables": names, "fields": [[[["1", {"y": 1000}]], []]]}
    big = "7" * 1000
    return not_conserved(model, [["1", {"x": 1000}]], 0, [big, big], "1")


def multiplier_power():
    data = json.loads(json.dumps(SAMPLES["seven laws"]))
    names = ["U1_1_1", "U1_1_2", "U2_1_1"]
    terms = [["1", {names[0]: i, names[1]: 600 - i, names[2]: 300}] for i in range(1, 600)]
    data["evidence"]["upper"]["multiplier"] = terms
    data["evidence"]["point"] = [int("7" * 900)] * 8
    return data


def involutive_products():
    """Identities between dense polynomials, many times."""
    names, cubic = dense_cubic(12)
    model = {"kind": "fields", "variables": names, "fields": [[cubic] * 12, [cubic, *[cubic[1:]] * 11]]}
    upper = involutive(cubic, [[cubic, []], [[], cubic]], [[[[], []], [cubic, cubic]], [[cubic, cubic], [[], []]]])
    return count(model, list(range(1, 13)), [[[0, 1]], [[1, 1]]], [[0], [1]], upper)


def expanded_words():
    """An involutive frame of long words, which have to be expanded."""
    names, cubic = dense_cubic(5)
    model = {"kind": "fields", "variables": names, "fields": [[cubic] * 5, [[["1", {}]]] + [[]] * 4]}
    upper = involutive([["1", {}]], [[[]], [[]]], [[[[]]], [[[]]]])
    return count(model, [1, 2, 3, 4, 5], [[[0, 1]], [[1, 1]]], [[0, 0, 0, 0, 0, 0, 1]], upper)


def narrow_and_deep(kind):
    """50000 layers of one neuron, and as many words."""
    model = {"kind": kind, "widths": [1] * 50_000} | ({"bias": False} if kind == "relu" else {})
    return count(model, [1] * 49_999, [[[0, 1]]], [[0]] * 49_999, laws())


def narrow_law(kind):
    model = {"kind": kind, "widths": [1] * 20_001} | ({"bias": False} if kind == "relu" else {})
    return conserved(model, [["1", {"U1_1_1": 4}], ["-1", {"U2_1_1": 4}]])


def wide():
    """1 + 1 factors, 25000 x 25000 components."""
    model = {"kind": "factorization", "n": 25_000, "m": 25_000, "r": 1}
    return count(model, [1] * 50_000, [[[625_000_000 - 1, 1]]], [[0]], laws())


def binary_and_deep():
    """The number of paths has 12500 digits in base 2."""
    model = {"kind": "relu", "widths": [2] * 10_001, "bias": True}
    return count(model, [1] * 60_000, [[[0, 1]]], [[0]], laws())


def deep_paths():
    model = {"kind": "relu", "widths": [2] * 4_001, "bias": True}
    fields = [[[10**900 + k, 1]] for k in range(1000)]
    dimension = 4 * 4000 + 2 * 3999
    return count(model, [1] * dimension, fields, [[k] for k in range(1000)], laws())


def many_fields():
    """A million fields that no word uses."""
    text = json.dumps(count(SAMPLES["hyperbola"]["model"], [1, 2], [], [[0]], laws()))
    fields = ",".join(["[[0,1]]"] * 1_000_000)
    return text.replace('"fields": []', f'"fields": [{fields}]')


def many_terms():
    pairs = [(i, j) for i in range(1, 1000) for j in range(1, 1000 - i)]
    terms = ",".join(f'["1",{{"x":{i},"y":{j}}}]' for i, j in pairs[:300_000])
    return json.dumps(conserved(SAMPLES["hyperbola"]["model"], [])).replace('"law": []', f'"law": [{terms}]')


def many_heavy_terms():
    """Terms of degree 1000 in a file of a few megabytes."""
    terms = ",".join(f'["1",{{"x":{1 + k},"y":{998 - k},"z{j}":1}}]' for j in range(200) for k in range(997))
    model = {"kind": "map", "variables": ["x", "y", *(f"z{j}" for j in range(200))], "components": [[]]}
    return json.dumps(conserved(model, [])).replace('"law": []', f'"law": [{terms}]')


def many_parts(part):
    return "[" + ",".join([part] * (8_000_000 // (len(part) + 1))) + "]"


def many_keys():
    return "{" + ",".join(f'"k{k}":0' for k in range(600_000)) + "}"


def fractional_paths():
    """Path sums of long fractions in a wide network."""
    model = {"kind": "relu", "widths": [150, 150, 150], "bias": False}
    law = [[f"{10**600 + i}/{10**60 + 9}", {f"U1_{i}_{j}": 2}] for i in range(1, 151) for j in range(1, 20)]
    return conserved(model, law)


HOSTILE = {
    "long words": long_words,
    "long words of a network": long_words_of_a_network,
    "long words in a large space": long_words_in_a_large_space,
    "many dense words": many_dense_words,
    "many laws": many_laws,
    "path powers": path_powers,
    "product powers": product_powers,
    "large product": large_product,
    "long monomials": long_monomials,
    "high powers": high_powers,
    "high powers in words": high_powers_in_words,
    "long fractions": long_fractions,
    "long fractions at a point": long_fractions_at_a_point,
    "exact power": exact_power,
    "multiplier power": multiplier_power,
    "involutive products": involutive_products,
    "expanded words": expanded_words,
    "narrow and deep": lambda: narrow_and_deep("linear"),
    "narrow and deep relu": lambda: narrow_and_deep("relu"),
    "narrow law": lambda: narrow_law("linear"),
    "narrow law, relu": lambda: narrow_law("relu"),
    "wide": wide,
    "deep paths": deep_paths,
    "many fields": many_fields,
    "many terms": many_terms,
    "many heavy terms": many_heavy_terms,
    "fractional paths": fractional_paths,
}
SHORT_ANSWERS = {  # rejected for another reason, soon
    "empty lists": (lambda: many_parts("[]"), "the certificate is a list"),
    "empty objects": (lambda: many_parts("{}"), "the certificate is a list"),
    "small objects": (lambda: many_parts('{"a":0}'), "the certificate is a list"),
    "numbers": (lambda: many_parts("1"), "the certificate is a list"),
    "texts": (lambda: many_parts('"ab"'), "the certificate is a list"),
    "keys": (many_keys, "the certificate has no key 'format'"),
    "letters": (lambda: "é" * 4_000_000, "not JSON"),
    "open lists": (lambda: "[" * 8_000_000, "nested too deeply"),
    "open objects": (lambda: '{"":' * 2_000_000, "nested too deeply"),
    "one long integer": (lambda: "9" * 8_000_000, "too large to check here: an integer of 8000000 digits"),
    "one long text": (lambda: '"' + "9" * 8_000_000 + '"', "the certificate is '99999"),
    "one long coefficient": (
        lambda: json.dumps(conserved(SAMPLES["hyperbola"]["model"], [["9" * 7_000_000, {"x": 1}]])),
        "has 7000000 characters",
    ),
    "absurd widths": (
        lambda: json.dumps(certificate({"kind": "linear", "widths": [10**9, 10**9]}, {"kind": "conserved"}, {})),
        "a model of 1000000000000000000 parameters",
    ),
    "absurd depth": (
        lambda: json.dumps(certificate({"kind": "linear", "widths": [1] * 2_000_000}, {"kind": "conserved"}, {})),
        "a model of 2000000 widths",
    ),
    "absurd rank": (
        lambda: json.dumps(
            certificate({"kind": "factorization", "n": 1, "m": 1, "r": 10**300}, {"kind": "conserved"}, {})
        ),
        "parameters",
    ),
    "too deep": (lambda: json.dumps(binary_and_deep()), "a model of "),
    "over the limit": (lambda: " " * (certificates.MAX_BYTES + 1), "over 8388608 bytes"),
    "far over the limit": (lambda: " " * 50_000_000, "over 8388608 bytes"),
}
RUN = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
sys.path.insert(0, sys.argv[1])
import checker
import court.certificates
court.certificates.MAX_WORK = int(sys.argv[2])
status = checker.main(sys.argv[3:])
sys.exit(status)
"""


def answer(text, folder, work):
    """What the checker says in a process with 1 GiB."""
    pytest.importorskip("resource", reason="limits on memory need a Unix system")
    path = folder / "law.json"
    path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-c", RUN, str(checker.__file__).rpartition("checker.py")[0], str(work)]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.returncode == 1, done.stdout
    assert len(done.stdout) < 1000
    assert "could not finish" not in done.stdout
    return done.stdout.partition("REJECTED: ")[2]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_asks_for_too_much_is_refused(name, tmp_path):
    said = answer(HOSTILE[name](), tmp_path, WORK)
    assert "too large to check here: " in said


@pytest.mark.parametrize("name", SHORT_ANSWERS)
def test_a_file_that_is_large_but_no_certificate_is_refused(name, tmp_path):
    text, message = SHORT_ANSWERS[name]
    said = answer(text(), tmp_path, certificates.MAX_WORK)
    assert message in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["long words of a network", "many dense words", "large product", "involutive products"]
)
def test_the_whole_budget_is_affordable(name, tmp_path):
    said = answer(HOSTILE[name](), tmp_path, certificates.MAX_WORK)
    assert said


def test_a_device_or_a_pipe_is_no_certificate(tmp_path):
    report = checker.check_file("/dev/zero" if sys.platform != "win32" else tmp_path)
    assert report.summary == "cannot be read: it is not a file."


def test_python_data_that_no_file_can_hold():
    """check_data is public: cycles, subclasses, strange keys and numbers do no harm."""
    cycle = []
    cycle.append(cycle)
    for place in ("model", "claim", "evidence"):
        for thing in (cycle, {1: 2}, {"kind": cycle}, float("nan"), 1j, object(), b"", {None: cycle}, type, ...):
            report = checker.check_data({**SAMPLES["hyperbola"], place: thing})
            assert (report.verdict, "could not finish" in report.summary) == ("REJECTED", False)
    data = json.loads(json.dumps(SAMPLES["hyperbola"]))
    data["evidence"]["point"] = [10**100_000, 1]
    assert "too large to check here: evidence.point[0]" in checker.check_data(data).summary

    class Number(int):
        pass

    data["evidence"]["point"] = [Number(1), 2]
    assert "evidence.point[0] is a Number, not an integer" in checker.check_data(data).summary
