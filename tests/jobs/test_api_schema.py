"""The REST API and its own description: nothing that can be made up from it breaks the server."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from tests.jobs.estate import Estate
from virtlab.api import api

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
RESULTS: list[Any] = list(SCHEMA.get_all_operations())
OPERATIONS = [result.ok() for result in RESULTS]
ANSWERS = {200, 201, 400, 403, 404, 405, 409, 422}


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_it_answers_what_its_description_allows_and_what_it_forbids(
    mine: Estate, aiko: Client, operation: Any, mode: GenerationMode
) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case[Any]) -> None:
        case.path_parameters["lab"] = mine.lab.slug
        address = f"{case.formatted_path}?{urlencode(case.query or {}, doseq=True)}"
        answer = aiko.generic(case.method, address, json.dumps(case.body, default=str), "application/json")
        assert answer.status_code in ANSWERS

    send()
