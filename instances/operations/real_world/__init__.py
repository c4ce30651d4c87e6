"""What the cloud's operations are called in AWS: the console's path, the command line's call, the API's error codes.

Looked up on 2026-11-28: the commands parse with the AWS CLI 1.45; the codes stand in the Amazon EC2 API Reference,
"Error codes for the Amazon EC2 API" (IllegalArgumentException in that of Service Quotas); the paths are the console's
words in its user guides. What nothing confirmed is left out.
"""

from instances.operations.real_world.account import ACCOUNT
from instances.operations.real_world.lifecycle import LIFECYCLE
from instances.operations.real_world.settings import SETTINGS

REAL_WORLD = {**LIFECYCLE, **SETTINGS, **ACCOUNT}
