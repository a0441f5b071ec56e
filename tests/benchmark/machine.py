"""What a figure was measured on, and the CPU seconds and memory of a process."""

import os
import platform
import subprocess
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20


def description() -> dict[str, object]:
    """Processor, cores, memory, Python, commit."""
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")),
        "",
    )
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    changed = bool(subprocess.run(["git", "status", "--porcelain"], capture_output=True, check=False).stdout)
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * PAGE_MIB / 1024),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "commit": commit + ("+" if changed else ""),
    }


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mib(pid: int) -> float:
    """Memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * PAGE_MIB


def answered(milliseconds: list[float], server_s: float) -> dict[str, float]:
    """How long questions took by the wall, and what a question cost the server in CPU time."""
    found = sorted(milliseconds)
    return {
        "questions": len(found),
        "p50_ms": round(found[len(found) // 2]),
        "p95_ms": round(found[int(len(found) * 0.95)]),
        "longest_ms": round(found[-1]),
        "server_cpu_ms": round(1e3 * server_s / len(found)),
    }
