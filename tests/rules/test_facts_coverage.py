"""Every fact about references and settings that go together has a rule, or a reason why none can tell it."""

import re

from orbitcfg.rules import find
from tests.shared import read_facts

SHAPE = "ORB303 ORB304 ORB305"
"""Types, ranges, nulls and missing keys, as the catalogue has them."""

CONFIG_KEYS = {
    "A1": "ORB207 ORB303", "A2": "ORB550", "A3": "ORB551", "A4": "not a mistake: what a login for all means for other ways in is told by `orbitcfg why`",
    "A5": "ORB551", "A6": "ORB303", "C1": "ORB571", "F1": "ORB306", "FS1": "ORB550", "FS2": "ORB561 ORB507", "FS3": "ORB559",
    "FS4": "ORB501 ORB502", "FS5": "ORB560", "FS6": "ORB562", "FS7": "ORB501 ORB502", "G1": "ORB305 ORB304", "G2": "ORB550", "G3": "ORB550",
    "G4": "ORB502 ORB501", "G5": "ORB501", "I1": "ORB554", "I2": "ORB554", "I4": "ORB207", "I5": "ORB565", "I6": "ORB566 ORB550 ORB563",
    "I7": "ORB563", "I8": "ORB564", "I9": "ORB557", "K1": "ORB553", "K2": "ORB607", "L1": "ORB303", "L2": "ORB571", "L3": "ORB572", "M1": "ORB571",
    "M2": "ORB557", "P1": "not a mistake: workers share the files of SQLite, and so its cache", "P2": "ORB303 ORB304", "P3": "ORB303", "R1": "ORB552 ORB502", "S1": "ORB601 ORB550", "S2": "ORB303",
    "S3": "ORB553", "S4": "ORB571", "S5": "ORB550", "S6": "ORB573", "S7": "ORB556", "S8": "ORB556 ORB303", "S9": "ORB558", "SM1": "ORB550",
    "T1": "ORB554", "T2": "not a mistake: which prefixes are cleared is nothing that a value can be wrong about", "X1": "ORB501 ORB502",
    "X2": "not a mistake: weights need not add up to one", "X3": "ORB303",
}  # fmt: skip

SECTIONS = {
    "G1": "ORB305", "G2": "ORB304", "G3": "ORB304", "G4": "ORB304", "G5": "ORB304", "G6": "ORB110", "G7": "ORB121 ORB123", "G8": "ORB303", "G9": "ORB301",
    "G10": "ORB434", "G11": "ORB304", "G12": "ORB304", "G13": "ORB304", "G14": "ORB304", "G15": "ORB501 ORB502",
    "E1": "ORB501 ORB503", "E2": "not a mistake: the class's own settings are used", "E3": "ORB501", "E4": "ORB305", "E5": "ORB305", "E6": "ORB502",
    "E7": "undecidable: the size of a model's vectors is not in the configuration",
    "R1": "ORB501 ORB502", "R2": "ORB402", "R3": "ORB501",
    "S1": "ORB501 ORB305", "S2": "undecidable: the key may come from the environment, the server may be down", "S3": "ORB303", "S4": "ORB303", "S5": "ORB608",
    "V1": "ORB501 ORB502", "O1": "ORB306", "O2": "ORB501 ORB502", "O3": "ORB502", "O4": "ORB560 ORB303",
    "I1": "ORB504 ORB505 ORB502", "I2": "ORB504 ORB505 ORB502", "I3": "ORB303", "I4": "ORB305",
    "T1": "ORB501 ORB502", "T2": "ORB501 ORB502", "T3": "ORB445", "T4": "ORB445", "T5": "ORB446",
    "P1": "ORB303 ORB304", "P2": "ORB303", "P3": "ORB569", "P4": "ORB570", "P5": "ORB301", "P6": "ORB574",
    "D3": "ORB303", "W1": "ORB567 ORB305", "W2": "ORB568", "W3": "ORB567 ORB305", "W4": "not a mistake: it overrides on purpose", "C1": "ORB501 ORB502",
    "A1": "ORB501 ORB503", "A2": "undecidable: what a provider serves is not in the configuration", "A3": "ORB501 ORB502", "A4": "ORB528",
    "A5": "not a mistake: a smaller number of documents", "A6": "ORB501 ORB502", "A7": "ORB501 ORB502", "A8": "ORB501 ORB502", "A9": "ORB501 ORB502",
    "A10": "ORB501 ORB502", "A11": "ORB501 ORB502 ORB305 ORB517", "A12": "ORB303", "A13": "ORB501 ORB502", "A14": "ORB518 ORB525", "A15": "ORB306",
    "A16": "ORB501 ORB511 ORB513", "A17": "not a mistake: it overrides on purpose", "A18": "ORB501 ORB502 ORB305", "A19": "ORB501 ORB502", "A20": "ORB501 ORB502",
    "A21": "ORB501 ORB502", "A22": "ORB504", "A23": "ORB537",
    "VS1": "ORB306", "VS2": "undecidable: the working folder of the server is not in the configuration", "VS3": "not a mistake: adapters make their own",
    "VS4": "ORB436", "VS5": "ORB303", "VS6": "ORB304", "VS7": "undecidable: which file another service reads on purpose",
    "VS8": "ORB306", "D1": "ORB501 ORB511", "D2": "ORB513", "D4": "ORB305", "D5": "ORB303", "D6": "ORB303", "D7": "ORB306", "D8": "not a mistake: by design", "D9": "ORB306",
    "M1": "ORB303 ORB304", "M2": "ORB305", "M3": "ORB538", "M4": "ORB303", "M5": "not a mistake: the admin panel alone is stricter", "M6": "ORB303", "M7": "ORB305",
    "M8": "ORB306", "M9": "ORB303", "M10": "ORB536 ORB303", "M11": "ORB303", "M12": "ORB303", "M13": "ORB201",
    "B1": "ORB303 ORB412", "B2": "undecidable: the variable of the environment wins", "B3": "ORB305 ORB401", "B4": "ORB306", "B5": "ORB306", "B6": "ORB306",
    "B7": "ORB301 ORB303", "B8": "ORB306", "B9": "ORB301 ORB306", "B10": "ORB435", "B11": "ORB303",
    "B12": "not a mistake: the host counts", "B13": "ORB303", "B14": "ORB305", "B15": "ORB303", "B16": "ORB306", "B17": "ORB306",
    "B18": "ORB303", "B19": "undecidable: which adapter is asked first",
}  # fmt: skip

ADAPTERS = {
    "entry is a mapping": "ORB303", "`adapters` is a list, not null": "ORB303 ORB304", "`name` is text": "ORB303 ORB304 ORB305",
    "`capabilities` is a mapping": "ORB303 ORB304", "`fault_tolerance` is a mapping": "ORB303 ORB304", "`config` is a mapping": "ORB305",
    "`retrieval_behavior`, `formatting_style` in their enum": "ORB303 ORB304", "same, arriving by hot reload": "ORB303", "`capabilities` absent": "ORB509",
    "`required_parameters` / `optional_parameters` not null": "ORB304",
    "AdapterConfigManager": "ORB516", "single-adapter hot reload": "ORB516", "threading lookup": "ORB516", "fault tolerance services": "ORB516",
    "api key info fallback": "ORB516", "admin create/rename": "ORB516",
    "`implementation`": "ORB510", "(`type`,`datasource` or none,`adapter`)": "ORB511", "`datasource`": "ORB501 ORB513",
    "`implementation` vs `datasource` vs `adapter`": "ORB512", "`mssql`, `opensearch`": "ORB501",
    "`cassandra`, `mariadb`, `milvus`, `oracle`, `sqlserver`, `supabase`": "ORB303 ORB511", "`type` realtime": "ORB508",
    "`supports_realtime_audio` on another type": "not a mistake by itself: the routes for voice are not offered",
    "`composite` without `datasource`": "not a mistake: harmless",
    "`inference_provider` (else": "ORB501 ORB502", "`general.inference_provider` not a key": "ORB501", "`general.inference_provider` disabled": "ORB501 ORB502",
    "types `fetch`": "not a mistake: no check wanted", "`rewrite_provider`": "ORB501 ORB502", "`embedding_provider`": "ORB501 ORB502 ORB503",
    "`embedding.enabled: false` (global)": "ORB506", "`embedding_model`": "undecidable: the size of a model's vectors is not in the configuration",
    "`reranker_provider`": "ORB501 ORB502", "`vision_provider`": "ORB501 ORB502", "`stt_provider`": "ORB501 ORB502", "`tts_provider`": "ORB501 ORB502",
    "`audio_provider`": "ORB306", "`image_provider`": "ORB501 ORB502 ORB504", "`video_provider`": "ORB501 ORB502 ORB504", "`web_search.provider`": "ORB303 ORB304 ORB305",
    "every `available_skills` item": "ORB501 ORB502", "matching is exact": "ORB501", "an exposed adapter has `skill_name`": "ORB519",
    "`auto_routable_skills` falls back": "not a mistake: by design", "auto-routable targets": "ORB521", "auto routing needs": "ORB507 ORB552",
    "skill keys live under `capabilities`": "ORB301", "names are skill names": "ORB503",
    "`supports_threading: true`": "ORB507", "`requires_encryption: true`": "ORB507", "`skip_when_no_files: true`": "ORB507", "`context_format`": "ORB303",
    "`formatting_style: custom`": "not a mistake: it behaves as the default", "`numeric_precision`": "ORB306", "`optional_parameters` items": "not a mistake: a name that nothing fills is left out",
    "`fault_tolerance`": "ORB306", "file processing keys": "ORB306", "`config.collection_prefix`": "ORB306", "audio_input_*": "ORB306 ORB301",
    "`import:` entries": "ORB110 ORB115", "`config.domain_config_path`": "ORB514 ORB305", "`config.template_library_path`": "ORB514",
    "`config.cross_adapter_templates.template_library_path`": "ORB514", "`database` of sqlite/duckdb": "undecidable: databases are made at run time",
    "`vector_stores` definitions": "undecidable: the working folder of the server is not in the configuration", "rewriter prompts": "ORB567",
}  # fmt: skip

_CODES = re.compile(r"ORB\d{3}(?: ORB\d{3})*")
_REASON = re.compile(r"(?:undecidable|not a mistake)(?: by itself)?: \w.*")


def unfounded(table: dict[str, str]) -> list[str]:
    """The entries that are neither codes of rules nor a reason."""
    return [
        key
        for key, value in table.items()
        if not (_REASON.fullmatch(value) or (_CODES.fullmatch(value) and all(find(code) for code in value.split())))
    ]


def test_each_entry_names_rules_or_gives_a_reason() -> None:
    assert [*unfounded(CONFIG_KEYS), *unfounded(SECTIONS), *unfounded(ADAPTERS)] == []


def test_the_rules_of_config_yaml_are_covered() -> None:
    assert set(read_facts("config-keys")["rules"]) == set(CONFIG_KEYS)


def test_the_cross_references_of_the_sections_are_covered() -> None:
    assert set(read_facts("tables")["sections"]) == set(SECTIONS)


def test_the_tables_about_adapters_are_covered() -> None:
    headers = {"Rule", "Consumer", "Reference", "Key", "Adapter setting"}
    rows = [cell for cell in read_facts("tables")["adapters"] if cell not in headers and not cell.startswith("---")]
    assert [row for row in rows if not any(row.startswith(key) for key in ADAPTERS)] == []
    assert [key for key in ADAPTERS if not any(row.startswith(key) for row in rows)] == []
