"""`suoheng migrate`: the tables and views of ClickHouse."""

from typing import Annotated

import typer


def migrate(
    from_topics: Annotated[
        bool,
        typer.Option("--from-topics", help="The tables were lost or are old: the sink reads all topics again when it starts. 由主题重填"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Create or bring up to date the tables and views in ClickHouse. 建表与升级

    Creates the database if it is not there, applies the numbered migrations that are missing, in order, and writes the indicators'
    definitions. Harmless to repeat. A migration that was changed after it had been applied is refused, and so is a database of a newer build.
    With --from-topics no sink may run; what ClickHouse alone knew is in a backup (`suoheng restore --tables-only`).
    """
    import json
    from dataclasses import asdict

    from deploy.from_topics import read_again
    from deploy.migrate import migrate as run
    from schemas.settings import settings

    result = run(settings(), progress=None if as_json else print)
    if from_topics:
        read_again(settings())
    if as_json:
        print(json.dumps(asdict(result)))
    else:
        done = f"{len(result.applied)} applied" if result.applied else "nothing to do"
        print(f"database {result.database}: {result.in_force} migrations in force, {done}; {result.indicators} indicators described")
