"""The Telegram bot: words, pictures and buttons around a Reading."""

import model  # noqa: F401  before OpenCV is loaded, which then keeps to its limit

__version__ = "0.1.0"
