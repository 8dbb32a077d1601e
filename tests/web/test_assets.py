"""One address per content, also for modules that import each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.web.assets import Assets

MODULES = {
    "js/a.js": 'import {\n  b,\n} from "./sub/b.js";\nexport const text = "./sub/b.js";\n',
    "js/sub/b.js": 'import "../c.js";\nexport { d } from "./d.js";\n',
    "js/sub/d.js": '// Why.\nexport const d = 1; // "x"\n  // How: import "./e.js";\n',
    "js/c.js": 'import { d } from "./sub/d.js";\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = MODULES | {
        "css/layers.css": "@layer a;",
        "css/part.css": "a {}",
        "css/tools/tool.css": "b {}",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def content(assets: Assets, name: str) -> str:
    found = assets.read(assets.url(name).removeprefix("/static/"))
    assert found is not None
    return found[0].decode()


def test_modules_name_each_other_as_browsers_find_them(folder: Path) -> None:
    assets = Assets(folder)
    b = assets.url("js/sub/b.js").removeprefix("/static/js/")
    assert content(assets, "js/a.js") == (
        f'import {{\n  b,\n}} from "./{b}";\nexport const text = "./sub/b.js";\n'
    )
    c, d = (assets.url(name).rpartition("/")[2] for name in ("js/c.js", "js/sub/d.js"))
    assert content(assets, "js/sub/b.js") == f'import "./../{c}";\nexport {{ d }} from "./{d}";\n'


def test_comments_on_lines_of_their_own_are_not_served(folder: Path) -> None:
    assert content(Assets(folder), "js/sub/d.js") == 'export const d = 1; // "x"\n'


def test_whatever_imports_a_changed_module_gets_a_new_address(folder: Path) -> None:
    before = {name: Assets(folder).url(name) for name in MODULES}
    (folder / "js/sub/d.js").write_text("export const d = 2;\n")
    after = Assets(folder)
    for name in MODULES:
        assert before[name] != after.url(name), name


def test_all_that_a_module_needs_is_listed_once(folder: Path) -> None:
    assets = Assets(folder)
    needed = [assets.url(name) for name in ("js/sub/b.js", "js/c.js", "js/sub/d.js")]
    assert list(assets.imported("js/a.js")) == needed
    assert assets.imported("js/sub/d.js") == ()


def test_the_sheets_of_tools_are_no_burden_to_other_pages(folder: Path) -> None:
    assets = Assets(folder)
    assert content(assets, "site.css") == "@layer a;\na {}"
    assert content(assets, "tools.css") == "b {}"


def test_sheets_are_sent_without_comments_and_line_breaks(folder: Path) -> None:
    (folder / "css/part.css").write_text("/* Why: a {\n} */\na {\n  color: red;\n}\n")
    assert content(Assets(folder), "site.css") == "@layer a;\na { color: red; }"
