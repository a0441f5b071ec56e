"""Java sources compiled without a JDK: by Eclipse's compiler, one verified jar, on the Java and with the jars that run Kafka."""

import hashlib
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from deploy.errors import MissingDependency
from deploy.local.jars import Jar, _download, _is_locked, kafka_jars
from deploy.local.java import find_java
from schemas.settings import Settings

ECJ = Jar("74c93172475fee0cd4e6eefb44233516dd40525642da35d009146d97ea598229", "org.eclipse.jdt", "ecj", "3.46.100")


def fetched(jars: Iterable[Jar], folder: Path) -> Path:
    """The folder with these jars, verified; what is missing or damaged is fetched."""
    folder.mkdir(parents=True, exist_ok=True)
    for jar in jars:
        target = folder / jar.file_name
        if _is_locked(target, jar):
            continue
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            path = _download(jar, Path(scratch), folder)
            if not _is_locked(path, jar):
                raise MissingDependency(f"{jar.file_name} is not the file that is pinned (other SHA-256)")
            path.replace(target)
    return folder


def java_command(settings: Settings, source: Path, jars: Iterable[Path] = (), options: Iterable[str] = ()) -> tuple[str, ...]:
    """The command that runs a source file's main class with Kafka's jars and these, up to its arguments; compiled once for each text."""
    program, cache = find_java(settings), settings.cache.resolve()
    compiler = fetched([ECJ], cache / "java") / ECJ.file_name
    path = ":".join(str(jar) for jar in (*sorted(kafka_jars(cache).glob("*.jar")), *jars))
    classes = cache / "java" / f"{source.stem}-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
    if not classes.exists():
        with tempfile.TemporaryDirectory(dir=cache / "java") as scratch:
            # Not --release: that needs a table of older Javas' interfaces which the packaged one leaves out.
            how = ("-source", "17", "-target", "17", "-nowarn", "-proc:none", "-classpath", path, "-d", f"{scratch}/classes")
            command = (program, "-cp", compiler, "org.eclipse.jdt.internal.compiler.batch.Main", *how, source)
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
            if done.returncode:
                raise MissingDependency(f"{source.name} does not compile: {(done.stderr + done.stdout).strip()[-2000:]}")
            Path(scratch, "classes").replace(classes)
    return str(program), *options, "-cp", f"{classes}:{path}", source.stem
