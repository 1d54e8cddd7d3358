"""Front ends: a PyTorch module or an ONNX file to the graph of layers the accelerator supports."""

from golden.frontend.onnx_reader import import_onnx
from golden.frontend.torch_reader import import_module

__all__ = ["import_module", "import_onnx"]
