"""The most memory that a process held, in kilobytes of 1,024 bytes.

Not ``ru_maxrss``: a new process inherits the peak of the one that started it. ``VmHWM`` begins
anew (Linux, proc(5)).
"""

from pathlib import Path


def peak_kb(process: int | str = "self") -> int:
    """Peak resident memory of a process; 0 for one that has gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line), 0)


def peak_mb() -> float:
    """Peak resident memory of this process in megabytes of 1,000,000 bytes."""
    return peak_kb() * 1024 / 1_000_000
