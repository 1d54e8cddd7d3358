"""The error of everything that the accelerator, its compiler or its quantizer cannot do."""


class LayerError(ValueError):
    """A layer outside the contract; the message says what was wrong and what would be right."""
