"""The program files of Apache Kafka: fetched once by `jgo` (pure Python, neither Java nor Maven needed), each verified against `kafka.lock`.

The lock names every jar with its SHA-256, so nothing is resolved at run time and nothing unverified is ever on the class path. A machine without
a connection gets the same files copied into the folder by hand.
"""

import hashlib
import os
import ssl
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from deploy.errors import MissingDependency

ATTEMPTS = 3
"""Tries per file: package sources drop single connections."""

Progress = Callable[[int, int, str], None]
"""Called after each file with how many are there, how many there are in all, and the name of the one just fetched."""


class Jar(NamedTuple):
    """One line of the lock."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def file_name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def locked_jars() -> list[Jar]:
    """The jars of the lock, in its order."""
    lines = resources.files("deploy.local").joinpath("kafka.lock").read_text("utf-8").splitlines()
    jars = []
    for line in lines:
        if line and not line.startswith("#"):
            sha256, coordinate = line.split()
            jars.append(Jar(sha256, *coordinate.split(":")))
    return jars


def kafka_jars(cache: Path, progress: Progress | None = None) -> Path:
    """The folder below `cache` that holds exactly the locked jars, verified; what is missing or damaged is fetched.

    Raises MissingDependency with one line when a file cannot be had or is not the locked one.
    """
    missing = missing_jars(cache)
    if missing:
        _fetch(missing, _folder(cache), len(locked_jars()), progress)
    return _folder(cache)


def missing_jars(cache: Path) -> list[Jar]:
    """The locked jars that are not there, or not as the lock has them."""
    return [jar for jar in locked_jars() if not _is_locked(_folder(cache) / jar.file_name, jar)]


def _folder(cache: Path) -> Path:
    version = next(jar.version for jar in locked_jars() if jar.artifact == "kafka_2.13")
    return cache / f"kafka-{version}"


def _is_locked(path: Path, jar: Jar) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == jar.sha256
    except FileNotFoundError:
        return False


def _fetch(missing: list[Jar], folder: Path, total: int, progress: Progress | None) -> None:
    """Download into a folder of its own, verify, then move: a run that was cut off, or two at once, leave only whole files."""
    there = total - len(missing)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder.parent) as scratch:
            for jar in missing:
                path = _download(jar, Path(scratch), folder)
                if not _is_locked(path, jar):
                    raise MissingDependency(
                        f"{jar.file_name} from the Maven repository is not the file that deploy/local/kafka.lock names (other SHA-256); "
                        "the repository or the connection to it alters files: use another one"
                    )
                path.replace(folder / jar.file_name)
                there += 1
                if progress:
                    progress(there, total, jar.file_name)
    except OSError as error:
        raise MissingDependency(f"cannot store Kafka's jars in {folder}: {error}; set SUOHENG_CACHE to a folder with 50 MB free") from error


def _download(jar: Jar, scratch: Path, folder: Path) -> Path:
    try:
        from jgo.config import GlobalSettings
        from jgo.maven import MavenContext
        from jgo.maven._core import DEFAULT_REMOTE_REPOS
        from requests import RequestException
    except ImportError as error:
        raise MissingDependency(f"{error.name} is not installed; install suoheng[local]") from error
    _trust_the_system()
    repositories = {
        **DEFAULT_REMOTE_REPOS,
        **GlobalSettings.load().repositories,
    }
    reason = ""
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)
        cache = scratch / str(attempt)
        context = MavenContext(repo_cache=cache, remote_repos=repositories, timeout=20)
        try:
            return Path(context.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve())
        except (RequestException, RuntimeError) as error:
            reason = type(error).__name__
    raise MissingDependency(
        f"cannot fetch {jar.file_name} from the Maven repository ({reason}): check the connection (HTTPS_PROXY), name a mirror "
        f"(`central = URL` below `[repositories]` in ~/.config/jgo.conf), or copy the files of deploy/local/kafka.lock to {folder}"
    )


def _trust_the_system() -> None:
    """Let `requests` trust what the system trusts: behind an inspecting proxy its own list of authorities knows too little."""
    cafile = ssl.get_default_verify_paths().cafile
    if cafile and not os.environ.get("CURL_CA_BUNDLE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", cafile)
