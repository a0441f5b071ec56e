"""The peers' own environment below the cache: Python libraries that must not meet the product's, Kafka Streams and its compiled job.

Made on demand, verified against `requirements.txt` and `java.lock`, and made again when one of them has changed.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.errors import MissingDependency
from deploy.local.jars import Jar, _download, _is_locked, kafka_jars
from deploy.local.java import find_java
from schemas.settings import Settings

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
    program = find_java(settings)
    jars = _fetched(settings.cache.resolve() / "peers" / "java")
    path = ":".join(str(jar) for folder in (kafka_jars(settings.cache.resolve()), jars) for jar in sorted(folder.glob("*.jar")))
    classes = jars / f"classes-{_digest(JOB)}"
    if not classes.exists():
        with tempfile.TemporaryDirectory(dir=jars) as scratch:
            # Not --release: that needs a table of older Javas' interfaces which the packaged one leaves out.
            options = ("-source", "17", "-target", "17", "-nowarn", "-proc:none", "-classpath", path, "-d", f"{scratch}/classes")
            _run(program, "-cp", path, "org.eclipse.jdt.internal.compiler.batch.Main", *options, JOB)
            Path(scratch, "classes").replace(classes)
    return str(program), *HEAP, "-cp", f"{classes}:{path}", JOB.stem


def _jars() -> list[Jar]:
    lines = (HERE / "java.lock").read_text("utf-8").splitlines()
    pairs = [line.split() for line in lines if not line.startswith("#")]
    return [Jar(sha256, *coordinate.split(":")) for sha256, coordinate in pairs]


def _fetched(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for jar in _jars():
        target = folder / jar.file_name
        if _is_locked(target, jar):
            continue
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            path = _download(jar, Path(scratch), folder)
            if not _is_locked(path, jar):
                raise MissingDependency(f"{jar.file_name} is not the file that {HERE.name}/java.lock names (other SHA-256)")
            path.replace(target)
    return folder


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingDependency(f"{Path(command[0]).name} {command[1]} failed: {(done.stderr + done.stdout).strip()[-500:]}")
