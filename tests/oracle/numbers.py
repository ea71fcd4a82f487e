"""Primes, ranks modulo a prime, and the numbers that stand in the package's source."""

import ast
import hashlib
import os
from functools import lru_cache
from pathlib import Path
from random import Random

PACKAGE = Path(__file__).parents[2] / "conslaw_nb"


def is_prime(n):
    """Whether n is prime, by Miller and Rabin's test with enough bases for 64 bits and far beyond what tests need."""
    small = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if n < 2 or any(n % p == 0 for p in small):
        return n in small
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in small:
        power = pow(base, odd, n)
        if power in (1, n - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % n
            if power == n - 1:
                break
        else:
            return False
    return True


def random_prime(rng, bits=61):
    """Return a random prime of so many bits."""
    while True:
        candidate = rng.getrandbits(bits) | 1 | 1 << bits - 1
        if is_prime(candidate):
            return candidate


def pivots(rows, prime):
    """Return the indices of the rows and of the columns where elimination modulo the prime finds its pivots."""
    work = [[x % prime for x in row] for row in rows]
    free, used, columns = list(range(len(work))), [], []
    for column in range(len(work[0]) if work else 0):
        found = next((i for i in free if work[i][column]), None)
        if found is None:
            continue
        free.remove(found)
        used.append(found)
        columns.append(column)
        inverse = pow(work[found][column], -1, prime)
        for i in free:
            factor = work[i][column] * inverse % prime
            if factor:
                work[i] = [(x - factor * y) % prime for x, y in zip(work[i], work[found], strict=True)]
    return sorted(used), columns


def seed_of(name):
    """Return the seed of a run: a fixed one by its name, and for 'fresh' a new one, or CONSLAW_ORACLE_SEED.

    In CI 'fresh' is new whenever a line of the package or of the oracle is, and the same for the same lines: a build
    that is run again says the same.
    """
    if name != "fresh":
        return name
    if given := os.environ.get("CONSLAW_ORACLE_SEED"):
        return given
    return _seed_of_the_source() if os.environ.get("CI") else os.urandom(6).hex()


@lru_cache(maxsize=1)
def _seed_of_the_source():
    """Return a seed made from every line of the package and of the oracle."""
    digest = hashlib.sha256()
    for folder in (PACKAGE, Path(__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=1)
def primes_in_use():
    """Return the large primes that stand in the package's source, and the first ones below each of them.

    A model whose coefficients they divide is honest mathematics, and an answer that rests on one fixed prime is wrong
    about it.
    """
    found = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = _number(node)
            if value is not None and 2**20 < value < 2**80:
                found.update({value} if is_prime(value) else ())
    below = set()
    for prime in found:
        n = prime
        for _ in range(2):
            n = next(k for k in range(n - 2, 2, -2) if is_prime(k))
            below.add(n)
    return tuple(sorted(found | below))


def _number(node):
    """Return an integer that is written as 123, or as 2**31 - 1."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.BinOp):
        left, right = _number(node.left), _number(node.right)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Pow):
            return left**right if 0 <= right < 100 and abs(left) < 100 else None
        if isinstance(node.op, ast.LShift):
            return left << right if 0 <= right < 100 else None
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Add):
            return left + right
    return None


@lru_cache(maxsize=1)
def fixed_draws():
    """Return what fixed seeds in the package's source give first: a point drawn from them can be foreseen."""
    seeds = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Random":
                seeds.update(a.value for a in node.args if isinstance(a, ast.Constant) and type(a.value) in (int, str))
    found = set()
    for seed in sorted(seeds, key=str):
        rng = Random(seed)
        found.update(rng.randrange(1, 2**31 - 1) for _ in range(3))
    return tuple(sorted(found))


def rng_of(*parts):
    """Return a random number generator that a text names."""
    return Random("/".join(map(str, parts)))
