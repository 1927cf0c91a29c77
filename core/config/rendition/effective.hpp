// What a server really runs with: every default of the field tables filled in, and what vmcpauth.toml says put in its place.
// Called by rendition.cpp for --effective.
#pragma once

#include "core/config/overlay.hpp"
#include "core/config/rendition/tree.hpp"
#include "core/config/schema.hpp"

namespace vmcpauth::config::rendition {

// Values of secrets are never shown, wherever they stand.
void hide_secrets(Tree& tree, const Object& object);
// Fields that are not written and have a default. A block that is not written is made when nothing in it is required.
void fill_defaults(Tree& tree, const Object& object);
// [backends], [extra_backends] and [upstreams] of the overlay.
void apply_overlay_to(Tree& server, Tree* auth_server, const Overlay& overlay);

}  // namespace vmcpauth::config::rendition
