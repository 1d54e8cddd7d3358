"""One thread is fastest on the small tensors of these tests."""

import torch

torch.set_num_threads(1)
