"""From a torch module to its wiring: by torch.fx where the module can be traced, else by its structure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..errors import ModelError, brief
from .constants import Transposed, constant
from .directions import Derived, Extent, Turned, is_learned, keeps_numbers, turned
from .heads import Heads, Scores
from .layers import LayerReader, is_hooked
from .norms import Normalised, Size, size_or_norm
from .places import are_places, as_parameter, channels_together, inherit, placed, tokens_together
from .tracing import trace, uses_of
from .wiring import Wire, Wiring

__all__ = ["check_torch", "read_module"]

_RELU = {"relu", "relu_", "leaky_relu", "leaky_relu_", "prelu"}
_MAXIMA = {"max_pool1d", "max_pool2d", "adaptive_max_pool2d"}
_AVERAGE = {"avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d"}
_OPAQUE = {
    "gelu",
    "silu",
    "tanh",
    "sigmoid",
    "softplus",
    "elu",
    "selu",
    "relu6",
    "mish",
    "exp",
}
_ADD = {"add", "add_", "iadd"}
_TIMES = {"mul", "mul_", "imul"}
_KEEP = {"contiguous", "clone", "float", "double"}
_NORMS = {
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "rms_norm": ("input", "normalized_shape", "weight", "eps"),
    "batch_norm": ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps"),
}
_IN_PLACE = {"iadd", "isub", "imul", "itruediv", "ipow", "imatmul"}
_SHAPES = {"size", "dim", "getattr"}


def check_torch(module: Any, call: str) -> None:
    """Raise ModelError with what to do where torch is missing, or where this is not a module of it."""
    try:
        import torch
    except ImportError:
        raise ModelError(f"{call} needs PyTorch, which is not here: pip install 'conslaw_nb[torch]'") from None
    if isinstance(module, type) and issubclass(module, torch.nn.Module):
        raise ModelError(f"{call} takes a module, and {module.__name__} is a class: make one, {module.__name__}(...)")
    if not isinstance(module, torch.nn.Module):
        raise ModelError(f"{call} takes a torch.nn.Module, not {brief(module)}")
    if not any(True for _ in module.parameters()):
        raise ModelError(f"{call}: this {type(module).__name__} has no parameters, so there is nothing to conserve")
    lazy = [name for name, p in module.named_parameters() if isinstance(p, torch.nn.parameter.UninitializedParameter)]
    if lazy:
        raise ModelError(f"{call}: the parameter {lazy[0]} has no shape yet: run the module once on an example first")


def read_module(module: Any) -> Wiring:
    """Return the wiring of a module: which parameters make and read which channels."""
    reader = LayerReader(module)
    if is_hooked(module):
        reader.unknown(f"{type(module).__name__} itself, which has hooks", [], *module.parameters())
        return reader.wiring
    if reader.kind(module) not in ("", "Sequential"):
        start = reader.wiring.pinned(0, "the input", "first")
        width = _width(module)
        start.bundle.size, start.layout = width or 0, "last" if width else "first"
        _end(reader, reader.apply(module, [start]))
        return reader.wiring

    try:
        graph = trace(module, lambda layer: is_hooked(layer) or reader.kind(layer) not in ("", "Sequential"))
    except Exception as error:  # what a person's forward does with symbols can fail in any way
        reader.wiring.notes.append(
            f"The order of the layers could not be traced ({type(error).__name__}: {brief(str(error))}), so that each "
            f"part was read by itself, as far as the forward pass only calls it: laws between parts are not listed."
        )
        _parts(reader, module)
        own = [p for p in module.parameters(recurse=False) if p.requires_grad]
        if own:
            reader.unknown(f"{type(module).__name__} itself", [], *own)
        return reader.wiring
    _Graph(reader, module).run(graph)
    return reader.wiring


def _width(module: Any) -> int | None:
    """Return the width of the input of a layer that reads its last direction."""
    for name in ("in_features", "embed_dim"):
        if hasattr(module, name):
            return int(getattr(module, name))
    normed = getattr(module, "normalized_shape", ())  # of a LayerNorm or RMSNorm
    if len(normed) == 1:
        return int(normed[0])
    first = next(iter(getattr(module, "layers", ())), module)
    attention = getattr(first, "self_attn", None)
    if attention is not None:
        return int(attention.embed_dim)
    if type(module).__name__ == "Sequential" and len(module):
        return _width(module[0])
    return None


def _end(reader: LayerReader, value: Any) -> None:
    if isinstance(value, Wire):
        reader.wiring.pin(value, "an output")
    elif isinstance(value, dict):
        _end(reader, list(value.values()))
    elif isinstance(value, (tuple, list)):
        for item in value:
            _end(reader, item)


def _parts(reader: LayerReader, module: Any) -> None:
    """Read the largest known parts of a module one by one, each between pinned ends."""
    for child in module.children():
        if reader.kind(child) or not any(True for _ in child.children()):
            width = _width(child)
            start = reader.wiring.pinned(width or 0, "an input", "last" if width else "first")
            _end(reader, reader.apply(child, [start] * 3))
        else:
            _parts(reader, child)


class _Graph:
    """Follows a graph of torch.fx with wires in the place of tensors."""

    def __init__(self, reader: LayerReader, module: Any):
        self.reader = reader
        self.module = module
        self.values: dict[Any, Any] = {}
        self.heads = Heads(reader.wiring)
        self._settled: dict[int, tuple[Turned, Wire]] = {}

    def run(self, graph: Any) -> None:
        for node in graph.nodes:
            value = self.values[node] = getattr(self, f"_{node.op}")(node)
            if node.op not in ("call_module", "call_method", "call_function"):
                continue
            inputs = self._value(node.args)
            if not node.meta.get("moves", True):
                for wire in self._plain((*inputs, value)):
                    self.reader.wiring.pin(wire, "no gradient passes here", True)
            if inputs and self._is_in_place(node):  # whoever has the tensor has the new one
                for other in [one for one, old in self.values.items() if old is inputs[0] and old is not None]:
                    self.values[other] = value
            name = "" if node.op == "call_module" and self._is_known(node) else _name_of(node)
            for made in value if isinstance(value, tuple) else (value,):
                inherit(name, made, [v for v in inputs if isinstance(v, Wire)])
            self._shared(node, value)

    def _is_in_place(self, node: Any) -> bool:
        if node.op == "call_module":
            return getattr(self.module.get_submodule(node.target), "inplace", False) is True
        name = _name_of(node)
        written = name.endswith("_") and not name.endswith("__")
        return written or name in _IN_PLACE or node.kwargs.get("inplace") is True

    def _is_known(self, node: Any) -> bool:
        return self.reader.kind(self.module.get_submodule(node.target)) not in ("", "Sequential", "Flatten")

    def _value(self, argument: Any) -> Any:
        """Return the value of an argument, inside of tuples and lists too."""
        import torch.fx

        if isinstance(argument, (tuple, list)):
            return tuple(map(self._value, argument))
        if isinstance(argument, dict):
            return tuple(map(self._value, argument.values()))
        if isinstance(argument, slice):
            return slice(*map(self._value, (argument.start, argument.stop, argument.step)))
        return self.values[argument] if isinstance(argument, torch.fx.Node) else argument

    def _wires(self, node: Any) -> list[Wire]:
        return self._plain(self._value((*node.args, *node.kwargs.values())))

    def _plain(self, value: Any) -> list[Wire]:
        """Return the wires in a value; what attention only can follow is seen as it is."""
        if isinstance(value, tuple):
            return [wire for item in value for wire in self._plain(item)]
        if isinstance(value, Scores):
            return self._plain((value.queries, value.keys))
        if isinstance(value, Size):
            self.reader.unknown(value.called, [value.wire])
            return [value.wire]
        if isinstance(value, Turned):
            if id(value) not in self._settled:
                self._settled[id(value)] = value, self._settle(value)
            return [self._settled[id(value)][1]]
        return [value] if isinstance(value, Wire) else []

    def _settle(self, value: Turned) -> Wire:
        wire = self.reader.wiring.some(value, *value.ends)
        if not value.is_simple:
            self.reader.unknown("a tensor whose channels do not stand last", [wire])
        return wire

    def _placeholder(self, node: Any) -> Wire:
        wire = self.reader.wiring.pinned(0, f"the input {node.name}", "first")
        wire.bundle.data = True
        return wire

    def _output(self, node: Any) -> None:
        for wire in self._wires(node):
            self.reader.wiring.pin(wire, "an output")
        _end(self.reader, [self._value(a) for a in node.args])

    def _get_attr(self, node: Any) -> Any:
        value: Any = self.module
        for name in node.target.split("."):
            value = getattr(value, name)
        if id(value) in self.reader.names:  # used as it is, beside the layers: each user is one more use
            used = self.reader.wiring.used
            name = self.reader.names[id(value)]
            used[name] = used.get(name, 0) + uses_of(node)
        return value

    def _shared(self, node: Any, value: Any) -> None:
        """Count the users of a parameter that was spread or turned over."""
        name = self.reader.names.get(id(value.parameter if isinstance(value, Transposed) else value))
        if name is not None:
            self.reader.wiring.used[name] += uses_of(node) - 1

    def _call_module(self, node: Any) -> Any:
        layer = self.module.get_submodule(node.target)
        first = self._value(node.args[0]) if node.args else None
        if isinstance(first, (Scores, Turned)):
            followed = self.reader.between_heads(layer, first)
            if followed is not None:
                return followed
        wires = self._wires(node) or [self._constant(node)]
        width = _width(layer)
        self._widen(wires, width or getattr(layer, "in_channels", 0) or getattr(layer, "num_features", 0), bool(width))
        if self.reader.kind(layer) == "Embedding":
            return self.reader.apply(layer, [])
        return self.reader.apply(layer, wires)

    def _constant(self, node: Any) -> Wire:
        """Return a wire for what a layer gets that no other layer makes: a table, or a parameter by itself."""
        wire = self.reader.wiring.pinned(0, f"what {node.target} reads", "first")
        wire.bundle.data = not is_learned(self._value(node.args))
        return wire

    def _matrix(self, wires: list[Wire], weight: Any, bias: Any, right: bool = False) -> Wire | None:
        """Read a matrix that is a parameter by itself; None for anything else."""
        transposed = isinstance(weight, Transposed)
        matrix = weight.parameter if transposed else weight
        given = [p for p in (matrix, bias) if p is not None]
        names = self.reader.names
        if not all(id(p) in names for p in given) or matrix.dim() != 2 or (transposed and not right):
            return None
        self._is_a_layer(given)
        along = right and not transposed
        self._widen(wires, matrix.shape[0 if along else 1])
        if along:
            return self.reader.turned(matrix, wires[0])
        return self.reader.matrix(matrix, bias, wires[0], 0, names[id(matrix)])

    def _is_a_layer(self, parameters: Sequence[Any]) -> None:
        """Take back that parameters were counted as used beside the layers."""
        for parameter in parameters:
            self.reader.wiring.used[self.reader.names[id(parameter)]] -= 1

    def _mixed(self, weights: Any, values: Any) -> Wire | None:
        """Read weights times values where the weights are not known: they are seen as they are."""
        tensor = turned(values)
        if tensor is None or tensor.heads() is None:
            return None
        if isinstance(weights, Scores):
            self.reader.unknown("attention without softmax", self._plain(weights))
        for wire in self._plain(weights):
            self.reader.wiring.pin(wire, "weights of attention that are not known")
        return self.heads.mixed(tensor)

    def _norm(self, name: str, wires: list[Wire], values: list[Any], options: dict[str, Any]) -> Wire:
        """Read a normalisation that is called as a function, with its gain and its bias."""
        names, given = self.reader.names, {**dict(zip(_NORMS[name], values, strict=False)), **options}
        gain, bias = given.get("weight"), given.get("bias")
        learned = [p for p in (gain, bias) if p is not None]
        shape = given.get("normalized_shape", ())
        known = len(wires) == 1 and all(id(p) in names for p in learned) and (gain is not None or not learned)
        if not known or not all(isinstance(n, int) for n in shape):
            return self.reader.unknown(f"{name}()", wires, *_parameters(learned))
        self._is_a_layer(learned)
        if name == "batch_norm":
            return self.reader.batch_norm(name, gain, bias, wires[0], given.get("training") is True)
        self._widen(wires, math.prod(shape))
        return self.reader.norm(name, shape, gain, bias, wires[0], name == "layer_norm")

    def _widen(self, wires: list[Wire], size: int, last: bool = True) -> None:
        """Give inputs the size and the direction that their first reader needs."""
        for wire in wires:
            root = wire.bundle.root()
            if not root.size:
                root.size = size
                wire.layout = "last" if last else wire.layout

    def _call_method(self, node: Any) -> Any:
        return self._call(node, _name_of(node))

    _call_function = _call_method

    def _call(self, node: Any, name: str) -> Any:
        reader = self.reader
        values, options = list(self._value(node.args)), {key: self._value(v) for key, v in node.kwargs.items()}
        followed = self.heads.call(name, values, options) or size_or_norm(name, values, options)
        followed = followed or placed(name, values, options)
        if isinstance(followed, Normalised):
            wire = followed.wire
            reader.wiring.norm(wire, "a normalisation written out", False)
            return reader.wiring.pinned(wire.bundle.root().size, "normalised values", wire.layout, True)
        if followed is not None:
            return followed
        if name in ("matmul", "bmm") and len(values) == 2 and isinstance(values[0], (Wire, Scores)):
            mixed = self._mixed(*values)
            if mixed is not None:
                return mixed
        together = tokens_together(name, values, options)
        if together is not None:
            return self._together(together)
        wires = [] if name in _SHAPES else self._wires(node)
        if name in ("cat", "concat", "concatenate") and channels_together(wires, values, options):
            return reader.wiring.beside(wires)
        if name == "stochastic_depth" and node.target.__module__.startswith("torchvision."):
            return reader.wiring.unshifted(wires[0])
        if any(isinstance(value, Derived) for value in (*values, *options.values())):
            return reader.unknown(f"{name}()", wires, *_parameters(values))
        if not wires:
            spread = as_parameter(name, values)
            if spread is not None:
                return spread
            return constant(name, node.target, values, options)
        wire = wires[0]
        if name in _KEEP or (name in ("to", "type_as") and keeps_numbers((*values[1:], *options.values()))):
            return wire
        if name in _ADD and len(values) > 1:
            return self._sum(wires, values)
        if name in _TIMES and len(values) > 1:
            return self._product(wires, values, node)
        if name in ("truediv", "div") and isinstance(values[1], (int, float)):
            return Wire(wire.bundle, wire.makers, wire.shifts, wire.layout)
        if name in _RELU or (name in _MAXIMA and wire.layout == "first"):
            return reader.wiring.diagonal(wire)
        if name in _AVERAGE and wire.layout == "first":  # with a border of zeros, perhaps
            plain = name.startswith("adaptive") or (len(values) < 4 and "padding" not in options)
            return wire if plain else reader.wiring.unshifted(wire)
        if name in _OPAQUE:
            return reader.opaque(wire, name)
        if name in ("softmax", "log_softmax"):
            return reader.softmax(wire, name, node.kwargs.get("dim", (values[1:] or [None])[0]))
        if name == "linear" and len(values) > 1:
            bias = (values[2:] or [self._value(node.kwargs.get("bias"))])[0]
            return self._matrix(wires, values[1], bias) or reader.unknown("linear()", wires, *_parameters(values))
        if name == "matmul" and len(values) == 2 and wires == values[:1]:
            return self._matrix(wires, values[1], None, True) or reader.unknown("@", wires, *_parameters(values))
        if name in _NORMS:
            return self._norm(name, wires, values, options)
        if name == "dropout":
            options = {**dict(zip(("p", "training"), values[1:], strict=False)), **options}
            if not options.get("p", 0.5) or not options.get("training", True):
                return wire
            all_drop = options.get("p", 0.5) == 1
            return reader.unknown("a product with 0", wires) if all_drop else reader.wiring.diagonal(wire)
        if name == "flatten" and (values[1:] or [node.kwargs.get("start_dim")])[0] == 1:
            return reader.flatten(wire)
        if name in ("view", "reshape") and wire.layout == "first" and values[1:] == [Extent(0), -1]:
            return reader.flatten(wire)
        if name == "mean" and wire.layout == "first" and are_places(values[1:], options, wire.rank):
            return Wire(wire.bundle, (), False, "last", 2)
        index = values[1] if name == "getitem" and isinstance(values[1], tuple) else ()
        chosen = any(isinstance(i, tuple) or hasattr(i, "dim") for i in index)  # a list may say a place twice
        return reader.unknown(f"{name}(){' by a list' if chosen else ''}", wires, *_parameters(values))

    def _together(self, parts: tuple[Any, ...]) -> Wire:
        """Put tensors one behind the other along the tokens: their channels are multiplied together, as in a sum."""
        made: Wire = next(part for part in parts if isinstance(part, Wire))
        for part in (part for part in parts if part is not made):
            made = self.reader.wiring.add(made, part) if isinstance(part, Wire) else self._sum([made], [made, part])
        return replace(made, rank=3)

    def _sum(self, wires: list[Wire], values: list[Any]) -> Wire:
        parameter = next((v for v in values[:2] if hasattr(v, "requires_grad") and not isinstance(v, Wire)), None)
        if parameter is not None:  # a position that is learned: its last direction makes channels
            size = wires[0].bundle.root().size
            ours = id(parameter) in self.reader.names and parameter.dim() > 0 and parameter.shape[-1] == size
            if ours and parameter.requires_grad and wires[0].layout == "last":
                added = self.reader.wiring.bundle(size, self.reader.part(parameter, "last"))
                known = parameter.dim() > 2 or wires[0].rank >= parameter.dim()
                return replace(
                    self.reader.wiring.add(wires[0], added), rank=max(wires[0].rank, parameter.dim()) if known else 0
                )
            return self.reader.unknown("a sum with a tensor", wires, parameter)
        if len(wires) == 2:
            return self.reader.wiring.add(*wires)
        return wires[0] if values[1] == 0 else self.reader.unknown("a sum with a number", wires)

    def _product(self, wires: list[Wire], values: list[Any], node: Any) -> Wire:
        if len(wires) == 2:
            return self.reader.wiring.multiply(*wires)
        other = next((v for v in values[:2] if not isinstance(v, Wire)), None)
        if isinstance(other, (int, float)) and other:
            return Wire(wires[0].bundle, wires[0].makers, wires[0].shifts, wires[0].layout)
        size = wires[0].bundle.root().size
        layout = wires[0].layout
        shape = {"last": (size,), "first": (size, 1, 1)}.get(layout)
        ours = id(other) in self.reader.names and other.requires_grad and tuple(other.shape) == shape
        if ours:  # a gain, channel by channel
            gain = self.reader.wiring.bundle(size, self.reader.part(other, "entries"), diagonal=True, layout=layout)
            return self.reader.wiring.multiply(wires[0], gain)
        return self.reader.unknown(
            "a product with a tensor", wires, *([other] if hasattr(other, "requires_grad") else ())
        )


def _name_of(node: Any) -> str:
    return node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))


def _parameters(values: list[Any]) -> list[Any]:
    return [v for v in values if hasattr(v, "requires_grad")]
