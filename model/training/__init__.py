"""Networks and how they are fitted, with Keras."""
