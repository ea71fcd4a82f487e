"""The proof workshop as a learner meets it, in JupyterLab: claims, hints, a proof, a planted mistake, a file."""

import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROOF = """%%proof
given U: n x r, V: m x r, G: n x m
flow U' = -G*V, V' = -G^T*U
let Psi = U^T*U - V^T*V
Psi' = U'^T*U + U^T*U' - V'^T*V - V^T*V'                by the product rule
     = -(G*V)^T*U - U^T*G*V + (G^T*U)^T*V + V^T*G^T*U   by substitution
     = 0                                                by computation
Psi is conserved                                        by Proposition 2.5"""

CLAIMS = """claims = {
    "u**2 - v**2 is conserved for phi(u*v)": "PROVED",
    "u + v is conserved for phi(u*v)": "REFUTED",
    "x**2 - y**2 and x**2 - z**2 are independent for phi(x*y*z)": "PROVED",
    "x**2 - y**2 and (x**2 - y**2)**2 are independent for phi(x*y)": "REFUTED",
    "there are exactly 7 laws for linear(1,2,2,1)": "PROVED",
    "there are exactly 4 laws for factorization(2,2,2)": "REFUTED",
    "dim Lie = 5 for factorization(2,2,2)": "PROVED",
    "W is involutive for factorization(2,2,2)": "REFUTED",
    "x*y*z factors through phi for phi(x*y, z)": "PROVED",
    "the loss cross-entropy spans": "REFUTED",
}
cards = {text: cl.claim(text) for text in claims}
assert {text: str(card.verdict.status) for text, card in cards.items()} == claims
list(cards.values())[1]"""


def notebook(*sources):
    cells = [
        {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for i, text in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


def html(outputs):
    return "".join("".join(o.get("data", {}).get("text/html", "")) for o in outputs)


def test_the_workshop_notebook_runs(window):
    window.switch("proof_workshop.ipynb")
    window.run_all()
    assert window.errors() == []
    window.screenshot("workshop")
    assert "Javascript Error" not in window.page.inner_text("body")
    assert window.outside == []


def test_ten_claims_a_proof_a_mistake_and_a_file_that_a_terminal_verifies(window, jupyterlab, tmp_path):
    file = tmp_path / "balance.json"
    cells = (
        "import conslaw_nb as cl\n%load_ext conslaw_nb",
        CLAIMS,
        'cards["u + v is conserved for phi(u*v)"].hints().next()',
        PROOF,
        f"balance = _\nbalance.save({str(file)!r})\nbalance.reached",
        'wrong = cl.proof(balance.text.replace("- V\'^T*V", "+ V\'^T*V"))\nassert not wrong.reached\nwrong',
    )
    window.switch(jupyterlab.add("fresh.ipynb", notebook(*cells)))
    window.run_all()
    assert window.errors() == []
    outputs = window.outputs()
    assert "REFUTED" in html(outputs[1])
    assert "Hint 1 of" in str(outputs[2])
    assert "Proved for all sizes" in html(outputs[3])
    assert "2·V&#x27;ᵀ·V" in html(outputs[5])  # in the learner's own letters: before the flow is put in
    window.show(5)
    window.screenshot("workshop-planted-mistake")
    command = [sys.executable, "-m", "conslaw_nb", "verify", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "PROVED" in told.stdout
