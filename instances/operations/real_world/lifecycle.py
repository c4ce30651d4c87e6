"""Launching, power, type and end of an instance."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import AWS, RealWorld

STOP = "aws ec2 stop-instances --instance-ids i-1234567890abcdef0"
START = "aws ec2 start-instances --instance-ids i-1234567890abcdef0"
CHANGE = "aws ec2 modify-instance-attribute --instance-id i-1234567890abcdef0 --instance-type Value=m7g.large"
UNFIT = ("InvalidInstanceAttributeValue", "InvalidParameterValue", "InvalidParameterCombination")
LIFECYCLE = {
    "instance.launch": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Launch instances"),
            "aws ec2 run-instances --image-id ami-1234567890abcdef0 --instance-type m7g.large --count 2"
            " --key-name my-key --security-group-ids sg-1234567890abcdef0 --subnet-id subnet-1234567890abcdef0",
            (
                "InsufficientInstanceCapacity",
                "VcpuLimitExceeded",
                "Unsupported",
                "InvalidParameterValue",
                "InvalidParameterCombination",
                "AttachmentLimitExceeded",
                "AddressLimitExceeded",
                "InvalidPlacementGroup.InUse",
                "UnsupportedHibernationConfiguration",
                "RequestLimitExceeded",
            ),
        ),
    ),
    "instance.start": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Instance state → Start instance"),
            START,
            ("IncorrectInstanceState", "InsufficientInstanceCapacity", "VcpuLimitExceeded", "Unsupported"),
        ),
    ),
    "instance.stop": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Instance state → Stop instance"),
            STOP,
            ("IncorrectInstanceState",),
            note=_("Without the shutdown of the operating system: --skip-os-shutdown, since 2025."),
        ),
    ),
    "instance.hibernate": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Instance state → Hibernate instance"),
            f"{STOP} --hibernate",
            ("UnsupportedHibernationConfiguration", "IncorrectInstanceState"),
        ),
    ),
    "instance.reboot": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Instance state → Reboot instance"),
            "aws ec2 reboot-instances --instance-ids i-1234567890abcdef0",
        ),
    ),
    "instance.terminate": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Instance state → Terminate (delete) instance"),
            "aws ec2 terminate-instances --instance-ids i-1234567890abcdef0",
            ("OperationNotPermitted",),
        ),
    ),
    "instance.change_type": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Actions → Instance settings → Change instance type → Apply"),
            CHANGE,
            ("IncorrectInstanceState", *UNFIT),
            _("Capacity and quota are asked for at the next start."),
        ),
    ),
    "instance.resize": (
        RealWorld(
            AWS,
            _(
                "EC2 → Instances → Instance state → Stop instance, then Actions → Instance settings → "
                "Change instance type → Apply, then Instance state → Start instance"
            ),
            f"{STOP}\n{CHANGE}\n{START}",
            ("IncorrectInstanceState", *UNFIT, "InsufficientInstanceCapacity", "VcpuLimitExceeded"),
        ),
    ),
    "instance.right_size": (
        RealWorld(
            AWS,
            _("Compute Optimizer → EC2 instances, then change the type as in EC2"),
            "aws compute-optimizer get-ec2-instance-recommendations --instance-arns"
            " arn:aws:ec2:ap-northeast-1:123456789012:instance/i-1234567890abcdef0\n"
            f"{STOP}\n{CHANGE}\n{START}",
            ("IncorrectInstanceState", *UNFIT, "InsufficientInstanceCapacity", "VcpuLimitExceeded"),
            _("Compute Optimizer recommends; it changes nothing by itself."),
        ),
    ),
}
