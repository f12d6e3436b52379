"""How well trained networks and whole photos are read, with scikit-learn and matplotlib."""
