"""replication.toml, tiers and claims.toml: read strictly, and what is wrong is named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paperlab.errors import BadFile, NotFound
from paperlab.replication.claims_file import read_claims, write_claims
from paperlab.replication.files import config_hash, read_replication, read_tier, run_folder, seeds_of, tier_names
from paperlab.replication.runs.plan import Unit
from paperlab.types import (
    ClaimKind,
    Direction,
    Evidence,
    Reported,
    Selection,
    SpreadMeaning,
    TestedClaim,
    Tolerance,
)
from run_folders import write_replication

if TYPE_CHECKING:
    from pathlib import Path

VALUE = '[[claim]]\nid = "a"\ntext = "A is 1"\nkind = "value"\nmeasure = "a"\npaper = {value = "1.00"}\n'


def test_a_link_keeps_the_name_and_the_lab_it_was_asked_for_under(tmp_path: Path) -> None:
    """What it leads to may lie anywhere and be called anything."""
    folder = write_replication(tmp_path / "elsewhere", slug="real dir")
    link = tmp_path / "lab" / "replications" / "dice"
    link.parent.mkdir(parents=True)
    link.symlink_to(folder, target_is_directory=True)
    found = read_replication(link)
    assert (found.slug, found.folder) == ("dice", link)
    words = Unit(found, read_tier(link, "smoke"), "main", 0).words()
    assert words[:5] == ["--lab", str(tmp_path / "lab"), "replicate", "run-one", "dice"]


@pytest.mark.parametrize("name", ["replication.toml", "tiers/smoke.toml", "claims.toml"])
@pytest.mark.parametrize("schema", ["99", '"x"', "true"])
def test_a_file_of_another_version_is_refused(tmp_path: Path, name: str, schema: str) -> None:
    """Its keys may mean other things."""
    folder = write_replication(tmp_path)
    (folder / "claims.toml").write_text(VALUE)
    path = folder / name
    path.write_text(f"schema = {schema}\n" + path.read_text().replace("schema = 1\n", ""))
    with pytest.raises(BadFile, match="schema must be 1, not") as raised:
        (read_replication(folder), read_tier(folder, "smoke"), read_claims(folder / "claims.toml"))
    assert (raised.value.path, raised.value.line) == (str(path), 1)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"tolerance = {{abs = 1{'0' * 400}}}", "abs must be a number from 0 up, not 1000"),
        (
            f"tolerance = {{abs = 0x{'f' * 5000}}}",
            "abs must be a number from 0 up, not a number of thousands",
        ),
        (f"evidence = {{box = [1, 2, 3, 1{'0' * 400}]}}", "box must be a list of 4 numbers"),
        (f"min_seeds = 1{'0' * 400}", "min_seeds must be a whole number from 1 up, not 1000"),
        (f"evidence = {{page = 1{'0' * 5000}}}", "not valid TOML"),
    ],
)
def test_a_number_that_nothing_can_hold_is_named_in_one_line(tmp_path: Path, line: str, why: str) -> None:
    """Not by an error of arithmetic, and not with all its digits."""
    path = tmp_path / "claims.toml"
    path.write_text(VALUE + line + "\n")
    with pytest.raises(BadFile, match=why) as raised:
        read_claims(path)
    assert raised.value.line == 7
    assert len(raised.value.why) < 200


@pytest.mark.parametrize("key", ["value", "spread"])
def test_a_printed_number_beyond_all_bounds_is_refused(tmp_path: Path, key: str) -> None:
    """On its own line."""
    other = {"value": 'spread = "1"', "spread": 'value = "1"'}[key]
    text = VALUE.replace('paper = {value = "1.00"}\n', f'[claim.paper]\n{other}\nspread_kind = "sd"\n{key} = "1e999"\n')
    (tmp_path / "claims.toml").write_text(text)
    with pytest.raises(BadFile, match=f"{key} must be a number in quotes, not '1e999'") as raised:
        read_claims(tmp_path / "claims.toml")
    assert raised.value.line == 9


def test_replication_says_all_that_is_written(tmp_path: Path) -> None:
    """Protocols, deviations and lists come as written, what is left out has its default."""
    folder = write_replication(tmp_path)
    with (folder / "replication.toml").open("a") as file:
        file.write('[protocol.other]\nsides = 20\n[[deviation]]\nwhat = "wooden dice"\nwhy = "no plastic"\n')
    found = read_replication(folder)
    assert (found.slug, found.paper, found.basis) == ("dice", "2401.00001", "independent")
    assert found.protocols == {"paper": {"epochs": 3, "dataset": "dice"}, "other": {"sides": 20}}
    assert found.allowed == ("hardware", "framework", "seeds")
    assert found.deviations[0].why == "no plastic"


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('kind = "blank"', 'kindd = "blank"', 4, "unknown key 'kindd', did you mean 'kind'?"),
        ('title = "On Dice"\n', "", 1, "'title' is missing"),
        ('paper = "2401.00001"', "paper = 2401", 2, "paper must be text in quotes"),
        ('kind = "blank"', 'kind = "blank"\nbasis = "guess"', 5, "basis must be one of author-code"),
        ('kind = "blank"', 'kind = "blank', 4, "not valid TOML"),
        ("epochs = 3", "epochs = nan", 6, "epochs must be of text, finite numbers"),
    ],
)
def test_an_error_in_replication_toml_has_its_line(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    """An unknown key, a missing one, a value of a wrong kind and broken TOML are named with file and line."""
    folder = write_replication(tmp_path)
    path = folder / "replication.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BadFile, match=why) as raised:
        read_replication(folder)
    assert (raised.value.path, raised.value.line) == (str(path), line)


def test_variants_are_the_config_with_changes(tmp_path: Path) -> None:
    """A variant's configuration is that of the tier with its own changes; its `seeds` are no part of it."""
    tier = "seeds = [3, 4]\nthreads = 2\n[config]\nepochs = 5\nwidth = 1\n"
    tier += "[variants.wide]\nwidth = 9\n[variants.few]\nseeds = [0]\n"
    folder = write_replication(tmp_path, tier=tier)
    found = read_tier(folder, "smoke")
    assert found.variants == {"wide": {"epochs": 5, "width": 9}, "few": {"epochs": 5, "width": 1}}
    assert (seeds_of(found, "wide"), seeds_of(found, "few"), found.threads) == ((3, 4), (0,), 2)
    assert tier_names(folder) == ("smoke",)
    expected = folder / "runs" / "smoke" / "few" / config_hash(found.variants["few"]) / "seed-0"
    assert run_folder(read_replication(folder), found, "few", 0) == expected


def test_a_tier_without_variants_has_one(tmp_path: Path) -> None:
    """A tier that names no variant has `main`; a tier that is not there is named with those that are."""
    folder = write_replication(tmp_path)
    assert read_tier(folder, "smoke").variants == {"main": {"epochs": 3}}
    with pytest.raises(NotFound, match="no tier 'paper'; its tiers: smoke"):
        read_tier(folder, "paper")


def test_config_hash_is_of_the_values_not_of_their_order() -> None:
    """Two orders of the same configuration are one; a changed value is another."""
    assert config_hash({"a": 1, "b": [1.5]}) == config_hash({"b": [1.5], "a": 1})
    assert config_hash({"a": 1, "b": [1.5]}) != config_hash({"a": 2, "b": [1.5]})


@pytest.mark.parametrize(
    ("tier", "line", "why"),
    [
        ("seeds = [0, 0]\n", 1, "none twice"),
        ("seeds = [-1]\n", 1, "whole numbers from 0 up"),
        ("[config]\nday = 2026-11-21\n", 2, "day must be of text"),
        ("[variants.shared]\nx = 1\n", 1, "'shared' cannot name a variant"),
        ('[variants."a:b"]\nx = 1\n', 1, "'a:b' cannot name a variant"),
        ("threads = 0\n", 1, "threads must be a whole number from 1 up"),
        ("[konfig]\n", 1, "did you mean 'config'"),
    ],
)
def test_an_error_in_a_tier_has_its_line(tmp_path: Path, tier: str, line: int, why: str) -> None:
    """What a tier cannot say is named with its line: above all what could be no folder or no JSON."""
    folder = write_replication(tmp_path, tier=tier)
    with pytest.raises(BadFile, match=why) as raised:
        read_tier(folder, "smoke")
    assert raised.value.line == line


@pytest.mark.parametrize(
    ("claims", "line", "why"),
    [
        (VALUE + 'colour = "red"\n', 7, "unknown key 'colour'"),
        (VALUE + "bound = 1.0\n", 7, "'bound' belongs to claims of kind threshold, and this is of kind value"),
        (VALUE + VALUE, 8, "another claim 'a'"),
        (VALUE.replace('measure = "a"', 'measure = ""'), 5, "measure is empty"),
        (VALUE.replace('measure = "a"\n', ""), 1, "'measure' is missing"),
        (VALUE.replace('value = "1.00"', "value = 1.0"), 6, "value must be in quotes"),
        (VALUE.replace('value = "1.00"', 'value = "about 1"'), 6, "value must be a number in quotes"),
        (VALUE.replace('"1.00"', '"1.00", spread = "0.1"'), 6, "a spread needs its spread_kind"),
        (VALUE.replace('"value"', '"valve"'), 4, "kind must be one of exact, value"),
        (VALUE + "tolerance = {why = 'so'}\n", 7, "a tolerance says how far"),
        (VALUE + 'min_seeds = "3"\n', 7, "min_seeds must be a whole number"),
        ('[[claim]]\nid = "o"\ntext = "t"\nkind = "ordering"\norder = ["a", "b"]\ndirection = ""\n', 6, "a direction"),
        (
            '[[claim]]\nid = "o"\ntext = "t"\nkind = "ordering"\norder = ["a", "a"]\ndirection = "lower"\n',
            5,
            "different",
        ),
        (
            '[[claim]]\nid = "t"\ntext = "t"\nkind = "trend"\nmeasure = "a"\nx = "w"\nexpect = "slope"\n',
            1,
            "'slope' is",
        ),
        (
            '[[claim]]\nid = "p"\ntext = "t"\nkind = "parity"\npair = ["a", "b"]\nform = "abs"\nmargin = 1\n',
            6,
            "form must",
        ),
        ('# [[claim]]\ntext = """\n[[claim]]\n"""\n' + VALUE, 2, "unknown key 'text'"),
        ("schema = 1\nclaims = []\n", 2, "did you mean 'claim'"),
    ],
)
def test_an_error_in_claims_has_its_line(tmp_path: Path, claims: str, line: int, why: str) -> None:
    """Each thing that would make a claim mean something else than was meant is an error with file and line."""
    path = tmp_path / "claims.toml"
    path.write_text(claims)
    with pytest.raises(BadFile, match=why) as raised:
        read_claims(path)
    assert raised.value.line == line


def test_claims_know_their_lines(tmp_path: Path) -> None:
    """A claim's line is that of its own header, whatever long texts before it hold."""
    path = tmp_path / "claims.toml"
    path.write_text('[[claim]]\nid = "j"\ntext = """a\n[[claim]]\nb"""\nkind = "judgement"\n\n' + VALUE)
    assert [(claim.id, claim.line) for claim in read_claims(path)] == [("j", 1), ("a", 8)]


def test_written_claims_are_read_back_the_same(tmp_path: Path) -> None:
    """A claim of each kind, written and read, is what it was; the file says what a person has to do with it."""
    place = Evidence(key="2401.00001", table="3", row="Dice", page=2, box=(1.0, 2.5, 3.0, 4.0), quote='a "six" is\n6')
    reported = Reported("0.0700", 5, 0.16, SpreadMeaning.SE, Selection.BEST)
    claims = [
        TestedClaim("e", "exact", ClaimKind.EXACT, measure="main:n", paper=Reported("6"), evidence=place),
        TestedClaim(
            "v", "v", ClaimKind.VALUE, measure="a", paper=reported, tolerance=Tolerance(0.1, None, "why"), min_seeds=5
        ),
        TestedClaim(
            "d", "d", ClaimKind.DIFFERENCE, pair=("a", "b"), form="ratio", paper=Reported("1.2"), pair_by="seed"
        ),
        TestedClaim("o", "o", ClaimKind.ORDERING, order=("a", "b", "c"), direction=Direction.LOWER, margin=0.0),
        TestedClaim("p", "p", ClaimKind.PARITY, pair=("a", "b"), form="noninferiority", margin=0.5, protocol="other"),
        TestedClaim(
            "h", "h", ClaimKind.THRESHOLD, measure="a", op="<=", bound=0.0, bound_why="a plot", role="headline"
        ),
        TestedClaim(
            "t",
            "t",
            ClaimKind.TREND,
            measure="a",
            x="w",
            expect="slope",
            log=True,
            slope=(-4.0, -2.0),
            window=(3.0, 50.0),
        ),
        TestedClaim("j", "j", ClaimKind.JUDGEMENT, status="confirmed"),
    ]
    path = tmp_path / "claims.toml"
    write_claims(path, claims)
    found = read_claims(path)
    assert [{**_words(claim), "line": 0} for claim in found] == [_words(claim) for claim in claims]
    assert all(claim.line for claim in found)
    assert 'change status to "confirmed"' in path.read_text()


def _words(claim: TestedClaim) -> dict[str, object]:
    return {name: getattr(claim, name) for name in TestedClaim.__slots__}
