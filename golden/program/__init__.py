"""From a quantized network to the list of commands and the memory image that the accelerator runs."""
