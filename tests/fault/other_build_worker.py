"""The product's own worker as if its code were another's: same definitions, another build."""

from streams.worker import build
from streams.worker.__main__ import main

OTHER = "b" * 32

if __name__ == "__main__":
    build.AT_START = OTHER
    build.digest = lambda: OTHER
    main()
