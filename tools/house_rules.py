#!/usr/bin/env python3
"""House rules that no other tool checks: file lengths, header openings, and nothing of a particular machine, workplace
or package registry in the tree. Called by ./dev lint with the folder of the project."""
import pathlib
import re
import subprocess
import sys

LONGEST = 400
LARGEST_PICTURE = 150_000
SOURCE_FOLDERS = ("core/", "proxy/", "cli/")
GENERATED = ("completions/", "man/", "LICENSE")
# Somebody's home, a checkout at the root, a container's mount; written in pieces so that this file obeys itself.
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:" + "|".join(("ho" + "me", "Us" + "ers", "ro" + "ot", "wo" + "rk", "wo" + "rkspace", "m" + "nt")) + r")/[\w.-]+")
REGISTRY = re.compile("|".join((r"registry\.np" + "mjs", r"registry\.ya" + "rnpkg", r"py" + r"pi\.org", r"files\.python" + "hosted", r"crates" + r"\.io", r"proxy\.go" + "lang")))
CONFLICT = re.compile(r"^(?:<{7} |>{7} |={7}$)", re.M)
# Families of files of one shape, which are compiled one by one (their CMakeLists.txt says so).
ALIKE = ("core/config/catalogue/", "core/config/practice/")
ANONYMOUS = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
HIDDEN_NAME = re.compile(r"^(?:static |inline |constexpr |const )+[^;={}()\n]*?\b(k[A-Z]\w*)\s*(?:=|\{|\[)|^(?:struct|class|enum class)\s+(\w+)[^;\n]*\{", re.M)
PUBLIC_NAME = re.compile(r"^(?:inline constexpr|constexpr) [^;={}()\n]*?\b(k[A-Z]\w*)\s*(?:=|\{|\[)|^(?:struct|class|enum class)\s+(\w+)[^;\n]*\{", re.M)
HIDDEN_FUNCTION = re.compile(r"^(?!return|else|if|for|while|using|template)[\w:][\w:<>,&*\[\] ]*?[ &*>](\w+)\(([^;{}]*?)\)(?: const)?(?: noexcept)?(?: ->[^{;]*)? \{", re.M)
SPACE = re.compile(r"^namespace (\S+) \{", re.M)
LEFT_OVER = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b")


def tracked(root: pathlib.Path) -> list[str]:
    """Files git knows or would add; every file when this is no git checkout (a release archive)."""
    done = subprocess.run(["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return sorted({name for name in done.stdout.split("\0") if name and (root / name).is_file()})
    skipped = ("build/", ".git/")
    names = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith(skipped) and "node_modules/" not in name)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def problems_of_source(name: str, text: str) -> list[str]:
    found = []
    lines = text.count("\n")
    if lines > LONGEST:
        found.append(f"{name}: {lines} lines; split it by noun (at most {LONGEST})")
    if name.endswith(".hpp") and not text.startswith("//"):
        found.append(f"{name}:1: a header opens with what it is and who calls it")
    if match := LEFT_OVER.search(text):
        found.append(f"{name}:{line_of(text, match.start())}: {match.group()} belongs in an issue")
    return found


def hidden_names(text: str) -> dict[str, int]:
    """Constants, types and functions of the anonymous namespaces of a source, with where they stand. A function is its name and
    the types it takes, so that overloads are different names."""
    names = {}
    for block in ANONYMOUS.finditer(text):
        for match in HIDDEN_FUNCTION.finditer(block.group(1)):
            types = (re.sub(r"(?<=[\w>&*\]])[ \n]+\w+$|(?<=[&*])\w+$", "", part.split(" = ")[0].strip()) for part in match.group(2).split(",") if part.strip())
            names.setdefault(f"{match.group(1)}({', '.join(types)})", line_of(text, block.start(1) + match.start()))
        for match in HIDDEN_NAME.finditer(block.group(1)):
            names.setdefault(match.group(1) or match.group(2), line_of(text, block.start(1) + match.start()))
    return names


def problems_of_namespaces(texts: dict[str, str]) -> list[str]:
    """Sources of a namespace are compiled in larger pieces, where hidden names meet each other and those of headers that another
    source includes (docs/adr/0007); which pieces, changes with every new file."""
    found, owners = [], {}
    for name in sorted(texts):
        if name.endswith(".hpp") and name.startswith(SOURCE_FOLDERS) and (space := SPACE.search(texts[name])):
            for match in PUBLIC_NAME.finditer(texts[name]):
                owners[space.group(1), match.group(1) or match.group(2)] = name
    for name in sorted(texts):
        if not name.endswith(".cpp") or not name.startswith(SOURCE_FOLDERS) or name.startswith(ALIKE):
            continue
        space = SPACE.search(texts[name])
        for hidden, line in hidden_names(texts[name]).items() if space else ():
            other = owners.setdefault((space.group(1), hidden), name)
            if other != name:
                found.append(f"{name}:{line}: {hidden} is in {other} too; hidden names of a namespace are unique (docs/adr/0007)")
    return found


def problems_of_log(texts: dict[str, str]) -> list[str]:
    """A name in the log's tables that no source writes would make docs/reference/log.md promise what never comes."""
    table = "core/base/log_vocabulary.hpp"
    sources = "\n".join(text for name, text in texts.items() if name.startswith(SOURCE_FOLDERS) and name != table)
    names = re.findall(r'^    \{"(\w+)",', texts.get(table, ""), re.M)
    return [f"{table}: nothing logs {name}" for name in names if f'"{name}"' not in sources]


def problems_of(name: str, text: str) -> list[str]:
    found = []
    for pattern, meaning in ((MACHINE, "a path of somebody's machine"), (REGISTRY, "the name of a package registry"), (CONFLICT, "a merge conflict")):
        if match := pattern.search(text):
            found.append(f"{name}:{line_of(text, match.start())}: {meaning}: {match.group().strip()}")
    if text and not text.endswith("\n"):
        found.append(f"{name}: no newline at the end")
    if match := re.search(r"[ \t]+$|\r", text, re.M):
        if not name.endswith((".md", ".patch")):
            found.append(f"{name}:{line_of(text, match.start())}: white space at the end of the line")
    if name.startswith(SOURCE_FOLDERS):
        found += problems_of_source(name, text)
    return found


def main() -> int:
    root = pathlib.Path(sys.argv[1])
    found, seen, texts = [], 0, {}
    for name in tracked(root):
        # Inputs of tests are what they are: foreign, malformed on purpose, or binary.
        if name.startswith(("testdata/", "tests/fuzz/corpus/", *GENERATED)) or name.endswith("package-lock.json"):
            continue
        if name.startswith("docs/images/") and name.endswith(".png"):
            if (root / name).stat().st_size > LARGEST_PICTURE:
                found.append(f"{name}: a picture of the guides has at most {LARGEST_PICTURE} bytes")
            continue
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            found.append(f"{name}: not UTF-8; binary test input belongs below testdata/")
            continue
        seen += 1
        texts[name] = text
        found += problems_of(name, text)
    found += problems_of_namespaces(texts)
    found += problems_of_log(texts)
    if seen < 10:
        found.append(f"only {seen} files found below {root}: wrong folder?")
    print("\n".join(found) if found else f"{seen} files obey the house rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
