"""`python -m deploy` is `suoheng`."""

from deploy.cli import main

main()
