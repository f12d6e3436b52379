"""Drawing inside Telegram: a Mini App, whose drawings are answered as photos are."""
