"""The comparison in a real browser: by keyboard, on a phone, without scripts, under the strict policy."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.compare import conftest
from tests.support.browser import PHONE, Console, OpenPage
from tests.support.demo import eventually
from tests.support.live import LiveApp

pytestmark = pytest.mark.browser
CHARTS = 11
A4_PX = 688  # between the margins of static/css/print.css
WIDEST = "Math.max(...[...document.querySelectorAll('.main-svg')].map(svg => svg.getBoundingClientRect().right))"
# Ink, the hue of the left side, and what a chart is labelled in.
INK = """["body", ".ledger-head > [data-side=hosts]", "#chart-cost .xtick text"].map(
  selector => { const { color, fill } = getComputedStyle(document.querySelector(selector));
                return selector.endsWith("text") ? fill : color; })"""
LIGHT = ["rgb(0, 0, 0)", "rgb(168, 76, 6)", "rgb(91, 103, 120)"]
COSTS = "document.querySelector('#chart-cost .chart-plot').data.flatMap(trace => trace.x)"
SCROLL = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 60));
  }
  scrollTo(0, 0);
}"""


@pytest.fixture
def enter(live_app: LiveApp, open_page: OpenPage, address: str) -> Callable[..., Page]:
    """Opens the comparison as the visitor whose lab it is; options are those of open_page."""

    def go(query: str = "", **options: object) -> Page:
        page = open_page(**options)  # type: ignore[arg-type]  # passed on as they are
        return conftest.enter(live_app, page, f"{address}{query}")

    return go


def draw_all(page: Page) -> None:
    """Scrolls down, as often as a page needs that is still loading the first time, so that every chart is drawn."""
    drawn = page.locator(".chart-plot.is-drawn")
    with suppress(AssertionError):  # what comes next says how many there are instead
        eventually(lambda: page.evaluate(SCROLL) or drawn.count() == CHARTS, 180)
    expect(drawn).to_have_count(CHARTS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE], ids=["desktop", "phone"])
def test_it_is_accessible_with_every_chart_drawn(
    enter: Callable[..., Page], axe: Callable[..., None], live_app: LiveApp, theme: str, viewport: dict[str, int]
) -> None:
    page = enter(viewport=viewport)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_app.url}])
    page.reload()
    draw_all(page)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_recalculates_by_keyboard_and_keeps_focus_and_drawing(enter: Callable[..., Page]) -> None:
    page = enter()
    draw_all(page)
    page.evaluate("document.querySelectorAll('.chart-plot').forEach(plot => { plot.seen = true })")
    costs = page.evaluate(COSTS)
    cost = page.locator(".ledger-row", has_text="Cost").locator(".figure b").first
    before = cost.text_content() or ""
    slider = page.locator("[data-mirror='field-server_usd_per_core']")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    expect(page.locator("#field-server_usd_per_core")).to_have_value("115")
    expect(cost).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"\?server_usd_per_core=115$"))
    assert page.evaluate("document.activeElement.dataset.mirror") == "field-server_usd_per_core"
    assert page.evaluate("[...document.querySelectorAll('.chart-plot')].every(plot => plot.seen)")
    eventually(lambda: page.evaluate(COSTS) != costs, 10)


def test_it_opens_a_figures_line_items_by_keyboard(enter: Callable[..., Page], axe: Callable[..., None]) -> None:
    page = enter()
    figure = page.locator(".ledger-row", has_text="Cost").locator("a.explains").first
    figure.focus()
    figure.press("Enter")
    dialog = page.locator("dialog#explain")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(
        "(2 servers × $3,000.00 + 112 cores × $100.00 + 768 GiB × $25.00) ÷ (5 years × 12 months)"
    )
    axe(page, context="dialog#explain")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "explains"


def test_it_marks_what_it_refuses_at_its_field(enter: Callable[..., Page]) -> None:
    page = enter()
    field = page.locator("#field-electricity_usd_per_kwh")
    field.fill("77")
    note = page.locator("#note-electricity_usd_per_kwh")
    expect(note).to_have_text("Choose between 0 and 1 USD per kWh.")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("0.2")
    expect(note).to_be_empty()
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_it_works_without_scripts(enter: Callable[..., Page]) -> None:
    page = enter(java_script_enabled=False)
    page.locator("#field-usd_jpy").fill("200")
    page.locator("#choose-left").select_option("physical")
    page.get_by_role("button", name="Recalculate").click()
    expect(page.locator(".ledger-head [data-side='hosts']")).to_have_text("Physical servers")
    page.locator("a.explains").first.click()
    expect(page.locator("h1")).to_have_text("Physical servers")


def test_it_redraws_in_the_new_theme(enter: Callable[..., Page]) -> None:
    page = enter("", color_scheme="light")
    draw_all(page)
    colour = "document.querySelector('#chart-watts .chart-plot').data[0].line.color"
    before = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'; document.dispatchEvent(new Event('virtlab:theme'))")
    eventually(lambda: page.evaluate(colour) != before, 10)


def test_it_draws_its_charts_where_the_library_arrives_at_the_second_try(
    enter: Callable[..., Page], console: Console
) -> None:
    console.expect("vendor/plotly.*ERR_FAILED")
    page = enter()
    page.route("**/vendor/plotly*.js", lambda route: route.abort(), times=1)
    with page.expect_event("requestfailed", lambda request: "vendor/plotly" in request.url):
        page.reload()
        page.evaluate(SCROLL)
    draw_all(page)


def test_it_saves_a_chart_as_png(enter: Callable[..., Page]) -> None:
    page = enter()
    draw_all(page)
    with page.expect_download() as waiting:
        page.locator("#chart-cost [data-chart-png]").click()
    assert waiting.value.suggested_filename == "virtlab-cost.png"


def test_it_prints_charts_that_nobody_has_scrolled_to(enter: Callable[..., Page]) -> None:
    page = enter("")
    page.get_by_role("link", name="Report for print").click()
    page.wait_for_url("**/report/**")
    count = "window.printed = document.querySelectorAll('.chart-plot.is-drawn').length"
    page.evaluate(f"void (window.print = () => {{ {count}; }})")  # a function as the outcome would be called at once
    page.locator("[data-print]").click()
    eventually(lambda: page.evaluate("window.printed") is not None, 10)
    assert page.evaluate("window.printed") == page.locator("figure[data-chart]").count() > 0


def test_it_fits_on_paper_in_light_colours(enter: Callable[..., Page]) -> None:
    page = enter(color_scheme="dark")
    draw_all(page)
    page.evaluate("void dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_PX, "height": 970})
    eventually(lambda: page.evaluate(WIDEST) <= A4_PX, 10)
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_PX
    assert page.evaluate(INK) == LIGHT
    expect(page.locator(".words, button.help, .tasks").filter(visible=True)).to_have_count(0)
    page.emulate_media(media="screen")
    page.evaluate("void dispatchEvent(new Event('afterprint'))")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")


@pytest.mark.parametrize("width", [1280, 390])
def test_it_draws_both_sides_of_the_ledger_to_one_scale(enter: Callable[..., Page], width: int) -> None:
    page = enter(viewport={"width": width, "height": 900}, language="ja")
    bars = page.locator(".ledger .bar").evaluate_all("all => all.map(bar => bar.getBoundingClientRect().width)")
    assert max(bars) - min(bars) < 1
    spilt = "all => all.filter(cell => cell.scrollWidth > cell.clientWidth).length"
    assert page.locator(".ledger .cell").evaluate_all(spilt) == 0


def test_it_answers_first_where_there_is_no_room_beside(enter: Callable[..., Page]) -> None:
    page = enter(viewport={"width": 1024, "height": 768})
    expect(page.locator("#assumptions > .fold")).not_to_have_attribute("open", re.compile(".*"))
    assert page.locator(".answer-headline").evaluate("words => words.getBoundingClientRect().bottom") < 500


def test_it_speaks_of_a_file_in_the_language_of_the_page(enter: Callable[..., Page], tmp_path: Path) -> None:
    page = enter("prices/", language="ja")
    expect(page.locator(".file-chosen")).to_have_text("ファイルが選択されていません")
    assert page.locator("input[type=file]").evaluate("input => getComputedStyle(input).opacity") == "0"
    prices = tmp_path / "prices.csv"
    prices.write_text("item,usd\n", encoding="utf-8")
    page.get_by_label("CSV").set_input_files(prices)
    expect(page.locator(".file-chosen")).to_have_text("prices.csv")


def test_it_has_the_cost_in_sight_on_a_phone_and_keeps_names_beside_the_rest(enter: Callable[..., Page]) -> None:
    page = enter(viewport=PHONE)
    table = page.locator(".table-wrap:has(.all-alternatives)")
    assert table.locator("tbody td").first.evaluate("cell => cell.getBoundingClientRect().right") <= PHONE["width"]
    table.evaluate("wrap => wrap.scrollTo(400, 0)")
    name = table.locator("tbody th").first.evaluate("cell => cell.getBoundingClientRect().left")
    assert name >= 0


def test_it_names_each_lever_with_its_unit_inside_a_narrow_chart(enter: Callable[..., Page]) -> None:
    page = enter(viewport=PHONE, language="ja")
    draw_all(page)
    inside = """plot => { const own = plot.getBoundingClientRect();
      return [...plot.querySelectorAll(".xtitle, .annotation-text")].every(text => {
        const { left, right } = text.getBoundingClientRect();
        return left >= own.left - 1 && right <= own.right + 1; }); }"""
    assert page.locator("#chart-tornado .chart-plot").evaluate(inside)
    assert page.locator("#chart-tornado .annotation-text", has_text="USD").count() > 0
    assert page.locator("#chart-tornado .xtick text:visible").count() > 1


@pytest.mark.parametrize(("allowed", "said"), [(True, "Copied"), (False, "Selected: copy it now")])
def test_it_copies_a_share_link_by_keyboard(enter: Callable[..., Page], allowed: bool, said: str) -> None:
    page = enter()
    if not allowed:  # as on a page without TLS
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    else:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".share-links li:target")
    link.get_by_role("button", name="Copy the link").press("Enter")
    expect(link.get_by_role("status")).to_have_text(said)
    copied = "navigator.clipboard.readText()" if allowed else "getSelection().toString()"
    assert page.evaluate(copied) == link.get_by_role("link").text_content()
