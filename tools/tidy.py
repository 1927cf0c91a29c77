#!/usr/bin/env python3
"""clang-tidy over core, proxy and cli, in parallel, skipping what was clean before.

Sources are checked in the pieces they are compiled in (several to one, see vmcpauth_unity in cmake/compiler.cmake). A piece is
skipped when neither a source in it, nor a project header it includes (however deep), nor .clang-tidy, nor its compile
command, nor clang-tidy itself has changed since a run that found nothing. Called by ./dev tidy over everything, and by
./dev lint over what the change at hand touches, at most --at-most pieces of it (a fresh clone remembers nothing)."""
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


def git(*arguments: str) -> list[str] | None:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


def changed_sources() -> list[str] | None:
    """The .cpp files that are new or different, or whose header of the same name is: since the branch left main; on main itself
    by the last commit. None when git cannot say (a release archive, a clone of one commit)."""
    head = git("rev-parse", "HEAD")
    for base in ("origin/main", "main"):
        fork = git("merge-base", base, "HEAD")
        if not fork:
            continue
        since = "HEAD^" if fork == head else fork[0]
        names = git("diff", "--name-only", "--diff-filter=d", since)
        added = git("ls-files", "--others", "--exclude-standard")
        if names is None or added is None:
            return None
        candidates = {re.sub(r"\.hpp$", ".cpp", name) for name in names + added if name.startswith(tuple(f"{folder}/" for folder in FOLDERS))}
        return sorted(name for name in candidates if name.endswith(".cpp") and pathlib.Path(name).is_file())
    return None


def sources_of(entry: dict) -> set[str]:
    """The sources that are compiled by this entry: itself, or those a generated piece includes."""
    file = pathlib.Path(entry["file"])
    if file.suffix != ".cxx":
        return {str(file)}
    return {name.decode() for name in INCLUDE.findall(content(file)) if name.endswith(b".cpp")}


def check(source: str, build: pathlib.Path) -> tuple[str, bool, str]:
    done = subprocess.run([TIDY, "--quiet", "-p", str(build), source], capture_output=True, text=True, check=False)
    # Standard error holds "N warnings generated" about system headers; it matters only when the run failed.
    return source, done.returncode == 0, done.stdout + (done.stderr if done.returncode and not done.stdout else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path, help="folder of compile_commands.json")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--changed", action="store_true", help="only what differs from main")
    parser.add_argument("--at-most", type=int, default=None, metavar="N", help="check N pieces and say how many are left")
    parser.add_argument("files", nargs="*", help="only these (default: all)")
    args = parser.parse_args()
    if args.changed:
        args.files = changed_sources()
        if not args.files:
            print("tidy: nothing has changed" if args.files is not None else "tidy: git does not know what has changed", file=sys.stderr)
            return 0

    root = pathlib.Path.cwd()
    wanted = {str((root / name).resolve()) for name in args.files}
    ours = tuple(f"{root}/{folder}/" for folder in FOLDERS)
    pieces = {e["file"]: (e, {name for name in sources_of(e) if name.startswith(ours)}) for e in json.loads((args.build / "compile_commands.json").read_text())}
    entries = {file: e for file, (e, sources) in pieces.items() if sources and (not wanted or sources & wanted)}
    if not entries and args.changed:
        print("tidy: what has changed is not built here", file=sys.stderr)
        return 0
    if not entries:
        print("tidy: no source files in compile_commands.json", file=sys.stderr)
        return 1
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    config = version + (root / ".clang-tidy").read_bytes()
    cache = args.build / "tidy-clean"
    cache.mkdir(exist_ok=True)
    prints = {source: fingerprint(entry, config, [root, args.build / "generated"]) for source, entry in entries.items()}
    todo = sorted(source for source, mark in prints.items() if not (cache / mark).exists())
    left = len(todo) - len(todo[:args.at_most])
    todo = todo[:args.at_most]

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
    print(f"tidy: {len(entries)} pieces, {len(todo)} checked, {failed} with findings", file=sys.stderr)
    if left:
        print(f"tidy: {left} more are left to ./dev tidy", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
