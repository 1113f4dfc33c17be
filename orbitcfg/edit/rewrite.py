"""Files that are rewritten because somebody asked for it: the new texts in memory, beside what the files hold."""

from collections.abc import Iterable, Iterator, Mapping

from orbitcfg.dataclass import dataclass, field, replace
from orbitcfg.edit.apply import Remedy, compatible_remedies, edited_texts, encode_text, placed_edits
from orbitcfg.edit.fixer import FileChange
from orbitcfg.files.overlay import Overlay
from orbitcfg.files.store import Files
from orbitcfg.limits import MAX_FILE_BYTES
from orbitcfg.report.diagnostics import Fix


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A tree of files with other contents for some of them, by real path, each with the name that the user calls it by. Nothing is written."""

    files: Files
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def overlay(self) -> Overlay:
        """The files as they would be."""
        return Overlay(self.files, self.contents)

    def with_fixes(self, fixes: Iterable[Fix]) -> "Rewrite | None":
        """The files with fixes carried out, of those that touch each other the first; None where one leaves no safe place for it."""
        placed = [placed_edits(fix, {}) for fix in fixes]
        if not all(placed):
            return None
        texts = edited_texts(compatible_remedies(Remedy(edits, ()) for edits in placed if edits))
        paths = {source: self.files.realpath(source.name) for source in texts}
        contents = {paths[source]: encode_text(text, self.overlay.read(paths[source], MAX_FILE_BYTES)) for source, text in texts.items()}
        names = {path: source.name for source, path in paths.items()}
        return replace(self, contents={**self.contents, **contents}, names={**self.names, **names})

    def changes(self) -> Iterator[FileChange]:
        """The files whose content would be another."""
        for path, new in self.contents.items():
            old = self.files.read(path, MAX_FILE_BYTES)
            if old != new:
                yield FileChange(self.names[path], path, old, new)
