#include "deploy/program/trouble.hpp"

#include <new>

#include "engine/base/bytes.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {

Trouble trouble_of(const std::exception_ptr& fault) {
  try {
    std::rethrow_exception(fault);
  } catch (const BadInput& error) {
    return {Exit::bad_input, error.what()};
  } catch (const TryAgain& error) {
    return {Exit::try_again, error.what()};
  } catch (const BadConfiguration& error) {
    return {Exit::configuration, error.what()};
  } catch (const Unavailable& error) {
    return {Exit::unavailable, error.what()};
  } catch (const Malformed& error) {
    return {Exit::unavailable, std::string("expected a sound database, found ") + error.what()};
  } catch (const std::bad_alloc&) {
    return {Exit::defect, "out of memory"};
  } catch (const std::exception& error) {
    return {Exit::defect, std::string("defect: ") + error.what()};
  } catch (...) {
    return {Exit::defect, "defect: an unknown exception"};
  }
}

void raise(const Trouble& trouble) {
  switch (trouble.kind) {
    case Exit::bad_input:
      throw BadInput(trouble.text);
    case Exit::try_again:
      throw TryAgain(trouble.text);
    case Exit::configuration:
      throw BadConfiguration(trouble.text);
    case Exit::unavailable:
      throw Unavailable(trouble.text);
    default:
      throw std::runtime_error(trouble.text);
  }
}

}  // namespace reglament::program
