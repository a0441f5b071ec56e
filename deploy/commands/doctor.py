"""`suoheng doctor`: is everything there that the product needs, does it fit, and does it move?"""

from typing import Annotated, Any, Literal

import typer


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print all checks as one JSON document.")] = False,
    lang: Annotated[
        Literal["zh", "en"] | None, typer.Option("--lang", help="Language of the findings; default: that of the terminal. 语言")
    ] = None,
) -> None:
    """Check settings, machine, keys, Kafka, workers, sink, ClickHouse, tables, dead letters, clocks, and say the cure. 体检:常见问题与办法

    Changes nothing; a trial file is written where snapshots go, and removed. Takes seconds more while a group does not move.
    Ends with 0 when all is well, 1 when a check failed, 3 when Kafka or ClickHouse cannot be reached.
    """
    import json

    from deploy.doctor.checks import all_checks
    from deploy.errors import Finding, MissingDependency
    from schemas.settings import settings

    spoken = lang or of_the_terminal()
    checks = []
    for check in all_checks(settings()):
        checks.append(check)
        if not as_json:
            _print(check, spoken)
    failed = [check for check in checks if not check.ok]
    if as_json:
        print(json.dumps({"ok": not failed, "checks": [_document(check, spoken) for check in checks]}, ensure_ascii=False))
    if any(check.unreachable for check in failed):
        raise MissingDependency("cannot reach " + " and ".join(check.name for check in failed if check.unreachable))
    if failed:
        raise Finding(f"{len(failed)} of {len(checks)} checks failed: " + ", ".join(check.name for check in failed))


def of_the_terminal() -> str:
    """`zh` where the terminal speaks Chinese, else `en`."""
    import locale

    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def _print(check: Any, lang: str) -> None:
    from rich.cells import cell_len

    from deploy.doctor.check import NAMES

    mark = ("正常" if check.ok else "问题") if lang == "zh" else ("ok  " if check.ok else "FAIL")
    name = NAMES[check.name] if lang == "zh" else check.name
    print(f"{mark}  {name}{' ' * (12 - cell_len(name))}{check.finding(lang)}", flush=True)


def _document(check: Any, lang: str) -> dict[str, Any]:
    """A check for programs: `finding` in the language asked for, the parts in both."""
    return {
        "name": check.name,
        "ok": check.ok,
        "finding": check.finding(lang),
        "found": check.found._asdict(),
        "cure": check.cure._asdict() if check.cure else None,
        "unreachable": check.unreachable,
    }
