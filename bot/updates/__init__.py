"""How updates come in, who is answered, and when an update counts as done."""
