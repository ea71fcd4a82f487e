"""Thousands of models counted, each with its certificate: in parallel, resumable, one table at the end."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from itertools import islice, product
from pathlib import Path
from typing import Any

from ..errors import CertificateError, ConslawError, ModelError, SizeError, brief
from ..files import write_whole
from ..laws.counting import count_laws
from ..laws.search import known_count
from ..laws.structured import structured_count
from ..models.fields import VectorFields
from ..models.text import parse_model
from .certificate import certify
from .survey_page import page

__all__ = ["Survey", "SurveyRow", "models_in_range", "survey"]

MAX_MODELS = 1_000_000
MAX_KNOWN = 2_000  # parameters up to which the independent known laws are counted too
_AT_ONCE = 16  # models in one piece of work


@dataclass(frozen=True)
class SurveyRow:
    """One model of a survey."""

    model: str  # the certificate is the name of its file, or its text where the survey has no folder
    parameters: int | None = None
    laws: int | None = None  # the exact number, where it is proved; and how many laws known from theory are independent
    laws_at_least: int | None = None
    laws_at_most: int | None = None
    known: int | None = None
    dim_trace: int | None = None
    dim_lie: int | None = None
    verdict: str = "FAILED"
    seconds: float = 0.0
    reason: str = ""
    certificate: str = ""

    @property
    def hidden(self) -> int | None:
        """How many laws there are beyond the known ones; None where either is not known."""
        return None if self.laws is None or self.known is None else self.laws - self.known

    def __repr__(self) -> str:
        if self.laws is None:
            bounds = f"{self.laws_at_least}-{self.laws_at_most} laws" if self.parameters else self.reason
            return f"{self.model}: {bounds} [{self.verdict}]"
        hidden = f", {self.hidden} of them hidden" if self.hidden else ""
        return f"{self.model}: {self.laws} law{'' if self.laws == 1 else 's'}{hidden} [{self.verdict}]"


class Survey(tuple[SurveyRow, ...]):
    """The rows of a survey, in the order of the models.

    Examples
    --------
    >>> found = survey(models_in_range("linear(1, 2, 2..3, 1)"))
    >>> found
    2 models: 2 PROVED; 2 with hidden laws
    >>> found[0]
    linear(1, 2, 2, 1): 7 laws, 1 of them hidden [PROVED]
    """

    @property
    def csv(self) -> str:
        """The table as text with commas."""
        text = io.StringIO()
        names = [field.name for field in fields(SurveyRow)]
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([*names[:6], "hidden", *names[6:]])
        for row in self:
            values = asdict(row) | {"hidden": row.hidden}
            if len(row.certificate) > 200:  # its text, and not the name of a file
                values["certificate"] = ""
            writer.writerow(
                ["" if values[name] is None else values[name] for name in [*names[:6], "hidden", *names[6:]]]
            )
        return text.getvalue()

    @property
    def summary(self) -> str:
        """How many models there are of each verdict, and how many have hidden laws."""
        counted: dict[str, int] = {}
        for row in self:
            counted[row.verdict] = counted.get(row.verdict, 0) + 1
        verdicts = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counted.items())) or "nothing"
        hidden = sum(bool(row.hidden) for row in self)
        models = f"{len(self)} model{'' if len(self) == 1 else 's'}"
        return f"{models}: {verdicts}{f'; {hidden} with hidden laws' if hidden else ''}"

    def __repr__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        return page(self, alone=False)


def survey(
    models: Iterable[Any],
    folder: Any = None,
    jobs: int = -1,
    progress: Callable[[int, int, str], None] | None = None,
) -> Survey:
    """Count many models, each with a certificate.

    Parameters
    ----------
    models : iterable of models or of their texts, or a range
        In a range numbers stand for several, as in ``"linear(1..3, 2, 1..3)"``: see `models_in_range`.
    folder : path, optional
        Where the table (``survey.csv``), a page (``index.html``) and the certificates go. A survey that was stopped
        goes on there: models whose row is in ``rows.jsonl`` are not counted again.
    jobs : int
        Processes; -1 for one on each core. joblib does this (``pip install "conslaw_nb[survey]"``), so that inside
        ``joblib.parallel_config("dask")`` a cluster does. Without joblib one model follows the other.
    progress : callable, optional
        Called with how many are done, of how many, and the last model.

    Returns
    -------
    Survey

    Examples
    --------
    >>> survey(["linear(2,2,2)", "relu(2,3,1)"], jobs=1)
    2 models: 2 PROVED
    """
    if isinstance(models, str) and ".." in models:
        models = models_in_range(models)
    if isinstance(models, (str, VectorFields)) or not isinstance(models, Iterable):
        raise ModelError('survey takes a list of models, such as ["linear(2,2,2)", "linear(2,3,2)"]')
    if isinstance(jobs, bool) or not isinstance(jobs, int) or not jobs:
        raise ModelError(f"jobs={brief(jobs)} is not a number of processes: give 1, 2, ..., or -1 for one on each core")
    asked = list(islice((_named(model) for model in models), MAX_MODELS + 1))
    if len(asked) > MAX_MODELS:
        raise SizeError(f"a survey counts up to {MAX_MODELS} models: split yours")
    target = None if folder is None else _prepared(folder)
    done = {} if target is None else _rows_in(target)
    left = {name: model for name, model in asked if name not in done}
    if progress is not None:
        progress(len(done), len(asked), "")
    if target is not None:  # what follows a line that was cut off begins a line of its own
        _end_line(target / "rows.jsonl")
    for rows in _worked_on(list(left.items()), jobs, target):
        done.update((row.model, row) for row in rows)
        if target is not None:
            with (target / "rows.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        if progress is not None:
            progress(len(done), len(asked), rows[-1].model)
    result = Survey(done[name] for name, _ in dict(asked).items())
    if target is not None:
        write_whole(target / "survey.csv", result.csv)
        write_whole(target / "index.html", page(result))
    return result


def _named(model: Any) -> tuple[str, Any]:
    """Return the name of a row, and what a worker is sent: a text where that says it all."""
    if isinstance(model, VectorFields):
        return model.text, model
    if not isinstance(model, str):
        raise ModelError(f"{brief(model)} in a survey is neither a model nor its text")
    return " ".join(model.split()), model


def _prepared(given: Any) -> Path:
    try:
        folder = Path(given)
        (folder / "certificates").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CertificateError(f"'{given}' cannot be used: {error.strerror or error}; choose another folder") from None
    except (TypeError, ValueError):
        raise CertificateError(f"{brief(given)} is not the name of a folder") from None
    return folder


def _rows_in(folder: Path) -> dict[str, SurveyRow]:
    """Return the rows of an earlier run that can be relied on; all else, such as a line that was cut off, is forgotten.

    A row that was counted stands only with its certificate, and only if that claims the same.
    """
    found = {}
    path = folder / "rows.jsonl"
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            row = _row(json.loads(line))
            if row is not None and (row.verdict == "FAILED" or _is_claimed(folder, row)):
                found[row.model] = row
        except (ValueError, OSError, RecursionError):
            continue
    return found


def _end_line(path: Path) -> None:
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        with path.open("ab") as file:
            file.write(b"\n")


def _row(data: Any) -> SurveyRow | None:
    """Return a row that was read, or None where it is not one."""
    empty = asdict(SurveyRow(""))
    if not isinstance(data, dict) or data.keys() != empty.keys():
        return None
    for name, value in data.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (isinstance(value, str) if isinstance(empty[name], str) else number or value is None):
            return None
    return SurveyRow(**data)


def _is_claimed(folder: Path, row: SurveyRow) -> bool:
    claim = json.loads((folder / "certificates" / _file_name(row.model)).read_text(encoding="utf-8")).get("claim", {})
    said = {"parameters": row.parameters, "laws_at_least": row.laws_at_least, "laws_at_most": row.laws_at_most}
    same = all(claim.get(name) == value for name, value in said.items())
    exact = row.laws_at_least if row.verdict == "PROVED" else None
    return same and row.laws == exact and claim.get("exact") is (exact is not None)


def _worked_on(todo: list[tuple[str, Any]], jobs: int, folder: Path | None) -> Iterator[list[SurveyRow]]:
    size = max(1, min(_AT_ONCE, len(todo) // 8))
    pieces = [todo[k : k + size] for k in range(0, len(todo), size)]
    try:
        from joblib import Parallel, delayed
    except ImportError:
        jobs = 1
    if jobs == 1 or len(pieces) < 2:
        for piece in pieces:
            yield count_models(piece, folder)
        return
    yield from Parallel(n_jobs=jobs, return_as="generator_unordered")(
        delayed(count_models)(piece, folder) for piece in pieces
    )


def count_models(piece: list[tuple[str, Any]], folder: Path | None) -> list[SurveyRow]:
    """Count some models, in whatever process this is."""
    return [_counted(name, model, folder) for name, model in piece]


def _counted(name: str, model: Any, folder: Path | None) -> SurveyRow:
    try:
        phi = parse_model(model) if isinstance(model, str) else model
        count = structured_count(phi, count_laws, small=0) or count_laws(phi)
        known = known_count(phi) if phi.dimension <= MAX_KNOWN and phi.known_laws() is not None else None
        certificate = certify(count)
    except ConslawError as error:
        return SurveyRow(name, reason=str(error))
    text = certificate.text
    if folder is not None:
        text = f"certificates/{_file_name(name)}"
        (folder / text).write_text(certificate.text, encoding="utf-8")  # a lost one is made again: no need to wait
    return SurveyRow(
        name, phi.dimension, count.laws, count.laws_at_least, count.laws_at_most, known, count.dim_trace, count.dim_lie,
        str(count.verdict.status), round(count.seconds, 4), count.verdict.reason, text,
    )  # fmt: skip


def _file_name(name: str) -> str:
    """Return a name for the certificate of a model: readable, and different for different models."""
    readable = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII).strip("_")[:60]
    return f"{readable}-{sha256(name.encode()).hexdigest()[:8]}.json"


_SPAN = re.compile(r"(\d{1,6})\s*\.\.\s*(\d{1,6})")


def models_in_range(text: str, most: int | None = None) -> list[str]:
    """Return the models of a range, such as ``linear(1..3, 1..3, 1..3)``.

    `text`: a model in which ``a..b`` stands for each number from a to b; `most`: models with more parameters are left
    out.

    Examples
    --------
    >>> models_in_range("linear(1..2, 3, 1..2)")
    ['linear(1, 3, 1)', 'linear(1, 3, 2)', 'linear(2, 3, 1)', 'linear(2, 3, 2)']
    """
    spans = [range(int(a), int(b) + 1) for a, b in _SPAN.findall(text)]
    total = 1
    for span in spans:
        total *= len(span)
    if total == 0:
        raise ModelError(f"{brief(text)} has no models: in a range such as 1..3 the smaller number comes first")
    if total > MAX_MODELS:
        raise SizeError(f"{brief(text)} has {total} models; a survey counts up to {MAX_MODELS}: take smaller ranges")
    found = []
    for numbers in product(*spans):
        remaining = iter(numbers)
        found.append(_SPAN.sub(lambda match, left=remaining: str(next(left)), text))
    return found if most is None else [one for one in found if parse_model(one).dimension <= most]
