"""A tree of files in which some hold something else than they do."""

from collections.abc import Mapping

from orbitcfg.dataclass import dataclass
from orbitcfg.files.store import Files


@dataclass(frozen=True, slots=True)
class Overlay:
    """Files, with other contents for some of them, by real path. None of them need be written for that."""

    files: Files
    contents: Mapping[str, bytes]

    def read(self, path: str, limit: int) -> bytes:
        """The first `limit` bytes of a regular file."""
        content = self.contents.get(self.files.realpath(path))
        return self.files.read(path, limit) if content is None else content[:limit]

    def realpath(self, path: str) -> str:
        """The absolute path with every link resolved."""
        return self.files.realpath(path)

    def listdir(self, path: str) -> list[str]:
        """The names in a folder, sorted."""
        return self.files.listdir(path)

    def is_file(self, path: str) -> bool:
        """Whether a regular file is there."""
        return self.files.is_file(path)

    def is_dir(self, path: str) -> bool:
        """Whether a folder is there."""
        return self.files.is_dir(path)

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a symbolic link."""
        return self.files.is_link(path)

    def check_links(self, path: str) -> str:
        """The real path; raises OSError for one behind a link that leaves its repository."""
        return self.files.check_links(path)

    def name(self, path: str) -> str:
        """The path as it is shown to the user."""
        return self.files.name(path)
