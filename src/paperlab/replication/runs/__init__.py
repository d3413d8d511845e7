"""Runs: one unit in its process, taken up after a kill, kept with what it was; plans and engines for many."""
