"""Which contributions shaped an answer: an index made after training, and shares that anyone can check."""
