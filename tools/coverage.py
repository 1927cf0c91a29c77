#!/usr/bin/env python3
"""Line coverage by folder from what gcov knows. Called by ./dev coverage with the build folder after the tests ran."""
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

FOLDERS = ("core", "proxy", "cli")


def reports(build: pathlib.Path):
    """gcov's JSON for every object file that ran; a few hundred at a time keep the command line short."""
    data = sorted(str(path.resolve()) for path in build.rglob("*.gcda"))
    for begin in range(0, len(data), 200):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["gcov", "--json-format", "--preserve-paths", *data[begin:begin + 200]], cwd=folder, capture_output=True, check=True)
            for path in pathlib.Path(folder).glob("*.gcov.json.gz"):
                yield json.loads(gzip.decompress(path.read_bytes()))


def main() -> int:
    build, root = pathlib.Path(sys.argv[1]), pathlib.Path.cwd()
    hits: dict[str, dict[int, int]] = collections.defaultdict(lambda: collections.defaultdict(int))
    for report in reports(build):
        for file in report["files"]:
            path = pathlib.Path(report["current_working_directory"], file["file"]).resolve()
            if not path.is_relative_to(root):
                continue
            name = path.relative_to(root).as_posix()
            if name.startswith(FOLDERS):
                for line in file["lines"]:
                    hits[name][line["line_number"]] += line["count"]
    if not hits:
        print("coverage: nothing was measured; did the tests run?", file=sys.stderr)
        return 1
    rooms: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for name, lines in hits.items():
        parts = name.split("/")
        for key in {"/".join(parts[:2]) if len(parts) > 2 else parts[0], "all"}:
            rooms[key][0] += sum(1 for count in lines.values() if count)
            rooms[key][1] += len(lines)
    width = max(map(len, rooms))
    print(f"{'folder':{width}}  {'lines':>7}  {'run':>7}  {'share':>6}")
    for key in sorted(rooms, key=lambda key: (key == "all", key)):
        run, total = rooms[key]
        print(f"{key:{width}}  {total:>7}  {run:>7}  {run / total:>6.1%}")
    untested = sorted(name for name, lines in hits.items() if not any(lines.values()))
    for name in untested:
        print(f"never run: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
