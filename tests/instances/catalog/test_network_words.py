"""EC2's words for a type's network, in both languages."""

import pytest
from django.utils.translation import override

from instances.catalog.network_words import network_text
from instances.models import InstanceType


@pytest.mark.parametrize(
    ("performance", "japanese"),
    [
        ("Up to 12.5 Gigabit", "最大 12.5 ギガビット"),
        ("50 Gigabit", "50 ギガビット"),
        ("4x 100 Gigabit", "4x 100 ギガビット"),
        ("Low to Moderate", "低～中"),
        ("", "–"),
    ],
)
def test_it_says_it_in_the_readers_language(performance: str, japanese: str) -> None:
    assert network_text(performance) == performance or not performance
    with override("ja"):
        assert network_text(performance) == japanese


def test_it_leaves_no_types_network_in_english(catalog: None) -> None:
    words = set(InstanceType.objects.exclude(network_performance="").values_list("network_performance", flat=True))
    assert len(words) > 50
    with override("ja"):
        left = {one for one in words if network_text(one) == one}
    assert not left
