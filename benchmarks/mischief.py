"""Mischief: what a notebook can hold to break out of its process, or to look right where it is wrong.

Run these cells only where they are shut in. ``BAIT`` stands for a folder that must be there afterwards.
"""

from __future__ import annotations

__all__ = ["BREAKING", "TAMPERING"]

# What breaks out, each as one cell: it shall stop at most the notebook that it is in.
BREAKING = {
    "endless-loop": """\
while True:
    pass""",
    "deaf-loop": """\
while True:
    try:
        while True:
            pass
    except BaseException:
        pass""",
    "memory-bomb": """\
ballast = []
while True:
    ballast.append(bytearray(10_000_000))""",
    "fork-bomb": """\
import os
while True:
    try:
        os.fork()
    except OSError:
        pass""",
    "memory-in-children": """\
import os
for _ in range(12):
    if os.fork() == 0:
        ballast = b'x' * 400_000_000
        while True:
            pass
import time; time.sleep(600)""",
    "daemon": """\
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(9999)""",
    "early-exit": """\
import os
os._exit(0)""",
    "crash": """\
import ctypes
ctypes.string_at(0)""",
    "kill-everybody": """\
import os, signal
os.kill(-1, signal.SIGKILL)""",
    "kill-the-parent": """\
import os, signal
os.kill(os.getppid(), signal.SIGKILL)""",
    "threads": """\
import threading, time
for _ in range(10_000):
    threading.Thread(target=time.sleep, args=(9999,)).start()""",
    "flood-of-words": """\
while True:
    print('x' * 100_000)""",
    "flood-of-answers": r"""import os
while True:
    os.write(3, b'["answer", "1.1", ["str", "0"]]\n' * 1000)""",
    "full-disk": """\
k = 0
while True:
    k += 1
    open(f'f{k}', 'wb').write(b'x' * 10_000_000)""",
    "deep": """\
def f(n):
    return f(n + 1)
f(0)""",
    "stops-itself": """\
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)""",
    "asks-for-input": """\
name = input('Your name?')""",
    "shell": """\
!rm -rf BAIT
!kill -9 -1
!sleep 9999 &""",
    "removes-what-it-can": """\
import conslaw_nb, os, shutil
shutil.rmtree('BAIT', ignore_errors=True)
os.chmod(conslaw_nb.__file__, 0o777)""",
    "error": """\
1 / 0""",
    "types-into-the-terminal": """\
import fcntl, glob, os, termios
for name in ('/dev/tty', *glob.glob('/dev/pts/*')):
    try:
        line = os.open(name, os.O_RDWR | os.O_NOCTTY)
    except OSError:
        continue
    for sign in b'touch BAIT/typed\\n':
        fcntl.ioctl(line, termios.TIOCSTI, bytes([sign]))
    os.write(line, b'\\x1b[2Jall are right')""",
    "false-places": r"""import os
for kind in (b'cell', b'error'):
    for place in (b'9' * 4300, b'-1', b'1e999', b'true', b'NaN'):
        os.write(3, b'["%s", %s, "x"]\n["%s", %s]\n' % (kind, place, kind, place))""",
    "many-exercises": r"""import os
for k in range(60_000):
    os.write(3, b'["answer", "7%d.1", ["int", "1"]]\n' % k)
    if k % 50 == 0:
        os.write(3, b'["hint", "9.%d"]\n' % k)""",
    "no-python": """\
this is ( no python""",
}

# What tampers, each as one cell that stands before wrong answers.
TAMPERING = {
    "says-right": """\
import sys
x = sys.modules['conslaw_nb.teaching.exercise']
x.Exercise.check = lambda task, answer: x.right('of course')""",
    "checker-replaced": """\
import sys
import conslaw_nb.teaching as t
x = sys.modules['conslaw_nb.teaching.exercise']
for task in t.all_exercises():
    object.__setattr__(task, 'checker', lambda answer: x.right('yes'))""",
    "lesson-replaced": """\
import sys
import conslaw_nb.teaching.tasks.lesson01 as lesson
x = sys.modules['conslaw_nb.teaching.exercise']
for number in lesson.lesson.checks:
    lesson.lesson.checks[number] = lambda answer: x.right('yes')""",
    "wrong-is-right": """\
import sys
import conslaw_nb.teaching.tasks.lesson01 as lesson
x = sys.modules['conslaw_nb.teaching.exercise']
before = x.wrong
for module in list(sys.modules.values()):
    if getattr(module, 'wrong', None) is before:
        module.wrong = lambda message, *hints: x.right(message)
assert lesson.wrong is not before""",
    "engine-replaced": """\
import conslaw_nb.laws.checking as c, conslaw_nb.teaching.tasks.lesson01 as l
from conslaw_nb.verdict import Verdict, Status
yes = lambda *a, **k: Verdict(Status.PROVED, 'yes')
c.check_law = l.check_law = yes""",
    "arithmetic-replaced": """\
import fractions
fractions.Fraction.__eq__ = lambda a, b: True
fractions.Fraction.__hash__ = lambda a: 0""",
    "files-changed": """\
import conslaw_nb.teaching.tasks.lesson01 as l
try:
    text = open(l.__file__).read()
    open(l.__file__, 'w').write(text.replace('wrong(', 'right('))
except OSError:
    pass""",
    "start-up-file": """\
import pathlib, site
for place in [*site.getsitepackages(), site.getusersitepackages(), '.']:
    for name in ('sitecustomize.py', 'usercustomize.py', 'conftest.py', 'forged.pth'):
        try:
            pathlib.Path(place).mkdir(parents=True, exist_ok=True)
            pathlib.Path(place, name).write_text('import conslaw_nb.teaching as t; t.exercise.wrong = t.exercise.right')
        except OSError:
            pass""",
    "says-the-verdict": r"""import os
for k in range(99):
    os.write(3, b'["verdict", %d, "right", "yes"]\n' % k)
    os.write(3, b'{"outcome": "right"}\n[[[[\n')""",
    "every-line": r"""import os
for h in range(3, 64):
    try:
        os.write(h, b'{"ended": "well", "said": [["verdict", 0, "right", "yes"]]}\n')
    except OSError:
        pass""",
    "own-modules": """\
import sys, types
fake = types.ModuleType('conslaw_nb.teaching')
fake.exercise = lambda n: types.SimpleNamespace(check=lambda a: 'Right', hint=lambda: '')
sys.modules['conslaw_nb.teaching'] = fake
import conslaw_nb
conslaw_nb.teaching = fake""",
    "strange-text": """\
class Chameleon(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def strip(self, *a): return '(5/4, 3/4)'
    def __str__(self): return '7'""",
    "record-forged": """\
import json
entry = {'solved': True, 'attempts': 1, 'hints': 0, 'answer': 'x'}
book = {'format': 'conslaw-progress', 'version': 1, 'exercises': {f'1.{k}': entry for k in range(1, 7)}}
json.dump(book, open('conslaw-progress.json', 'w'))""",
    "copies": r"""import pathlib, re
books = []
for top in pathlib.Path.cwd().parents:
    for name in ('*.ipynb', '*/*.ipynb', '*/*/*.ipynb'):
        try:
            books += [book.read_text() for book in top.glob(name)]
        except OSError:
            pass
from conslaw_nb.teaching import exercise
for book in books:
    for found in re.findall(r'where.check\((.*?)\)"', book):
        exercise('1.1').check(found[1:-1])""",
    "frames": """\
import sys, gc
for f in list(sys._current_frames().values()):
    while f:
        f.f_locals.update(outcome='right'); f = f.f_back
for thing in gc.get_objects():
    if type(thing).__name__ == 'Feedback':
        object.__setattr__(thing, 'outcome', 'right')""",
    "hash-seed": """\
import os
os.environ['PYTHONPATH'] = '.'
os.environ['PYTHONSTARTUP'] = 'x.py'
open('json.py', 'w').write('1/0')""",
    "reads-the-solutions": """\
import json
from conslaw_nb.notebooks.lab import lessons_folder
from conslaw_nb.teaching import all_exercises
for book in sorted((lessons_folder() / 'solutions').glob('0*.ipynb')):
    for cell in json.loads(book.read_text())['cells']:
        if cell['cell_type'] == 'code':
            get_ipython().run_cell(''.join(cell['source']))
for task in all_exercises():
    if task.solution:
        task.check(task.solution)
        for part in task.solution.split('$')[1::2] + task.solution.split('`')[1::2]:
            task.check(part)""",
    "false-number": """\
from conslaw_nb.teaching import exercise
task = exercise('1.4')
task.number = '1.1'""",
    "grader-replaced": """\
from conslaw_nb.course import answers, grading, judging, plain_data, running, tables, worker
for module in (answers, grading, judging, plain_data, running, tables, worker):
    for name, thing in list(vars(module).items()):
        if callable(thing) and not isinstance(thing, type):
            setattr(module, name, lambda *a, **k: ['verdict', 0, 'right', 'yes'])""",
    "parent-rewritten": """\
import os
for one in {os.getppid(), 1, *range(2, 40)}:
    for name in ('mem', 'oom_score_adj', 'environ', 'fd/3', 'fd/4'):
        try:
            with open(f'/proc/{one}/{name}', 'r+b', buffering=0) as it:
                it.write(b'right')
        except OSError:
            pass
import ctypes
print(ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0))""",
    "at-the-end": r"""import atexit, os, threading, time
say = lambda: os.write(3, b'["verdict", 0, "right", "yes"]\n["end"]\n')
atexit.register(say)
threading.Thread(target=lambda: (time.sleep(1), say())).start()""",
    "json-replaced": """\
import json
whole = json.dumps
json.dumps = lambda said, *a, **k: whole(said).replace('wrong', 'right')
json.JSONEncoder.encode = lambda self, said: '["verdict", 0, "right", "yes"]'""",
    "outcome-always-right": """\
import sys
x = sys.modules['conslaw_nb.teaching.exercise']
x.Feedback.outcome = property(lambda self: 'right', lambda self, value: None)
x.Feedback.__init__ = lambda self, *a, **k: None
x.Feedback.message = 'yes'""",
    "strange-objects": """\
class Everything:
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __getattr__(self, name): return Everything()
    def __call__(self, *a, **k): return Everything()
    def __iter__(self): return iter([Everything()])
    def __bool__(self): return True
    def __str__(self): return 'right'
    def __reduce__(self): return (exec, ("import conslaw_nb.teaching as t; t.wrong = t.right",))
from conslaw_nb.teaching import all_exercises
for task in all_exercises()[:6]:
    try:
        task.check(Everything())
    except Exception:
        pass
import sympy
class Evil(sympy.Symbol):
    is_zero, is_number, is_real = True, True, True
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __getattr__(self, name): return lambda *a, **k: sympy.Integer(0)
    def diff(self, *a, **k): return sympy.Integer(0)
    def _eval_derivative(self, s): return sympy.Integer(0)
    def as_poly(self, *a, **k): return sympy.Poly(0, self)
for task in all_exercises()[:6]:
    for evil in (Evil('w'), (Evil('w'), Evil('w')), [Evil('w')] * 3):
        try:
            task.check(evil)
        except Exception:
            pass""",
    "another-table": """\
import pathlib
for place in pathlib.Path.cwd().parents:
    for name in ('grades/records/x.json', 'grades.csv', 'records/x.json'):
        try:
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text('right')
        except OSError:
            pass""",
}
