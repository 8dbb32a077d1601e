"""Selection of files of the previous build that can become part of the next one."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from flask import Flask

from website.build import search_index, searched_text
from website.build.incremental import dependencies, inputs, state, up_to_date
from website.build.incremental.dependencies import Answers
from website.build.incremental.inputs import Inputs
from website.build.incremental.state import FrozenFile, State
from website.build.incremental.up_to_date import Outcome
from website.build.search_index import EditionIndex
from website.build.targets import BuildTarget
from website.content.library import Library
from website.content.loading import Before, EditionBefore
from website.infra import dirsync
from website.infra.cache import Blobs
from website.infra.dirsync import TreeState
from website.infra.disk import State as FileState
from website.web.assets import NAMED_BY_CONTENT
from website.web.services import services


class Reuse:
    """Files of the last build at a target, for the build in progress."""

    def __init__(
        self, target: BuildTarget, made_from: Inputs, live: TreeState, blobs: Blobs
    ) -> None:
        self.blobs = blobs
        self.live = live
        """The files at the target."""
        self._target, self._inputs = target, made_from
        self._last = state.load(_state_file(target), made_from.code)
        self._paths: Mapping[str, str] = {}
        self._next = State(made_from.code, templates=self._last.templates)
        self._packed = b""

    @property
    def content(self) -> Before | None:
        """The content as read and rendered for the last build."""
        return self._last.content

    def missing(self, app: Flask, paths: Mapping[str, str]) -> list[str]:
        """Return the addresses that must be rendered; the files of all others are reused.

        A file is reused if it has not been modified and would be rendered from the same data again.

        :param paths: the file of each address of the next build.
        """
        last, live = self._last, self.live.files
        self._paths, self._answers = paths, Answers(services(app).german)
        app.jinja_env.bytecode_cache = self._next.templates
        self._next.common = self._common(app)
        is_common_same = last.common == self._next.common
        for address, path in paths.items():
            file = last.files.get(address)
            if file is None or live.get(path) != last.tree.get(path, ()):
                continue
            if address.startswith(NAMED_BY_CONTENT) or (
                is_common_same and self._answers.key(file.questions) == file.answers
            ):
                self._next.files[address] = file
        return [address for address in paths if address not in self._next.files]

    @property
    def is_complete(self) -> bool:
        """Whether all other live files are those that the last build made from its pages."""
        return self._other_files == self._other_files_of_last

    def search(self, indexes: Iterable[EditionIndex]) -> dict[str, str]:
        """Return the digest of each part of the search indexes that can be reused, by its folder.

        :param indexes: the indexes of the next build.
        """
        changed = self._other_files.items() ^ self._other_files_of_last.items()
        touched = {search_index.part_of(path) for path, _ in changed}
        parts = {index.part(number) for index in indexes for number in range(index.parts)}
        return {
            part: digest
            for part, digest in self._last.search.items()
            if part in parts and part not in touched
        }

    def link(self, search: Mapping[str, str]) -> None:
        """Link the reused files into the spare folder.

        :param search: parts of the search indexes to reuse, by folder.
        """
        pages = [file.path for file in self._next.files.values()]
        index = [path for path in self._other_files if search_index.part_of(path) in search]
        dirsync.mirror(
            self._target.current,
            self.live,
            self._target.spare,
            wanted=[*pages, *index],
            room=self._paths.values(),
        )

    @contextlib.contextmanager
    def watch(self, app: Flask) -> Iterator[Callable[[str], FrozenFile]]:
        """Record the dependencies of each page while an application renders pages.

        :returns: a function to call with the address of each page once its file exists.
        """

        def noted(address: str) -> FrozenFile:
            path = self._paths[address]
            questions = taken()
            searched = searched_text.digest_of(self._target.spare / path)
            return FrozenFile(path, questions, self._answers.key(questions), searched)

        with dependencies.recorded(app) as taken:
            yield noted

    def add(self, files: Mapping[str, FrozenFile]) -> None:
        """Add rendered files by address."""
        self._next.files.update(files)

    @property
    def searched(self) -> dict[str, str]:
        """Digest of the searchable text of each page, by path."""
        return {file.path: file.searched for file in self._next.files.values() if file.searched}

    def pack(self, library: Library) -> None:
        """Prepare the state for the next build, once all pages are added."""
        editions = library.editions
        for each in editions.values():
            each.texts.forget_others({item.text.label for item in each.items})
        self._next.content = {
            code: EditionBefore(each.file_cache, each.texts) for code, each in editions.items()
        }
        self._packed = state.packed(self._next)

    def save(self, live: TreeState, search: Mapping[str, str], result: Outcome) -> None:
        """Store the prepared state.

        :param live: the files that are now at the target.
        :param search: digest of each part of the search indexes among them.
        :param result: outcome of this build.
        """
        texts = [edition.texts for edition in (self._next.content or {}).values()]
        self.blobs.keep_only({kept.digest for each in texts for kept in each.kept.values()})
        file, code = _state_file(self._target), self._next.code
        state.save(file, code, self._packed, live.files, search)
        up_to_date.keep(self._target, self._inputs, live, result)

    def _common(self, app: Flask) -> str:
        """Return a digest of everything all pages depend on, except for code and texts.

        If it changes, all pages are rendered again.
        """
        shared = services(app)
        editions = shared.german.every_edition
        return inputs.digest(
            shared.settings.base_url,
            shared.settings.hsts.value,
            *(repr((each.site, each.addresses, each.request_topics)) for each in editions),
            *shared.assets.addresses,
            self._inputs.of_templates,
        )

    @cached_property
    def _other_files(self) -> dict[str, FileState]:
        return _others(self.live.files, self._paths.values())

    @cached_property
    def _other_files_of_last(self) -> dict[str, FileState]:
        return _others(self._last.tree, (file.path for file in self._last.files.values()))


@contextlib.contextmanager
def opened(
    target: BuildTarget, made_from: Inputs, live: TreeState, *, clean: bool
) -> Iterator[Reuse]:
    """Open the state of the last build at a locked target.

    :param live: the files at the target.
    :param clean: discard that state, to render everything again.
    """
    texts = target.work_folder / "texts.sqlite3"
    if clean:
        for path in (texts, _state_file(target)):
            path.unlink(missing_ok=True)
    with contextlib.closing(Blobs(texts)) as blobs:
        yield Reuse(target, made_from, live, blobs)


def _state_file(target: BuildTarget) -> Path:
    return target.work_folder / "state"


def _others(tree: Mapping[str, FileState], pages: Iterable[str]) -> dict[str, FileState]:
    """Return the files that are not pages, such as the search index: made from all pages."""
    paths = set(pages)
    return {path: signature for path, signature in tree.items() if path not in paths}
