"""What the operations of a lowered network must write, by the golden model."""

import torch
from torch import Tensor

from golden.compile import Words
from golden.integer import run_layer
from golden.networks.glue import run_glue
from golden.networks.graph import INPUT, Add, Concat
from golden.networks.integer import QuantizedNetwork, integer_outputs
from golden.program.lowering import LayerWork, Lowered


def tensors(network: QuantizedNetwork, lowered: Lowered, picture: Tensor) -> dict[str, Words]:
    """Return every tensor of the lowered network, uint8 (C, H, W), for a picture, uint8 (C, H, W).

    Those of the network's nodes come from the golden model of the network itself; the parts of a concatenation,
    which only the lowering has, from that of a layer, an addition or a rescaling alone.
    """
    found = {INPUT: picture.numpy()}
    for node, _, output in integer_outputs(network, picture[None]):
        if lowered.tensors.get(node.name) == node.name:
            found[node.name] = output[0].numpy()
    for work in lowered.works:
        if work.output in found:
            continue
        sources = [torch.from_numpy(found[source].astype("int64"))[None] for source in work.sources]
        if isinstance(work, LayerWork):
            output = run_layer(work.layer, *sources).output
        else:
            output = run_glue(Add("linear") if len(sources) > 1 else Concat(), work.constants, sources)
        found[work.output] = output[0].numpy().astype("uint8")
    return found
