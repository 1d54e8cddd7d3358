"""One thread is fastest on the small tensors of these tests; those drawn without a generator follow the run's seed."""

import pytest
import torch

from tb.bench import pick_seed

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Begin each test with the seed of the run."""
    torch.manual_seed(pick_seed())
