"""The rules by which instance types are chosen, each a switch or a figure that one may know better."""

from django.utils.translation import gettext_lazy as _

from virtlab.labs.choices import FigureKind
from virtlab.labs.parameters import NO_YES, ParameterSpec

RULES = (
    ParameterSpec(
        key="unmeasured_demand",
        label=_("Workloads whose demand nobody measured or stated"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="rules",
        source=_(
            "Azure Migrate sizes machines without performance data as they are on-premises: what is not known must not "
            "shrink. The other choice takes the assumed mean, or the share of the host's."
        ),
        source_date="2026-11",
        options=((0.0, _("keep today's vCPU and memory")), (1.0, _("size by the assumption"))),
    ),
    ParameterSpec(
        key="measured_least_hours",
        label=_("Samples that a trace needs to count as measured"),
        unit=_("hours"),
        default=30.0,
        minimum=0.0,
        maximum=720.0,
        step=1.0,
        group="rules",
        source=_(
            "AWS Compute Optimizer recommends nothing below 30 hours of metric data: a daily peak must be in them. "
            "With less, the mean and peak of the trace count as if somebody had stated them: a floor of the need."
        ),
        source_date="2026-12",
    ),
    ParameterSpec(
        key="in_memory_keep",
        label=_("Databases and in-memory stores keep all memory"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="rules",
        source=_(
            "They fill what they are given, and a trace shows only what was touched lately. Known by the names of VM "
            "and application: SQL Server, Oracle, PostgreSQL, MySQL, MariaDB, HANA, Db2, MongoDB, Cassandra, Redis, "
            "memcached, Elasticsearch, OpenSearch, Exchange; “sql” anywhere in a name, “db” or “ora” at its "
            "beginning or end (erpdb01, NTMDBPROD01). Names that say nothing of it are not recognised."
        ),
        source_date="2026-11",
        options=NO_YES,
    ),
    ParameterSpec(
        key="generations",
        label=_("Generations of instance types"),
        unit="",
        default=2.0,
        minimum=0.0,
        maximum=2.0,
        step=1.0,
        group="rules",
        source=_(
            "Of each series (m, c, r, t …) those that the region sells, up to the newest for the architecture (x86 or "
            "Arm), on Nitro; a series with one generation only counts by the year of its processor. New projects start "
            "on new generations; the one before is often cheaper and widely available."
        ),
        source_date="2026-11",
        options=((0.0, _("all current ones")), (2.0, _("the latest two")), (1.0, _("the latest one"))),
    ),
    ParameterSpec(
        key="families",
        label=_("Families of instance types"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=2.0,
        step=1.0,
        group="rules",
        source=_(
            "Many standards keep to a few families, for which reservations, tests and know-how hold. M is general "
            "purpose, C has more CPU, R more memory, T bursts. What none of those allowed holds has no type and is "
            "left out; types with a GPU, for 32-bit systems and on Xen are what their workloads need in any case."
        ),
        source_date="2026-12",
        options=((0.0, _("all")), (1.0, _("M, C, R and T")), (2.0, _("M, C, R and T, on x86 of Intel"))),
    ),
    ParameterSpec(
        key="burstable",
        label=_("Burstable types (T, flex)"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=2.0,
        step=1.0,
        group="rules",
        source=_(
            "Whether credits last is a matter of minutes and hours, which a mean does not show. They are thought of "
            "only where a trace shows that credits never run out."
        ),
        source_date="2026-11",
        options=((0.0, _("never")), (1.0, _("where demand is measured")), (2.0, _("also where it is stated"))),
    ),
    ParameterSpec(
        key="arm_types",
        label=_("Arm types (Graviton)"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="rules",
        source=_("A workload says whether its programs run on Arm. What needs Arm is on Arm in any case."),
        source_date="2026-11",
        options=((0.0, _("never")), (1.0, _("where the workload allows it"))),
    ),
    ParameterSpec(
        key="even_vcpu",
        label=_("Only types with an even number of vCPU"),
        unit="",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="rules",
        source=_("Some standards ask for two vCPU at least, so that one busy program does not stop a whole server."),
        source_date="2026-11",
        options=NO_YES,
    ),
    ParameterSpec(
        key="normalise_vcpu",
        label=_("Compare vCPU by cores and processor generation"),
        unit="",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        step=1.0,
        group="rules",
        source=_(
            "On a host that is not crowded a vCPU has a core to itself. A vCPU of most x86 types is one of two threads "
            "of a core, of Graviton and of AMD from generation 7 on a whole core (AWS, CPU options of instance types)."
        ),
        source_date="2026-11",
        options=NO_YES,
    ),
    ParameterSpec(
        key="cpu_gain_pct_per_year",
        label=_("Gain of a core with each year of its processor"),
        unit=_("% a year"),
        default=3.5,
        minimum=0.0,
        maximum=10.0,
        step=0.5,
        group="rules",
        source="Hennessy, Patterson, Computer Architecture, 6th ed., fig. 1.1: 12 % (2011 to 2015), 3.5 % since",
        source_date="2017-11",
        kind=FigureKind.ESTIMATE,
    ),
)
