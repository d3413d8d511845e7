"""Replications: scaffolded, run, compared with the paper, reported."""
