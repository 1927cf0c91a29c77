// Tables of the members of JSON documents, for the reference pages: each shape once, where it is first used.
#pragma once

#include <set>
#include <string>

#include "core/base/json_shape.hpp"

namespace vmcpauth::cli::docgen {

class MemberTables {
 public:
  // The table of `shape`, and below it, under headings of the third level, those it refers to that were not there yet.
  std::string of(const JsonShape& shape);
  // The same under a heading of its own, for a shape that is no document.
  std::string part(const JsonShape& shape, std::string_view heading);

 private:
  std::set<const JsonShape*> there_;
};

}  // namespace vmcpauth::cli::docgen
