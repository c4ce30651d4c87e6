"""Texts that are kept and read in each viewer's language."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from virtlab.jobs.choices import JobState
from virtlab.jobs.text import Text, say


class TestText:
    def test_it_survives_the_database(self) -> None:
        text = say(_("Move %(vm)s to %(host)s"), vm="db-01", host="kvm-02")
        assert str(Text.from_json(text.as_json())) == "Move db-01 to kvm-02"

    def test_it_keeps_the_source_language_whoever_writes_it(self) -> None:
        with translation.override("ja"):
            text = say(_("Cancelled"))
        assert text.message == "Cancelled"

    def test_it_holds_texts_and_labels(self) -> None:
        inner = say(_("%(gib).1f GiB"), gib=1.25)
        assert str(say(_("%(state)s: %(what)s"), state=JobState.FAILED.label, what=inner)) == "Failed: 1.2 GiB"

    @pytest.mark.parametrize(
        ("language", "gib", "said"),
        [
            ("en", 14_210, "14,210 GiB"),
            ("en", 1240.0, "1,240 GiB"),
            ("en", 1240.44, "1,240.4 GiB"),
            ("en", 12_288.0, "12,288 GiB"),
            ("en", 10.0, "10.0 GiB"),
            ("ja", 14_210, "14,210 GiB"),
        ],
    )
    def test_it_writes_sizes_as_pages_do(self, language: str, gib: float, said: str) -> None:
        with translation.override(language):
            assert str(say("%(gib).1f GiB, %% of it", gib=gib)) == f"{said}, % of it"

    def test_it_keeps_numbers_of_things_and_rates_as_they_are(self) -> None:
        text = say("job %(id)s, %(year)s, %(rate).0f MiB/s, %(share)g %%", id=12345, year=2026, rate=2500.0, share=1.5)
        assert str(text) == "job 12345, 2026, 2,500 MiB/s, 1.5 %"

    def test_it_leaves_a_percent_sign_alone(self) -> None:
        assert str(say("100 %")) == "100 %"

    def test_it_is_empty_for_nothing(self) -> None:
        assert not Text.from_json(None)
        assert str(Text("")) == ""
