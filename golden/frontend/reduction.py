"""Reduction of a network as it was read to layers and glue: scales, activation functions and padding find a layer."""

from collections import Counter
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from golden.contract import KERNEL_MAX
from golden.float_layer import Activation, FloatLayer, Shape
from golden.networks.graph import (
    MOVES,
    Add,
    AveragePool,
    Concat,
    GlobalAverage,
    Glue,
    PadPicture,
)


@dataclass(frozen=True)
class Scale:
    """Every channel times a factor plus an offset, float64 (C,): batch normalization, or arithmetic with constants."""

    factor: Tensor
    offset: Tensor


@dataclass(frozen=True)
class Activate:
    """An activation function that stands alone."""

    activation: Activation


@dataclass(frozen=True)
class Step:
    """An operation of the network with the names of the steps it reads, or INPUT."""

    op: FloatLayer | Glue | Scale | Activate
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Reduced:
    """A step of a reduced network."""

    op: FloatLayer | Glue
    sources: tuple[str, ...]


def reduced(steps: dict[str, Step], output: str, shapes: dict[str, Shape]) -> dict[str, Reduced]:
    """Return what the output needs, in order, as layers and glue alone.

    shapes: (C, H, W) of each step. A scale is folded into the layer before it, else into the layer
    behind it; an activation function into the layer or addition before it; zero padding into the
    convolution behind it. Where that is not the same network, scale and activation function become a
    depthwise 1x1 layer.
    """
    reduction = _Reduction(dict(steps), output)
    reduction.drop_unread()
    reduction.fold_scales()
    reduction.fuse_activations(shapes)
    reduction.fuse_padding()
    reduction.drop_unread()
    result = {}
    for name, step in reduction.steps.items():
        assert not isinstance(step.op, Scale | Activate)
        result[name] = Reduced(step.op, step.sources)
    return result


class _Reduction:
    """The steps of a network and the name of its output, while passes change them."""

    def __init__(self, steps: dict[str, Step], output: str) -> None:
        self.steps = steps
        self.output = output

    def drop_unread(self) -> None:
        """Drop steps that the output does not need."""
        needed = {self.output}
        for name, step in reversed(self.steps.items()):
            if name in needed:
                needed.update(step.sources)
        self.steps = {name: step for name, step in self.steps.items() if name in needed}

    def fold_scales(self) -> None:
        """Fold every scale into a layer, or make it a depthwise 1x1 layer."""
        for name in list(self.steps):
            step = self.steps[name]
            if not isinstance(step.op, Scale):
                continue
            scale, source = step.op, step.sources[0]
            before = self.steps.get(source)
            reader = self._only_reader(name)
            if before and isinstance(before.op, FloatLayer) and self._uses(source) == 1:
                self.steps[source] = replace(before, op=_scaled(before.op, scale))
                self._bypass(name, source)
            elif reader and isinstance(op := self.steps[reader].op, FloatLayer) and _takes(op, scale):
                self.steps[reader] = replace(self.steps[reader], op=_with_scaled_input(op, scale))
                self._bypass(name, source)
            elif reader and isinstance(op := self.steps[reader].op, Scale):
                both = Scale(scale.factor * op.factor, scale.offset * op.factor + op.offset)
                self.steps[reader] = replace(self.steps[reader], op=both)
                self._bypass(name, source)
            else:
                self.steps[name] = replace(step, op=_depthwise(name, scale))

    def fuse_activations(self, shapes: dict[str, Shape]) -> None:
        """Fuse every activation function into the operations before it, or make it a depthwise 1x1 layer."""
        for name in list(self.steps):
            step = self.steps[name]
            if not isinstance(step.op, Activate):
                continue
            source, activation = step.sources[0], step.op.activation
            if self._activates(source, activation):
                self._activate(source, activation)
                self._bypass(name, source)
            else:
                ones = torch.ones(shapes[name][0], dtype=torch.float64)
                layer = replace(_depthwise(name, Scale(ones, torch.zeros_like(ones))), activation=activation)
                self.steps[name] = replace(step, op=layer)

    def fuse_padding(self) -> None:
        """Fuse zero padding of pictures into the convolutions behind it, as far as their own padding reaches."""
        for name, step in list(self.steps.items()):
            source = self.steps.get(step.sources[0])
            while isinstance(step.op, FloatLayer) and source and isinstance(pad := source.op, PadPicture):
                sides = (pad.top, pad.bottom, pad.left, pad.right)
                top, bottom, left, right = (a + b for a, b in zip(step.op.padding, sides, strict=True))
                if max(top, bottom, left, right) > KERNEL_MAX:
                    break
                step = Step(replace(step.op, padding=(top, bottom, left, right)), source.sources)
                source = self.steps.get(step.sources[0])
            self.steps[name] = step

    def _activates(self, name: str, activation: Activation) -> bool:
        """Return whether the operations up to a step can take an activation function behind it."""
        step = self.steps.get(name)
        if step is None:
            return False
        if self._at_least_zero(name) and activation == "relu":
            return True
        if isinstance(step.op, FloatLayer | Add):
            return step.op.activation == activation or self._uses(name) == 1
        if isinstance(step.op, (*MOVES, Concat)) and self._uses(name) == 1:
            return all(self._activates(source, activation) for source in step.sources)
        return False

    def _activate(self, name: str, activation: Activation) -> None:
        """Put an activation function behind a step that takes it; one of ReLU and ReLU6 is ReLU6."""
        step = self.steps[name]
        if self._at_least_zero(name) and activation == "relu":
            return
        if isinstance(step.op, FloatLayer | Add):
            self.steps[name] = replace(step, op=replace(step.op, activation=activation))
        else:
            for source in step.sources:
                self._activate(source, activation)

    def _at_least_zero(self, name: str) -> bool:
        """Return whether the values of a step cannot be negative."""
        step = self.steps.get(name)
        if step is None:
            return False
        if isinstance(step.op, FloatLayer | Add):
            return step.op.activation != "linear"
        positive = isinstance(step.op, (*MOVES, Concat, GlobalAverage, AveragePool))
        return positive and all(self._at_least_zero(source) for source in step.sources)

    def _uses(self, name: str) -> int:
        return Counter([self.output, *(source for step in self.steps.values() for source in step.sources)])[name]

    def _only_reader(self, name: str) -> str | None:
        if self._uses(name) != 1:
            return None
        return next((reader for reader, step in self.steps.items() if name in step.sources), None)

    def _bypass(self, name: str, source: str) -> None:
        """Remove a step; its readers read its source."""
        del self.steps[name]
        self.output = source if self.output == name else self.output
        for reader, step in self.steps.items():
            if name in step.sources:
                renamed = tuple(source if old == name else old for old in step.sources)
                self.steps[reader] = replace(step, sources=renamed)


def _scaled(layer: FloatLayer, scale: Scale) -> FloatLayer:
    """Return a layer with a scale of its output folded in."""
    weight = layer.weight.double() * scale.factor[:, None, None, None]
    bias = layer.bias.double() * scale.factor + scale.offset
    return replace(layer, weight=weight.float(), bias=bias.float())


def _takes(layer: FloatLayer, scale: Scale) -> bool:
    """Return whether a scale of the layer's input can be folded in: an offset is not what padding with 0 gives."""
    return not any(layer.padding) or not bool(scale.offset.any())


def _with_scaled_input(layer: FloatLayer, scale: Scale) -> FloatLayer:
    """Return a layer with a scale of its input folded in."""
    factor, offset = (
        value[:, None, None, None] if layer.groups > 1 else value[None, :, None, None]
        for value in (scale.factor, scale.offset)
    )
    weight = layer.weight.double()
    bias = layer.bias.double() + (weight * offset).sum((1, 2, 3))
    return replace(layer, weight=(weight * factor).float(), bias=bias.float())


def _depthwise(name: str, scale: Scale) -> FloatLayer:
    """Return a scale as a layer."""
    weight = scale.factor.float()[:, None, None, None]
    return FloatLayer(name, weight, scale.offset.float(), groups=len(weight))
