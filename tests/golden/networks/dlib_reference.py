"""Embeddings that dlib itself gives for two pictures: what the rebuilt network is compared with.

`python -m tests.golden.networks.dlib_reference` writes them to dlib_reference.json; it needs the PyPI package
dlib-bin (20.0.1.post1 gave the file in the repository), which nothing else does.
"""

import json
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.io import imread

from golden.faces.pictures import SIZE
from golden.files import write_text
from golden.networks.dlib_face import weights_path

REFERENCE = Path(__file__).with_suffix(".json")


def pictures() -> dict[str, NDArray[np.uint8]]:
    """Return a face and a pattern of sharp edges in all colours, uint8 (150, 150, 3)."""
    with as_file(files("skimage") / "data" / "astronaut.png") as path:
        face = np.ascontiguousarray(imread(path)[20 : 20 + SIZE, 150 : 150 + SIZE])
    y, x = np.mgrid[:SIZE, :SIZE]
    pattern = np.stack([(x * x + 3 * y) % 256, x * y % 256, (5 * x + y * y // 7) % 256], axis=2)
    return {"face": face, "pattern": pattern.astype(np.uint8)}


def main() -> None:
    """Write the embeddings."""
    import dlib

    network = dlib.face_recognition_model_v1(str(weights_path()))
    embeddings = {name: list(network.compute_face_descriptor(picture)) for name, picture in pictures().items()}
    write_text(REFERENCE, json.dumps(embeddings, indent=1) + "\n")


if __name__ == "__main__":
    main()
