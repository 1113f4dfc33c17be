"""Templates of Go, each with what Go 1.26's own package makes of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbitcfg.engine.go_template import GoTemplateError, names_in, rendered

VALUES = {
    "System": "S",
    "Prompt": "hi",
    "Response": "",
    "Tools": [],
    "Messages": [{"Role": "system", "Content": "S"}, {"Role": "user", "Content": "hi"}],
}

RENDERED = {
    "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n": (
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    ),
    "{{ if .System }}<s>{{ .System }}</s>{{ end }}{{ if .Prompt }}<u>{{ .Prompt }}</u>{{ end }}<a>{{ .Response }}": "<s>S</s><u>hi</u><a>",
    '{{- range $i, $_ := .Messages }}{{- $last := eq (len (slice $.Messages $i)) 1 }}{{ if and (eq .Role "user") $last }}[{{ .Content }}]{{ end }}{{ end }}': (
        "[hi]"
    ),
    '{{ $seen := false }}{{ range .Messages }}{{ if and (eq .Role "user") (not $seen) }}{{ $seen = true }}{{ $.System }}{{ end }}{{ end }}{{ $seen }}': (
        "Strue"
    ),
    "{{if .Tools}}1{{else if .Nope}}2{{else if .System}}3{{else}}4{{end}}": "3",
    "{{with .System}}<{{.}}>{{else}}no{{end}}{{with $x := .Tools}}y{{else}}n{{end}}{{ $a := 1 }}{{if true}}{{ $a = 2 }}{{end}}{{$a}}": "<S>n2",
    "{{range $i,$m := .Messages}}{{if eq $i 1}}{{break}}{{end}}a{{$m.Role}}{{continue}}z{{end}}|{{range .Tools}}x{{else}}none{{end}}": "asystem|none",
    '{{ if and (gt (len .Messages) 1) (ne (index .Messages 0).Role "user") }}yes{{end}}{{ .System | json }}{{ eq .System "a" "S" }}': 'yes"S"true',
    "{{ or .System (index .Messages 9) }}": "S",
    ' a {{- "b" -}}  c {{ `d` }}\n{{- /* x */ -}}\n e {{"\\n"}}{{ "}}" }}{{- 3 -}}x{{ -3 }}': " abc de \n}}3x-3",
}


@pytest.mark.parametrize("template", RENDERED)
def test_what_go_makes_of_it(template: str) -> None:
    assert rendered(template, VALUES) == RENDERED[template]


@pytest.mark.parametrize(
    "template",
    [
        "{{ if .System }}",
        "{{ .System",
        "a{{ end }}",
        "{{ if .System }}{{ else }}{{ else }}{{ end }}",
        '{{ define "x" }}{{ end }}',
        "{{ printf .System }}",
        "{{ .Tools }}",
        "{{ $x }}",
        "{{ $x = 1 }}",
        "{{ index .Messages 9 }}",
        "{{ .System.Role }}",
        "{{ range .System }}{{ end }}",
        "{{ (len .Tools }}",
        "{{ len .Tools ) }}",
        "{{ § }}",
        "{{ range $.Messages }}" * 20 + "x" + "{{ end }}" * 20,
        "{{ if .System }}" * 5000 + "{{ end }}" * 5000,
        "{{ " + "(" * 5000 + ".System" + ")" * 5000 + " }}",
        "{{ break }}",
    ],
)
def test_what_is_not_known_is_refused(template: str) -> None:
    with pytest.raises(GoTemplateError):
        rendered(template, VALUES)


@given(
    st.lists(
        st.sampled_from(["{{", "}}", " if ", " else ", " end ", " range ", ".Messages", "$x", ":=", "(", ")", '"', "`", "-", "a", " "]), max_size=12
    )
)
def test_any_text_is_rendered_or_refused(parts: list[str]) -> None:
    with suppress(GoTemplateError):
        assert isinstance(rendered("".join(parts), VALUES), str)


def test_the_fields_that_it_speaks_of() -> None:
    assert names_in("{{ range $i, $m := $.Messages }}{{ $m.Role }} .Text{{ end }}") == {"Messages", "Role"}
