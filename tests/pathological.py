"""Texts that no lesson needs and somebody will type, and every door through which a text comes in.

    python tests/pathological.py    # prints a line for each text at each door: both names and what came back, as JSON

Run in an interpreter of its own: whoever starts it ends it when it does not end by itself.
"""

import contextlib
import io
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory


def nested(function, depth, inside="x"):
    """Return f(f(...f(inside)...))."""
    return f"{function}(" * depth + inside + ")" * depth


TEXTS = {
    "high power of a sum": "(x + y)**200",
    "power of a million": "x**(10**6)",
    "power of a million of a sum": "(x + y + 1)**(10**6)",
    "powers of powers": "(((x + y)**10)**10)**10",
    "tower of twos": "2**2**2**2**2**2",
    "tower of nines": "9**9**9**9*x",
    "powers of a number": "exp(x)*(((2**100)**100)**100)*x",
    "tower of variables": "x**x**x**x",
    "high tower of variables": "x" + "**x" * 70,
    "factorial": "*".join(map(str, range(1, 300))) + "*x",
    "falling factorial": "*".join(f"(x + {k}*y)" for k in range(1, 120)),
    "the sign of a factorial": "5!",
    "long sum": "+".join(f"x**{k % 20}*y**{k % 17}" for k in range(600)),
    "very long sum": "+".join(["x"] * 60_000),
    "minus signs": "-" * 50_000 + "x",
    "ten exps": nested("exp", 10),
    "a hundred exps": nested("exp", 99),
    "six exps of a number": nested("exp", 6, "5") + "*x",
    "ten logs": nested("log", 10),
    "sixty logs": nested("log", 60),
    "six logs of a number": nested("log", 6, "2") + "*x",
    "ten roots": nested("sqrt", 10),
    "ninety roots": nested("sqrt", 90),
    "roots of sums": "sqrt(1 + x + " * 8 + "y" + ")" * 8,
    "absolute values": nested("abs", 5),
    "mixed nesting": "exp(log(sqrt(exp(log(x + y)*log(x - y)))))",
    "sum of exps": "+".join(f"exp({k}*x)" for k in range(60)),
    "sum of roots": "+".join(f"(x + {k}*y)**(1/{k + 2})" for k in range(12)),
    "root of roots": "sqrt(" + "+".join(f"sqrt(x + {k})" for k in range(12)) + ")",
    "log of a product": "log(" + "*".join(f"(x + {k})" for k in range(30)) + ")",
    "exp of a high power": "exp(x**900 + y**900)",
    "fractions of exponents": "(x + y)**(1/997)*(x - y)**(1/991)",
    "a hard number under a log": "log(" + "9" * 240 + "1" * 240 + ")*x",
    "a large number": "9" * 480 + "*x",
    "too large a number": "9" * 5_000 + "*x",
    "deep parentheses": "(" * 95 + "x" + ")" * 95,
    "too deep parentheses": "(" * 20_000 + "x" + ")" * 20_000,
    "open parentheses": "(" * 20_000,
    "continued fraction": "1/(x + " * 40 + "y" + ")" * 40,
    "long quotient": "/".join(["(x + y)"] * 100),
    "zero to the zero": "0**0",
    "division by zero": "1/(x - x)",
    "log of zero": "log(x - x)",
    "other letters": "𝑥² + ∞·x",
    "signs from a page": "x²−y²",
    "control characters": "x\x00\x1b[2J\u202e",
    "a lone surrogate": "x + \ud800",
    "combining marks": "x" + "\u0301" * 1_000,
    "nothing": "",
    "white space": " \t\n" * 1_000,
    "code": "__import__('os').system('true')",
}

MATRICES = "given U: n x r, V: m x r, G: n x m\nflow U' = -G*V, V' = -G^T*U\n"


def of_matrices(text):
    """Return a text about x and y as one about UᵀU and VᵀV."""
    return re.sub(r"\by\b", "(V^T*V)", re.sub(r"\bx\b", "(U^T*U)", text))


def _law(text, phi, folder):
    import conslaw_nb as cl

    verdict = cl.check_law(text, phi)
    return [str(verdict.status), verdict.reason]


def _claim(sentence):
    def ask(text, phi, folder):
        import conslaw_nb as cl

        card = cl.claim(sentence.replace("TEXT", text), phi)
        return [str(card.verdict.status), card.verdict.reason]

    return ask


def _any_width(text, phi, folder):
    import conslaw_nb as cl

    card = cl.claim(f"{of_matrices(text)} is conserved for all n, m, r")
    return [str(card.verdict.status), card.verdict.reason]


def _hints(text, phi, folder):
    import conslaw_nb as cl

    return ["hint", str(cl.claim(f"{text} is conserved", phi).hints().next())]


def _certificate(text, phi, folder):
    import conslaw_nb as cl

    return [str(cl.certify(phi, law=text).verify().status), ""]


def _model(text, phi, folder):
    import conslaw_nb as cl

    return [str(cl.count_laws(cl.parse_model(f"phi({text})")).verdict.status), ""]


def _fields(text, phi, folder):
    import conslaw_nb as cl

    return [str(cl.check_law("x", cl.parse_model(f"fields([x, y], [{text}, x])")).status), ""]


def _proof(lines):
    def ask(text, phi, folder):
        import conslaw_nb as cl

        found = cl.proof(lines.replace("MATRIX", of_matrices(text)).replace("TEXT", text))
        return [str(found.verdict.status), found.verdict.reason]

    return ask


def _exercises(text, phi, folder):
    """Give the text as an answer to every exercise, in turn alone and twice, and as a proof where one is asked for."""
    from conslaw_nb.teaching import all_exercises

    turn, said = list(TEXTS.values()).index(text), []
    for k, exercise in enumerate(all_exercises(), turn):
        answer = text if k % 2 else f"{text}, {text}"
        if exercise.start:
            answer = f"{exercise.start}\n{text} is conserved by computation"
        said.append(f"{exercise.number}: {exercise.check(answer)}")
    return ["feedback", max(said, key=len)]


def _command(*argv):
    def ask(text, phi, folder):
        from conslaw_nb.cli import main

        out, err = io.StringIO(), io.StringIO()
        files = {"PROOF": f"model phi(x*y)\n{text} is conserved by computation\n", "JSON": json.dumps(_forged(text))}
        for name, content in files.items():
            Path(folder, name).write_text(content, encoding="utf-8", errors="surrogatepass")
        real = [a.replace("FILE", str(Path(folder, a[4:]))) if a.startswith("FILE") else a for a in argv]
        real = [text if a == "TEXT" else str(Path(folder, a)) if a in files else a for a in real]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(real)
        if status not in (0, 1, 2, 3) or "Traceback" in err.getvalue():
            raise AssertionError(err.getvalue())
        return [f"exit {status}", out.getvalue() + err.getvalue()]

    return ask


def _forged(text):
    """Return the file of a proof with this text, whatever its file claims."""
    whole = f"model phi(x*y)\n{text} is conserved by computation"
    return {"format": "conslaw-proof", "version": 1, "goal": None, "verdict": "PROVED", "text": whole, "steps": []}


DOORS = {
    "law": _law,
    "claim conserved": _claim("TEXT is conserved"),
    "claim not conserved": _claim("TEXT is not conserved"),
    "claim independent": _claim("TEXT and x are independent"),
    "claim at a point": _claim("x is independent at x=TEXT, y=1"),
    "claim complete": _claim("TEXT is all the laws"),
    "claim equal": _claim("TEXT = x + y"),
    "claim factors": _claim("TEXT factors through phi"),
    "claim of a model": _claim("x is conserved for phi(TEXT)"),
    "claim itself": _claim("TEXT"),
    "any width": _any_width,
    "hints": _hints,
    "certificate": _certificate,
    "model": _model,
    "fields": _fields,
    "proof of a law": _proof("model phi(x*y)\ngoal TEXT is conserved\nTEXT is conserved by computation"),
    "proof with a name": _proof("model phi(x*y)\nlet h = TEXT\n<grad h, v_1> = 0 by computation\nh is conserved"),
    "proof of an equality": _proof("model phi(x*y)\nTEXT = x + y by computation"),
    "proof with matrices": _proof(f"{MATRICES}let S = MATRIX\nS' = 0 by computation\nS is conserved"),
    "proof itself": _proof("TEXT"),
    "exercises": _exercises,
    "conslaw check": _command("check", "phi(x*y)", "TEXT"),
    "conslaw count": _command("count", "TEXT"),
    "conslaw prove": _command("prove", "PROOF"),
    "conslaw verify": _command("verify", "JSON"),
}


def main():
    """Try every text at every door; what is not an answer stops everything and is shown."""
    import conslaw_nb as cl

    with TemporaryDirectory() as folder:
        for door, ask in DOORS.items():
            for name, text in TEXTS.items():
                print(json.dumps(["begin", door, name]), flush=True)
                try:
                    said = ask(text, cl.parametrization("x*y"), folder)
                except cl.ConslawError as error:
                    said = [type(error).__name__, str(error)]
                print(json.dumps([door, name, *said]), flush=True)


if __name__ == "__main__":
    main()
