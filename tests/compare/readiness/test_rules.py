"""What each rule finds, by what an inventory states."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from instances.catalog.queries import type_table
from instances.rules.readiness.ports import Ports, most_volumes_left
from tests.compare.readiness.conftest import STATED, CaseRows, Ready
from virtlab.compare.readiness.rules import BY_CODE, RULES
from virtlab.compare.readiness.words import Effect, State, Target

pytestmark = pytest.mark.django_db
FOUND: dict[str, dict[str, Any]] = {
    "raw-disks": {"raw_disks": 1},
    "shared-disks": {"shared_disks": 2},
    "independent-disks": {"independent_disks": 1},
    "snapshots": {"snapshots": 3},
    "consolidation": {"consolidation": True},
    "uefi": {"firmware": "efi"},
    "secure-boot": {"secure_boot": True},
    "encrypted": {"encrypted": True},
    "vtpm": {"vtpm": True},
    "old-hardware": {"hardware": 8},
    "usb": {"usb_devices": 1},
    "passthrough": {"passthrough": True},
    "cd-connected": {"cd_connected": 1},
    "fault-tolerance": {"fault_tolerance": True},
    "affinity": {"affinity": True},
    "tools-missing": {"tools": "none"},
    "tools-old": {"tools": "old"},
    "unreachable": {"connected": False},
    "interfaces": {"nics": 20},
    "attachments": {"disks": 200},
    "disk-too-large": {"largest_disk_gib": 70_000},
    "volumes-beyond-import": {"disks": 22},
    "windows-before-2016": {"os_text": "Windows Server 2012 R2"},
    "windows-drivers": {"os_text": "Windows Server 2019"},
    "disks-unknown": {"disk_gib": 0.0, "disk_used_gib": 0.0},
    "suspended": {"power_state": "suspended"},
    "off": {"power_state": "stopped"},
    "memory-beyond-types": {"memory_mib": 40 * 1024 * 1024},
    "vcpu-beyond-hosts": {"vcpu": 2000},
    "vcpu-beyond-types": {"vcpu": 2000},
    "system-stays": {"os_text": "AIX 7.2", "operating_system": "other"},
    "support-ended": {"os_text": "Windows Server 2003"},
    "support-sold": {"os_text": "Red Hat Enterprise Linux 7.9", "operating_system": "rhel"},
    "support-undated": {"os_text": "Fedora 44", "operating_system": "linux"},
    "no-nitro-drivers": {"os_text": "Windows Server 2003"},
    "no-type": {"os_text": "Windows Server 2003 (32-bit)", "vcpu": 64},
    "bits-32": {"os_text": "Windows Server 2008 (32-bit)"},
    "windows-client": {"os_text": "Windows 10", "operating_system": "winclient"},
    "windows-arm": {"architecture": "arm64"},
    "arm": {"architecture": "arm64", "operating_system": "linux", "os_text": "Ubuntu 24.04"},
    "not-linux": {},
    "licence-by-cores": {"application": "SQL Server"},
    "keeps-data": {"application": "PostgreSQL"},
    "to-build": {"operating_system": "linux", "os_text": "Ubuntu 24.04"},
    "demand-unknown": {"cpu_mean": None, "memory_mean": None, "usage_from": ""},
}
SINCE_STATED = {"support-ends-soon", "beyond-functions", "called"}
"""Rules that the clock, or two facts together, decide: they have tests of their own."""


def test_it_has_a_case_for_every_rule() -> None:
    assert set(BY_CODE) == set(FOUND) | SINCE_STATED
    assert len(BY_CODE) == len(RULES)


@pytest.mark.parametrize("code", FOUND)
def test_it_finds_what_is_stated_and_says_so(ready: Ready, code: str) -> None:
    row = ready(**FOUND[code])
    assert code in row.found_codes
    finding = next(finding for finding in row.findings if finding.rule.code == code)
    assert finding.evidence
    assert finding.effects
    assert str(finding.rule.remedy) in finding.sentence
    assert finding.rule.source


def test_it_finds_nothing_in_a_machine_that_nothing_speaks_against(ready: Ready) -> None:
    row = ready(name="plain-app", application="Web shop")
    assert row.found_codes == {"not-linux", "windows-drivers"}
    assert row.ec2 == State.READY
    assert row.hosts == State.READY
    assert row.containers == State.NOT


@pytest.mark.parametrize("fact", sorted(set(STATED) - {"disks", "nics", "firmware", "tools"}))
def test_it_knows_nothing_that_was_not_stated(ready: Ready, fact: str) -> None:
    row = ready(bare=True, **{key: value for key, value in STATED.items() if key != fact})
    lacking = {code for code, facts in FOUND.items() if fact in facts}
    assert lacking
    assert lacking <= row.unknown_codes


def test_it_does_not_know_how_many_volumes_are_left_of_a_limit_that_is_not_known(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ports, "volumes_left", lambda _ports, interfaces: np.full(len(interfaces), np.nan))
    assert "attachments" in ready(disks=40).unknown_codes


@pytest.mark.parametrize("nics", [1, 8])
def test_it_takes_adapters_off_what_any_type_attaches(catalog: None, nics: int) -> None:
    table = type_table("ap-northeast-1")
    each = np.where(table.shared_volumes, table.volumes - (nics - 1), table.volumes)[table.choosable]
    assert most_volumes_left(table, np.array([float(nics)])).tolist() == [np.nanmax(each)]


def test_it_is_not_ready_where_no_type_with_a_gpu_starts_the_system(ready: Ready) -> None:
    row = ready(os_text="Red Hat Enterprise Linux 6 (64-bit)", operating_system="rhel", passthrough=True)
    assert row.ec2 == State.NOT
    assert "memory-beyond-types" not in row.found_codes
    finding = next(finding for finding in row.findings if finding.rule.code == "no-type")
    assert finding.evidence.startswith("No type with a GPU starts it")


@pytest.mark.parametrize(("size", "state"), [((2, 4), State.CONDITIONS), ((4, 2), State.NOT)])
def test_it_takes_32_bits_as_the_comparison_does(ready: Ready, size: tuple[int, int], state: State) -> None:
    demand = {"cpu_mean": None, "memory_mean": None, "usage_from": ""}
    shape = {"vcpu": size[0], "memory_mib": size[1] * 1024}
    row = ready(os_text="Microsoft Windows Server 2003 (32-bit)", **shape, **demand)
    assert (row.ec2, "no-type" in row.found_codes) == (state, state == State.NOT)
    assert "no-nitro-drivers" not in row.found_codes


def test_it_says_that_a_newer_type_is_priced_for_after_the_upgrade_of_an_old_windows(ready: Ready) -> None:
    def evidence(system: str) -> str:
        row = ready(name=system, os_text=system)
        return next((it.evidence for it in row.findings if it.rule.code == "windows-before-2016"), "")

    assert evidence("Windows Server 2012 R2").endswith("is priced for after the upgrade")
    assert evidence("Windows Server 2003") == "Windows Server 2003", "it has a type on Xen"
    assert not evidence("Windows Server 2016")


def test_it_does_not_call_small_what_a_system_does_not_start_on(ready: Ready) -> None:
    row = ready(os_text="Microsoft Windows Server 2003 (32-bit)", vcpu=4, memory_mib=8 * 1024)
    assert not row.found_codes & {"memory-beyond-types", "vcpu-beyond-types"}
    finding = next(finding for finding in row.findings if finding.rule.code == "no-type")
    assert finding.evidence.endswith("Its system has 32 bits: a few small types of the Xen generation alone start it.")


def test_it_calls_no_machine_ready_for_lack_of_data(ready: Ready) -> None:
    row = ready(bare=True, name="plain-app", application="Web shop")
    assert (row.ec2, row.hosts) == (State.NOT_ASSESSED, State.NOT_ASSESSED)


def test_it_says_nothing_of_a_system_that_nobody_knows(ready: Ready) -> None:
    row = ready(os_text="", operating_system="other", snapshots=1)
    assert "snapshots" in row.found_codes
    assert "system-stays" in row.unknown_codes
    assert row.ec2 == State.NOT_ASSESSED


def test_it_is_stopped_by_what_stops_it_whatever_else_is_known(ready: Ready) -> None:
    row = ready(bare=True, os_text="AIX 7.2", operating_system="other")
    assert (row.ec2, row.containers, row.serverless) == (State.NOT, State.NOT, State.NOT)
    assert row.hosts == State.CONDITIONS


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 1), set()),
        (date(2026, 12, 1), {"support-ends-soon"}),
        (date(2027, 2, 1), {"support-sold"}),
        (date(2030, 2, 1), {"support-ended"}),
    ],
)
def test_it_warns_a_year_before_support_ends(
    ready: Ready, monkeypatch: pytest.MonkeyPatch, day: date, expected: set[str]
) -> None:
    monkeypatch.setattr("virtlab.compare.readiness.machines.timezone.localdate", lambda: day)
    row = ready(os_text="Windows Server 2016")
    assert {code for code in row.found_codes if code.startswith("support")} == expected


def test_it_takes_a_call_too_long_for_a_function(ready: Ready) -> None:
    called = {"event_driven": True, "requests_per_month": 10.0, "operating_system": "linux", "os_text": "Debian 13"}
    short, long = ready(**called, request_duration_ms=900.0), ready(name="b", **called, request_duration_ms=1e6)
    assert (short.serverless, long.serverless) == (State.CONDITIONS, State.NOT)
    assert "called" not in short.unknown_codes


def test_it_has_rules_of_every_effect_for_every_target() -> None:
    effects = [rule.effects for rule in RULES]
    assert all(effect for of_rule in effects for effect in of_rule.values())
    assert {target for of_rule in effects for target in of_rule} == set(Target)
    assert {effect for of_rule in effects for effect in of_rule.values()} == set(Effect) - {Effect.NONE}


def test_it_tells_systems_apart(case: CaseRows) -> None:
    rows = case("os_names.xlsx")
    codes = {name: row.found_codes for name, row in rows.items()}
    assert {"support-ended", "bits-32", "no-type"} <= codes["win2003"]
    assert "no-nitro-drivers" not in codes["win2003"], "no type of that generation starts 32 bits"
    assert {"support-sold", "windows-client"} <= codes["win10"]
    assert "system-stays" in codes["solaris"]
    assert not codes["fedora"] & {"system-stays", "not-linux", "windows-client"}
    assert not codes["windriver"] & {"system-stays", "not-linux", "windows-client"}
    assert rows["solaris"].ec2 == State.NOT
    assert rows["win10"].ec2 == State.CONDITIONS
    assert "memory-beyond-types" not in codes["win2003"], "other types have as much"
    assert rows["win2003"].ec2 == State.NOT


def test_it_tells_sizes_and_architectures_apart(case: CaseRows) -> None:
    rows = case("edge_sizes.csv")
    assert {name for name, row in rows.items() if row.ec2 == State.NOT} == {
        *("aix", "sol", "arm-win", "hana-12t", "hana-24t")
    }
    assert "disk-too-large" in rows["disk80t"].unknown_codes
    assert rows["disk80t"].ec2 == State.NOT_ASSESSED
    assert rows["tiny"].ec2 == State.NOT_ASSESSED


class TestDisks:
    def test_it_takes_the_largest_single_disk(self, ready: Ready) -> None:
        many = {"disk_gib": 120_000.0, "disks": 4}
        assert "disk-too-large" not in ready(**many, largest_disk_gib=40_000).found_codes
        assert "disk-too-large" in ready(name="b", **many, largest_disk_gib=66_000).found_codes

    def test_it_does_not_know_where_only_the_sum_is_known(self, ready: Ready) -> None:
        row = ready(disk_gib=70_000.0, disks=2)
        assert "disk-too-large" in row.unknown_codes
        assert row.ec2 == State.NOT_ASSESSED
        assert "disk-too-large" in ready(name="one", disk_gib=70_000.0, disks=1).found_codes
        assert "disk-too-large" not in ready(name="small", disk_gib=60_000.0, disks=2).unknown_codes

    def test_it_imports_twenty_one_at_once(self, ready: Ready) -> None:
        assert "volumes-beyond-import" not in ready(disks=21).found_codes
        row = ready(name="b", disks=22)
        assert "volumes-beyond-import" in row.found_codes
        assert row.ec2 == State.CONDITIONS


class TestWindows:
    @pytest.mark.parametrize(
        ("system", "older"),
        [
            ("Windows Server 2008 R2", True),
            ("Microsoft Windows Server 2012 (64-bit)", True),
            ("Microsoft Windows Server 2016 or later (64-bit)", False),
            ("Windows Server 2022", False),
            ("Windows 7", True),
            ("Windows 10", False),
            ("Windows XP", True),
            ("Microsoft Windows", None),
            ("Ubuntu 24.04", False),
        ],
    )
    def test_it_tells_what_aws_did_not_test(self, ready: Ready, system: str, older: bool | None) -> None:
        row = ready(os_text=system)
        assert ("windows-before-2016" in row.found_codes) is (older is True)
        assert ("windows-before-2016" in row.unknown_codes) is (older is None)
        if older:
            assert row.ec2 == State.CONDITIONS
            assert "windows-drivers" not in row.found_codes


def test_it_says_beside_ready_what_is_not_known(ready: Ready) -> None:
    known = ready(name="plain-app", application="Web shop")
    assert known.words(Target.EC2) == "ready"
    bare = {"raw_disks": 0, "shared_disks": 0, "disks": 1}
    row = ready(bare=True, name="plain-vm", application="Web shop", **bare)
    assert row.ec2 == State.READY
    assert row.unknowns(Target.EC2) > 5
    assert row.words(Target.EC2) == f"ready, {row.unknowns(Target.EC2)} facts not known"
    assert row.assessment.all_known(Target.EC2) == 0
