"""Fetching: no address of a private network is ever connected to, however it is written, named or led to."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from jarvis.errors import Forbidden, JarvisError, ProviderUnavailable, UsageError
from jarvis.tools import _fetch
from jarvis.tools import web as box
from jarvis.tools._fetch import Fetcher, is_public
from tests_tools import asker, tool

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a00:1::", "2001:0:53aa:64c:0:0:0:0", "2001:db8::1",
    "100::1", "fec0::1", "3fff::1", "5f00::1", "not an address", "",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4003:80f::200e", "100.63.255.255"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


URLS = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://0/", "http://0.0.0.0/", "http://2130706433/",
    "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://[::1]/",
    "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
    "http://[fd00:ec2::254]/", "http://169.254.169.254/latest/meta-data/", "http://metadata/", "http://localhost/",
    "http://localhost./", "http://LOCALHOST/", "http://foo.localhost/", "http://router/", "http://10.0.0.1/",
    "http://192.168.0.1/", "http://172.16.5.5/", "http://100.64.1.1/", "http://224.0.0.1/", "http://user@127.0.0.1/",
    "http://a:b@example.org/", "http://example.org@127.0.0.1/", "http://127.0.0.1#@example.org/",
    "http://example.org:22/", "http://example.org:8080/", "https://example.org:80/", "http://example.org:443/",
    "http://127.0.0.1\\@example.org/", "http://example.org\\@127.0.0.1/", "http:\\\\127.0.0.1/", "file:///etc/passwd",
    "ftp://example.org/", "gopher://127.0.0.1:25/", "data:text/html,x", "javascript:alert(1)", "//127.0.0.1/",
    "http:///127.0.0.1/", "http://", "", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://127.0.0.1./",
    "http://exa mple.org/", "http://example.org/\r\nHost: x", "http://[::1", "http://inner.example/",
    "http://both.example/", "http://mapped.example/", "http://nothing.example/", "http://fails.example/",
    "http://127.0.0.1.:80/", "http://1.1.1.1.:8080/", "http://" + "a" * 700 + ".org/",
]  # fmt: skip
NAMES = {
    "inner.example": ["10.0.0.5"], "both.example": ["93.184.216.34", "127.0.0.1"], 
    "mapped.example": ["::ffff:127.0.0.1"], "nothing.example": [], "foo.localhost": ["127.0.0.1"],
}  # fmt: skip


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every socket that the fetcher makes; it makes none here."""
    made: list[Any] = []

    def refuse(self: Fetcher, info: Any) -> socket.socket:
        made.append(info)
        raise OSError("no network in this test")

    monkeypatch.setattr(Fetcher, "_socket", refuse)
    return made


async def names(host: str) -> list[str]:
    if host not in NAMES:
        raise OSError("unknown name")
    return NAMES[host]


def test_the_corpus_is_long_enough() -> None:
    assert len(URLS) >= 60 and len(set(URLS)) == len(URLS)


@pytest.mark.parametrize("url", URLS)
async def test_no_address_leads_into_a_private_network(url: str, sockets: list[Any]) -> None:
    with pytest.raises(JarvisError) as refused:
        await Fetcher(names).page(url)
    assert sockets == []
    assert refused.value.hint()


async def test_the_address_that_is_connected_to_is_the_one_that_was_looked_at(sockets: list[Any]) -> None:
    """A name that is another address each time it is asked for is asked for once."""
    asked: list[str] = []

    async def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    with pytest.raises(ProviderUnavailable):
        await Fetcher(rebinding).page("http://rebinding.example/")
    assert asked == ["rebinding.example"]
    assert [info[4][0] for info in sockets] == ["93.184.216.34"]


async def test_the_last_look_is_at_the_socket() -> None:
    """Even if all that is before it failed: this is where a connection is made."""
    for address in ("127.0.0.1", "169.254.169.254"):
        with pytest.raises(OSError, match="private"):
            Fetcher()._socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)))


class Site:
    """A server on loopback, for a fetcher that takes loopback for public under the name it is asked by."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.port = 0

    def fetcher(self, seconds: float = 10.0) -> Fetcher:
        async def resolve(host: str) -> list[str]:
            return {"site.example": ["127.0.0.1"], "evil.example": ["10.0.0.1"]}[host]

        ports = {"http": self.port, "https": self.port}
        return Fetcher(resolve, lambda address: address == "127.0.0.1", ports, seconds)

    def url(self, path: str) -> str:
        return f"http://site.example:{self.port}{path}"


PAGE = (
    "<html><head><title>T</title><script>evil()</script></head>"
    "<body><h1>Hola</h1>&lt;script&gt;x&lt;/script&gt; mundo</body></html>"
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()

    async def answer(request: web.Request) -> web.StreamResponse:
        found.hits.append(request.path)
        match request.path:
            case "/page":
                return web.Response(text=PAGE, content_type="text/html")
            case "/there":
                return web.Response(status=302, headers={"Location": "/page"})
            case "/inner":
                return web.Response(status=302, headers={"Location": f"http://evil.example:{found.port}/"})
            case "/file":
                return web.Response(status=301, headers={"Location": "file:///etc/passwd"})
            case "/metadata":
                return web.Response(status=307, headers={"Location": "http://169.254.169.254/latest"})
            case "/loop":
                return web.Response(status=302, headers={"Location": "/loop"})
            case "/big":
                return web.Response(body=b"x" * (_fetch.MOST_BYTES + 100_000), content_type="text/plain")
            case "/image":
                return web.Response(body=b"\x89PNG", content_type="image/png")
            case "/gone":
                return web.Response(status=404)
            case "/zipped":
                return web.Response(body=b"x", content_type="text/plain", headers={"Content-Encoding": "gzip"})
        forever = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await forever.prepare(request)
        await request.loop.create_future()
        return forever

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


async def test_a_page_is_text(site: Site) -> None:
    page = await site.fetcher().page(site.url("/page"))
    assert page.text == "T Hola mundo"


async def test_a_page_that_leads_on_is_followed(site: Site) -> None:
    assert (await site.fetcher().page(site.url("/there"))).url.endswith("/page")


@pytest.mark.parametrize("path", ["/inner", "/metadata", "/file"])
async def test_no_page_leads_into_a_private_network(site: Site, path: str) -> None:
    with pytest.raises((Forbidden, UsageError)):
        await site.fetcher().page(site.url(path))
    assert site.hits == [path]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/loop", "tools.web_redirects"), ("/image", "tools.web_no_text"), ("/gone", "tools.web_refused"),
     ("/zipped", "tools.web_no_text")],
)  # fmt: skip
async def test_what_cannot_be_read_is_said(site: Site, path: str, code: str) -> None:
    with pytest.raises(JarvisError) as refused:
        await site.fetcher().page(site.url(path))
    assert refused.value.code == code and refused.value.hint()


async def test_no_more_is_read_than_is_needed(site: Site) -> None:
    assert len((await site.fetcher().page(site.url("/big"))).text) <= _fetch.TEXT_CHARACTERS


async def test_a_page_that_never_ends_is_given_up(site: Site) -> None:
    with pytest.raises(ProviderUnavailable):
        await site.fetcher(0.3).page(site.url("/slow"))


async def test_the_tool_names_the_stranger(site: Site, make: Any) -> None:
    fetch = await tool(box.Toolbox(make(web=True), site.fetcher()), "fetch_page")
    found = await fetch.run({"url": site.url("/page")}, asker())
    assert found.stranger == "site.example" and "Hola mundo" in found.text
