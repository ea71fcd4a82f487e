"""The catalogue's register: every kind of model by name, with its arguments, so that one file adds a network.

A file in `catalogue/` holds a function with type hints and a docstring, under the decorator `model_kind`. From these
the register knows the name, the arguments with their defaults and their help; Python (`cl.attention`), text
(`"attention(heads=2, d_head=2, dim=2)"`), claims, the command line and the docs follow.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from typing import Annotated, Any, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import ModelError, brief
from .fields import VectorFields, check_family
from .rates import read_rate

__all__ = ["Argument", "Kind", "RateOf", "Whole", "bind", "describe", "kind_of", "kinds", "model_kind", "register"]

Whole = Annotated[int, "at least 0"]  # the type hint of a size that may be 0
RateOf = Annotated[Any, "a number, a formula in the time t, or any"]  # the type hint of a friction or a decay
Arguments = ParamSpec("Arguments")
Model = TypeVar("Model", bound=VectorFields)
_kinds: dict[str, Kind] = {}
_loaded = False


@dataclass(frozen=True)
class Argument:
    """One argument of a kind of models."""

    name: str
    # 'size' (a whole number of at least 1), 'whole' (at least 0), 'switch' (True or False), 'sizes' (several sizes),
    # 'choice' (one of `options`), 'model' (a model, in text a nested call), 'number' (exact, a fraction perhaps),
    # 'rate' (a number, a formula in the time t, or any), 'formulas' (a list, or a list of lists)
    type: str
    default: Any = inspect.Parameter.empty  # `inspect.Parameter.empty` where it must be given
    help: str = ""
    options: tuple[str, ...] = ()
    many: bool = False  # whether it takes all arguments without a name, as the widths of `linear(2, 3, 2)`

    @property
    def needed(self) -> bool:
        """Whether it must be given."""
        return self.default is inspect.Parameter.empty and not self.many


@dataclass(frozen=True)
class Kind:
    """One kind of models: how to make it, and what is known of it."""

    name: str
    make: Callable[..., VectorFields]
    arguments: tuple[Argument, ...]
    summary: str  # one line
    phi: str = ""  # what φ is, in words and signs
    source: str = ""  # where φ or its laws come from: a theorem with its hypotheses, or the definition
    # the number of independent laws at any size, or None where no formula is known there
    laws: Callable[..., int | None] | None = None
    proved: str = ""  # why that number is right: 'theorem ...', or the sizes at which a count has proved it
    conserved: str = ""  # the known laws as matrices
    example: str = ""  # a call

    def call(self, values: Mapping[str, Any]) -> str:
        """Write a call with these arguments."""
        parts = []
        for argument in self.arguments:
            value = values[argument.name]
            if argument.many:
                parts += map(str, value)
            elif argument.type == "model":
                parts.append(_written(value))
            elif value is None or (argument.type in ("rate", "number") and value == argument.default):
                continue
            else:
                parts.append(f"{argument.name}={_written(value)}")
        return f"{self.name}({', '.join(parts)})"

    def signature(self) -> str:
        """Return the call as help shows it."""
        return str(inspect.signature(self.make)).split(" -> ")[0].replace("'", "")


def _written(value: Any) -> str:
    if isinstance(value, VectorFields):
        return value.text
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_written, value))}]"
    return str(value)


def register(kind: Kind) -> None:
    """Add a kind; a name that is taken is a mistake of the programmer."""
    if kind.name in _kinds and _kinds[kind.name].make.__module__ != kind.make.__module__:
        raise ValueError(f"two kinds of models are called {kind.name!r}")
    _kinds[kind.name] = kind


def kinds() -> Iterator[Kind]:
    """Yield all kinds of models, by name."""
    _load()
    return (_kinds[name] for name in sorted(_kinds))


def kind_of(name: str) -> Kind:
    """Return a kind by its name, or raise ModelError with the nearest names.

    Examples
    --------
    >>> kind_of("attention").arguments[0].help
    'Number of heads, each with matrices of its own.'
    >>> kind_of("lorra")
    Traceback (most recent call last):
    conslaw_nb.errors.ModelError: the model 'lorra' is not known: did you mean lora? `conslaw models` lists all kinds
    """
    _load()
    if name not in _kinds:
        near = get_close_matches(name, _kinds, 3, 0.6)
        hint = f"did you mean {' or '.join(near)}? " if near else ""
        raise ModelError(f"the model {brief(name)} is not known: {hint}`conslaw models` lists all kinds")
    return _kinds[name]


def _load() -> None:
    """Import every file of the catalogue: each registers itself."""
    global _loaded
    if not _loaded:
        _loaded = True
        catalogue = import_module(".catalogue", __package__)
        for module in pkgutil.iter_modules(catalogue.__path__):
            import_module(f".catalogue.{module.name}", __package__)
        for kind in _kinds.values():  # a file may be called as the model in it: the name is the model's
            setattr(catalogue, kind.name, kind.make)


def model_kind(
    *,
    phi: str,
    source: str,
    laws: Callable[..., int | None] | None = None,
    proved: str = "",
    conserved: str = "",
    example: str = "",
) -> Callable[[Callable[Arguments, Model]], Callable[Arguments, Model]]:
    """Register a function that makes a model.

    Its arguments are checked by their type hints before it runs, and the model's `text` becomes the call.

    `phi, source, laws, proved, conserved, example`: as the attributes of `Kind`; `laws` takes the function's arguments
    by name.
    """

    def decorate(function: Callable[Arguments, Model]) -> Callable[Arguments, Model]:
        name = function.__name__.rstrip("_")
        arguments = tuple(_arguments(function))

        @wraps(function)
        def make(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Model:
            values = bind(name, arguments, args, kwargs)
            many = next((a.name for a in arguments if a.many), None)
            rest = {k: v for k, v in values.items() if k != many}
            made = function(*(values[many] if many else ()), **rest)  # type: ignore[arg-type]
            made.text = kind.call(values)
            return made

        kind = Kind(name, make, arguments, _summary(function), phi, source, laws, proved, conserved, example)
        register(kind)
        return make

    return decorate


def describe(name: str, function: Callable[..., VectorFields], **facts: Any) -> Kind:
    """Describe a function that checks its arguments itself, such as `linear`; `facts` are attributes of `Kind`."""
    return Kind(name, function, tuple(_arguments(function)), _summary(function), **facts)


def _summary(function: Callable[..., Any]) -> str:
    return inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")


# -- arguments --------------------------------------------------------------------------------------------------


def _arguments(function: Callable[..., Any]) -> Iterator[Argument]:
    hints = get_type_hints(function, include_extras=True)
    help_texts = _help(function.__doc__ or "")
    for parameter in inspect.signature(function).parameters.values():
        many = parameter.kind is parameter.VAR_POSITIONAL
        kind, options = _type(hints[parameter.name])
        help_text = help_texts.get(parameter.name, "")
        yield Argument(parameter.name, "sizes" if many else kind, parameter.default, help_text, options, many)


def _type(hint: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(hint) in (Union, types.UnionType):  # None is a default that the kind replaces
        hint = next(h for h in get_args(hint) if h is not types.NoneType)
    if hint is Whole:
        return "whole", ()
    if hint is RateOf:
        return "rate", ()
    if hint is bool:
        return "switch", ()
    if hint is int:
        return "size", ()
    if get_origin(hint) is Literal:
        return "choice", get_args(hint)
    if get_origin(hint) is tuple:
        return "sizes", ()
    if get_origin(hint) is list:
        return "formulas", ()
    if isinstance(hint, type) and issubclass(hint, VectorFields):
        return "model", ()
    return "number", ()


def _help(doc: str) -> dict[str, str]:
    """Return the help of each argument from the docstring's section "Parameters"."""
    section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z][a-z]+\n-+\n|\Z)", inspect.cleandoc(doc), re.DOTALL)
    texts: dict[str, str] = {}
    for block in re.split(r"\n(?=\S)", section.group(1) if section else ""):
        head, _, body = block.partition("\n")
        for name in head.split(":")[0].split(","):
            texts[name.strip().lstrip("*")] = " ".join(body.split())
    return texts


def bind(name: str, arguments: tuple[Argument, ...], args: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Give each argument its value, checked, or raise ModelError with what is wrong."""
    call = f"{name}({', '.join([*map(_shown, args), *(f'{k}={_shown(v)}' for k, v in kwargs.items())])})"
    if len(call) > 100:
        call = f"{name}(...)"
    known = [a.name for a in arguments]
    values: dict[str, Any] = {}
    places = list(arguments)
    if places and places[0].many:
        values[places.pop(0).name] = tuple(args)
    elif len(args) > len(places):
        raise ModelError(f"{call}: {too_many(name, known, len(args))}")
    else:
        values.update(zip(known, args, strict=False))
    for key, value in kwargs.items():
        if key not in known:
            raise ModelError(f"{call}: {unknown_argument(name, known, key)}")
        if key in values:
            raise ModelError(f"{call}: {key} is given twice")
        values[key] = value
    for argument in arguments:
        if argument.name not in values:
            if argument.needed:
                help_text = argument.help[:1].lower() + argument.help[1:].rstrip(".")
                raise ModelError(f"{call}: {argument.name} is missing, {help_text or 'which must be given'}")
            values[argument.name] = argument.default
        elif values[argument.name] != argument.default or isinstance(values[argument.name], bool):
            values[argument.name] = _checked(call, argument, values[argument.name])
    return {name: values[name] for name in known}


def too_many(name: str, known: list[str], given: int) -> str:
    """Say that a model takes fewer arguments."""
    return f"{name} takes {len(known)} arguments ({', '.join(known)}), not {given}"


def unknown_argument(name: str, known: list[str], key: str) -> str:
    """Say that a model has no argument of this name."""
    near = get_close_matches(key, known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    takes = f"it takes {', '.join(known)}" if known else "it takes sizes only"
    return f"{name} has no argument {key!r}: {hint}{takes}"


def _shown(value: Any) -> str:
    return value.brief if isinstance(value, VectorFields) else brief(value)


def _checked(call: str, argument: Argument, value: Any) -> Any:
    name = argument.name
    if argument.type in ("size", "whole"):
        return _size(call, name, value, argument.type == "size")
    if argument.type == "sizes":
        items = value if isinstance(value, (tuple, list)) else (value,)
        return tuple(_size(call, name, item, True) for item in items)
    if argument.type == "switch" and not isinstance(value, bool):
        raise ModelError(f"{call}: {name} is True or False, not {brief(value)}")
    if argument.type == "choice" and value not in argument.options:
        near = get_close_matches(str(value), argument.options, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ModelError(f"{call}: {name} is one of {', '.join(argument.options)}, not {brief(value)}{hint}")
    if argument.type == "model":
        check_family(value, call)
    if argument.type == "rate":
        return read_rate(value, "weight decay" if name == "decay" else "friction")
    if argument.type == "number" and isinstance(value, (str, float)):
        raise ModelError(f"{call}: {name} must be exact, a whole number or a Fraction, not {brief(value)}")
    if argument.type == "formulas" and not isinstance(value, (list, tuple)):
        raise ModelError(f"{call}: {name} is a list, as in {name}=[1, 2], not {brief(value)}")
    return value


def _size(call: str, name: str, value: Any, positive: bool) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ModelError(f"{call}: {name} must be a whole number, not {brief(value)}")
    if value < (1 if positive else 0):
        raise ModelError(f"{call}: {name} must be at least {1 if positive else 0}, not {brief(value)}")
    return value
