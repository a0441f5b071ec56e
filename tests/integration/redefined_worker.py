"""A worker of another build's definitions: a case is overdue after 20 days instead of 30. Everything else is the product's own worker."""

from streams.core.lifecycles import mediation
from streams.worker.__main__ import main

if __name__ == "__main__":
    mediation.OVERDUE_AFTER = 20
    main()
