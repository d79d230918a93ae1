"""What an operator sets is taken as meant or refused by name."""

from pathlib import Path

import pytest

from layers.errors import InvalidSettingError
from layers.settings import ADDRESS, FRAME_HOSTS, LINKS, Settings

ROOT = Path("root")


def read(**environment: str) -> Settings:
    return Settings.read(environment, ROOT)


def test_without_settings_there_is_no_address_no_frame_and_a_folder_beside_the_program() -> None:
    settings = read()
    assert (settings.address, settings.frame_hosts, settings.links) == ("", (), ROOT / "links")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://atlas.example.cn", "https://atlas.example.cn"),
        ("https://Atlas.Example.CN/", "https://atlas.example.cn"),
        ("http://10.0.0.7:8501", "http://10.0.0.7:8501"),
        (" https://atlas.example.cn ", "https://atlas.example.cn"),
        # A name that the root servers once had for trying this out.
        ("https://例子.测试", "https://xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_an_address_is_scheme_host_and_port(text: str, address: str) -> None:
    assert read(**{ADDRESS: text}).address == address


@pytest.mark.parametrize(
    "text",
    [
        "atlas.example.cn", "ftp://atlas.example.cn", "https://", "https:///m", "https://a.example/atlas",
        "https://a.example?x=1", "https://a.example#x", "https://me:pw@a.example", "https://a b.example",
        "https://a.example:99999", "https://a.example:port", "javascript:alert(1)", "https://a..example",
        "https://*.example.cn", 'https://a.example"><script>', "https://[::1", "https://-a.example",
    ],
)  # fmt: skip
def test_another_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidSettingError, match=ADDRESS) as caught:
        read(**{ADDRESS: text})
    assert caught.value.value == text
    assert "https://atlas.example.cn" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("portal.example.cn", ("https://portal.example.cn",)),
        ("http://portal:8080, https://*.Example.cn ,", ("http://portal:8080", "https://*.example.cn")),
        ("*.example.cn", ("https://*.example.cn",)),
        ("a.example,https://a.example", ("https://a.example",)),
        ("例子.测试", ("https://xn--fsqu00a.xn--0zwm56d",)),
    ],
)
def test_sites_that_may_frame_are_named_as_a_policy_names_them(text: str, hosts: tuple[str, ...]) -> None:
    assert read(**{FRAME_HOSTS: text}).frame_hosts == hosts


@pytest.mark.parametrize(
    "text",
    [
        "*", "https://*", "https:", "*.cn", "'none'", "'self'", "a.example; script-src *",
        "a.example b.example", "https://a.example/path", "data:", "ok.example,*",
        "https://*.*.example", "a.*.example",
    ],
)  # fmt: skip
def test_a_site_that_is_none_or_all_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidSettingError, match=FRAME_HOSTS):
        read(**{FRAME_HOSTS: text})


def test_links_are_kept_in_a_folder_that_may_still_have_to_be_made(tmp_path: Path) -> None:
    assert read(**{LINKS: str(tmp_path / "new")}).links == tmp_path / "new"
    assert read(**{LINKS: str(tmp_path)}).links == tmp_path


def test_a_file_is_no_folder_for_links(tmp_path: Path) -> None:
    (tmp_path / "links").write_text("", encoding="utf-8")
    for environment, root in (({LINKS: str(tmp_path / "links")}, ROOT), ({}, tmp_path)):
        with pytest.raises(InvalidSettingError, match=LINKS):
            Settings.read(environment, root)
