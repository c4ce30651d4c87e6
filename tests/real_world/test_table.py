"""What operations are called outside: complete, in both languages, and made of commands and codes that exist."""

import re
import shlex
from io import StringIO

import botocore.session
import pytest
from botocore import xform_name
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from tests.jobs.estate import Estate, make_estate
from tests.support.visitors import give_to
from virtlab.jobs.operations.real_world import AWS, CONSOLES, REAL_WORLD, RealWorld, register_real_world
from virtlab.jobs.operations.registry import OPERATIONS

WAYS = [(name, way) for name, ways in REAL_WORLD.items() for way in ways]
CODE = re.compile(r"[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)*|VIR_ERR_[A-Z_]+")
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
COMMANDS = {
    "Hyper-V": re.compile(r"[A-Z][a-z]+-[A-Z]\w+( |$)"),
    "KVM": re.compile(r"(virsh|virt-clone|virt-install|qemu-img|vgextend|sudo systemctl) "),
}


@pytest.fixture
def mine(db: None, aiko: Client) -> Estate:
    """An estate in Aiko's lab."""
    estate = make_estate()
    give_to(aiko, estate.lab)
    return estate


class TestTable:
    def test_it_says_it_of_every_operation_of_both_sides(self) -> None:
        sides = {name for name, operation in OPERATIONS.items() if operation.__module__.startswith(("hosts", "instan"))}
        assert len(sides) > 50
        assert REAL_WORLD.keys() == sides

    def test_it_says_something_in_every_row(self) -> None:
        assert not [name for name, way in WAYS if not (way.console or way.cli or way.note)]
        assert not [name for name, way in WAYS if not way.product and (way.console or way.cli or way.errors)]

    def test_it_has_codes_that_look_like_codes(self) -> None:
        codes = [code for _name, way in WAYS for code in way.errors]
        assert codes
        assert not [code for code in codes if not CODE.fullmatch(code)]
        assert not [name for name, way in WAYS if len(set(way.errors)) < len(way.errors)]

    @pytest.mark.parametrize("text", ["console", "note"])
    def test_it_has_consoles_and_notes_in_both_languages(self, text: str) -> None:
        for name, way in WAYS:
            with override("en"):
                english = str(getattr(way, text))
            with override("ja"):
                japanese = str(getattr(way, text))
            assert not JAPANESE.search(english), name
            assert bool(JAPANESE.search(japanese)) == bool(english), name
            assert english.count("→") == japanese.count("→"), name

    def test_it_names_the_console_of_a_path(self) -> None:
        assert {way.product for _name, way in WAYS if way.console} == {*CONSOLES, "Windows"}

    def test_it_takes_a_table_once(self) -> None:
        with pytest.raises(ValueError, match=r"vm\.resize"):
            register_real_world({"vm.resize": [RealWorld("vSphere")]})


class TestCommands:
    def test_it_calls_aws_with_operations_and_options_that_exist(self) -> None:
        session = botocore.session.Session()
        lines = [line for _name, way in WAYS if way.product == AWS for line in way.cli.splitlines()]
        assert len(lines) > 25
        for line in lines:
            program, service, command, *words = shlex.split(line)
            model = session.get_service_model(service)
            operation = {xform_name(name, "-"): name for name in model.operation_names}[command]
            shape = model.operation_model(operation).input_shape
            assert shape is not None
            known = {xform_name(member, "-") for member in shape.members} | {"count"}
            options = {word.removeprefix("--").removeprefix("no-") for word in words if word.startswith("--")}
            assert (program, options - known) == ("aws", set()), line

    @pytest.mark.parametrize("product", COMMANDS)
    def test_it_calls_each_product_by_its_own_commands(self, product: str) -> None:
        lines = [line for _name, way in WAYS if way.product == product for line in way.cli.splitlines()]
        assert len(lines) > 10
        assert not [line for line in lines if not COMMANDS[product].match(line)]

    def test_it_is_told_by_the_command_line(self) -> None:
        out = StringIO()
        call_command("operate", "lab", "vm.resize", "--real-world", stdout=out)
        assert "virsh setvcpus db-01 4 --live" in out.getvalue()
        assert "CpuHotPlugNotSupported" in out.getvalue()
        out = StringIO()
        call_command("operate", "--real-world", stdout=out)
        assert "aws ec2 modify-instance-attribute" in out.getvalue()


class TestShown:
    def test_it_is_in_the_api(self, mine: Estate, aiko: Client) -> None:
        rows = aiko.get(f"/api/labs/{mine.lab.slug}/operations", headers={"accept-language": "ja"}).json()
        row = next(row for row in rows if row["name"] == "instance.change_type")
        [way] = row["real_world"]
        assert way["product"] == "AWS"
        assert way["console"].endswith("アクション → インスタンスの設定 → インスタンスタイプを変更 → 適用")
        assert way["errors"][:2] == ["IncorrectInstanceState", "InvalidInstanceAttributeValue"]

    def test_it_stands_on_the_operations_pages(self, mine: Estate, aiko: Client) -> None:
        base, query = f"/labs/{mine.lab.slug}/jobs", f"?subject={mine.vms[0].pk}&subject={mine.vms[1].pk}"
        for page in (f"{base}/operations/vm.resize/{query}", f"{base}/bulk/vm.resize/{query}"):
            text = aiko.get(page).content.decode()
            assert "VM → Actions → Edit Settings… → Virtual Hardware" in text
            assert "Set-VM -VM db-01 -NumCpu 4 -MemoryGB 16" in text
            assert "MemoryHotPlugNotSupported" in text

    def test_it_says_where_there_is_no_command(self, mine: Estate, aiko: Client) -> None:
        page = aiko.get(f"/labs/{mine.lab.slug}/jobs/operations/host.fail/?subject={mine.hosts[0].pk}")
        assert "Pull the plug" in page.content.decode()
