"""The command that opens the reading desk."""

from __future__ import annotations

import click

from paperlab.cli.output import Options, shared_options


@click.command()
@click.option("--ascii", "plain", is_flag=True, help="Draw with signs that every terminal has.")
@shared_options
def tui(options: Options, *, plain: bool) -> None:
    """Open the reading desk: browse, read, annotate, ask and replicate in the terminal."""
    open_desk(options, plain=plain)


def open_desk(options: Options, *, plain: bool = False) -> None:
    """Run the desk until it is left."""
    from paperlab.lab import Lab
    from paperlab.tui.desk import Desk

    lab = Lab.find(options.lab, offline=options.offline)

    def open_lab() -> Lab:
        return Lab(lab.root, lab.settings)

    desk = Desk(lab.root, lab.settings, open_lab)
    from paperlab.tui.app import DeskApp, Look

    DeskApp(desk, Look(ascii=plain)).run()
