"""How the Bot API is called."""
