"""Launch templates, quotas, and what is made to go wrong."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import AWS, RealWorld

EXPERIMENT = "aws fis start-experiment --experiment-template-id EXT1234567890abcdef"
ACCOUNT = {
    "template.create_launch": (
        RealWorld(
            AWS,
            _("EC2 → Launch Templates → Create launch template"),
            "aws ec2 create-launch-template --launch-template-name web --launch-template-data file://web.json\n"
            "aws ec2 create-launch-template-version --launch-template-name web --launch-template-data file://web.json",
            note=_("The second command makes a new version of a template that exists."),
        ),
    ),
    "quota.request": (
        RealWorld(
            AWS,
            _(
                "Service Quotas → AWS services → Amazon EC2 → Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) "
                "instances → Request increase at account level"
            ),
            "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-1216C47A"
            " --desired-value 64",
            ("IllegalArgumentException",),
        ),
    ),
    "placement_group.create": (
        RealWorld(
            AWS,
            _("EC2 → Placement Groups → Create placement group → Create group"),
            "aws ec2 create-placement-group --group-name web-spread --strategy spread\n"
            "aws ec2 create-placement-group --group-name kafka --strategy partition --partition-count 3",
            ("InvalidPlacementGroup.Duplicate", "PlacementGroupLimitExceeded"),
        ),
    ),
    "placement_group.delete": (
        RealWorld(
            AWS,
            _("EC2 → Placement Groups → Actions → Delete"),
            "aws ec2 delete-placement-group --group-name web-spread",
            ("InvalidPlacementGroup.InUse",),
        ),
    ),
    "fault.system_failure": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Status and alarms → System status check"),
            "aws ec2 describe-instance-status --instance-ids i-1234567890abcdef0",
            note=_("Nobody breaks AWS's hardware at will: here it is seen. The alarm is on StatusCheckFailed_System."),
        ),
    ),
    "fault.zone_outage": (
        RealWorld(
            AWS,
            _("AWS FIS → Scenario library → AZ Availability: Power Interruption"),
            EXPERIMENT,
            note=_("AWS Fault Injection Service lets your own resources suffer what an outage would do to them."),
        ),
    ),
    "fault.region_outage": (
        RealWorld(
            note=_(
                "A teaching fault of VirtLab: nobody can switch a region off. AWS Fault Injection Service can cut the "
                "traffic between two regions (Cross-Region: Connectivity)."
            ),
        ),
    ),
    "fault.no_capacity": (
        RealWorld(
            AWS,
            _(
                "AWS FIS → Experiment templates → Create experiment template → "
                "aws:ec2:api-insufficient-instance-capacity-error"
            ),
            EXPERIMENT,
            note=_("AWS Fault Injection Service answers launches of chosen roles with InsufficientInstanceCapacity."),
        ),
    ),
    "fault.end": (
        RealWorld(
            AWS,
            _("AWS FIS → Experiments → Stop experiment"),
            "aws fis stop-experiment --id EXP1234567890abcdef",
            note=_("True of an experiment only: nobody ends a real outage from a console."),
        ),
    ),
}
