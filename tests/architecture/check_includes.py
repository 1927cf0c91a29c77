#!/usr/bin/env python3
"""Fails on an #include that is not an arrow of docs/architecture.md: cli -> proxy -> core, and inside core
base <- {http, crypto, config} <- jose <- oauth <- {upstream, identity, store} <- {authserver, outgoing, client, mcp, live} <- {doctor, inspect}."""
import pathlib
import re
import sys

LAYERS = [{"base"}, {"http", "crypto", "config"}, {"jose"}, {"oauth"},
          {"upstream", "identity", "store"}, {"authserver", "outgoing", "client", "mcp", "live"}, {"doctor", "inspect"}]
# Arrows inside one layer, each with its reason.
SAME_LAYER = {
    ("config", "http"),        # the rules refuse exactly the headers the proxy refuses
    ("identity", "store"),     # the session's upstream tokens become part of the Identity
    ("identity", "upstream"),  # expired ones are refreshed through their provider
}
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
THIRD_PARTY = {"nlohmann/": ("core/base/json.hpp",), "CLI11.hpp": ("cli/",), "boost/asio": ("proxy/", "bench/")}


def allowed(source: str, target: str) -> bool:
    src, dst = source.split("/"), target.split("/")
    order = {"core": 0, "proxy": 1, "cli": 2}
    if src[0] not in order or dst[0] not in order:
        return True
    if src[0] != "core":
        return order[dst[0]] <= order[src[0]]
    if dst[0] != "core":
        return False
    a, b = src[1], dst[1]
    return a == b or LEVEL[b] < LEVEL[a] or (a, b) in SAME_LAYER


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    problems, seen = [], 0
    for folder in ("core", "proxy", "cli"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            seen += 1
            name = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            for target in INCLUDE.findall(text):
                if not (root / target).exists() and not target.startswith("cli/version"):
                    problems.append(f"{name}: includes \"{target}\", which is not a path from the root")
                elif not allowed(name, target):
                    problems.append(f"{name}: arrow to {target} is not in docs/architecture.md")
            if name.endswith(".hpp") and "#pragma once" not in text:
                problems.append(f"{name}: no #pragma once")
            for library, places in THIRD_PARTY.items():
                if re.search(rf"#\s*include\s+<[^>]*{re.escape(library)}", text) and not name.startswith(places):
                    problems.append(f"{name}: {library} belongs in {', '.join(places)}")
    if seen < 10:
        problems.append(f"only {seen} files found below {root}: wrong folder?")
    print("\n".join(problems) if problems else f"{seen} files, every include is an allowed arrow")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
