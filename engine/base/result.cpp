#include "engine/base/result.hpp"

#include "engine/base/ensure.hpp"

namespace reglament {

void throw_exception_from_error(const Rejection&, const boost::source_location& location) {
  defect("a rejection was read as a value", location.file_name(),
         static_cast<int>(location.line()));
}

}  // namespace reglament
