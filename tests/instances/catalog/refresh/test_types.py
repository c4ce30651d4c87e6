"""Instance types read anew from what the cloud describes: moto answers as AWS does."""

import importlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from moto import mock_aws

from instances.catalog.load import load_catalog
from instances.models import CatalogRefresh, InstanceType, Offering

TOKYO = "ap-northeast-1"


def refresh(**options: object) -> str:
    """What the command says."""
    said = StringIO()
    call_command("refresh_catalogue", region=TOKYO, types=True, stdout=said, **options)
    return said.getvalue()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that are none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")


@pytest.mark.usefixtures("catalog", "cloud")
class TestTypes:
    @mock_aws
    def test_it_finds_the_catalogue_as_it_is(self) -> None:
        said = refresh(dry_run=True)
        assert "instance types: 0 new, 0 changed, 0 gone" in said
        assert "offered in zones: 0 new, 0 changed, 0 gone" in said

    @mock_aws
    def test_it_mends_types_and_offerings_and_tells_what_differed(self) -> None:
        InstanceType.objects.filter(name="m5.large").update(memory_mib=4096)
        Offering.objects.filter(region=TOKYO, instance_type="m7i.large").delete()
        Offering.objects.create(region_id=TOKYO, instance_type_id="trn1.32xlarge", zones="z")
        Offering.objects.filter(region=TOKYO, instance_type="c5.large").update(zones="a")
        said = refresh()
        assert "changed  m5.large  memory_mib 4096 → memory_mib 8192" in said
        assert "offered in zones: 1 new, 1 changed, 1 gone" in said
        mended = InstanceType.objects.get(name="m5.large")
        assert (mended.memory_mib, mended.source) == (8192, f"Amazon EC2 DescribeInstanceTypes, {TOKYO}")
        assert Offering.objects.filter(region=TOKYO).count() == 1202

    @mock_aws
    def test_it_stays_when_the_committed_tables_are_loaded_again(self) -> None:
        InstanceType.objects.filter(name="m5.large").update(memory_mib=4096)
        refresh()
        Offering.objects.filter(region=TOKYO, instance_type="m7i.large").delete()
        load_catalog()
        assert InstanceType.objects.get(name="m5.large").source.endswith(TOKYO)
        assert not Offering.objects.filter(region=TOKYO, instance_type="m7i.large").exists()
        CatalogRefresh.objects.all().delete()
        load_catalog()
        assert Offering.objects.filter(region=TOKYO, instance_type="m7i.large").exists()


@pytest.mark.usefixtures("catalog")
class TestWithout:
    def test_it_says_that_boto3_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> None:
            raise ModuleNotFoundError(name)

        monkeypatch.setattr(importlib, "import_module", missing)
        with pytest.raises(CommandError, match="needs boto3, which is not installed"):
            refresh()

    def test_it_says_that_the_cloud_gave_no_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        with pytest.raises(CommandError, match=f"no answer for {TOKYO}"):
            refresh()
