"""`python -m deploy.healthy PORT`: whether the process beside it can do its work, for a container's health check. Exit 0: yes; 1: no, and why.

Asks `/ready` on loopback, which names what is away. It reads no settings: it runs every few seconds beside each process and must start at once.
"""

import sys
from http.client import HTTPConnection, HTTPException

_TIMEOUT_S = 3


def main() -> int:
    """Ask once; say what is wrong."""
    port = int(sys.argv[1])
    connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        said = answer.read(500).decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        print(f"no answer on port {port}: {error}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if answer.status != 200:
        print(f"{answer.status}: {said}", file=sys.stderr)
    return int(answer.status != 200)


if __name__ == "__main__":
    sys.exit(main())
