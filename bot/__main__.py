"""`python -m bot`: talk to Telegram, or without a token to a sandbox on this machine."""

# Processes that read photos import this module anew, and need none of it.
if __name__ == "__main__":
    from bot.main import main

    main()
