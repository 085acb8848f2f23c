#include "processes/catalogue/catalogue.hpp"

#include "processes/border_zone_permit/border_zone_permit.hpp"

namespace reglament {

Catalogue catalogue() { return Catalogue({&border_zone_permit()}); }

}  // namespace reglament
