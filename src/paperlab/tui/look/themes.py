"""The desk's own themes: dark, light, and one of highest contrast."""

from __future__ import annotations

from textual.theme import Theme

THEMES = (
    Theme(
        name="paperlab-dark",
        primary="#7aa2d6",
        secondary="#8fb7a4",
        accent="#e0b15e",
        warning="#e0b15e",
        error="#e0726d",
        success="#7fb37a",
        foreground="#d8d8d2",
        background="#191b1f",
        surface="#202329",
        panel="#2a2e36",
    ),
    Theme(
        name="paperlab-light",
        primary="#255a9b",
        secondary="#2c6a55",
        accent="#8a5a00",
        warning="#8a5a00",
        error="#a32b25",
        success="#2b6a2b",
        foreground="#1d1d1b",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e6e3db",
        dark=False,
    ),
    Theme(
        name="paperlab-contrast",
        primary="#ffff00",
        secondary="#00ffff",
        accent="#00ffff",
        warning="#ffff00",
        error="#ff8080",
        success="#00ff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#202020",
        luminosity_spread=0.0,
        text_alpha=1.0,
    ),
)
