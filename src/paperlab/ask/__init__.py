"""Answers that can be checked: every sentence stands on quotes, every quote on a page."""
