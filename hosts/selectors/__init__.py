"""Reads of the on-prem side, each in a fixed number of queries, whatever the estate's size."""

from hosts.selectors.estate import EstateRows, HostRow, VmRow, estate_rows, server_models
from hosts.selectors.facts import Facts, facts_of
from hosts.selectors.history import GuestSeries, History, history_of_guest, history_of_host, series_of_guests
from hosts.selectors.live import Live, live, live_of
from hosts.selectors.live_rows import ClusterLive, DatastoreLive, GuestLive, HostLive
from hosts.selectors.totals import Whole, whole

__all__ = [
    "ClusterLive",
    "DatastoreLive",
    "EstateRows",
    "Facts",
    "GuestLive",
    "GuestSeries",
    "History",
    "HostLive",
    "HostRow",
    "Live",
    "VmRow",
    "Whole",
    "estate_rows",
    "facts_of",
    "history_of_guest",
    "history_of_host",
    "live",
    "live_of",
    "series_of_guests",
    "server_models",
    "whole",
]
