"""`suoheng settings`: every setting, from the one place where they are declared."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

_UNITS = {"ms": "milliseconds", "s": "seconds", "bytes": "bytes", "percent": "per cent", "port": "port number", "events": "events"}
"""Last word of a setting's name to its unit."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is told."""

    variable: str
    meaning: str
    unit: str
    default: str
    bounds: str
    value: str


def settings(as_json: Annotated[bool, typer.Option("--json", help="Print the table as one JSON document.")] = False) -> None:
    """List all settings: environment variable, meaning, unit, default, bounds, and the value in force here. 设置一览

    Each can also stand in a TOML file under its name in lower case without `SUOHENG_`; SUOHENG_CONFIG names the file, `suoheng.toml` in the
    working directory is the default. The environment goes before the file. Between them come the files of the folder that SUOHENG_SECRETS
    names, as containers mount secrets: each holds one value and is named like its variable, in lower case (`suoheng_kafka_password`).
    """
    import json

    table = list(all_settings())
    if as_json:
        print(json.dumps([asdict(row) for row in table], ensure_ascii=False))
        return
    for row in table:
        facts = [
            f"default {row.default or 'empty'}",
            row.unit,
            row.bounds,
            f"now {row.value or 'empty'}" if row.value != row.default else "",
        ]
        print(f"{row.variable}  ({', '.join(fact for fact in facts if fact)})")
        print(textwrap.fill(row.meaning, 116, initial_indent="    ", subsequent_indent="    "))


def all_settings() -> Iterator[Setting]:
    """Every setting in the order of its declaration."""
    from schemas.settings import Settings
    from schemas.settings import settings as in_force

    meanings = _attribute_docstrings(Settings)
    values = in_force()
    for name, field in Settings.model_fields.items():
        yield Setting(
            variable=f"SUOHENG_{name.upper()}",
            meaning=meanings.get(name, ""),
            unit=_UNITS.get(name.rsplit("_", 1)[-1], ""),
            default=_text(field.default),
            bounds=_bounds(field.metadata),
            value=_harmless(name, _text(getattr(values, name))),
        )


def _harmless(name: str, value: str) -> str:
    """A value without what gives access: secrets, user parts of addresses, and a webhook's path, which is often its key."""
    from schemas.settings import SECRET

    if name in SECRET:
        return "***" if value else ""
    if not name.endswith("_url") or "//" not in value:
        return value
    scheme, _, rest = value.partition("//")
    host, slash, _ = rest.partition("/")
    host = f"…@{host.rpartition('@')[2]}" if "@" in host else host
    return f"{scheme}//{host}" + (f"{slash}…" if slash else "")


def _attribute_docstrings(cls: type) -> dict[str, str]:
    """The texts that stand under the attributes of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for declaration, text in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(declaration, ast.AnnAssign)
            and isinstance(declaration.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            found[declaration.target.id] = " ".join(str(text.value.value).split())
    return found


def _bounds(metadata: list[Any]) -> str:
    """The declared limits: `1…512`, `at least 0`, a pattern."""
    least = next((m.ge for m in metadata if getattr(m, "ge", None) is not None), None)
    most = next((m.le for m in metadata if getattr(m, "le", None) is not None), None)
    pattern = next((m.pattern for m in metadata if getattr(m, "pattern", None)), None)
    if pattern:
        return f"matches {pattern}"
    if least is not None and most is not None:
        return f"{least}…{most}"
    if least is not None:
        return f"at least {least}"
    return f"at most {most}" if most is not None else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)
