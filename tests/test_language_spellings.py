"""Random formulas in random spellings: whatever signs are chosen, the tree is the one that was meant."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from strategies import examples

from conslaw_nb.language import Scope, notes, read_expression, text
from conslaw_nb.language.tree import Call, Name, Negative, Number, Power, Product, Sum, Transpose

NAMES = ("x", "y", "x_1", "x_2", "θ", "U", "V_2", "W_1_2")
SCOPE = Scope(NAMES)
HIGH = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

leaves = st.one_of(st.sampled_from(NAMES).map(Name), st.integers(1, 40).map(lambda n: Number(Fraction(n))))


def _grow(inner):
    factors = st.lists(st.tuples(inner, st.booleans()), min_size=1, max_size=3)
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda terms: Sum(tuple(terms))),
        inner.map(Negative),
        st.tuples(inner, factors).map(lambda t: Product(((t[0], False), *t[1]))),
        st.tuples(inner, st.integers(0, 12)).map(lambda t: Power(t[0], Number(Fraction(t[1])))),
        st.tuples(inner, st.integers(1, 9)).map(lambda t: Power(t[0], Negative(Number(Fraction(t[1]))))),
        inner.map(Transpose),
        st.tuples(st.sampled_from(["exp", "log", "sqrt"]), inner).map(lambda t: Call(*t)),
    )


trees = st.recursive(leaves, _grow, max_leaves=7)


class Speller:
    """Writes a tree, with a choice for each sign."""

    def __init__(self, data):
        self.data = data

    def one_of(self, *ways):
        return self.data.draw(st.sampled_from(ways))

    def name(self, name):
        stem, _, index = name.partition("_")
        if not index:
            return self.one_of(name, r"\theta ") if name == "θ" else name
        parts = index.split("_")
        ways = [name, f"{stem}[{','.join(parts)}]", f"{stem}_{{{','.join(parts)}}}"]
        if len(parts) == 1:
            ways.append(stem + index.translate(LOW))
        return self.one_of(*ways)

    def group(self, inner):
        return self.one_of(f"({inner})", rf"\left({inner}\right)", f"( {inner} )")

    def atom(self, node):
        if isinstance(node, (Name, Number, Call)):
            return self.spell(node)
        return self.group(self.spell(node))

    def spell(self, node):
        if isinstance(node, Number):
            return str(node.value)
        if isinstance(node, Name):
            return self.name(node.name)
        if isinstance(node, Call):
            ways = {"log": ("log", "ln", r"\log"), "exp": ("exp", r"\exp"), "sqrt": ("sqrt", r"\sqrt", "√")}
            return self.one_of(*ways[node.function]) + self.group(self.spell(node.argument))
        if isinstance(node, Negative):
            return self.one_of("-", "−", "–", "- ") + self.atom(node.argument)
        if isinstance(node, Sum):
            spelled = self.atom(node.terms[0])
            for term in node.terms[1:]:
                if isinstance(term, Negative):
                    spelled += self.one_of(" - ", "−", "-", "\u00a0–\u2009") + self.atom(term.argument)
                else:
                    spelled += self.one_of(" + ", "+") + self.atom(term)
            return spelled
        if isinstance(node, Transpose):
            return self.atom(node.argument) + self.one_of(
                "^T ", "ᵀ", ".T ", "^⊤", r"^\top ", r"^{\top}", "^{T}", "**T "
            )
        if isinstance(node, Power):
            return self.power(node)
        assert isinstance(node, Product)
        return self.product(node)

    def power(self, node):
        negative = isinstance(node.exponent, Negative)
        digits = str((node.exponent.argument if negative else node.exponent).value)
        signed = f"-{digits}" if negative else digits
        return self.atom(node.base) + self.one_of(
            f"^{signed}", f"**{signed}", f"^{{{signed}}}", f"^({signed})", signed.translate(HIGH)
        )

    def product(self, node):
        spelled = self.factor(node.factors[0][0])
        beside = not node.factors[0][1]
        for place, (factor, below) in enumerate(node.factors[1:], start=1):
            inner = self.factor(factor)
            if below:
                spelled += self.one_of("/", " / ", "÷", "∕") + inner
            elif beside and not self.digit_first(factor) and self.data.draw(st.booleans()):
                spelled += " " + inner
            else:
                spelled += self.one_of("*", " * ", "·", "⋅", "×", r"\cdot ", "@") + inner
            beside = not any(flag for _, flag in node.factors[: place + 1])
        return spelled

    def factor(self, node):
        if isinstance(node, (Power, Transpose)) and not self.data.draw(st.booleans()):
            return self.spell(node)
        return self.atom(node)

    @staticmethod
    def digit_first(node):
        while isinstance(node, (Power, Transpose)):
            node = node.base if isinstance(node, Power) else node.argument
        return isinstance(node, Number)


@given(trees, st.data())
@examples(150)
def test_whatever_signs_are_chosen_the_tree_is_the_one_that_was_meant(tree, data):
    spelled = Speller(data).spell(tree)
    read = read_expression(spelled, scope=SCOPE)
    assert read == tree, f"{spelled!r} was read as {text(read)}"
    for note in notes(read):
        assert " is read as " in note


@given(trees, st.data())
@examples(60)
def test_dollars_and_a_byte_order_mark_around_it_change_nothing(tree, data):
    spelled = Speller(data).spell(tree)
    assert read_expression(f"\ufeff ${spelled}$ ", scope=SCOPE) == tree
