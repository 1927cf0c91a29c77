#include "core/config/crd/metadata.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/config/crd/formats.hpp"
#include "core/config/crd/object.hpp"
#include "core/config/crd/pattern.hpp"

namespace vmcpauth::config::crd {
namespace {

constexpr std::array<std::string_view, 16> kFields{"name",
                                                   "generateName",
                                                   "namespace",
                                                   "selfLink",
                                                   "uid",
                                                   "resourceVersion",
                                                   "generation",
                                                   "creationTimestamp",
                                                   "deletionTimestamp",
                                                   "deletionGracePeriodSeconds",
                                                   "labels",
                                                   "annotations",
                                                   "ownerReferences",
                                                   "finalizers",
                                                   "managedFields",
                                                   "clusterName"};

constexpr std::string_view kSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kLabelName =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
    "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::string_view kKeyName =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
    "'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

bool is_name_part(std::string_view text) {
  const auto ok = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !text.empty() && ok(text.front()) && ok(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return ok(c) || c == '-' || c == '_' || c == '.'; });
}

class MetadataCheck {
 public:
  explicit MetadataCheck(FieldErrors& errors) : errors_(errors) {}

  void run(const Member& metadata, bool namespaced) {
    for (const auto& member : metadata.value.members) {
      if (std::find(kFields.begin(), kFields.end(), member.key) == kFields.end()) {
        add(Problem::UnknownField, "metadata." + member.key, member.key_at, "", "");
      }
    }
    check_name(metadata);
    if (const auto* space = metadata.value.find("namespace"); space != nullptr && expect_text(*space)) {
      if (!namespaced) {
        add(Problem::Forbidden, "metadata.namespace", place(*space), "", "not allowed on this type");
      } else if (!has_format("k8s-short-name", space->value.text)) {
        invalid("metadata.namespace", *space, kLabelName);
      }
    }
    for (const auto* name : {"labels", "annotations"}) {
      if (const auto* pairs = metadata.value.find(name)) check_pairs(*pairs);
    }
  }

 private:
  void add(Problem problem, std::string path, Span at, std::string value, std::string_view detail) {
    errors_.push_back({.problem = problem, .path = std::move(path), .at = at, .value = std::move(value), .detail = std::string(detail), .rule_at = {}});
  }
  void invalid(const std::string& path, const Member& member, std::string_view detail) {
    add(Problem::Invalid, path, place(member), quoted(member.value.text), detail);
  }
  bool expect_text(const Member& member) {
    if (member.value.kind == NodeKind::String) return true;
    const auto path = "metadata." + member.key;
    add(Problem::Type, path, place(member), fmt::format("\"{}\"", json_type(member.value)),
        fmt::format("{} in body must be of type string: \"{}\"", path, json_type(member.value)));
    return false;
  }

  void check_name(const Member& metadata) {
    const auto* name = metadata.value.find("name");
    const auto* prefix = metadata.value.find("generateName");
    const bool missing = name == nullptr || (name->value.kind == NodeKind::String && name->value.text.empty());
    if (missing) {
      if (prefix == nullptr) add(Problem::Required, "metadata.name", metadata.key_at, "", "name or generateName is required");
    } else if (expect_text(*name) && !has_format("k8s-long-name", name->value.text)) {
      invalid("metadata.name", *name, name->value.text.size() > 253 ? "must be no more than 253 bytes" : kSubdomain);
    }
  }

  void check_pairs(const Member& pairs) {
    const auto path = "metadata." + pairs.key;
    if (pairs.value.kind != NodeKind::Mapping) {
      if (pairs.value.kind != NodeKind::Null) {
        add(Problem::Type, path, place(pairs), fmt::format("\"{}\"", json_type(pairs.value)), path + " in body must be of type object");
      }
      return;
    }
    for (const auto& pair : pairs.value.members) check_pair(path, pair, pairs.key == "labels");
  }

  void check_pair(const std::string& path, const Member& pair, bool label) {
    const auto slash = pair.key.find('/');
    const auto prefix = slash == std::string::npos ? std::string_view() : std::string_view(pair.key).substr(0, slash);
    const auto name = slash == std::string::npos ? std::string_view(pair.key) : std::string_view(pair.key).substr(slash + 1);
    if (slash != std::string::npos && !has_format("k8s-long-name", prefix)) {
      add(Problem::Invalid, path, pair.key_at, quoted(pair.key), fmt::format("prefix part {}", kSubdomain));
    } else if (name.size() > 63) {
      add(Problem::Invalid, path, pair.key_at, quoted(pair.key), "name part must be no more than 63 bytes");
    } else if (!is_name_part(name)) {
      add(Problem::Invalid, path, pair.key_at, quoted(pair.key), kKeyName);
    }
    if (pair.value.kind != NodeKind::String) {
      const auto type = json_type(pair.value);
      const auto where = key_path(path, pair.key);
      add(Problem::Type, where, place(pair), fmt::format("\"{}\"", type), fmt::format("{} in body must be of type string: \"{}\"", where, type));
    } else if (label && pair.value.text.size() > 63) {
      invalid(path, pair, "must be no more than 63 bytes");
    } else if (label && !pair.value.text.empty() && !is_name_part(pair.value.text)) {
      invalid(path, pair, kLabelValue);
    }
  }

  FieldErrors& errors_;
};

}  // namespace

void check_metadata(const Node& object, bool namespaced, Span at, FieldErrors& errors) {
  const auto* metadata = object.find("metadata");
  if (metadata != nullptr && metadata->value.kind == NodeKind::Mapping) return MetadataCheck(errors).run(*metadata, namespaced);
  if (metadata == nullptr || metadata->value.kind == NodeKind::Null) {
    errors.push_back({.problem = Problem::Required,
                      .path = "metadata.name",
                      .at = metadata == nullptr ? at : metadata->key_at,
                      .value = {},
                      .detail = "name or generateName is required",
                      .rule_at = {}});
  }
}

}  // namespace vmcpauth::config::crd
