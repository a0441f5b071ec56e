"""The peers' own environment below the cache: Python libraries that must not meet the product's, Kafka Streams and its compiled job.

Made on demand, verified against `requirements.txt` and `java.lock`, and made again when one of them has changed.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from deploy.errors import MissingDependency
from deploy.local.jars import Jar
from schemas.settings import Settings
from tests.java_compiler import fetched, java_command

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
JOB = HERE / "RestrictedJob.java"
HEAP = "-Xms4g", "-Xmx4g", "-XX:+AlwaysPreTouch"


def pinned(library: str) -> str:
    """The version of a Python library or jar in the lock files."""
    for line in REQUIREMENTS.read_text("utf-8").splitlines():
        name, _, version = line.partition("==")
        if name == library:
            return version.split()[0]
    return next(jar.version for jar in _jars() if jar.artifact == library)


def python(settings: Settings) -> str:
    """The Python that has the peers' libraries."""
    folder = (settings.cache / "peers" / f"python-{_digest(REQUIREMENTS)}").resolve()
    program = folder / "bin" / "python"
    whole = folder / "whole"
    if not whole.exists():
        print(f"peers: making {folder.name}", flush=True)
        uv = Path(sys.executable).with_name("uv")
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
        _run(uv, "pip", "install", "--quiet", "--require-hashes", "--python", program, "--requirement", REQUIREMENTS)
        whole.touch()
    return str(program)


def java(settings: Settings) -> tuple[str, ...]:
    """The command that runs the job on Kafka Streams, up to its arguments."""
    jars = fetched(_jars(), settings.cache.resolve() / "peers" / "java")
    return java_command(settings, JOB, sorted(jars.glob("*.jar")), HEAP)


def _jars() -> list[Jar]:
    lines = (HERE / "java.lock").read_text("utf-8").splitlines()
    pairs = [line.split() for line in lines if not line.startswith("#")]
    return [Jar(sha256, *coordinate.split(":")) for sha256, coordinate in pairs]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingDependency(f"{Path(command[0]).name} {command[1]} failed: {(done.stderr + done.stdout).strip()[-500:]}")
