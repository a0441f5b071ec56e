"""`python -m deploy.local.fetch`: get Kafka's program files before they are needed, so that the first start does not wait for them."""

import sys

from deploy.errors import CommandError
from deploy.local.console import fetch_progress
from deploy.local.jars import kafka_jars
from schemas.settings import settings


def main() -> int:
    """Fetch what is missing; one line and an exit code when it cannot be had."""
    try:
        kafka_jars(settings().cache, fetch_progress())
    except CommandError as error:
        print(f"make: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
