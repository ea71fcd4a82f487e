"""Small changes of a proof, of the kinds that people make: most of them make it wrong, and the judge says which."""

import re

_WORDS = {"by", "given", "flow", "let", "goal", "model", "is", "are", "conserved", "for", "all", "of", "and", "x"}
_NAMES = r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_]*"


def _formula_lines(lines):
    return [i for i, line in enumerate(lines) if not line.startswith(("given", "model"))]


def _cut(line):
    """Split a line into its formula and its reason."""
    found = re.search(r"\s+by\s+", line)
    return (line[: found.start()], line[found.start() :]) if found else (line, "")


def _change(rng, line, pattern, new):
    """Replace one random match in the formula of a line."""
    head, tail = _cut(line)
    found = list(re.finditer(pattern, head))
    if not found:
        return None
    one = rng.choice(found)
    text = new(one) if callable(new) else new
    return head[: one.start()] + text + head[one.end() :] + tail


def _letters(lines):
    text = "\n".join(lines)
    found = set(re.findall(r"(?:^|[,(\s])([A-Za-z]\w*)\s*:", text)) | set(re.findall(r"let (\w+)", text))
    found |= set(re.findall(r"\b[a-z]\b", lines[0].partition("(")[2])) if lines[0].startswith("model") else set()
    return sorted(found - _WORDS | ({"x"} if lines[0].startswith("model") and "x" in lines[0] else set()))


def sign(rng, line, letters):
    return _change(rng, line, r"(?<=[\s)\w])[+-](?=[\s(\w])", lambda m: "-" if m.group() == "+" else "+")


def minus(rng, line, letters):
    return _change(rng, line, r"(?:(?<== )|(?<=\())(?=[A-Za-z(])", "-")


def coefficient(rng, line, letters):
    return _change(rng, line, r"(?<![\w^*{/])\d+(?![\w}])", lambda m: str(int(m.group()) + rng.choice((1, 2, 5))))


def factor(rng, line, letters):
    return _change(rng, line, r"(?:(?<=[-+=(] )|(?<=[(]))(?=[A-Za-z])", rng.choice(("2*", "3*", "0*")))


def transpose(rng, line, letters):
    return _change(rng, line, r"\^T", "")


def transposed(rng, line, letters):
    return _change(rng, line, r"\b[A-Z]\w?(?=[*\s)]|$)", lambda m: m.group() + "^T")


def glued(rng, line, letters):
    return _change(rng, line, r"(?<=\w)\s*\*\s*(?=[A-Za-z(])", "")


def split_apart(rng, line, letters):
    return _change(rng, line, r"(?<=[A-Za-z])(?=[A-Za-z0-9])", rng.choice((" ", "*", "_")))


def swapped(rng, line, letters):
    if len(letters) < 2:
        return None
    one, other = rng.sample(letters, 2)
    return _change(rng, line, rf"(?<![\w]){re.escape(one)}(?![\w:])", other)


def order(rng, line, letters):
    return _change(
        rng, line, r"(\b[A-Za-z]\w*(?:\^T)?)\*(\b[A-Za-z]\w*(?:\^T)?)", lambda m: f"{m.group(2)}*{m.group(1)}"
    )


def summand(rng, line, letters):
    return _change(rng, line, r"\s[+-]\s[^-+=()<>,]+(?=\s[-+=]|\)|$|,|\s*$)", "")


def exponent(rng, line, letters):
    return _change(
        rng, line, r"(?:\^|\*\*)\d", lambda m: m.group()[:-1] + str(int(m.group()[-1]) + rng.choice((1, -1)))
    )


def parenthesis(rng, line, letters):
    return _change(rng, line, r"\(([^()]*)\)", lambda m: m.group(1))


def prime(rng, line, letters):
    return _change(rng, line, r"'", "")


def primed(rng, line, letters):
    return _change(rng, line, r"\b[A-Za-z]\w*(?=[*\s)]|$)", lambda m: m.group() + "'")


def number_for_all(rng, line, letters):
    return _change(rng, line, r"= 0\b", rng.choice(("= 1", "= 2*0", "= 00")))


def word(rng, line, letters):
    return _change(
        rng,
        line,
        r"is conserved|are independent|is independent|for all i|not |exactly \d|= \d$|v_\w|dim Lie|dim W",
        lambda m: (
            {
                "is conserved": "is not conserved",
                "are independent": "are all the laws",
                "is independent": "is conserved",
                "for all i": "",
                "not ": "",
                "dim Lie": "dim W",
                "dim W": "dim Lie",
            }.get(m.group())
            or (m.group()[:-1] + str((int(m.group()[-1]) if m.group()[-1].isdigit() else 0) + rng.choice((1, 2))))
        ),
    )


WITHIN = (
    sign, sign, minus, coefficient, coefficient, factor, transpose, transposed, glued, split_apart, swapped, swapped,
    order, summand, exponent, parenthesis, prime, primed, number_for_all, word,
)  # fmt: skip


def dropped(rng, lines):
    """Leave a line out."""
    place = rng.randrange(len(lines))
    return [*lines[:place], *lines[place + 1 :]]


def later(rng, lines):
    """Move a line to another place."""
    place, target = rng.randrange(len(lines)), rng.randrange(len(lines))
    rest = [*lines[:place], *lines[place + 1 :]]
    return [*rest[:target], lines[place], *rest[target:]]


def twice(rng, lines):
    """Write a line twice."""
    place = rng.randrange(len(lines))
    return [*lines[: place + 1], *lines[place:]]


def cited(rng, lines):
    """Give another reason: a step that comes later, itself, another rule."""
    places = [i for i, line in enumerate(lines) if " by " in line]
    place = rng.choice(places)
    reason = rng.choice(
        (
            *(f"step {k}" for k in range(1, len(places) + 2)),
            "steps 1-9", "computation", "the product rule", "substitution", "definition", "hypothesis",
            "Proposition 2.5", "Proposition 2.16", "Theorem 3.3", "Lemma 3.2", "Proposition 4.1", "Corollary 4.4",
        )
    )  # fmt: skip
    return [*lines[:place], re.sub(r"\s+by\s+.*$", f"   by {reason}", lines[place]), *lines[place + 1 :]]


def hypothesis(rng, lines):
    """Drop a hypothesis: the kind of a letter, an equation of the flow, a condition on the rank."""
    text = "\n".join(lines)
    found = list(
        re.finditer(r" (?:symmetric|skew|identity|zero)\b|, [A-Za-z]\w*' = [^,\n]+| where \(U; V\) has full rank", text)
    )
    if not found:
        return None
    one = rng.choice(found)
    return (text[: one.start()] + text[one.end() :]).split("\n")


def kind(rng, lines):
    """Say more of a letter than was said."""
    places = [i for i, line in enumerate(lines) if line.startswith("given")]
    if not places:
        return None
    word = rng.choice((" skew", " symmetric", " zero", " identity"))
    changed = _first(rng, lines[places[0]], r"\w+ x \w+(?=,|$)", lambda m: m.group() + word)
    return [*lines[: places[0]], changed, *lines[places[0] + 1 :]]


def shape(rng, lines):
    """Make a size one, or two sizes the same, or turn a shape around."""
    places = [i for i, line in enumerate(lines) if line.startswith("given")]
    if not places:
        return None
    place = places[0]
    sizes = sorted(set(re.findall(r"\b(\w+)(?= x )|(?<= x )(\w+)", lines[place])))
    names = sorted({a or b for a, b in sizes} - {"1"})
    roll = rng.random()
    if roll < 0.35 and names:
        gone = rng.choice(names)
        changed = re.sub(rf"(?<=[: ]){gone}(?= x )|(?<= x ){gone}\b", "1", lines[place])
    elif roll < 0.6 and len(names) > 1:
        one, other = rng.sample(names, 2)
        changed = re.sub(rf"(?<=[: ]){one}(?= x )|(?<= x ){one}\b", other, lines[place])
    elif roll < 0.8:
        changed = _first(rng, lines[place], r"(\w+) x (\w+)", lambda m: f"{m.group(2)} x {m.group(1)}")
    else:
        changed = _first(rng, lines[place], r"\w+ x \w+", "1 x 1")
    return [*lines[:place], changed, *lines[place + 1 :]]


def _first(rng, text, pattern, new):
    found = list(re.finditer(pattern, text))
    one = rng.choice(found)
    return text[: one.start()] + (new(one) if callable(new) else new) + text[one.end() :]


def model(rng, lines):
    """Change the model."""
    if not lines[0].startswith("model"):
        return None
    changed = _first(rng, lines[0], r"[a-z](?=[*^,)])|\d|\*|\+|-", lambda m: _other(rng, m.group()))
    return [changed, *lines[1:]]


def _other(rng, sign):
    if sign.isdigit():
        return str((int(sign) + 1) % 10 or 1)
    if sign in "*+-":
        return rng.choice("*+-".replace(sign, ""))
    return rng.choice("xyzuv".replace(sign, ""))


def other_goal(rng, lines):
    """Put in a goal, or change the one there is."""
    goals = (
        "goal 10 = 0", "goal 0 = 0", "goal 1 = 2", "goal U = V", "goal x = y", "goal U'*U = 0", "goal h is conserved",
        "goal U is conserved", "goal x is conserved", "goal Psi = 0", "goal Psi' = 1", "goal U^T*U is conserved",
    )  # fmt: skip
    rest = [line for line in lines if not line.startswith("goal")]
    return [
        rest[0],
        *([rest[1]] if rest[1].startswith("flow") else []),
        rng.choice(goals),
        *rest[1 + rest[1].startswith("flow") :],
    ]


def spelled(rng, lines):
    """Add a true step, and the same signs without their spaces as a goal."""
    place = 1 if len(lines) < 2 or not lines[1].startswith("flow") else 2
    step, goal = rng.choice(
        (
            ("1 0 = 0", "10 = 0"), ("2 1 = 2", "21 = 2"), ("3 2 = 6", "32 = 6"), ("2^1 2 = 4", "2^12 = 4"),
            ("1 2 3 = 6", "12 3 = 6"), ("2 0 = 0", "2 = 0"), ("1*0 = 0", "10 = 0"),
            ("0 = 1 0", "0 = 10"), ("2 = 2", "2 = 22"), ("1 + 1 = 2", "1 + 11 = 2"), ("2 = 2 = 2", "2 = 2 = 22"),
        )
    )  # fmt: skip
    rest = [line for line in lines if not line.startswith("goal")]
    return [*rest[:place], f"goal {goal}", f"{step} by computation", *rest[place:]]


WHOLE = (spelled, dropped, dropped, later, twice, cited, cited, hypothesis, kind, shape, shape, model, other_goal)


def mutant(rng, text):
    """Return (what was done, the changed text)."""
    lines = text.split("\n")
    letters = _letters(lines)
    while True:
        if rng.random() < 0.3:
            how = rng.choice(WHOLE)
            changed = how(rng, lines)
        else:
            how = rng.choice(WITHIN)
            place = rng.choice(_formula_lines(lines))
            line = how(rng, lines[place], letters)
            changed = None if line is None else [*lines[:place], line, *lines[place + 1 :]]
        if changed is not None and changed != lines:
            return how.__name__, "\n".join(changed)
