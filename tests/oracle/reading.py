"""A small reader of what stands in proofs: formulas of numbers, functions, fields and matrices, as trees.

A tree is a Fraction, or a tuple: ('name', s), (sign, a, b) for + - * /, ('neg', a), ('^', a, k), ('T', a), ("'", a),
('tr', a), ('<>', a, b), ('||', a) for a squared norm, ('[]', a, b), ('field', {name: tree}), ('vector', trees),
('grad', a), ('along', field, a), ('diff', a, name). It reads only what is plain; anything else is an
`UnreadableError`, and a package that accepts what this reader cannot read has some explaining to do.
"""

import re
from fractions import Fraction

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*(?:\{[^}]*\})?⁺?)"
    r"|(?P<op>\.T\b|\*\*|[-+*/^()\[\]<>,|':;ᵀ⊤²³−·×@⟨⟩∇]))"
)
_SAME = {"**": "^", "−": "-", "·": "*", "×": "*", "@": "*", "⟨": "<", "⟩": ">", "⊤": "ᵀ", ".T": "ᵀ"}
_INDEXED = re.compile(r"\b([A-Za-z_]\w*)\[\s*(\d+)\s*(?:,\s*(\d+)\s*)?\]")
_FIELD = re.compile(r"v_?(\d+|[ijkg])|v|phi_(\d+|[ijkg])")


class UnreadableError(ValueError):
    """This text has no meaning that the judge knows."""


class Reader:
    """Reads one expression.

    Parameters
    ----------
    text : str
    known : container of str
        The names that mean something; letters that stand together are taken apart where that is possible.
    functions : bool
        Whether numbers and functions are meant, and not matrices.
    """

    def __init__(self, text, known, functions=False):
        self.known, self.functions = known, functions
        if functions:
            text = _INDEXED.sub(lambda m: "_".join(p for p in m.groups() if p), text)
        self.tokens, place = [], 0
        text = text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if not found:
                raise UnreadableError(text[place:])
            token = found.group(found.lastgroup)
            self.tokens.append((found.lastgroup, _SAME.get(token, token)))
            place = found.end()
        self.place = 0
        self.bars = 0
        self.taken_apart = False  # whether the last name was several letters

    @property
    def token(self):
        """The token at hand, or an empty text."""
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    @property
    def kind(self):
        """Its kind."""
        return self.tokens[self.place][0] if self.place < len(self.tokens) else "end"

    def take(self, token=None):
        """Take the token at hand, which must be the given one."""
        found = self.token
        if not found or (token is not None and found != token):
            raise UnreadableError(f"{found!r} instead of {token!r}")
        self.place += 1
        return found

    def accept(self, token):
        """Take a token if it is there."""
        if self.token == token and self.kind == "op":
            self.place += 1
            return True
        return False

    def whole(self):
        """Read all of the text as one expression."""
        tree = self.sum()
        if self.kind != "end":
            raise UnreadableError(self.token)
        return tree

    def sum(self):
        """Read a sum."""
        tree = self.product()
        while self.token in ("+", "-") and self.kind == "op":
            sign = self.take()
            tree = (sign, tree, self.product())
        return tree

    def product(self):
        """Read a product; juxtaposition is a product too."""
        if self.accept("-"):
            return ("neg", self.product())
        if self.accept("+"):
            return self.product()
        tree = self.power()
        while True:
            if self.accept("*"):
                tree = ("*", tree, self.signed())
            elif self.accept("/"):
                tree = ("/", tree, self.signed())
            elif self._starts():
                tree = ("*", tree, self.power())
            else:
                return tree

    def signed(self):
        """Read a factor with a sign of its own."""
        if self.accept("-"):
            return ("neg", self.signed())
        return self.signed() if self.accept("+") else self.power()

    def _starts(self):
        if self.kind in ("name", "number"):
            return True
        return self.kind == "op" and (self.token in ("(", "[", "<") or (self.token == "|" and not self.bars))

    def power(self):
        """Read a factor with its transposes, primes and exponents; in UV^T they belong to the last letter."""
        tree, before = self.atom(), None
        if self.taken_apart:
            _, before, tree = tree
            self.taken_apart = False
        while self.kind == "op" and self.token in ("ᵀ", "'", "^", "²", "³"):
            token = self.take()
            if token == "ᵀ":
                tree = ("T", tree)
            elif token == "'":
                tree = ("'", tree)
            elif token in "²³":
                tree = ("^", tree, 2 if token == "²" else 3)
            else:
                tree = self._exponent(tree)
        return tree if before is None else ("*", before, tree)

    def _exponent(self, tree):
        opened = self.accept("(")
        minus = self.accept("-")
        kind, token = self.kind, self.take()
        if token == "ᵀ" or (kind == "name" and token == "T"):
            tree = ("T", tree)
        elif kind == "name" and token.startswith("T") and not opened and not self.functions:
            self.place -= 1
            self.tokens[self.place] = ("name", token[1:])
            return ("T", tree)
        elif kind == "number" and "." not in token:
            tree = ("^", tree, -int(token) if minus else int(token))
        else:
            raise UnreadableError(f"the exponent {token}")
        if opened:
            self.take(")")
        if self.token == "^" and tree[0] != "T" and self._next() not in ("T", "ᵀ"):
            raise UnreadableError("a power of a power")
        return tree

    def _next(self):
        """What stands behind the token at hand, behind an opening parenthesis too."""
        behind = [token for _, token in self.tokens[self.place + 1 : self.place + 3] if token != "("]
        return behind[0] if behind else ""

    def atom(self):
        """Read a number, a name or a bracket."""
        if self.kind == "number":
            return Fraction(self.take())
        if self.kind == "name":
            return self._named(self.take())
        if self.accept("("):
            return self._parenthesis()
        if self.accept("<"):
            return self._pair("<>", ">")
        if self.accept("["):
            return self._pair("[]", "]")
        if self.accept("∇"):
            return ("grad", self.power())
        if self.accept("|"):
            self.bars += 1
            inner = self.sum()
            self.bars -= 1
            self.take("|")
            square = self.take()
            if square == "^":
                square = self.take()
            if square not in ("2", "²"):
                raise UnreadableError("only squares of norms are polynomials")
            return ("||", inner)
        raise UnreadableError(self.token)

    def _inside(self):
        bars, self.bars = self.bars, 0
        tree = self.sum()
        self.bars = bars
        return tree

    def _pair(self, sign, closing):
        left = self._inside()
        self.take(",")
        right = self._inside()
        self.take(closing)
        return (sign, left, right)

    def _parenthesis(self):
        if self.kind == "name" and self.place + 1 < len(self.tokens) and self.tokens[self.place + 1][1] == ":":
            parts = {}
            while True:
                name = self.take()
                self.take(":")
                if name in parts:
                    raise UnreadableError(f"{name} twice")
                parts[name] = self._inside()
                if self.accept(")"):
                    return ("field", parts)
                self.take(",")
        items = [self._inside()]
        while self.accept(","):
            items.append(self._inside())
        self.take(")")
        return items[0] if len(items) == 1 else ("vector", tuple(items))

    def _named(self, name):
        if name in ("tr", "trace", "inner") and self.token == "(":
            self.take("(")
            if name == "inner":
                return self._pair("<>", ")")
            inner = self._inside()
            self.take(")")
            return ("tr", inner)
        if self.functions and name == "grad":
            return ("grad", self.power())
        if self.functions and name == "diff" and self.token == "(":
            self.take("(")
            inner = self._inside()
            self.take(",")
            variable = self.take()
            self.take(")")
            return ("diff", inner, variable)
        if self.functions and _FIELD.fullmatch(name) and name not in self.known:
            if self.accept("("):
                inner = self._inside()
                self.take(")")
                return ("along", ("name", name), inner)
            return ("name", name)
        return self._known(name)

    def _known(self, name):
        if name in self.known:
            return ("name", name)
        parts = self._apart(name)
        if parts is None:
            raise UnreadableError(f"the name {name}")
        tree = ("name", parts[0])
        for part in parts[1:]:
            tree = ("*", tree, ("name", part))
        self.taken_apart = True
        return tree

    def _apart(self, name):
        """Take letters apart that stand together, where each part is known."""
        for length in range(len(name) - 1, 0, -1):
            if name[:length] in self.known:
                rest = name[length:]
                more = [rest] if rest in self.known else self._apart(rest)
                if more:
                    return [name[:length], *more]
        return None


def read(text, known, functions=False):
    """Return the tree of a text, or raise `UnreadableError`."""
    if not text.strip():
        raise UnreadableError("nothing")
    return Reader(text, known, functions).whole()
