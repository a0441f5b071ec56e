"""`suoheng migrate`: the tables and views of ClickHouse."""

from typing import Annotated

import typer


def migrate(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Create or bring up to date the tables and views in ClickHouse. 建表与升级

    Creates the database if it is not there, applies the numbered migrations that are missing, in order, and writes the indicators'
    definitions. Harmless to repeat. A migration that was changed after it had been applied is refused.
    """
    import json
    from dataclasses import asdict

    from deploy.migrate import migrate as run
    from schemas.settings import settings

    result = run(settings(), progress=None if as_json else print)
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        done = f"{len(result.applied)} applied" if result.applied else "nothing to do"
        print(f"database {result.database}: {result.in_force} migrations in force, {done}; {result.indicators} indicators described")
