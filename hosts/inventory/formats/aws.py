"""What AWS's own tools take and give as tables of servers, in the spelling of `tables.normal`."""

from hosts.inventory.formats.flat_fields import AWS_IO, FlatFormat
from virtlab.labs.choices import MemorySeenBy

# AWS Application Discovery Service user guide, "Migration Hub Import", supported fields (read 2026-11-30): sizes in MB,
# utilisation in percent, RAM.UsedSizeInMB "amount of used RAM available on the server": what its own system counts.
# The template has no disks.
MIGRATION_HUB = FlatFormat(
    key="aws-migration-hub",
    label="AWS Migration Hub",
    fields={
        "name": ("vmwarevmname", "hostname", "externalid", "serverid"),
        "name_2": ("hostname",),
        "name_3": ("externalid",),
        "name_4": ("ipaddress",),
        "identity": ("smbiosid",),
        "identity_2": ("serverid",),
        "vcpu": ("cpunumberoflogicalcores", "cpunumberofcores", "cpunumberofprocessors"),
        "vcpu_2": ("cpunumberofcores",),
        "vcpu_3": ("cpunumberofprocessors",),
        "memory": ("ramtotalsize",),
        "os": ("osname",),
        "os_version": ("osversion",),
        "cpu_mean": ("cpuusagepctavg",),
        "cpu_peak": ("cpuusagepctmax",),
        "memory_used": ("ramusedsizeinmbavg",),
        "memory_used_peak": ("ramusedsizeinmbmax",),
        **AWS_IO,
        "application": ("applications",),
        "wave": ("applicationwave",),
        "tags": ("tags",),
    },
    memory_seen_by=MemorySeenBy.GUEST,
)
# The .csv that "Export recommendations" of Migration Hub's EC2 instance recommendations gives; header as in the test
# data of AWS's Cloud Migration Factory, which reads it (read 2026-11-30). The requested CPU is a mean or a peak by
# UserPreference.Recommendation.CPUSizing; what the service proposes is not taken over.
EC2_RECOMMENDATIONS = FlatFormat(
    key="aws-ec2-recommend",
    label="AWS EC2 instance recommendations",
    fields={
        "name": ("servervmwarevmname", "serverhostname", "serverexternalid", "serverid"),
        "name_2": ("serverhostname",),
        "name_3": ("serverexternalid",),
        "identity": ("serverid",),
        "vcpu": ("servercpunumberoflogicalcores", "servercpunumberofcores", "servercpunumberofprocessors"),
        "vcpu_2": ("servercpunumberofcores",),
        "vcpu_3": ("servercpunumberofprocessors",),
        "memory": ("serverramtotalsize",),
        "os": ("serverosname",),
        "os_version": ("serverosversion",),
        "cpu_requested": ("recommendationec2requestedcpuusagepct",),
        "cpu_sizing": ("userpreferencerecommendationcpusizing",),
        "memory_requested": ("recommendationec2requestedramusagepct",),
        "memory_sizing": ("userpreferencerecommendationramsizing",),
    },
    memory_seen_by=MemorySeenBy.GUEST,
)
# The sheet "Template" of Migration Evaluator's import workbook: header and sample row (peaks as 0.60 and 0.95 under a
# header in %) as AWS's own collectors write it (read 2026-11-30). Only peaks are asked for, no means.
MIGRATION_EVALUATOR = FlatFormat(
    key="aws-evaluator",
    label="AWS Migration Evaluator",
    fields={
        "name": ("servername",),
        "vcpu": ("cpucores",),
        "memory": ("memory",),
        "disk": ("provisionedstorage",),
        "disk_used": ("usedstorage", "utilizedstorage"),
        "os": ("operatingsystem",),
        "host": ("hypervisorname",),
        "host_cpu": ("cpustring",),
        "environment": ("environment",),
        "application": ("application",),
        "cpu_peak": ("cpuutilizationpeak",),
        "memory_peak": ("memoryutilizationpeak",),
    },
    fractions=True,
)
