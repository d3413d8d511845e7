"""The badge: counts, the tier and the scale; green only where all was tested at full scale and agrees."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from paperlab.replication.reports.badge import _GREEN, badge_svg, badge_text
from paperlab.types import Comparison, Outcome
from told_replications import REDUCED, agrees, comparison, differs, ordering, reduced, tier, trend, value_claim, verdict


def fill(told: Comparison) -> str:
    """Return the colour behind the words."""
    found = re.findall(r'<path [^>]*fill="(#\w+)"', badge_svg(told))
    return str(found[0])


def test_the_words_are_counts_and_the_scale() -> None:
    """Never a score."""
    told = comparison(agrees(), agrees(), differs(), ordering(Outcome.CANNOT_TELL))

    assert badge_text(told) == "2 agree, 1 differs, 1 cannot tell (full scale)"
    assert badge_text(reduced()) == "1 pattern observed, 1 not observed, 1 not comparable (reduced scale)"


def test_scales_are_told_apart_where_both_occur() -> None:
    """What agrees at full scale is not mixed with what was seen at another."""
    told = comparison(agrees(), ordering(Outcome.OBSERVED, scope=REDUCED), trend(Outcome.OBSERVED, scope=REDUCED))

    assert badge_text(told) == "1 agrees (full scale); 2 patterns observed (reduced scale)"


def test_what_was_not_measured_has_no_scale() -> None:
    """It stands apart behind the rest."""
    others = (verdict(value_claim("a"), Outcome.NOT_RUN), verdict(value_claim("b"), Outcome.UNCONFIRMED))

    assert badge_text(comparison(agrees(), *others)) == "1 agrees (full scale); 1 not run, 1 not confirmed"
    assert badge_text(comparison(*others)) == "1 not run, 1 not confirmed"


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in {Outcome.AGREES, Outcome.BETTER}])
def test_it_is_green_only_where_everything_agrees(outcome: Outcome) -> None:
    """One claim of any other outcome takes the green away."""
    assert fill(comparison(agrees(), ordering())) == _GREEN
    assert fill(comparison(agrees(), verdict(value_claim("other"), outcome))) != _GREEN


def test_a_reduced_one_says_so_and_is_never_green() -> None:
    """Whatever its verdicts say."""
    for told in (reduced(), comparison(agrees(scope=REDUCED)), comparison(agrees(), ordering(scope=REDUCED))):
        assert "reduced scale" in badge_svg(told)
        assert fill(told) != _GREEN


def test_no_claims_are_no_success() -> None:
    """Nothing measured is grey."""
    told = Comparison(comparison().replication, tier(), (), (), (), "no claims")

    assert badge_text(told) == "no claims"
    assert fill(told) != _GREEN


def test_it_is_an_image_that_names_its_tier_and_can_be_read_aloud() -> None:
    """Well formed also where a tier has an odd name."""
    root = ET.fromstring(badge_svg(comparison(tier=tier(name='<a&b"'))))

    assert root.attrib["aria-label"].startswith('replication · <a&b": ')
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == 'replication · <a&b"'
    for element in root.iter("{http://www.w3.org/2000/svg}text"):
        assert float(element.attrib["x"]) + float(element.attrib["textLength"]) < float(root.attrib["width"])
