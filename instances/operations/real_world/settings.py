"""Settings of an instance, its addresses and its volumes."""

from django.utils.translation import gettext_lazy as _

from virtlab.jobs.operations.real_world import AWS, RealWorld

MODIFY = "aws ec2 modify-instance-attribute --instance-id i-1234567890abcdef0"
SETTINGS = {
    "instance.rename": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Tags → Manage tags → Name"),
            "aws ec2 create-tags --resources i-1234567890abcdef0 --tags Key=Name,Value=web-1",
            note=_("The name of an instance is a tag."),
        ),
    ),
    "instance.set_tags": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Tags → Manage tags"),
            "aws ec2 create-tags --resources i-1234567890abcdef0 --tags Key=env,Value=prod\n"
            "aws ec2 delete-tags --resources i-1234567890abcdef0 --tags Key=env",
        ),
    ),
    "instance.set_protection": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Actions → Instance settings → Change termination protection"),
            f"{MODIFY} --disable-api-termination\n{MODIFY} --no-disable-api-termination",
        ),
    ),
    "instance.set_user_data": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Actions → Instance settings → Edit user data"),
            f"{MODIFY} --attribute userData --value file://user-data.base64.txt",
            ("IncorrectInstanceState",),
        ),
    ),
    "instance.set_auto_recovery": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Actions → Instance settings → Change auto-recovery behavior"),
            "aws ec2 modify-instance-maintenance-options --instance-id i-1234567890abcdef0 --auto-recovery disabled",
        ),
    ),
    "instance.set_placement_group": (
        RealWorld(
            AWS,
            "",
            "aws ec2 modify-instance-placement --instance-id i-1234567890abcdef0 --group-name web-spread\n"
            'aws ec2 modify-instance-placement --instance-id i-1234567890abcdef0 --group-name ""',
            ("IncorrectInstanceState", "InvalidParameterCombination", "InvalidPlacementGroup.InUse"),
            _("The second command takes the instance out of its group."),
        ),
    ),
    "instance.set_credit_mode": (
        RealWorld(
            AWS,
            _("EC2 → Instances → Actions → Instance settings → Change credit specification"),
            "aws ec2 modify-instance-credit-specification"
            " --instance-credit-specifications InstanceId=i-1234567890abcdef0,CpuCredits=unlimited",
            ("IncorrectInstanceState", "InstanceCreditSpecification.NotSupported"),
        ),
    ),
    "address.allocate": (
        RealWorld(
            AWS,
            _("EC2 → Elastic IPs → Allocate Elastic IP address"),
            "aws ec2 allocate-address --domain vpc",
            ("AddressLimitExceeded",),
        ),
    ),
    "address.associate": (
        RealWorld(
            AWS,
            _("EC2 → Elastic IPs → Actions → Associate Elastic IP address"),
            "aws ec2 associate-address --instance-id i-1234567890abcdef0 --allocation-id eipalloc-1234567890abcdef0"
            " --no-allow-reassociation",
            ("IncorrectInstanceState", "Resource.AlreadyAssociated"),
            _("The command moves an address that is in use unless it is told not to."),
        ),
    ),
    "address.disassociate": (
        RealWorld(
            AWS,
            _("EC2 → Elastic IPs → Actions → Disassociate Elastic IP address"),
            "aws ec2 disassociate-address --association-id eipassoc-1234567890abcdef0",
        ),
    ),
    "address.release": (
        RealWorld(
            AWS,
            _("EC2 → Elastic IPs → Actions → Release Elastic IP addresses"),
            "aws ec2 release-address --allocation-id eipalloc-1234567890abcdef0",
            ("InvalidIPAddress.InUse",),
        ),
    ),
    "volume.modify": (
        RealWorld(
            AWS,
            _("EC2 → Volumes → Actions → Modify volume → Modify"),
            "aws ec2 modify-volume --volume-id vol-1234567890abcdef0 --size 200 --volume-type gp3 --iops 6000"
            " --throughput 250",
            ("InvalidParameterValue", "VolumeModificationRateExceeded", "IncorrectModificationState"),
        ),
    ),
}
