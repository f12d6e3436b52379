"""`python -m bot`: talk to Telegram, or without a token to a sandbox on this machine."""

# multiprocessing imports this module again in worker processes, which need none of it.
if __name__ == "__main__":
    import gc

    # Imported modules stay for good: to search them for garbage takes a sixth of the time to start.
    gc.disable()
    from bot.main import main

    gc.freeze()
    gc.enable()
    main()
