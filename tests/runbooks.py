"""The run books of `deploy/runbooks` as shell scripts: their blocks, in order, with the functions of the README before them."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "deploy" / "runbooks"
NAMES = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.en.md")})


def blocks(path: Path) -> list[str]:
    """The shell blocks of a document."""
    return re.findall(r"^```sh\n(.*?)^```$", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def script(name: str, beginning: str = "") -> str:
    """A run book as one script, which begins as told."""
    functions = "".join(blocks(FOLDER / "README.md"))
    return f"{functions}\n{beginning}\n" + "\n".join(blocks(FOLDER / f"{name}.en.md"))
