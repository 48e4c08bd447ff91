"""The console entry: whatever happens, no traceback for what is not a bug."""

import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    import signal
    from types import FrameType

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        for name in ("SIGTERM", "SIGHUP"):
            # Told to end (a batch system, a closed terminal) is as good as Ctrl-C: clean up. Who
            # set it to be ignored (nohup) is obeyed.
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, end)
        from tutela.program import main

        code = main(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    except KeyboardInterrupt:
        # While modules were still loading. A second Ctrl-C from here on ends it at once.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        sys.stderr.write("tutela: error: interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    run()
