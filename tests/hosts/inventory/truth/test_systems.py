"""Operating systems keep their versions, and are what their names say."""

import pytest

from hosts.catalog.load import load_server_models
from hosts.inventory.write import create_estate
from tests.hosts.inventory.truth.cases import reading_of, vms_of
from virtlab.engine.systems.names import system_of
from virtlab.engine.systems.support import has_nitro_drivers, support_ends
from virtlab.labs.models import Lab


class TestSystems:
    def test_it_tells_kinds_by_the_whole_name(self) -> None:
        assert {name: vm.operating_system for name, vm in vms_of("os_names.xlsx").items()} == {
            "fedora": "linux",
            "windriver": "linux",
            "solaris": "other",
            "freebsd": "other",
            "win10": "winclient",
            "win2003": "windows",
        }

    def test_it_calls_no_system_unknown_that_it_knows(self) -> None:
        assert not reading_of("os_names.xlsx").log.counts["os-assumed"]

    @pytest.mark.django_db
    def test_it_keeps_the_version_with_what_follows_from_it(self) -> None:
        load_server_models()
        lab = Lab.objects.create(name="Ren's lab")
        create_estate(lab, reading_of("os_names.xlsx").inventory)
        old = system_of(lab.workloads.get(name="win2003").system_name)
        assert (old.version, old.bits, has_nitro_drivers(old)) == ("2003", 32, False)
        ends = support_ends(old)
        assert ends is not None
        assert ends.year == 2015
        assert system_of(lab.workloads.get(name="solaris").system_name).runs_on_ec2 is False
