"""A PyTorch module to a graph, through ``torch.export``."""

import contextlib
import io
import logging
import operator
import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, fx, nn

from golden.affine import Affine, choose_affine
from golden.errors import LayerError
from golden.frontend.check import check_output
from golden.frontend.draft import SUPPORTED, Draft, Value, unsupported
from golden.networks.graph import Graph, Sides

BATCH = 2
Arguments = dict[str, Any]
Operator = Callable[[Draft, str, Arguments], Any]


def import_module(model: nn.Module, example: Tensor, input: Affine | None = None, name: str = "") -> Graph:
    """Return the graph of a module.

    example: real pictures as the module takes them, float (N, C, H, W); input: the affine map from the
    bytes of a picture to what the module takes, by default one that covers ``example``; name: of the
    network, by default the module's class. Batch normalization is folded, what the output does not need
    is dropped. The graph must compute what the module does on ``example``, see ``check_output``.
    Raises LayerError, with operator and place, for anything that the accelerator does not support.
    """
    name = name or type(model).__name__
    _check(name, model, example)
    if any(tensor.is_floating_point() and tensor.dtype != torch.float32 for tensor in model.state_dict().values()):
        model = deepcopy(model).float()
    example = example.float()
    pictures = example.repeat(BATCH, 1, 1, 1)[:BATCH]
    program = _exported(name, model, pictures)
    constants = {**program.state_dict, **program.constants}
    signature = program.graph_signature
    names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    names |= signature.inputs_to_lifted_tensor_constants
    draft = Draft((example.shape[1], example.shape[2], example.shape[3]))
    known: dict[fx.Node, Any] = {}
    for node in program.graph_module.graph.nodes:
        if node.op == "placeholder":
            known[node] = constants[names[node.name]].detach() if node.name in names else draft.input
        elif node.op == "output":
            output = _only_output(name, fx.node.map_arg(node.args[0], known.__getitem__))
        else:
            known[node] = _read(name, draft, node, known)
    graph = draft.finish(name, output, input or choose_affine(example))
    with torch.no_grad():
        (given,) = (leaf for leaf in _leaves(model(pictures)) if isinstance(leaf, Tensor))
    check_output(graph, pictures, given)
    return graph


def _check(name: str, model: nn.Module, example: Tensor) -> None:
    """Raise LayerError for a module or an example that cannot be read."""
    if example.dim() != 4 or not example.is_floating_point() or example.numel() == 0:
        given = f"{example.dtype} of shape {tuple(example.shape)}"
        raise LayerError(f"{name}: example input {given}, expected float (N, C, H, W)")
    if not bool(torch.isfinite(example).all()):
        raise LayerError(f"{name}: example input holds NaN or infinity")
    training = [module for module, child in model.named_modules() if child.training]
    if training:
        raise LayerError(f"{name}: {training[0] or 'the module'} is in training mode, expected model.eval()")
    for key, tensor in model.state_dict().items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise LayerError(f"{name}: {key} holds NaN or infinity")


def _exported(name: str, model: nn.Module, example: Tensor) -> torch.export.ExportedProgram:
    """Return the module's operators without in-place ones. Raises LayerError where the module or the export fails."""
    stage = "it fails"
    logging.disable()
    try:
        quiet = contextlib.redirect_stderr(io.StringIO())  # a failed trace is printed operator by operator
        with torch.no_grad(), warnings.catch_warnings(action="ignore"), quiet:
            model(example)
            stage = "torch.export cannot trace it"
            program: torch.export.ExportedProgram = torch.export.export(model, (example,)).run_decompositions({})
    except Exception as error:  # any kind: the module's own code runs in here
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = f"{type(error).__name__}: {lines[0] if lines else ''}"
        raise LayerError(
            f"{name}: {stage} on an input of shape {tuple(example.shape)} ({said}); expected an example as the module "
            "takes it, operators and shapes that do not depend on the values"
        ) from None
    finally:
        logging.disable(logging.NOTSET)
    return program


def _only_output(name: str, outputs: Any) -> Value:
    """Return a module's only output."""
    tensors = [output for output in _leaves(outputs) if output is not None]
    if len(tensors) != 1 or not isinstance(tensors[0], Value):
        raise LayerError(f"{name}: {len(tensors)} outputs, expected one tensor that depends on the input")
    return tensors[0]


def _read(name: str, draft: Draft, node: fx.Node, known: dict[fx.Node, Any]) -> Any:
    """Return what an operator gives: a constant where it takes only constants, else what the draft makes of it."""
    args: Any = fx.node.map_arg(node.args, known.__getitem__)
    kwargs: Any = fx.node.map_arg(node.kwargs, known.__getitem__)
    stack = list(node.meta.get("nn_module_stack", {}).values())
    module = stack[-1][0] if stack else ""
    target = str(node.target)
    try:
        leaves = _leaves((args, kwargs))
        if node.target is operator.getitem:
            return args[0] if isinstance(args[0], Value) and args[1] == 0 else args[0][args[1]]
        if not any(isinstance(leaf, Value) for leaf in leaves):
            assert callable(node.target)
            return node.target(*args, **kwargs)
        if not isinstance(node.target, torch._ops.OpOverload) or target not in OPERATORS:
            raise LayerError(unsupported(target))
        outputs = node.meta["val"]
        batch, *shape = (outputs[0] if isinstance(outputs, tuple) else outputs).shape
        if batch != BATCH:
            raise LayerError(f"output of shape {(batch, *shape)} for {BATCH} pictures")
        arguments = _bound(node.target, args, kwargs) | {"output": shape}
        step = module if _is_leaf(stack) else f"{module}.{node.target._opname}"
        return OPERATORS[target](draft, step, arguments)
    except LayerError as error:
        place = f"module {module!r}" if module else "the module itself"
        raise LayerError(f"{name}: operator {target} in {place}: {error}. Supported: {SUPPORTED}") from None


def _leaves(tree: Any) -> list[Any]:
    return torch.utils._pytree.tree_leaves(tree)


def _is_leaf(stack: list[tuple[str, Any]]) -> bool:
    """Return whether an operator belongs to one of PyTorch's own layers, which then gives its name."""
    kind = stack[-1][1] if stack else ""
    return (kind if isinstance(kind, str) else kind.__module__).startswith("torch.nn.modules.")


def _bound(target: torch._ops.OpOverload, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
    """Return an operator's arguments by name, defaults included."""
    bound = {}
    for place, argument in enumerate(target._schema.arguments):
        if place < len(args):
            bound[argument.name] = args[place]
        else:
            bound[argument.name] = kwargs.get(argument.name, argument.default_value)
    return bound


def _pair(value: list[int]) -> tuple[int, int]:
    """Return rows and columns of an argument that may hold one number for both."""
    return (value[0], value[-1])


def _sides(padding: list[int]) -> Sides:
    rows, columns = _pair(padding)
    return rows, rows, columns, columns


def _conv(draft: Draft, name: str, a: Arguments) -> Value:
    stride, dilation, padding = _pair(a["stride"]), _pair(a["dilation"]), a["padding"]
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(dilation, a["weight"].shape[2:], strict=True)]
        sides = (total[0] // 2, -(-total[0] // 2), total[1] // 2, -(-total[1] // 2))
    else:
        sides = (0, 0, 0, 0) if padding == "valid" else _sides(padding)
    return draft.conv(name, a["input"], _constant(a["weight"]), a["bias"], stride, sides, dilation, a["groups"])


def _constant(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise LayerError("weights that depend on the input, expected constants")
    return value


def _linear(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.linear(name, a["input"], _constant(a["weight"]), a["bias"])


def _addmm(draft: Draft, name: str, a: Arguments) -> Value:
    product = draft.linear(name, a["mat1"], _constant(a["mat2"]).T * a["alpha"], None)
    return draft.scale(name, product, 1.0, _constant(a["self"]) * a["beta"])


def _matmul(draft: Draft, name: str, a: Arguments) -> Value:
    weight = _constant(a["mat2"] if "mat2" in a else a["other"])
    return draft.linear(name, a["self"], weight.T, None)


def _batch_norm(draft: Draft, name: str, a: Arguments) -> Value:
    statistics = (a["running_mean"], a["running_var"])
    return draft.batch_norm(name, a["input"], a["weight"], a["bias"], *statistics, a["eps"])


def _add(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.add(name, a["self"], a["other"], a["alpha"])


def _subtract(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.add(name, a["self"], a["other"], -a["alpha"])


def _subtract_from(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.add(name, a["other"], a["self"], -a["alpha"])


def _multiply(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.multiply(name, a["self"], a["other"])


def _divide(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.divide(name, a["self"], a["other"])


def _clamp(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.activation(name, a["self"], a.get("min", a.get("min_val")), a.get("max", a.get("max_val")))


def _max_pool(draft: Draft, name: str, a: Arguments) -> Value:
    kernel = _pair(a["kernel_size"])
    if set(a["dilation"]) != {1}:
        raise LayerError(f"dilation {a['dilation']}, expected 1")
    stride = _pair(a["stride"]) if a["stride"] else kernel
    return draft.max_pool(name, a["self"], kernel, stride, _sides(a["padding"]), a["ceil_mode"])


def _average_pool(draft: Draft, name: str, a: Arguments) -> Value:
    kernel = _pair(a["kernel_size"])
    if a["divisor_override"] is not None:
        raise LayerError(f"divisor {a['divisor_override']}, expected the number of pixels")
    stride = _pair(a["stride"]) if a["stride"] else kernel
    sides = _sides(a["padding"])
    return draft.average_pool(name, a["self"], kernel, stride, sides, a["ceil_mode"], bool(a["count_include_pad"]))


def _adaptive(largest: bool) -> Operator:
    return lambda draft, name, a: draft.adaptive_pool(name, a["self"], _pair(a["output_size"]), largest)


def _mean(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.mean(name, a["self"], a["dim"], a["keepdim"])


def _reshape(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.reshape(a["self"], a["output"])


def _pad(draft: Draft, name: str, a: Arguments) -> Value:
    if a.get("mode", "constant") != "constant":
        raise LayerError(f"padding mode {a['mode']!r}, expected 'constant'")
    sides = [*a["pad"], *[0] * (8 - len(a["pad"]))]
    if any(sides[6:]):
        raise LayerError("padding of the batch")
    return draft.pad(name, a["self"], sides[4::-2], sides[5:0:-2], a["value"] or 0.0)


def _concat(draft: Draft, name: str, a: Arguments) -> Value:
    return draft.concat(name, a["tensors"], a["dim"])


def _slice(draft: Draft, name: str, a: Arguments) -> Value:
    size = 1 << 62
    return draft.slice(name, a["self"], a["dim"], a["start"] or 0, size if a["end"] is None else a["end"], a["step"])


def _same(draft: Draft, name: str, a: Arguments) -> Value:
    value: Value = a["self"] if "self" in a else a["input"]
    return value


def _zeros_like(draft: Draft, name: str, a: Arguments) -> Tensor:
    return torch.zeros(1, *a["output"])


OPERATORS: dict[str, Operator] = {
    "aten.conv2d.default": _conv,
    "aten.conv2d.padding": _conv,
    "aten.linear.default": _linear,
    "aten.addmm.default": _addmm,
    "aten.mm.default": _matmul,
    "aten.matmul.default": _matmul,
    "aten._native_batch_norm_legit_no_training.default": _batch_norm,
    "aten.batch_norm.default": _batch_norm,
    "aten.add.Tensor": _add,
    "aten.sub.Tensor": _subtract,
    "aten.mul.Tensor": _multiply,
    "aten.div.Tensor": _divide,
    "aten.rsub.Scalar": _subtract_from,
    "aten.relu.default": lambda draft, name, a: draft.activation(name, a["self"], 0, None),
    "aten.relu6.default": lambda draft, name, a: draft.activation(name, a["self"], 0, 6),
    "aten.hardtanh.default": _clamp,
    "aten.clamp.default": _clamp,
    "aten.clamp_min.default": _clamp,
    "aten.max_pool2d.default": _max_pool,
    "aten.max_pool2d_with_indices.default": _max_pool,
    "aten.avg_pool2d.default": _average_pool,
    "aten.adaptive_avg_pool2d.default": _adaptive(False),
    "aten.adaptive_max_pool2d.default": _adaptive(True),
    "aten.mean.dim": _mean,
    "aten.view.default": _reshape,
    "aten.reshape.default": _reshape,
    "aten._unsafe_view.default": _reshape,
    "aten.flatten.using_ints": _reshape,
    "aten.squeeze.dim": _reshape,
    "aten.squeeze.dims": _reshape,
    "aten.squeeze.default": _reshape,
    "aten.unsqueeze.default": _reshape,
    "aten.pad.default": _pad,
    "aten.constant_pad_nd.default": _pad,
    "aten.cat.default": _concat,
    "aten.slice.Tensor": _slice,
    "aten.zeros_like.default": _zeros_like,
    "aten.new_zeros.default": _zeros_like,
    "aten.clone.default": _same,
    "aten.alias.default": _same,
    "aten.contiguous.default": _same,
    "aten.detach.default": _same,
    "aten.dropout.default": _same,
    "aten.feature_dropout.default": _same,
    "aten.lift_fresh_copy.default": _same,
}
