"""What the layers of torch do to bundles of channels. torch itself is not imported: layers are known by their class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ModelError
from .directions import Step, Turned
from .heads import Scores, attend, softened
from .parameter_laws import Part
from .wiring import Wire, Wiring

__all__ = ["LayerReader", "is_hooked"]

Handler = Callable[["LayerReader", Any, Sequence[Wire]], Any]

_SAME = ("Identity",)
_POSITIVE = ("ReLU", "LeakyReLU", "PReLU", "RReLU")
_MAXIMA = ("MaxPool1d", "MaxPool2d", "MaxPool3d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d")
_DROPOUTS = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d")
_AVERAGES = ("AvgPool1d", "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "ZeroPad2d")
_OPAQUE = ("GELU", "SiLU", "Mish", "Tanh", "Sigmoid", "Softplus", "ELU", "SELU", "CELU", "Hardswish", "Hardsigmoid")
_OPAQUE += ("ReLU6", "Hardtanh", "Softsign", "LogSigmoid", "Threshold")
_SOFTMAX = ("Softmax", "LogSoftmax", "Softmin")
_DEPTHS = {"StochasticDepth": "torchvision.", "DropPath": "timm."}  # one random factor for each of the batch
_INPUTS = {"MultiheadAttention": 3, "": 99}  # how many inputs a layer has whose channels are followed, if not one
# what takes all values if its input does: other shapes, parts, shifts and factors of the data
_ALL_PASSES = {f"{name}()" for name in ("view", "reshape", "flatten", "permute", "transpose", "squeeze", "unsqueeze")}
_ALL_PASSES |= {"getitem()", "movedim()", "swapaxes()", "sub()", "truediv()", "div()", "a sum with a number"}
_ALL_PASSES |= {"a sum with a tensor", "float()", "to()", "type()"}
_MADE_OF = ("forward", "_conv_forward", "_sa_block", "_ff_block")
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class LayerReader:
    """Reads layers into a wiring.

    Parameters
    ----------
    module : torch.nn.Module
        The whole network, whose parameters have their names from it.
    """

    def __init__(self, module: Any):
        self.wiring = Wiring()
        self.module = module
        self.names = {id(p): name for name, p in module.named_parameters() if not _is_changed_on_its_way(p)}
        self.wiring.used = dict.fromkeys(_overlapping(module), 1)  # each is used in another's place too
        self.labels = {id(sub): name or "the network" for name, sub in module.named_modules()}

    # -- parameters -----------------------------------------------------------------------------------

    def part(self, parameter: Any, side: str, block: int = 1, start: int = 0, stop: int = -1, label: str = "") -> Part:
        """Return a parameter as vectors of its channels."""
        name = self.names[id(parameter)]
        return Part(name, tuple(parameter.shape), side, block, start, stop, label)  # type: ignore[arg-type]

    def use(self, *parameters: Any) -> bool:
        """Note that parameters are used, and return whether all of them are trained and belong to the network."""
        given = [p for p in parameters if p is not None]
        for parameter in given:
            name = self.names.get(id(parameter), "")
            self.wiring.used[name] = self.wiring.used.get(name, 0) + 1
        return all(id(p) in self.names and p.requires_grad for p in given)

    # -- dispatch -------------------------------------------------------------------------------------

    def kind(self, layer: Any) -> str:
        """Return the class of torch that says what a layer does; '' where a subclass has a forward of its own."""
        for cls in type(layer).__mro__:
            if cls.__module__.startswith(_DEPTHS.get(cls.__name__, "torch.nn")) and (
                cls.__name__ in _HANDLERS or cls.__name__ in _KNOWN
            ):
                return cls.__name__ if _is_as_made(layer, cls) else ""
        return ""

    def apply(self, layer: Any, wires: Sequence[Wire]) -> Any:
        """Return what a layer makes of its inputs: a wire, or two of attention."""
        kind = self.kind(layer)
        for wire in wires[_INPUTS.get(kind, 1) :]:  # a mask that other layers make, say
            self.wiring.pin(wire, f"{kind} sees it as it is", True)
        if kind in _SAME or (kind in _DROPOUTS and not _drops(layer)):
            return wires[0]
        if kind in _DROPOUTS and layer.p >= 1:
            return self.unknown("a product with 0", wires)
        if kind in _DROPOUTS:
            return self.wiring.diagonal(wires[0])
        if kind in _DEPTHS:
            return self.wiring.unshifted(wires[0])
        if kind in (*_MAXIMA, *_AVERAGES) and wires[0].layout != "first":
            return self.unknown(f"{kind} over channels", wires)
        if kind in (*_POSITIVE, *_MAXIMA):
            return self.wiring.diagonal(wires[0])
        if kind in _AVERAGES:
            return self.wiring.unshifted(wires[0]) if _has_border(layer) else wires[0]
        if kind in _OPAQUE:
            return self.opaque(wires[0], kind)
        if kind in _SOFTMAX:
            return self.softmax(wires[0], kind, layer.dim)
        if kind in _HANDLERS:
            return _HANDLERS[kind](self, layer, wires)
        hooks = ", which has hooks" if is_hooked(layer) else ""
        name = f"{self.labels.get(id(layer), '?')} ({type(layer).__name__}{hooks})"
        return self.unknown(name, wires, *layer.parameters())

    def between_heads(self, layer: Any, value: Scores | Turned) -> Any:
        """Return what a layer makes of scores, or of channels taken apart; None where that is not known."""
        kind = self.kind(layer)
        if kind in _SAME or (kind in _DROPOUTS and not _drops(layer)):
            return value
        if isinstance(value, Scores) and kind == "Softmax":
            return softened(value, layer.dim)
        return value if isinstance(value, Scores) and value.settled and kind in _DROPOUTS else None

    def opaque(self, wire: Wire, name: str) -> Wire:
        """Return fresh channels behind a function that is not homogeneous."""
        self.wiring.pin(wire, f"{name} is not homogeneous")
        return self.wiring.pinned(wire.bundle.root().size, f"values of {name}", wire.layout)

    def softmax(self, wire: Wire, name: str, direction: Any) -> Wire:
        """Return the values of a softmax: a common shift of all channels is not seen."""
        if direction != -1 or wire.layout != "last":
            return self.unknown(f"{name} over direction {direction}; write dim=-1 if these are the channels", [wire])
        self.wiring.softmax(wire, name)
        return self.wiring.pinned(wire.bundle.root().size, f"values of {name}", narrow=True)

    def unknown(self, name: str, wires: Sequence[Wire], *parameters: Any) -> Wire:
        """Return fresh channels behind something that is not known: it sees everything as it is.

        `parameters`: those in it.
        """
        trained = any(p.requires_grad for p in parameters)
        harmless = wires and not trained and not any(wire.bundle.root().makers for wire in wires)  # of inputs, say
        if not harmless and name not in self.wiring.unknown:
            self.wiring.unknown.append(name)
        vague = not (harmless and name in _ALL_PASSES and len(wires) == 1)
        narrow = vague or any(wire.bundle.root().narrow for wire in wires)
        for wire in wires:
            self.wiring.pin(wire, f"{name} is not known", vague)
        made = self.wiring.pinned(wires[0].bundle.root().size if wires else 0, f"made by {name}", narrow=narrow)
        made.bundle.data = bool(harmless) and all(wire.bundle.root().data for wire in wires)
        return made

    # -- layers with parameters -----------------------------------------------------------------------

    def linear(self, layer: Any, wire: Wire) -> Wire:
        """Read a Linear: its columns read, its rows and its bias make."""
        return self.matrix(layer.weight, layer.bias, wire, 0, self.labels.get(id(layer), "a layer"))

    def turned(self, weight: Any, wire: Wire) -> Wire:
        """Read x @ W: its rows read, its columns make."""
        if not self.use(weight):
            self.wiring.pin(wire, "a matrix is not trained", True)
            return self.wiring.pinned(weight.shape[1], "a matrix is not trained", narrow=True)
        if weight.shape[0] == wire.bundle.root().size and wire.layout == "last":
            self.wiring.read(wire, replace(self.part(weight, "rows"), turned=True))
        else:
            self.wiring.pin(wire, "a matrix reads its input in another direction")
        return self.wiring.bundle(weight.shape[1], replace(self.part(weight, "last"), turned=True))

    def flatten(self, wire: Wire) -> Wire:
        """Return the wire with all its places beside the channels, as flatten(1) does."""
        layout = "flat" if wire.layout == "first" else wire.layout
        return Wire(wire.bundle, wire.makers, False, layout)

    def matrix(self, weight: Any, bias: Any, wire: Wire, taps: int, name: str) -> Wire:
        """Read a weight whose rows make channels and whose columns read them: a kernel's in blocks of `taps`."""
        layout = "first" if taps else "last"
        trained = self.use(weight, bias)
        if 0 in weight.shape:
            raise ModelError(f"{name} has a weight of shape {tuple(weight.shape)}: a layer of width 0 makes nothing")
        size = wire.bundle.root().size
        width = 1
        for n in weight.shape[1:]:
            width *= n
        if not trained:
            self.wiring.pin(wire, f"{name} is not trained", True)
            return self.wiring.pinned(weight.shape[0], f"{name} is not trained", layout, True)
        fits = width == size * taps and wire.layout == "first" if taps else width == size and wire.layout == "last"
        if fits or (not taps and wire.layout == "flat" and size and width % size == 0):
            self.wiring.read(wire, self.part(weight, "columns", width // size))
        else:
            self.wiring.pin(wire, f"{name} reads its input in another direction")
        makers = [self.part(weight, "rows")] + ([] if bias is None else [self.part(bias, "entries")])
        made = self.wiring.bundle(weight.shape[0], *makers, layout=layout)
        return replace(made, rank=len(weight.shape)) if taps else made

    def convolution(self, layer: Any, wire: Wire) -> Wire:
        """Read a convolution; in groups, channel by channel."""
        name = self.labels.get(id(layer), "a convolution")
        taps = 1
        for n in layer.weight.shape[2:]:
            taps *= n
        if layer.groups == 1:
            return self.matrix(layer.weight, layer.bias, wire, taps, name)
        trained = self.use(layer.weight, layer.bias)
        if not trained:
            self.wiring.pin(wire, f"{name} is not trained", True)
            return self.wiring.pinned(layer.out_channels, f"{name} is not trained", "first", True)
        if wire.layout != "first":
            return self.unknown(f"{name} (a convolution of {wire.layout} channels)", [wire], layer.weight)
        if layer.in_channels == wire.bundle.root().size:
            self.wiring.diagonal(wire)
            self.wiring.read(wire, replace(self.part(layer.weight, "grouped", taps), groups=layer.groups))
        else:
            self.wiring.pin(wire, f"{name} reads its input in another direction")
        makers = [self.part(layer.weight, "rows")] + ([] if layer.bias is None else [self.part(layer.bias, "entries")])
        made = self.wiring.bundle(layer.out_channels, *makers, diagonal=True, layout="first", scales=makers[:1])
        return replace(made, rank=layer.weight.dim())

    def norm(self, name: str, shape: Sequence[int], weight: Any, bias: Any, wire: Wire, shift: bool) -> Wire:
        """Read a LayerNorm or RMSNorm: the gain and the bias make its channels."""
        size = wire.bundle.root().size
        if wire.layout != "last" or tuple(shape) != (size,):
            what = f"{name} (a norm over other directions than the channels)"
            return self.unknown(what, [wire], *(p for p in (weight, bias) if p is not None))
        self.wiring.norm(wire, name, shift)
        return self._gain(weight, bias, wire)

    def normed(self, layer: Any, wire: Wire, shift: bool) -> Wire:
        """Read such a layer."""
        name = self.labels.get(id(layer), "a norm")
        return self.norm(name, layer.normalized_shape, layer.weight, getattr(layer, "bias", None), wire, shift)

    def batch_norm(self, name: str, weight: Any, bias: Any, wire: Wire, trained: bool) -> Wire:
        """Read a BatchNorm, with the statistics of the batch where it is trained so."""
        given = [p for p in (weight, bias) if p is not None]
        fits = all(len(p) == wire.bundle.root().size for p in given)
        if not fits or wire.layout == "flat" or (wire.layout == "last" and wire.rank > 2):
            return self.unknown(f"{name} (a BatchNorm over other directions than the channels)", [wire], *given)
        if trained:
            self.wiring.batch_norm(wire, name)
        else:
            self.wiring.pin(wire, f"{name} is in evaluation mode")
        return self._gain(weight, bias, wire)

    def batch_normed(self, layer: Any, wire: Wire) -> Wire:
        """Read such a layer."""
        name = self.labels.get(id(layer), "a BatchNorm")
        trained = layer.training or not layer.track_running_stats
        vectors = self.kind(layer) == "BatchNorm1d" and layer.num_features == wire.bundle.root().size
        if wire.layout == "last" and not vectors:
            wire = replace(wire, rank=4)
        elif wire.layout == "last" and not wire.rank:
            self.wiring.notes.append(f"{name} (BatchNorm1d) was read as it is for vectors, (batch, channels).")
        return self.batch_norm(name, layer.weight, layer.bias, wire, trained)

    def _gain(self, weight: Any, bias: Any, wire: Wire) -> Wire:
        size, layout = wire.bundle.root().size, wire.layout
        if weight is None or not self.use(weight, bias):
            return self.wiring.pinned(size, "normalised values", layout, True)
        parts = [self.part(p, "entries") for p in (weight, bias) if p is not None]
        return self.wiring.bundle(size, *parts, diagonal=True, layout=layout, scales=parts[:1])

    def embedding(self, layer: Any, wires: Sequence[Wire]) -> Wire:
        """Read an Embedding: its last direction makes the channels."""
        width = layer.weight.shape[1]
        padding = layer.padding_idx  # a row that no gradient moves: harmless where it is zero
        held = padding is not None and (layer.weight.is_meta or bool(layer.weight[padding].any()))
        if not self.use(layer.weight) or layer.max_norm is not None or layer.scale_grad_by_freq or held:
            return self.wiring.pinned(width, "an embedding that is not trained freely", narrow=True)
        return self.wiring.bundle(width, self.part(layer.weight, "last"))

    # -- attention ------------------------------------------------------------------------------------

    def attention(self, layer: Any, wires: Sequence[Wire]) -> tuple[Wire, Wire]:
        """Read a MultiheadAttention, head by head: Q with K, and V with the columns of the output.

        The weights are the second of what it returns.
        """
        return self._attention(layer, wires), self.wiring.pinned(0, "weights of attention")

    def _attention(self, layer: Any, wires: Sequence[Wire]) -> Wire:
        query, key, value = (list(wires) * 3)[:3] if len(wires) < 3 else wires[:3]
        name = self.labels.get(id(layer), "attention")
        packed = layer.in_proj_weight
        if packed is None or layer.bias_k is not None or layer.add_zero_attn:
            what = f"{name} (attention with other widths for keys and values, or with bias_k)"
            return self.unknown(what, wires, *layer.parameters())
        bias, out = layer.in_proj_bias, layer.out_proj
        if not self.use(packed, bias, out.weight, out.bias):
            for wire in wires:
                self.wiring.pin(wire, f"{name} is not trained", True)
            return self.wiring.pinned(layer.embed_dim, f"{name} is not trained", narrow=True)
        width, heads = layer.embed_dim, layer.num_heads
        if len({id(w.bundle.root()) for w in (query, key, value)}) == 1:
            self.wiring.read(query, self.part(packed, "columns"))
        else:
            for wire in (query, key, value):
                self.wiring.pin(wire, f"{name} reads several inputs through one parameter")
        biases = [] if bias is None else [self.part(bias, "entries")]
        made = self.wiring.bundle(3 * width, self.part(packed, "rows"), *biases)
        directions = ("batch", Step(width // heads, heads), "token", Step(1, width // heads))
        thirds = (Turned(made.bundle, made.makers, directions=directions, start=i * width) for i in range(3))
        mixed = attend(self.wiring, *thirds, self.names[id(packed)].removesuffix("in_proj_weight"))
        self.wiring.read(mixed, self.part(out.weight, "columns"))
        if layer.dropout:
            self.wiring.notes.append(f"{name} drops attention weights at random: its laws hold for every such draw.")
        makers = [self.part(out.weight, "rows")] + ([] if out.bias is None else [self.part(out.bias, "entries")])
        return self.wiring.bundle(width, *makers)

    def transformer_layer(self, layer: Any, wires: Sequence[Wire]) -> Wire:
        """Read a TransformerEncoderLayer, with the normalisation first or last, whatever its parts are."""
        activation = layer.activation
        relu = type(activation).__name__ == "ReLU" or getattr(activation, "__module__", "") == "torch.nn.functional"
        name = getattr(activation, "__name__", type(activation).__name__).lower()
        stream = wires[0]

        def chain(wire: Wire, *parts: Any) -> Wire:
            for part in parts:
                wire = self.apply(part, [wire])
            return wire

        def feed(wire: Wire) -> Wire:
            hidden = self.apply(layer.linear1, [wire])
            hidden = self.wiring.diagonal(hidden) if relu and name == "relu" else self.opaque(hidden, name.upper())
            return chain(hidden, layer.dropout, layer.linear2, layer.dropout2)

        def attend(wire: Wire) -> Wire:
            made = self.apply(layer.self_attn, [wire] * 3)
            return chain(made[0] if isinstance(made, tuple) else made, layer.dropout1)

        if layer.norm_first:
            stream = self.wiring.add(stream, attend(chain(stream, layer.norm1)))
            return self.wiring.add(stream, feed(chain(stream, layer.norm2)))
        stream = chain(self.wiring.add(stream, attend(stream)), layer.norm1)
        return chain(self.wiring.add(stream, feed(stream)), layer.norm2)

    def transformer(self, layer: Any, wires: Sequence[Wire]) -> Wire:
        """Read a TransformerEncoder: its layers one after the other."""
        wire = wires[0]
        for inner in layer.layers:
            wire = self.apply(inner, [wire])
        return wire if layer.norm is None else self.apply(layer.norm, [wire])

    def sequential(self, layer: Any, wires: Sequence[Wire]) -> Wire:
        """Read a Sequential."""
        wire = wires[0]
        for inner in layer:
            wire = self.apply(inner, [wire])
        return wire


_HANDLERS: dict[str, Handler] = {
    "Linear": lambda reader, layer, wires: reader.linear(layer, wires[0]),
    "Conv1d": lambda reader, layer, wires: reader.convolution(layer, wires[0]),
    "Conv2d": lambda reader, layer, wires: reader.convolution(layer, wires[0]),
    "Conv3d": lambda reader, layer, wires: reader.convolution(layer, wires[0]),
    "Flatten": lambda reader, layer, wires: (
        reader.flatten(wires[0])
        if (layer.start_dim, layer.end_dim) == (1, -1)
        else reader.unknown(f"Flatten({layer.start_dim}, {layer.end_dim})", wires)
    ),
    "LayerNorm": lambda reader, layer, wires: reader.normed(layer, wires[0], True),
    "RMSNorm": lambda reader, layer, wires: reader.normed(layer, wires[0], False),
    "BatchNorm1d": lambda reader, layer, wires: reader.batch_normed(layer, wires[0]),
    "BatchNorm2d": lambda reader, layer, wires: reader.batch_normed(layer, wires[0]),
    "Embedding": LayerReader.embedding,
    "MultiheadAttention": LayerReader.attention,
    "TransformerEncoderLayer": LayerReader.transformer_layer,
    "TransformerEncoder": LayerReader.transformer,
    "Sequential": LayerReader.sequential,
}
_KNOWN = {*_SAME, *_DROPOUTS, *_POSITIVE, *_MAXIMA, *_AVERAGES, *_OPAQUE, *_SOFTMAX, *_DEPTHS}


def is_hooked(layer: Any) -> bool:
    """Whether a module has hooks: what they do to values or gradients is not known."""
    return any(getattr(layer, name, None) for name in _HOOKS)


def _is_as_made(layer: Any, cls: Any) -> bool:
    """Whether a layer does what its class of torch does: no method replaced, no hook, each weight a parameter.

    With weight_norm and its like the parameters are not the weights.
    """
    same = all(getattr(type(layer), name, None) is getattr(cls, name, None) for name in _MADE_OF)
    replaced = vars(layer).keys() & set(_MADE_OF) or hasattr(layer, "parametrizations")
    return same and not replaced and not is_hooked(layer)


def _is_changed_on_its_way(parameter: Any) -> bool:
    """Whether hooks change the gradient of a parameter: it does not follow a gradient flow then."""
    return any(getattr(parameter, name, None) for name in ("_backward_hooks", "_post_accumulate_grad_hooks"))


def _overlapping(module: Any) -> set[str]:
    """Return the parameters that are stored in the same place as another, as ``b.weight.data = a.weight.data`` does."""
    spans = []
    for name, p in module.named_parameters():
        if p.numel() and p.data_ptr():
            length = 1 + sum((n - 1) * step for n, step in zip(p.shape, p.stride(), strict=True))
            spans.append((p.data_ptr(), p.data_ptr() + length * p.element_size(), name))
    found, end, last = set(), 0, ""
    for start, stop, name in sorted(spans):
        if start < end:
            found |= {last, name}
        if stop > end:
            end, last = stop, name
    return found


def _has_border(layer: Any) -> bool:
    """Whether a layer that averages puts zeros around an image."""
    widths = getattr(layer, "padding", 0)
    return any(widths) if isinstance(widths, (tuple, list)) else bool(widths)


def _drops(module: Any) -> bool:
    return bool(module.p and module.training)
