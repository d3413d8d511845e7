"""The command `paperlab`: its groups, what all commands share, and how errors leave it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from paperlab.cli import doctor, lists, papers, quickstart, reading, search
from paperlab.cli.output import ExitCode, lab_options, say
from paperlab.disk import disk_error
from paperlab.errors import PaperlabError


class OrderedGroup(click.Group):
    """Shows its commands in the order they were added, which is the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        del ctx
        return list(self.commands)


@click.group(cls=OrderedGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@lab_options
@click.version_option(package_name="paperlab-replicate", prog_name="paperlab")
def paperlab() -> None:
    """Read papers, search them by meaning, and find out whether their numbers hold.

    Start with 'paperlab quickstart'. Ids are taken in every form you can paste: 2306.01708, an arXiv URL, a key.
    """


_COMPLETION_HELP = """Print the completion script of a shell.

\b
bash:  paperlab completion bash > ~/.local/share/bash-completion/completions/paperlab
zsh:   paperlab completion zsh > "${fpath[1]}/_paperlab"
fish:  paperlab completion fish > ~/.config/fish/completions/paperlab.fish
"""


@paperlab.command("completion", help=_COMPLETION_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(kind(paperlab, {}, "paperlab", "_PAPERLAB_COMPLETE").source())


for _command in (
    *(quickstart.quickstart, papers.init, lists.lists, papers.fetch, papers.add, search.index, search.search),
    *(papers.show, reading.text, reading.tables, reading.figures, reading.references, reading.picture),
    *(papers.status, papers.tag, papers.note, doctor.doctor, completion),
):
    paperlab.add_command(_command)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with the documented exit code."""
    try:
        code = paperlab.main(args=arguments, prog_name="paperlab", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except PaperlabError as error:
        say(f"paperlab: {error}")
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output left; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.DONE
    except OSError as error:
        said = disk_error(Path(error.filename or "a file"), error)
        if said is None:
            raise
        say(f"paperlab: {said}")
        code = said.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("interrupted: what was finished is kept, the same command goes on from there")
        code = ExitCode.INTERRUPTED
    sys.exit(code if isinstance(code, int) else ExitCode.DONE)
