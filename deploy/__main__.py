"""`suoheng`, also as `python -m deploy`."""

import signal


def main() -> None:
    """Run the command of the process's arguments. While the commands are read, for some tenths of a second, Ctrl-C ends the process without a word."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from deploy.cli import main as run

    signal.signal(signal.SIGINT, heard)
    run()


if __name__ == "__main__":
    main()
