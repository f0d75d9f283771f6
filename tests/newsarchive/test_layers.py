"""The cleaning half stands alone: what the layers of pyproject.toml cannot say of its imports."""

import grimp
import pytest


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("newsarchive", "pressroom", cache_dir=None)


def test_the_cleaning_half_knows_the_contract_and_nothing_else_of_the_site_half(graph):
    cleaning = {"newsarchive", *graph.find_descendants("newsarchive")}
    imported = {target for module in cleaning for target in graph.find_modules_directly_imported_by(module)}
    assert {module for module in imported if module.startswith("pressroom")} == {"pressroom.contract"}


def test_the_pipeline_knows_neither_captures_nor_runs_nor_what_is_written(graph):
    known = {module.split(".")[1] for module in graph.find_upstream_modules("newsarchive.pipeline") if "." in module}
    assert known.isdisjoint({"ingest", "captures", "archive", "report"})
    assert {"page_analysis", "metadata", "body", "page", "repair", "rules", "text"} <= known
