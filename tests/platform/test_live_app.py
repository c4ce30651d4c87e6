"""The whole stack as it runs in production, and the browser on it."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.support.browser import OpenPage
from tests.support.live import LiveApp

pytestmark = [pytest.mark.browser, pytest.mark.worker]

# What plotly.js itself inserts where nothing forbids it, as one text.
OWN_RULES = """async source => {
  const script = document.createElement("script");
  script.src = source;
  await new Promise(loaded => { script.onload = loaded; document.head.append(script) });
  return [...document.getElementById("plotly.js-style-global").sheet.cssRules].map(rule => rule.cssText)
}"""
LINKED_RULES = """async source => {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(source)).text());
  return [...sheet.cssRules].map(rule => rule.cssText)
}"""

CHART = """async ([script, sheet]) => {
  const put = (tag, values) => new Promise(done => {
    const element = Object.assign(document.createElement(tag), values);
    element.onload = done;
    document.head.append(element);
  });
  await put("link", {rel: "stylesheet", href: sheet, id: "plotly.js-style-global", className: "no-inline-styles"});
  await put("script", {src: script});
  const chart = document.createElement("div");
  document.body.replaceChildren(chart);
  await Plotly.newPlot(chart, [{type: "bar", x: ["a", "b"], y: [1, 2]}], {width: 600, height: 300},
                       {displayModeBar: true, displaylogo: false});
}"""


def static_url(live_app: LiveApp, name: str) -> str:
    """A static file's address with its hash, as the templates write it."""
    manifest = json.loads((live_app.var_dir / "static" / "staticfiles.json").read_text(encoding="utf-8"))
    return f"{live_app.url}/static/{manifest['paths'][name]}"


def test_it_serves_plotlys_styles_just_as_plotly_would_insert_them(live_app: LiveApp, open_page: OpenPage) -> None:
    lenient = open_page(bypass_csp=True)
    lenient.goto("/")
    script, sheet = (static_url(live_app, f"vendor/{name}") for name in ("plotly.js", "plotly.css"))
    linked = lenient.evaluate(LINKED_RULES, sheet)
    assert lenient.evaluate(OWN_RULES, script) == linked
    assert len(linked) > 50


def test_it_draws_a_chart_in_its_right_places_under_the_strict_policy(live_app: LiveApp, open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/")
    page.evaluate(CHART, [static_url(live_app, f"vendor/plotly.{kind}") for kind in ("js", "css")])
    drawing, tools = page.locator(".main-svg").first.bounding_box(), page.locator(".modebar").bounding_box()
    assert drawing
    assert tools
    assert tools["x"] + tools["width"] == pytest.approx(drawing["x"] + drawing["width"], abs=4)
    assert tools["y"] == pytest.approx(drawing["y"], abs=4)
    page.mouse.move(drawing["x"] + 400, drawing["y"] + 180)
    assert page.locator(".hoverlayer .hovertext").first.text_content()


def test_it_sends_static_files_compressed_and_for_ever(live_app: LiveApp, open_page: OpenPage) -> None:
    request = open_page().context.request
    answer = request.get(static_url(live_app, "vendor/plotly.js"), headers={"Accept-Encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < 450_000


def test_it_forbids_inline_code(live_app: LiveApp, open_page: OpenPage) -> None:
    answer = open_page().goto("/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_it_signs_a_user_of_the_running_database_in(live_app: LiveApp, open_page: OpenPage) -> None:
    with live_app.orm():
        dara, _ = User.objects.get_or_create(username="dara-live")
    page = open_page(dara)
    page.goto("/accounts/")
    assert page.get_by_text("dara-live").count() > 0


@pytest.mark.django_db
def test_it_keeps_the_tests_database_apart(live_app: LiveApp, tmp_path: Path) -> None:
    with live_app.orm():
        User.objects.get_or_create(username="only-live")
    assert not User.objects.filter(username="only-live").exists()
