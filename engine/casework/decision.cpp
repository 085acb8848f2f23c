#include "engine/casework/decision.hpp"

namespace reglament {

void Decision::reject(std::string_view kind, Rejection rejection) {
  entry.kind = kind;
  entry.paragraph = keep(std::move(rejection.paragraph));
  entry.rejection =
      RejectionNote{keep(std::move(rejection.code)), keep(std::move(rejection.expected)),
                    keep(std::move(rejection.actual))};
}

}  // namespace reglament
