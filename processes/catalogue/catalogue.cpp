#include "processes/catalogue/catalogue.hpp"

#include "processes/address_certificate/address_certificate.hpp"
#include "processes/benefit_certificate/benefit_certificate.hpp"
#include "processes/border_zone_permit/border_zone_permit.hpp"

namespace reglament {

Catalogue catalogue() {
  return Catalogue({&border_zone_permit(), &benefit_certificate(), &address_certificate()});
}

}  // namespace reglament
