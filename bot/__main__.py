"""`python -m bot`: talk to Telegram, or without a token to a sandbox on this machine."""

# Processes that read photos import this module anew, and need none of it.
if __name__ == "__main__":
    import gc

    # Nothing that is imported ever goes; to search it for what does takes a sixth of the start.
    gc.disable()
    from bot.main import main

    gc.freeze()
    gc.enable()
    main()
