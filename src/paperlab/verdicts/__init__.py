"""Tells what measurements say about a claim, with the statistics that justify it. Pure."""
