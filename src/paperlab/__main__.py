"""`python -m paperlab` is `paperlab`."""

from paperlab.cli import main

main()
