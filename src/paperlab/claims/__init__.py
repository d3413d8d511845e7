"""Finds what a paper reports: results in its tables and sentences, each with its place. Pure."""
