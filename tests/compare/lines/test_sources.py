"""Every line, on both sides and with all that is off by default put in, has its formula, sources, dates and kinds."""

from tests.compare.conftest import report_of
from tests.compare.lines.test_unpriced import EVERYTHING
from tests.compare.onprem.test_lines import ALL_ON
from virtlab.compare.parameters import ALL_GROUPS
from virtlab.compare.report.explain import explanation
from virtlab.labs.models import Lab, Workload
from virtlab.labs.parameters import SPECS

IN_THE_CLOUD = {
    "load_balancer_units": 2,
    "vpn_connections": 1,
    "direct_connect_ports": 1,
    "direct_connect_gb": 100,
    "logs_gb": 10,
    "monitoring_usd_per_instance": 3,
    "sql_server_edition": 2,
    "support_plan": 2,
    "private_discount_pct": 5,
    "spot_share_pct": 10,
    "coverage_pct": 80,
    "training_usd": 100,
    "decommissioning_usd": 100,
    "snapshots": 1,
}
OFF_BY_DEFAULT = {
    *("cooling", "floor", "second_site", "tax", "sql", "assurance", "switches", "san_usd", "firewall_usd"),
    *("backup_software_vm", "backup_software_tb", "monitoring_host", "monitoring_vm", "write_off", "training_usd"),
    *("decommissioning_usd", "nat", "nat_data", "load_balancers", "ipv4", "zones", "load_units", "vpn", "logs"),
    *("direct_connect", "direct_connect_data", "monitoring", "sql_server", "support", "private_discount"),
    *("instances_spot", "instances_on_demand", "st1", "sc1", "gp3_iops", "gp3_throughput"),
}


def test_it_says_of_each_line_what_it_rests_on(lab: Lab) -> None:
    Workload.objects.filter(virtual_machine__name="ad-0").update(application="SQL Server")
    report = report_of(lab, **{**ALL_ON, **EVERYTHING, **IN_THE_CLOUD})
    bare, seen = set(), set()
    for side in report.alternatives:
        for balance in explanation(report, side):
            for line in balance.lines:
                seen.add(line.item.key)
                assert line.formula
                assert line.rests_on, line.item.key
                bare |= {
                    (line.item.key, str(rest.label))
                    for rest in line.rests_on
                    if not (str(rest.source) and rest.source_date and rest.kind)
                }
    assert bare == set()
    assert seen >= OFF_BY_DEFAULT


def test_it_leaves_out_by_default_what_most_do_not_have(lab: Lab) -> None:
    lines = {item.key for side in report_of(lab).alternatives for item in (*side.cost, *side.once)}
    assert not lines & OFF_BY_DEFAULT


def test_it_has_a_source_and_a_date_of_every_assumption() -> None:
    specs = [spec for spec in SPECS.values() if spec.group in ALL_GROUPS]
    assert [spec.key for spec in specs if not (str(spec.source) and spec.source_date and spec.kind)] == []
