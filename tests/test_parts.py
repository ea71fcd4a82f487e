"""Proof by parts: blocks, groups, unions, and laws that somebody brings."""

import random

import pytest

import conslaw_nb as cl
from conslaw_nb.errors import ModelError, SizeError
from conslaw_nb.exact.backend import PRIME
from conslaw_nb.laws import by_parts, counting
from conslaw_nb.laws.candidates import check_candidates
from conslaw_nb.laws.parts import find_blocks, find_groups
from conslaw_nb.models.union import union

HIDDEN = cl.linear(1, 2, 2, 1, 2, 2)
AS_TEXT = cl.parametrization(*(c.text for c in HIDDEN.components))


def names(phi, places):
    return [phi.variables[i] for i in places]


# ---------------------------------------------------------------- blocks


def test_a_stretch_is_found_in_a_map_that_is_only_text():
    count = cl.count_laws(AS_TEXT)
    assert (count.laws, str(count.verdict.status)) == (11, "PROVED")
    assert (
        "1 block acts through one field and keeps 7 laws, 4 further polynomial laws: 11 laws with"
        in count.verdict.reason
    )
    certificate = cl.certify(count)
    assert certificate.data["evidence"]["kind"] == "blocks"
    assert certificate.verify().is_proved


def test_blocks_are_what_generators_share():
    phi = cl.parametrization("x*(u*v + s)", "y*(u*v + s)", "p*q")
    blocks = find_blocks(phi, [1, 2, 3, 4, 5, 6, 7], PRIME)
    assert [names(phi, block.places) for block in blocks] == [["u", "v", "s"], ["p", "q"]]
    # proportional columns, but in a direction that other coordinates turn: not a block
    turned = cl.parametrization("x*(u + y*v)", "x*y**2")
    assert [names(turned, block.places) for block in find_blocks(turned, [1, 2, 3, 4], PRIME)] == []
    at_zero = cl.parametrization("x*u*v", "y*u*v")
    assert find_blocks(at_zero, [1, 0, 0, 1], PRIME) == []


def test_blocks_agree_with_a_brute_force_look_at_the_identities():
    source = random.Random(2)
    for _ in range(12):
        inner = source.choice(["u*v", "u*v + s", "u + v**2", "u*v*s"])
        phi = cl.parametrization(f"x*({inner})", f"y*({inner}) + x*y")
        point = [source.randint(1, 9) for _ in phi.variables]
        found = {tuple(names(phi, block.places)) for block in find_blocks(phi, point, PRIME)}
        inside = tuple(name for name in phi.variables if name in "uvs")
        assert found == ({inside} if len(inside) > 1 else set())


# ---------------------------------------------------------------- groups and unions


def test_groups():
    phi = cl.parametrization("x*y + 1", "u*v", "v*w", variables="x u y v w z")
    assert [names(phi, group) for group in find_groups(phi)] == [["x", "y"], ["u", "v", "w"], ["z"]]
    assert find_groups(cl.parametrization("x*y*z")) == [[0, 1, 2]]


def test_groups_of_a_long_list_of_components_are_found():
    pairs = cl.parse_model(f"phi({', '.join(f'x{i}*y{i}' for i in range(300))})")
    groups = find_groups(pairs)
    assert len(groups) == 300
    assert all(pairs.part_on(group).components[0].text == "*".join(names(pairs, group)) for group in groups)
    count = cl.count_laws(pairs)
    assert count.laws == 300
    assert count.verdict.is_proved


def test_groups_are_counted_one_by_one_whatever_splits():
    source = random.Random(5)
    bricks = ["a*b", "a*b + b*c", "a*b*c", "a**2*b", "a + b**2/2"]
    for _ in range(12):
        chosen = [source.choice(bricks) for _ in range(source.randint(2, 4))]
        texts = [brick.translate({ord(x): f"{x}{k}" for x in "abc"}) for k, brick in enumerate(chosen)]
        alone = [cl.count_laws(cl.parametrization(text)) for text in texts]
        source.shuffle(texts)
        count = cl.count_laws(cl.parametrization(*texts))
        assert f"{len(texts)} groups of coordinates that no generator joins" in count.verdict.reason
        for what in ("laws", "dim_lie", "dim_trace"):
            assert getattr(count, what) == sum(getattr(one, what) for one in alone)
        certificate = cl.certify(count)
        assert certificate.data["evidence"]["kind"] == "groups"
        assert certificate.verify().is_proved
        assert len(count.evidence.laws) == sum(len(one.evidence.laws) for one in alone)
        assert all(cl.check_law(law, count.family).is_proved for law in count.evidence.laws)


def test_groups_of_a_family_keep_their_staircases():
    # a contact structure, brackets of two; beside it Engel's, brackets of three
    first = "[1, 0, -y/2, 0, 0, 0, 0], [0, 1, x/2, 0, 0, 0, 0]"
    second = "[0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, u, u**2/2]"
    count = cl.count_laws(cl.parse_model(f"fields([x, y, z, u, v, w, t], {first}, {second})"))
    assert [(step.level, step.dimension, step.certain) for step in count.steps] == [
        (0, 4, True),
        (1, 6, False),
        (2, 7, True),
    ]
    assert (count.laws, count.dim_lie, str(count.verdict.status)) == (0, 7, "PROVED")
    still = cl.count_laws(cl.parametrization("x*y", "u*v", variables="x y u v z"))
    assert [law.text for law in still.evidence.laws] == ["x**2 - y**2", "u**2 - v**2", "z"]
    one_moves = cl.count_laws(cl.parametrization("x*y", variables="x y z"))
    assert one_moves.evidence.data is None  # one group that moves, and a coordinate that does not: nothing to split


def test_a_gap_is_closed_by_groups(monkeypatch):
    phi = cl.parametrization(*(c.text for c in HIDDEN.components), "a*b + a**2*b")
    monkeypatch.setattr(counting, "with_blocks", lambda count, known, brought: count)
    left = counting.find_involutive_frame
    monkeypatch.setattr(
        counting,
        "find_involutive_frame",
        lambda f, *rest: left(f, *rest) if f.dimension == 2 else (None, "not looked for"),
    )
    count = cl.count_laws(phi)
    assert count.laws is None  # the stretch is still open
    assert "2 groups of coordinates that no generator joins" in count.verdict.reason
    assert (count.laws_at_least, count.laws_at_most) == (11, 12)


def test_a_union_is_counted_by_its_parts():
    head, mlp = cl.factorization(6, 6, 2), cl.relu(4, 5, 3, bias=True)
    both = union((3, head), mlp)
    count = cl.count_laws(both)
    alone = [cl.count_laws(head), cl.count_laws(mlp)]
    for what in ("laws", "dim_lie", "dim_trace"):
        assert getattr(count, what) == 3 * getattr(alone[0], what) + getattr(alone[1], what)
    assert cl.certify(count).verify().is_proved
    assert list(count.point.values()) == [*alone[0].point.values()] * 3 + [*alone[1].point.values()]
    assert union((2, both)).parts == [(6, head), (2, mlp)]


def test_a_union_is_a_model_like_others():
    both = union((2, cl.parametrization("x*y")), cl.linear(1, 1))
    assert both.variables == ("p1c1_x", "p1c1_y", "p1c2_x", "p1c2_y", "p2_U1_1_1")
    assert both[1].components[2].text == "p1c2_y"
    assert cl.check_law("p1c2_x**2 - p1c2_y**2", both).is_proved
    assert cl.check_law("p1c1_x**2 - p1c2_y**2", both).is_refuted
    assert len(cl.conservation_laws(both)) == 2


def test_all_blocks_of_a_model_of_124_million_parameters():
    layers = 12
    model = union(
        (2 * 12 * layers, cl.factorization(768, 768, 64)),
        (layers, cl.linear(768, 3072)),
        (layers, cl.linear(3072, 768)),
        cl.linear(768, 50257),
        cl.linear(768, 1024),
    )
    count = cl.count_laws(model)
    assert (model.dimension, count.laws) == (124_318_464, 288 * 64 * 65 // 2)
    assert cl.certify(count).verify().is_proved


@pytest.mark.parametrize(
    ("text", "laws", "dimension"),
    [
        ("attention(heads=12, d_head=64, dim=768)", 24 * 64 * 65 // 2, 2_359_296),
        ("gqa(groups=4, queries=3, d_head=64, dim=768)", 8 * 64 * 65 // 2, 1_572_864),
        ("lora(768,768,8)", 36, 12_288),
    ],
)
def test_models_side_by_side_are_counted_by_their_parts_at_real_sizes(text, laws, dimension):
    phi = cl.parse_model(text)
    certificate = cl.certify(phi)
    assert (phi.dimension, certificate.claim["laws_at_least"], certificate.claim["exact"]) == (dimension, laws, True)
    assert len(certificate.text) < 100_000
    assert certificate.verify().is_proved
    assert "variables" not in vars(phi)  # nobody has asked for two million names
    with pytest.raises(SizeError, match=r"2359296 parameters, too many to name one by one"):
        cl.parse_model("attention(heads=12, d_head=64, dim=768)").variables  # noqa: B018
    with pytest.raises(
        SizeError, match=r"^attention\(12, 64, 768000\) has \d+ parameters, which would take about 219 GB"
    ):
        cl.parse_model("attention(heads=12, d_head=64, dim=768000)")


def test_a_small_one_of_them_agrees_with_its_components_written_out():
    for text in ("attention(heads=2, d_head=1, dim=2)", "gqa(groups=1, queries=2, d_head=1, dim=2)", "lora(2,3,2)"):
        phi = cl.parse_model(text)
        count = cl.count_laws(phi)
        written = cl.count_laws(cl.parametrization(*phi.components, variables=phi.variables))
        assert (count.laws, count.dim_lie, count.steps) == (written.laws, written.dim_lie, written.steps)
        assert list(count.point) == list(phi.variables)


def test_a_law_of_a_union_has_a_certificate():
    both = union((2, cl.parametrization("x*y")), cl.linear(1, 1))
    for law in ("p1c2_x**2 - p1c2_y**2", "p1c1_x**2 - p1c1_y**2 + 3*p1c2_x**2 - 3*p1c2_y**2"):
        assert cl.certify(both, law).verify().is_proved
    assert cl.certify(both, "p1c1_x*p2_U1_1_1").claim["kind"] == "not_conserved"
    law = cl.conservation_laws(cl.parse_model("attention(heads=1, d_head=1, dim=2)"))[0]
    assert cl.certify(cl.parse_model("attention(heads=1, d_head=1, dim=2)"), law.text).verify().is_proved


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((), "a union needs at least one model"),
        (((0, HIDDEN),), "a whole number of times, at least 1, not 0"),
        (((True, HIDDEN),), "a whole number of times, at least 1, not True"),
        (("linear(2,2)",), r"union needs a model, not 'linear\(2,2\)'"),
    ],
)
def test_what_is_not_a_union(parts, message):
    with pytest.raises(ModelError, match=message):
        union(*parts)


def test_the_names_of_a_large_union_are_not_made():
    with pytest.raises(SizeError, match="too many to name one by one"):
        union((1000, cl.linear(100, 100))).variables  # noqa: B018


# ---------------------------------------------------------------- laws that are brought


@pytest.mark.parametrize(
    ("phi", "law", "multiplier"),
    [
        (cl.vector_fields(["x", "y"], [["x", "3*y"]]), "y/x**3", "x**4"),
        (cl.parametrization("x + y**2/2"), "x - log(y)", "y"),
        (cl.parametrization("x*y"), "x**2 - y**2", "1"),
        (cl.vector_fields(["x", "y"], [["x", "y"]]), "log(x) - log(y)", "x*y"),
        (cl.vector_fields(["x", "y"], [["x", "y"]]), "sqrt(x/y)", None),
    ],
)
def test_laws_of_many_kinds(phi, law, multiplier):
    if multiplier is None:
        with pytest.raises(ModelError, match=r"the gradient of 'sqrt\(x/y\)' is not a rational function"):
            check_candidates(phi, [law])
        return
    [one] = check_candidates(phi, [law])
    assert one.multiplier.text == multiplier
    total = sum((phi[0].components[i] * part for i, part in one.form.items()), phi[0].components[0] * 0)
    assert not total


def test_brought_laws_close_a_gap(monkeypatch):
    phi = cl.vector_fields(["x", "y", "u"], [["x", "3*y", "u"]])
    monkeypatch.setattr(counting, "find_involutive_frame", lambda *args: (None, "not looked for"))
    monkeypatch.setattr(by_parts, "find_blocks", lambda *args: [])
    open_one = cl.count_laws(phi)
    assert open_one.laws is None
    half = cl.count_laws(phi, laws=["y/x**3"])
    assert half.laws is None
    assert half.laws_at_least == open_one.laws_at_least + 1
    count = cl.count_laws(phi, laws=["y/x**3", "log(x) - log(u)"])
    assert count.laws == 2
    assert "2 of the laws that were brought" in count.verdict.reason
    certificate = cl.certify(count)
    assert len(certificate.data["evidence"]["forms"]) == 2
    assert certificate.verify().is_proved


@pytest.mark.parametrize(
    ("laws", "message"),
    [
        (["x + y"], r"'x \+ y' is not a law of phi\(x\*y\): .* leave it out"),
        ("x**2 - y**2", "laws must be a list"),
        (5, "laws must be a list"),
        (["x**2 - y**2", "x*z"], "'z'"),
    ],
)
def test_laws_that_are_not(laws, message):
    with pytest.raises(cl.ConslawError, match=message):
        cl.count_laws(cl.parametrization("x*y"), laws=laws)
