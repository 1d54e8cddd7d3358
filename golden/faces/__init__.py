"""Face recognition: pictures of people, the decisions made on their embeddings, float and quantized compared."""
