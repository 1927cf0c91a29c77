#!/usr/bin/env python3
"""clang-tidy over core, proxy and cli, in parallel, skipping what was clean before.

A file is skipped when neither it, nor a project header it includes (however deep), nor .clang-tidy, nor its compile
command, nor clang-tidy itself has changed since a run that found nothing. Called by ./dev lint."""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import sys

TIDY = "clang-tidy-19"
FOLDERS = ("core", "proxy", "cli")
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.M)


@functools.cache
def content(path: pathlib.Path) -> bytes:
    return path.read_bytes()


def closure(path: pathlib.Path, roots: list[pathlib.Path]) -> set[pathlib.Path]:
    """The file and every project header it reaches; includes are paths from a root."""
    seen, waiting = set(), [path]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for name in INCLUDE.findall(content(current)):
            waiting += [root / name.decode() for root in roots if (root / name.decode()).is_file()]
    return seen


def fingerprint(entry: dict, config: bytes, roots: list[pathlib.Path]) -> str:
    digest = hashlib.sha256(config + entry["command"].encode())
    for path in sorted(closure(pathlib.Path(entry["file"]), roots)):
        digest.update(str(path).encode() + b"\0" + content(path) + b"\0")
    return digest.hexdigest()


def check(source: str, build: pathlib.Path) -> tuple[str, bool, str]:
    done = subprocess.run([TIDY, "--quiet", "-p", str(build), source], capture_output=True, text=True, check=False)
    # Standard error holds "N warnings generated" about system headers; it matters only when the run failed.
    return source, done.returncode == 0, done.stdout + (done.stderr if done.returncode and not done.stdout else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="folder of compile_commands.json")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("files", nargs="*", help="only these (default: all)")
    args = parser.parse_args()

    root = pathlib.Path.cwd()
    wanted = {str((root / name).resolve()) for name in args.files}
    entries = {e["file"]: e for e in json.loads((args.build / "compile_commands.json").read_text())
               if e["file"].startswith(tuple(f"{root}/{folder}/" for folder in FOLDERS)) and (not wanted or e["file"] in wanted)}
    if not entries:
        print("tidy: no source files in compile_commands.json", file=sys.stderr)
        return 1
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    config = version + (root / ".clang-tidy").read_bytes()
    cache = args.build / "tidy-clean"
    cache.mkdir(exist_ok=True)
    prints = {source: fingerprint(entry, config, [root, args.build / "generated"]) for source, entry in entries.items()}
    todo = sorted(source for source, mark in prints.items() if not (cache / mark).exists())

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for source, clean, output in pool.map(lambda source: check(source, args.build), todo):
            if clean:
                (cache / prints[source]).touch()
            else:
                failed += 1
                print(output.strip().replace(f"{root}/", ""))
    for old in cache.iterdir():
        if not wanted and old.name not in set(prints.values()):
            old.unlink()
    print(f"tidy: {len(entries)} files, {len(todo)} checked, {failed} with findings", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
