"""Machine images: what their names say, and loading them."""

from datetime import date

import pytest

from instances.catalog import files
from instances.catalog.build.images import has_drivers, operating_system
from instances.catalog.load import load_catalog
from instances.models import Image
from instances.rules.availability import images_for, usual_image
from tests.instances.operations.cloud import TOKYO, Cloud


@pytest.mark.parametrize(
    ("name", "system", "drivers"),
    [
        ("al2023-ami-2023.12.20260930.0-kernel-6.12-x86_64", "linux", True),
        ("al2027-preview-ami-minimal-2027.0.20260914.0-kernel-7.1-arm64", "linux", True),
        ("amzn2-ami-hvm-2.0.20260930.0-x86_64-gp2", "linux", True),
        ("amzn-ami-hvm-2018.03.0.20231218.0-x86_64-ebs", "linux", True),
        ("amzn-ami-hvm-2017.09.1.20171103-x86_64-gp2", "linux", False),
        ("ubuntu/images/hvm-ssd/ubuntu-trusty-14.04-amd64-server-20170727", "linux", False),
        ("ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-amd64-server-20170721", "linux", True),
        ("RHEL-7.4_HVM_GA-20170808-x86_64-2-Hourly2-GP2", "rhel", True),
        ("RHEL-7.3_HVM_GA-20161026-x86_64-1-Hourly2-GP2", "rhel", False),
        ("suse-sles-12-sp3-v20170907-hvm-ssd-x86_64", "suse", True),
        ("suse-sles-12-sp1-v20160301-hvm-ssd-x86_64", "suse", False),
        ("Windows_Server-2016-English-Full-Base-2017.10.13", "windows", True),
        ("Windows_Server-2008-R2_SP1-English-64Bit-Base-2017.10.13", "windows", True),
        ("Windows_Server-2003-R2_SP2-English-64Bit-Base-2017.10.13", "windows", False),
        ("Windows_Server-2025-English-Full-Base-illustrative", "windows", True),
        ("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-illustrative", "linux", True),
        ("RHEL-10.0.0_HVM-x86_64-illustrative", "rhel", True),
        ("suse-sles-15-sp7-hvm-ssd-arm64-illustrative", "suse", True),
        ("debian-13-arm64-illustrative", "linux", True),
        ("debian-8-amd64-2018", "linux", False),
        ("something else", "linux", False),
    ],
)
def test_it_tells_system_and_drivers_by_the_name(name: str, system: str, drivers: bool) -> None:
    assert (operating_system(name), has_drivers(name, "hvm")) == (system, drivers)
    assert not has_drivers(name, "paravirtual")


@pytest.mark.usefixtures("catalog")
class TestImages:
    def test_it_has_images_of_every_region_with_source_and_date(self) -> None:
        public = Image.objects.filter(lab=None)
        assert len(set(public.values_list("region", flat=True))) == 30
        assert public.filter(region=TOKYO).count() == 56
        assert not public.filter(source="").exists()
        assert not public.filter(source_date="").exists()

    def test_it_calls_the_older_ones_an_assumption(self) -> None:
        names = {row["name"] for row in files.read(files.FACTS / "older_images.csv")}
        older = Image.objects.filter(region=TOKYO, name__in=names)
        assert older.count() == 9
        assert all(image.source.startswith("Assumption") and not image.current for image in older)
        assert set(older.values_list("virtualization", flat=True)) == {"hvm", "paravirtual"}

    @pytest.mark.parametrize(
        ("start", "architectures", "root_gib"),
        [
            ("Windows_Server-2019-", {"x86_64"}, 30),
            ("Windows_Server-2022-", {"x86_64"}, 30),
            ("Windows_Server-2025-", {"x86_64"}, 30),
            ("ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-", {"x86_64", "arm64"}, 8),
            ("RHEL-10.", {"x86_64", "arm64"}, 10),
            ("suse-sles-15-sp7-", {"x86_64", "arm64"}, 10),
            ("debian-13-", {"x86_64", "arm64"}, 8),
        ],
    )
    def test_it_has_todays_systems_in_every_region_and_says_that_they_are_illustrative(
        self, start: str, architectures: set[str], root_gib: int
    ) -> None:
        images = Image.objects.filter(lab=None, name__startswith=start)
        assert images.count() == 30 * len(architectures)
        assert set(images.values_list("architecture", flat=True)) == architectures
        assert {(one.current, one.illustrative, one.ena, one.root_gib) for one in images} == {
            (True, True, True, root_gib)
        }
        assert all(one.image_id.startswith("ami-example-") and one.source.startswith("Illustrative") for one in images)
        assert all(one.support_ends and one.support_ends > date(2026, 11, 28) for one in images)

    def test_it_knows_when_makers_stop_to_support_a_system(self) -> None:
        rows = files.read(files.FACTS / "support_ends.csv")
        assert all(row["source"] and row["source_date"] for row in rows)
        ended = Image.objects.filter(region=TOKYO, support_ends__lt=date(2026, 11, 28))
        assert {one.name.split("-")[0] for one in ended} >= {"Windows_Server", "RHEL", "suse", "amzn", "amzn2"}

    def test_it_never_gives_a_paravirtual_image_drivers(self) -> None:
        assert not Image.objects.filter(virtualization="paravirtual", ena=True).exists()

    def test_it_repairs_public_images_and_leaves_those_of_labs(self, cloud: Cloud) -> None:
        mine = Image.objects.create(lab=cloud.lab, region_id=TOKYO, image_id="ami-mine", name="golden")
        broken, extra = Image.objects.filter(region=TOKYO, lab=None).order_by("pk")[:2]
        Image.objects.filter(pk=broken.pk).update(ena=not broken.ena)
        Image.objects.filter(pk=extra.pk).update(image_id="ami-withdrawn", current=True)
        done = load_catalog()["images"]
        assert (done.created, done.changed, done.removed) == (1, 1, 1)
        assert Image.objects.get(pk=broken.pk).ena == broken.ena
        assert not Image.objects.get(pk=extra.pk).current
        assert Image.objects.get(pk=mine.pk).name == "golden"

    def test_it_offers_public_images_and_the_labs_own(self, cloud: Cloud) -> None:
        Image.objects.create(lab=cloud.lab, region_id=TOKYO, image_id="ami-mine", name="golden")
        other = Image.objects.create(lab=None, region_id="us-east-1", image_id="ami-other", name="elsewhere")
        offered = images_for(cloud.lab, TOKYO)
        assert offered.filter(name="golden").exists()
        assert other not in offered
        usual = usual_image(TOKYO, "arm64")
        assert usual is not None
        assert usual.name.startswith("al2023-ami-2023")
