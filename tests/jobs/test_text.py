"""Texts that are kept and read in each viewer's language."""

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

    def test_it_leaves_a_percent_sign_alone(self) -> None:
        assert str(say("100 %")) == "100 %"

    def test_it_is_empty_for_nothing(self) -> None:
        assert not Text.from_json(None)
        assert str(Text("")) == ""
