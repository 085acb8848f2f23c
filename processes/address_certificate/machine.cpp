// The one place where the machine of the address certificate is instantiated.
#include "engine/law/machine.hpp"
#include "processes/address_certificate/address_certificate.hpp"
#include "processes/address_certificate/regulation.hpp"

namespace reglament {

const Regulation& address_certificate() { return law::regulation<address::AddressCertificate>(); }

}  // namespace reglament
