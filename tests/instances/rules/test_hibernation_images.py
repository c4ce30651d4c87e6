"""Which images hibernate: those that AWS lists, from the release on that it names."""

import pytest

from instances.models import Image, InstanceType
from instances.rules.hibernation_images import listed, why_not_image
from tests.instances.operations.cloud import AL2023, AL2023_ARM, OLD, TOKYO, WINDOWS, WINDOWS_2019, Cloud, image
from virtlab.jobs.operations.refusals import Refused

RHEL, SLES = "RHEL-9.6.0_HVM-x86_64-illustrative", "suse-sles-15-sp7-hvm-ssd-x86_64-illustrative"
UBUNTU = "ubuntu/images/hvm-ssd-gp3/ubuntu-{}-amd64-server-illustrative"


@pytest.mark.usefixtures("cloud")
class TestList:
    @pytest.mark.parametrize(
        "name",
        [
            AL2023,
            AL2023_ARM,
            "amzn2-ami-hvm-2.0.20260930.0-x86_64-gp2",
            "amzn-ami-hvm-2018.03.0.20231218.0-x86_64-gp2",
            RHEL,
            UBUNTU.format("jammy-22.04"),
            WINDOWS_2019,
            "Windows_Server-2022-English-Full-Base-illustrative",
        ],
    )
    def test_it_hibernates_what_is_listed(self, name: str) -> None:
        assert why_not_image(InstanceType.objects.get(pk="m5.large"), image(name)) is None

    @pytest.mark.parametrize(
        ("name", "type_name", "why"),
        [
            (SLES, "m5.large", "does not hibernate the system"),
            ("debian-12-amd64-illustrative", "m5.large", "does not hibernate the system"),
            ("Windows_Server-2025-English-Full-Base-illustrative", "m5.large", "does not hibernate the system"),
            ("RHEL-9.6.0_HVM-arm64-illustrative", "m6g.large", "does not hibernate the system"),
            (WINDOWS, "m5.large", "from 2019-09-11 on"),
            (RHEL, "m4.large", "on Nitro alone; m4.large runs on Xen"),
            (OLD, "m4.large", "too old or paravirtual"),
        ],
    )
    def test_it_says_why_others_do_not(self, name: str, type_name: str, why: str) -> None:
        assert why in str(why_not_image(InstanceType.objects.get(pk=type_name), image(name)))

    def test_it_takes_a_labs_own_image_as_configured(self, cloud: Cloud) -> None:
        own = Image.objects.create(lab=cloud.lab, region_id=TOKYO, image_id="ami-mine", name="golden")
        assert why_not_image(InstanceType.objects.get(pk="m5.large"), own) is None

    def test_it_has_a_source_for_each_row_and_an_image_for_each_system(self) -> None:
        assert all(row["source"] and row["source_date"] for row in listed())
        assert all(Image.objects.filter(name__regex=f"^{row['pattern']}").exists() for row in listed())


class TestLaunch:
    def test_it_is_refused_with_an_image_that_can(self, cloud: Cloud) -> None:
        answers = cloud.launch_params(
            instance_type="m5.large",
            image=image(SLES).image_id,
            root_gib=40,
            hibernation="on",
            root_encrypted="on",
        )
        with pytest.raises(Refused) as refused:
            cloud.start("instance.launch", None, **answers)
        [refusal] = refused.value.refusals
        assert (refusal.field, refusal.code) == ("hibernation", "UnsupportedHibernationConfiguration")
        [way] = refusal.ways_out
        cloud.start("instance.launch", None, **{**answers, **way.params})
