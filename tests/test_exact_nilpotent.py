"""Truncated numbers, and nested brackets at a point: they equal brackets that are expanded."""

import pytest
import reference as ref
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, families, family_of, integer_points, maps, nonzero_integers, phi_of, widths

import conslaw_nb as cl
from conslaw_nb.exact.backend import matrix, matrix_rows, use_backend
from conslaw_nb.exact.nilpotent import NestedBrackets, Nilpotent
from conslaw_nb.laws.involutive import expand_word

P = 2**31 - 1
parts = st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=4, max_size=4)


def plain(number):
    """A truncated number in two ε's as a polynomial in two variables with the squares thrown away."""
    return {(s & 1, s >> 1): c for s, c in enumerate(number.parts) if c}


def truncated(poly):
    return {m: int(c % P) for m, c in poly.items() if max(m) <= 1 and c % P}


@given(parts, parts, st.integers(-5, 5), st.integers(1, 4))
@examples(100)
def test_arithmetic_with_squares_thrown_away(a, b, k, power):
    x, y = Nilpotent(a, P), Nilpotent(b, P)
    p, q = plain(x), plain(y)
    assert plain(x + y) == truncated(ref.add(p, q))
    assert plain(x - y) == truncated(ref.add(p, q, -1))
    assert plain(x * y) == truncated(ref.multiply(p, q))
    assert plain(x * k) == plain(k * x) == truncated(ref.multiply(p, ref.constant(k, 2)))
    assert plain(x + k) == plain(k + x) == truncated(ref.add(p, ref.constant(k, 2)))
    assert plain(x**power) == truncated(ref.power(p, power, 2))
    for i in range(2):
        assert plain(x.times_epsilon(i)) == truncated(ref.multiply(p, ref.variable(i, 2)))
        assert plain(x.divided_by_epsilon(i)) == {
            tuple(e - (j == i) for j, e in enumerate(m)): c for m, c in p.items() if m[i]
        }


@pytest.mark.parametrize("name", ["flint", "plain"])
def test_matrices_do_not_commute(name):
    with use_backend(name):
        a, b = matrix([[1, 2], [3, 4]], P), matrix([[0, 1], [5, 7]], P)
        product = Nilpotent([a, b], P) * Nilpotent([b, a], P)
        assert matrix_rows(product.parts[0]) == matrix_rows(a * b)
        assert matrix_rows(product.parts[1]) == matrix_rows(a * a + b * b)
        assert matrix_rows(Nilpotent([a, None], P).transpose().parts[0]) == [[1, 3], [2, 4]]


def modulo(values):
    return [v.numerator * pow(v.denominator, -1, P) % P for v in values]


def words(count, longest=4):
    """Random words: letters are elements of W, integer combinations of the generators."""
    letter = st.lists(
        st.tuples(st.integers(0, count - 1), nonzero_integers), min_size=1, max_size=2, unique_by=lambda pair: pair[0]
    ).map(lambda pairs: tuple(sorted(pairs)))
    return st.lists(letter, min_size=1, max_size=longest).map(tuple)


def expanded(fields, word):
    letters = [ref.combine([fields[g] for g, _ in letter], [c for _, c in letter]) for letter in word]
    return ref.nested(letters)


@given(st.data())
@examples(80)
def test_nested_brackets_of_given_fields(data):
    names, fields = data.draw(families(max_variables=3))
    family = family_of(names, fields)
    point = data.draw(integer_points(len(names)))
    word = data.draw(words(len(fields)))
    value = NestedBrackets(family, point, P).value(word)
    assert value == modulo(ref.at(expanded(fields, word), point))
    field = expand_word(family, word)
    assert [ref.of_engine(c) for c in field.components] == expanded(fields, word)


@given(st.data())
@examples(40)
def test_nested_brackets_of_gradients(data):
    names, components = data.draw(maps(max_variables=3, max_components=3))
    fields = [ref.gradient(c, len(names)) for c in components]
    point = data.draw(integer_points(len(names)))
    word = data.draw(words(len(fields)))
    assert NestedBrackets(phi_of(names, components), point, P).value(word) == modulo(
        ref.at(expanded(fields, word), point)
    )


@pytest.mark.parametrize("name", ["flint", "plain"])
@given(data=st.data())
@examples(25)
def test_nested_brackets_of_networks(name, data):
    """Evaluated through the product of matrices, or path by path; the reference expands all."""
    kind = data.draw(st.sampled_from(["linear", "relu", "relu with bias", "factorization"]))
    sizes = data.draw(widths(depth=(1, 3), width=(1, 2), max_parameters=8))
    if kind == "factorization":
        n, m, r = (sizes * 2)[:3]
        family = cl.factorization(n, m, r)
        names, components, _ = ref.factorization(n, m, r)
    elif kind == "linear":
        family = cl.linear(*sizes)
        names, components, _ = ref.linear_network(*sizes)
    else:
        family = cl.relu(*sizes, bias="bias" in kind)
        names, components = ref.relu_network(*sizes, bias="bias" in kind)
    fields = [ref.gradient(c, len(names)) for c in components]
    point = data.draw(integer_points(len(names)))
    word = data.draw(words(len(fields), longest=3))
    with use_backend(name):
        value = NestedBrackets(family, point, P).value(word)
    assert value == modulo(ref.at(expanded(fields, word), point))


def test_long_words():
    """[∂_x, [∂_x, ..., [∂_x, x^k ∂_y]]] = ± k! ∂_y: ten letters without expanding anything."""
    for k in range(1, 10):
        family = cl.vector_fields(["x", "y"], [["1", "0"], ["0", f"x**{k}"]])
        d, f = ((0, 1),), ((1, 1),)
        factorial = 1
        for i in range(2, k + 1):
            factorial *= i
        value = NestedBrackets(family, [5, 5], P).value((d,) * k + (f,))
        assert value == [0, (-1) ** k * factorial % P]  # [X, Y] = ∂X·Y − ∂Y·X: a sign for each bracket


def test_the_same_letters_are_prepared_once():
    family = cl.linear(2, 2, 2)
    prepared = []
    original = family.prepare
    family.prepare = lambda letter, prime: prepared.append(letter) or original(letter, prime)
    brackets = NestedBrackets(family, [1] * 8, P)
    a, b = ((0, 1),), ((1, 2), (3, 1))
    brackets.value((a, b, a))
    brackets.value((b, a))
    assert prepared == [a, b]
