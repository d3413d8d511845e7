"""Runs made elsewhere: whole run folders, and what other tools recorded."""
