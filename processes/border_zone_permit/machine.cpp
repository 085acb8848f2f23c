// The one place where the machine of the border-zone permit is instantiated.
#include "engine/law/machine.hpp"
#include "processes/border_zone_permit/border_zone_permit.hpp"
#include "processes/border_zone_permit/regulation.hpp"

namespace reglament {

const Regulation& border_zone_permit() { return law::regulation<border_zone::BorderZonePermit>(); }

}  // namespace reglament
