"""Progress is never lost: not on a crash, not by two notebooks, not on a full disk, not by an old or a damaged file."""

import json
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import conslaw_nb.teaching.progress_file as module
from conslaw_nb.teaching.progress_file import FILE, Progress, ProgressError, merge, progress

entry = st.fixed_dictionaries(
    {
        "solved": st.booleans(),
        "attempts": st.integers(0, 9),
        "hints": st.integers(0, 4),
        "answer": st.none() | st.sampled_from(["1", "x", "(1, 2)"]),
    }
)
records = st.dictionaries(st.sampled_from(["1.1", "1.2", "2.1"]), entry)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(records, records, records)
def test_merging_is_commutative_idempotent_and_loses_nothing(a, b, c):
    assert merge(a, b) == merge(b, a)
    assert merge(a, a) == dict(sorted(a.items()))
    both = merge(merge(a, b), c)
    for record in (a, b, c):
        for key, kept in record.items():
            assert both[key]["attempts"] >= kept["attempts"]
            assert both[key]["hints"] >= kept["hints"]
            assert both[key]["solved"] or not kept["solved"]


def test_nothing_is_written_before_the_learner_starts(tmp_path):
    record = progress(tmp_path)
    assert not record.started
    assert repr(record) == "No progress is recorded in this folder; .start() begins a record."
    assert list(tmp_path.iterdir()) == []
    record.start()
    assert json.loads((tmp_path / FILE).read_text())["exercises"] == {}


def test_the_file_is_small_readable_and_counts(tmp_path):
    record = progress(tmp_path).start()
    assert record.record("1.2", solved=False) == ""
    record.record("1.2", solved=True, hints=2, answer="(1, 2)")
    record.record("1.2", solved=False)
    data = json.loads((tmp_path / FILE).read_text())
    assert data["format"] == "conslaw-progress"
    assert data["exercises"] == {"1.2": {"solved": True, "attempts": 3, "hints": 2, "answer": "(1, 2)"}}
    assert "1 solved, 0 begun" in repr(record)
    assert "<caption>1 solved, 0 begun</caption>" in record._repr_html_()


def test_an_editor_may_have_put_a_byte_order_mark_in_front(tmp_path):
    progress(tmp_path).start().record("1.1", solved=True)
    file = tmp_path / FILE
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert Progress(file).start().solved("1.1")


def test_starting_again_keeps_what_is_there(tmp_path):
    progress(tmp_path).start().record("1.1", solved=True)
    assert Progress(tmp_path / FILE).start().solved("1.1")


def test_two_notebooks_at_once_keep_both(tmp_path):
    one, two = Progress(tmp_path / FILE).start(), Progress(tmp_path / FILE)
    one.record("1.1", solved=True)
    two.record("1.2", solved=True)
    one.record("1.3", solved=False)
    assert set(Progress(tmp_path / FILE).entries()) == {"1.1", "1.2", "1.3"}


def test_a_full_disk_keeps_the_old_file_and_the_new_entry(tmp_path, monkeypatch):
    record = progress(tmp_path).start()
    record.record("1.1", solved=True)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", full)
        told = record.record("1.2", solved=True)
    assert told == ("Your progress could not be saved (No space left on device). It is kept in memory and tried again.")
    assert set(json.loads((tmp_path / FILE).read_text())["exercises"]) == {"1.1"}
    assert record.solved("1.2")
    assert not list(tmp_path.glob("*.tmp"))
    assert not list(tmp_path.glob(".*.tmp"))
    assert record.record("1.3", solved=False) == ""
    assert set(json.loads((tmp_path / FILE).read_text())["exercises"]) == {"1.1", "1.2", "1.3"}


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    record = progress(tmp_path).start()

    def refuse(*_, **__):  # root may write everywhere, so the system's refusal is played
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    assert "could not be saved (Permission denied)" in record.record("1.1", solved=True)
    assert record.solved("1.1")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"format": "other"}', "[" * 100_000])
def test_a_damaged_file_is_set_aside_and_said(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    record = Progress(tmp_path / FILE)
    told = record.record("1.1", solved=True)
    assert told == (
        "the progress file was damaged; it is kept as 'conslaw-progress.damaged-1.json', and a new one begins"
    )
    assert (tmp_path / "conslaw-progress.damaged-1.json").read_text() == text
    assert record.solved("1.1")


def test_entries_that_make_no_sense_are_left_out(tmp_path):
    data = {
        "format": "conslaw-progress",
        "version": 1,
        "exercises": {
            "1.1": {"solved": True},
            "../x": {"solved": True},
            "1.2": 7,
            "1.3": {"attempts": -1},
            "1.4": {"attempts": True},
            "1.5": {"hints": "many"},
        },
    }
    (tmp_path / FILE).write_text(json.dumps(data))
    assert Progress(tmp_path / FILE).entries() == {"1.1": {"solved": True, "attempts": 0, "hints": 0, "answer": None}}


def test_a_newer_file_is_not_touched(tmp_path):
    text = '{"format": "conslaw-progress", "version": 2, "exercises": {}}'
    (tmp_path / FILE).write_text(text)
    assert "newer version of conslaw_nb" in Progress(tmp_path / FILE).record("1.1", solved=True)
    assert (tmp_path / FILE).read_text() == text


def test_export_and_merge(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir(), there.mkdir()
    one, two = progress(here).start(), progress(there).start()
    one.record("1.1", solved=True, answer="1")
    two.record("1.2", solved=True, answer="2")
    copy = one.export(tmp_path / "copy.json")
    two.merge_from(copy)
    assert set(two.entries()) == {"1.1", "1.2"}
    assert set(one.entries()) == {"1.1"}
    with pytest.raises(ProgressError, match="there is no progress file"):
        one.merge_from(tmp_path / "nothing.json")
    with pytest.raises(ProgressError, match="cannot be written"):
        one.export(tmp_path / "no folder" / "copy.json")


def test_messages(tmp_path):
    with pytest.raises(ProgressError, match="'../etc' cannot name an exercise: use a number such as 1.2"):
        progress(tmp_path).record("../etc", solved=True)
    (tmp_path / FILE).write_bytes(b" " * (module.MAX_BYTES + 1))
    with pytest.raises(ProgressError, match="is larger than 5000000 bytes: move it away"):
        Progress(tmp_path / FILE).entries()


def test_an_exercise_records_only_where_there_is_a_record(tmp_path, monkeypatch):
    from conslaw_nb.teaching import exercise

    monkeypatch.chdir(tmp_path)
    task = exercise("1.5")
    task.check("1/3")
    assert list(tmp_path.iterdir()) == []
    progress().start()
    task.hint()
    task.check("1/10")
    task.check("")  # nothing was answered, nothing is counted
    assert progress().entries()["1.5"]["attempts"] == 1
    assert progress().entries()["1.5"]["hints"] == 1
    assert not progress().solved("1.5")
