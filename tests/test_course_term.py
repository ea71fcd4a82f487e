"""A term in small: exports of two platforms, late and excused learners, a kill; every grade is compared."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date

import pytest
from class_samples import COMPUTED, RIGHT, START, WRONG, book, needs_a_cell

from conslaw_nb.course.folder import new_course

# What each kind of learner writes, what that is worth without lateness, and whether only a run shows it.
KINDS = {
    "honest": ([RIGHT], 4),
    "wrong": ([WRONG], 0),
    "second": ([WRONG, RIGHT], 4),
    "computed": ([COMPUTED], 4),
    "hostile": (["import os\nos._exit(0)", RIGHT], 4),
    "thief": (["import os\nwhere.check(os.environ.get('TOKEN', '7'))"], 0),
    "guesser": ([f'where.check("({k}, 1)")' for k in range(9)] + [RIGHT], 0),
    "nothing": (["x = 1"], 0),
}


def handed_in(course):
    """Write what two platforms export; return what each learner must get."""
    expected, days = {}, "learner,lesson,day\n"
    subs = course / "submissions"
    with zipfile.ZipFile(subs / "moodle.zip", "w") as moodle, zipfile.ZipFile(subs / "canvas.zip", "w") as canvas:
        for number, (kind, (cells, worth)) in enumerate(KINDS.items(), 1):
            text = json.dumps(book(START, *cells))
            moodle.writestr(f"{kind} Moodle_{number}_assignsubmission_file/one.ipynb", text)
            late = number % 2 == 0
            canvas.writestr(f"{kind}canvas{'_LATE' if late else ''}_{100 + number}_{number}_one.ipynb", text)
            expected[f"{kind} Moodle"] = worth * (3 if number % 3 == 0 else 4) / 4
            expected[f"{kind}canvas"] = worth * (3 if late else 4) / 4
            days += f"{kind} Moodle,1,2027-01-{12 if number % 3 == 0 else 11}\n"
    (course / "handed_in.csv").write_text(days, encoding="utf-8")
    (course / "overrides.csv").write_text("learner,exercise,points\nwrong Moodle,1.1,2.5\n", encoding="utf-8")
    return expected | {"wrong Moodle": 2.5}


@pytest.mark.slow
def test_a_term_is_graded_as_it_must_be_whatever_happens_in_between(tmp_path):
    needs_a_cell()
    new_course(tmp_path, [1], date(2027, 1, 11))
    file = tmp_path / "course.toml"
    rules = '[grading]\ntries = 5\nlate_per_day = 25\n[grading.points]\n"1.1" = 4\n'
    file.write_text(file.read_text(encoding="utf-8") + rules, encoding="utf-8")
    expected = handed_in(tmp_path)
    command = [sys.executable, "-m", "conslaw_nb", "course", "grade", str(tmp_path / "submissions"), "--seconds", "20"]
    environment = {**os.environ, "TOKEN": "(5/4, 3/4)"}  # what a thief of it would hand in
    begun = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + 200
    while len(list((tmp_path / "grades" / "records").glob("*.json"))) < 3 and time.monotonic() < end:
        time.sleep(0.05)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    tables = []
    for _ in range(2):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        tables.append((tmp_path / "grades" / "gradebook.csv").read_text(encoding="utf-8-sig"))
    rows = list(csv.DictReader(io.StringIO(tables[0])))
    assert {row["learner"]: float(row["total"]) for row in rows} == expected
    assert tables[0] == tables[1]
