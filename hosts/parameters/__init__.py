"""The on-prem side's assumptions: what each is, its unit, its range, where its default comes from."""

from hosts.parameters.around import AROUND
from hosts.parameters.energy import ENERGY
from hosts.parameters.licences import LICENCES
from hosts.parameters.operations import OPERATIONS
from hosts.parameters.people import PEOPLE
from hosts.parameters.servers import SERVERS
from hosts.parameters.storage import STORAGE

SPECS = (*ENERGY, *SERVERS, *AROUND, *LICENCES, *STORAGE, *PEOPLE, *OPERATIONS)
